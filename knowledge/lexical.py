"""Lexical search (BM25 over words and character bigrams)."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.segment import Segmenter

Scores = NDArray[np.float32]


class LexicalIndex:
    """BM25 over passages; scores are raw BM25, float32, shape (passages,)."""

    def __init__(self, segmenter: Segmenter, engine: Any, size: int) -> None:
        self._segmenter = segmenter
        self._engine = engine
        self._size = size

    @classmethod
    def build(cls, segmenter: Segmenter, texts: Sequence[str]) -> LexicalIndex:
        import bm25s

        logging.getLogger("bm25s").setLevel(logging.WARNING)  # its import sets DEBUG
        features = [segmenter.features(text) or ["∅"] for text in texts]
        vocabulary = {feature: i for i, feature in enumerate(sorted({f for fs in features for f in fs}))}
        ids = [[vocabulary[f] for f in fs] for fs in features]
        engine = bm25s.BM25(k1=1.2, b=0.6)
        engine.index((ids, vocabulary), show_progress=False)
        return cls(segmenter, engine, len(texts))

    def save(self, folder: Path) -> None:
        self._engine.save(str(folder))
        (folder / "size.json").write_text(json.dumps(self._size), encoding="utf-8")

    @classmethod
    def load(cls, segmenter: Segmenter, folder: Path) -> LexicalIndex:
        import bm25s

        engine = bm25s.BM25.load(str(folder), mmap=True, load_vocab=True)
        return cls(segmenter, engine, json.loads((folder / "size.json").read_text(encoding="utf-8")))

    def scores(self, text: str) -> Scores:
        """The score of every passage for `text`; zeros where no feature is known."""
        known = [f for f in self._segmenter.features(text) if f in self._engine.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._engine.get_scores(known), dtype=np.float32)
