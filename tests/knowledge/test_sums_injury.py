"""Sums of harm to the body against examples worked by hand from the article, boundaries included."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.laws import Resolved
from knowledge.library import Library, read_city
from knowledge.records import City, InjuryLeaving
from knowledge.sums import Reckoned
from knowledge.sums.injury import DEATH, injury, work_injury, years_paid
from knowledge.sums.labour import maternity
from nlu.citations import CitationParser
from tests.conftest import TODAY

ZHONGSHAN = cast("City", read_city("zhongshan"))
FILLED = msgspec.structs.replace(
    ZHONGSHAN,
    average_wage=Decimal(8000),
    disposable_income=Decimal(60000),
    injury_leaving=(InjuryLeaving(5, 10, 50), InjuryLeaving(8, 4, 15), InjuryLeaving(10, 1, 4)),
)


def amounts(found: Reckoned) -> list[str | None]:
    return [None if item.most is None else f"{item.most}" for item in found.items]


@pytest.mark.parametrize(
    ("monthly", "grade", "months_off", "leaves", "city", "expected"),
    [
        ("6000", 1, 0, False, ZHONGSHAN, ["162000.00", "5400.00"]),  # 27 months, 90 %
        ("6000", 2, 0, False, ZHONGSHAN, ["150000.00", "5100.00"]),
        ("6000", 3, 0, False, ZHONGSHAN, ["138000.00", "4800.00"]),
        ("6000", 4, 0, False, ZHONGSHAN, ["126000.00", "4500.00"]),
        ("6000", 4, 0, True, ZHONGSHAN, ["126000.00", "4500.00"]),  # the relation is kept
        ("6000", 5, 0, False, ZHONGSHAN, ["108000.00", "4200.00"]),
        ("6000", 6, 0, False, ZHONGSHAN, ["96000.00", "3600.00"]),
        ("6000", 7, 0, False, ZHONGSHAN, ["78000.00"]),
        ("6000", 8, 0, False, ZHONGSHAN, ["66000.00"]),
        ("6000", 9, 0, False, ZHONGSHAN, ["54000.00"]),
        ("6000", 10, 0, False, ZHONGSHAN, ["42000.00"]),
        ("5000", 10, 3, False, ZHONGSHAN, ["15000.00", "35000.00"]),
        ("5000", 10, 12, False, ZHONGSHAN, ["60000.00", "35000.00"]),
        ("5000", 10, 13, False, ZHONGSHAN, ["60000.00", "35000.00"]),  # twelve at most
        ("6000", 8, 0, True, ZHONGSHAN, ["66000.00", None, None]),  # the province's months are not filled in
        ("6000", 8, 0, True, FILLED, ["66000.00", "24000.00", "90000.00"]),
        ("6000", 5, 0, True, FILLED, ["108000.00", "4200.00", "60000.00", "300000.00"]),
        ("6000", 9, 0, True, FILLED, ["54000.00", None, None]),
        ("4800", 10, 0, False, FILLED, ["33600.00"]),  # 60 % of 8,000: not below it
        ("4799.99", 10, 0, False, FILLED, ["33600.00"]),
        ("24000", 10, 0, False, FILLED, ["168000.00"]),  # three times: not above it
        ("24000.01", 10, 0, True, FILLED, ["168000.00", "24000.00", "96000.00"]),
        ("3000", 10, 2, False, FILLED, ["6000.00", "33600.00"]),  # wages go on as they were
        ("5333.33", 9, 0, False, ZHONGSHAN, ["47999.97"]),
    ],
)
def test_work_injury(
    monthly: str, grade: int, months_off: int, leaves: bool, city: City, expected: list[str | None]
) -> None:
    """工伤保险条例第三十三条、第三十五条到第三十七条、第六十四条."""
    assert amounts(work_injury(Decimal(monthly), grade, months_off, city, leaves=leaves)) == expected


@dataclass
class Harm:
    """What is told of somebody hurt."""

    grade: str = ""
    age: int = 0
    city: City = field(default_factory=lambda: ZHONGSHAN)
    medical: str = "0"
    days_off: int = 0
    daily: str = "0"
    nursed: int = 0
    nurse: str = "0"

    def reckoned(self) -> Reckoned:
        known: dict[str, Any] = {name: Decimal(getattr(self, name)) for name in ("medical", "daily", "nurse")}
        return injury(self.grade, self.age, self.city, days_off=self.days_off, nursed=self.nursed, **known)


@pytest.mark.parametrize(
    ("harm", "expected"),
    [
        (Harm(), []),
        (Harm(medical="8000"), ["8000.00"]),
        (Harm(days_off=60, daily="200"), ["12000.00"]),
        (Harm(days_off=60), []),
        (Harm(nursed=20, nurse="150"), ["3000.00"]),
        (Harm(medical="8000", days_off=60, daily="200", nursed=20, nurse="150"), ["8000.00", "12000.00", "3000.00"]),
        (Harm(grade="10", age=40), [None]),  # the income of the province is not filled in
        (Harm(grade="10", age=40, city=FILLED), ["120000.00"]),  # 60,000 x 20 x 10 %
        (Harm(grade="9", age=40, city=FILLED), ["240000.00"]),
        (Harm(grade="8", age=40, city=FILLED), ["360000.00"]),
        (Harm(grade="5", age=40, city=FILLED), ["720000.00"]),
        (Harm(grade="1", age=40, city=FILLED), ["1200000.00"]),
        (Harm(grade="10", age=59, city=FILLED), ["120000.00"]),
        (Harm(grade="10", age=60, city=FILLED), ["120000.00"]),
        (Harm(grade="10", age=61, city=FILLED), ["114000.00"]),  # nineteen years
        (Harm(grade="10", age=65, city=FILLED), ["90000.00"]),
        (Harm(grade="10", age=74, city=FILLED), ["36000.00"]),  # six
        (Harm(grade="10", age=75, city=FILLED), ["30000.00"]),  # five
        (Harm(grade="10", age=92, city=FILLED), ["30000.00"]),
        (Harm(grade=DEATH, age=35), [None, None]),
        (Harm(grade=DEATH, age=35, city=FILLED), ["1200000.00", "48000.00"]),  # and 8,000 x 6 for the funeral
        (Harm(grade=DEATH, age=70, city=FILLED), ["600000.00", "48000.00"]),
        (Harm(grade=DEATH, age=80, city=FILLED, medical="1500.5"), ["1500.50", "300000.00", "48000.00"]),
    ],
)
def test_injury(harm: Harm, expected: list[str | None]) -> None:
    """人身损害赔偿司法解释第七条、第八条、第十二条、第十四条、第十五条."""
    assert amounts(harm.reckoned()) == expected


@pytest.mark.parametrize(
    ("wage", "kind", "children", "extra", "insured", "hard", "expected"),
    [
        ("6000", "birth", 1, None, True, False, ["19600.00"]),  # 200 a day, 98 days
        ("6000", "birth", 1, None, False, False, ["19600.00"]),
        ("6000", "birth", 1, None, True, True, ["22600.00"]),  # 113
        ("6000", "birth", 2, None, True, False, ["22600.00"]),
        ("6000", "birth", 2, None, True, True, ["25600.00"]),  # 128
        ("6000", "birth", 3, None, True, True, ["28600.00"]),  # 143
        ("6000", "early", 1, None, True, False, ["3000.00"]),
        ("6000", "late", 1, None, True, False, ["8400.00"]),
        ("6000", "early", 1, None, False, True, ["3000.00"]),  # nothing is added to a miscarriage
        ("6000", "late", 3, None, False, False, ["8400.00"]),
        ("6000", "birth", 1, 80, True, False, ["19600.00", "16000.00"]),
        ("6000", "birth", 1, 80, False, True, ["22600.00", "16000.00"]),
        ("6000", "birth", 2, 80, False, True, ["25600.00", "16000.00"]),
        ("6000", "late", 1, 80, True, False, ["8400.00"]),
        ("6000", "early", 1, 80, True, False, ["3000.00"]),
        ("4500", "birth", 1, None, True, False, ["14700.00"]),
        ("4500", "birth", 1, None, True, True, ["16950.00"]),
        ("4500", "late", 1, None, True, False, ["6300.00"]),
        ("5000", "birth", 1, None, True, False, ["16333.33"]),
        ("5000", "early", 1, None, True, False, ["2500.00"]),
    ],
)
def test_maternity(
    wage: str, kind: str, children: int, extra: int | None, insured: bool, hard: bool, expected: list[str]
) -> None:
    """女职工劳动保护特别规定第七条、第八条."""
    assert amounts(maternity(Decimal(wage), kind, children, extra, insured=insured, hard=hard)) == expected


@given(st.integers(0, 120))
def test_who_is_older_is_paid_no_more_years(age: int) -> None:
    assert 5 <= years_paid(age + 1) <= years_paid(age) <= 20


@given(st.decimals(1, 10**6, places=2), st.integers(1, 9))
def test_worse_injury_never_brings_less(monthly: Decimal, grade: int) -> None:
    worse, better = (work_injury(monthly, one, 0, FILLED, leaves=False).items[0].most for one in (grade, grade + 1))
    assert worse is not None
    assert better is not None
    assert worse >= better


def test_every_article_stands(library: Library) -> None:
    parser = CitationParser(library.laws.names)
    found = [work_injury(Decimal(1), grade, 1, ZHONGSHAN, leaves=True) for grade in (1, 5, 8)]
    found += [Harm(g, 40, medical="1", days_off=1, daily="1", nursed=1, nurse="1").reckoned() for g in ("3", DEATH)]
    found += [maternity(Decimal(1), "birth", 1, 80, insured=yes, hard=False) for yes in (True, False)]
    texts = [item.article for one in found for item in one.items] + [note for one in found for note in one.notes]
    for text in texts:
        for cited in parser.parse(text):
            assert isinstance(library.laws.resolve(cited.citation, TODAY), Resolved), text
    assert all(parser.parse(item.article) for one in found for item in one.items)
