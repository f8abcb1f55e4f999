"""What was asked, and what search and classifier find for it (所问与所得)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.confidence import Evidence, Judge, Verdict
from bot.ranking import Signals
from knowledge.documents import article_key
from knowledge.index import Knowledge
from knowledge.records import Entry
from knowledge.search import Hit, Hits
from nlu.matters import MatterGuess
from nlu.normalise import normalise

CANDIDATES = 20
"""Entries and articles weighed for one question."""
REMEMBERED = 16
"""Texts whose findings are kept: one turn looks at the same words more than once."""
MOST_CHOICES = 3
LEAST_LIKELY = 0.03
"""A matter less probable than this is no choice beside the first."""
A_STORY = 200
"""Characters from which on a question is as long as any."""
NEAR = 0.6
"""From this score of a passage on, something much like the words has been asked before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is answered: words, day of the facts, today, all that was said before, the last question.

    `entry` and `point` are what answered the last question, `turns` how often that entry has, `facts_asked` the
    questions back that were put already. `answers`: whether the last reply put one. `asks`: whether one may be put
    now. `choices` are the matters between which the last reply asked to choose.
    """

    text: str
    on: date
    today: date
    earlier: tuple[str, ...] = ()
    before: str = ""
    entry: str | None = None
    point: int | None = None
    turns: int = 0
    facts_asked: tuple[str, ...] = ()
    answers: bool = False
    asks: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, what speaks for it, how probable its matter is, and how much that is together."""

    entry: Entry
    signals: Signals
    probability: float
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What search and classifier found for a text, and how sure that makes us."""

    hits: Hits
    guesses: Sequence[MatterGuess]
    candidates: Sequence[Candidate]
    confidence: float
    verdict: Verdict

    @property
    def matters(self) -> list[str]:
        """Matters of the candidates, best first."""
        return list(dict.fromkeys(candidate.entry.head.matter for candidate in self.candidates))

    @property
    def near(self) -> bool:
        """Whether something much like it has been asked before."""
        return any(hit.score >= NEAR for hit in self.hits.entries[:1])

    def begins_with(self, entry: Entry) -> bool:
        """Whether this entry is the best candidate."""
        return bool(self.candidates) and self.candidates[0].entry.id == entry.id

    @property
    def everyday(self) -> float:
        """The probability of no legal matter at all."""
        return 1.0 - sum(guess.probability for guess in self.guesses)

    @property
    def likely(self) -> list[str]:
        """The matters worth asking about: the first, and others beside it that are not absurd."""
        probability = {candidate.entry.head.matter: candidate.probability for candidate in self.candidates}
        first = self.matters[:MOST_CHOICES]
        return [matter for i, matter in enumerate(first) if i == 0 or probability[matter] >= LEAST_LIKELY]


def evidence(text: str, candidates: Sequence[Candidate], hits: Hits) -> Evidence:
    """What confidence is judged by: the best candidate, the gap to the best of another matter, the length."""
    length = min(len(text) / A_STORY, 1.0)
    if not candidates:
        return Evidence(0.0, 0.0, 0.0, 0.0, length)
    best = candidates[0]
    rival = next((c.score for c in candidates if c.entry.head.matter != best.entry.head.matter), 0.0)
    top = max((hit.score for hit in hits.articles), default=0.0)
    return Evidence(best.signals.hit_score, best.score - rival, best.probability, top, length)


class Finder:
    """Search, classifier and judge as one look at a text."""

    def __init__(self, knowledge: Knowledge, judge: Judge) -> None:
        self._knowledge = knowledge
        self._judge = judge
        self.find = lru_cache(REMEMBERED)(self._find)
        """Evidence and verdict for a text and the day of its facts."""

    def _find(self, text: str, on: date) -> Finding:
        hits = self._knowledge.search.search(text, on, CANDIDATES)
        guesses = self._knowledge.matters.rank(normalise(text).text)
        candidates = self._candidates(hits, guesses)
        seen = evidence(text, candidates, hits)
        return Finding(hits, guesses, candidates, self._judge.confidence(seen), self._judge.verdict(seen))

    def entry_of(self, hit: Hit) -> Entry:
        return self._knowledge.library.entries[hit.document.name]

    def _candidates(self, hits: Hits, guesses: Sequence[MatterGuess]) -> list[Candidate]:
        """Entries found, best first by all that speaks for them."""
        probability = {guess.matter: guess.probability for guess in guesses}
        articles = {hit.document: hit.score for hit in hits.articles}
        found = []
        for hit in hits.entries:
            entry = self.entry_of(hit)
            basis = max((articles.get(article_key(b.law, b.article), 0.0) for b in entry.head.basis), default=0.0)
            likely = probability.get(entry.head.matter, 0.0)
            signals = Signals.of(hit.score, hit.company, likely, basis)
            found.append(Candidate(entry, signals, likely, self._judge.ranking.score(signals)))
        return sorted(found, key=lambda candidate: -candidate.score)
