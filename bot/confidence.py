"""How sure we are (把握): calibrated confidence from retrieval and matter evidence, and what follows from it.

Weights and thresholds are data (models/confidence.json), fitted by `wenfa train confidence` on questions held out of
the index; nothing here is tuned by hand.
"""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from bot.citing import CitationRule
from bot.points import PointRule
from bot.ranking import Ranking

CONFIDENCE_FILE = Path(__file__).parents[1] / "models" / "confidence.json"


class Evidence(NamedTuple):
    """Best entry's retrieval score, its lead over the next matter, its matter's probability, best article's score, and
    how long the question is (a story's score is lower where it is found just as surely), each 0 to 1.
    """

    hit_score: float
    lead: float
    probability: float
    article_score: float
    length: float


class Verdict(Enum):
    """What confidence allows."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    HAND_OVER = "hand_over"


class Logistic(msgspec.Struct, frozen=True):
    """A logistic model over evidence; no weight is below 0, because more evidence must never lower a probability."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, evidence: Evidence) -> float:
        logit = self.bias + sum(w * x for w, x in zip(self.weights, evidence, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


class Judge(msgspec.Struct, frozen=True):
    """Which entry is best, is its matter right, is the right one among the first three, and what follows from it."""

    ranking: Ranking
    best: Logistic
    among_three: Logistic
    answer_from: float
    clarify_from: float
    sure_article: float
    point: PointRule
    citation: CitationRule

    @classmethod
    def read(cls, path: Path = CONFIDENCE_FILE) -> Self:
        return msgspec.json.decode(path.read_bytes(), type=cls)

    def write(self, path: Path) -> None:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n")

    def confidence(self, evidence: Evidence) -> float:
        """Probability, 0 to 1, that the best entry answers the question."""
        return self.best.probability(evidence)

    def verdict(self, evidence: Evidence) -> Verdict:
        """An answer where the best is likely right; a question back where the right one is likely among three."""
        if self.confidence(evidence) >= self.answer_from:
            return Verdict.ANSWER
        likely = self.among_three.probability(evidence) >= self.clarify_from
        return Verdict.CLARIFY if likely else Verdict.HAND_OVER
