"""The hotline's second screen (坐席第二屏): what the caller says on the left, what to ask and to tell beside it.

One form holds everything typed and every button sends all of it, so that nothing is lost with or without script; the
script sends it at each pause and puts the new suggestions in place.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import msgspec
from aiohttp import web

from bot.outcomes import Reply
from bot.suggestions import Suggestions
from connectors.calls.orders import CALL_OUTCOMES, GROUP_NAMES, WorkOrder
from connectors.calls.store import CALL_STATUS_NAMES, MARKS, OPEN, Call, CallFile, Mark
from connectors.cases.store import Case
from connectors.conversations import MOST_CHARACTERS
from connectors.core import Core
from connectors.desk.guards import with_right
from connectors.desk.pages import page
from connectors.errors import BadRequest, NotAllowed, NotFound, TextTooLong
from connectors.staff.accounts import Member
from connectors.suggesting import Suggesting, known_facts
from knowledge.library import KNOWLEDGE_FOLDER, read_domains

HOME = "/desk/call"
MOST_LISTED = 20


@dataclass(frozen=True)
class Shown:
    """What the page shows beside the call."""

    suggestions: Suggestions = field(default_factory=Suggestions)
    answer: Reply | None = None
    note: str = ""
    earlier_calls: list[Call] = field(default_factory=list)
    earlier_cases: list[Case] = field(default_factory=list)
    alike: list[Call] = field(default_factory=list)


class CallPages:
    """Start a call, hear it, mark suggestions, save the work order."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database
        self._calls = core.calls
        self._suggesting = Suggesting(core.readiness)

    def routes(self) -> list[web.RouteDef]:
        def guarded(shown: Any) -> Any:
            return with_right(self._core, "calls", shown)

        return [
            web.get("/call", guarded(self.get_calls)),
            web.post("/call", guarded(self.post_call)),
            web.get("/call/{call}", guarded(self.get_call)),
            web.post("/call/{call}", guarded(self.post_heard)),
        ]

    @cached_property
    def _domains(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [(d.name, [(m.id, m.name) for m in d.matters]) for _, d in read_domains(KNOWLEDGE_FOLDER)]

    @cached_property
    def _matters(self) -> dict[str, str]:
        return {matter: name for _, matters in self._domains for matter, name in matters}

    @cached_property
    def _towns(self) -> dict[str, str]:
        return {town.id: town.name for town in self._core.city.towns}

    async def get_calls(self, request: web.Request, member: Member) -> web.Response:
        """One key to begin; this agent's calls; those of a telephone."""
        phone, fault = request.query.get("phone", "").strip(), ""
        found: tuple[list[Call], list[Case]] = ([], [])
        async with self._database.transaction() as tx:
            mine = await self._calls.of_agent(tx, member.name, MOST_LISTED)
            try:
                found = await self._calls.of_phone(tx, phone) if phone else found
            except BadRequest as error:
                fault = str(error)
        shown = {"mine": mine, "phone": phone, "found": found, "fault": fault, "saved": request.query.get("saved", "")}
        return page("calls.html", request, {"member": member, **shown, **self._names}, status=400 if fault else 200)

    async def post_call(self, _: web.Request, member: Member) -> web.Response:
        async with self._database.transaction() as tx:
            call = await self._calls.start(tx, member.name, time.time())
        raise web.HTTPSeeOther(f"{HOME}/{call.number}")

    async def get_call(self, request: web.Request, member: Member) -> web.Response:
        async with self._database.transaction() as tx:
            file = await self._calls.view(tx, request.match_info["call"], member.name, time.time())
        return await self._page(request, member, file)

    async def post_heard(self, request: web.Request, member: Member) -> web.Response:
        """Keeps what was typed, does what the button says, shows what follows; `do` is look, save, or MARK:ENTRY."""
        form = await request.post()
        heard, do = str(form.get("heard", "")).strip(), str(form.get("do", "look"))
        draft = WorkOrder.of(form, [str(group) for group in form.getall("groups", [])])
        if len(heard) > MOST_CHARACTERS:
            raise TextTooLong(f"来电内容最多 {MOST_CHARACTERS} 字")
        async with self._database.transaction() as tx:
            before = await self._calls.read_file(tx, request.match_info["call"])
        file = replace(before, heard=heard, order=draft)
        try:
            async with self._database.transaction() as tx:
                await self._calls.keep(tx, file.call, member.name, heard, draft)
            if do == "save":
                await self._save(file, member)
                raise web.HTTPSeeOther(f"{HOME}?saved={file.call.number}")
            file, opened = await self._marked(file, member, do, str(form.get("open", "")))
        except (NotAllowed, BadRequest, NotFound) as error:
            return await self._page(request, member, file, fault=str(error))
        return await self._page(request, member, file, opened=opened)

    async def _save(self, file: CallFile, member: Member) -> None:
        suggestions, _ = await self._suggesting.of(file.heard)
        order, at = file.order, time.time()
        if not order.matter and suggestions.entries:
            order = msgspec.structs.replace(order, matter=suggestions.entries[0].matter)
        order = order.checked(self._matters, self._towns)
        async with self._database.transaction() as tx:
            await self._calls.save(tx, file, member.name, order, suggestions.danger, at)

    async def _marked(self, file: CallFile, member: Member, do: str, opened: str) -> tuple[CallFile, str]:
        """The file after a suggestion was marked, and the entry to show; a used one's first screen is told."""
        mark, _, entry = do.partition(":")
        found = next((known for known in MARKS if known == mark), None)
        if found is None:
            return file, opened
        await self._mark(file.call, entry, found)
        if found == "used":
            answer = await self._suggesting.answer(entry, file.heard)
            told = "\n\n".join(text for text in (file.order.told, answer.lead or answer.text if answer else "") if text)
            order = msgspec.structs.replace(file.order, told=told[:MOST_CHARACTERS])
            async with self._database.transaction() as tx:
                await self._calls.keep(tx, file.call, member.name, file.heard, order)
            file = replace(file, order=order)
        async with self._database.transaction() as tx:
            marks = (await self._calls.read_file(tx, file.call.number)).uses
        return replace(file, uses=marks), "" if found == "wrong" else entry

    async def _mark(self, call: Call, entry: str, mark: Mark) -> None:
        async with self._database.transaction() as tx:
            await self._calls.mark(tx, call, entry, mark, time.time())

    async def _page(
        self, request: web.Request, member: Member, file: CallFile, *, fault: str = "", opened: str = ""
    ) -> web.Response:
        acts = file.call.status == OPEN and file.call.agent == member.name
        shown = await self._shown(file, opened) if acts else Shown()
        order = self._filled(file.order, shown.suggestions) if acts else file.order
        named = {
            "member": member,
            "call": file.call,
            "file": file,
            "order": order,
            "shown": shown,
            "facts": known_facts(shown.suggestions),
            "acts": acts,
            "fault": fault,
            "most": MOST_CHARACTERS,
            "matters": self._domains,
        }
        return page("call.html", request, {**named, **self._names}, status=409 if fault else 200)

    @cached_property
    def _names(self) -> dict[str, Mapping[Any, str]]:
        return {
            "towns": self._towns,
            "groups": GROUP_NAMES,
            "call_outcomes": CALL_OUTCOMES,
            "call_statuses": CALL_STATUS_NAMES,
        }

    async def _shown(self, file: CallFile, opened: str) -> Shown:
        """Suggestions, on record as shown; the answer of the entry opened, or of the first; what came before."""
        found, note = await self._suggesting.of(file.heard)
        shown, order = Shown(found, found.answer, note), self._filled(file.order, found)
        if opened in [one.entry for one in found.entries[1:]]:
            answer = await self._suggesting.answer(opened, file.heard)
            shown = replace(shown, answer=answer or found.answer)
        matter = order.matter or (found.entries[0].matter if found.entries else "")
        async with self._database.transaction() as tx:
            if found.entries:
                await self._calls.shown(tx, file.call, found.entries, time.time())
            calls, cases = await self._earlier(tx, order.phone)
            alike = await self._calls.alike(tx, matter, file.call) if matter else []
        return replace(shown, earlier_calls=calls, earlier_cases=cases, alike=alike)

    async def _earlier(self, tx: Any, phone: str) -> tuple[list[Call], list[Case]]:
        try:
            return await self._calls.of_phone(tx, phone) if phone else ([], [])
        except BadRequest:  # a number half typed
            return [], []

    def _filled(self, order: WorkOrder, found: Suggestions) -> WorkOrder:
        """What the caller said of telephone and town, where the agent has typed nothing."""
        phone = next((fact.words for fact in found.facts if fact.kind == "phone"), "")
        town = next((fact.place for fact in found.facts if fact.place in self._towns), None)
        return msgspec.structs.replace(order, phone=order.phone or phone, town=order.town or town or "")
