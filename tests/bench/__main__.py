"""usage: python -m tests.bench [--seconds 30] [--rate 20] [--everything] [--write]

Prints the figures and whether each keeps its budget; --everything searches all imported articles too, which takes half
an hour; --write puts them into models/expected_scores.yaml. Everything
listens on loopback only, and the load ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from models.evaluation.expected import record
from tests.bench import searching, serving

BUDGETS = {
    "shipped_search_p50_ms": 20,
    "shipped_search_p99_ms": 60,
    "search_p50_ms": 20,
    "search_p99_ms": 60,
    "turn_p50_ms": 80,
    "turn_p99_ms": 250,
    "suggestion_p95_ms": 300,
    "page_s": 2,
    "ready_s": 25,
    "memory_mb": 1600,
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--rate", type=int, default=20)
    options.add_argument("--everything", action="store_true")
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    figures = searching.measure(everything=chosen.everything)
    with tempfile.TemporaryDirectory() as folder:
        figures |= asyncio.run(serving.measure(Path(folder), chosen.seconds, chosen.rate))
    for name, value in figures.items():
        budget = BUDGETS.get(name)
        mark = "" if budget is None else f"   budget {budget}  {'OK' if value <= budget else 'OVER'}"
        sys.stdout.write(f"{name:28} {value:10.2f}{mark}\n")
    if chosen.write:
        command = f'make bench ARGS="--seconds {chosen.seconds} --rate {chosen.rate} --write"'
        record("bench", command, {"figures": {name: round(value, 2) for name, value in figures.items()}})
    sys.exit(any(figures[name] > budget for name, budget in BUDGETS.items() if name in figures))


main()
