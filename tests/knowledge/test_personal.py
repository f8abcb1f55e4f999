"""Sentences with places for the citizen's own facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from knowledge.personal import Day, Filled, Particulars, fill, has_place, unknown_places

TODAY = date(2026, 2, 1)
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
    filled = fill(sentence, KNOWN, TODAY)
    assert filled is not None
    assert filled.text == said
    assert filled.limits == ()


def test_least_amount_holds() -> None:
    assert fill("{金额×3，至少500}", Particulars(yuan=Decimal(30)), TODAY) == Filled("500元")


@pytest.mark.parametrize(("yuan", "said"), [("38000", "3.8万元"), ("40050", "40050元"), ("12.50", "12.5元")])
def test_amounts_read_as_people_write_them(yuan: str, said: str) -> None:
    assert fill("{金额}", Particulars(yuan=Decimal(yuan)), TODAY) == Filled(said)


def test_a_sentence_that_lacks_a_fact_is_not_said() -> None:
    assert fill("{日期}借出{金额}", Particulars(day=Day(date(2026, 1, 1))), TODAY) is None


def test_days_are_not_counted_from_a_mere_month() -> None:
    month = Particulars(Day(date(2026, 3, 1), known_day=False))
    assert fill("{日期+30天}", month, TODAY) is None
    assert fill("{日期}起一年到{日期+1年，截止}", month, TODAY) == Filled("2026年3月起一年到2027年3月")


@pytest.mark.parametrize(
    ("day", "said", "last"),
    [
        (date(2025, 3, 3), "2026年3月3日", date(2026, 3, 3)),
        (date(2025, 2, 5), "2026年2月5日（只剩4天）", date(2026, 2, 5)),
        (date(2025, 2, 2), "2026年2月2日（只剩1天）", date(2026, 2, 2)),
        (date(2025, 1, 5), "2026年1月5日（已经过了）", date(2026, 1, 5)),
        (date(2025, 10, 1), "2026年10月1日（那天放假，顺延到2026年10月8日）", date(2026, 10, 8)),
        (date(2025, 3, 7), "2026年3月7日（那天放假，顺延到2026年3月9日）", date(2026, 3, 9)),
    ],
)
def test_a_limit_says_how_near_it_is_and_ends_on_a_working_day(day: date, said: str, last: date) -> None:
    assert fill("{日期+1年，截止}", Particulars(Day(day)), TODAY) == Filled(said, (last,))


def test_a_limit_today_and_one_on_a_weekend_that_has_passed() -> None:
    assert fill("{日期+7天，截止}", Particulars(Day(date(2026, 1, 26))), date(2026, 2, 2)) == Filled(
        "2026年2月2日（就是今天）", (date(2026, 2, 2),)
    )


def test_places_nobody_can_fill_are_named() -> None:
    assert unknown_places("到{日期+1周}，{名字}") == ["日期+1周", "名字"]
    assert not has_place("没有地方")
