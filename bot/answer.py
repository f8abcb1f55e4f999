"""From a citizen's words to a grounded reply: evidence, decision, composition.

High confidence answers, middle asks one question back with at most three choices, low offers a person. Only
sentences of curated guidance or of a digest that pass the citation gate are said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed

from msgspec.structs import replace

from bot.confidence import Judge, Verdict
from bot.entry_answers import EntryAnswers, summaries
from bot.findings import Asked, Finder, Finding, evidence
from bot.following import SURELY_A_SIBLING, Following, common_answer, tells
from bot.outcomes import Choice, Reply
from bot.several import answered_together, several_questions
from bot.suggestions import MOST_SUGGESTED, Suggested, Suggestions
from bot.wording import Wording
from knowledge.facts import open_facts
from knowledge.index import Knowledge
from knowledge.records import Entry, domain_of
from nlu.jurisdiction import elsewhere
from nlu.normalise import normalise
from nlu.questions import (
    asks,
    cannot_pay_a_lawyer,
    refuses_only,
)

AID_LENGTH = 20
"""Longer words say more than that a lawyer cannot be paid."""
LEGAL_AID_ENTRY = "legal_services/apply-legal-aid"
CROSS_BORDER = "cross_border"
"""The domain whose entries say which law holds across the border."""
SURELY_EVERYDAY = 0.95
"""From this probability of no legal matter on, what nothing answers is declined."""
VAGUE_LENGTH = 30
"""Words no longer than this that nothing answers are asked to be told in full."""
SURELY_LEGAL = 0.5
"""From this probability of some matter on, a question is not declined as out of scope."""


class Answerer:
    """Answers legal questions; holds no state of any conversation."""

    def __init__(self, knowledge: Knowledge, wording: Wording, judge: Judge) -> None:
        self._knowledge = knowledge
        self._wording = wording
        self._judge = judge
        self._finder = Finder(knowledge, judge)
        self._following = Following(self._finder)
        self.find = self._finder.find
        self.danger = knowledge.danger
        self._entries = entries = EntryAnswers(knowledge.library, wording, judge, self._finder)
        self.particulars = entries.particulars
        self.entry, self.from_entry, self.about = entries.entry, entries.from_entry, entries.about
        self.cited, self.refused, self.sums = entries.cited, entries.refused, entries.sums
        self.points, self.facts, self.sum_offers = entries.points, entries.facts, entries.sum_offers

    def reply(self, asked: Asked, *, doubtful_scope: bool = False) -> Reply:
        """The reply to one legal message.

        `doubtful_scope`: the dialogue model takes the words for something that is no legal matter; then only a
        confident answer is given, and otherwise the question is kindly declined.
        """
        held = self.entry(asked.entry or "")
        aid = self._legal_aid(asked, held)
        if aid:
            return self.about(aid, asked)
        if held and self._following.stays(asked, held):
            seen = self.find(asked.text, asked.on).hits, self._following.together(asked).hits
            return self.from_entry(held, asked, seen)
        place = elsewhere(normalise(asked.text).text)
        several = [] if place else self._several(asked)
        if several:
            return self._answer_all(several, asked)
        reply = self._reply_to_one(asked, doubtful_scope=doubtful_scope)
        if place and reply.outcome in ("answer", "clarify") and reply.domain != CROSS_BORDER:
            return Reply("handoff", self._wording.say("elsewhere", place=place), confidence=reply.confidence)
        return reply

    def _reply_to_one(self, asked: Asked, *, doubtful_scope: bool) -> Reply:
        """The reply to a message that asks one thing, by how sure we are of it."""
        alone = self.find(asked.text, asked.on)
        found = self._following.keep(asked, alone if doubtful_scope else self._following.read(asked, alone))
        if not asked.before and not asked.entry and refuses_only(normalise(asked.text).text):
            return self._clarify(found) if found.likely else self._ask_openly(found)
        if self._asks_another(asked, alone, found):
            found = alone
        if found.verdict is Verdict.ANSWER or (found.verdict is Verdict.CLARIFY and len(found.matters) == 1):
            return self.from_entry(found.candidates[0].entry, asked, (alone.hits, found.hits), found.confidence)
        if doubtful_scope and not (found.guesses and found.guesses[0].probability >= SURELY_LEGAL):
            return Reply("out_of_scope", self._wording.say("out_of_scope"), confidence=found.confidence)
        if found.verdict is Verdict.CLARIFY:
            return self._best_guess(found, asked) if asked.choices else self._clarify(found)
        if found.everyday >= SURELY_EVERYDAY:
            return Reply("out_of_scope", self._wording.say("out_of_scope"), confidence=found.confidence)
        return self._without_entry(found, asked)

    def _asks_another(self, asked: Asked, alone: Finding, found: Finding) -> bool:
        """Whether words that were read after the question before them ask, by themselves, for a point of another entry,
        while the one in hand has none for them: "孩子能跟我吗" while the house is spoken of.
        """
        unsure = alone.verdict is not Verdict.ANSWER or alone.confidence < SURELY_A_SIBLING
        if found is alone or unsure or not found.candidates or not asks(asked.text):
            return False
        other, held = alone.candidates[0].entry, found.candidates[0].entry
        if other.id == held.id or held.id != asked.entry or common_answer(held, asked.text):
            return False
        known, asked_for = (self._entries.point(entry, asked.text, (alone.hits,)) for entry in (held, other))
        return known is None and asked_for is not None

    def _legal_aid(self, asked: Asked, held: Entry | None) -> Entry | None:
        """The entry about legal aid for who says that no lawyer can be paid, unless the one in hand speaks of it."""
        if held is None or len(asked.text) > AID_LENGTH or not cannot_pay_a_lawyer(normalise(asked.text).text):
            return None
        speaks = self._entries.point(held, asked.text, (self.find(asked.text, asked.on).hits,)) is not None
        return None if speaks else self.entry(LEGAL_AID_ENTRY)

    def from_matter(self, matter_id: str, asked: Asked) -> Reply:
        """The reply once the citizen has chosen a matter: its entry nearest to what was asked."""
        hits = self._knowledge.search.search(asked.text, asked.on, k=50)
        found = [hit for hit in hits.entries if self._finder.entry_of(hit).head.matter == matter_id]
        entries = [self._finder.entry_of(hit) for hit in found] or [
            entry for entry in self._knowledge.library.entries.values() if entry.head.matter == matter_id
        ]
        return self.from_entry(entries[0], asked, (hits,)) if entries else self._offer_person(None)

    def only_tells(self, asked: Asked) -> bool:
        """Whether short words ask nothing and tell what decides in the matter in hand."""
        held = self.entry(asked.entry or "")
        return held is not None and tells(held, asked.text)

    def nearest(self, entries: Sequence[str], asked: Asked) -> str | None:
        """Which of some entries these words mean; None where they come near none."""
        found = self.find(asked.text, asked.on).hits.entries
        return next((hit.document.name for hit in found if hit.document.name in entries), None)

    def suggest(self, asked: Asked) -> Suggestions:
        """What the words suggest to whoever listens, however sure it is; several questions are each suggested for."""
        facts = self.particulars.facts(asked.text, asked.today)
        kind = self.danger.kind(normalise(asked.text).text)
        said = self._wording.danger(kind, asked.text) if kind else ""
        found = self.find(asked.text, asked.on)
        first = [part.candidates[0] for _, part in self._several(asked)]
        ranked = list({candidate.entry.id: candidate for candidate in (*first, *found.candidates)}.values())
        if not ranked:
            return Suggestions(danger=kind, danger_words=said, facts=facts)
        best = ranked[0].entry
        matter = self._knowledge.library.matters[best.head.matter]
        return Suggestions(
            entries=tuple(
                Suggested(c.entry.id, c.entry.head.title, c.entry.head.matter, round(c.probability, 3))
                for c in ranked[:MOST_SUGGESTED]
            ),
            answer=self.from_entry(best, asked, (found.hits,), found.confidence),
            sure=bool(first) or found.verdict is Verdict.ANSWER,
            danger=kind,
            danger_words=said,
            ask=(*open_facts(best, asked.text), *matter.distinguish),
            urgencies=matter.urgency,
            facts=facts,
            legal_aid=matter.legal_aid,
            mediation=matter.mediation,
        )

    def weighed(self, text: str, found: Finding) -> dict[str, float]:
        """The evidence behind a confidence, by name, with the thresholds it is held against."""
        seen = evidence(text, found.candidates, found.hits)
        return {
            **seen._asdict(),
            "answer_from": self._judge.answer_from,
            "among_three": self._judge.among_three.probability(seen),
            "clarify_from": self._judge.clarify_from,
        }

    def _several(self, asked: Asked) -> list[tuple[str, Finding]]:
        return several_questions(asked.text, lambda text: self.find(text, asked.on))

    def _answer_all(self, several: Sequence[tuple[str, Finding]], asked: Asked) -> Reply:
        parts = [
            self.from_entry(
                found.candidates[0].entry, changed(asked, text=text, entry=None), (found.hits,), found.confidence
            )
            for text, found in several
        ]
        return answered_together(parts, self._wording)

    def _clarify(self, found: Finding) -> Reply:
        matters = found.likely
        named = self._knowledge.library.matters
        choices = [Choice(named[m].choice, str(i), m) for i, m in enumerate(matters, 1)]
        choices.append(Choice(self._wording.say("clarify_other"), str(len(choices) + 1)))
        asks = self._wording.say("clarify") if len(matters) > 1 else self._wording.say("clarify_one")
        lines = [asks, *(f"{choice.value}. {choice.label}" for choice in choices)]
        return Reply(
            "clarify",
            "\n".join(lines),
            domain=domain_of(matters[0]),
            matter=matters[0],
            confidence=found.confidence,
            choices=tuple(choices),
            hits=summaries(found.hits),
        )

    def _best_guess(self, found: Finding, asked: Asked) -> Reply:
        """The likeliest answer, said to be a guess: nobody is asked to choose twice in a row."""
        reply = self.from_entry(found.candidates[0].entry, asked, (found.hits,), found.confidence)
        guess = self._wording.say("best_guess", title=reply.title)
        if reply.outcome != "answer":
            return reply
        return replace(reply, text=f"{guess}\n\n{reply.text}", lead=f"{guess}\n\n{reply.lead}")

    def _without_entry(self, found: Finding, asked: Asked) -> Reply:
        """An answer from the statutes alone, marked so, where one article is sure; otherwise a person is offered."""
        best = found.hits.articles[0] if found.hits.articles else None
        if best and best.score >= self._judge.sure_article:
            composed = self._entries.from_article(best.document, asked)
            if composed:
                return Reply(
                    "answer",
                    composed.text,
                    lead=composed.lead,
                    confidence=found.confidence,
                    citations=composed.citations,
                    hits=summaries(found.hits),
                )
        if len(asked.text) <= VAGUE_LENGTH:
            return self._ask_openly(found)
        return self._offer_person(found)

    def _ask_openly(self, found: Finding) -> Reply:
        return Reply("clarify", self._wording.say("clarify_open"), confidence=found.confidence)

    def _offer_person(self, found: Finding | None) -> Reply:
        return Reply(
            "handoff",
            self._wording.say("handoff_offer"),
            confidence=found.confidence if found else None,
            hits=summaries(found.hits) if found else (),
        )
