"""Hears danger (危急) in any wording and in every state.

Plain patterns hear words that mean nothing else. For all others two have to agree: a classifier trained for it
(`nlu/danger_model.py`), and one over words, cues and the encoder's vector. Both have learned `nlu/danger_data/`:
sentences of danger, and near misses (yesterday's quarrel, 气死我了, the word 自杀 in a question about insurance).
A long story is heard sentence by sentence as well, those that words alone make likely.
The thresholds are chosen for recall: a missed cry for help costs more than a needless number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from nlu.danger import CUES, KINDS, DangerKind, cues_of, names, pattern_kind
from nlu.danger_model import DangerModel
from nlu.encoder import Encoder, Matrix
from nlu.normalise import normalise
from nlu.segment import Segmenter

DATA = Path(__file__).with_name("danger_data")
NONE = "none"
HELD_OUT = 5
"""One in so many written examples is shown to no model; on these danger is judged."""
THRESHOLD = 0.36
PART_THRESHOLD, PART_FLOOR = 0.8, 0.2
"""Probabilities of danger from which it is danger: of all that was said; of one sentence among several, where all that
was said is not below the floor."""
NAMED: frozenset[DangerKind] = frozenset({"threat", "missing", "sexual_assault", "poisoning", "fire_gas", "child_harm"})
UNNAMED_FROM = 0.6
"""These kinds are hardly ever told without naming what they are about; where they are, danger is from here on."""
LIKELY_KINDS = 4
"""Where the likeliest kind is one of NAMED and is not named, the next of so many that is named is meant."""
HEARD_AGAIN = 3
"""Sentences, those most likely by their words, that are heard by themselves."""
LEAST_LETTERS = 4
MOST_SENTENCES = 60
_CUE_WEIGHT = 0.3
_COST = 10.0
DANGER_WEIGHT = 3.0
"""A missed cry for help weighs so many needless numbers."""
_CUES = (*CUES, "plain")
_CUE_NAMES = {name: i for i, name in enumerate((*KINDS, *_CUES, *(f"{kind}+{cue}" for kind in KINDS for cue in _CUES)))}
_SENTENCES = re.compile(r"[^。！？!?；;\n]+")


class Ears:
    """Two fitted classifiers over words and cues, one of which knows the encoder's vector as well."""

    def __init__(self, segmenter: Segmenter, encoder: Encoder, words: Any, full: Any, quick: Any) -> None:
        self._segmenter = segmenter
        self._encoder = encoder
        self._words = words
        self._full = full
        self._quick = quick

    def probabilities(self, texts: Sequence[str]) -> Any:
        """Of danger, float64 (len(texts),), by words and vectors: milliseconds each."""
        rows = _features(self._segmenter, self._words, texts)
        vectors = np.concatenate([self._encoder.questions([text]) for text in texts])
        return self._full.predict_proba(_with_vectors(rows, vectors))[:, 1]

    def quickly(self, texts: Sequence[str]) -> Any:
        """The same by words alone, in microseconds."""
        return self._quick.predict_proba(_features(self._segmenter, self._words, texts))[:, 1]

    def save(self, path: Path) -> None:
        import joblib

        joblib.dump((self._words, self._full, self._quick), path, compress=3)

    @classmethod
    def load(cls, segmenter: Segmenter, encoder: Encoder, path: Path) -> Ears:
        import joblib

        return cls(segmenter, encoder, *joblib.load(path))


class DangerDetector:
    """Hears danger in normalised words: is there any, and then of what kind."""

    def __init__(self, ears: Ears, model: DangerModel) -> None:
        self._ears = ears
        self._model = model

    def kind(self, text: str) -> DangerKind | None:
        """The kind of danger, or None."""
        certain = pattern_kind(text)
        if certain:
            return certain
        kind, excess = self.likeliest(text)
        unnamed = kind in NAMED and not names(kind, text)
        return kind if excess >= (UNNAMED_FROM - THRESHOLD if unnamed else 0) else None

    def probability(self, text: str) -> float:
        """Of danger in all that was said; one sentence of it may be likelier."""
        return self.likeliest(text)[1] + THRESHOLD

    def likeliest(self, text: str) -> tuple[DangerKind, float]:
        """The kind that is likeliest, and by how much its probability exceeds the threshold (negative: it does not).

        All that was said is one part; each sentence among several is another, held against a higher threshold.
        """
        parts = [text, *self._likely_sentences(text)]
        kinds = self._model.probabilities(parts)
        danger = _agreed(1 - kinds[:, -1], self._ears.probabilities(parts))
        excess = np.minimum(danger - PART_THRESHOLD, danger[0] - PART_FLOOR)
        excess[0] = danger[0] - THRESHOLD
        best = int(np.argmax(excess))
        first, *others = (KINDS[i] for i in np.argsort(-kinds[best, :-1])[:LIKELY_KINDS])
        if first in NAMED and not names(first, text):
            first = next((kind for kind in others if names(kind, text)), first)
        return first, float(excess[best])

    def _likely_sentences(self, text: str) -> list[str]:
        found = [part for part in _SENTENCES.findall(text) if LEAST_LETTERS <= len(part) < len(text) - 1]
        if len(found) <= HEARD_AGAIN:
            return found
        order = np.argsort(-self._ears.quickly(found[:MOST_SENTENCES]))
        return [found[i] for i in order[:HEARD_AGAIN]]


def _agreed(one: Any, other: Any) -> Any:
    """The mean of two probabilities on the scale of log odds: neither alone makes danger."""
    odds = (np.clip(p, 1e-5, 1 - 1e-5) / (1 - np.clip(p, 1e-5, 1 - 1e-5)) for p in (one, other))
    mean = np.sqrt(np.prod(list(odds), axis=0))
    return mean / (1 + mean)


def danger_examples(folder: Path = DATA) -> list[tuple[str, str]]:
    """Every written example, normalised, with its kind, NONE for near misses."""
    names: dict[str, str] = {kind: kind for kind in KINDS} | {NONE: "near_misses"}
    return [
        (normalise(line).text, label)
        for label, name in names.items()
        for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def split(examples: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What models are shown, and what they are judged on: drawn by the words, so that what is added moves nothing."""
    shown = [example for example in examples if crc32(example[0].encode()) % HELD_OUT]
    return shown, [example for example in examples if not crc32(example[0].encode()) % HELD_OUT]


def train_danger(
    segmenter: Segmenter, encoder: Encoder, examples: Iterable[tuple[str, str]], harmless: Sequence[str]
) -> Ears:
    """From written examples and further harmless texts, all normalised."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    written, kinds = map(list, zip(*examples, strict=True))
    texts, danger = [*written, *harmless], np.array([*(kind != NONE for kind in kinds), *([False] * len(harmless))])
    words = TfidfVectorizer(analyzer=_as_it_is, min_df=2, sublinear_tf=True)
    words.fit([_pieces(segmenter, text) for text in texts])
    rows, weight = _features(segmenter, words, texts), np.where(danger, DANGER_WEIGHT, 1.0)

    def fitted(rows: Any) -> Any:
        return LogisticRegression(C=_COST, solver="liblinear", random_state=7).fit(rows, danger, sample_weight=weight)

    full = fitted(_with_vectors(rows, encoder.questions(texts)))
    return Ears(segmenter, encoder, words, full, fitted(rows))


def _features(segmenter: Segmenter, words: Any, texts: Sequence[str]) -> Any:
    """Sparse rows, shape (len(texts), words + cues)."""
    from scipy.sparse import csr_matrix, hstack

    sparse = words.transform([_pieces(segmenter, text) for text in texts])
    cues = np.zeros((len(texts), len(_CUE_NAMES)), dtype=np.float32)
    for row, text in enumerate(texts):
        cues[row, [_CUE_NAMES[name] for name in cues_of(text)]] = _CUE_WEIGHT
    return hstack([sparse, csr_matrix(cues)]).tocsr()


def _with_vectors(rows: Any, vectors: Matrix) -> Any:
    """Sparse rows with the encoder's vectors beside them."""
    from scipy.sparse import csr_matrix, hstack

    return hstack([rows, csr_matrix(vectors)]).tocsr()


def _pieces(segmenter: Segmenter, text: str) -> list[str]:
    """Words, and runs of one to three characters."""
    runs = [text[i : i + n] for n in range(1, 4) for i in range(len(text) - n + 1)]
    return [*runs, *(f"w:{word}" for word in segmenter.features(text))]


def _as_it_is(features: list[str]) -> list[str]:
    return features
