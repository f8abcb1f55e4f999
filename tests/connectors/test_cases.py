"""Numbers people can read out, and honest hours."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording import Wording
from connectors.cases.hours import hours_note, is_open, is_workday, next_opening
from connectors.cases.numbers import check_digit, is_number, new_number
from knowledge.library import read_city
from knowledge.records import City, DutyHours

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


def test_workdays_beyond_the_published_calendar_are_monday_to_friday() -> None:
    assert is_workday(date(2099, 1, 1)) is (date(2099, 1, 1).weekday() < 5)


def city_with(hours: DutyHours | None) -> City:
    city = read_city("zhongshan")
    assert city
    return City(city.id, city.name, city.towns, city.offices, city.hotlines, hours)


def test_note_says_when_somebody_answers_next() -> None:
    night = datetime(2026, 11, 23, 22, 0, tzinfo=CHINA).timestamp()
    assert "11月24日 08:30" in hours_note(city_with(OFFICE), night, Wording.read())


def test_note_admits_hours_nobody_has_filled_in() -> None:
    assert "还没有填报" in hours_note(city_with(None), 0, Wording.read())
