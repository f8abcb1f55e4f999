"""Each sum against examples worked by hand from the article, boundaries included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.laws import Resolved
from knowledge.library import Library, read_city
from knowledge.sums import Reckoned, read_sums
from knowledge.sums.labour import double_wage, late_wages, overtime, severance, unused_leave, years_counted
from knowledge.sums.money import child_support, consumer, court_fees, earnest
from knowledge.sums.retirement import DECISION, least_months_paid, retirement
from nlu.citations import CitationParser
from tests.conftest import TODAY


def day(text: str) -> date:
    return date.fromisoformat(text)


def amounts(found: Reckoned) -> list[str]:
    return [f"{item.least}" if item.least == item.most else f"{item.least}-{item.most}" for item in found.items]


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        ("2024-01-01", "2024-01-01", "0.5"),  # one day
        ("2024-01-01", "2024-06-29", "0.5"),
        ("2024-01-01", "2024-06-30", "1"),  # six months to the day
        ("2024-01-01", "2024-12-31", "1"),
        ("2024-01-01", "2025-01-01", "1.5"),
        ("2023-03-15", "2025-03-14", "2"),
        ("2023-03-15", "2025-03-15", "2.5"),
        ("2023-03-15", "2025-09-13", "2.5"),
        ("2023-03-15", "2025-09-14", "3"),
        ("2020-02-29", "2021-02-27", "1"),
        ("2020-02-29", "2021-02-28", "1.5"),
        ("2008-01-01", "2026-11-26", "19"),
        ("2010-07-01", "2026-06-30", "16"),
        ("2010-07-01", "2026-12-31", "17"),
        ("2024-08-31", "2025-02-28", "1"),  # to the last day of February: six months
        ("2024-08-31", "2025-02-26", "0.5"),
        ("2025-05-06", "2026-11-05", "2"),
        ("2025-05-06", "2026-11-04", "1.5"),
        ("2016-11-26", "2026-11-25", "10"),
        ("2016-11-26", "2026-11-26", "10.5"),
    ],
)
def test_years_of_severance(start: str, end: str, years: str) -> None:
    """劳动合同法第四十七条: six months make a year, less half a one."""
    assert years_counted(day(start), day(end)) == Decimal(years)


@pytest.mark.parametrize(
    ("monthly", "start", "end", "why", "notice", "average", "expected"),
    [
        ("5000", "2023-03-15", "2025-03-14", "agreed", False, None, ["10000.00"]),
        ("5000", "2023-03-15", "2025-03-15", "lay_off", False, None, ["12500.00"]),
        ("5000", "2023-03-15", "2025-03-14", "expired", False, None, ["10000.00"]),
        ("5000", "2023-03-15", "2025-03-14", "forced", False, None, ["10000.00"]),
        ("5000", "2023-03-15", "2025-03-14", "no_fault", False, None, ["10000.00", "5000.00"]),
        ("5000", "2023-03-15", "2025-03-14", "no_fault", True, None, ["10000.00"]),
        ("5000", "2023-03-15", "2025-03-14", "unlawful", False, None, ["20000.00"]),
        ("5000", "2025-09-01", "2025-09-30", "unlawful", False, None, ["5000.00"]),
        ("5000", "2023-03-15", "2025-03-14", "fault", False, None, []),
        ("5000", "2023-03-15", "2025-03-14", "own", False, None, []),
        ("30000", "2005-01-01", "2025-12-31", "agreed", False, "8000", ["288000.00"]),  # 24,000 x 12
        ("24000", "2008-01-01", "2025-12-31", "agreed", False, "8000", ["432000.00"]),  # three times: not above it
        ("24000.01", "2008-01-01", "2025-12-31", "agreed", False, "8000", ["288000.00"]),
        ("30000", "2020-01-01", "2025-12-31", "unlawful", False, "8000", ["288000.00"]),  # 24,000 x 6 x 2
        ("30000", "2000-01-01", "2025-12-31", "unlawful", False, "8000", ["576000.00"]),  # 24,000 x 12 x 2
        ("5000", "2000-01-01", "2025-12-31", "agreed", False, None, ["90000.00"]),  # 18 years since 2008
        ("5000", "2000-01-01", "2025-12-31", "unlawful", False, None, ["260000.00"]),  # 26 years x 2
        ("4333.33", "2024-01-01", "2024-03-31", "agreed", False, None, ["2166.67"]),
        ("6800", "2021-11-26", "2026-11-25", "unlawful", False, None, ["68000.00"]),
        ("6800", "2021-11-26", "2026-11-25", "forced", True, None, ["34000.00"]),
    ],
)
def test_severance(
    monthly: str, start: str, end: str, why: str, notice: bool, average: str | None, expected: list[str]
) -> None:
    known = Decimal(average) if average else None
    found = severance(Decimal(monthly), day(start), day(end), why, notice_given=notice, average=known)
    assert amounts(found) == expected
    assert found.notes


@pytest.mark.parametrize(
    ("monthly", "start", "until", "signed", "expected"),
    [
        ("5000", "2025-01-01", "2025-01-31", False, []),
        ("5000", "2025-01-01", "2025-02-01", False, ["166.67"]),  # one day of thirty
        ("5000", "2025-01-01", "2025-02-28", False, ["5000.00"]),
        ("5000", "2025-01-01", "2025-03-31", False, ["10000.00"]),
        ("5000", "2025-01-01", "2025-12-31", False, ["55000.00"]),
        ("5000", "2025-01-01", "2026-11-26", False, ["55000.00"]),  # eleven months at most
        ("5000", "2025-01-01", "2025-07-01", True, ["25000.00"]),  # to the day before signing
        ("5000", "2025-01-01", "2025-02-01", True, []),
        ("5000", "2025-01-01", "2025-02-02", True, ["166.67"]),
        ("6000", "2025-03-15", "2025-09-14", False, ["30000.00"]),  # 4-15 to 9-14
        ("6000", "2025-03-15", "2025-09-20", False, ["31200.00"]),  # and six days
        ("6000", "2025-03-15", "2025-04-14", False, []),
        ("6000", "2025-03-15", "2025-04-15", False, ["200.00"]),
        ("3000", "2024-02-29", "2024-03-29", False, ["100.00"]),
        ("3000", "2024-01-31", "2024-02-29", False, ["100.00"]),
        ("8000", "2025-06-01", "2026-05-31", False, ["88000.00"]),
        ("8000", "2025-06-01", "2026-06-01", True, ["88000.00"]),
        ("8000", "2025-06-01", "2026-05-31", True, ["88000.00"]),  # 10 months and 30 days
        ("4500", "2026-01-10", "2026-11-09", False, ["40500.00"]),
        ("4500", "2026-01-10", "2026-11-24", False, ["42750.00"]),
    ],
)
def test_double_wage(monthly: str, start: str, until: str, signed: bool, expected: list[str]) -> None:
    """劳动合同法实施条例第六条、第七条: from the day after a month to the day before signing, or before a year."""
    assert amounts(double_wage(Decimal(monthly), day(start), day(until), signed=signed)) == expected


@pytest.mark.parametrize(
    ("monthly", "weekday", "rest", "holiday", "expected"),
    [
        ("3480", "10", "0", "0", ["300.00"]),  # 20 an hour
        ("3480", "0", "8", "0", ["320.00"]),
        ("3480", "0", "0", "8", ["480.00"]),
        ("3480", "10", "8", "8", ["300.00", "320.00", "480.00"]),
        ("4350", "2.5", "0", "0", ["93.75"]),  # 25 an hour
        ("5000", "1", "1", "1", ["43.10", "57.47", "86.21"]),
        ("2000", "36", "0", "0", ["620.69"]),
        ("3480", "0", "0", "0", []),
        ("3480", "1", "0", "0", ["30.00"]),
        ("3480", "0", "1", "0", ["40.00"]),
        ("3480", "0", "0", "1", ["60.00"]),
        ("3480", "0.5", "0", "0", ["15.00"]),
        ("4350", "20", "0", "0", ["750.00"]),
        ("4350", "0", "16", "0", ["800.00"]),
        ("4350", "0", "0", "24", ["1800.00"]),
        ("4350", "20", "16", "0", ["750.00", "800.00"]),
        ("8700", "36", "0", "0", ["2700.00"]),  # 50 an hour
        ("8700", "0", "32", "0", ["3200.00"]),
        ("8700", "0", "0", "11", ["1650.00"]),
        ("1740", "100", "10", "8", ["1500.00", "200.00", "240.00"]),  # 10 an hour
    ],
)
def test_overtime(monthly: str, weekday: str, rest: str, holiday: str, expected: list[str]) -> None:
    """劳动法第四十四条: 150, 200, 300 per cent of monthly wage / 21.75 / 8."""
    assert amounts(overtime(Decimal(monthly), Decimal(weekday), Decimal(rest), Decimal(holiday))) == expected


@pytest.mark.parametrize(
    ("monthly", "years", "taken", "expected"),
    [
        ("4350", 0, 0, []),
        ("4350", 1, 0, ["2000.00"]),  # 5 days x 200 x 2
        ("4350", 9, 0, ["2000.00"]),
        ("4350", 10, 0, ["4000.00"]),
        ("4350", 19, 3, ["2800.00"]),
        ("4350", 20, 0, ["6000.00"]),
        ("4350", 5, 5, ["0.00"]),
        ("4350", 5, 9, ["0.00"]),
        ("4350", 1, 1, ["1600.00"]),
        ("4350", 1, 4, ["400.00"]),
        ("4350", 10, 9, ["400.00"]),
        ("4350", 10, 10, ["0.00"]),
        ("4350", 19, 0, ["4000.00"]),
        ("4350", 20, 5, ["4000.00"]),
        ("4350", 20, 15, ["0.00"]),
        ("4350", 40, 0, ["6000.00"]),
        ("8700", 3, 0, ["4000.00"]),
        ("8700", 12, 5, ["4000.00"]),
        ("8700", 30, 14, ["800.00"]),
        ("2175", 7, 2, ["600.00"]),
    ],
)
def test_unused_leave(monthly: str, years: int, taken: int, expected: list[str]) -> None:
    """职工带薪年休假条例第三条、第五条."""
    assert amounts(unused_leave(Decimal(monthly), years, taken)) == expected


@pytest.mark.parametrize(
    ("owed", "least"),
    [("1", "0.50"), ("0.01", "0.00"), ("0.03", "0.02"), ("99.99", "50.00"), ("100", "50.00"), ("1234.56", "617.28"),
     ("2000", "1000.00"), ("3333", "1666.50"), ("4800", "2400.00"), ("5000", "2500.00"), ("6500", "3250.00"),
     ("8888.88", "4444.44"), ("9600", "4800.00"), ("12000", "6000.00"), ("15000", "7500.00"), ("20000", "10000.00"),
     ("23456.78", "11728.39"), ("40000", "20000.00"), ("120000", "60000.00"), ("1000000", "500000.00")],
)  # fmt: skip
def test_late_wages(owed: str, least: str) -> None:
    """劳动合同法第八十五条: half as much again to as much again."""
    whole = f"{Decimal(owed):.2f}"
    added = f"{least}-{whole}" if least != whole else whole
    assert amounts(late_wages(Decimal(owed))) == [whole, added]


@pytest.mark.parametrize(
    ("claim", "fee", "half", "enforced"),
    [
        ("1", "50.00", "25.00", "50.00"),
        ("10000", "50.00", "25.00", "50.00"),
        ("10001", "50.03", "25.01", "50.02"),  # 50.025, 50.015
        ("20000", "300.00", "150.00", "200.00"),
        ("38000", "750.00", "375.00", "470.00"),
        ("100000", "2300.00", "1150.00", "1400.00"),
        ("150000", "3300.00", "1650.00", "2150.00"),
        ("200000", "4300.00", "2150.00", "2900.00"),
        ("300000", "5800.00", "2900.00", "4400.00"),
        ("500000", "8800.00", "4400.00", "7400.00"),
        ("800000", "11800.00", "5900.00", "10400.00"),
        ("1000000", "13800.00", "6900.00", "12400.00"),
        ("1500000", "18300.00", "9150.00", "17400.00"),
        ("2000000", "22800.00", "11400.00", "22400.00"),
        ("5000000", "46800.00", "23400.00", "52400.00"),
        ("8000000", "67800.00", "33900.00", "67400.00"),
        ("10000000", "81800.00", "40900.00", "77400.00"),
        ("20000000", "141800.00", "70900.00", "87400.00"),
        ("30000000", "191800.00", "95900.00", "97400.00"),
        ("60000", "1300.00", "650.00", "800.00"),
    ],
)
def test_court_fees(claim: str, fee: str, half: str, enforced: str) -> None:
    """诉讼费用交纳办法第十三条、第十四条."""
    assert amounts(court_fees(Decimal(claim), "money", None)) == [fee, half, enforced]


@pytest.mark.parametrize(
    ("preserved", "fee"),
    [("500", "30.00"), ("1000", "30.00"), ("10000", "120.00"), ("100000", "1020.00"), ("500000", "3020.00"),
     ("896000", "5000.00"), ("5000000", "5000.00")],
)  # fmt: skip
def test_preservation_fee(preserved: str, fee: str) -> None:
    assert amounts(court_fees(Decimal(0), "labour", Decimal(preserved))) == ["10.00", fee]


@pytest.mark.parametrize(
    ("property_", "fee"), [("0", "50-300"), ("200000", "50.000-300.000"), ("500000", "1550.000-1800.000")]
)
def test_divorce_fee(property_: str, fee: str) -> None:
    (item,) = court_fees(Decimal(property_), "divorce", None).items
    assert item.least is not None
    assert item.most is not None
    least, most = map(Decimal, fee.split("-"))
    assert (item.least, item.most) == (least, most)


@pytest.mark.parametrize(
    ("price", "kind", "loss", "expected"),
    [
        ("100", "fraud", None, ["100.00", "500.00"]),
        ("166.66", "fraud", None, ["166.66", "500.00"]),
        ("166.67", "fraud", None, ["166.67", "500.01"]),
        ("18000", "fraud", None, ["18000.00", "54000.00"]),
        ("50", "food", None, ["50.00", "1000.00"]),
        ("100", "food", None, ["100.00", "1000.00"]),
        ("100.10", "food", None, ["100.10", "1001.00"]),
        ("50", "food", "2000", ["50.00", "2000.00", "6000.00"]),
        ("1000", "food", "2000", ["1000.00", "2000.00", "10000.00"]),
        ("50", "food", "100", ["50.00", "100.00", "1000.00"]),
        ("0.5", "fraud", None, ["0.50", "500.00"]),
        ("167", "fraud", None, ["167.00", "501.00"]),
        ("2999", "fraud", None, ["2999.00", "8997.00"]),
        ("2999", "fraud", "500", ["2999.00", "8997.00"]),
        ("99.99", "food", None, ["99.99", "1000.00"]),
        ("101", "food", None, ["101.00", "1010.00"]),
        ("2999", "food", None, ["2999.00", "29990.00"]),
        ("100", "food", "333", ["100.00", "333.00", "1000.00"]),
        ("100", "food", "334", ["100.00", "334.00", "1002.00"]),
        ("300", "food", "1000", ["300.00", "1000.00", "3000.00"]),
    ],
)
def test_consumer(price: str, kind: str, loss: str | None, expected: list[str]) -> None:
    """消费者权益保护法第五十五条, 食品安全法第一百四十八条."""
    assert amounts(consumer(Decimal(price), kind, Decimal(loss) if loss else None)) == expected


@pytest.mark.parametrize(
    ("paid", "price", "who", "expected"),
    [
        ("20000", "100000", "other", ["40000.00"]),
        ("20000", "100000", "self", ["20000.00"]),
        ("30000", "100000", "other", ["40000.00", "10000.00"]),
        ("30000", "100000", "self", ["20000.00", "10000.00"]),
        ("500", "100000", "other", ["1000.00"]),
        ("500", "100000", "self", ["500.00"]),
        ("1", "5", "other", ["2.00"]),
        ("1", "5", "self", ["1.00"]),
        ("1.01", "5", "other", ["2.00", "0.01"]),
        ("20000.01", "100000", "other", ["40000.00", "0.01"]),
        ("100000", "100000", "other", ["40000.00", "80000.00"]),
        ("100000", "100000", "self", ["20000.00", "80000.00"]),
        ("50000", "1500000", "other", ["100000.00"]),
        ("50000", "200000", "other", ["80000.00", "10000.00"]),
        ("50000", "200000", "self", ["40000.00", "10000.00"]),
        ("10000", "49999.95", "other", ["19999.98", "0.01"]),
        ("10000", "50000", "other", ["20000.00"]),
        ("300", "1000", "self", ["200.00", "100.00"]),
        ("300", "1500", "self", ["300.00"]),
        ("2000", "8888", "other", ["3555.20", "222.40"]),
    ],
)
def test_earnest(paid: str, price: str, who: str, expected: list[str]) -> None:
    """民法典第五百八十六条、第五百八十七条."""
    assert amounts(earnest(Decimal(paid), Decimal(price), who)) == expected


@pytest.mark.parametrize(
    ("income", "children", "expected"),
    [
        ("5000", 1, "1000-1500"),
        ("5000", 2, "1000-2500"),
        ("8000", 1, "1600-2400"),
        ("8000", 2, "1600-4000"),
        ("8000", 3, "1600-4000"),
        ("3000", 1, "600-900"),
        ("3000", 2, "600-1500"),
        ("3500", 1, "700-1050"),
        ("4200", 1, "840-1260"),
        ("4200", 2, "840-2100"),
        ("6000", 1, "1200-1800"),
        ("6500", 1, "1300-1950"),
        ("6500", 2, "1300-3250"),
        ("7777", 1, "1555.4-2333.1"),
        ("10000", 1, "2000-3000"),
        ("10000", 2, "2000-5000"),
        ("12500", 3, "2500-6250"),
        ("20000", 1, "4000-6000"),
        ("20000", 10, "4000-10000"),
        ("2300", 1, "460-690"),
    ],
)
def test_child_support(income: str, children: int, expected: str) -> None:
    """婚姻家庭编司法解释（一）第四十九条: a fifth to three tenths, to a half for several."""
    (item,) = child_support(Decimal(income), children).items
    assert (item.least, item.most) == tuple(map(Decimal, expected.split("-")))


@pytest.mark.parametrize(
    ("born", "kind", "month", "age"),
    [
        ("1964-12-15", "man", "2024-12-01", (60, 0)),
        ("1965-01-01", "man", "2025-02-01", (60, 1)),
        ("1965-04-30", "man", "2025-05-01", (60, 1)),
        ("1965-05-01", "man", "2025-07-01", (60, 2)),
        ("1970-05-01", "man", "2031-10-01", (61, 5)),
        ("1976-08-01", "man", "2039-07-01", (62, 11)),
        ("1976-09-01", "man", "2039-09-01", (63, 0)),
        ("1980-01-01", "man", "2043-01-01", (63, 0)),
        ("1969-12-31", "woman_55", "2024-12-01", (55, 0)),
        ("1970-01-01", "woman_55", "2025-02-01", (55, 1)),
        ("1970-05-01", "woman_55", "2025-07-01", (55, 2)),
        ("1975-01-01", "woman_55", "2031-05-01", (56, 4)),
        ("1981-09-01", "woman_55", "2039-09-01", (58, 0)),
        ("1985-01-01", "woman_55", "2043-01-01", (58, 0)),
        ("1974-12-31", "woman_50", "2024-12-01", (50, 0)),
        ("1975-01-01", "woman_50", "2025-02-01", (50, 1)),
        ("1975-02-01", "woman_50", "2025-03-01", (50, 1)),
        ("1975-03-01", "woman_50", "2025-05-01", (50, 2)),
        ("1980-01-01", "woman_50", "2032-08-01", (52, 7)),
        ("1984-11-01", "woman_50", "2039-11-01", (55, 0)),
        ("1990-01-01", "woman_50", "2045-01-01", (55, 0)),
    ],
)
def test_retirement(born: str, kind: str, month: str, age: tuple[int, int]) -> None:
    when, years, months = retirement(day(born), kind)
    assert (when, (years, months)) == (day(month), age)


@pytest.mark.parametrize(
    ("year", "months"), [(2025, 180), (2029, 180), (2030, 186), (2034, 210), (2039, 240), (2050, 240)]
)
def test_years_to_have_paid_in(year: int, months: int) -> None:
    assert least_months_paid(year) == months


@given(st.dates(date(1965, 1, 1), date(1995, 12, 31)), st.sampled_from(["man", "woman_55", "woman_50"]))
def test_who_is_born_later_retires_no_earlier(born: date, kind: str) -> None:
    later = date(born.year + 1, born.month, 1)
    assert retirement(later, kind)[0] > retirement(born, kind)[0]


@given(st.decimals(0, 10**8, places=2), st.decimals(0, 10**6, places=2))
def test_more_at_stake_never_costs_less(claim: Decimal, more: Decimal) -> None:
    before, after = (court_fees(amount, "money", None).items for amount in (claim, claim + more))
    assert all((a.most or 0) >= (b.most or 0) for a, b in zip(after, before, strict=True))


@given(st.dates(date(2008, 1, 1), date(2026, 1, 1)), st.integers(0, 4000), st.integers(0, 400))
def test_longer_service_never_brings_less(start: date, days: int, more: int) -> None:
    from datetime import timedelta

    end = start + timedelta(days)
    assert years_counted(start, end + timedelta(more)) >= years_counted(start, end)


def test_every_article_of_a_result_stands(library: Library) -> None:
    parser = CitationParser(library.laws.names)
    found = [
        severance(Decimal(1), TODAY, TODAY, why, notice_given=False, average=None) for why in ("no_fault", "unlawful")
    ]
    found += [double_wage(Decimal(1), day("2024-01-01"), TODAY, signed=False), late_wages(Decimal(1))]
    found += [overtime(*[Decimal(1)] * 4), unused_leave(Decimal(1), 1, 0), child_support(Decimal(1), 1)]
    found += [court_fees(Decimal(1), kind, Decimal(1)) for kind in ("money", "labour", "divorce")]
    found += [consumer(Decimal(1), kind, Decimal(1)) for kind in ("fraud", "food")]
    found += [earnest(Decimal(3), Decimal(10), who) for who in ("other", "self")]
    for text in [item.article for one in found for item in one.items] + [note for one in found for note in one.notes]:
        for cited in parser.parse(text):
            assert isinstance(library.laws.resolve(cited.citation, TODAY), Resolved), text
    assert all(parser.parse(item.article) for one in found for item in one.items)
    assert DECISION in library.laws


def test_every_matter_that_offers_a_sum_exists(library: Library) -> None:
    named = {matter for one in read_sums().values() for matter in one.matters}
    assert named <= set(library.matters)


@pytest.mark.parametrize("sum_id", list(read_sums()))
def test_every_sum_reckons_from_its_own_fields(sum_id: str) -> None:
    one = read_sums()[sum_id]
    some = {"date": "2025-01-01", "month": "1970-05", "money": "5000", "number": "1", "decimal": "2", "yes_no": "no"}
    values = {f.id: f.options[0].value if f.options else some[f.kind] for f in one.fields}
    values |= {"end": "2026-01-01", "until": "2026-01-01", "paid": "100"} if "paid" not in values else {"paid": "100"}
    city = read_city("zhongshan")
    assert city is not None
    assert one.reckon(values, city).items
