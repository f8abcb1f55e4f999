"""usage: python -m tests.bench [--seconds 30] [--rate 20] [--write]

Prints the figures and whether each keeps its budget; --write puts them into models/expected_scores.yaml. Everything
listens on loopback only, and the load ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from connectors.settings import ROOT
from tests.bench import searching, serving

SCORES = ROOT / "models" / "expected_scores.yaml"
BUDGETS = {
    "search_p50_ms": 10,
    "search_p99_ms": 30,
    "turn_p50_ms": 60,
    "turn_p99_ms": 250,
    "page_s": 2,
    "ready_s": 25,
    "memory_mb": 1600,
}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--rate", type=int, default=20)
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    figures = searching.measure()
    with tempfile.TemporaryDirectory() as folder:
        figures |= asyncio.run(serving.measure(Path(folder), chosen.seconds, chosen.rate))
    for name, value in figures.items():
        budget = BUDGETS.get(name)
        mark = "" if budget is None else f"   budget {budget}  {'OK' if value <= budget else 'OVER'}"
        print(f"{name:28} {value:10.2f}{mark}")
    if chosen.write:
        write(figures, chosen.seconds, chosen.rate)
    sys.exit(any(figures[name] > budget for name, budget in BUDGETS.items() if name in figures))


def write(figures: dict[str, float], seconds: int, rate: int) -> None:
    """Replaces the bench section of the expected scores."""
    scores: dict[str, Any] = yaml.safe_load(SCORES.read_text(encoding="utf-8")) if SCORES.exists() else {}
    scores["bench"] = {
        "command": f'make bench ARGS="--seconds {seconds} --rate {rate} --write"',
        "figures": {name: round(value, 2) for name, value in figures.items()},
    }
    SCORES.write_text(yaml.safe_dump(scores, allow_unicode=True, sort_keys=False), encoding="utf-8")


main()
