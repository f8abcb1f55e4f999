"""The lunar calendar (农历) in days of the common one; `lunar_python` reckons it, imported on first use."""

from __future__ import annotations

from datetime import date, timedelta


def solar(year: int, month: int, day: int) -> date:
    """The day of a lunar date; `month` negative for a leap month (闰). ValueError where there is none."""
    from lunar_python import Lunar

    try:
        found = Lunar.fromYmd(year, month, day).getSolar()
    except Exception as error:  # the library raises its bare Exception
        raise ValueError(f"no such lunar day: {year}-{month}-{day}") from error
    return date(found.getYear(), found.getMonth(), found.getDay())


def lunar_month(year: int, month: int) -> tuple[date, date]:
    """First and last day of a lunar month, which has 29 or 30 days; ValueError where there is none."""
    first = solar(year, month, 1)
    try:
        return first, solar(year, month, 30)
    except ValueError:
        return first, first + timedelta(28)
