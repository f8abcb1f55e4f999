"""Sentences with places for the citizen's own facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from knowledge.personal import Day, Particulars, fill, has_place, unknown_places

KNOWN = Particulars(Day(date(2026, 1, 31)), Decimal(200), "小榄镇")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("如果{日期}离职，一年到{日期+1年}。", "如果2026年1月31日离职，一年到2027年1月31日。"),
        ("六个月到{日期+1个月}。", "六个月到2026年2月28日。"),
        ("十五天到{日期+15天}。", "十五天到2026年2月15日。"),
        ("三倍是{金额×3，至少500}。", "三倍是600元。"),
        ("十倍是{金额×10，至少1000}。", "十倍是2000元。"),
        ("一半是{金额×0.5}。", "一半是100元。"),
    ],
)
def test_places_are_filled(sentence: str, said: str) -> None:
    assert fill(sentence, KNOWN) == said


def test_least_amount_holds() -> None:
    assert fill("{金额×3，至少500}", Particulars(yuan=Decimal(30))) == "500元"


@pytest.mark.parametrize(("yuan", "said"), [("38000", "3.8万元"), ("40050", "40050元"), ("12.50", "12.5元")])
def test_amounts_read_as_people_write_them(yuan: str, said: str) -> None:
    assert fill("{金额}", Particulars(yuan=Decimal(yuan))) == said


def test_a_sentence_that_lacks_a_fact_is_not_said() -> None:
    assert fill("{日期}借出{金额}", Particulars(day=Day(date(2026, 1, 1)))) is None


def test_days_are_not_counted_from_a_mere_month() -> None:
    month = Particulars(Day(date(2026, 3, 1), known_day=False))
    assert fill("{日期+30天}", month) is None
    assert fill("{日期}起一年到{日期+1年}", month) == "2026年3月起一年到2027年3月"


def test_places_nobody_can_fill_are_named() -> None:
    assert unknown_places("到{日期+1周}，{名字}") == ["日期+1周", "名字"]
    assert not has_place("没有地方")
