"""Recipe of the confidence model: how often is the best entry right, given what search and classifier say?

In: the library's lay questions, each asked of an index that does not hold it (five folds), and the everyday talk of
the dialogue's training data, where no entry is right. Out: models/confidence.json: a logistic model and the thresholds
for a stated risk. Nothing is typed by hand.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import yaml
from msgspec.structs import replace

from bot.answer import Answerer, evidence
from bot.confidence import CONFIDENCE_FILE, Evidence, Judge
from bot.dialogue_model import PROJECT
from bot.wording import Wording
from knowledge.index import Knowledge, build_index, load_index
from knowledge.library import Library, read_library
from knowledge.records import Entry
from nlu.encoder import DEFAULT_ENCODER, SentenceEncoder
from nlu.normalise import normalise
from nlu.segment import legal_segmenter

FOLDS = 5
WRONG_ANSWERS = 0.05
"""At most this share of the answers given may come from the wrong matter, by the held-out questions."""
WRONG_CHOICES = 0.35
"""Below this chance that the right matter is among the three offered, asking back wastes the citizen's time."""
_NO_MATTER = ("greet", "goodbye", "thank", "ask_capability", "abuse", "out_of_scope", "affirm", "deny")

log = logging.getLogger(__name__)
Example = tuple[Evidence, bool, bool]


def train_confidence(target: Path = CONFIDENCE_FILE) -> None:
    """Fits and writes the file; about two minutes."""
    examples = held_out_examples(read_library())
    judge = fit(examples)
    target.write_bytes(msgspec.json.format(msgspec.json.encode(judge), indent=2) + b"\n")
    log.info("%d examples, %s", len(examples), judge)


def held_out_examples(library: Library) -> list[Example]:
    """For every question: evidence, whether the best entry's matter is right, whether it is among the first three."""
    encoder, segmenter = SentenceEncoder(DEFAULT_ENCODER), legal_segmenter()
    found: list[Example] = []
    for fold in range(FOLDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "lexical").mkdir()
            reduced = without_fold(library, fold)
            build_index(folder, reduced, encoder, segmenter)
            knowledge = load_index(folder, reduced, encoder, segmenter)
            asked = [(q, entry.head.matter) for entry in library.entries.values() for q in held_out(entry, fold)]
            asked += [(text, "") for text in no_matter_texts()[fold::FOLDS]]
            found += judge_all(knowledge, asked)
        log.info("fold %d of %d: %d examples", fold + 1, FOLDS, len(found))
    return found


def judge_all(knowledge: Knowledge, asked: Iterable[tuple[str, str]]) -> list[Example]:
    answerer = Answerer(knowledge, Wording.read(), Judge((0.0, 0.0, 0.0, 0.0), 0.0, 0.5, 0.5, 1.0))
    found = []
    for text, matter in asked:
        hits = knowledge.search.search(text, date.today())
        guesses = knowledge.matters.rank(normalise(text).text)
        candidates = answerer.candidates(hits, guesses)
        matters = list(dict.fromkeys(c.entry.head.matter for c in candidates))
        found.append((evidence(candidates, hits, guesses), matter in matters[:1], matter in matters[:3]))
    return found


def held_out(entry: Entry, fold: int) -> tuple[str, ...]:
    return entry.head.questions[fold::FOLDS]


def without_fold(library: Library, fold: int) -> Library:
    """The library without the questions of one fold; titles and texts stay."""
    entries = {}
    for entry in library.entries.values():
        kept = tuple(q for q in entry.head.questions if q not in held_out(entry, fold))
        entries[entry.id] = replace(entry, head=replace(entry.head, questions=kept))
    return Library(library.domains, entries, library.digests, library.laws, library.services, library.cities)


def no_matter_texts() -> list[str]:
    """Everyday talk, where answering from an entry would be wrong."""
    data = yaml.safe_load((PROJECT / "data" / "nlu.yml").read_text(encoding="utf-8"))
    blocks = [block["examples"] for block in data["nlu"] if block["intent"] in _NO_MATTER]
    return [line.removeprefix("- ") for block in blocks for line in block.splitlines() if line.strip()]


def fit(examples: list[Example]) -> Judge:
    """Logistic regression, then the lowest thresholds that keep the stated risks."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array([evidence for evidence, _, _ in examples])
    right = np.array([is_right for _, is_right, _ in examples])
    among_three = np.array([among for _, _, among in examples])
    model = LogisticRegression(C=10.0, max_iter=1000).fit(rows, right)
    confidence = model.predict_proba(rows)[:, 1]
    wrong_articles = rows[~among_three, 3]
    return Judge(
        weights=tuple(round(float(w), 4) for w in model.coef_[0]),  # type: ignore[arg-type]
        bias=round(float(model.intercept_[0]), 4),
        answer_from=lowest_threshold(confidence, right, 1 - WRONG_ANSWERS),
        clarify_from=lowest_threshold(confidence, among_three, 1 - WRONG_CHOICES, local=True),
        sure_article=round(float(np.quantile(wrong_articles, 0.95)), 3),
    )


def lowest_threshold(confidence: np.ndarray, good: np.ndarray, wanted: float, *, local: bool = False) -> float:  # type: ignore[type-arg]
    """The lowest confidence from which on at least `wanted` is good: of all above it, or (`local`) of those near it."""
    order = np.argsort(-confidence)
    sorted_good = good[order].astype(float)
    if local:
        window = np.ones(41) / 41
        share = np.convolve(np.pad(sorted_good, 20, mode="edge"), window, mode="valid")
    else:
        share = np.cumsum(sorted_good) / np.arange(1, len(good) + 1)
    enough = np.flatnonzero(share >= wanted)
    last = int(enough[-1]) if len(enough) else 0
    return round(float(confidence[order][last]), 3)
