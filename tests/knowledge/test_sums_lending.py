"""Interest and agreed damages against examples worked by hand from the article, boundaries included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.laws import Resolved
from knowledge.library import Library, read_city
from knowledge.sums import Reckoned, read_sums
from knowledge.sums.lending import Rate, Rates, agreed_damages, interest, read_rates
from nlu.citations import CitationParser
from tests.conftest import TODAY

RATES = Rates(
    "试用",
    date(2026, 12, 31),
    (
        Rate(date(2020, 4, 20), Decimal("3.85")),
        Rate(date(2022, 1, 20), Decimal("3.7")),
        Rate(date(2024, 1, 1), Decimal(3)),
    ),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def amounts(found: Reckoned) -> list[str | None]:
    return [
        None if item.most is None else f"{item.most}" if item.least == item.most else f"{item.least}-{item.most}"
        for item in found.items
    ]


@pytest.mark.parametrize(
    ("principal", "agreed", "lent", "until", "due", "expected"),
    [
        ("36500", "10", "2024-01-01", "2024-12-31", None, ["3650.00"]),  # 365 days, 10 a day
        ("36500", "10", "2024-01-01", "2024-01-02", None, ["10.00"]),  # one day
        ("36500", "10", "2024-01-01", "2024-01-01", None, ["0.00"]),
        ("36500", "12", "2024-01-01", "2024-12-31", None, ["4380.00"]),  # four times 3: not above it
        ("36500", "12.01", "2024-01-01", "2024-12-31", None, ["4380.00"]),
        ("36500", "24", "2024-01-01", "2024-12-31", None, ["4380.00"]),
        ("36500", "24", "2022-01-20", "2023-01-20", None, ["5402.00"]),  # 14.8 %
        ("36500", "24", "2022-01-19", "2023-01-19", None, ["5621.00"]),  # a day before the rate fell: 15.4 %
        ("36500", "24", "2020-08-20", "2021-08-20", None, ["5621.00"]),
        ("36500", "24", "2023-12-31", "2024-12-30", None, ["5402.00"]),  # the rate of the day of lending
        ("36500", "36", "2019-08-20", "2020-08-19", None, ["8760.00"]),  # 365 days at 24 %, all of the old time
        ("36500", "20", "2019-08-20", "2020-08-19", None, ["7300.00"]),
        ("36500", "36", "2020-08-18", "2020-08-20", None, ["24.00", "15.40"]),  # a day of each
        ("36500", "36", "2019-08-20", "2021-08-19", None, ["8760.00", "5621.00"]),
        ("36500", "36", "2019-08-20", "2024-08-19", None, ["8760.00", "17532.00"]),  # 1,461 days at 12 %, of suing
        ("36500", "10", "2019-08-20", "2021-08-19", None, ["3650.00", "3650.00"]),
        ("36500", None, "2024-01-01", "2024-12-31", None, []),
        ("36500", None, "2024-01-01", "2024-12-31", "2024-12-31", []),
        ("36500", None, "2023-01-01", "2024-12-31", "2024-01-01", ["1095.00"]),  # 365 days at 3 %
        ("36500", None, "2021-01-01", "2023-01-19", "2022-01-19", ["1350.50"]),  # of the day after it was due: 3.7 %
        ("36500", None, "2021-01-01", "2022-01-20", "2022-01-18", ["7.70"]),  # two days at 3.85 %
        ("36500", "0", "2024-01-01", "2024-12-31", None, ["0.00"]),
        ("36500", "10", "2018-01-01", "2027-01-01", None, ["9610.00", None]),  # 961 days; then nobody has looked
        ("36500", "10", "2027-01-01", "2027-06-01", None, [None]),
    ],
)
def test_interest(
    principal: str, agreed: str | None, lent: str, until: str, due: str | None, expected: list[str | None]
) -> None:
    """民间借贷司法解释第二十四条、第二十五条、第二十八条、第三十一条."""
    rate, repaid = Decimal(agreed) if agreed else None, day(due) if due else None
    assert amounts(interest(Decimal(principal), rate, day(lent), day(until), repaid, RATES)) == expected


@pytest.mark.parametrize(
    ("agreed", "loss", "expected"),
    [
        ("10000", "10000", ["10000.00"]),
        ("9999.99", "10000", ["10000.00"]),  # raised to the loss
        ("1", "10000", ["10000.00"]),
        ("5000", "8000", ["8000.00"]),
        ("10001", "10000", ["10001.00"]),
        ("12000", "10000", ["12000.00"]),
        ("12999.99", "10000", ["12999.99"]),
        ("13000", "10000", ["13000.00"]),  # 130 %: not above it
        ("13000.01", "10000", ["10000-13000.0"]),
        ("20000", "10000", ["10000-13000.0"]),
        ("300000", "100000", ["100000-130000.0"]),
        ("300000", "230769.23", ["230769.23-299999.999"]),
        ("300000", "230769.24", ["300000.00"]),
        ("130", "100", ["130.00"]),
        ("131", "100", ["100-130.0"]),
        ("1.3", "1", ["1.30"]),
        ("1.31", "1", ["1-1.3"]),
        ("65000", "50000", ["65000.00"]),
        ("65001", "50000", ["50000-65000.0"]),
        ("49999", "50000", ["50000.00"]),
    ],
)
def test_agreed_damages(agreed: str, loss: str, expected: list[str]) -> None:
    """民法典第五百八十五条, 合同编通则解释第六十五条."""
    assert amounts(agreed_damages(Decimal(agreed), Decimal(loss))) == expected


def test_rate_is_known_from_the_first_day_to_the_last_that_was_checked() -> None:
    assert RATES.on(date(2020, 4, 19)) is None
    assert RATES.on(date(2020, 4, 20)) == Decimal("3.85")
    assert RATES.on(date(2022, 1, 19)) == Decimal("3.85")
    assert RATES.on(date(2022, 1, 20)) == Decimal("3.7")
    assert RATES.on(RATES.known_until) == Decimal(3)
    assert RATES.on(date(2027, 1, 1)) is None


def test_shipped_rates_are_in_order_and_say_where_they_were_checked() -> None:
    rates = read_rates()
    days = [rate.since for rate in rates.rates]
    assert days == sorted(set(days))
    assert bool(days) is bool(rates.source)


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"rate": "24", "lpr": "3.45"}, "5040.45"),
        ({"rate": "12", "lpr": "3.45"}, "4383.00"),
        ({"rate": "24", "lpr": "0"}, "0.00"),
        ({"due": "2024-07-01", "lpr": "3.35"}, "613.47"),
    ],
)
def test_rate_that_somebody_fills_in_is_reckoned_with_and_named(values: dict[str, str], amount: str) -> None:
    """36,525 yuan over 365 days of a leap year; four times 3.45 % is 13.8 %; or 183 days late."""
    city = read_city("zhongshan")
    assert city is not None
    dates = {"principal": "36525", "lent": "2024-01-01", "until": "2024-12-31"}
    found = read_sums()["interest"].reckon(dates | values, city)
    assert amounts(found) == [amount]
    assert any(f"您填的 {values['lpr']}%" in note for note in found.notes)


def test_without_a_checked_rate_only_the_way_is_said() -> None:
    found = interest(
        Decimal(36500), Decimal(24), date(2024, 1, 1), date(2024, 12, 31), None, Rates("", date(2019, 8, 19), ())
    )
    assert amounts(found) == [None]
    assert any("填上公布的一年期 LPR 就能算" in note for note in found.notes)
    assert not any("核对到" in note for note in found.notes)


@given(st.dates(date(2015, 1, 1), date(2025, 1, 1)), st.integers(0, 3000), st.decimals(0, 100, places=2))
def test_no_more_than_agreed_is_reckoned_and_longer_never_costs_less(lent: date, days: int, agreed: Decimal) -> None:
    until, later = (date.fromordinal(lent.toordinal() + n) for n in (days, days + 30))
    if later > RATES.known_until:
        return
    now, then = (
        sum(item.most or Decimal(0) for item in interest(Decimal(10000), agreed, lent, end, None, RATES).items)
        for end in (until, later)
    )
    assert now <= Decimal(10000) * agreed / 100 * days / 365 + Decimal("0.02")
    if lent >= date(2020, 8, 20):
        assert then >= now


def test_every_article_stands(library: Library) -> None:
    parser = CitationParser(library.laws.names)
    found = [
        interest(Decimal(1), Decimal(30), day("2019-01-01"), day("2024-01-01"), None),
        interest(Decimal(1), Decimal(30), day("2026-01-01"), TODAY, None),
        interest(Decimal(1), None, day("2019-01-01"), day("2024-01-01"), day("2020-01-01")),
        *(agreed_damages(Decimal(agreed), Decimal(100)) for agreed in (50, 110, 200)),
    ]
    texts = [item.article for one in found for item in one.items] + [note for one in found for note in one.notes]
    for text in texts:
        for cited in parser.parse(text):
            assert isinstance(library.laws.resolve(cited.citation, TODAY), Resolved), text
    assert all(parser.parse(item.article) for one in found for item in one.items)
