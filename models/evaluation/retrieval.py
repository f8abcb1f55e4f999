"""`wenfa evaluate retrieval`: are the articles that answer a question found?"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.clock import today
from knowledge.documents import ARTICLE, Passage, corpus_passages, library_passages
from knowledge.index import Knowledge, normalised_passages, read_search_index, write_search_index
from knowledge.laws import LawRegistry
from knowledge.search import Search
from models.evaluation.scores import latency, recall_at, reciprocal_rank, summarise
from nlu.encoder import Encoder
from nlu.segment import Segmenter

DEEPEST = 100


def evaluate_retrieval(
    questions: Iterable[dict[str, Any]], search: Search, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Scores over rows of `{"text", "citations": [{"law", "article"}], "on"}`; rows without citations are skipped."""
    scores: dict[str, list[float]] = {name: [] for name in ("R@1", "R@5", "R@10", "R@100", "MRR@10")}
    times: list[float] = []
    for row in questions:
        right = {f"{c['law']} {c['article']}" for c in row.get("citations", ())}
        if not right:
            continue
        on = date.fromisoformat(row["on"]) if row.get("on") else today()
        began = time.perf_counter()
        ranked = [hit.document.name for hit in search.search(row["text"], on, DEEPEST).articles]
        times.append((time.perf_counter() - began) * 1000)
        for k in (1, 5, 10, 100):
            scores[f"R@{k}"].append(recall_at(k, ranked, right))
        scores["MRR@10"].append(reciprocal_rank(10, ranked, right))
    progress(f"{len(times)} questions")
    means, intervals = summarise(scores)
    return {"queries": len(times), "scores": means, "ci95": intervals, "latency_ms": latency(times)}


def corpus_search(knowledge: Knowledge, rows: list[dict[str, Any]], encoder: Encoder, segmenter: Segmenter) -> Search:
    """Search over a statutes file as it stands, our digests' questions and gists attached to its articles."""
    held = {f"{row['law']} {row['article']}" for row in rows}
    ours: list[Passage] = [
        p for p in library_passages(knowledge.library) if p.document.kind == ARTICLE and p.document.name in held
    ]
    passages = normalised_passages([*corpus_passages(rows), *ours])
    with tempfile.TemporaryDirectory() as folder:
        write_search_index(Path(folder), passages, encoder, segmenter)
        return read_search_index(Path(folder), encoder, segmenter, LawRegistry([]))
