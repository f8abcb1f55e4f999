"""Recipe of the rule that says which articles carry an answer (`bot/citing.py`).

Weights are fitted on our own tuning questions, the threshold is chosen on the tuning examination (it lies in
WENFA_DATA): the lowest that keeps the stated share of articles which the key names.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from bot.answer import Answerer
from bot.citing import CitationRule, CitedEvidence
from bot.confidence import CONFIDENCE_FILE, Judge, Verdict
from bot.findings import Asked
from bot.outcomes import Cited
from knowledge.clock import today
from knowledge.figures import data_folder
from models.recipes.confidence import TUNING, logistic
from models.recipes.data import read_rows

IN_KEY = 0.81
"""At least this share of the articles that carry an answer is to be of those that the key names as must or may."""
Weighed = list[tuple[Cited, CitedEvidence]]
log = logging.getLogger(__name__)


def train_citations(answerer: Answerer, target: Path = CONFIDENCE_FILE) -> None:
    """Fits and chooses the rule and writes it into the file."""
    own = cited_of(answerer, read_rows(TUNING))
    rows = np.array([evidence for weighed, _ in own for _, evidence in weighed])
    in_key = np.array([key_of(one) in key for weighed, key in own for one, _ in weighed])
    fitted = logistic(rows, in_key)
    a, b, c = fitted.weights
    rule = CitationRule((a, b, c), fitted.bias, 0.0)
    exam = cited_of(answerer, read_rows(data_folder() / "questions" / "exam-tuning.jsonl"))
    least = next((p / 100 for p in range(100) if share_in_key(exam, replace(rule, least=p / 100)) >= IN_KEY), 1.0)
    rule = replace(rule, least=least)
    replace(Judge.read(target), citation=rule).write(target)
    log.info("%s: %.3f in the key", rule, share_in_key(exam, rule))


def cited_of(answerer: Answerer, rows: Iterable[dict[str, Any]]) -> list[tuple[Weighed, set[tuple[str, str]]]]:
    """What the answers to questions with a key cite, beside the articles that the key allows."""
    found = []
    for row in rows:
        allowed = {(c["law"], c["article"]) for group in row.get("must_cite", ()) for c in group}
        allowed |= {(c["law"], c["article"]) for c in row.get("may_cite", ())}
        text = row.get("text", "")  # a later turn leans on the earlier
        seen = answerer.find(text, today())
        if text and allowed and row["outcome"] == "answer" and seen.verdict is Verdict.ANSWER:
            weighed = answerer.cited(seen.candidates[0].entry, Asked(text, today(), today()))
            if weighed:
                found.append((weighed, allowed))
    return found


def share_in_key(answers: Iterable[tuple[Weighed, set[tuple[str, str]]]], rule: CitationRule) -> float:
    """The mean share, over answers, of the carrying articles that the key names."""
    shares = []
    for weighed, key in answers:
        cited, evidence = zip(*weighed, strict=True)
        carrying = rule.carrying(cited, evidence)
        shares.append(sum(key_of(one) in key for one in carrying) / len(carrying))
    return float(np.mean(shares))


def key_of(cited: Cited) -> tuple[str, str]:
    return cited.law, cited.article
