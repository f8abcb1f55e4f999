"""Which articles carry an answer to the question at hand (依据), of all that its text cites: a fitted probability.

An entry speaks of its matter as a whole; of its articles those come first that answer what was asked. The others stand
beside them as cited too. Weights are fitted on our own questions with keys, the threshold is chosen for a stated share
of articles that a lawyer would name (`wenfa train citations`); both stand in models/confidence.json.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from bot.outcomes import Cited
from knowledge.documents import article_key
from knowledge.search import SHARPNESS, Hits, ScoredPoint

FAR = 200
"""The place of an article that search did not find."""
Article = tuple[str, str]
"""Law and article."""


class CitedEvidence(NamedTuple):
    """Of one article of an answer, each 0 to 1: how early the text cites it (the point that was asked comes first), how
    near search puts it to the question, and how much of what the entry's points say to such a question rests on it.
    """

    early: float
    near: float
    asked: float


def resting_on(points: Sequence[ScoredPoint], articles: Sequence[Collection[Article]]) -> Mapping[Article, float]:
    """How much of what an entry's points say rests on each article, the nearest points counting most: `articles` are
    those that each point cites, by its number.
    """
    nearness = [math.exp(SHARPNESS * point.score) for point in points]
    shares: dict[Article, float] = defaultdict(float)
    for point, near in zip(points, nearness, strict=True):
        for article in articles[point.number]:
            shares[article] += near / sum(nearness)
    return shares


def cited_evidence(cited: Sequence[Cited], hits: Hits, asked: Mapping[Article, float]) -> list[CitedEvidence]:
    """For each article, in the order of the text; `asked` as `resting_on` says."""
    places = {hit.document: place for place, hit in enumerate(hits.articles)}
    return [
        CitedEvidence(
            1 / (1 + i),
            1 - math.log1p(min(places.get(article_key(one.law, one.article), FAR), FAR)) / math.log1p(FAR),
            asked.get((one.law, one.article), 0.0),
        )
        for i, one in enumerate(cited)
    ]


class CitationRule(msgspec.Struct, frozen=True):
    """An article carries the answer with at least this probability; the likeliest always does."""

    weights: tuple[float, float, float]
    bias: float
    least: float

    def probability(self, evidence: CitedEvidence) -> float:
        logit = self.bias + sum(w * x for w, x in zip(self.weights, evidence, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def carrying(self, cited: Sequence[Cited], evidence: Sequence[CitedEvidence]) -> list[Cited]:
        """Those that carry the answer, likeliest first."""
        ranked = sorted(zip(cited, map(self.probability, evidence), strict=True), key=lambda pair: -pair[1])
        return [one for i, (one, probability) in enumerate(ranked) if i == 0 or probability >= self.least]
