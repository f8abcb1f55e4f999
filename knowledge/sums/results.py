"""What a sum comes to, and how amounts and dates are counted in all of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from knowledge.records import Record

CENT = Decimal("0.01")
PAID_DAYS = Decimal("21.75")
"""月计薪天数: (365 - 104) / 12."""


class Item(Record, frozen=True):
    """One thing to ask for: its name, the reckoning in words, from how much to how much, the article."""

    name: str
    reckoning: str
    least: Decimal | None
    most: Decimal | None
    article: str


class Reckoned(Record, frozen=True):
    """The items, each on its own (they are not added up where one excludes another), and what to know with them."""

    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()


def exactly(name: str, reckoning: str, amount: Decimal, article: str) -> Item:
    rounded = amount.quantize(CENT, ROUND_HALF_UP)
    return Item(name, reckoning, rounded, rounded, article)


def money(amount: Decimal) -> str:
    """Thousands parted, cents only where there are any."""
    return f"{amount.quantize(CENT, ROUND_HALF_UP):,}".removesuffix(".00")


def plain(number: Decimal | int) -> str:
    """Without zeros at the end."""
    return f"{Decimal(number).normalize():f}"


def months_later(day: date, months: int) -> date:
    """The same day of a later month; its last where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def whole_months(start: date, end: date) -> tuple[int, int]:
    """Whole months from the first day to the last, both counted, and the days that remain."""
    after = end + timedelta(days=1)
    months = (after.year - start.year) * 12 + after.month - start.month
    if months_later(start, months) > after:
        months -= 1
    return months, (after - months_later(start, months)).days
