"""The expected scores: figures with the command that gave them, reviewed as a diff when quality changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

EXPECTED_SCORES = Path(__file__).parents[1] / "expected_scores.yaml"


def record(section: str, command: str, figures: dict[str, Any]) -> None:
    """Replaces one section of the file."""
    known = yaml.safe_load(EXPECTED_SCORES.read_text(encoding="utf-8")) if EXPECTED_SCORES.exists() else {}
    known[section] = {"command": command, **figures}
    EXPECTED_SCORES.write_text(yaml.safe_dump(known, allow_unicode=True, sort_keys=False), encoding="utf-8")
