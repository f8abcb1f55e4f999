"""What a supervisor looks after (督办): what is over its time, calls back, letters that were not taken, spot checks."""

from __future__ import annotations

import time
from itertools import takewhile

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.applications.desk import HANDED_IN_TOPIC, WITHDRAWN_TOPIC
from connectors.cases.handover import CASE_OPENED, CASE_URGENT
from connectors.cases.quality import checked, to_check
from connectors.cases.ratings import called_back, to_call_back
from connectors.cases.store import CLOSED, Case, open_longest
from connectors.clocks import Clock, read_clocks
from connectors.core import Core
from connectors.desk.applications import TO_ASSIGN, UNDECIDED
from connectors.desk.applications import clock_of as application_clock
from connectors.desk.guards import with_right
from connectors.desk.pages import page
from connectors.errors import NotAllowed
from connectors.outbox import send_again, undelivered
from connectors.staff.accounts import Member

PAGE = "/desk/supervision"
MOST_LISTED = 100
TOPIC_NAMES = {
    CASE_OPENED: "案件转来",
    CASE_URGENT: "案件变急",
    HANDED_IN_TOPIC: "申请提交",
    WITHDRAWN_TOPIC: "申请撤回",
}
"""What other systems are told, for staff."""
_CLOCKS = ((True, True), (True, False), (False, True), (False, False))
"""Whether a person's word is awaited, whether it is urgent: on these it hangs which clock runs."""


class SupervisionPages:
    """One page, and what is done from it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database

    def routes(self) -> list[web.RouteDef]:
        """Each with the right that it asks for."""
        return [
            web.get("/supervision", with_right(self._core, "any_case", self.get_supervision)),
            web.post("/supervision/letters/{letter:[0-9]{1,12}}", with_right(self._core, "any_case", self.post_letter)),
            web.post("/cases/{number}/called-back", with_right(self._core, "any_case", self.post_called_back)),
            web.post("/cases/{number}/checked", with_right(self._core, "any_case", self.post_checked)),
        ]

    async def get_supervision(self, request: web.Request, member: Member) -> web.Response:
        """What is over its time, or soon will be (督办): cases that wait for a word, and applications."""
        now = time.time()
        async with self._database.transaction() as tx:
            late = [case for kind in _CLOCKS for case in await self._late(tx, *kind, now)]
            waiting = await self._core.applications.store.list(tx, (*UNDECIDED, *TO_ASSIGN), MOST_LISTED)
            call_back = await to_call_back(tx, MOST_LISTED)
            letters = await undelivered(tx, MOST_LISTED)
            drawn = await to_check(tx, now, MOST_LISTED)
        applications = [one for one in waiting if _pressing(application_clock(one), now)]
        shown = {"member": member, "cases": late, "applications": applications, "now": now, "call_back": call_back}
        shown |= {
            "drawn": drawn,
            "call_back_clock": read_clocks()["call_back"],
            "letters": letters,
            "topics": TOPIC_NAMES,
            "most": MOST_LISTED,
        }
        return page("supervision.html", request, shown | {"clock": clock_of, "application_clock": application_clock})

    @staticmethod
    async def _late(tx: AsyncConnection, awaited: bool, urgent: bool, now: float) -> list[Case]:
        """Cases of one clock that are over their time or soon will be, the longest first, at most MOST_LISTED."""
        longest = await open_longest(tx, awaited=awaited, urgent=urgent, most=MOST_LISTED)
        return [*takewhile(lambda case: _pressing(clock_of(case), now), longest)]

    async def post_letter(self, request: web.Request, member: Member) -> web.Response:
        """A letter that was given up is tried again."""
        async with self._database.transaction() as tx:
            if not await send_again(tx, int(request.match_info["letter"]), time.time()):
                raise NotAllowed("这一封已经在重发，或者已经送到了")
        raise web.HTTPSeeOther(PAGE)

    async def post_called_back(self, request: web.Request, member: Member) -> web.Response:
        """Somebody has spoken with a citizen who was not satisfied."""
        async with self._database.transaction() as tx:
            await called_back(tx, request.match_info["number"], member.name, time.time())
        raise web.HTTPSeeOther(PAGE)

    async def post_checked(self, request: web.Request, member: Member) -> web.Response:
        """A supervisor has read a case that was drawn."""
        async with self._database.transaction() as tx:
            await checked(tx, request.match_info["number"], member.name, time.time())
        raise web.HTTPSeeOther(PAGE)


def clock_of(case: Case) -> tuple[Clock, float] | None:
    """The clock that runs: while the citizen waits for a person's word, that; else until it is closed; None then."""
    if case.status == CLOSED:
        return None
    clocks = read_clocks()
    if case.awaits_since is None:
        return clocks["case_close"], case.opened_at
    return clocks["case_urgent" if case.urgent else "case_answer"], case.awaits_since


def _pressing(running: tuple[Clock, float] | None, now: float) -> bool:
    return running is not None and running[0].standing(running[1], now) != "in_time"
