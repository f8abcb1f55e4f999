"""Sentences with places for the citizen's own facts (按您说的): "如果{日期}是您离职那天，一年算到{日期+1年}。"

An entry's head lists such sentences under `personal`; one is said only where every fact it needs is known. Places:
`{日期}` and `{日期+1年}`, `{日期+6个月}`, `{日期+15天}`; `{金额}`, `{金额×3}`, and `{金额×3，至少500}`, in yuan.

`{日期+1年，截止}` is a limit (期限): it is said to have passed, or to be near, and where its last day is free it
ends on the next working day (民法典 203).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from knowledge.sums.told import NOTHING_TOLD, Told
from knowledge.workdays import is_announced, is_workday

_PLACE = re.compile(r"\{([^{}]*)\}")
_DATE = re.compile(r"日期(?:\+(\d+)(年|个月|天)(，截止)?)?")
NEAR_DAYS = 7
"""A limit so many days ahead, or fewer, is urgent."""
_AMOUNT = re.compile(r"金额(?:×(\d+(?:\.\d+)?)(?:，至少(\d+))?)?")


@dataclass(frozen=True, slots=True)
class Day:
    """A day the citizen named, or with `known_day` False only its month (first of the month)."""

    first: date
    known_day: bool = True


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the citizen said of their own case; None where nothing or more than one thing was said.

    `figures` are those that sums ask, from all that was said; `figures_new`: the present words added to them.
    """

    day: Day | None = None
    yuan: Decimal | None = None
    town: str | None = None
    figures: Told = NOTHING_TOLD
    figures_new: bool = False


def unknown_places(sentence: str) -> list[str]:
    """The places in a sentence that nothing can fill, as written."""
    return [inside for inside in _PLACE.findall(sentence) if not (_DATE.fullmatch(inside) or _AMOUNT.fullmatch(inside))]


def has_place(sentence: str) -> bool:
    return bool(_PLACE.search(sentence))


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with its places filled, and the limits named in it, as their last days."""

    text: str
    limits: tuple[date, ...] = ()


def fill(sentence: str, particulars: Particulars, today: date) -> Filled | None:
    """The sentence with every place filled; None where a fact is missing or too vague (天 from a mere month)."""
    filled = [_filled(inside, particulars, today) for inside in _PLACE.findall(sentence)]
    if any(one is None for one in filled):
        return None
    words = iter(filled)
    limits = tuple(limit for one in filled if one for limit in one.limits)
    return Filled(_PLACE.sub(lambda _: (next(words) or Filled("")).text, sentence), limits)


def _filled(inside: str, particulars: Particulars, today: date) -> Filled | None:
    if (match := _DATE.fullmatch(inside)) and particulars.day:
        return _day(particulars.day, int(match[1] or 0), match[2], today if match[3] else None)
    if (match := _AMOUNT.fullmatch(inside)) and particulars.yuan is not None:
        return Filled(yuan_text(max(particulars.yuan * Decimal(match[1] or 1), Decimal(match[2] or 0))))
    return None


def _day(day: Day, number: int, unit: str | None, today: date | None) -> Filled | None:
    """So long after a day; a limit where `today` is given."""
    if unit == "天" and not day.known_day:
        return None
    months = number * {"年": 12, "个月": 1}.get(unit or "", 0)
    end = add_months(day.first, months) if months else day.first + timedelta(days=number)
    if not day.known_day:
        return Filled(f"{end.year}年{end.month}月")
    return _limit(end, today) if today else Filled(_day_text(end))


def _limit(end: date, today: date) -> Filled:
    last = end
    while not is_workday(last) and is_announced(last):
        last += timedelta(days=1)
    said = _day_text(end) + (f"（那天放假，顺延到{_day_text(last)}）" if last != end else "")
    left = (last - today).days
    if left < 0:
        return Filled(f"{said}（已经过了）", (last,))
    if left <= NEAR_DAYS:
        return Filled(f"{said}（{f'只剩{left}天' if left else '就是今天'}）", (last,))
    return Filled(said, (last,))


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
