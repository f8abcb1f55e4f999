"""Recipe of the static encoder: SVD of the statutes' TF-IDF matrix, then contrastive tuning on lay questions.

In: WENFA_DATA (statutes; STARD's training questions) and our own digests and guidance. Out: models/encoder.
About four minutes on two cores; the seed is fixed.
"""

from __future__ import annotations

import json
import logging
import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch.nn import functional

from knowledge.library import Library, read_library
from models.recipes.data import lay_questions, statute_rows
from nlu.encoder import DEFAULT_ENCODER
from nlu.lexical_embedding import LONGEST_FEATURE, LexicalEmbedding
from nlu.normalise import normalise
from nlu.segment import legal_segmenter

DIMENSION = 192
FEATURES = 32_000
LEAST_DOCUMENTS = 4
EPOCHS = 6
BATCH = 64
TEMPERATURE = 0.05
HARD_NEGATIVES = 4
LEARNING_RATE = 2e-3
SEED = 7

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pair:
    """A lay question and a text that should lie near it; `asked` marks another lay question."""

    question: str
    target: str
    asked: bool
    article: tuple[str, str] | None = None


@dataclass(frozen=True)
class Ground:
    """What training starts from: article texts by (law, article), and the untuned module over them."""

    articles: dict[tuple[str, str], str]
    module: LexicalEmbedding


def train_encoder(folder: Path = DEFAULT_ENCODER) -> None:
    """Trains and writes the encoder folder; raises DataMissing where data is absent."""
    library = read_library()
    ground = prepare(library)
    pairs = training_pairs(library, ground.articles)
    log.info("%d articles, %d training pairs", len(ground.articles), len(pairs))
    save(tuned(ground, pairs, EPOCHS), folder)


def prepare(library: Library) -> Ground:
    """The untuned module; its vocabulary knows the library's words, its vectors only the statutes."""
    articles = {(row["law"], row["article"]): article_text(row) for row in statute_rows()}
    module = initial_module(list(articles.values()), [p.question for p in training_pairs(library, articles)])
    module.feature_counts = cache(module.feature_counts)  # type: ignore[method-assign]
    return Ground(articles, module)


def training_pairs(library: Library, articles: dict[tuple[str, str], str]) -> list[Pair]:
    return [*stard_pairs(articles), *library_pairs(library, articles)]


def tuned(ground: Ground, pairs: list[Pair], epochs: int) -> LexicalEmbedding:
    """A copy of the untuned module, tuned on the pairs; the seed is fixed."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    untuned = ground.module
    weights = (untuned.vectors, untuned.question_weights, untuned.document_weights)
    module = LexicalEmbedding(untuned.vocabulary, *(w.detach().numpy().copy() for w in weights))
    module.feature_counts = untuned.feature_counts  # type: ignore[method-assign]  # the texts counted already
    tune(module, pairs, ground.articles, epochs)
    return module


def article_text(row: dict[str, Any]) -> str:
    return normalise(f"{row['law']} {row['heading']}\n{row['text']}").text


def stard_pairs(articles: dict[tuple[str, str], str]) -> list[Pair]:
    """STARD's questions with each article that answers them."""
    return [
        Pair(normalise(row["text"]).text, articles[key], asked=False, article=key)
        for row in lay_questions()
        for citation in row["citations"]
        if (key := (citation["law"], citation["article"])) in articles
    ]


def library_pairs(library: Library, articles: dict[tuple[str, str], str]) -> list[Pair]:
    """Our own questions with article texts, gists, conclusions, and one another."""
    pairs = []
    for digest in library.digests.values():
        key = (digest.law, digest.article)
        questions = [normalise(q).text for q in digest.questions]
        targets = [text for text in (articles.get(key), normalise(f"{digest.law} {digest.gist}").text) if text]
        pairs += [Pair(q, target, asked=False, article=key) for q in questions for target in targets]
        pairs += _neighbours(questions)
    for entry in library.entries.values():
        questions = [normalise(q).text for q in (entry.head.title, *entry.questions)]
        conclusion = normalise(f"{entry.head.title}\n{entry.sections.get('结论', '')}").text
        pairs += [Pair(q, conclusion, asked=False) for q in questions]
        pairs += _neighbours(questions)
        pairs += [
            Pair(q, articles[key], asked=False, article=key)
            for q in questions
            for basis in entry.head.basis[:2]
            if (key := (basis.law, basis.article)) in articles
        ]
    return pairs


def _neighbours(questions: Sequence[str]) -> list[Pair]:
    return [Pair(q, questions[(i + 1) % len(questions)], asked=True) for i, q in enumerate(questions)]


def initial_module(documents: list[str], questions: list[str]) -> LexicalEmbedding:
    """Vocabulary, IDF weights, and the right singular vectors of the TF-IDF matrix."""
    from scipy.sparse import csr_matrix
    from sklearn.decomposition import TruncatedSVD

    vocabulary, frequency = choose_vocabulary(documents, questions)
    module = LexicalEmbedding(
        vocabulary, np.zeros((len(vocabulary), 1)), np.ones(len(vocabulary)), np.ones(len(vocabulary))
    )
    idf = np.log(len(documents) / (1 + np.array([frequency[f] for f in vocabulary]))).clip(0.1)
    indptr, indices, values = [0], [], []
    for text in documents:
        counts = module.feature_counts(text)
        indices += list(counts)
        values += [n**0.5 * idf[i] for i, n in counts.items()]
        indptr.append(len(indices))
    matrix = csr_matrix((values, indices, indptr), shape=(len(documents), len(vocabulary)), dtype=np.float32)
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)))[:, 0].clip(1e-6)
    scaled = csr_matrix(matrix.multiply(1 / norms[:, None]))
    log.info("decomposing %d x %d", *scaled.shape)
    svd = TruncatedSVD(DIMENSION, n_iter=4, random_state=SEED).fit(scaled)
    vectors = svd.components_.T / np.sqrt(svd.singular_values_ / svd.singular_values_[0])
    return LexicalEmbedding(vocabulary, vectors, idf, idf)


def choose_vocabulary(documents: list[str], questions: list[str]) -> tuple[list[str], Counter[str]]:
    """Characters, character pairs and longer words found in enough texts; what citizens say counts tenfold."""
    frequency: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for text, share in ((documents, 1), (questions, 10)):
        for document in text:
            found = candidate_features(document)
            weight.update(dict.fromkeys(found, share))
            if share == 1:
                frequency.update(found)
    often = [f for f, n in weight.items() if n >= LEAST_DOCUMENTS]
    chosen = sorted(often, key=lambda f: (-weight[f], f))[:FEATURES]
    return sorted(chosen), frequency


def candidate_features(text: str) -> set[str]:
    lowered = text.lower()
    features = set(legal_segmenter().features(lowered))
    words = {f for f in features if not f.startswith("_") and len(f) <= LONGEST_FEATURE}
    return words | {f[1:] for f in features if f.startswith("_")}


def tune(module: LexicalEmbedding, pairs: list[Pair], articles: dict[tuple[str, str], str], epochs: int) -> None:
    """InfoNCE over in-batch targets and the model's own hardest wrong articles, mined again before each epoch."""
    optimizer = torch.optim.Adam(module.parameters(), lr=LEARNING_RATE)
    steps = epochs * (len(pairs) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps + 1)
    order = list(pairs)
    for epoch in range(epochs):
        negatives = mine(module, order, articles)
        random.shuffle(order)
        losses = []
        for start in range(0, len(order) - BATCH + 1, BATCH):
            batch = order[start : start + BATCH]
            loss = contrastive_loss(module, batch, negatives)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        log.info("epoch %d of %d: loss %.3f", epoch + 1, epochs, float(np.mean(losses)))


def contrastive_loss(module: LexicalEmbedding, batch: list[Pair], negatives: dict[str, list[str]]) -> torch.Tensor:
    questions = embed(module, [p.question for p in batch], asked=True)
    asked = torch.tensor([p.asked for p in batch])
    targets = torch.where(
        asked[:, None],
        embed(module, [p.target for p in batch], asked=True),
        embed(module, [p.target for p in batch], asked=False),
    )
    wrong_texts = [text for p in batch for text in negatives.get(p.question, [])]
    wrong = embed(module, wrong_texts, asked=False) if wrong_texts else targets[:0]
    similarity = questions @ torch.cat([targets, wrong]).T / TEMPERATURE
    same = torch.tensor(
        [
            [i != j and (a.target == b.target or a.question == b.question) for j, b in enumerate(batch)]
            for i, a in enumerate(batch)
        ]
    )
    similarity[:, : len(batch)] = similarity[:, : len(batch)].masked_fill(same, -1e4)
    return functional.cross_entropy(similarity, torch.arange(len(batch)))


def embed(module: LexicalEmbedding, texts: Sequence[str], *, asked: bool) -> torch.Tensor:
    features = module.preprocess(list(texts), task="query" if asked else "document")
    result: torch.Tensor = module(features)["sentence_embedding"]
    return result


def mine(module: LexicalEmbedding, pairs: list[Pair], articles: dict[tuple[str, str], str]) -> dict[str, list[str]]:
    """For each question with known articles, the nearest articles that are not among them."""
    right: dict[str, set[tuple[str, str]]] = {}
    for pair in pairs:
        if pair.article:
            right.setdefault(pair.question, set()).add(pair.article)
    keys, questions = list(articles), list(right)
    with torch.no_grad():
        vectors = torch.cat(
            [embed(module, [articles[k] for k in keys[i : i + 512]], asked=False) for i in range(0, len(keys), 512)]
        )
        found: dict[str, list[str]] = {}
        for start in range(0, len(questions), 256):
            part = questions[start : start + 256]
            nearest = (embed(module, part, asked=True) @ vectors.T).topk(20).indices.tolist()
            for question, ids in zip(part, nearest, strict=True):
                wrong = [keys[i] for i in ids if keys[i] not in right[question]]
                chosen = random.sample(wrong, min(HARD_NEGATIVES, len(wrong)))
                found[question] = [articles[k] for k in chosen]
    return found


def save(module: LexicalEmbedding, folder: Path) -> None:
    """A sentence-transformers folder, without the parts that name this machine."""
    shutil.rmtree(folder, ignore_errors=True)
    SentenceTransformer(modules=[module]).save(str(folder), create_model_card=False)
    (folder / "recipe.json").write_text(
        json.dumps({"recipe": "models/recipes/encoder.py", "seed": SEED, "dimension": DIMENSION, "epochs": EPOCHS}),
        encoding="utf-8",
    )
