"""Which point (要点) of an entry was asked, if any: a fitted probability over the scores of search.

A wrong point said first reads worse than none, so the least probability is chosen for a stated risk (`wenfa train
points`) and stands with the other weights in models/confidence.json.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple, Self

import msgspec

from knowledge.search import Hit


class PointEvidence(NamedTuple):
    """Of the best point of a hit: its score, by how much the entry's nearest passage is nearer than its own, its lead
    over the next point, and the score of its own nearest passage.
    """

    score: float
    behind: float
    lead: float
    nearest: float

    @classmethod
    def of(cls, hit: Hit) -> Self:
        first, *others = hit.points
        lead = first.score - (others[0].score if others else 0.0)
        return cls(first.score, hit.score - first.nearest, lead, first.nearest)


class PointRule(msgspec.Struct, frozen=True):
    """A point is said where it is asked with at least this probability."""

    weights: tuple[float, float, float, float]
    bias: float
    least: float

    def probability(self, hit: Hit) -> float:
        """That the best point of a hit is the one that was asked."""
        logit = self.bias + sum(w * x for w, x in zip(self.weights, PointEvidence.of(hit), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def pick(self, hit: Hit, said: int | None = None) -> int | None:
        """The number of the point that was asked; in the stead of the one said just before, the next."""
        if not hit.points:
            return None
        first, *others = hit.points
        if said is not None and first.number == said:
            return self.pick(replace(hit, points=tuple(others)))
        return first.number if self.probability(hit) >= self.least else None
