"""Our encoder, compiled for answering: ONNX Runtime on eight-bit weights, without torch.

A question of 15 characters takes some 5 ms of one core. Two models: questions with the adapter, documents without.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from nlu.artefacts import opened
from nlu.encoder import ADAPTER, Matrix, Progress, encoder_identity

QUESTIONS, DOCUMENTS, TOKENIZER = "questions.onnx", "documents.onnx", "tokenizer.json"
DOCUMENT_PREFIX = "passage: "
"""E5 was trained so; questions go without a prefix, the adapter has learned that."""
DOCUMENT_CHARACTERS = 250
REMEMBERED = 256
"""Questions whose vector is kept: search, matters and dialogue ask for the same one within a turn."""
BULK_THREADS = 2


class CompiledEncoder:
    """The two compiled models and their tokenizer."""

    def __init__(self, folder: Path, identity: str) -> None:
        from tokenizers import Tokenizer

        self._identity = identity
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._questions = open_session(folder / QUESTIONS)
        self._folder = folder
        self._documents: Any = None
        self._one = lru_cache(REMEMBERED)(self._question)

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def dimension(self) -> int:
        return int(self._questions.get_outputs()[0].shape[1])

    def questions(self, texts: Sequence[str]) -> Matrix:
        return self._one(texts[0]) if len(texts) == 1 else encode_all(self._questions, self._tokenizer, texts)

    def documents(self, texts: Sequence[str]) -> Matrix:
        """Only building an index needs them; the model is loaded by the first call."""
        if self._documents is None:
            self._documents = open_session(self._folder / DOCUMENTS)
        cut = [DOCUMENT_PREFIX + text[:DOCUMENT_CHARACTERS] for text in texts]
        return encode_all(self._documents, self._tokenizer, cut)

    def _question(self, text: str) -> Matrix:
        row = encode_one(self._questions, self._tokenizer, text)
        row.setflags(write=False)
        return row


def open_compiled(home: Path, progress: Progress) -> CompiledEncoder:
    """The compiled encoder below `home`; compiles it when the current one is missing or damaged."""
    identity = encoder_identity(None)
    folder = home / "encoder" / identity
    return opened(folder, lambda built: CompiledEncoder(built, identity), compile_into, progress, "语义模型")


def compile_into(folder: Path, adapter_file: Path = ADAPTER) -> None:
    """Both models and the tokenizer, from the base weights and an adapter; imports torch."""
    import torch

    from nlu.e5_model import build_tokenizer, export, merge, sentence_model
    from nlu.e5_weights import read_weights, weights_file

    weights, adapter = read_weights(weights_file()), dict(np.load(adapter_file))
    tokenizer = build_tokenizer(weights)
    tokenizer.save(str(folder / TOKENIZER))
    model = sentence_model(weights, torch.from_numpy(adapter["mean"]))
    export(model, tokenizer, folder / DOCUMENTS)
    merge(model, adapter)
    export(model, tokenizer, folder / QUESTIONS)


def encode_all(session: Any, tokenizer: Any, texts: Sequence[str]) -> Matrix:
    """Unit rows, one by one, so that a vector does not depend on its neighbours; on BULK_THREADS threads."""
    with ThreadPoolExecutor(BULK_THREADS) as pool:
        rows = list(pool.map(partial(encode_one, session, tokenizer), texts))
    width = session.get_outputs()[0].shape[1]
    return np.concatenate(rows) if rows else np.zeros((0, width), dtype=np.float32)


def encode_one(session: Any, tokenizer: Any, text: str) -> Matrix:
    """The row of one text."""
    ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    row = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})[0]
    return np.asarray(row, dtype=np.float32)


def open_session(path: Path) -> Any:
    """A compiled model on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
