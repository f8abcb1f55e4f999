"""Recipe of ranking and confidence: which entry comes first, and how often is it right, given what search and
classifier say?

In: the library's lay questions, and the encoder that ships. An index is built of what the encoder was shown
(`recipes/encoder.py`), and asked what it was not: one in FOLDS of the questions of most entries, where the right entry
can be found, and those of one in FOLDS of the entries, where it cannot; everyday talk of the dialogue's training data
is right nowhere either. Each is asked as it stands and as somebody else might tell it. Out: models/confidence.json:
weights of the ranking, two logistic models and the thresholds for a stated risk. Some minutes.
"""

from __future__ import annotations

import logging
import random
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.special import logsumexp

from bot.citing import CitationRule
from bot.confidence import CONFIDENCE_FILE, Evidence, Judge, Logistic
from bot.dialogue_model import PROJECT
from bot.findings import Finder, evidence
from bot.points import PointRule
from bot.ranking import Ranking, Signals
from knowledge.clock import today
from knowledge.figures import data_folder
from knowledge.index import Knowledge, build_index, load_index
from knowledge.library import Library, read_library
from models.recipes.data import ROOT, read_rows
from models.recipes.encoder import SEED
from models.recipes.folds import FOLD, of_fold, without_fold
from models.recipes.retelling import retold, small_talk, sounding_alike
from nlu.danger_model import open_danger_model
from nlu.encoder import Encoder, Remembering
from nlu.segment import legal_segmenter

WRONG_ANSWERS = 0.12
"""At most this share of the answers to what should be answered may come from the wrong matter."""
LEAST_RIGHT = 0.5
"""Nor is anything answered at a confidence at which fewer were right: what should not have been answered is wrong."""
WRONG_CHOICES = 0.65
"""At most this chance that the right matter is not among the three offered: a glance at them costs little, being turned
away costs much."""
TUNING = ROOT / "tests" / "evaluation" / "tuning.jsonl"
NO_POINT = PointRule((0.0, 0.0, 0.0, 0.0), 0.0, 1.0, 1.0)
EVERY_CITATION = CitationRule((0.0, 0.0, 0.0), 0.0, 0.0)
"""Until `wenfa train points` chooses one."""
_NO_MATTER = ("greet", "goodbye", "thank", "ask_capability", "abuse", "out_of_scope", "affirm", "deny")

log = logging.getLogger(__name__)
Example = tuple[Evidence, bool, bool]
Rows = NDArray[Any]


def train_confidence(encoder: Encoder, home: Path, target: Path = CONFIDENCE_FILE) -> None:
    """Fits and writes the file; vectors known below `home` are not made again."""
    library = read_library()
    shown = without_fold(library, FOLD)
    with tempfile.TemporaryDirectory() as name:
        knowledge = build(Path(name) / "index", shown, encoder, home)
        asked = asked_of(library, shown)
        ranking = fit_ranking(knowledge, asked)
        examples = judge_all(knowledge, ranking, asked)
    fit(ranking, examples).write(target)
    log.info(
        "%d examples; now: wenfa train thresholds, points, citations",
        len(examples),
    )


def train_thresholds(knowledge: Knowledge, target: Path = CONFIDENCE_FILE) -> None:
    """Chooses the thresholds anew for the weights at hand, and writes the file."""
    judge = choose_thresholds(knowledge, Judge.read(target))
    judge.write(target)
    log.info("%s", judge)


def build(folder: Path, library: Library, encoder: Encoder, home: Path) -> Knowledge:
    """An index of the reduced library, opened; vectors known below `home` are not made again."""
    folder.mkdir()
    remembering, segmenter = Remembering(encoder, home), legal_segmenter()
    build_index(folder, library, remembering, segmenter)
    return load_index(folder, library, remembering, segmenter, open_danger_model(home, log.info))


def asked_of(library: Library, shown: Library) -> list[tuple[str, str]]:
    """One in FOLDS of every entry's questions with their matter, as written and retold; "" where what was shown has no
    entry for it.
    """
    covered = {entry.head.matter for entry in shown.entries.values()}
    asked = [
        (question, entry.head.matter if entry.head.matter in covered else "")
        for entry in library.entries.values()
        for question in entry.questions
        if of_fold(question)
    ]
    asked += [(text, "") for text in no_matter_texts() if of_fold(text)]
    chance, talk = random.Random(SEED), small_talk()
    alike = sounding_alike(text for text, _ in asked)
    return asked + [(retold(text, talk, alike, chance), matter) for text, matter in asked]


def undecided(ranking: Ranking) -> Judge:
    """A judge that ranks and decides nothing."""
    even = Logistic((0.0,) * len(Evidence._fields), 0.0)
    return Judge(ranking, even, even, 0.5, 0.5, 1.0, NO_POINT, EVERY_CITATION)


def fit_ranking(knowledge: Knowledge, asked: Iterable[tuple[str, str]]) -> Ranking:
    """Weights of at least 0 that make the right entry's share of a softmax over the candidates greatest."""
    from scipy.optimize import minimize

    finder = Finder(knowledge, undecided(Ranking((1.0, 0.0, 1.0, 0.0))))
    told = []
    for text, matter in asked:
        candidates = finder.find(text, today()).candidates
        right = np.array([candidate.entry.head.matter == matter for candidate in candidates])
        if right.any() and not right.all():
            told.append((np.array([candidate.signals for candidate in candidates]), right))

    def loss(weights: Rows) -> float:
        scores = [(rows @ weights, right) for rows, right in told]
        missed = [logsumexp(score) - logsumexp(score[right]) for score, right in scores]
        return float(np.mean(missed) + 1e-4 * weights @ weights)

    width = len(Signals._fields)
    found = minimize(loss, np.ones(width), bounds=[(0, None)] * width)
    return Ranking(tuple(round(float(weight), 3) for weight in found.x))  # type: ignore[arg-type]


def judge_all(knowledge: Knowledge, ranking: Ranking, asked: Iterable[tuple[str, str]]) -> list[Example]:
    """For every question: evidence, whether the best entry's matter is right, whether it is among the first three."""
    finder = Finder(knowledge, undecided(ranking))
    found = []
    for text, matter in asked:
        finding = finder.find(text, today())
        seen = evidence(text, finding.candidates, finding.hits)
        found.append((seen, matter in finding.matters[:1], matter in finding.matters[:3]))
    return found


def no_matter_texts() -> list[str]:
    """Everyday talk, where answering from an entry would be wrong."""
    data = yaml.safe_load((PROJECT / "data" / "nlu.yml").read_text(encoding="utf-8"))
    blocks = [block["examples"] for block in data["nlu"] if block["intent"] in _NO_MATTER]
    return [line.removeprefix("- ") for block in blocks for line in block.splitlines() if line.strip()]


def fit(ranking: Ranking, examples: list[Example]) -> Judge:
    """Two logistic regressions, and the thresholds that keep the stated risks."""
    rows = np.array([evidence for evidence, _, _ in examples])
    right = np.array([is_right for _, is_right, _ in examples])
    among_three = np.array([among for _, _, among in examples])
    best, among = logistic(rows, right), logistic(rows, among_three)
    return Judge(
        ranking=ranking,
        best=best,
        among_three=among,
        answer_from=lowest_threshold(_probabilities(best, rows), right, 1 - WRONG_ANSWERS),
        clarify_from=round(1 - WRONG_CHOICES, 3),
        sure_article=round(float(np.quantile(rows[~among_three, 3], 0.95)), 3),
        point=NO_POINT,
        citation=EVERY_CITATION,
    )


def _probabilities(model: Logistic, rows: Rows) -> Rows:
    return np.array([model.probability(Evidence(*row)) for row in rows])


def choose_thresholds(knowledge: Knowledge, judge: Judge) -> Judge:
    """The judge with its threshold for the stated risk of an answer, on the tuning halves of both examinations (the
    larger lies in WENFA_DATA) asked of what is shipped.

    People tell longer stories than our own lay questions do: weights come from many held-out questions, the threshold
    from these.
    """
    every = [*read_rows(TUNING), *read_rows(data_folder() / "questions" / "exam-tuning.jsonl")]
    rows = [row for row in every if row["outcome"] != "crisis" and "text" in row]  # a later turn leans on the earlier
    asked = [(row["text"], (row.get("matter") or "") if row["outcome"] == "answer" else "") for row in rows]
    labelled = [pair for pair, row in zip(asked, rows, strict=True) if pair[1] or row["outcome"] != "answer"]
    examples = judge_all(knowledge, judge.ranking, labelled)
    confidence = np.array([judge.confidence(evidence) for evidence, _, _ in examples])
    right = np.array([is_right for _, is_right, _ in examples])
    to_answer = np.array([matter != "" for _, matter in labelled])
    few_wrong = lowest_threshold(confidence[to_answer], right[to_answer], 1 - WRONG_ANSWERS)
    return replace(judge, answer_from=round(max(few_wrong, mostly_right_from(confidence, right)), 3))


def logistic(rows: Rows, right: Rows) -> Logistic:
    """Weights of at least 0 and bias, of least log loss."""
    from scipy.optimize import minimize

    signs = np.where(right, 1.0, -1.0)

    def loss(parameters: Rows) -> float:
        margins = signs * (rows @ parameters[:-1] + parameters[-1])
        return float(np.logaddexp(0, -margins).mean() + 1e-4 * parameters[:-1] @ parameters[:-1])

    width = rows.shape[1]
    found = minimize(loss, np.zeros(width + 1), bounds=[(0, None)] * width + [(None, None)])
    weights = tuple(round(float(w), 4) for w in found.x[:-1])
    return Logistic(weights, round(float(found.x[-1]), 4))


def mostly_right_from(confidence: Rows, good: Rows) -> float:
    """The lowest confidence at which, as far as a rising curve tells, at least LEAST_RIGHT are good."""
    from sklearn.isotonic import IsotonicRegression

    share = IsotonicRegression().fit_transform(confidence, good.astype(float))
    return float(confidence[share >= LEAST_RIGHT].min())


def lowest_threshold(confidence: Rows, good: Rows, wanted: float) -> float:
    """The lowest confidence from which on at least `wanted` of all above it is good."""
    order = np.argsort(-confidence)
    share = np.cumsum(good[order].astype(float)) / np.arange(1, len(good) + 1)
    enough = np.flatnonzero(share >= wanted)
    last = int(enough[-1]) if len(enough) else 0
    return round(float(confidence[order][last]), 3)
