"""Which legal matter (案由) is this: calibrated probabilities over the taxonomy.

A linear support vector machine over the encoder's vector and TF-IDF of words and bigrams: as right as logistic
regression and twenty times as fast to train. A temperature fitted on held-out margins makes probabilities of them
that mean what they say (Guo et al. 2017, On Calibration of Modern Neural Networks).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import Encoder
from nlu.normalise import normalise
from nlu.segment import Segmenter

NO_MATTER = ""
"""The class of everyday talk and of what is no legal matter; its texts are in nlu/everyday.txt."""
EVERYDAY = Path(__file__).with_name("everyday.txt")
LEAST_TEXTS = 2
DENSE_WEIGHT = 2.5
HELD_OUT = 4
COST = 0.1


@dataclass(frozen=True, slots=True)
class MatterGuess:
    """A matter id with its probability (0 to 1)."""

    matter: str
    probability: float


class MatterClassifier:
    """Probabilities over the matters seen in training; every text is expected normalised."""

    def __init__(self, featurizer: MatterFeaturizer, weights: Any, temperature: float) -> None:
        self._featurizer = featurizer
        self._weights = weights
        self.temperature = temperature

    def rank(self, text: str) -> list[MatterGuess]:
        """All matters, most likely first; with that of being none of them the probabilities sum to 1."""
        logits = self._weights.decision_function(self._featurizer.rows([text]))[0]
        probabilities = softmax(logits[None, :] / self.temperature)[0]
        order = np.argsort(-probabilities)
        classes = self._weights.classes_
        return [MatterGuess(str(classes[i]), float(probabilities[i])) for i in order if classes[i] != NO_MATTER]

    def save(self, path: Path) -> None:
        import joblib

        joblib.dump((self._featurizer.words, self._weights, self.temperature), path, compress=3)

    @classmethod
    def load(cls, segmenter: Segmenter, encoder: Encoder, path: Path) -> MatterClassifier:
        import joblib

        words, weights, temperature = joblib.load(path)
        return cls(MatterFeaturizer(segmenter, encoder, words), weights, temperature)


class MatterFeaturizer:
    """Sparse rows: TF-IDF of search features, then the encoder's vector; `words` is the fitted vectorizer."""

    def __init__(self, segmenter: Segmenter, encoder: Encoder, words: Any) -> None:
        self._segmenter = segmenter
        self._encoder = encoder
        self.words = words

    @classmethod
    def fit(cls, segmenter: Segmenter, encoder: Encoder, texts: Sequence[str]) -> MatterFeaturizer:
        """Learns which features occur in at least LEAST_TEXTS texts."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        words = TfidfVectorizer(analyzer=as_it_is, min_df=LEAST_TEXTS, sublinear_tf=True)
        return cls(segmenter, encoder, words.fit([segmenter.features(text) for text in texts]))

    def rows(self, texts: Sequence[str]) -> Any:
        from scipy.sparse import csr_matrix, hstack

        dense = csr_matrix(DENSE_WEIGHT * self._encoder.questions(texts))
        return hstack([self.words.transform([self._segmenter.features(text) for text in texts]), dense]).tocsr()


def everyday_texts() -> list[str]:
    """Normalised texts of no matter."""
    return [normalise(line).text for line in EVERYDAY.read_text(encoding="utf-8").splitlines() if line]


def as_it_is(features: list[str]) -> list[str]:
    """The vectorizer's analyzer: features come made."""
    return features


def train_matters(
    segmenter: Segmenter, encoder: Encoder, texts: Sequence[str], matters: Sequence[str]
) -> MatterClassifier:
    """A classifier over lay questions and their matters (parallel lists), calibrated on some held out."""
    featurizer = MatterFeaturizer.fit(segmenter, encoder, texts)
    rows = featurizer.rows(texts)
    labels = np.asarray(matters)
    return MatterClassifier(featurizer, _fit(rows, labels), _held_out_temperature(rows, labels))


def _fit(rows: Any, labels: NDArray[np.str_]) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=COST, random_state=7).fit(rows, labels)


def _held_out_temperature(rows: Any, labels: NDArray[np.str_]) -> float:
    """Fitted on the margins of one text in HELD_OUT, from a model of the others: one number needs no more."""
    from scipy.optimize import minimize_scalar

    held_out = np.arange(len(labels)) % HELD_OUT == 0
    model = _fit(rows[~held_out], labels[~held_out])
    column = {label: i for i, label in enumerate(model.classes_)}
    known = np.flatnonzero(held_out & np.isin(labels, model.classes_))
    logits = model.decision_function(rows[known])
    target = np.array([column[label] for label in labels[known]])

    def loss(temperature: float) -> float:
        probabilities = softmax(logits / temperature)
        return float(-np.log(probabilities[np.arange(len(target)), target] + 1e-12).mean())

    return float(minimize_scalar(loss, bounds=(0.01, 5.0), method="bounded").x)


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Row-wise softmax."""
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))
