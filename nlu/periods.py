"""Lengths of time (期间): 两年半, 三个月, 十五日, 两个星期, 俩月; about so long (三四个月, 半个多月) has no value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.numerals import parse_count

_NUMBER = r"(?:[0-9]{1,3}(?:\.5)?|[零一二两三四五六七八九十百]{1,5}|[一二三四五六七八九]?十几|好?几|数)"
_MORE = r"[多余来]?"
_MORE_THAN = re.compile(r"[多余来]")
_PERIOD = re.compile(
    rf"(?<![第每0-9.零一二三四五六七八九十百])"
    rf"(?:(?P<half_year>半年(?!多))|(?P<half_month>半个?月)|(?P<vague>半个?多月|半年多)"
    rf"|(?P<pair>[俩仨])个?月"
    rf"|(?:(?P<weeks>{_NUMBER}){_MORE}(?:周(?![岁年末])|个?(?:星期|礼拜)(?![一二三四五六日天])))"
    rf"|(?P<years>{_NUMBER}){_MORE}年(?P<years_half>半)?多?(?![代级度龄初底末轻报检会前])"
    rf"(?:零?(?P<year_months>{_NUMBER}){_MORE}个(?P<year_months_half>半)?月)?"
    rf"(?:零?(?P<year_days>{_NUMBER})(?:天|日))?"
    rf"|(?P<months>{_NUMBER}){_MORE}个(?P<months_half>半)?多?月(?:零?(?P<month_days>{_NUMBER})(?:天|日))?"
    rf"|(?P<days>{_NUMBER}){_MORE}(?:天|日(?!元|期|报|语|本|常|用|子|后)))"
)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time at text[start:end]; all None where the speaker gives no number (几个月)."""

    start: int
    end: int
    years: int | None = 0
    months: int | None = 0
    days: int | None = 0


def periods(text: str) -> list[Period]:
    """All lengths of time in a normalised text, in order; working days (工作日) are none."""
    return [_period(match) for match in _PERIOD.finditer(text)]


def _period(match: re.Match[str]) -> Period:
    start, end = match.span()
    if match["vague"] or _MORE_THAN.search(match[0]):
        return Period(start, end, None, None, None)
    if match["pair"]:
        return Period(start, end, months=2 if match["pair"] == "俩" else 3)
    if match["half_year"]:
        return Period(start, end, months=6)
    if match["half_month"]:
        return Period(start, end, days=15)
    try:
        years, half_year = _number(match["years"])
        months, half_month = _number(match["months"] or match["year_months"])
        days, _ = _number(match["days"] or match["year_days"] or match["month_days"])
        weeks, _ = _number(match["weeks"])
    except ValueError:
        return Period(start, end, None, None, None)
    months += 6 if half_year or match["years_half"] else 0
    days += 15 if half_month or match["months_half"] or match["year_months_half"] else 0
    return Period(start, end, years, months, days + 7 * weeks)


def _number(written: str | None) -> tuple[int, bool]:
    """The whole number and whether a half stands behind it; ValueError for 几."""
    if written is None:
        return 0, False
    whole, point, _ = written.partition(".")
    return parse_count(whole), bool(point)
