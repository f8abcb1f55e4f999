"""`wenfa evaluate answers`: right outcome, right matter, right articles, from the whole path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from bot.outcomes import Reply
from models.evaluation.scores import latency, summarise

Judged = dict[str, float]


def judge(row: dict[str, Any], reply: Reply) -> Judged:
    """The scores that one question allows; a score its row says nothing about is left out.

    `matter` is right where the answer's matter is; a question that should be asked back or handed over counts by
    its outcome, and one without a label says nothing about it.
    """
    expected = row.get("outcome", "answer")
    cited = {(c.law, c.article) for c in reply.citations}
    scores: Judged = {"outcome": float(reply.outcome == expected)}
    if expected == "answer":
        if row.get("domain"):
            scores["domain"] = float(reply.outcome == "answer" and reply.domain == row["domain"])
        if row.get("matter"):
            scores["matter"] = float(reply.outcome == "answer" and reply.matter == row["matter"])
        scores["must_cite"] = _must_cite(row, cited)
        scores["must_mention"] = _must_mention(row, reply.text)
    else:
        scores["wrongly_answered"] = float(reply.outcome == "answer")
    if expected in ("clarify", "handoff"):
        scores["matter"] = scores["outcome"]
    if reply.outcome == "answer":
        scores["citations_per_answer"] = float(len(cited))
        allowed = {(c["law"], c["article"]) for group in row.get("must_cite", ()) for c in group}
        allowed |= {(c["law"], c["article"]) for c in row.get("may_cite", ())}
        if cited and allowed:
            scores["cited_in_key"] = len(cited & allowed) / len(cited)
    return scores


def _must_cite(row: dict[str, Any], cited: set[tuple[str, str]]) -> float:
    groups = row.get("must_cite", ())
    if not groups:
        return 1.0
    return sum(any((c["law"], c["article"]) in cited for c in group) for group in groups) / len(groups)


def _must_mention(row: dict[str, Any], text: str) -> float:
    patterns = row.get("must_mention", ())
    if not patterns:
        return 1.0
    folded = unicodedata.normalize("NFKC", text)
    return sum(bool(re.search(pattern, folded)) for pattern in patterns) / len(patterns)


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A question with what came of it."""

    row: dict[str, Any]
    reply: Reply
    scores: Judged
    milliseconds: float

    @classmethod
    def of(cls, row: dict[str, Any], reply: Reply, milliseconds: float) -> Self:
        return cls(row, reply, judge(row, reply), milliseconds)

    def as_object(self) -> dict[str, Any]:
        """For a file of them; no words of the question."""
        reply = self.reply
        return {
            "id": self.row.get("id"),
            "expected": {"outcome": self.row.get("outcome", "answer"), "matter": self.row.get("matter")},
            "got": {"outcome": reply.outcome, "matter": reply.matter, "confidence": reply.confidence},
            "choices": [choice.matter for choice in reply.choices],
            "scores": self.scores,
        }


def report(judged: Sequence[JudgedRow]) -> dict[str, Any]:
    """All scores with the number of questions behind each."""
    columns = _columns(judged)
    means, intervals = summarise(columns)
    return {
        "queries": len(judged),
        "scores": means,
        "questions_behind": {name: len(values) for name, values in columns.items()},
        "ci95": intervals,
        "latency_ms": latency([one.milliseconds for one in judged]),
    }


def grouped(judged: Sequence[JudgedRow], field: str) -> dict[str, dict[str, float]]:
    """The means for each value of a field of the questions, and how many there are."""
    values = {str(one.row.get(field)) for one in judged}
    groups = {value: [one for one in judged if str(one.row.get(field)) == value] for value in values}
    return {
        value: {"queries": len(group)} | {name: sum(scores) / len(scores) for name, scores in _columns(group).items()}
        for value, group in groups.items()
    }


def _columns(judged: Sequence[JudgedRow]) -> dict[str, list[float]]:
    names = sorted({name for one in judged for name in one.scores})
    return {name: [one.scores[name] for one in judged if name in one.scores] for name in names}
