"""Search alone, one question at a time, warm: the shipped index, and all of WENFA_DATA where it is present."""

from __future__ import annotations

import sys
import time

import numpy as np

from connectors.building import open_tools
from connectors.settings import Settings
from knowledge.clock import today
from knowledge.search import Search
from models.evaluation.retrieval import corpus_search
from models.recipes.data import DataMissing, statute_rows
from nlu.segment import legal_segmenter


def measure(*, everything: bool) -> dict[str, float]:
    """Percentiles of the shipped index; with `everything` also of all articles, which takes half an hour to encode."""
    tools = open_tools(Settings.read())
    questions = [q for entry in tools.knowledge.library.entries.values() for q in entry.questions][:300]
    shipped = {f"shipped_{name}": value for name, value in _percentiles(tools.knowledge.search, questions).items()}
    if not everything:
        return shipped
    try:
        rows = statute_rows()
    except DataMissing:
        sys.stdout.write("search over everything imported: skipped, WENFA_DATA is absent\n")
        return shipped
    search = corpus_search(tools.knowledge, rows, tools.encoder, legal_segmenter())
    return shipped | _percentiles(search, questions)


def _percentiles(search: Search, questions: list[str]) -> dict[str, float]:
    for question in questions[:20]:
        search.search(question, today())
    times = []
    for question in questions:
        began = time.perf_counter()
        search.search(question, today())
        times.append((time.perf_counter() - began) * 1000)
    return {"search_p50_ms": float(np.quantile(times, 0.5)), "search_p99_ms": float(np.quantile(times, 0.99))}
