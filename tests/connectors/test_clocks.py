"""When things are due: days of the calendar, working days, hours; what the law says is what the file says."""

from __future__ import annotations

from datetime import datetime

import pytest

from connectors.clocks import Clock, read_clocks
from knowledge.clock import CHINA
from knowledge.laws import Resolved
from knowledge.library import Library
from nlu.citations import CitationParser
from tests.conftest import TODAY

DAYS, WORKDAYS, HOURS = (Clock("", 4, "", **what) for what in ({"days": 7}, {"workdays": 1}, {"hours": 1}))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()


@pytest.mark.parametrize(
    ("clock", "began", "due"),
    [
        (DAYS, "2026-11-23T09:00", "2026-12-01T00:00"),  # seven days after the 23rd: to the end of the 30th
        (DAYS, "2026-11-23T23:59", "2026-12-01T00:00"),
        (WORKDAYS, "2026-11-23T09:00", "2026-11-25T00:00"),  # a Monday: to the end of Tuesday
        (WORKDAYS, "2026-11-27T18:00", "2026-12-01T00:00"),  # a Friday: Monday
        (WORKDAYS, "2026-09-30T10:00", "2026-10-09T00:00"),  # over the National Day holiday
        (HOURS, "2026-11-23T23:30", "2026-11-24T00:30"),
    ],
)
def test_due(clock: Clock, began: str, due: str) -> None:
    assert clock.due(at(began)) == at(due)


def test_standing_warns_before_it_is_over() -> None:
    began = at("2026-11-23T09:00")
    assert WORKDAYS.standing(began, at("2026-11-24T19:59")) == "in_time"
    assert WORKDAYS.standing(began, at("2026-11-24T20:00")) == "soon"
    assert WORKDAYS.standing(began, at("2026-11-25T00:00")) == "over"


def test_each_clock_has_one_measure_and_a_rule_that_stands(library: Library) -> None:
    parser = CitationParser(library.laws.names)
    for clock in read_clocks().values():
        assert [bool(measure) for measure in (clock.days, clock.workdays, clock.hours)].count(True) == 1
        if clock.rule != "本地":
            (found,) = parser.parse(clock.rule)
            assert isinstance(library.laws.resolve(found.citation, TODAY), Resolved)


def test_legal_aid_is_decided_in_seven_days_and_assigned_in_three() -> None:
    """法律援助法第四十三条."""
    assert (read_clocks()["aid_decision"].days, read_clocks()["aid_assignment"].days) == (7, 3)
