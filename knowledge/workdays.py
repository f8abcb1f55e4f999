"""Working days (工作日) in China: public holidays and make-up workdays, uncertain where they are not announced yet."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_NEAR_A_HOLIDAY_DAYS = 9
"""Make-up workdays lie no further from the holiday that they make up for."""


def is_workday(day: date) -> bool:
    """Whether offices work that day: as announced, and for years not announced yet by the holidays the law names."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and day not in _statutory(day.year)


def is_announced(day: date) -> bool:
    """Whether it is known for sure if offices work that day.

    The State Council announces a year's holidays in the autumn before; until then days near one are uncertain.
    """
    import chinese_calendar

    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return not any(abs(day - free).days <= _NEAR_A_HOLIDAY_DAYS for free in _statutory(day.year))
    return True


@lru_cache(16)
def _statutory(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("CN", years=year))
