"""Hears danger (危急) in any wording and in every state.

Two ears: plain patterns for words that mean nothing else, and small classifiers over characters, words, the cues of
`nlu/danger.py` and the encoder's vector, trained on `nlu/danger_data/`: sentences of danger by kind, and near misses
(yesterday's quarrel, 气死我了, the word 自杀 in a question about insurance). A long story is heard sentence by sentence
as well; the vector, which costs milliseconds each, is asked for those that the words alone make likely. The thresholds
are chosen for recall: a missed cry for help costs more than a needless number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from nlu.danger import CUES, KINDS, DangerKind, cues_of, pattern_kind
from nlu.encoder import Encoder, Matrix
from nlu.normalise import normalise
from nlu.segment import Segmenter

DATA = Path(__file__).with_name("danger_data")
NONE = "none"
THRESHOLD = 0.5
PART_THRESHOLD, PART_FLOOR = 0.9, 0.25
"""Probabilities of danger from which it is danger: of all that was said; of one sentence among several, where all that
was said is not below the floor."""
HEARD_AGAIN = 3
"""Sentences, those most likely by their words, whose vector is asked."""
LEAST_LETTERS = 4
MOST_SENTENCES = 60
_CUE_WEIGHT = 0.3
_VECTOR_WEIGHT = 1.0
_COST = 10.0
DANGER_WEIGHT = 3.0
"""A missed cry for help weighs so many needless numbers."""
_CUES = (*CUES, "plain")
_CUE_NAMES = {name: i for i, name in enumerate((*KINDS, *_CUES, *(f"{kind}+{cue}" for kind in KINDS for cue in _CUES)))}
_SENTENCES = re.compile(r"[^。！？!?；;\n]+")


class Ears(NamedTuple):
    """Fitted classifiers: danger by words and vector, danger by words alone, and of which kind."""

    full: Any
    quick: Any
    which: Any


class DangerDetector:
    """Hears danger in normalised words: is there any, and then of what kind."""

    def __init__(self, segmenter: Segmenter, encoder: Encoder, words: Any, ears: Ears) -> None:
        self._segmenter = segmenter
        self._encoder = encoder
        self._words = words
        self._ears = ears

    def kind(self, text: str) -> DangerKind | None:
        """The kind of danger, or None."""
        certain = pattern_kind(text)
        if certain:
            return certain
        kind, excess = self.likeliest(text)
        return kind if excess >= 0 else None

    def likeliest(self, text: str) -> tuple[DangerKind, float]:
        """The kind that is likeliest, and by how much its probability exceeds the threshold (negative: it does not).

        All that was said is one part; each sentence among several is another, held against a higher threshold.
        """
        parts = [text, *self._likely_sentences(text)]
        rows = features(self._segmenter, self._words, parts)
        vectors = np.concatenate([self._encoder.questions([part]) for part in parts])
        heard = with_vectors(rows, vectors)
        probability = self._ears.full.predict_proba(heard)[:, 1]
        excess = np.minimum(probability - PART_THRESHOLD, probability[0] - PART_FLOOR)
        excess[0] = probability[0] - THRESHOLD
        best = int(np.argmax(excess))
        return cast("DangerKind", str(self._ears.which.predict(heard[best])[0])), float(excess[best])

    def _likely_sentences(self, text: str) -> list[str]:
        found = [part for part in _SENTENCES.findall(text) if LEAST_LETTERS <= len(part) < len(text) - 1]
        if len(found) <= HEARD_AGAIN:
            return found
        rows = features(self._segmenter, self._words, found[:MOST_SENTENCES])
        order = np.argsort(-self._ears.quick.predict_proba(rows)[:, 1])
        return [found[i] for i in order[:HEARD_AGAIN]]

    def save(self, path: Path) -> None:
        import joblib

        joblib.dump((self._words, *self._ears), path, compress=3)

    @classmethod
    def load(cls, segmenter: Segmenter, encoder: Encoder, path: Path) -> DangerDetector:
        import joblib

        words, *ears = joblib.load(path)
        return cls(segmenter, encoder, words, Ears(*ears))


def danger_examples(folder: Path = DATA) -> list[tuple[str, str]]:
    """Every written example, normalised, with its kind, NONE for near misses."""
    names: dict[str, str] = {kind: kind for kind in KINDS} | {NONE: "near_misses"}
    return [
        (normalise(line).text, label)
        for label, name in names.items()
        for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def train_danger(
    segmenter: Segmenter, encoder: Encoder, examples: Iterable[tuple[str, str]], harmless: Sequence[str]
) -> DangerDetector:
    """A detector over written examples and further harmless questions, all normalised."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    written, kinds = map(list, zip(*examples, strict=True))
    texts, labels = [*written, *harmless], np.array([*kinds, *([NONE] * len(harmless))])
    words = TfidfVectorizer(analyzer=_as_it_is, min_df=2, sublinear_tf=True)
    words.fit([_pieces(segmenter, text) for text in texts])
    rows, danger = features(segmenter, words, texts), labels != NONE
    weight, heard = np.where(danger, DANGER_WEIGHT, 1.0), with_vectors(rows, encoder.questions(texts))

    def fitted(rows: Any, labels: Any, weight: Any = None) -> Any:
        return LogisticRegression(C=_COST, solver="liblinear", random_state=7).fit(rows, labels, sample_weight=weight)

    ears = Ears(
        full=fitted(heard, danger, weight),
        quick=fitted(rows, danger, weight),
        which=fitted(heard[danger], labels[danger]),
    )
    return DangerDetector(segmenter, encoder, words, ears)


def features(segmenter: Segmenter, words: Any, texts: Sequence[str]) -> Any:
    """Sparse rows, shape (len(texts), words + cues)."""
    from scipy.sparse import csr_matrix, hstack

    sparse = words.transform([_pieces(segmenter, text) for text in texts])
    cues = np.zeros((len(texts), len(_CUE_NAMES)), dtype=np.float32)
    for row, text in enumerate(texts):
        cues[row, [_CUE_NAMES[name] for name in cues_of(text)]] = _CUE_WEIGHT
    return hstack([sparse, csr_matrix(cues)]).tocsr()


def with_vectors(rows: Any, vectors: Matrix) -> Any:
    """Sparse rows with the encoder's vectors beside them."""
    from scipy.sparse import csr_matrix, hstack

    return hstack([rows, csr_matrix(_VECTOR_WEIGHT * vectors)]).tocsr()


def _pieces(segmenter: Segmenter, text: str) -> list[str]:
    """Words, and runs of one to three characters."""
    runs = [text[i : i + n] for n in range(1, 4) for i in range(len(text) - n + 1)]
    return [*runs, *(f"w:{word}" for word in segmenter.features(text))]


def _as_it_is(features: list[str]) -> list[str]:
    return features
