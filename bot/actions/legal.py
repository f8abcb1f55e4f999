"""Actions about the law: answer, choose, a section of the last answer, a simpler wording."""

from __future__ import annotations

import re

from msgspec.structs import replace

from bot.actions.base import Heard, ReplyAction
from bot.answer import Answerer
from bot.compose import as_text, first_step
from bot.context import Context
from bot.outcomes import Reply
from bot.wording import Wording

_CHINESE_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "首": 1, "头": 1}
_CHOICE = re.compile(r"[1-4一二三四首头]")
SECTION_OF_INTENT = {"ask_time_limit": "时限", "ask_papers": "准备什么", "ask_where": "去哪里办", "ask_steps": "怎么办"}


class LegalAction(ReplyAction):
    """Base of the actions that answer from the library."""

    def __init__(self, answerer: Answerer, wording: Wording) -> None:
        self.answerer = answerer
        self.wording = wording

    def answer(self, heard: Heard, *, doubtful_scope: bool = False) -> tuple[Reply, Context]:
        """Answers what was said as a question of its own."""
        reply = self.answerer.reply(heard.text, heard.on, heard.today, doubtful_scope=doubtful_scope)
        return reply, self.remember(heard.context.with_fact(heard.text), heard.text, reply)

    def remember(self, context: Context, question: str, reply: Reply) -> Context:
        return replace(
            context,
            question=question,
            entry=reply.entry or (context.entry if reply.outcome == "out_of_scope" else None),
            choices=tuple(choice.matter or "" for choice in reply.choices),
            unclear=0,
            person_offered=reply.outcome == "handoff",
        )


class AnswerAction(LegalAction):
    """A legal question, or words the dialogue model is not sure about."""

    action_name = "action_answer"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
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
        reply = self.answerer.from_matter(matter, context.question, heard.on, heard.today)
        return reply, self.remember(context, context.question, reply)


class SectionAction(LegalAction):
    """ "那要多久" "需要什么材料" "去哪办": one section of the last answer, unless it is a question of its own."""

    action_name = "action_section"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        section = SECTION_OF_INTENT[heard.intent]
        reply = self.last_answer(heard)
        fresh = self.answerer.reply(heard.text, heard.on, heard.today)
        if fresh.outcome == "answer" or (reply is None and fresh.outcome == "clarify"):
            return fresh, self.remember(heard.context.with_fact(heard.text), heard.text, fresh)
        if reply is None:
            return Reply("chitchat", self.wording.say("section_none", section=section)), heard.context
        body = next((s for s in reply.sections if s.name == section), reply.sections[0])
        text = self.wording.say("section", title=reply.title, section=body.name, body=body.text)
        return replace(reply, text=text, sections=(body,), notes=()), heard.context

    def last_answer(self, heard: Heard) -> Reply | None:
        """The last answer composed again, or None where there was none."""
        if heard.context.entry is None:
            return None
        entry = self.answerer.entry(heard.context.entry)
        return self.answerer.from_entry(entry, heard.on, heard.today, None, None) if entry else None


class SimplerAction(SectionAction):
    """ "还是不明白": the conclusion and the first step; asked again, a person is offered."""

    action_name = "action_simpler"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        context = replace(heard.context, unclear=heard.context.unclear + 1)
        reply = self.last_answer(heard)
        if reply is None or not reply.sections or context.unclear > 1:
            return Reply("handoff", self.wording.say("handoff_offer_again")), replace(context, person_offered=True)
        steps = next((s.text for s in reply.sections if s.name == "怎么办"), as_text(reply.sections, ()))
        conclusion = reply.sections[0].text
        text = self.wording.say("simpler", conclusion=conclusion, first_step=first_step(steps))
        return replace(reply, text=text, sections=(), notes=()), replace(context, person_offered=True)


def chosen_number(text: str) -> int | None:
    """The number of a choice in "2", "第二个", "选1"; None where there is none."""
    match = _CHOICE.search(text)
    if match is None:
        return None
    return _CHINESE_DIGITS.get(match[0]) or int(match[0])
