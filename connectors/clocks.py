"""Clocks (时限): when something is due, in calendar days, working days or hours, as `knowledge/clocks.yaml` says."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from knowledge.clock import CHINA, local_time
from knowledge.library import KNOWLEDGE_FOLDER
from knowledge.records import Record
from knowledge.source_files import Source
from knowledge.workdays import is_workday

ClockName = Literal[
    "aid_decision",
    "aid_assignment",
    "request_answer",
    "case_answer",
    "case_urgent",
    "case_silent",
    "call_back",
    "case_close",
    "complaint_answer",
    "aid_objection",
]
Standing = Literal["in_time", "soon", "over"]


class Clock(Record, frozen=True):
    """How long something may take: one of `days`, `workdays`, `hours`."""

    name: str
    warn_hours: float
    rule: str
    days: int = 0
    workdays: int = 0
    hours: float = 0.0

    def due(self, began: float) -> float:
        """When it is due, UTC seconds; days begin the day after, and end with the last of them."""
        if self.hours:
            return began + self.hours * 3600
        day = local_time(began).date()
        last = day + timedelta(days=self.days) if self.days else _workdays_after(day, self.workdays)
        return datetime.combine(last + timedelta(days=1), time(), CHINA).timestamp()

    def standing(self, began: float, now: float) -> Standing:
        """Whether it is due soon, or over."""
        due = self.due(began)
        return "over" if now >= due else "soon" if now >= due - self.warn_hours * 3600 else "in_time"


@cache
def read_clocks(path: Path = KNOWLEDGE_FOLDER / "clocks.yaml") -> dict[ClockName, Clock]:
    """Every clock; raises KnowledgeError."""
    source = Source.read(path)
    return source.convert(dict[ClockName, Clock], source.data())


@lru_cache(4096)
def _workdays_after(day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
