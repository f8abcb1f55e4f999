"""The encoder seam: text to unit vectors.

Any sentence-transformers folder or model name fits the same setting (WENFA_ENCODER); the default is the small static
encoder that our recipe trains and the repository ships.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
DEFAULT_ENCODER = Path(__file__).parents[1] / "models" / "encoder"


class Encoder(Protocol):
    """What search and classifiers need of an encoder."""

    @property
    def identity(self) -> str:
        """Changes whenever the vectors may; indexes built with another identity are refused."""

    @property
    def dimension(self) -> int: ...

    def questions(self, texts: Sequence[str]) -> Matrix:
        """Unit rows, float32, shape (len(texts), dimension), for what citizens ask."""

    def documents(self, texts: Sequence[str]) -> Matrix:
        """Unit rows, float32, shape (len(texts), dimension), for what is searched."""


class SentenceEncoder:
    """A sentence-transformers model behind the seam. Loading imports torch (about 10 s when cold)."""

    def __init__(self, name_or_folder: str | Path) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)  # one question is too little work to share
        self._model: Any = SentenceTransformer(str(name_or_folder), device="cpu", trust_remote_code=False)
        self._identity = encoder_identity(name_or_folder)

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def dimension(self) -> int:
        return int(self._model.get_embedding_dimension())

    def questions(self, texts: Sequence[str]) -> Matrix:
        return self._rows(self._model.encode_query(list(texts), **_QUIET))

    def documents(self, texts: Sequence[str]) -> Matrix:
        return self._rows(self._model.encode_document(list(texts), batch_size=256, **_QUIET))

    def _rows(self, vectors: Any) -> Matrix:
        return np.asarray(vectors, dtype=np.float32).reshape(-1, self.dimension)


@cache
def load_encoder(name_or_folder: str | Path) -> SentenceEncoder:
    """The encoder of a name or folder, loaded once a process: search and the dialogue model share it unchanged."""
    return SentenceEncoder(name_or_folder)


_QUIET = {"normalize_embeddings": True, "show_progress_bar": False, "convert_to_numpy": True}


def encoder_identity(name_or_folder: str | Path) -> str:
    """A model name as it stands, or a digest over the files of a folder."""
    folder = Path(name_or_folder)
    if not folder.is_dir():
        return str(name_or_folder)
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
