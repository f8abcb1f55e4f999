"""The conditions of legal aid: every line of the table for, against and unknown; hardship never lowers a chance."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from knowledge.laws import Resolved
from knowledge.legal_aid import AidMatter, Assessment, Circumstances, assess, read_table
from knowledge.library import Library
from knowledge.records import HardshipStandard, domain_of
from nlu.citations import CitationParser

TODAY = date(2026, 11, 26)
TABLE = read_table()
STANDARD = HardshipStandard(Decimal(60000), 2025, "测试", Decimal("0.5"))
"""2,500 yuan a month and head."""
COUNTED = [matter for matter in TABLE.matters if matter.hardship is not False and matter.listed]
FREE = [matter for matter in TABLE.matters if matter.hardship is False]


def assessed(said: Circumstances, standard: HardshipStandard | None = STANDARD) -> Assessment:
    return assess(said, standard, TODAY, TABLE)


def poor(matter: str, **more: object) -> Circumstances:
    said = Circumstances(matter, represented=False, group="none", income=Decimal(4000), persons=4, assets=False)
    return replace(said, **more)


def test_every_article_of_the_table_stands(library: Library) -> None:
    parser = CitationParser(library.laws.names)
    for text in TABLE.articles:
        (found,) = parser.parse(f"《{TABLE.law}》{text}")
        assert isinstance(library.laws.resolve(found.citation, TODAY), Resolved), text


@pytest.mark.parametrize("matter", FREE, ids=lambda m: m.id)
def test_matter_of_article_32_asks_for_no_hardship(matter: AidMatter) -> None:
    rich = Circumstances(matter.id, represented=False, income=Decimal(10**6), persons=1, assets=True)
    assert assessed(rich).result == "no_hardship_needed"
    assert assessed(rich).articles == (matter.article,)
    assert matter.article.startswith("第三十二条")


@pytest.mark.parametrize("matter", COUNTED, ids=lambda m: m.id)
def test_matter_counts_hardship_and_says_what_is_missing_first(matter: AidMatter) -> None:
    assert assessed(Circumstances(matter.id)).missing == ("represented",)
    assert assessed(Circumstances(matter.id, represented=False)).missing == ("group",)
    assert assessed(poor(matter.id, income=None)).missing == ("income",)
    assert assessed(poor(matter.id, persons=None, income=None)).missing == ("persons", "income")
    assert assessed(poor(matter.id, assets=None)).missing == ("assets",)
    assert assessed(poor(matter.id)).result == "likely"
    over = assessed(poor(matter.id, income=Decimal(10000), persons=4))
    assert over.result == ("officer" if matter.hardship == "other" else "unlikely")
    assert assessed(poor(matter.id, assets=True)).result == "officer"


@pytest.mark.parametrize("matter", [*COUNTED, *FREE], ids=lambda m: m.id)
def test_who_has_counsel_is_told_so_and_may_apply_all_the_same(matter: AidMatter) -> None:
    found = assessed(poor(matter.id, represented=True))
    assert found.result == "unlikely"
    assert "仍然可以申请" in found.text


@pytest.mark.parametrize("group", TABLE.groups, ids=lambda g: g.id)
def test_group_of_article_42_is_not_checked_where_the_matter_allows_it(group: object) -> None:
    for matter in COUNTED:
        found = assessed(Circumstances(matter.id, represented=False, group=group.id))  # type: ignore[attr-defined]
        allowed = not group.only or matter.id in group.only  # type: ignore[attr-defined]
        assert (found.result == "no_check_needed") == allowed
        if allowed:
            assert found.articles == (matter.article, group.article)  # type: ignore[attr-defined]
        else:
            assert found.missing == ("persons", "income")


def test_migrant_worker_is_not_checked_for_wages_and_work_injury_alone() -> None:
    """第四十二条第（三）项."""
    (migrant,) = [group for group in TABLE.groups if group.id == "migrant"]
    assert migrant.only == ("pay", "work_injury")


def test_unknown_standard_and_unlisted_matter_go_to_an_officer() -> None:
    assert assessed(poor("pay"), None).result == "officer"
    assert "还没有填报" in assessed(poor("pay"), None).text
    assert assessed(poor("other")).result == "officer"


@pytest.mark.parametrize(("income", "result"), [("9999.99", "likely"), ("10000", "unlikely"), ("0", "likely")])
def test_standard_is_below_and_not_at(income: str, result: str) -> None:
    """Four people, 2,500 a head."""
    assert assessed(poor("pay", income=Decimal(income))).result == result


@pytest.mark.parametrize(("days", "urgent"), [(-1, False), (0, True), (6, True), (7, False), (30, False)])
def test_deadline_in_less_than_seven_days_is_urgent(days: int, urgent: bool) -> None:
    found = assessed(poor("pay", deadline=TODAY + timedelta(days)))
    assert [said.article for said in found.urgent] == ["第四十四条"] * urgent


def test_place_elsewhere_names_the_venue() -> None:
    assert assessed(poor("pay", elsewhere=True)).venue == TABLE.venue
    assert assessed(poor("pay")).venue is None


def test_each_matter_with_aid_of_the_taxonomy_is_known_by_its_article(library: Library) -> None:
    expected = {
        "labour.unpaid_wages": "pay",
        "social_insurance.work_injury": "work_injury",
        "traffic.compensation": "traffic_injury",
        "medical.malpractice": "medical_injury",
        "consumer.food": "food_injury",
        "family.child_support": "support",
        "domestic_violence.spouse": "violence",
        "crime.trial": "accused",
        "women.sexual_assault": "victim",
        "labour.dismissal": None,
    }
    for matter_id, kind in expected.items():
        found = TABLE.matter_of(library.matters[matter_id], domain_of(matter_id))
        assert (found.id if found else None) == kind, matter_id


circumstances = st.builds(
    Circumstances,
    matter=st.sampled_from([matter.id for matter in TABLE.matters]),
    represented=st.booleans(),
    group=st.sampled_from(["none", *(group.id for group in TABLE.groups)]),
    income=st.decimals(0, 20000, places=2),
    persons=st.integers(1, 8),
    assets=st.booleans(),
)


@given(circumstances, st.decimals(0, 20000, places=2), st.integers(0, 5), st.booleans())
def test_more_hardship_never_lowers_the_chance(said: Circumstances, less: Decimal, more: int, none: bool) -> None:
    assert said.income is not None
    assert said.persons is not None
    poorer = replace(said, income=max(Decimal(0), said.income - less), persons=said.persons + more)
    if none:
        poorer = replace(poorer, assets=False)
    before, after = assessed(said).result, assessed(poorer).result
    assert before is not None
    assert after is not None
    assert TABLE.results[after].rank >= TABLE.results[before].rank
