"""From a citizen's words to a grounded reply: evidence, decision, composition.

High confidence answers, middle asks one question back with at most three choices, low offers a person. Only
sentences of curated guidance or of a digest that pass the citation gate are said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.compose import Composed, Composer
from bot.confidence import Evidence, Judge, Verdict
from bot.outcomes import Choice, HitSummary, Reply
from bot.wording import Wording
from knowledge.index import Knowledge
from knowledge.records import Entry
from knowledge.search import Hit, Hits
from nlu.matters import MatterGuess
from nlu.normalise import normalise

MATTER_SHARE = 0.35
MOST_CHOICES = 3
SURELY_LEGAL = 0.5
"""From this probability of some matter on, a question is not declined as out of scope."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, with its search score, its matter's probability, and both combined."""

    entry: Entry
    hit_score: float
    probability: float

    @property
    def score(self) -> float:
        return self.hit_score + MATTER_SHARE * self.probability


class Answerer:
    """Answers legal questions; holds no state of any conversation."""

    def __init__(self, knowledge: Knowledge, wording: Wording, judge: Judge) -> None:
        self._knowledge = knowledge
        self._wording = wording
        self._judge = judge
        self._composer = Composer(knowledge.library, wording)

    def reply(self, question: str, on: date, today: date, *, doubtful_scope: bool = False) -> Reply:
        """The reply to one legal question on the day of the facts `on`.

        `doubtful_scope`: the dialogue model takes the words for something that is no legal matter; then only a
        confident answer is given, and otherwise the question is kindly declined.
        """
        hits = self._knowledge.search.search(question, on)
        guesses = self._knowledge.matters.rank(normalise(question).text)
        candidates = self.candidates(hits, guesses)
        confidence = self._judge.confidence(evidence(candidates, hits, guesses))
        verdict = self._judge.verdict(confidence)
        if verdict is Verdict.ANSWER or (verdict is Verdict.CLARIFY and len(_matters(candidates)) == 1):
            return self.from_entry(candidates[0].entry, on, today, confidence, hits)
        if doubtful_scope and not (guesses and guesses[0].probability >= SURELY_LEGAL):
            return Reply("out_of_scope", self._wording.say("out_of_scope"), confidence=confidence)
        if verdict is Verdict.CLARIFY:
            return self._clarify(candidates, confidence, hits)
        return self._without_entry(hits, confidence, on, today)

    def from_matter(self, matter_id: str, question: str, on: date, today: date) -> Reply:
        """The reply once the citizen has chosen a matter: its entry nearest to what was asked."""
        hits = self._knowledge.search.search(question, on, k=50)
        found = [hit for hit in hits.entries if self._entry(hit).head.matter == matter_id]
        entries = [self._entry(hit) for hit in found] or [
            entry for entry in self._knowledge.library.entries.values() if entry.head.matter == matter_id
        ]
        if not entries:
            return self._offer_person(None, hits)
        return self.from_entry(entries[0], on, today, None, hits)

    def from_entry(self, entry: Entry, on: date, today: date, confidence: float | None, hits: Hits | None) -> Reply:
        """The reply composed of one entry, or a hand-over where the gate left no conclusion."""
        composed = self._composer.compose(entry, on, today)
        if composed is None:
            return Reply("handoff", self._wording.say("law_of_the_day", on=on.isoformat()), confidence=confidence)
        return _answer(entry, composed, confidence, hits)

    def entry(self, entry_id: str) -> Entry | None:
        """An entry by id; None where it was taken out of the library since."""
        return self._knowledge.library.entries.get(entry_id)

    def candidates(self, hits: Hits, guesses: Sequence[MatterGuess]) -> list[Candidate]:
        """Entries found, best first by search score and matter probability together."""
        probability = {guess.matter: guess.probability for guess in guesses}
        found = [
            Candidate(entry, hit.score, probability.get(entry.head.matter, 0.0))
            for hit in hits.entries
            for entry in [self._entry(hit)]
        ]
        return sorted(found, key=lambda candidate: -candidate.score)

    def _clarify(self, candidates: Sequence[Candidate], confidence: float, hits: Hits) -> Reply:
        matters = _matters(candidates)[:MOST_CHOICES]
        named = self._knowledge.library.matters
        choices = [Choice(named[m].choice, str(i), m) for i, m in enumerate(matters, 1)]
        choices.append(Choice(self._wording.say("clarify_other"), str(len(choices) + 1)))
        lines = [self._wording.say("clarify"), *(f"{choice.value}. {choice.label}" for choice in choices)]
        return Reply(
            "clarify",
            "\n".join(lines),
            domain=matters[0].partition(".")[0],
            matter=matters[0],
            confidence=confidence,
            choices=tuple(choices),
            hits=summaries(hits),
        )

    def _without_entry(self, hits: Hits, confidence: float, on: date, today: date) -> Reply:
        best = hits.articles[0] if hits.articles else None
        if best and best.score >= self._judge.sure_article:
            composed = self._composer.compose_digest(best.document, on, today)
            if composed:
                return Reply(
                    "answer", composed.text, confidence=confidence, citations=composed.citations, hits=summaries(hits)
                )
        return self._offer_person(confidence, hits)

    def _offer_person(self, confidence: float | None, hits: Hits) -> Reply:
        text = self._wording.say("handoff_offer")
        return Reply("handoff", text, confidence=confidence, hits=summaries(hits))

    def _entry(self, hit: Hit) -> Entry:
        return self._knowledge.library.entries[hit.document.name]


def evidence(candidates: Sequence[Candidate], hits: Hits, guesses: Sequence[MatterGuess]) -> Evidence:
    """What confidence is judged by: the best candidate, the gap to the best of another matter, the classifier."""
    if not candidates:
        return Evidence(0.0, 0.0, 0.0, 0.0)
    best = candidates[0]
    rival = next((c.score for c in candidates if c.entry.head.matter != best.entry.head.matter), 0.0)
    top = max((hit.score for hit in hits.articles), default=0.0)
    return Evidence(best.hit_score, best.score - rival, best.probability, top)


def _matters(candidates: Sequence[Candidate]) -> list[str]:
    return list(dict.fromkeys(candidate.entry.head.matter for candidate in candidates))


def _answer(entry: Entry, composed: Composed, confidence: float | None, hits: Hits | None) -> Reply:
    return Reply(
        "answer",
        composed.text,
        title=entry.head.title,
        domain=entry.head.matter.partition(".")[0],
        matter=entry.head.matter,
        entry=entry.id,
        confidence=confidence,
        sections=composed.sections,
        notes=composed.notes,
        citations=composed.citations,
        hits=summaries(hits) if hits else (),
    )


def summaries(hits: Hits) -> tuple[HitSummary, ...]:
    """The first hits of both kinds, best first."""
    ranked = sorted((*hits.entries[:5], *hits.articles[:5]), key=lambda hit: -hit.score)
    return tuple(HitSummary(hit.document.kind, hit.document.name, round(hit.score, 3)) for hit in ranked)
