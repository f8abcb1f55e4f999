"""The roster at the desk (值班表): a fortnight of duties for everybody, and what a supervisor changes of it."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

from aiohttp import web

from connectors.core import Core
from connectors.desk.guards import with_right
from connectors.desk.pages import page
from connectors.errors import BadRequest
from connectors.staff.accounts import Member, all_members
from connectors.staff.roster import MOST_WEEKS, Shift, add_shifts, drop_shift, shifts_between
from knowledge.clock import CHINA, local_day

PAGE = "/desk/roster"
DAYS = 14
WEEKDAYS = "一二三四五六日"


class RosterPages:
    """One page, and what is done from it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database

    def routes(self) -> list[web.RouteDef]:
        """Each with the right that it asks for."""
        return [
            web.get("/roster", with_right(self._core, "cases", self.get_roster)),
            web.post("/roster", with_right(self._core, "any_case", self.post_shift)),
            web.post("/roster/{shift:[0-9]{1,12}}/drop", with_right(self._core, "any_case", self.post_drop)),
        ]

    async def get_roster(self, request: web.Request, member: Member) -> web.Response:
        """DAYS days from the one in the address, or from today."""
        first = _day(request.query["from"]) if "from" in request.query else local_day(time.time())
        days = [first + timedelta(days=ahead) for ahead in range(DAYS)]
        begins, ends = (
            datetime.combine(day, datetime.min.time(), CHINA).timestamp()
            for day in (days[0], days[-1] + timedelta(days=1))
        )
        async with self._database.transaction() as tx:
            shifts = await shifts_between(tx, begins, ends)
            members = [one for one in await all_members(tx) if one.active and one.may("cases")]
        shown = {
            "member": member,
            "days": [(day, WEEKDAYS[day.weekday()], _of_day(shifts, day)) for day in days],
            "members": members,
            "before": first - timedelta(days=DAYS),
            "after": first + timedelta(days=DAYS),
            "most_weeks": MOST_WEEKS,
            "now": time.time(),
        }
        return page("roster.html", request, shown)

    async def post_shift(self, request: web.Request, _: Member) -> web.Response:
        """A shift more, or the same in several weeks."""
        form = await request.post()
        day, hours = _day(str(form.get("day", ""))), (str(form.get("begins", "")), str(form.get("ends", "")))
        weeks = str(form.get("weeks", "1") or "1")
        if not weeks.isdecimal():
            raise BadRequest("连排几周请写数字")
        async with self._database.transaction() as tx:
            await add_shifts(tx, str(form.get("name", "")), day, hours, int(weeks))
        raise web.HTTPSeeOther(f"{PAGE}?from={day.isoformat()}")

    async def post_drop(self, request: web.Request, _: Member) -> web.Response:
        async with self._database.transaction() as tx:
            await drop_shift(tx, int(request.match_info["shift"]))
        raise web.HTTPSeeOther(PAGE)


def _of_day(shifts: list[Shift], day: date) -> list[Shift]:
    return [shift for shift in shifts if local_day(shift.begins_at) == day]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadRequest("日期写成 2026-12-01 这样") from None
