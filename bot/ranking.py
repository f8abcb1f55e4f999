"""Which entry comes first (排序): one weighted sum over what search and classifier say of each candidate.

The weights are data (models/confidence.json), fitted by `wenfa train confidence` on questions held out of the index.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec

LEAST_PROBABILITY = 1e-3
"""Of a matter; below it nothing is known, and the logarithm would say too much."""


class Signals(NamedTuple):
    """Of one candidate, each 0 to 1: its best passage's score, how near its next passages come, the logarithm of its
    matter's probability, and how well its own articles were found.
    """

    hit_score: float
    company: float
    log_probability: float
    basis: float

    @classmethod
    def of(cls, hit_score: float, company: float, probability: float, basis: float) -> Signals:
        scaled = 1 - math.log(max(probability, LEAST_PROBABILITY)) / math.log(LEAST_PROBABILITY)
        return cls(hit_score, company, scaled, basis)


class Ranking(msgspec.Struct, frozen=True):
    """Weights of at least 0: what speaks for a candidate never puts it lower."""

    weights: tuple[float, float, float, float]

    def score(self, signals: Signals) -> float:
        return sum(w * x for w, x in zip(self.weights, signals, strict=True))
