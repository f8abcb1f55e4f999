"""Duty hours (值班时间) with Chinese public holidays and make-up workdays; hours may run past midnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from bot.wording import Wording
from connectors.staff.roster import OnDuty
from knowledge.clock import local_time
from knowledge.records import City, DutyHours
from knowledge.workdays import is_announced, is_workday

LOOK_AHEAD_DAYS = 15


def openings(hours: DutyHours, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which a person answers that begin on a day, local time; 21:00–02:00 ends the day after."""
    for start, end in hours.weekdays if is_workday(day) else hours.holidays:
        begins, ends = (datetime.combine(day, time.fromisoformat(text)) for text in (start, end))
        yield begins, ends if ends > begins else ends + timedelta(days=1)


def is_open(hours: DutyHours, now: datetime) -> bool:
    """Whether a person answers at `now`, local time."""
    plain = now.replace(tzinfo=None)
    days = (plain.date() - timedelta(days=1), plain.date())
    return any(begins <= plain < ends for day in days for begins, ends in openings(hours, day))


def next_opening(hours: DutyHours, now: datetime) -> datetime | None:
    """When a person answers next after `now`; None when not within LOOK_AHEAD_DAYS."""
    plain = now.replace(tzinfo=None)
    days = (plain.date() + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
    found = (begins for day in days for begins, _ in openings(hours, day) if begins > plain)
    opening = next(found, None)
    return opening.replace(tzinfo=now.tzinfo) if opening else None


def hours_note(city: City, at: float, wording: Wording, roster: OnDuty | None = None) -> str:
    """An honest sentence on when somebody will answer: by the roster, or where nobody is on it, by the city's hours;
    says so where the bureau has given none.
    """
    if roster:
        return wording.say("hours_open") if roster.next_at is None else _closed(roster.next_at, wording)
    if city.duty_hours is None:
        return wording.say("hours_unknown")
    now = local_time(at)
    if is_open(city.duty_hours, now):
        return wording.say("hours_open")
    opening = next_opening(city.duty_hours, now)
    if opening is None:
        return wording.say("hours_unknown")
    key = "hours_closed" if is_announced(opening.date()) else "hours_closed_uncertain"
    return wording.say(key, next_open=_spoken(opening))


def _closed(next_at: float, wording: Wording) -> str:
    return wording.say("hours_closed", next_open=_spoken(local_time(next_at)))


def _spoken(opening: datetime) -> str:
    return f"{opening.month}月{opening.day}日 {opening:%H:%M} "
