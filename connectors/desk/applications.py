"""What officers see of applications (申请的受理): a list by what is due first, each with its answers, and decisions.

Where a receiving system is set, it decides, and its word comes through `connectors/intake`; here one only reads.
"""

from __future__ import annotations

import time
from typing import Any

from aiohttp import web

from connectors.applications.logic import lines
from connectors.applications.store import (
    ASSIGNED,
    ENDED,
    EVENT_NAMES,
    GRANTED,
    HANDED_IN,
    PAPERS_WANTED,
    RECEIVED,
    REFUSED,
    STATUS_NAMES,
    TRANSITIONS,
    WITHDRAWN,
    Application,
)
from connectors.clocks import Clock, read_clocks
from connectors.core import Core
from connectors.desk.guards import with_right
from connectors.desk.pages import page
from connectors.errors import BadRequest, NotAllowed
from connectors.middleware import as_file
from connectors.staff.accounts import Member
from knowledge.clock import local_day

HOME = "/desk/applications"
MOST_LISTED = 100
MOST_NOTE = 1000
UNDECIDED, TO_ASSIGN, PAST = (HANDED_IN, RECEIVED, PAPERS_WANTED), (GRANTED,), (ASSIGNED, REFUSED, WITHDRAWN, ENDED)
DECISIONS = {
    RECEIVED: "收到",
    PAPERS_WANTED: "要补材料（写清全部要补的，只说一次）",
    GRANTED: "给予援助",
    REFUSED: "不予援助（写明理由）",
    ASSIGNED: "已安排援助人员（写明谁、怎么联系）",
    ENDED: "办结",
}
NEEDS_WORDS = frozenset({PAPERS_WANTED, REFUSED, ASSIGNED})
"""Decisions that say nothing without words (第四十三条)."""


class ApplicationPages:
    """The list, one application, and what is decided of it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database
        self._desk = core.applications

    def routes(self) -> list[web.RouteDef]:
        def guarded(shown: Any) -> Any:
            return with_right(self._core, "applications", shown)

        one = "/applications/{application}"
        return [
            web.get("/applications", guarded(self.get_list)),
            web.get(one, guarded(self.get_one)),
            web.post(one, guarded(self.post_decision)),
            web.get(f"{one}/files/{{file:[0-9]{{1,12}}}}", guarded(self.get_file)),
        ]

    async def get_list(self, request: web.Request, member: Member) -> web.Response:
        async with self._database.transaction() as tx:
            groups = [
                (name, await self._desk.store.list(tx, statuses, MOST_LISTED))
                for name, statuses in (("等决定", UNDECIDED), ("等安排人", TO_ASSIGN), ("已有结果", PAST))
            ]
        shown = {"member": member, "groups": groups, "clock": clock_of, "now": time.time()}
        return page("applications.html", request, shown | self._names)

    async def get_one(self, request: web.Request, member: Member) -> web.Response:
        return await self._one(request, member)

    async def get_file(self, request: web.Request, member: Member) -> web.Response:
        """One file; that it was looked at is on record."""
        async with self._database.transaction() as tx:
            application = await self._desk.store.find(tx, request.match_info["application"])
            file = await self._desk.attachments.read(tx, application, int(request.match_info["file"]))
            await self._desk.store.record_view(tx, application, member.name, time.time())
        return as_file(file.name, file.media_type, file.content)

    async def post_decision(self, request: web.Request, member: Member) -> web.Response:
        """The decision and its words reach the citizen; what cannot be is said, with the words still there."""
        form, number = await request.post(), request.match_info["application"]
        status, note = str(form.get("status", "")), str(form.get("note", "")).strip()
        try:
            if self._core.settings.intake:
                raise NotAllowed("这里的申请由接收系统办理，在那边决定")
            if status not in DECISIONS:
                raise BadRequest("请选一个决定")
            if status in NEEDS_WORDS and not note:
                raise BadRequest(f"“{STATUS_NAMES[status]}”要写明内容，群众会看到")
            if len(note) > MOST_NOTE:
                raise BadRequest(f"最多写 {MOST_NOTE} 字")
            async with self._database.transaction() as tx:
                before = await self._desk.store.find(tx, number)
                after = await self._desk.standing(tx, number, status, member.name, time.time(), note=note)
            if after.status == before.status:
                raise NotAllowed(f"现在是“{STATUS_NAMES[before.status]}”，不能这样处理")
        except (NotAllowed, BadRequest) as error:
            return await self._one(request, member, fault=str(error), note=note)
        raise web.HTTPSeeOther(f"{HOME}/{number}")

    async def _one(self, request: web.Request, member: Member, *, fault: str = "", note: str = "") -> web.Response:
        now = time.time()
        async with self._database.transaction() as tx:
            application = await self._desk.store.find(tx, request.match_info["application"])
            if not fault:
                await self._desk.store.record_view(tx, application, member.name, now)
            events = await self._desk.store.events_of(tx, application)
            files = await self._desk.attachments.of(tx, application)
        form = self._desk.form(application.form)
        logic, values = self._desk.logic(form), application.answers
        began = application.handed_in_at or application.created_at
        values = values | logic.derived(values, local_day(began))
        possible = [status for status in DECISIONS if application.status in TRANSITIONS[status]]
        shown = {
            "member": member,
            "application": application,
            "form": form,
            "lines": lines(form, logic, values),
            "sums": logic.sums(values),
            "assessment": logic.assessment(values, local_day(began)),
            "papers": logic.papers(values),
            "files": files,
            "law": logic.law,
            "applications_events": events,
            "decisions": {} if self._core.settings.intake else {s: DECISIONS[s] for s in possible},
            "elsewhere": self._core.settings.intake is not None,
            "clock": clock_of(application),
            "now": now,
            "fault": fault,
            "note": note,
        }
        return page("application.html", request, shown | self._names, status=409 if fault else 200)

    @property
    def _names(self) -> dict[str, Any]:
        return {"standings": STATUS_NAMES, "application_events": EVENT_NAMES}


def clock_of(application: Application) -> tuple[Clock, float] | None:
    """The clock that runs for an application, and since when; None where it has stopped."""
    clocks = read_clocks()
    if application.status in UNDECIDED and application.handed_in_at:
        return clocks["aid_decision"], application.handed_in_at
    if application.status in TO_ASSIGN and application.standing_at:
        return clocks["aid_assignment"], application.standing_at
    return None
