"""Sentences with places for the citizen's own facts (按您说的): "如果{日期}是您离职那天，一年算到{日期+1年}。"

An entry's head lists such sentences under `personal`; one is said only where every fact it needs is known. Places:
`{日期}` and `{日期+1年}`, `{日期+6个月}`, `{日期+15天}`; `{金额}`, `{金额×3}`, and `{金额×3，至少500}`, in yuan.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

_PLACE = re.compile(r"\{([^{}]*)\}")
_DATE = re.compile(r"日期(?:\+(\d+)(年|个月|天))?")
_AMOUNT = re.compile(r"金额(?:×(\d+(?:\.\d+)?)(?:，至少(\d+))?)?")


@dataclass(frozen=True, slots=True)
class Day:
    """A day the citizen named, or with `known_day` False only its month (first of the month)."""

    first: date
    known_day: bool = True


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the citizen said of their own case; None where nothing or more than one thing was said."""

    day: Day | None = None
    yuan: Decimal | None = None
    town: str | None = None


def unknown_places(sentence: str) -> list[str]:
    """The places in a sentence that nothing can fill, as written."""
    return [inside for inside in _PLACE.findall(sentence) if not (_DATE.fullmatch(inside) or _AMOUNT.fullmatch(inside))]


def has_place(sentence: str) -> bool:
    return bool(_PLACE.search(sentence))


def fill(sentence: str, particulars: Particulars) -> str | None:
    """The sentence with every place filled; None where a fact is missing or too vague (天 from a mere month)."""
    filled = [_filled(inside, particulars) for inside in _PLACE.findall(sentence)]
    if None in filled:
        return None
    words = iter(filled)
    return _PLACE.sub(lambda _: str(next(words)), sentence)


def _filled(inside: str, particulars: Particulars) -> str | None:
    if (match := _DATE.fullmatch(inside)) and particulars.day:
        return _day(particulars.day, int(match[1] or 0), match[2])
    if (match := _AMOUNT.fullmatch(inside)) and particulars.yuan is not None:
        return yuan_text(max(particulars.yuan * Decimal(match[1] or 1), Decimal(match[2] or 0)))
    return None


def _day(day: Day, number: int, unit: str | None) -> str | None:
    if unit == "天":
        return _day_text(day.first + timedelta(days=number)) if day.known_day else None
    moved = add_months(day.first, number * (12 if unit == "年" else 1))
    return _day_text(moved) if day.known_day else f"{moved.year}年{moved.month}月"


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the month's last day where it has no such day (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day_text(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def yuan_text(yuan: Decimal) -> str:
    """1500 元, 3.8万元: in 万 where that loses nothing."""
    if yuan >= 10_000 and yuan % 100 == 0:
        return f"{(yuan / 10_000).normalize():f}万元"
    return f"{yuan.quantize(Decimal('0.01')).normalize():f}元"
