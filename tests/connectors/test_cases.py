"""Numbers people can read out, and honest hours."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import Wording
from connectors.cases.hours import hours_note, is_open, next_opening
from connectors.cases.numbers import check_digit, is_number, new_number
from knowledge.library import read_city
from knowledge.records import City, DutyHours
from knowledge.workdays import is_announced, is_workday

OFFICE = DutyHours(weekdays=(("08:30", "12:00"), ("14:30", "17:30")))
CHINA = ZoneInfo("Asia/Shanghai")


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)))
def test_every_new_number_is_a_number(day: date) -> None:
    assert is_number(new_number(day))


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(day: date, place: int, shift: int) -> None:
    digits = list(new_number(day).replace("-", ""))
    digits[place] = str((int(digits[place]) + shift) % 10)
    assert not is_number("".join(digits))


def test_check_digit_is_luhn() -> None:
    assert check_digit("7992739871") == 3


@pytest.mark.parametrize(
    ("moment", "open_now", "opens"),
    [
        ("2026-11-23T09:00", True, "2026-11-23T14:30"),
        ("2026-11-23T12:30", False, "2026-11-23T14:30"),
        ("2026-11-23T18:00", False, "2026-11-24T08:30"),
        ("2026-10-01T09:00", False, "2026-10-08T08:30"),  # National Day holiday
        ("2026-10-10T09:00", True, "2026-10-10T14:30"),  # a Saturday worked instead
    ],
)
def test_duty_hours_know_holidays_and_make_up_days(moment: str, open_now: bool, opens: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    assert is_open(OFFICE, now) is open_now
    assert next_opening(OFFICE, now) == datetime.fromisoformat(opens).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("day", "works", "sure"),
    [
        ("2025-01-26", True, True),  # a Sunday worked instead
        ("2025-01-28", False, True),  # 除夕
        ("2027-01-01", False, False),
        ("2027-02-06", False, False),  # Spring Festival
        ("2027-02-08", False, False),
        ("2027-02-20", False, True),  # an ordinary Saturday
        ("2027-03-10", True, True),
        ("2027-10-01", False, False),
        ("2027-10-09", False, False),  # a Saturday that may be worked instead
        ("2028-01-26", False, False),  # Spring Festival
    ],
)
def test_holidays_of_years_not_announced_are_free_and_days_beside_them_uncertain(
    day: str, works: bool, sure: bool
) -> None:
    assert (is_workday(date.fromisoformat(day)), is_announced(date.fromisoformat(day))) == (works, sure)


NIGHT = DutyHours(weekdays=(("21:00", "02:00"),), holidays=())


@pytest.mark.parametrize(
    ("moment", "open_now", "opens"),
    [
        ("2026-11-23T23:00", True, "2026-11-24T21:00"),
        ("2026-11-24T01:00", True, "2026-11-24T21:00"),
        ("2026-11-24T02:00", False, "2026-11-24T21:00"),
        ("2026-11-24T20:59", False, "2026-11-24T21:00"),
        ("2026-11-28T01:00", True, "2026-11-30T21:00"),  # Friday's night runs into Saturday
        ("2026-11-28T22:00", False, "2026-11-30T21:00"),
    ],
)
def test_night_duty_runs_past_midnight(moment: str, open_now: bool, opens: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=CHINA)
    assert is_open(NIGHT, now) is open_now
    assert next_opening(NIGHT, now) == datetime.fromisoformat(opens).replace(tzinfo=CHINA)


@pytest.mark.parametrize("interval", [["9", "12:00"], ["24:00", "25:00"], ["上午", "下午"], ["08:60", "09:00"]])
def test_hours_that_are_none_are_refused(interval: list[str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"weekdays": [interval]}, DutyHours)


def test_note_near_a_holiday_not_announced_says_that_it_may_change() -> None:
    evening = datetime(2026, 12, 31, 22, 0, tzinfo=CHINA).timestamp()
    note = hours_note(city_with(OFFICE), evening, Wording.read())
    assert "1月4日" in note
    assert "没有公布" in note


def city_with(hours: DutyHours | None) -> City:
    city = read_city("zhongshan")
    assert city
    return City(city.id, city.name, city.towns, city.offices, city.hotlines, hours)


def test_note_says_when_somebody_answers_next() -> None:
    night = datetime(2026, 11, 23, 22, 0, tzinfo=CHINA).timestamp()
    assert "11月24日 08:30" in hours_note(city_with(OFFICE), night, Wording.read())


def test_note_admits_hours_nobody_has_filled_in() -> None:
    assert "还没有填报" in hours_note(city_with(None), 0, Wording.read())
