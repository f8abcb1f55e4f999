"""The pre-trained model in torch: for training the adapter and for compiling; answering needs neither torch nor this.

A sentence vector is the mean of the last layer, made unit, less the mean of all documents, made unit again: raw cosines
of E5 lie between .8 and .92 and hide the differences.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor, nn
from torch.nn import functional

from nlu.e5_weights import BaseWeights

MOST_TOKENS = 192
"""Of a question or document; what a story says beyond its first 250 characters or so changes its matter rarely."""
_HEAD_SCALE = 20.0
"""A classifier's input has this length, so that its weights learn as fast as the adapter's."""
_BOS, _PAD, _EOS, _UNK = 0, 1, 2, 3
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {"word": "word_embeddings", "pos": "position_embeddings", "type": "token_type_embeddings"}
_KINDS = {"w": "weight", "b": "bias"}


class SentenceModel(nn.Module):
    """Token ids and mask, int64 (texts, tokens), to unit vectors, float32 (texts, hidden)."""

    mean: Tensor

    def __init__(self, bert: nn.Module, mean: Tensor) -> None:
        super().__init__()
        self.bert = bert
        self.register_buffer("mean", mean)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        pooled = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(functional.normalize(pooled, dim=-1) - self.mean, dim=-1)


class Classifier(nn.Module):
    """Token ids and mask, int64 (texts, tokens), to probabilities, float32 (texts, classes)."""

    def __init__(self, bert: nn.Module, hidden: int, classes: int) -> None:
        super().__init__()
        self.bert = bert
        self.head = nn.Linear(hidden, classes)
        nn.init.normal_(self.head.weight, std=0.02)

    def logits(self, ids: Tensor, mask: Tensor) -> Tensor:
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        pooled = (states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        found: Tensor = self.head(_HEAD_SCALE * functional.normalize(pooled, dim=-1))
        return found

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        return functional.softmax(self.logits(ids, mask), dim=-1)


class LowRank(nn.Module):
    """A linear layer plus a learned change of low rank (Hu et al. 2021, LoRA)."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, rows: Tensor) -> Tensor:
        changed: Tensor = self.linear(rows) + functional.linear(functional.linear(rows, self.down), self.up)
        return changed


def sentence_model(weights: BaseWeights, mean: Tensor | None = None) -> SentenceModel:
    """The frozen base."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(weights.pieces),
        hidden_size=weights.hidden,
        num_hidden_layers=weights.layers,
        num_attention_heads=weights.heads,
        intermediate_size=weights.inner,
        max_position_embeddings=weights.positions,
        layer_norm_eps=weights.epsilon,
        attn_implementation="eager",
    )
    bert = BertModel(config, add_pooling_layer=False)
    shapes = {name: tensor.shape for name, tensor in bert.state_dict().items()}
    state = {}
    for name, values in weights.tensors.items():
        target = _target(name)
        state[target] = torch.from_numpy(values.copy()).reshape(shapes[target])
    bert.load_state_dict(state)
    model = SentenceModel(bert, torch.zeros(weights.hidden) if mean is None else mean)
    return model.eval().requires_grad_(requires_grad=False)


def _target(name: str) -> str:
    """`l3.ao.w` is encoder.layer.3.attention.output.dense.weight."""
    first, part, *kind = name.split(".")
    if first == "emb":
        return f"embeddings.{_EMBEDDINGS[part]}.weight" if part != "ln" else f"embeddings.LayerNorm.{_KINDS[kind[0]]}"
    return f"encoder.layer.{first[1:]}.{_LAYER_PARTS[part]}.{_KINDS[kind[0]]}"


def adapt(model: nn.Module, rank: int) -> list[nn.Parameter]:
    """Puts a learnable change beside every linear layer; gives back its parameters."""
    layers = list(_linears(model))
    for parent, name, linear in layers:
        setattr(parent, name, LowRank(linear, rank))
    return [p for module in model.modules() if isinstance(module, LowRank) for p in (module.down, module.up)]


def adapter_of(model: nn.Module) -> dict[str, np.ndarray[Any, Any]]:
    """The learned changes, float16, by the layer's name."""
    found = {}
    for name, module in model.named_modules():
        if isinstance(module, LowRank):
            found[f"{name}.down"] = module.down.detach().numpy().astype(np.float16)
            found[f"{name}.up"] = module.up.detach().numpy().astype(np.float16)
    return found


def merge(model: nn.Module, adapter: Mapping[str, np.ndarray[Any, Any]]) -> None:
    """Adds an adapter's changes to the weights, for good."""
    for parent, name, linear in list(_linears(model)):
        path = next(n for n, module in model.named_modules() if module is linear)
        del parent, name
        down, up = (torch.from_numpy(adapter[f"{path}.{part}"].astype(np.float32)) for part in ("down", "up"))
        linear.weight += up @ down


def _linears(model: nn.Module) -> Iterator[tuple[nn.Module, str, nn.Linear]]:
    for parent in model.modules():
        if not isinstance(parent, LowRank):
            for name, child in parent.named_children():
                if isinstance(child, nn.Linear):
                    yield parent, name, child


def build_tokenizer(weights: BaseWeights) -> Tokenizer:
    """XLM-R's unigram tokenizer over the kept pieces."""
    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=_UNK, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", _BOS), ("</s>", _EOS)]
    )
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.enable_padding(pad_id=_PAD, pad_token="<pad>")  # noqa: S106 - a piece
    return tokenizer


def batch(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Ids and mask of some texts."""
    encoded = tokenizer.encode_batch(list(texts))
    return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])


def export(model: nn.Module, tokenizer: Tokenizer, path: Path) -> None:
    """The model as ONNX with linear layers and embeddings in eight bits."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole = path.with_suffix(".full.onnx")
    with _quiet():
        torch.onnx.export(
            model,
            batch(tokenizer, ["老板拖欠工资", "房东不退押金怎么办"]),
            str(whole),
            input_names=["ids", "mask"],
            output_names=["rows"],
            dynamic_axes={"ids": {0: "texts", 1: "tokens"}, "mask": {0: "texts", 1: "tokens"}, "rows": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            path,
            op_types_to_quantize=["MatMul", "Gather"],
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # or sums overflow on processors without VNNI
        )
    whole.unlink()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without what the exporter says of its successor and the quantiser of every tensor."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
