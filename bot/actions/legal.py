"""Actions about the law: answer, choose, a section of the last answer, a simpler wording."""

from __future__ import annotations

import re
from dataclasses import replace as replaced

from msgspec.structs import replace

from bot.actions.base import Heard, ReplyAction
from bot.answer import Answerer
from bot.context import Context
from bot.findings import Asked
from bot.following import LEANING_LENGTH
from bot.outcomes import Reply
from bot.wording import Wording
from knowledge.facts import decided
from knowledge.sums import sums_of
from nlu.citations import uncited
from nlu.danger import gathers
from nlu.normalise import normalise
from nlu.questions import asks_the_way, is_bare

_CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1, "头": 1}
_CHOICE = re.compile(r"[1-4一二三四首头]")
MOST_UNCLEAR = 200
"""So much of what nothing has answered yet is read with what is told next."""
SECTION_OF_INTENT = {"ask_time_limit": "时限", "ask_papers": "准备什么", "ask_where": "去哪里办", "ask_steps": "怎么办"}


class LegalAction(ReplyAction):
    """Base of the actions that answer from the library."""

    def __init__(self, answerer: Answerer, wording: Wording) -> None:
        super().__init__(wording)
        self.answerer = answerer

    def answer(self, heard: Heard, *, doubtful_scope: bool = False) -> tuple[Reply, Context]:
        """Answers what was said as a question of its own."""
        context, asked = heard.context, self.asked_in_hand(heard)
        reply = self.answerer.reply(asked, doubtful_scope=doubtful_scope)
        return reply, self.remember(context.with_fact(heard.text), heard.text, reply)

    def calm(self, heard: Heard) -> tuple[Reply, Context]:
        """A crowd is about to gather: what to do instead, then the law where it is known, and a person."""
        law, context = self.answer(heard)
        words = self.wording.say("crowd")
        context = replace(context, person_offered=True, choices=(), asked_back=False)
        if law.outcome != "answer":
            return Reply("handoff", words, matter=law.matter), context
        return replace(law, outcome="handoff", text=f"{words}\n\n{law.text}", lead=words, parts=(), asks=None), context

    def asked_in_hand(self, heard: Heard) -> Asked:
        """What was said, with the matter in hand."""
        context = heard.context
        return replaced(
            heard.asked(),
            before=context.question,
            entry=context.entry,
            point=context.point,
            turns=context.turns,
            facts_asked=context.facts_asked,
            answers=context.asked_back,
            choices=tuple(choice for choice in context.choices if choice),
        )

    def tells(self, heard: Heard) -> bool:
        """Whether the words tell what decides in the matter in hand, whatever else they look like."""
        return self.answerer.only_tells(self.asked_in_hand(heard))

    def remember(self, context: Context, question: str, reply: Reply) -> Context:
        """The memory after a reply. Short words that stay with the entry in hand do not replace what opened it, and
        what was asked back about is read together with what is told next.
        """
        if reply.outcome == "clarify" and context.question and not context.entry:
            question = f"{context.question}\n{question}"[-MOST_UNCLEAR:]
        if context.question and reply.entry and reply.entry == context.entry and len(question) <= LEANING_LENGTH:
            question = context.question
        if reply.entry and reply.entry != context.entry:
            context = context.with_past(context.in_hand)
        return replace(
            context,
            question=question,
            entry=reply.entry or (context.entry if reply.outcome == "out_of_scope" else None),
            point=reply.point,
            turns=context.turns + 1 if reply.entry and reply.entry == context.entry else 1,
            facts_asked=self._facts_asked(context, reply),
            asked_back=reply.asks is not None,
            choices=tuple(choice.matter or "" for choice in reply.choices),
            unclear=0,
            person_offered=reply.outcome == "handoff",
            handed_over=False,
        )

    def _facts_asked(self, context: Context, reply: Reply) -> tuple[str, ...]:
        """What was asked back about the matter in hand; a new matter begins anew."""
        before = context.facts_asked if reply.entry in (None, context.entry) else ()
        return (*before, reply.asks) if reply.asks else before


class AnswerAction(LegalAction):
    """A legal question, or words the dialogue model is not sure about."""

    action_name = "action_answer"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        if gathers(normalise(heard.text).text):
            return self.calm(heard)
        return self.answer(heard, doubtful_scope=heard.intent == "out_of_scope")


class ChooseAction(LegalAction):
    """A choice of the last clarifying question, by number or in words."""

    action_name = "action_choose"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        context = heard.context
        number = chosen_number(heard.text)
        if not context.choices or number is None or number > len(context.choices):
            if len(heard.text) > 6:
                return self.answer(heard)
            return Reply("chitchat", self.wording.say("choice_lost")), context
        matter = context.choices[number - 1]
        if not matter:
            return Reply("chitchat", self.wording.say("clarify_none")), replace(context, choices=())
        reply = self.answerer.from_matter(matter, heard.asked(context.question))
        return reply, self.remember(context, context.question, reply)


class SectionAction(LegalAction):
    """ "那要多久" "需要什么材料" "去哪办": one section of the last answer, unless it is a question of its own."""

    action_name = "action_section"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        section = SECTION_OF_INTENT[heard.intent]
        if heard.context.handed_over and heard.intent == "ask_time_limit":
            return Reply("chitchat", "", asks_about_case=True), heard.context
        reply, plain = self.last_answer(heard), normalise(heard.text).text
        asked = self.asked_in_hand(heard)
        direct = self.answerer.reply(asked) if reply and not is_bare(plain) else None
        if direct and direct.point is not None and direct.entry == heard.context.entry:
            return direct, self.remember(heard.context.with_fact(heard.text), heard.text, direct)
        if reply and asks_the_way(plain):
            return self.section(reply, section), heard.context
        fresh = self.answerer.reply(heard.asked())
        if fresh.outcome == "answer" or (reply is None and fresh.outcome == "clarify"):
            return fresh, self.remember(heard.context.with_fact(heard.text), heard.text, fresh)
        if reply is None:
            return Reply("chitchat", self.wording.say("section_none", section=section)), heard.context
        return self.section(reply, section), heard.context

    def section(self, reply: Reply, name: str) -> Reply:
        """One section of an answer, or its first where it has no such one."""
        body = next((s for s in reply.sections if s.name == name), reply.sections[0])
        text = self.wording.say("section", title=reply.title, section=body.name, body=body.text)
        return replace(reply, text=text, lead=text, sections=(body,), notes=(), offers=(), asks=None)

    def last_answer(self, heard: Heard) -> Reply | None:
        """The last answer composed again, or None where there was none."""
        if heard.context.entry is None:
            return None
        entry = self.answerer.entry(heard.context.entry)
        return self.answerer.from_entry(entry, heard.asked(heard.context.question)) if entry else None


class GoBackAction(LegalAction):
    """ "回到刚才离婚的事": the earlier matter that the words mean is in hand again."""

    action_name = "action_go_back"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        context = heard.context
        matters = [one for one in context.past if one.entry != context.entry]
        named = self.answerer.nearest([one.entry for one in matters], heard.asked())
        found = next((one for one in reversed(matters) if named in (one.entry, None)), None)
        entry = self.answerer.entry(found.entry) if found else None
        if found is None or entry is None:
            return self.answer(heard)
        told = [one.option.label for one in decided(entry, context.facts)]
        understood = self.wording.say("back_told", told="、".join(told)) if told else ""
        text = self.wording.say("back", title=entry.head.title, understood=understood)
        reply = replace(self.answerer.about(entry, heard.asked(found.question)), text=text, lead=text, asks=None)
        back = replace(
            context.with_past(context.in_hand),
            entry=found.entry,
            question=found.question,
            point=None,
            turns=1,
            facts_asked=found.facts_asked,
            asked_back=False,
            choices=(),
        )
        return reply, back


class HowMuchAction(LegalAction):
    """ "能拿多少" after an answer whose matter can be reckoned: what it comes to by now, where to reckon it."""

    action_name = "action_how_much"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        entry = self.answerer.entry(heard.context.entry or "")
        sums = sums_of(entry.head.matter) if entry else ()
        if not sums or entry is None:
            return self.answer(heard)
        asked = "、".join(field.label for field in sums[0].fields if field.required)
        in_hand = self.asked_in_hand(heard)
        known = self.answerer.sums(entry, in_hand)
        text = "\n".join([*known.said, self.wording.say("how_much_surer" if known.said else "how_much", asked=asked)])
        offers = self.answerer.sum_offers(entry, in_hand)
        reply = Reply("answer", text, citations=known.citations, offers=offers)
        return replace(reply, matter=entry.head.matter, entry=entry.id), heard.context


class SimplerAction(SectionAction):
    """ "还是不明白": the conclusion in single sentences without citations, and the first step; again, a person."""

    action_name = "action_simpler"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        context = replace(heard.context, unclear=heard.context.unclear + 1)
        reply = self.last_answer(heard)
        entry = self.answerer.entry(context.entry or "")
        if reply is None or entry is None or not reply.sections or context.unclear > 1:
            return Reply("handoff", self.wording.say("handoff_offer_again")), replace(context, person_offered=True)
        points = "\n".join(f"- {sentence}" for sentence in plain_sentences(reply.sections[0].text))
        text = self.wording.say("simpler", points=points, step=entry.first_step)
        return replace(reply, text=text, lead=text, sections=(), notes=(), offers=()), replace(
            context, person_offered=True
        )


def plain_sentences(text: str) -> list[str]:
    """The sentences of a text without what stands in brackets with a 《law》."""
    return [sentence for sentence in re.findall(r"[^。！？\n]+[。！？]?", uncited(text)) if sentence.strip()]


def chosen_number(text: str) -> int | None:
    """The number of a choice in "2", "第二个", "选1"; None where there is none."""
    match = _CHOICE.search(text)
    if match is None:
        return None
    return _CHINESE_DIGITS.get(match[0]) or int(match[0])
