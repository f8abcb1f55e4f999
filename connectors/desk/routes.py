"""Pages of the desk: plain HTML that works without script; a script only keeps it fresh."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import aiohttp_session
import jinja2
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outcomes import Reply
from connectors.cases.desk import VIEWED, CaseFile, Suggested
from connectors.cases.doors import door_to, services
from connectors.cases.store import (
    AUTHOR_NAMES,
    CLAIMED,
    CLOSED,
    DANGER_NAMES,
    EVENT_NAMES,
    OUTCOME_NAMES,
    STATUS_NAMES,
    WAITING,
    Case,
    count_cases,
    list_cases,
    search_cases,
    taken_back_from,
)
from connectors.conversation_files import KIND_NAMES
from connectors.conversations import MOST_CHARACTERS
from connectors.core import Core
from connectors.desk.applications import ApplicationPages
from connectors.desk.calls import CallPages
from connectors.desk.canned import canned, read_canned
from connectors.desk.drafts import DraftPages
from connectors.desk.guards import Handler, for_nobody_else, with_right
from connectors.desk.pages import page
from connectors.desk.roster import RosterPages
from connectors.desk.supervision import MOST_LISTED, SupervisionPages, clock_of
from connectors.errors import BadRequest, NotAllowed, TooMany
from connectors.limits import client_address
from connectors.middleware import MOST_BYTES, as_file, page_errors, same_origin
from connectors.staff.accounts import Member
from connectors.staff.roles import ROLE_NAMES
from connectors.staff.roster import on_duty
from connectors.staff.sessions import MEMBER, DatabaseSessions
from connectors.suggesting import Suggesting, answered_titles, known_facts, told_by_citizen
from knowledge.clock import local_day, local_time
from knowledge.library import KNOWLEDGE_FOLDER, read_domains, specialties, urgencies
from knowledge.records import domain_of
from nlu.mask import mask

_FOLDER = Path(__file__).parent
PREFIX = "/desk"
MOST_WORDS = 64
MOST_OF_OTHERS = 50
LEAST_PHONE = 7
"""Digits from which words are a telephone."""
_NUMBER = re.compile(r"\d{4,6}(?:-\d{0,6})?")
TAKEN_S = 3 * 86400.0
"""So long a member is told of cases that the timer took back."""
REFRESHES = "X-Refreshes"
"""A header of our script, which asks for the talk again and needs no suggestions."""
Act = Callable[[AsyncConnection, str, Member, Any], Awaitable[object]]


def build(core: Core) -> web.Application:
    """The desk, mounted at PREFIX; its errors are pages."""
    sessions = DatabaseSessions(core.database, PREFIX, secure=core.settings.proxies > 0)
    guards = [page_errors, for_nobody_else, same_origin, aiohttp_session.session_middleware(sessions)]
    app = web.Application(middlewares=guards, client_max_size=MOST_BYTES)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True)
    pages = DeskPages(core)
    aiohttp_jinja2.get_env(app).globals.update(
        when=lambda at: f"{local_time(at):%m-%d %H:%M}",
        until=_until,
        hour=lambda at: f"{local_time(at):%H:%M}",
        minutes=lambda at: max(0, round((time.time() - at) / 60)),
        matter=pages.matter_name,
        dangers=DANGER_NAMES,
        statuses=STATUS_NAMES,
        outcomes=OUTCOME_NAMES,
        roles=ROLE_NAMES,
        authors=AUTHOR_NAMES,
        events=EVENT_NAMES,
        actors={"citizen": "群众", "system": "问法"},
    )
    app.add_routes(pages.routes())
    app.add_routes(DraftPages(core).routes())
    app.add_routes(CallPages(core).routes())
    app.add_routes(ApplicationPages(core).routes())
    app.add_routes(SupervisionPages(core).routes())
    app.add_routes(RosterPages(core).routes())
    app.router.add_static("/static/", _FOLDER / "static")
    return app


class DeskPages:
    """Sign in, the queue, a case, and what is done with it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database
        self._desk = core.desk
        self._accounts = core.accounts
        self._suggesting = Suggesting(core.readiness)

    def routes(self) -> list[web.RouteDef]:
        """Each with the right that it asks for; `tests/connectors/test_desk.py` tries all of them with every role."""
        case = "/cases/{number}"
        return [
            web.get("/sign-in", self.get_sign_in),
            web.post("/sign-in", self.post_sign_in),
            web.post("/sign-out", self.post_sign_out),
            web.get("", with_right(self._core, "cases", self.get_queue)),
            web.get(case, with_right(self._core, "cases", self.get_case)),
            web.get(f"{case}/files/{{file:[0-9]{{1,12}}}}", with_right(self._core, "cases", self.get_file)),
            web.post(f"{case}/claim", self._acting(self._claim)),
            web.post(f"{case}/insert", with_right(self._core, "cases", self.post_insert)),
            web.post(f"{case}/reply", with_right(self._core, "cases", self.post_reply)),
            web.post(f"{case}/return", self._acting(self._give_back)),
            web.post(f"{case}/transfer", self._acting(self._transfer)),
            web.post(f"{case}/note", self._acting(self._note)),
            web.post(f"{case}/close", self._acting(self._close)),
            web.post(f"{case}/reopen", self._acting(self._reopen)),
            web.get("/search", with_right(self._core, "cases", self.get_search)),
        ]

    @cached_property
    def _matters(self) -> dict[str, str]:
        return {m.id: m.name for _, domain in read_domains(KNOWLEDGE_FOLDER) for m in domain.matters}

    def matter_name(self, matter_id: str | None) -> str:
        """In plain words; "没有定" where none was found."""
        return self._matters.get(matter_id or "", "没有定")

    async def get_sign_in(self, request: web.Request) -> web.Response:
        return page("sign_in.html", request)

    async def post_sign_in(self, request: web.Request) -> web.Response:
        """Signs in under a new session; a wrong name and a wrong password look the same."""
        form = await request.post()
        name, password = str(form.get("name", "")), str(form.get("password", ""))
        try:
            self._core.limits.sign_in(client_address(request, self._core.settings.proxies))
        except TooMany as error:
            fault = f"这里试得太多了，请过 {error.retry_after_s} 秒再试"
            return page("sign_in.html", request, {"fault": fault, "name": name}, status=429)
        async with self._database.transaction() as tx:
            member = await self._accounts.sign_in(tx, name, password, time.time())
        if member is None:
            fault = "姓名或者密码不对。连着错五次，这个账号停十五分钟"
            return page("sign_in.html", request, {"fault": fault, "name": name}, status=401)
        session = await aiohttp_session.new_session(request)
        session[MEMBER] = member.id
        raise web.HTTPSeeOther(PREFIX)

    async def post_sign_out(self, request: web.Request) -> web.Response:
        (await aiohttp_session.get_session(request)).invalidate()
        raise web.HTTPSeeOther(f"{PREFIX}/sign-in")

    async def get_queue(self, request: web.Request, member: Member) -> web.Response:
        """What waits, urgent first, then what this member takes on, then the oldest; what is held by whom."""
        domains = [name for name, specialty in specialties().items() if specialty in member.duties.specialties]
        async with self._database.transaction() as tx:
            waiting = await list_cases(tx, WAITING, most=MOST_LISTED, domains=domains, towns=member.duties.towns)
            held = await list_cases(tx, CLAIMED, most=MOST_OF_OTHERS)
            mine = await list_cases(tx, CLAIMED, member.name)
            count = await count_cases(tx, WAITING)
            duty = await on_duty(tx, time.time())
            taken = await taken_back_from(tx, member.name, time.time() - TAKEN_S)
        others = [case for case in held if case.claimed_by != member.name]
        return page(
            "queue.html",
            request,
            {
                "member": member,
                "waiting": waiting,
                "mine": mine,
                "others": others,
                "count": count,
                "taken": taken,
                "duty": duty,
                "shown": self._shown(member),
            },
        )

    def _shown(self, member: Member) -> dict[str, Any]:
        """What rows of cases need beside them."""
        return {"suits": lambda case: self._suits(case, member), "clock": clock_of, "now": time.time()}

    async def get_search(self, request: web.Request, member: Member) -> web.Response:
        """Cases by number, telephone, holder, matter or town; the latest first."""
        words = " ".join(request.query.get("q", "").split())[:MOST_WORDS]
        phone = "".join(character for character in words if character.isdigit())[-11:]
        found: list[Case] = []
        if words:
            async with self._database.transaction() as tx:
                found = await search_cases(
                    tx,
                    number=words if _NUMBER.fullmatch(words) else "",
                    phone_indexes=self._core.keys.indexes(phone) if len(phone) >= LEAST_PHONE else (),
                    holder=words,
                    matters=[matter for matter, name in self._matters.items() if words in name],
                    towns=[town.id for town in self._core.city.towns if words in town.name or words in town.aliases],
                    most=MOST_LISTED,
                )
        shown = {"member": member, "words": words, "found": found, "most": MOST_LISTED, "shown": self._shown(member)}
        return page("search.html", request, shown)

    def _suits(self, case: Case, member: Member) -> bool:
        """Whether a case is of this member's fields or towns."""
        specialty = specialties().get(domain_of(case.matter or ""))
        return specialty in member.duties.specialties or case.town in member.duties.towns

    async def get_case(self, request: web.Request, member: Member) -> web.Response:
        return await self._case_page(request, member, await self._read(request, member))

    async def _read(self, request: web.Request, member: Member) -> CaseFile:
        """The case of the address, for who may read it; raises NotFound, NotAllowed."""
        async with self._database.transaction() as tx:
            file = await self._desk.view(tx, request.match_info["number"], member.name, time.time())
            _check_reads(file, member)
        return file

    async def get_file(self, request: web.Request, member: Member) -> web.Response:
        """A file that the citizen sent, for who holds the case, and for who may act on any."""
        async with self._database.transaction() as tx:
            file = await self._desk.view(tx, request.match_info["number"], member.name, time.time())
            if not (holds(file.case, member) or member.may("any_case")):
                raise NotAllowed("先接下这件，才能看群众发来的材料")
            sent = await self._desk.read_sent(tx, file.case, int(request.match_info["file"]))
        return as_file(sent.name, sent.media_type, sent.content)

    async def post_insert(self, request: web.Request, member: Member) -> web.Response:
        """The case with a suggested answer or a canned text in the reply, after what was typed; nothing is sent."""
        form, file = await request.post(), await self._read(request, member)
        answer = await self._suggesting.answer(str(form.get("entry", "")), told_by_citizen(file.messages))
        said = canned(str(form.get("canned", "")), member.name, file.case.number)
        parts = str(form.get("text", "")).strip(), _text_of(answer), said
        draft = "\n\n".join(filter(None, parts))[:MOST_CHARACTERS]
        return await self._case_page(
            request, member, file, draft=draft, entry=answer.entry if answer else str(form.get("made_from", "")) or None
        )

    async def _case_page(
        self,
        request: web.Request,
        member: Member,
        file: CaseFile,
        fault: str = "",
        draft: str = "",
        entry: str | None = None,
        noted: str = "",
    ) -> web.Response:
        case = file.case
        async with self._database.transaction() as tx:
            call = await self._core.calls.of_case(tx, case)
            members = await self._accounts.all(tx)
        writes = case.status == WAITING or holds(case, member)
        asks = writes and REFRESHES not in request.headers
        suggestions, note = await self._suggesting.of(told_by_citizen(file.messages) if asks else "")
        shown = {
            "member": member,
            "call": call,
            "words": str if holds(case, member) or member.may("any_case") else mask,
            "file": file,
            "case": case,
            "holds": holds(case, member),
            "may_act": case.status == CLAIMED and (holds(case, member) or member.may("any_case")),
            "waits": case.status == WAITING,
            "writes": writes,
            "suggestions": suggestions,
            "note": note,
            "closed": case.status == CLOSED,
            "urgencies": urgencies(case.matter),
            "colleagues": [one for one in members if one.name != case.claimed_by and _takes_cases(one)],
            "clock": clock_of(case),
            "now": time.time(),
            "town": next((town.name for town in self._core.city.towns if town.id == case.town), ""),
            "fault": fault,
            "draft": draft,
            "entry": entry,
            "noted": noted,
            "facts": [(name, words) for name, words in known_facts(suggestions) if words],
            "answered": answered_titles(file.messages),
            "services": services(),
            "canned": read_canned(),
            "most": MOST_CHARACTERS,
            "kinds": KIND_NAMES,
            "sees_files": holds(case, member) or member.may("any_case"),
        }
        return page("case.html", request, shown, status=409 if fault else 200)

    def _acting(self, act: Act) -> Handler:
        async def acting(request: web.Request, member: Member) -> web.Response:
            return await self._act(request, member, act)

        return with_right(self._core, "cases", acting)

    async def _act(self, request: web.Request, member: Member, act: Act) -> web.Response:
        """Does it and shows the case; where it cannot be done, says why, with what was typed still there."""
        number, form = request.match_info["number"], await request.post()
        try:
            async with self._database.transaction() as tx:
                _check_reads(await self._desk.read_file(tx, number), member)
                await act(tx, number, member, form)
        except (NotAllowed, BadRequest) as error:
            typed, entry = str(form.get("text", "")), str(form.get("made_from", "")) or None
            async with self._database.transaction() as tx:
                file = await self._desk.read_file(tx, number)
                if not may_read(file, member):
                    return page("error.html", request, {"message": str(error), "typed": typed}, status=409)
                file = await self._desk.view(tx, number, member.name, time.time())
            return await self._case_page(request, member, file, str(error), typed, entry, str(form.get("note", "")))
        raise web.HTTPSeeOther(f"{PREFIX}/cases/{number}")

    async def _claim(self, tx: AsyncConnection, number: str, member: Member, _: Any) -> None:
        await self._desk.claim(tx, number, member.name, time.time())

    async def post_reply(self, request: web.Request, member: Member) -> web.Response:
        made_from = await self._made_from(request.match_info["number"], await request.post())

        async def reply(tx: AsyncConnection, number: str, member: Member, form: Any) -> None:
            await self._desk.reply(tx, number, member.name, str(form.get("text", "")), time.time(), made_from)

        return await self._act(request, member, reply)

    async def _made_from(self, number: str, form: Any) -> Suggested | None:
        """The suggestion that was put into a reply before it was edited."""
        entry = str(form.get("made_from", ""))
        if not entry:
            return None
        async with self._database.transaction() as tx:
            file = await self._desk.read_file(tx, number)
        answer = await self._suggesting.answer(entry, told_by_citizen(file.messages))
        return Suggested(entry, _text_of(answer)) if answer else None

    async def _give_back(self, tx: AsyncConnection, number: str, member: Member, _: Any) -> None:
        await self._desk.give_back(tx, number, member.name, time.time(), any_case=member.may("any_case"))

    async def _transfer(self, tx: AsyncConnection, number: str, member: Member, form: Any) -> None:
        name = str(form.get("to", ""))
        to = next((one for one in await self._accounts.all(tx) if one.name == name), None)
        if to is None:
            raise BadRequest("请选一位同事")
        await self._desk.transfer(tx, number, member.name, to, time.time(), any_case=member.may("any_case"))

    async def _close(self, tx: AsyncConnection, number: str, member: Member, form: Any) -> None:
        outcome, any_case = str(form.get("outcome", "")), member.may("any_case")
        door = door_to(str(form.get("door", "")))
        await self._desk.close(tx, number, member.name, outcome, time.time(), door=door, any_case=any_case)

    async def _note(self, tx: AsyncConnection, number: str, member: Member, form: Any) -> None:
        await self._desk.note(tx, number, member.name, str(form.get("note", "")), time.time())

    async def _reopen(self, tx: AsyncConnection, number: str, member: Member, _: Any) -> None:
        await self._desk.reopen(tx, number, member.name, time.time())


def may_read(file: CaseFile, member: Member) -> bool:
    """Whether a member may read what was said: while the case waits, everybody who takes cases; then who holds it or
    had a part in it, and who may act on any; of closed ones, also who answers the telephone.
    """
    case = file.case
    if case.status == WAITING or holds(case, member) or member.may("any_case"):
        return True
    had_a_part = any(event.actor == member.name and event.kind != VIEWED for event in file.events)
    return had_a_part or (case.status == CLOSED and member.may("calls"))


def _check_reads(file: CaseFile, member: Member) -> None:
    if not may_read(file, member):
        raise NotAllowed(f"这件由{file.case.claimed_by or '别人'}接手，只有接手过的人和督办能看里面的话")


def _text_of(answer: Reply | None) -> str:
    """What of a suggested answer goes into a reply."""
    return (answer.lead or answer.text) if answer else ""


def _takes_cases(member: Member) -> bool:
    return member.active and member.may("cases") and not member.duties.away(local_day(time.time()))


def _until(at: float) -> str:
    """When something is due; the midnight that ends a day is said as that day's."""
    moment = local_time(at)
    return f"{moment:%m-%d %H:%M}" if moment.hour or moment.minute else f"{local_time(at - 1):%m-%d} 24:00"


def holds(case: Case, member: Member) -> bool:
    return case.status == CLAIMED and case.claimed_by == member.name
