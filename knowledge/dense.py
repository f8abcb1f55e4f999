"""Dense search (FAISS inner product over unit vectors, stored as 8-bit scalars)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.encoder import Encoder, Matrix

Ids = NDArray[np.int64]
Similarities = NDArray[np.float32]


class DenseIndex:
    """Cosine similarity between a question and passages."""

    def __init__(self, encoder: Encoder, index: Any) -> None:
        import faiss

        faiss.omp_set_num_threads(1)  # a second thread that spins costs neighbouring work more than it saves here
        self._encoder = encoder
        self._index = index

    @classmethod
    def build(cls, encoder: Encoder, texts: Sequence[str], asked: Sequence[bool]) -> DenseIndex:
        """Lay questions are encoded as questions, prose as documents."""
        import faiss

        vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
        for is_question, encode in ((True, encoder.questions), (False, encoder.documents)):
            rows = [i for i, flag in enumerate(asked) if flag is is_question]
            if rows:
                vectors[rows] = encode([texts[i] for i in rows])
        index = faiss.IndexScalarQuantizer(encoder.dimension, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        return cls(encoder, index)

    def save(self, path: Path) -> None:
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, encoder: Encoder, path: Path) -> DenseIndex:
        import faiss

        return cls(encoder, faiss.read_index(str(path)))

    def encode(self, text: str) -> Matrix:
        """`text` as a question: float32, shape (1, dimension)."""
        return self._encoder.questions([text])

    def nearest(self, question: Matrix, count: int) -> tuple[Ids, Similarities]:
        """Passage ids and cosines, best first, at most `count`."""
        similarities, ids = self._index.search(question, count)
        found = ids[0] >= 0
        return ids[0][found], similarities[0][found]

    def similarities(self, question: Matrix, ids: Ids) -> Similarities:
        """Cosines of chosen passages."""
        vectors = np.stack([self._index.reconstruct(int(i)) for i in ids])
        return np.asarray(vectors @ question[0], dtype=np.float32)
