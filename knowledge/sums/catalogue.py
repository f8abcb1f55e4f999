"""Which sums there are: what each asks (`sums.yaml`), and the function that reckons it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from knowledge.forms import Field, Values
from knowledge.records import City, Record
from knowledge.source_files import Source
from knowledge.sums import injury, labour, lending, money, retirement
from knowledge.sums.results import Reckoned
from knowledge.sums.told import Told, answers, sentence

_FILE = Path(__file__).with_name("sums.yaml")
Reckon = Callable[[Values, City], Reckoned]


class CannotReckon(Exception):
    """The answers do not go together; the text is for the citizen."""


class Sum(Record, frozen=True):
    """One sum; `matters` are those whose answers offer it."""

    id: str
    title: str
    intro: str
    matters: tuple[str, ...]
    fields: tuple[Field, ...]

    def sentence(self, said: Told, today: date) -> str | None:
        """What it comes to by what was said; None where a figure is missing."""
        return sentence(self.id, said, today)

    def page(self, said: Told, today: date) -> str:
        """The address of its page, filled in with what was said."""
        known = urlencode(answers(self.id, said, today))
        return f"/sums/{self.id}?{known}" if known else f"/sums/{self.id}"

    def reckon(self, values: Values, city: City) -> Reckoned:
        """From checked answers; raises CannotReckon."""
        return _RECKON[self.id](values, city)


@cache
def read_sums() -> dict[str, Sum]:
    """Every sum by its id; raises KnowledgeError."""
    source = Source.read(_FILE)
    found: tuple[Sum, ...] = source.convert(tuple[Sum, ...], source.data())
    return {one.id: one for one in found}


def sums_of(matter: str) -> tuple[Sum, ...]:
    """The sums that go with answers about a matter."""
    return tuple(one for one in read_sums().values() if matter in one.matters)


def _severance(values: Values, city: City) -> Reckoned:
    start, end = _days(values, "start", "end")
    notice = values.get("notice_given") == "yes"
    average = city.average_wage
    return labour.severance(Decimal(values["monthly"]), start, end, values["why"], notice_given=notice, average=average)


def _double_wage(values: Values, _: City) -> Reckoned:
    start, until = _days(values, "start", "until")
    return labour.double_wage(Decimal(values["monthly"]), start, until, signed=values["signed"] == "yes")


def _overtime(values: Values, _: City) -> Reckoned:
    hours = [Decimal(values.get(name) or 0) for name in ("weekday", "rest_day", "holiday")]
    if not any(hours):
        raise CannotReckon("请至少写一种加班的小时数")
    return labour.overtime(Decimal(values["monthly"]), *hours)


def _unused_leave(values: Values, _: City) -> Reckoned:
    return labour.unused_leave(Decimal(values["monthly"]), int(values["years_worked"]), int(values["taken"]))


def _consumer(values: Values, _: City) -> Reckoned:
    return money.consumer(Decimal(values["price"]), values["kind"], _optional(values, "loss"))


def _earnest(values: Values, _: City) -> Reckoned:
    paid, price = Decimal(values["paid"]), Decimal(values["price"])
    if paid > price:
        raise CannotReckon("定金比总价还多，请再核对")
    return money.earnest(paid, price, values["who"])


def _court_fees(values: Values, _: City) -> Reckoned:
    return money.court_fees(Decimal(values["claim"]), values["kind"], _optional(values, "preserved"))


def _maternity(values: Values, city: City) -> Reckoned:
    children = int(values.get("children") or 1)
    insured, hard = values["insured"] == "yes", values.get("hard") == "yes"
    wage, extra = Decimal(values["wage"]), city.birth_leave_days
    return labour.maternity(wage, values["kind"], children, extra, insured=insured, hard=hard)


def _work_injury(values: Values, city: City) -> Reckoned:
    off, leaves = int(values.get("months_off") or 0), values.get("leaves") == "yes"
    return injury.work_injury(Decimal(values["monthly"]), int(values["grade"]), off, city, leaves=leaves)


def _injury(values: Values, city: City) -> Reckoned:
    grade = values.get("grade") or ""
    if grade and not values.get("age"):
        raise CannotReckon("选了伤残等级或者去世的，请写受伤的人多少岁")
    return injury.injury(
        grade,
        int(values.get("age") or 0),
        city,
        medical=_optional(values, "medical") or Decimal(0),
        days_off=int(values.get("days_off") or 0),
        daily=_optional(values, "daily") or Decimal(0),
        nursed=int(values.get("nursed") or 0),
        nurse=_optional(values, "nurse") or Decimal(0),
    )


def _interest(values: Values, _: City) -> Reckoned:
    lent, until = _days(values, "lent", "until", "算到的那天比借钱那天还早，请再核对")
    due = date.fromisoformat(values["due"]) if values.get("due") else None
    told = _optional(values, "lpr")
    rates = None if told is None else lending.told_rate(told)
    return lending.interest(Decimal(values["principal"]), _optional(values, "rate"), lent, until, due, rates)


_RECKON: Mapping[str, Reckon] = {
    "severance": _severance,
    "double_wage": _double_wage,
    "overtime": _overtime,
    "unused_leave": _unused_leave,
    "late_wages": lambda values, _: labour.late_wages(Decimal(values["owed"])),
    "child_support": lambda values, _: money.child_support(Decimal(values["income"]), int(values["children"])),
    "consumer": _consumer,
    "earnest": _earnest,
    "court_fees": _court_fees,
    "maternity": _maternity,
    "work_injury": _work_injury,
    "injury": _injury,
    "interest": _interest,
    "damages": lambda values, _: lending.agreed_damages(Decimal(values["agreed"]), Decimal(values["loss"])),
    "retirement": lambda values, _: retirement.retire(date.fromisoformat(f"{values['born']}-01"), values["kind"]),
}


def _days(values: Values, first: str, last: str, fault: str = "后面的日期比入职还早，请再核对") -> tuple[date, date]:
    start, end = date.fromisoformat(values[first]), date.fromisoformat(values[last])
    if end < start:
        raise CannotReckon(fault)
    return start, end


def _optional(values: Values, name: str) -> Decimal | None:
    return Decimal(values[name]) if values.get(name) else None
