"""Recipe of the confidence model: how often is the best entry right, given what search and classifier say?

In: WENFA_DATA and the library's lay questions, in five folds. For each fold an encoder is tuned and an index built
without it: a fifth of the questions of most entries, where the right entry can be found, and a fifth of the entries,
where it cannot; everyday talk of the dialogue's training data is right nowhere either. Out: models/confidence.json:
a logistic model and the thresholds for a stated risk. About ten minutes on two cores.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml
from msgspec.structs import replace
from numpy.typing import NDArray

from bot.answer import Answerer, evidence
from bot.confidence import CONFIDENCE_FILE, Evidence, Judge
from bot.dialogue_model import PROJECT
from bot.wording import Wording
from knowledge.clock import today
from knowledge.index import Knowledge, build_index, load_index
from knowledge.library import Library, read_library
from models.recipes.data import ROOT, read_rows
from models.recipes.encoder import prepare, save, training_pairs, tuned
from nlu.encoder import Encoder, SentenceEncoder
from nlu.segment import legal_segmenter

FOLDS = 5
EPOCHS = 3
"""Fewer than the shipped encoder's: what is measured is evidence on questions it has not seen."""
WRONG_ANSWERS = 0.12
"""At most this share of the answers given may come from the wrong matter."""
WRONG_CHOICES = 0.5
"""Below this chance that the right matter is among the three offered, asking back wastes the citizen's time."""
WINDOW = 21
"""Questions over which the chance near a confidence is averaged."""
TUNING = ROOT / "tests" / "evaluation" / "tuning.jsonl"
_NO_MATTER = ("greet", "goodbye", "thank", "ask_capability", "abuse", "out_of_scope", "affirm", "deny")

log = logging.getLogger(__name__)
Example = tuple[Evidence, bool, bool]
Rows = NDArray[Any]


def train_confidence(target: Path = CONFIDENCE_FILE) -> None:
    """Fits and writes the file; raises DataMissing where data is absent."""
    examples = held_out_examples(read_library())
    write(fit(examples), target)
    log.info("%d examples; now choose the thresholds: wenfa train thresholds", len(examples))


def train_thresholds(knowledge: Knowledge, target: Path = CONFIDENCE_FILE) -> None:
    """Chooses the thresholds anew for the weights at hand, and writes the file."""
    judge = choose_thresholds(knowledge, Judge.read(target))
    write(judge, target)
    log.info("%s", judge)


def write(judge: Judge, target: Path) -> None:
    target.write_bytes(msgspec.json.format(msgspec.json.encode(judge), indent=2) + b"\n")


def held_out_examples(library: Library) -> list[Example]:
    """For every question: evidence, whether the best entry's matter is right, whether it is among the first three."""
    ground = prepare(library)
    found: list[Example] = []
    for fold in range(FOLDS):
        reduced = without_fold(library, fold)
        module = tuned(ground, training_pairs(reduced, ground.articles), EPOCHS)
        with tempfile.TemporaryDirectory() as name:
            save(module, Path(name) / "encoder")
            knowledge = build(Path(name) / "index", reduced, SentenceEncoder(Path(name) / "encoder"))
            found += judge_all(knowledge, asked_of(library, reduced, fold))
        log.info("fold %d of %d: %d examples", fold + 1, FOLDS, len(found))
    return found


def build(folder: Path, library: Library, encoder: Encoder) -> Knowledge:
    """An index of the reduced library, opened."""
    (folder / "lexical").mkdir(parents=True)
    build_index(folder, library, encoder, legal_segmenter())
    return load_index(folder, library, encoder, legal_segmenter())


def asked_of(library: Library, reduced: Library, fold: int) -> list[tuple[str, str]]:
    """A fifth of every entry's questions with their matter; "" where the reduced library has no entry for it."""
    covered = {entry.head.matter for entry in reduced.entries.values()}
    asked = [
        (question, entry.head.matter if entry.head.matter in covered else "")
        for entry in library.entries.values()
        for question in entry.questions[fold::FOLDS]
    ]
    return asked + [(text, "") for text in no_matter_texts()[fold::FOLDS]]


def without_fold(library: Library, fold: int) -> Library:
    """The library without every fifth entry, and without every fifth question of the others."""
    entries = {}
    for i, entry in enumerate(library.entries.values()):
        if i % FOLDS != fold:
            kept = tuple(q for n, q in enumerate(entry.questions) if n % FOLDS != fold)
            entries[entry.id] = replace(entry, head=replace(entry.head, questions=kept), asked=())
    return Library(library.domains, entries, library.digests, library.laws, library.services, library.cities)


def judge_all(knowledge: Knowledge, asked: Iterable[tuple[str, str]]) -> list[Example]:
    answerer = Answerer(knowledge, Wording.read(), Judge((0.0, 0.0, 0.0, 0.0), 0.0, 0.5, 0.5, 1.0))
    found = []
    for text, matter in asked:
        finding = answerer.find(text, today())
        seen = evidence(finding.candidates, finding.hits, finding.guesses)
        found.append((seen, matter in finding.matters[:1], matter in finding.matters[:3]))
    return found


def no_matter_texts() -> list[str]:
    """Everyday talk, where answering from an entry would be wrong."""
    data = yaml.safe_load((PROJECT / "data" / "nlu.yml").read_text(encoding="utf-8"))
    blocks = [block["examples"] for block in data["nlu"] if block["intent"] in _NO_MATTER]
    return [line.removeprefix("- ") for block in blocks for line in block.splitlines() if line.strip()]


def fit(examples: list[Example]) -> Judge:
    """Logistic regression with weights of at least 0, then the lowest thresholds that keep the stated risks."""
    rows = np.array([evidence for evidence, _, _ in examples])
    right = np.array([is_right for _, is_right, _ in examples])
    among_three = np.array([among for _, _, among in examples])
    weights, bias = logistic(rows, right)
    confidence = 1 / (1 + np.exp(-(rows @ weights + bias)))
    wrong_articles = rows[~among_three, 3]
    return Judge(
        weights=tuple(round(float(w), 4) for w in weights),  # type: ignore[arg-type]
        bias=round(float(bias), 4),
        answer_from=lowest_threshold(confidence, right, 1 - WRONG_ANSWERS),
        clarify_from=lowest_threshold(confidence, among_three, 1 - WRONG_CHOICES, local=True),
        sure_article=round(float(np.quantile(wrong_articles, 0.95)), 3),
    )


def choose_thresholds(knowledge: Knowledge, judge: Judge) -> Judge:
    """The judge with thresholds for the stated risks on the tuning half of the examination, asked of what is shipped.

    People tell longer stories than our own lay questions do: weights come from many held-out questions, thresholds
    from these.
    """
    rows = [row for row in read_rows(TUNING) if row["outcome"] in ("answer", "out_of_scope", "chitchat")]
    asked = [(row.get("text") or row["turns"][-1], row.get("matter") or "") for row in rows]
    labelled = [pair for pair, row in zip(asked, rows, strict=True) if pair[1] or row["outcome"] != "answer"]
    examples = judge_all(knowledge, labelled)
    confidence = np.array([judge.confidence(evidence) for evidence, _, _ in examples])
    right = np.array([is_right for _, is_right, _ in examples])
    among_three = np.array([among for _, _, among in examples])
    answer_from = lowest_threshold(confidence, right, 1 - WRONG_ANSWERS)
    clarify_from = lowest_threshold(confidence, among_three, 1 - WRONG_CHOICES, local=True)
    return replace(judge, answer_from=answer_from, clarify_from=min(clarify_from, answer_from))


def logistic(rows: Rows, right: Rows) -> tuple[Rows, float]:
    """Weights and bias of least log loss; no weight below 0, because more evidence must never lower confidence."""
    from scipy.optimize import minimize

    signs = np.where(right, 1.0, -1.0)

    def loss(parameters: Rows) -> float:
        margins = signs * (rows @ parameters[:-1] + parameters[-1])
        return float(np.logaddexp(0, -margins).mean() + 1e-4 * parameters[:-1] @ parameters[:-1])

    width = rows.shape[1]
    found = minimize(loss, np.zeros(width + 1), bounds=[(0, None)] * width + [(None, None)])
    return found.x[:-1], float(found.x[-1])


def lowest_threshold(confidence: Rows, good: Rows, wanted: float, *, local: bool = False) -> float:
    """The lowest confidence from which on at least `wanted` is good: of all above it, or (`local`) of those near it."""
    order = np.argsort(-confidence)
    sorted_good = good[order].astype(float)
    if local:
        window = np.ones(WINDOW) / WINDOW
        share = np.convolve(np.pad(sorted_good, WINDOW // 2, mode="edge"), window, mode="valid")
    else:
        share = np.cumsum(sorted_good) / np.arange(1, len(good) + 1)
    enough = np.flatnonzero(share >= wanted)
    last = int(enough[-1]) if len(enough) else 0
    return round(float(confidence[order][last]), 3)
