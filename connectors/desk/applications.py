"""What officers see of applications (申请的受理): a list by what is due first, each with its answers, and decisions.

What was handed to a receiving system it decides, and its word comes through `connectors/intake`; here one only reads.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any, cast

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.applications.desk import HANDED_IN_TOPIC, status_name
from connectors.applications.logic import lines
from connectors.applications.spreadsheet import MEDIA_TYPE as XLSX
from connectors.applications.spreadsheet import spreadsheet
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
from connectors.clocks import Clock, ClockName, read_clocks
from connectors.core import Core
from connectors.desk.guards import with_right
from connectors.desk.pages import page
from connectors.errors import BadRequest, NotAllowed, NotFound
from connectors.middleware import as_file
from connectors.outbox import DELIVERED, GIVEN_UP, standing_of
from connectors.staff.accounts import Member
from connectors.storage.leases import DUE
from connectors.word_files import MEDIA_TYPE as DOCX
from knowledge.clock import local_day
from knowledge.forms import Form, read_forms

HOME = "/desk/applications"
MOST_LISTED = 100
MOST_EXPORTED = 2000
MOST_NOTE = 1000
UNDECIDED, TO_ASSIGN, PAST = (HANDED_IN, RECEIVED, PAPERS_WANTED), (GRANTED,), (ASSIGNED, REFUSED, WITHDRAWN, ENDED)
DECISIONS = (RECEIVED, PAPERS_WANTED, GRANTED, REFUSED, ASSIGNED, ENDED)
LETTER_NAMES = {DUE: "还没送到", DELIVERED: "已送到", GIVEN_UP: "没送到"}
"""How the receiving system has been told of an application."""
HINTS = {PAPERS_WANTED: "写清全部要补的，只说一次", REFUSED: "写明理由", ASSIGNED: "写明谁、怎么联系"}
"""What the words to the citizen have to say."""


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
            web.get("/applications.xlsx", guarded(self.get_spreadsheet)),
            web.get(one, guarded(self.get_one)),
            web.post(one, guarded(self.post_decision)),
            web.get(f"{one}/document.docx", guarded(self.get_document)),
            web.get(f"{one}/files/{{file:[0-9]{{1,12}}}}", guarded(self.get_file)),
        ]

    async def get_list(self, request: web.Request, member: Member) -> web.Response:
        async with self._database.transaction() as tx:
            groups = [
                (name, await self._desk.store.list(tx, statuses, MOST_LISTED))
                for name, statuses in (("等决定", UNDECIDED), ("等安排人", TO_ASSIGN), ("已有结果", PAST))
            ]
            handed_over = [(self._system(one.receiver), one) for one in await self._desk.store.handed_over(tx)]
            keys = {one.number: f"{HANDED_IN_TOPIC}:{one.number}" for _, found in groups for one in found}
            arrived = await standing_of(tx, list(keys.values()))
        standings = {number: LETTER_NAMES[arrived[key]] for number, key in keys.items() if key in arrived}
        shown = {"member": member, "groups": groups, "clock": clock_of, "now": time.time(), "standings": standings}
        return page("applications.html", request, shown | {"handed_over": handed_over} | self._names)

    async def get_spreadsheet(self, request: web.Request, member: Member) -> web.Response:
        """All that was handed in, for a receiver without a system; that it was taken out is on record with each."""
        now = time.time()
        async with self._database.transaction() as tx:
            found = await self._desk.store.list(tx, (*UNDECIDED, *TO_ASSIGN, *PAST), MOST_EXPORTED)
            for one in found:
                await self._desk.store.record_view(tx, one, member.name, now, exported=True)
        content = await asyncio.to_thread(spreadsheet, found, self._desk)
        return as_file(f"申请 {local_day(now)}.xlsx", XLSX, content)

    async def get_one(self, request: web.Request, member: Member) -> web.Response:
        return await self._one(request, member)

    async def get_file(self, request: web.Request, member: Member) -> web.Response:
        """One file; that it was looked at is on record."""
        async with self._database.transaction() as tx:
            application = await self._handed_in(tx, request)
            file = await self._desk.attachments.read(tx, application, int(request.match_info["file"]))
            await self._desk.store.record_view(tx, application, member.name, time.time())
        return as_file(file.name, file.media_type, file.content)

    async def get_document(self, request: web.Request, member: Member) -> web.Response:
        """All of it as a Word file; that it was taken out is on record."""
        async with self._database.transaction() as tx:
            application = await self._handed_in(tx, request)
            await self._desk.store.record_view(tx, application, member.name, time.time(), exported=True)
        name, content = await asyncio.to_thread(self._desk.document, application)
        return as_file(name, DOCX, content)

    async def post_decision(self, request: web.Request, member: Member) -> web.Response:
        """The decision and its words reach the citizen; what cannot be is said, with the words still there."""
        form, number = await request.post(), request.match_info["application"]
        status, note = str(form.get("status", "")), str(form.get("note", "")).strip()
        try:
            if status not in DECISIONS:
                raise BadRequest("请选一个决定")
            if status in HINTS and not note:
                raise BadRequest(f"“{STATUS_NAMES[status]}”要写明内容，群众会看到")
            if len(note) > MOST_NOTE:
                raise BadRequest(f"最多写 {MOST_NOTE} 字")
            async with self._database.transaction() as tx:
                before = await self._desk.store.find(tx, number)
                if elsewhere := self._elsewhere(before):
                    raise NotAllowed(f"这份申请由{elsewhere}办理，在那边决定")
                after = await self._desk.standing(tx, number, status, member.name, time.time(), note=note)
            if after.status == before.status:
                raise NotAllowed(f"现在是“{STATUS_NAMES[before.status]}”，不能这样处理")
        except (NotAllowed, BadRequest) as error:
            return await self._one(request, member, fault=str(error), note=note)
        raise web.HTTPSeeOther(f"{HOME}/{number}")

    async def _handed_in(self, tx: AsyncConnection, request: web.Request) -> Application:
        """The application of the address; a draft is its citizen's own. Raises NotFound."""
        application = await self._desk.store.find(tx, request.match_info["application"])
        if application.handed_in_at is None:
            raise NotFound("这份申请还没有提交")
        return application

    async def _one(self, request: web.Request, member: Member, *, fault: str = "", note: str = "") -> web.Response:
        now = time.time()
        async with self._database.transaction() as tx:
            application = await self._handed_in(tx, request)
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
            "decisions": {} if self._elsewhere(application) else {s: _decision(form, s) for s in possible},
            "elsewhere": self._elsewhere(application),
            "clock": clock_of(application),
            "now": now,
            "fault": fault,
            "note": note,
        }
        return page("application.html", request, shown | self._names, status=409 if fault else 200)

    def _elsewhere(self, application: Application) -> str:
        """The system that decides on an application; "" where the officers do, also where its file is there no more."""
        receiver = self._core.settings.receivers.named(application.receiver or "")
        return receiver.name if receiver else ""

    def _system(self, receiver_id: str) -> str:
        """The name of a system that applications were handed to."""
        receiver = self._core.settings.receivers.named(receiver_id)
        return receiver.name if receiver else f"接收系统 {receiver_id}"

    @property
    def _names(self) -> dict[str, Any]:
        return {
            "form_of": self._desk.form,
            "system": self._system,
            "status_name": status_name,
            "application_events": EVENT_NAMES,
        }


def _decision(form: Form, status: str) -> str:
    """A decision as an officer chooses it."""
    hint = HINTS.get(status)
    return f"{status_name(form, status)}（{hint}）" if hint else status_name(form, status)


def clock_of(application: Application) -> tuple[Clock, float] | None:
    """The clock that runs for an application, and since when; None where it has stopped."""
    clocks, named = read_clocks(), read_forms()[application.form].clocks
    if application.status in UNDECIDED and application.handed_in_at:
        return clocks[cast("ClockName", named.decision)], application.handed_in_at
    if application.status in TO_ASSIGN and application.standing_at:
        return clocks[cast("ClockName", named.assignment)], application.standing_at
    return None
