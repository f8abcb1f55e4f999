"""The expected scores: figures with the command that gave them, reviewed as a diff when quality changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

EXPECTED_SCORES = Path(__file__).parents[1] / "expected_scores.yaml"


TOLERANCE = 0.02
LESS_IS_BETTER = frozenset({"wrongly_answered", "citations_per_answer"})


def expected() -> dict[str, Any]:
    """The sections of the file."""
    return dict(yaml.safe_load(EXPECTED_SCORES.read_text(encoding="utf-8")))


def compared(known: Mapping[str, float], measured: Mapping[str, float]) -> list[str]:
    """A line a score: what is expected, what was measured, OK or FAIL; a score that is missing fails."""
    lines = []
    for name, before in known.items():
        now = measured.get(name)
        worse = now is None or (now - before if name in LESS_IS_BETTER else before - now) > TOLERANCE
        lines.append(f"{name}: {before:.3f} -> {'-' if now is None else f'{now:.3f}'}  {'FAIL' if worse else 'OK'}")
    return lines


def record(section: str, command: str, figures: dict[str, Any]) -> None:
    """Replaces one section of the file."""
    known = yaml.safe_load(EXPECTED_SCORES.read_text(encoding="utf-8")) if EXPECTED_SCORES.exists() else {}
    known[section] = {"command": command, **figures}
    EXPECTED_SCORES.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False), encoding="utf-8")
