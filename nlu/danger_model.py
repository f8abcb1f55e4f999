"""The danger classifier (危急), compiled for answering: ONNX Runtime on eight-bit weights, without torch.

multilingual-e5-small with an adapter and a head of its own, trained by `models/recipes/danger.py`. A sentence of 15
characters takes some 5 ms of one core.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu.artefacts import opened
from nlu.compiled_encoder import TOKENIZER, encode_one, open_session
from nlu.danger import KINDS
from nlu.encoder import Matrix, Progress
from nlu.fingerprint import ROOT, digest_of

ADAPTER = ROOT / "models" / "danger" / "adapter.npz"
HEAD = "head"
"""Names beginning so are the head's; the others are the adapter's."""
_MODEL = "danger.onnx"
_COMPILED_FROM = ("models/danger/adapter.npz", "nlu/e5_weights.py", "nlu/e5_model.py", "nlu/danger_model.py")


class DangerModel:
    """The compiled model and its tokenizer."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._session = open_session(folder / _MODEL)

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """Of each kind in the order of KINDS, and last of none: shape (len(texts), len(KINDS) + 1)."""
        return np.concatenate([encode_one(self._session, self._tokenizer, text) for text in texts])


def danger_identity() -> str:
    """Changes with whatever the model is compiled from."""
    return digest_of(*_COMPILED_FROM)[:16]


def open_danger_model(home: Path, progress: Progress) -> DangerModel:
    """The compiled model below `home`; compiles it when the current one is missing or damaged."""
    folder = home / "danger" / danger_identity()
    return opened(folder, DangerModel, compile_into, progress, "危急识别模型")


def compile_into(folder: Path, adapter_file: Path = ADAPTER) -> None:
    """The model and its tokenizer, from the base weights and what was trained; imports torch."""
    import torch

    from nlu.e5_model import Classifier, build_tokenizer, export, merge, sentence_model
    from nlu.e5_weights import read_weights, weights_file

    weights, trained = read_weights(weights_file()), dict(np.load(adapter_file))
    tokenizer = build_tokenizer(weights)
    tokenizer.save(str(folder / TOKENIZER))
    model = Classifier(sentence_model(weights).bert, weights.hidden, len(KINDS) + 1)
    merge(model.bert, {name: value for name, value in trained.items() if not name.startswith(HEAD)})
    with torch.no_grad():
        for name, parameter in model.head.named_parameters():
            parameter.copy_(torch.from_numpy(trained[f"{HEAD}.{name}"].astype(np.float32)))
    export(model.eval(), tokenizer, folder / _MODEL)
