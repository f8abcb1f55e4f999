"""The encoder seam: text to unit vectors.

Any sentence-transformers folder or model name fits the same setting (WENFA_ENCODER); the default is our own adapter on
multilingual-e5-small, compiled once below WENFA_HOME (`nlu/compiled_encoder.py`).
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from nlu.fingerprint import ROOT, digest_of

Matrix = NDArray[np.float32]
Progress = Callable[[str], None]
ADAPTER = ROOT / "models" / "encoder" / "adapter.npz"
_COMPILED_FROM = ("models/encoder/adapter.npz", "nlu/e5_weights.py", "nlu/e5_model.py", "nlu/compiled_encoder.py")
_QUIET = {"normalize_embeddings": True, "show_progress_bar": False, "convert_to_numpy": True}


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
        self._identity = encoder_identity(str(name_or_folder))

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


class Remembering:
    """An encoder that encodes each text once; for building, where the same ones are asked for again and again.

    With a home it also knows what was encoded for an earlier build: after a change of content only what is new costs.
    """

    def __init__(self, encoder: Encoder, home: Path | None = None) -> None:
        self._encoder = encoder
        self._file = home / "vectors" / f"{encoder.identity.replace('/', '-')}.npz" if home else None
        self._known = _read_vectors(self._file) if self._file else {}
        self._read = len(self._known)

    @property
    def identity(self) -> str:
        return self._encoder.identity

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def questions(self, texts: Sequence[str]) -> Matrix:
        return self._rows("question", texts, self._encoder.questions)

    def documents(self, texts: Sequence[str]) -> Matrix:
        return self._rows("document", texts, self._encoder.documents)

    def keep(self) -> None:
        """Writes what is known for the next build; what was kept for other encoders goes."""
        if self._file is None or len(self._known) == self._read:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(f".{os.getpid()}.draft")
        with draft.open("wb") as file:
            np.savez(file, keys=np.array(list(self._known), dtype=np.uint64), rows=np.stack(list(self._known.values())))
        draft.replace(self._file)
        for other in self._file.parent.glob("*.npz"):
            if other != self._file:
                other.unlink(missing_ok=True)

    def _rows(self, side: str, texts: Sequence[str], encode: Callable[[Sequence[str]], Matrix]) -> Matrix:
        if not texts:
            return encode(texts)
        keys = [_key(side, text) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if fresh:
            self._known.update(zip(fresh, encode(list(fresh.values())), strict=True))
        return np.stack([self._known[key] for key in keys])


def _key(side: str, text: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{side} {text}".encode(), digest_size=8).digest())


def _read_vectors(file: Path) -> dict[int, Matrix]:
    """What was kept; nothing where nothing was, or it cannot be read."""
    try:
        with np.load(file) as kept:
            return dict(zip(kept["keys"].tolist(), kept["rows"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


_LOADED: dict[str | None, Encoder] = {}


def load_encoder(setting: str | None, home: Path | None = None, progress: Progress = print) -> Encoder:
    """The encoder of WENFA_ENCODER, or ours where it is None; search and the dialogue model of a process share it.

    `home` is where ours is compiled to, by default WENFA_HOME; the first call in a process decides.
    """
    if setting not in _LOADED:
        _LOADED[setting] = SentenceEncoder(setting) if setting else _ours(home, progress)
    return _LOADED[setting]


def _ours(home: Path | None, progress: Progress) -> Encoder:
    from nlu.compiled_encoder import open_compiled

    return open_compiled(home or Path(os.environ.get("WENFA_HOME") or ROOT / "var"), progress)


def encoder_identity(setting: str | None) -> str:
    """A model name as it stands, a digest over the files of a folder, or over what ours is compiled from."""
    if not setting:
        return digest_of(*_COMPILED_FROM)[:16]
    folder = Path(setting)
    if not folder.is_dir():
        return setting
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
