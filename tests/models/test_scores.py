"""Scores mean what they say."""

from __future__ import annotations

import pytest

from bot.outcomes import Cited, Reply
from models.evaluation.answers import judge
from models.evaluation.expected import compared
from models.evaluation.scores import latency, recall_at, reciprocal_rank, summarise


def test_recall_is_the_share_of_the_right_ones() -> None:
    assert recall_at(2, ["a", "b", "c"], {"a", "c"}) == 0.5
    assert recall_at(3, ["a", "b", "c"], {"a", "c"}) == 1.0


def test_reciprocal_rank_counts_the_first_right_one_within_k() -> None:
    assert reciprocal_rank(10, ["x", "a"], {"a"}) == 0.5
    assert reciprocal_rank(1, ["x", "a"], {"a"}) == 0.0


def test_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    means, few = summarise({"s": [0.0, 1.0] * 10})
    _, many = summarise({"s": [0.0, 1.0] * 1000})
    assert few["s"][0] <= means["s"] <= few["s"][1]
    assert many["s"][1] - many["s"][0] < few["s"][1] - few["s"][0]


def test_latency_is_median_and_99th_percentile() -> None:
    assert latency(list(range(1, 101))) == {"p50": 50.5, "p99": pytest.approx(99.01)}


def test_score_that_fell_or_is_missing_fails_and_one_that_rose_does_not() -> None:
    known = {"matter": 0.8, "wrongly_answered": 0.1, "must_cite": 0.5}
    lines = compared(known, {"matter": 0.9, "wrongly_answered": 0.2})
    assert [line.rsplit(maxsplit=1)[-1] for line in lines] == ["OK", "FAIL", "FAIL"]
    assert all(line.endswith("OK") for line in compared(known, {name: value - 0.01 for name, value in known.items()}))


KEY = {
    "outcome": "answer",
    "domain": "labour",
    "matter": "labour.unpaid_wages",
    "must_cite": [[{"law": "劳动合同法", "article": "第三十条"}, {"law": "劳动法", "article": "第五十条"}]],
    "may_cite": [{"law": "劳动合同法", "article": "第八十二条"}],
    "must_mention": ["仲裁", "一年"],
}


def cited(law: str, article: str) -> Cited:
    return Cited(law, article, "2008-01-01", "有效")


def test_right_answer_scores_full() -> None:
    reply = Reply(
        "answer",
        "申请仲裁，一年内",
        domain="labour",
        matter="labour.unpaid_wages",
        citations=(cited("劳动法", "第五十条"),),
    )
    scores = judge(KEY, reply)
    assert {scores[name] for name in ("outcome", "domain", "matter", "must_cite", "must_mention", "cited_in_key")} == {
        1.0
    }


def test_wrong_answer_scores_what_it_misses() -> None:
    reply = Reply("answer", "报警", domain="crime", matter="crime.theft", citations=(cited("刑法", "第一条"),))
    scores = judge(KEY, reply)
    assert {scores[name] for name in ("domain", "matter", "must_cite", "must_mention", "cited_in_key")} == {0.0}


def test_answering_what_should_be_declined_is_counted() -> None:
    assert judge({"outcome": "out_of_scope"}, Reply("answer", "x"))["wrongly_answered"] == 1.0
    assert judge({"outcome": "out_of_scope"}, Reply("out_of_scope", "x"))["wrongly_answered"] == 0.0
