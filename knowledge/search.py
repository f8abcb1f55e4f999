"""Hybrid search (检索): BM25 and dense candidates, fused; `search(question, on)` gives entries and articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nlargest
from typing import NamedTuple

import numpy as np

from knowledge.dense import DenseIndex, Ids
from knowledge.documents import ARTICLE, ENTRY, DocumentKey, Kind, Passage
from knowledge.laws import LawRegistry, version_on
from knowledge.lexical import LexicalIndex, Scores
from nlu.encoder import Matrix
from nlu.normalise import normalise
from nlu.questions import asking_part

CANDIDATES = 200
COMPANY = 3
LEXICAL_SHARE = 0.35
SHARPNESS, SAID_SHARE = 16.0, 0.2
"""A point's score: the logarithmic mean of its questions' scores, so that the nearest count most and the others still
count, and the share of what it says.
"""
EITHER = 12.0
"""Sharpness of the mean of two views, all that was said and the part of it that asks: the one in which a point is near
counts most. Who tells a long story asks for one thing in the end; who names the thing first asks shortly.
"""
LEXICAL_SCALE = 12.0
"""A BM25 score of about this many points says as much as a cosine of 0.6; keeps scores comparable between questions."""


class Heard(NamedTuple):
    """BM25 scores of all passages for some words, float32 (passages,), and their vector, float32 (1, dimension)."""

    lexical: Scores
    vector: Matrix


class ScoredPoint(NamedTuple):
    """A point of an entry: its number, its score, and that of its nearest passage."""

    number: int
    score: float
    nearest: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One document found: its best passage's fused score (0 to about 1), and the two scores behind it.

    `company` is the mean score of its next COMPANY passages: one near question may be chance, three are not.
    `points` are those of the entry, best first; of the hits that are given back alone.
    """

    document: DocumentKey
    score: float
    lexical: float
    dense: float
    passage: str
    company: float = 0.0
    points: tuple[ScoredPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """What a question found, best first."""

    entries: tuple[Hit, ...]
    articles: tuple[Hit, ...]


class Search:
    """Search over one index; stateless between questions."""

    def __init__(
        self, passages: Sequence[Passage], lexical: LexicalIndex, dense: DenseIndex, laws: LawRegistry
    ) -> None:
        self._passages = passages
        self._lexical = lexical
        self._dense = dense
        self._laws = laws
        self._points = _points_of(passages)

    def search(self, question: str, on: date, k: int = 10) -> Hits:
        """Entries and articles for a citizen's words; articles of laws not in force on `on` are left out."""
        text = normalise(question).text
        whole, part = self._heard(text), asking_part(text)
        asking = whole if part == text else self._heard(part)
        ranked = sorted(self._best_by_document(whole.lexical, whole.vector).values(), key=lambda hit: -hit.score)
        entries = [replace(hit, points=self._scored_points(hit, whole, asking)) for hit in _top(ranked, ENTRY, k)]
        return Hits(tuple(entries), articles=tuple(self._in_force(ranked, on))[:k])

    def _heard(self, text: str) -> Heard:
        return Heard(self._lexical.scores(text), self._dense.encode(text))

    def _in_force(self, ranked: Sequence[Hit], on: date) -> list[Hit]:
        return [hit for hit in ranked if hit.document.kind == ARTICLE and self._stands(hit.document.law, on)]

    def _stands(self, law_key: str, on: date) -> bool:
        if law_key not in self._laws:
            return True
        law = self._laws[law_key]
        return version_on(law, on) is not None and not (law.repealed_on and on >= law.repealed_on)

    def _best_by_document(self, lexical: Scores, vector: Matrix) -> dict[DocumentKey, Hit]:
        dense_ids, cosines = self._dense.nearest(vector, CANDIDATES)
        lexical_ids = top_ids(lexical, CANDIDATES)
        cosine_of = dict(zip(dense_ids.tolist(), cosines.tolist(), strict=True))
        missing = np.array([i for i in lexical_ids if i not in cosine_of], dtype=np.int64)
        if len(missing):
            cosine_of.update(zip(missing.tolist(), self._dense.similarities(vector, missing).tolist(), strict=True))
        found: dict[DocumentKey, list[tuple[float, int]]] = defaultdict(list)
        for i, cosine in cosine_of.items():
            found[self._passages[i].document].append((fuse(float(lexical[i]), cosine), i))
        return {document: self._hit(document, scored, lexical, cosine_of) for document, scored in found.items()}

    def _hit(
        self, document: DocumentKey, scored: list[tuple[float, int]], lexical: Scores, cosine_of: dict[int, float]
    ) -> Hit:
        (score, i), *others = nlargest(COMPANY + 1, scored)
        company = sum(other for other, _ in others) / COMPANY
        return Hit(document, score, float(lexical[i]), cosine_of[i], self._passages[i].text, company)

    def _scored_points(self, hit: Hit, whole: Heard, asking: Heard) -> tuple[ScoredPoint, ...]:
        """All points of an entry, best first, by all that was said and by the part of it that asks."""
        scored = []
        for point, (said, asked) in self._points.get(hit.document.name, {}).items():
            ids = np.array([said, *asked], dtype=np.int64)
            by_all = self._fused(whole, ids)
            by_what_asks = by_all if asking is whole else self._fused(asking, ids)
            score = _soft_maximum((_of_point(by_all), _of_point(by_what_asks)), EITHER)
            scored.append(ScoredPoint(point, score, max(by_all)))
        return tuple(sorted(scored, key=lambda one: -one.score))

    def _fused(self, heard: Heard, ids: Ids) -> list[float]:
        cosines = self._dense.similarities(heard.vector, ids)
        return [fuse(float(heard.lexical[i]), float(cosine)) for i, cosine in zip(ids, cosines, strict=True)]


def _of_point(fused: Sequence[float]) -> float:
    """The score of a point from those of what it says, first, and of its questions."""
    said, *questions = fused
    near = _soft_maximum(questions, SHARPNESS) if questions else said
    return SAID_SHARE * said + (1 - SAID_SHARE) * near


def _soft_maximum(values: Sequence[float], sharpness: float) -> float:
    """The logarithmic mean: between mean and maximum, the nearer to this the sharper."""
    return float(np.log(np.mean(np.exp(sharpness * np.array(values)))) / sharpness)


def _points_of(passages: Sequence[Passage]) -> dict[str, dict[int, tuple[int, list[int]]]]:
    """Of every entry the points, each with the passage that it says and those of its questions."""
    found: dict[str, dict[int, tuple[int, list[int]]]] = defaultdict(dict)
    for i, passage in enumerate(passages):
        if passage.point is not None:
            said, asked = found[passage.document.name].get(passage.point, (i, []))
            found[passage.document.name][passage.point] = (said, [*asked, i] if passage.asked else asked)
    return dict(found)


def fuse(lexical: float, cosine: float) -> float:
    """One score of a BM25 score and a cosine, both saturating, so that scores compare between questions."""
    return LEXICAL_SHARE * lexical / (lexical + LEXICAL_SCALE) + (1 - LEXICAL_SHARE) * max(cosine, 0.0)


def top_ids(scores: Scores, count: int) -> list[int]:
    """Ids of the `count` highest positive scores, unordered."""
    ids = np.argpartition(scores, -count)[-count:] if len(scores) > count else np.arange(len(scores))
    return [int(i) for i in ids if scores[i] > 0]


def _top(ranked: Sequence[Hit], kind: Kind, k: int) -> tuple[Hit, ...]:
    return tuple(hit for hit in ranked if hit.document.kind == kind)[:k]
