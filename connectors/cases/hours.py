"""Duty hours (值班时间) with Chinese public holidays and make-up workdays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.wording import Wording
from knowledge.clock import local_time
from knowledge.records import City, DutyHours

LOOK_AHEAD_DAYS = 15


def is_workday(day: date) -> bool:
    """Whether offices work that day; beyond the published holiday calendar, Monday to Friday."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def intervals_on(hours: DutyHours, day: date) -> list[tuple[time, time]]:
    """The intervals in which a person answers on a day."""
    texts = hours.weekdays if is_workday(day) else hours.holidays
    return [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in texts]


def is_open(hours: DutyHours, now: datetime) -> bool:
    """Whether a person answers at `now`, local time."""
    return any(start <= now.time() < end for start, end in intervals_on(hours, now.date()))


def next_opening(hours: DutyHours, now: datetime) -> datetime | None:
    """When a person answers next after `now`; None when not within LOOK_AHEAD_DAYS."""
    days = (now.date() + timedelta(days=ahead) for ahead in range(LOOK_AHEAD_DAYS))
    openings = (
        datetime.combine(day, start, tzinfo=now.tzinfo) for day in days for start, _ in intervals_on(hours, day)
    )
    return next((opening for opening in openings if opening > now), None)


def hours_note(city: City, at: float, wording: Wording) -> str:
    """An honest sentence on when somebody will answer; says so where the bureau has given no hours."""
    if city.duty_hours is None:
        return wording.say("hours_unknown")
    now = local_time(at)
    if is_open(city.duty_hours, now):
        return wording.say("hours_open")
    opening = next_opening(city.duty_hours, now)
    if opening is None:
        return wording.say("hours_unknown")
    spoken = f"{opening.month}月{opening.day}日 {opening:%H:%M} "
    return wording.say("hours_closed", next_open=spoken)
