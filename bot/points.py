"""Which point (要点) of an entry was asked, if any: a fitted probability over the scores of search.

A wrong point said first reads worse than none, so the least probability is chosen for a stated risk (`wenfa train
points`) and stands with the other weights in models/confidence.json.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import replace
from typing import NamedTuple, Self

import msgspec

from knowledge.search import Hit
from nlu.questions import asks

MOST_BARE = 8
"""Letters of a trouble that is only named: "房东不退押金", "收到法院传票怎么办"."""
BEHIND = 0.01
"""What is only named asks for a point where nothing else of the entry is nearer by this."""
MOST_BESIDE = 3
"""Points near to the words that stand beside the answer (`shown` of `wenfa evaluate points`)."""
BESIDE_FROM, BESIDE_AGAIN_FROM = 0.35, 0.42
"""Scores from which on a point stands there; of what is asked on, few words by themselves, more is wanted."""
_TAIL = re.compile(r"[，, ]?(?:该|应该|我该)?(?:怎么办|怎么处理|点算|咋办|怎么做)?[？?。！!～~ ]*$")


def only_names(text: str) -> bool:
    """Whether normalised words only name a trouble, so that nothing particular is asked."""
    return len(_TAIL.sub("", text)) <= MOST_BARE


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
    """A point is said where it is asked with at least this probability; where words ask nothing, with `least_told`."""

    weights: tuple[float, float, float, float]
    bias: float
    least: float
    least_told: float

    def probability(self, hit: Hit) -> float:
        """That the best point of a hit is the one that was asked."""
        logit = self.bias + sum(w * x for w, x in zip(self.weights, PointEvidence.of(hit), strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def pick(self, hit: Hit, text: str, said: int | None = None, *, bare: bool = False) -> int | None:
        """The number of the point that normalised words ask; in the stead of the one said just before, the next.

        `bare`: the words only name a trouble; the conclusion answers that, and whoever only tells what happened, unless
        the point is the very thing.
        """
        told = not asks(text)
        if not hit.points or ((bare or told) and PointEvidence.of(hit).behind > BEHIND):
            return None
        first, *others = hit.points
        if said is not None and first.number == said:
            return self.pick(replace(hit, points=tuple(others)), text, bare=bare)
        return first.number if self.probability(hit) >= (self.least_told if told else self.least) else None


def beside(hit: Hit, said: Collection[int | None], least: float = BESIDE_FROM) -> list[int]:
    """The numbers of the points nearest to the words, of at least such a score, without those that are said."""
    return [point.number for point in hit.points if point.score >= least and point.number not in said][:MOST_BESIDE]
