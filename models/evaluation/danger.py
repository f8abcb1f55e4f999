"""How well danger is heard: on written examples held out, and on questions with an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.evaluation.scores import summarise
from nlu.danger_detector import NONE, DangerDetector, danger_examples, split
from nlu.normalise import normalise


def evaluate_examples(detector: DangerDetector) -> dict[str, Any]:
    """Recall, false alarms on near misses, and the kind named, on the sentences that nothing was shown."""
    _, held_out = split(danger_examples())
    judged: dict[str, list[float]] = {"recall": [], "false_alarms": [], "kind": []}
    for text, label in held_out:
        _judge(judged, detector.kind(text), label)
    means, intervals = summarise(judged)
    return {"queries": len(held_out), "scores": means, "ci95": intervals}


def evaluate_rows(detector: DangerDetector, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Recall over rows whose outcome is crisis, false alarms over all others."""
    judged: dict[str, list[float]] = {"recall": [], "false_alarms": []}
    for row in rows:
        said = row.get("turns") or [row["text"]]
        heard = float(any(detector.kind(normalise(text).text) for text in said))
        judged["recall" if row.get("outcome") == "crisis" else "false_alarms"].append(heard)
    means, intervals = summarise({name: values for name, values in judged.items() if values})
    return {"queries": len(rows), "scores": means, "ci95": intervals}


def _judge(judged: dict[str, list[float]], heard: str | None, label: str) -> None:
    if label == NONE:
        judged["false_alarms"].append(float(heard is not None))
        return
    judged["recall"].append(float(heard is not None))
    if heard:
        judged["kind"].append(float(heard == label))
