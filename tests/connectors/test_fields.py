"""What citizens write into forms: kept as they mean it, or sent back with what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.applications.fields import Fault, checked, income_of
from knowledge.forms import Field
from nlu.mask import is_identity_number


def with_check(first_17: str) -> str:
    """An identity number with its check character."""
    return next(first_17 + check for check in "0123456789X" if is_identity_number(first_17 + check))


def wide(text: str) -> str:
    """As an input method for Chinese writes digits and stops."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


FIELDS = {
    kind: Field("f", kind, "题", required=True, least=1, most=20)
    for kind in ("name", "paper_number", "phone", "date", "number", "yes_no", "text", "income")
}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("古丽米热·艾比布力", "古丽米热·艾比布力"),
        ("古丽米热•艾比布力", "古丽米热·艾比布力"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("葛曾䮌", "葛曾䮌"),
        ("𠮷田", "𠮷田"),
        (" 李 焜 ", "李 焜"),
        ("Mary-Jane O'Neil", "Mary-Jane O'Neil"),
    ],
)
def test_names_are_kept_as_they_are(written: str, kept: str) -> None:
    assert checked(FIELDS["name"], written, {}) == kept


@pytest.mark.parametrize("written", ["12345", "<b>张三</b>", "张三😀", "·", "张" * 41])
def test_what_is_no_name_is_sent_back(written: str) -> None:
    with pytest.raises(Fault):
        checked(FIELDS["name"], written, {})


@pytest.mark.parametrize(
    ("paper", "number"),
    [
        ("resident", with_check("44200019900101123")),
        ("resident", with_check("81000019850315001")),
        ("resident", with_check("83000019850315001")),
        ("resident", with_check("94484019850315001")),
        ("resident", with_check("51222319700101001")),
        ("home_return", "H12345678"),
        ("home_return", "m1234567801"),
        ("taiwan", "12345678"),
        ("permanent", "GBR440190010112"),
        ("passport", "E12345678"),
    ],
)
def test_papers_of_every_kind_are_taken(paper: str, number: str) -> None:
    assert checked(FIELDS["paper_number"], number.lower(), {"paper": paper}) == number.upper()


@pytest.mark.parametrize(
    ("paper", "number", "said"),
    [
        ("resident", with_check("44200019900101123")[:17] + "?", "18 位"),
        ("resident", "442000650101123", "15 位"),
        ("home_return", "12345678", "H 或 M"),
        ("taiwan", "1234", "8 位"),
    ],
)
def test_wrong_number_says_what_is_wrong(paper: str, number: str, said: str) -> None:
    with pytest.raises(Fault, match=said):
        checked(FIELDS["paper_number"], number, {"paper": paper})


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("+86 13800138000", "13800138000"),
        (wide("13800138000"), "13800138000"),
        ("0760-88881234", "076088881234"),
        ("6123 4567", "61234567"),
        ("853 6612 3456", "85366123456"),
    ],
)
def test_telephones_of_here_hong_kong_and_macao(written: str, kept: str) -> None:
    assert checked(FIELDS["phone"], written, {}) == kept


@pytest.mark.parametrize("written", ["2800", "没有", "138001380001"])
def test_what_is_no_telephone_is_sent_back(written: str) -> None:
    with pytest.raises(Fault):
        checked(FIELDS["phone"], written, {})


@pytest.mark.parametrize("written", ["2026-12-01", "2026/12/1", "2026年12月1日", wide("2026.12.1")])
def test_days_are_read_as_people_write_them(written: str) -> None:
    assert checked(FIELDS["date"], written, {}) == "2026-12-01"


@pytest.mark.parametrize("written", ["2026-02-30", "明天", "12月1日"])
def test_what_is_no_day_is_sent_back(written: str) -> None:
    with pytest.raises(Fault):
        checked(FIELDS["date"], written, {})


@pytest.mark.parametrize(("written", "kept"), [("4", "4"), ("四口人", "4"), (wide("3"), "3")])
def test_people_are_counted(written: str, kept: str) -> None:
    assert checked(FIELDS["number"], written, {}) == kept


@pytest.mark.parametrize(
    ("written", "period", "monthly"),
    [
        ("2800、0、5200", "months", "2666.67"),
        ("2,800, 0, 5,200", "months", "2666.67"),
        ("2800，0，5200", "months", "2666.67"),
        ("2800、没有、5200", "months", "2666.67"),
        ("一年三万六", "month", "3000"),
        ("3.6万", "year", "3000"),
        ("八千五", "month", "8500"),
        ("每月3500元左右", "month", "3500"),
        ("没有收入", "month", "0"),
        ("0", "months", "0"),
    ],
)
def test_income_becomes_a_monthly_average(written: str, period: str, monthly: str) -> None:
    found = income_of(written, period)
    assert round(found.monthly, 2) == Decimal(monthly)
    assert f"每月 {Decimal(monthly):,}" in found.sum


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("三四千", "month"),
        ("3000到4000", "month"),
        ("3000、2000", "month"),
        ("2800", "months"),
        ("一年三万、两万", "year"),
        ("看情况", "month"),
        ("、".join(["1000"] * 13), "months"),
    ],
)
def test_income_that_is_not_clear_is_asked_again(written: str, period: str) -> None:
    with pytest.raises(Fault):
        income_of(written, period)
