"""Actions around the law: courtesies, a person, crisis, what was said so far."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from bot.actions.base import Heard
from bot.actions.legal import LegalAction
from bot.answer import SURELY_EVERYDAY
from bot.context import Context
from bot.outcomes import Handoff, OutcomeName, Reply
from knowledge.facts import decided
from knowledge.forms import form_called
from knowledge.records import domain_of
from nlu.danger import DangerKind, asks_for_money, gathers, is_sexual, names, pattern_kind
from nlu.normalise import normalise
from nlu.signals import names_case, names_somebody, only_denies, takes_leave

WORDING_OF_INTENT = {
    "greet": "greet",
    "goodbye": "goodbye",
    "thank": "thank",
    "ask_capability": "capability",
    "abuse": "abuse",
}

_GREETING = re.compile(
    r"好|嗨|哈[喽啰罗]|喂|在(?:吗|嘛|么|不在|线)|有人|早|晚安|午安|hi|hello|hey|请问|打扰|测试|试试|开始",
    re.IGNORECASE,
)
"""Words of greeting; "在学校" has none, and adds to what was told."""


class SayAction(LegalAction):
    """Courtesies: one fixed wording for each intent."""

    action_name = "action_say"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        plain = normalise(heard.text).text
        unlike = heard.intent == "goodbye" and not takes_leave(plain)
        unlike = unlike or (heard.intent == "greet" and not _GREETING.search(plain))
        if self.tells(heard) or unlike:
            return self.answer(heard)
        return Reply("chitchat", self.wording.say(WORDING_OF_INTENT[heard.intent])), heard.context


class HandOverAction(LegalAction):
    """ "我要找真人": the wish alone; the connector opens the case and says its number."""

    action_name = "action_hand_over"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        if not names_somebody(normalise(heard.text).text):
            return self.answer(heard)
        context = replace(heard.context.with_fact(heard.text), person_offered=False, handed_over=True, choices=())
        return Reply("handoff", "", handoff=Handoff("asked")), context


class CaseAction(LegalAction):
    """ "我的编号是多少" "谁会联系我": the connector knows."""

    action_name = "action_case"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        if not names_case(normalise(heard.text).text):
            return self.answer(heard)
        return Reply("chitchat", "", asks_about_case=True), heard.context


class ApplyAction(LegalAction):
    """ "我要申请法律援助": the connector makes the link to the form; without one, how it is done on paper."""

    action_name = "action_apply"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        form = form_called(normalise(heard.text).text)
        return (Reply("apply", form.on_paper, form=form.id), heard.context) if form else self.answer(heard)


class AffirmAction(LegalAction):
    """ "好的" "要": accepts the person that was offered; otherwise it is a courtesy."""

    action_name = "action_affirm"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        if self.tells(heard):
            return self.answer(heard)
        if heard.context.person_offered:
            context = replace(heard.context, person_offered=False, handed_over=True)
            return Reply("handoff", "", handoff=Handoff("asked")), context
        if len(heard.context.choices) == 2:
            reply = self.answerer.from_matter(heard.context.choices[0], heard.asked(heard.context.question))
            return reply, self.remember(heard.context, heard.context.question, reply)
        words = self.wording.say("noted") if heard.context.entry else self.wording.say("listening")
        return Reply("chitchat", words), heard.context


class DenyAction(LegalAction):
    """ "不用" "不是": drops what was offered."""

    action_name = "action_deny"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        if self.tells(heard) or not only_denies(normalise(heard.text).text):
            return self.answer(heard)
        return Reply("chitchat", self.wording.say("deny")), replace(heard.context, person_offered=False, choices=())


class RecapAction(LegalAction):
    """ "我刚才说了什么": the citizen's own words, in order, and what decides in the matter in hand as it was heard."""

    action_name = "action_recap"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        facts = heard.context.facts
        if not facts:
            return Reply("chitchat", self.wording.say("recap_empty")), heard.context
        lines = "\n".join(f"{number}. {fact}" for number, fact in enumerate(facts, 1))
        entry = self.answerer.entry(heard.context.entry or "")
        told = [one.option.label for one in decided(entry, facts)] if entry else []
        understood = self.wording.say("recap_told", told="、".join(told)) if told else ""
        return Reply("chitchat", self.wording.say("recap", facts=lines, understood=understood)), heard.context


NO_LAW_NOW = frozenset({"suicide", "poisoning", "fire_gas", "missing"})
"""Kinds in which nobody should read on."""
FOR_THE_POLICE = frozenset({"fraud", "blackmail"})
"""Kinds in which no life is at stake: the police are called first, and the question is answered like any other, unless
the money is being asked for at this moment.
"""
FRAUD_ENTRY, SURE_OF_ANOTHER = "internet/telecom-fraud", 0.8
"""What is said of a fraud under way, unless the confidence that it is another matter is at least this."""

LAW_OF: Mapping[DangerKind, tuple[str, ...]] = {
    "violence": (
        "domestic_violence/spouse",
        "domestic_violence/child-elder",
        "injury/assault",
        "injury/self-defence",
        "women/sexual-assault",
    ),
    "sexual_assault": ("women/sexual-assault", "minors/sexual-harm"),
    "child_harm": (
        "minors/sexual-harm",
        "minors/school-injury",
        "minors/bullying",
        "domestic_violence/child-elder",
    ),
    "threat": ("domestic_violence/stalking", "debt/interest", "injury/assault"),
}
"""Entries of which the nearest is said after the number, where it is not sure what else the words are about."""
SURE_DANGER, SURELY_ASKED = 0.9, 0.7
"""Probability of danger below which, and confidence of an answer from which, a question is answered like any other."""
MAY_BE_DOUBTED, MOST_DOUBTED = frozenset({"fire_gas", "confinement", "threat", "blackmail", "fraud"}), 40
"""These kinds, and others but suicide where nothing of them is named, and only in so few words: who is said to be hurt,
missing or poisoned, or tells a long story, is never answered without the number, however sure the law of it is; nor is
who tells of somebody that cannot be reached, whatever kind that is taken for. What the police are called for is doubted
at any length where nothing of it is named.
"""
OF_HARM = frozenset({"domestic_violence", "minors", "women", "medical", "elderly"})
"""Domains in which somebody is harmed: an answer from there does not outweigh danger."""
TOLD_IN_HAND: Mapping[DangerKind, float] = {"missing": 0.8, "suicide": 0.6}
"""Kinds that are doubted while another matter is in hand, and the probability from which they are not: of the written
sentences that no model was shown, none that names nothing of its kind and was heard lies below.
"""
DOUBTFUL_DANGER = 0.6
"""Below this, words of everyday life that name no danger are none: of the written sentences that no model was shown, no
cry for help is lost by it.
"""
OF_SEXUAL_HARM = frozenset({"minors/sexual-harm", "women/sexual-assault"})


class CrisisAction(LegalAction):
    """Danger now: the right number first, what to do now, then the law."""

    action_name = "action_crisis"

    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        text = normalise(heard.text).text
        if heard.danger is None or self._goes_on(heard.danger, heard, text) or self._is_everyday(heard.danger, heard):
            return self.answer(heard)
        if gathers(text) and heard.danger not in NO_LAW_NOW and pattern_kind(text) is None:
            return self.calm(heard)
        answered = self.answer(heard)
        if _may_be_doubted(heard.danger, text) and self._surely_asks(answered[0], text):
            return answered
        words = self.wording.danger(heard.danger, heard.text)
        law, context = self._law(heard, answered)
        context = replace(context, person_offered=True, choices=())
        if law.outcome != "answer" or heard.danger in NO_LAW_NOW:
            return Reply("crisis", words, danger=heard.danger), replace(context, asked_back=False)
        whole, lead = f"{words}\n\n{law.text}", f"{words}\n\n{law.lead}"
        over = heard.danger in FOR_THE_POLICE and not asks_for_money(text)
        outcome: OutcomeName = "answer" if over else "crisis"
        return replace(law, outcome=outcome, text=whole, lead=lead, parts=(), danger=heard.danger), context

    def _goes_on(self, danger: DangerKind, heard: Heard, text: str) -> bool:
        """Whether words that name no danger go on about a matter in hand in which nobody is harmed, and danger is not
        sure: "他现在人找不到了" of who owes money.
        """
        held = self.answerer.entry(heard.context.entry or "")
        if held is None or pattern_kind(text) or names(danger, text):
            return False
        harmless = domain_of(held.head.matter) not in OF_HARM
        return harmless and self.answerer.danger.probability(text) < TOLD_IN_HAND.get(danger, 0.0)

    def _is_everyday(self, danger: DangerKind, heard: Heard) -> bool:
        """Whether words that name no danger are surely of everyday life, like the weather, and danger is doubtful."""
        text, asked = normalise(heard.text).text, self.asked_in_hand(heard)
        if pattern_kind(text) or names(danger, text) or self.answerer.danger.probability(text) >= DOUBTFUL_DANGER:
            return False
        return self.answerer.find(asked.text, asked.on).everyday >= SURELY_EVERYDAY

    def _surely_asks(self, law: Reply, text: str) -> bool:
        """Whether it is sure that something is asked in which nobody is harmed, and danger is not sure."""
        harmless = law.outcome == "answer" and law.domain not in OF_HARM
        surely = harmless and (law.confidence or 0.0) >= SURELY_ASKED
        return surely and self.answerer.danger.probability(text) < SURE_DANGER

    def _law(self, heard: Heard, answered: tuple[Reply, Context]) -> tuple[Reply, Context]:
        """The answer to what was said; where that is not sure, what is nearest to it among the law of this danger. Of
        what is surely a fraud, that, unless it is surely about something else.
        """
        law, context = answered
        text = normalise(heard.text).text
        fraud = self.answerer.entry(FRAUD_ENTRY) if heard.danger == "fraud" and pattern_kind(text) == "fraud" else None
        sure = law.outcome == "answer" and (fraud is None or (law.confidence or 0.0) >= SURE_OF_ANOTHER)
        asked = self.asked_in_hand(heard)
        laws = LAW_OF.get(heard.danger, ()) if heard.danger else ()
        if heard.danger == "child_harm" and not is_sexual(text):  # an entry that speaks of it only where the words do
            sure, laws = (
                sure and law.entry not in OF_SEXUAL_HARM,
                tuple(one for one in laws if one not in OF_SEXUAL_HARM),
            )
        near = self.answerer.nearest(laws, asked)
        entry = fraud or self.answerer.entry(near or "")
        if sure or entry is None:
            return law, context
        law = self.answerer.about(entry, asked)
        return law, self.remember(heard.context.with_fact(heard.text), heard.text, law)


def _may_be_doubted(danger: DangerKind, text: str) -> bool:
    if pattern_kind(text) or names("missing", text):
        return False
    if danger in FOR_THE_POLICE and not names(danger, text):
        return True
    if len(text) > MOST_DOUBTED:
        return False
    return danger in MAY_BE_DOUBTED or (danger != "suicide" and not names(danger, text))
