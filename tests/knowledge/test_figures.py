"""Days, sums and shares of a text are looked for in the articles it cites."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from knowledge.figures import Figures, figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("十五日内书面通知", {(15, "日")}),
        ("15 天以内", {(15, "日")}),
        ("处五日以上十日以下拘留，并处五百元以上一千元以下罚款", {(5, "日"), (10, "日"), (500, "元"), (1000, "元")}),
        ("不超过百分之二十，两年内", {(20, "%"), (2, "年")}),
        ("80% 以上，3000元至1万元", {(80, "%"), (3000, "元"), (10000, "元")}),
        ("满十八周岁，六个月，二倍", {(18, "岁"), (6, "个月"), (2, "倍")}),
        ("（《民法典》第一千零七十七条）", set()),
        ("十五年内、第二十条、百分之", {(15, "年")}),
    ],
)
def test_figures_are_read_in_both_scripts(text: str, found: set[tuple[float, str]]) -> None:
    assert set(figures(text)) == found


@pytest.fixture
def statutes(tmp_path: Path) -> Figures:
    rows = [
        {"law": "甲法", "article": "第一条", "num": 1, "sub": 0, "text": "应当在三十日内答复。", "status": "current"},
        {"law": "甲法", "article": "第二条", "num": 2, "sub": 0, "text": "处十日拘留。", "status": "repealed"},
    ]
    file = tmp_path / "articles.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return Figures(file)


def test_a_figure_that_no_cited_article_holds_is_named(statutes: Figures) -> None:
    cited = [("甲法", "第一条")]
    assert statutes.missing("30 天内答复（《甲法》第一条）", cited) == []
    assert statutes.missing("二十天内答复，最多两年（《甲法》第一条）", cited) == ["二十天", "两年"]
    assert statutes.missing("二十天内答复", cited, ["村里另给二十日"]) == []
    assert statutes.missing("十日", [("甲法", "第二条")]) == ["十日"]


def test_without_statutes_nothing_is_missed(tmp_path: Path) -> None:
    assert Figures(tmp_path / "none.gz").missing("九十九年", [("甲法", "第一条")]) == []
