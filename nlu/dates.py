"""Dates (日期) as citizens say them, against today: 2023年5月1日, 去年国庆, 上个月, 三年前, 上周五, 农历八月十五.

A month or day without a year follows the date named before it in the text; with none named, it is the last one
that has begun by today, or the next one where the words look ahead (12月31日到期). What is about
(七八年前), or before or after a day (春节前), has no value: none is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from nlu.lunar import lunar_month, solar
from nlu.numerals import parse_count, parse_numeral

Precision = Literal["day", "weekend", "week", "part", "month", "half_year", "year", "holiday", "range"]

HOLIDAYS = Path(__file__).with_name("holidays.yaml")


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The days first to last (both included) that text[start:end] names; one day has precision "day".

    "range" joins two: 2021年3月到2023年6月.
    """

    start: int
    end: int
    first: date
    last: date
    precision: Precision
    lunar_year: int | None = None


@dataclass(frozen=True, slots=True)
class _Days:
    first: date
    last: date
    precision: Precision
    lunar_year: int | None = None


def dates(text: str, today: date) -> list[DateSpan]:
    """All dates in a normalised text, in order and without overlap; impossible ones (2月30日) are left out."""
    found: list[DateSpan] = []
    position = 0
    while read := _next(text, position, found[-1] if found else None):
        match, lunar = read
        position = max(match.end(), match.start() + 1)
        before = found[-1] if found else None
        days = lunar_days(match, before, today) if lunar else _days(match, before, today)
        if days and not _beside(text, match):
            start = connected.end() if (connected := _TO.match(text, match.start(), match.end())) else match.start()
            found.append(DateSpan(start, match.end(), days.first, days.last, days.precision, days.lunar_year))
    return list(_joined(text, found))


def _next(text: str, position: int, before: DateSpan | None) -> tuple[re.Match[str], bool] | None:
    """The next date, and whether it is of the lunar calendar, which goes on over 到: 农历正月十七到四月二十."""
    plain, lunar = _any().search(text, position), _LUNAR.search(text, position)
    if before and before.lunar_year and (further := _LUNAR_FURTHER.match(text, before.end)):
        return further, True
    if lunar and (not plain or lunar.start() <= plain.start()):
        return lunar, True
    return (plain, False) if plain else None


def _beside(text: str, match: re.Match[str]) -> bool:
    """Whether the words mean before or after the day, and no term that ends then."""
    return bool(_BEFORE_OR_AFTER.match(text, match.end()) and not _LOOKS_AHEAD.match(text, match.end()))


def _joined(text: str, found: list[DateSpan]) -> Iterator[DateSpan]:
    """2021年3月到2023年6月 as one."""
    waiting: DateSpan | None = None
    for span in found:
        if waiting and _TO.fullmatch(text[waiting.end : span.start]) and span.last >= waiting.first:
            waiting = DateSpan(waiting.start, span.end, waiting.first, span.last, "range")
            continue
        if waiting:
            yield waiting
        waiting = span
    if waiting:
        yield waiting


_HAN = "一二三四五六七八九十"
_DAY = r"(?:3[01]|[12][0-9]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_BARE_DAY = (
    r"(?:3[01]|[12][0-9]|二十[一二三四五六七八九]?|三十一?|十[一二三四五六七八九]?)"
    r"(?![0-9一二三四五六七八九十百千万亿多余几来点时分]|个|年|月|天|日|号|人|名|元|块|岁|斤|户|家|栋|套|次|层|平|公|小时|%|[.:：])"
)
"""A day of two figures without 日 or 号: 去年一月二十三被辞退."""
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_NUMBER = rf"(?:[0-9]{{1,3}}|[{_HAN}两]{{1,3}})"
_YEARS_FROM_TODAY = {"大前年": -3, "前年": -2, "去年": -1, "上一年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_MONTHS_FROM_TODAY = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_DAYS_FROM_TODAY = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_MONTH_PARTS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
    "中": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "末": (21, 31),
}
_YEAR_PARTS: dict[str, tuple[int, int, Precision]] = {
    "年初": (1, 3, "part"),
    "初": (1, 3, "part"),
    "年中": (5, 8, "part"),
    "年底": (10, 12, "part"),
    "年末": (10, 12, "part"),
    "底": (10, 12, "part"),
    "末": (10, 12, "part"),
    "上半年": (1, 6, "half_year"),
    "下半年": (7, 12, "half_year"),
}
_BEFORE_OR_AFTER = re.compile(r"(?:之|以)?[前后](?![天面来者夕])|左右|前后|附近|的?(?:农历|阴历|旧历)")
_TO = re.compile(r"份?的?(?:到|至|~|～|-|—+)")
_LOOKS_AHEAD = re.compile(r"(?:之?前|以前)?(?:到期|截止|届满|开庭|将|就?要|才到)")
_LOOKED_AHEAD = re.compile(r"(?:将于|将在|打算|准备|预计|计划|约定|说好|承诺|等到|答应)(?:在|到)?$")


@cache
def _holidays() -> Mapping[str, Any]:
    read = yaml.safe_load(HOLIDAYS.read_text(encoding="utf-8"))
    return {**{name: (row, False) for name, row in read["fixed"].items()}, **_lunar_rows(read["lunar"])}


def _lunar_rows(rows: Mapping[str, Any]) -> dict[str, Any]:
    return {name: (row, True) for name, row in rows.items()}


def _holiday(name: str, year: int) -> _Days:
    """A holiday of a calendar year; one of the lunar calendar counts from that year's New Year's Day."""
    row, lunar = _holidays()[name]
    first = solar(year, *row["first"]) if lunar else date(year, *row["first"])
    first += timedelta(row.get("shift", 0))
    return _Days(first, first + timedelta(row["days"] - 1), "holiday" if row["days"] > 1 else "day")


@cache
def _any() -> re.Pattern[str]:
    holidays = "|".join(sorted(_holidays(), key=len, reverse=True))
    relative_years = "|".join(_YEARS_FROM_TODAY)
    return re.compile(
        rf"(?<![0-9])(?P<n_year>(?:19|20)[0-9]{{2}})(?P<mark>[-/.])(?P<n_month>[0-9]{{1,2}})(?P=mark)(?P<n_day>[0-9]{{1,2}})(?![0-9])"
        r"|(?<![0-9])(?P<p_year>(?:19|20)[0-9]{2})(?P<p_month>0[1-9]|1[0-2])(?P<p_day>[0-2][0-9]|3[01])(?![0-9])"
        rf"|(?<![0-9])(?:(?P<year>(?:19|20)[0-9]{{2}}|[一二][零九\u3007][零一二三四五六七八九\u3007]{{2}})年度?"
        rf"|(?<![0-9{_HAN}百千万])(?P<short>[0-9]{{2}})年(?={_MONTH}月|[初底]|入职|结婚|毕业|开始|出生|买|进|签"
        rf"|(?<![了满做干][0-9][0-9]年)的?(?:{holidays}))"
        rf"|(?<![第0-9{_HAN}零百千万])(?P<spoken>[零\u3007][零一二三四五六七八九]|九[零一二三四五六七八九]|八[零一二三四五六七八]|一[零一三四五六七八九]|二[零一二四五六])年(?!级|代|前|后|半|多|来|以|之)"
        rf"|(?P<r_year>{relative_years}))的?"
        rf"(?:(?P<y_month>{_MONTH})月份?(?:(?P<y_day>{_DAY})[日号]|(?P<y_bare>{_BARE_DAY})|的?月?(?P<y_part>[上中下]旬|[初中底末]))?"
        rf"|(?P<y_holiday>(?:{holidays})(?!月|[日号个天]))|(?P<y_year_part>年?[初底末]|年中|[上下]半年))?"
        rf"|(?<![0-9{_HAN}百个每几数第两])(?P<month>{_MONTH})月(?!饼|嫂|子|怀胎|[薪租])份?"
        rf"(?:(?P<day>{_DAY})[日号]|(?P<bare>{_BARE_DAY})|的?月?(?P<part>[上中下]旬|[初中底末]))?"
        rf"|(?P<holiday>(?!十一|五一|清明){holidays})"
        r"|(?P<r_month>上上|下下|上|下|这|本)个?月(?!饼|嫂)份?"
        rf"(?:的?(?P<r_day>{_DAY})[日号]|的?月?(?P<r_part>[上中下]旬|[初中底末]))?"
        r"|(?P<r_days>大前|大后|前|昨|今|明|后)(?:天|日(?!本|子|语|后))|(?P<r_night>昨|今|明|前)(?:晚|夜|早|晨)"
        r"|(?P<week>上上|下下|上|下|这|本)个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天末])?"
        rf"|(?<![第0-9{_HAN}])(?:(?P<ago>{_NUMBER})多?(?P<unit>年|个月|个?星期|个?礼拜|周|天)(?P<half>半)?多?|(?P<half_year>半年)多?)[之以]?前(?!通知|申请|后)"
    )


def _days(match: re.Match[str], before: DateSpan | None, today: date) -> _Days | None:
    """What a match says; None for a day that no calendar has."""
    try:
        return next(filter(None, (read(match, before, today) for read in _READERS)), None)
    except ValueError:
        return None


def _numeric(match: re.Match[str], _: DateSpan | None, __: date) -> _Days | None:
    for kind in ("n", "p"):
        if match[f"{kind}_year"]:
            return _one(date(*(int(match[f"{kind}_{level}"]) for level in ("year", "month", "day"))))
    return None


def _with_year(match: re.Match[str], _: DateSpan | None, today: date) -> _Days | None:
    year = _year(match, today)
    if year is None:
        return None
    if match["y_month"]:
        return _in_month(year, parse_numeral(match["y_month"]), match["y_day"] or match["y_bare"], match["y_part"])
    if match["y_holiday"]:
        return _holiday(match["y_holiday"], year)
    first, last, precision = _YEAR_PARTS.get(match["y_year_part"] or "", (1, 12, "year"))
    return _Days(date(year, first, 1), _month_end(year, last), precision)


def _year(match: re.Match[str], today: date) -> int | None:
    if match["year"]:
        return parse_numeral(match["year"])
    if match["short"] or match["spoken"]:
        short = parse_numeral(match["short"] or match["spoken"])
        return short + (2000 if short <= today.year % 100 + 1 else 1900)
    return today.year + _YEARS_FROM_TODAY[match["r_year"]] if match["r_year"] else None


def _without_year(match: re.Match[str], before: DateSpan | None, today: date) -> _Days | None:
    """A month, a day or a holiday whose year the words around it decide."""
    if not match["month"] and not match["holiday"]:
        return None
    years = _likely_years(match, before, today)
    candidates = [days for year in years if (days := _in_year(match, year))]
    return next(
        (days for days in candidates if _fits(days, match, before, today)), candidates[0] if candidates else None
    )


def _in_year(match: re.Match[str], year: int) -> _Days | None:
    if match["holiday"]:
        return _holiday(match["holiday"], year)
    return _in_month(year, parse_numeral(match["month"]), match["day"] or match["bare"], match["part"])


def _likely_years(match: re.Match[str], before: DateSpan | None, today: date) -> Iterator[int]:
    if before:
        return iter((before.first.year, before.first.year + 1))
    return iter((today.year, today.year + 1) if _ahead(match) else (today.year, today.year - 1))


def _fits(days: _Days, match: re.Match[str], before: DateSpan | None, today: date) -> bool:
    if before:
        return days.last >= before.first and (days.first <= max(today, before.last) or _ahead(match))
    return days.last >= today if _ahead(match) else days.first <= today


def _ahead(match: re.Match[str]) -> bool:
    text = match.string
    return bool(_LOOKS_AHEAD.match(text, match.end()) or _LOOKED_AHEAD.search(text[: match.start()][-6:]))


def _relative_month(match: re.Match[str], _: DateSpan | None, today: date) -> _Days | None:
    if not match["r_month"]:
        return None
    year, month = _shifted(today, _MONTHS_FROM_TODAY[match["r_month"]])
    return _in_month(year, month, match["r_day"], match["r_part"])


def _relative_day(match: re.Match[str], _: DateSpan | None, today: date) -> _Days | None:
    word = match["r_days"] or match["r_night"]
    return _one(today + timedelta(_DAYS_FROM_TODAY[word])) if word else None


def _week(match: re.Match[str], _: DateSpan | None, today: date) -> _Days | None:
    if not match["week"]:
        return None
    monday = today - timedelta(today.weekday()) + timedelta(weeks=_MONTHS_FROM_TODAY[match["week"]])
    if match["weekday"] == "末":
        return _Days(monday + timedelta(5), monday + timedelta(6), "weekend")
    if match["weekday"]:
        return _one(monday + timedelta(_WEEKDAYS[match["weekday"]]))
    return _Days(monday, monday + timedelta(6), "week")


def _ago(match: re.Match[str], _: DateSpan | None, today: date) -> _Days | None:
    """三年前 is that year, 两个月前 that month, 三周前 that week, 十天前 that day."""
    if match["half_year"]:
        return _in_month(*_shifted(today, -6), None, None)
    if not match["ago"]:
        return None
    number, unit = parse_count(match["ago"]), match["unit"]
    if unit == "天":
        return _one(today - timedelta(number))
    if unit == "个月" or (unit == "年" and match["half"]):
        return _in_month(
            *_shifted(today, -number * (12 if unit == "年" else 1) - (6 if unit == "年" else 0)), None, None
        )
    if unit == "年":
        return _Days(date(today.year - number, 1, 1), date(today.year - number, 12, 31), "year")
    monday = today - timedelta(today.weekday()) - timedelta(weeks=number)
    return _Days(monday, monday + timedelta(6), "week")


_READERS = (_numeric, _with_year, _without_year, _relative_month, _relative_day, _week, _ago)


def _one(day: date) -> _Days:
    return _Days(day, day, "day")


def _in_month(year: int, month: int, day: str | None, part: str | None) -> _Days:
    if day:
        return _one(date(year, month, parse_numeral(day)))
    end = _month_end(year, month)
    if part:
        first, last = _MONTH_PARTS[part]
        return _Days(date(year, month, first), min(end, date(year, month, min(last, end.day))), "part")
    return _Days(date(year, month, 1), end, "month")


# -- the lunar calendar (农历) ---------------------------------------------------------------------------------------

_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_LUNAR_DAY = (
    r"(?:初[一二三四五六七八九十]|(?:二|廿|卄)十?[一二三四五六七八九]?|十[一二三四五六七八九]?|三十|卅"
    r"|[12][0-9]|30|[1-9](?![0-9]))"
)
_LUNAR_MONTH = rf"(?:(?P<leap>闰)?(?P<l_month>[正冬腊]|{_MONTH})月(?:(?P<l_day>{_LUNAR_DAY})[日号]?(?![0-9个]))?)"
_LUNAR_MARK = r"(?:农历|阴历|旧历|古历|老历)的?"
_LUNAR_SURE = rf"(?:[正冬腊]月|闰{_MONTH}月|{_MONTH}月初[一二三四五六七八九十](?![日号]))"
_LUNAR_YEAR = rf"(?:(?P<l_year>(?:19|20)[0-9]{{2}})年|(?P<l_r_year>{'|'.join(_YEARS_FROM_TODAY)}))的?"
_LUNAR = re.compile(
    rf"(?:{_LUNAR_MARK})?(?:{_LUNAR_YEAR})?(?:(?<=历)|(?<=历的)|{_LUNAR_MARK}|(?={_LUNAR_SURE})){_LUNAR_MONTH}"
)
_LUNAR_FURTHER = re.compile(rf"(?:到|至|~|～|-|—+)(?:{_LUNAR_MARK})?(?:{_LUNAR_YEAR})?{_LUNAR_MONTH}")


def lunar_days(match: re.Match[str], before: DateSpan | None, today: date) -> _Days | None:
    """A day or month of the lunar calendar; None for one that no calendar has."""
    try:
        years = _lunar_years(match, before, today)
        found = [days for year in years if (days := _lunar_in(match, year))]
    except ValueError:
        return None
    fits = [days for days in found if not before or days.last >= before.first]
    past = [days for days in fits if days.first <= today]
    return next(iter(past or fits or found), None)


def _lunar_years(match: re.Match[str], before: DateSpan | None, today: date) -> tuple[int, ...]:
    if match["l_year"]:
        return (int(match["l_year"]),)
    if match["l_r_year"]:
        return (today.year + _YEARS_FROM_TODAY[match["l_r_year"]],)
    if before:
        year = before.lunar_year or before.first.year
        return year, year + 1
    return today.year, today.year - 1


def _lunar_in(match: re.Match[str], year: int) -> _Days | None:
    written = match["l_month"]
    month = _LUNAR_MONTHS.get(written) or parse_numeral(written)
    if match["leap"]:
        month = -month
    if match["l_day"]:
        first = last = solar(year, month, _lunar_day(match["l_day"]))
    else:
        first, last = lunar_month(year, month)
    return _Days(first, last, "day" if first == last else "month", year)


def _lunar_day(written: str) -> int:
    for sign, tens in (("廿", "二十"), ("卄", "二十"), ("卅", "三十")):
        written = written.replace(sign + "十", tens).replace(sign, tens)
    if written[0] == "二" and "十" not in written:
        raise ValueError(f"no day: {written!r}")
    return parse_numeral(written.removeprefix("初"))


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)


def _shifted(today: date, months: int) -> tuple[int, int]:
    """Year and month of today moved by a number of months."""
    index = today.year * 12 + today.month - 1 + months
    return index // 12, index % 12 + 1
