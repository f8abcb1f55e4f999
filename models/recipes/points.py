"""Recipe of the rule that picks a point (`bot/points.py`), and the measure of it.

An index is built of a library that lacks one in FOLDS of the points of every entry, with all that was asked of them,
and one in FOLDS of the questions of the others. The questions of a point that is there are to find it; where it is not
there, whatever is said is wrong. Each is asked by itself, and after some sentences of a story of its entry, as people
ask. The rule is chosen on one half of the entries, and reported on the other.
"""

from __future__ import annotations

import logging
import math
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from bot.confidence import CONFIDENCE_FILE, Judge
from bot.points import PointEvidence, PointRule, beside
from knowledge.clock import today
from knowledge.index import Knowledge
from knowledge.library import Library, read_library
from knowledge.search import Hit
from models.evaluation.scores import summarise
from models.recipes.confidence import build
from models.recipes.folds import FOLD, FOLDS, of_fold, without_fold
from models.recipes.retelling import after_telling, telling
from nlu.encoder import Encoder
from nlu.normalise import normalise

WRONG_POINTS = 0.3
"""At most this share of the points said may be another than was asked. It is no small one: the conclusion follows, and
on the tuning half of the examination more of what should be said and cited is, the more points are said.
"""
WRONG_TOLD = 0.15
"""The same of words that ask nothing: whoever only tells what happened reads the conclusion first."""
WITHOUT_POINT = 0.25
"""The share of questions within an entry that none of its points answers, in life; of those asked here it is half, and
they weigh less.
"""
CANDIDATES = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PointCase:
    """What search found of an entry for a question of its own, and the number of the point that answers; None where it
    was taken out.
    """

    text: str
    hit: Hit
    right: int | None
    reported: bool


def train_points(encoder: Encoder, home: Path, target: Path = CONFIDENCE_FILE) -> None:
    """Chooses the rule and writes it into the file."""
    cases = point_cases(encoder, home)
    rule = choose([case for case in cases if not case.reported])
    judge = replace(Judge.read(target), point=rule)
    judge.write(target)
    log.info("%s: %s", rule, evaluate(cases, rule)["scores"])


def evaluate_points(encoder: Encoder, home: Path) -> dict[str, Any]:
    """The rule at hand on the half of the entries that did not choose it."""
    return evaluate(point_cases(encoder, home), Judge.read().point)


def evaluate(cases: Sequence[PointCase], rule: PointRule) -> dict[str, Any]:
    """`found`: of the questions whose point is there, how many are told it; `shown`: how many are told it or read it
    beside the answer; `mistaken`: how many are told another; `invented`: of those whose point is not there, how many
    are told one all the same.
    """
    reported = [case for case in cases if case.reported]
    said = [(case.right, rule.pick(case.hit, normalise(case.text).text)) for case in reported]
    read = [{number, *beside(case.hit, (number,))} for case, (_, number) in zip(reported, said, strict=True)]
    columns = {
        "found": [float(number == right) for right, number in said if right is not None],
        "shown": [float(right in numbers) for numbers, (right, _) in zip(read, said, strict=True) if right is not None],
        "mistaken": [float(number not in (None, right)) for right, number in said if right is not None],
        "invented": [float(number is not None) for right, number in said if right is None],
    }
    means, intervals = summarise(columns)
    return {"queries": len(reported), "scores": means, "ci95": intervals}


def choose(cases: Sequence[PointCase]) -> PointRule:
    """The probability that the best point is right, fitted, and the least one that keeps the risk."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    asked = [case for case in cases if case.hit.points]
    rows = np.array([PointEvidence.of(case.hit) for case in asked])
    right = np.array([case.hit.points[0].number == case.right for case in asked])
    there = np.array([case.right is not None for case in asked])
    odds = WITHOUT_POINT / (1 - WITHOUT_POINT)
    weight = np.where(there, 1.0, odds * there.sum() / max(1, len(there) - there.sum()))
    scale = StandardScaler().fit(rows)
    model = LogisticRegression().fit(scale.transform(rows), right, sample_weight=weight)
    weights = model.coef_[0] / scale.scale_
    bias = float(model.intercept_[0] - (weights * scale.mean_).sum())
    probability = model.predict_proba(scale.transform(rows))[:, 1]
    order = np.argsort(-probability)
    share_right = np.cumsum((weight * right)[order]) / np.cumsum(weight[order])

    def least(wrong: float) -> float:
        kept = np.flatnonzero(share_right >= 1 - wrong)
        return math.ceil(float(probability[order][kept[-1]]) * 1000) / 1000 if len(kept) else 1.0

    a, b, c, d = (round(float(one), 4) for one in weights)
    return PointRule((a, b, c, d), round(bias, 4), least(WRONG_POINTS), least(WRONG_TOLD))


def point_cases(encoder: Encoder, home: Path) -> list[PointCase]:
    """Every held-out question of a point, asked of the library without some."""
    library = read_library()
    reduced = without_fold(without_points(library), FOLD)
    with tempfile.TemporaryDirectory() as name:
        return _ask_all(library, build(Path(name) / "index", reduced, encoder, home))


def without_points(library: Library) -> Library:
    """The library without one in FOLDS of the points of every entry."""
    entries = {
        entry.id: replace(entry, points=tuple(point for point in entry.points if not of_fold(point.say, FOLD + 1)))
        for entry in library.entries.values()
    }
    return Library(library.domains, entries, library.digests, library.laws, library.services, library.cities)


def _ask_all(library: Library, knowledge: Knowledge) -> list[PointCase]:
    cases = []
    for entry in library.entries.values():
        kept = knowledge.library.entries.get(entry.id)
        if kept is None:
            continue
        number_of = {point.say: number for number, point in enumerate(kept.points)}
        known, reported = set(kept.questions), any(of_fold(entry.id, fold) for fold in range(1, FOLDS, 2))
        told = telling(entry.stories)
        for point in entry.points:
            for question in (one for one in point.ask if one not in known):
                for text in dict.fromkeys((question, after_telling(question, told, random.Random(question)))):
                    found = knowledge.search.search(text, today(), CANDIDATES).entries
                    hit = next((hit for hit in found if hit.document.name == entry.id), None)
                    if hit:
                        cases.append(PointCase(text, hit, number_of.get(point.say), reported))
    return cases
