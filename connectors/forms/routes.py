"""The pages of an application: plain HTML that works without script, one question list a page, saved at each step."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from connectors.applications.attachments import MOST_FILES, Attachment
from connectors.applications.desk import PREFIX, ApplicationDesk
from connectors.applications.fields import Fault, checked
from connectors.applications.logic import Logic, lines, with_options
from connectors.applications.store import DRAFT, HANDED_IN, PAPERS_WANTED, RECEIVED, STATUS_NAMES, Application
from connectors.core import Core
from connectors.errors import NotAllowed, NotFound
from connectors.limits import client_address
from connectors.middleware import MOST_BYTES, Handler, as_file, page_errors, same_origin
from connectors.uploads import Unusable, prepared, sent_files
from connectors.word_files import MEDIA_TYPE as DOCX
from knowledge.clock import local_day, local_time
from knowledge.forms import Field, Form, Promise, Step, holds

_FOLDER = Path(__file__).parent
COOKIE = "wenfa_form"
COOKIE_S = 30 * 86400
REVIEW, RECEIPT, FILES, DOCUMENT = "review", "receipt", "files", "document.docx"
MORE = "more"
"""In the address of a step that asks more after what was answered there."""


def build(core: Core) -> web.Application:
    """Mounted at PREFIX; its errors are pages."""
    app = web.Application(middlewares=[page_errors, _kept_by_nobody, same_origin], client_max_size=MOST_BYTES)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True)
    aiohttp_jinja2.get_env(app).globals.update(when=lambda at: f"{local_time(at):%Y-%m-%d %H:%M}", prefix=PREFIX)
    app.add_routes(FormPages(core).routes())
    app.router.add_static("/static/", _FOLDER / "static")
    return app


@web.middleware
async def _kept_by_nobody(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if "/static/" not in request.path:
        response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@dataclass(frozen=True, slots=True)
class Filled:
    """An application with what its form makes of the answers."""

    application: Application
    form: Form
    logic: Logic
    values: dict[str, str]

    @classmethod
    def of(cls, application: Application, desk: ApplicationDesk) -> Filled:
        form = desk.form(application.form)
        logic = desk.logic(form)
        return cls(application, form, logic, _values(application.answers, logic))

    def fields(self, step: Step) -> tuple[Field, ...]:
        return with_options(step, self.logic, self.values)

    def first_open(self) -> Step | None:
        """The first step that still lacks an answer it needs, or has one that no longer fits."""
        return next((step for step in self.form.asked(self.values) if self._open(step)), None)

    def after(self, step: Step) -> Step | None:
        steps = list(self.form.asked(self.values))
        return next((later for later in steps if self.form.steps.index(later) > self.form.steps.index(step)), None)

    def _open(self, step: Step) -> bool:
        return any(self.fault(field) for field in self.fields(step))

    def fault(self, field: Field) -> str:
        try:
            checked(field, self.values.get(field.id, ""), self.values)
        except Fault as fault:
            return str(fault)
        return ""

    def promises(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.form.promises if holds(promise.when, self.values))

    def answers(self) -> dict[str, str]:
        """Of the questions that were asked in the end; what a later answer made idle is left out."""
        asked = {field.id for step in self.form.asked(self.values) for field in self.fields(step)}
        return {name: value for name, value in self.application.answers.items() if name in asked and value}


def _values(answers: dict[str, str], logic: Logic) -> dict[str, str]:
    return answers | logic.derived(answers, local_day(time.time()))


class FormPages:
    """Opened by a link, then known by a cookie for this one application."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database
        self._desk = core.applications

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/{key}/open/{token}", self.get_open),
            web.get("/{key}", self.get_current),
            web.get(f"/{{key}}/{REVIEW}", self.get_review),
            web.post(f"/{{key}}/{REVIEW}", self.post_review),
            web.get(f"/{{key}}/{RECEIPT}", self.get_receipt),
            web.get(f"/{{key}}/{DOCUMENT}", self.get_document),
            web.get(f"/{{key}}/{FILES}", self.get_files),
            web.post(f"/{{key}}/{FILES}", self.post_files),
            web.get(f"/{{key}}/{FILES}/{{file:[0-9]{{1,12}}}}", self.get_file),
            web.post(f"/{{key}}/{FILES}/{{file:[0-9]{{1,12}}}}/remove", self.post_remove),
            web.post("/{key}/withdraw", self.post_withdraw),
            web.get("/{key}/{step}", self.get_step),
            web.post("/{key}/{step}", self.post_step),
        ]

    async def get_open(self, request: web.Request) -> web.StreamResponse:
        """The browser that opens the link first has the application from then on."""
        key = request.match_info["key"]
        if await self._known(request):
            raise web.HTTPSeeOther(f"{PREFIX}/{key}")
        async with self._database.transaction() as tx:
            cookie = await self._desk.open(tx, key, request.match_info["token"], time.time())
        answer = web.HTTPSeeOther(f"{PREFIX}/{key}")
        secure = self._core.settings.proxies > 0
        answer.set_cookie(
            COOKIE, cookie, path=f"{PREFIX}/{key}", httponly=True, samesite="Lax", secure=secure, max_age=COOKIE_S
        )
        raise answer

    async def get_current(self, request: web.Request) -> web.StreamResponse:
        """To the first page that still needs something, or to the receipt."""
        filled = await self._filled(request)
        raise web.HTTPSeeOther(self._address(filled))

    async def get_step(self, request: web.Request) -> web.StreamResponse:
        filled = await self._draft(request)
        return self._step_page(request, filled, self._step(request, filled), {})

    async def post_step(self, request: web.Request) -> web.StreamResponse:
        """Keeps what is right and shows what is wrong; nothing that was typed is lost."""
        filled = await self._draft(request)
        step = self._step(request, filled)
        typed = {name: str(value) for name, value in (await request.post()).items()}
        answers, faults, kept = dict(filled.application.answers), {}, dict(filled.application.answers)
        for field in filled.fields(step):
            written = typed.get(field.id, "")
            try:
                answers[field.id] = kept[field.id] = checked(field, written, answers)
            except Fault as fault:
                faults[field.id] = str(fault)
                answers[field.id] = written
        async with self._database.transaction() as tx:
            await self._desk.store.save(tx, filled.application, kept, time.time())
        if faults:
            shown = Filled(filled.application, filled.form, filled.logic, answers)
            return self._step_page(request, shown, step, faults)
        after = Filled(filled.application, filled.form, filled.logic, _values(kept, filled.logic))
        fresh = [field.id for field in after.fields(step) if field.id not in kept]
        if fresh:
            raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{step.id}?{MORE}=1#{fresh[0]}")
        following, last = after.after(step), REVIEW if filled.form.draft else FILES
        raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{following.id if following else last}")

    async def get_files(self, request: web.Request) -> web.StreamResponse:
        filled = await self._draft(request)
        if filled.form.draft:
            raise web.HTTPSeeOther(self._address(filled))
        return await self._files_page(request, filled)

    async def post_files(self, request: web.Request) -> web.StreamResponse:
        """Keeps what was sent, each by itself; what cannot be kept is said, with what to do instead."""
        filled, faults = await self._draft(request), list[str]()
        async for name, data in sent_files(request, MOST_FILES):
            try:
                file = await asyncio.to_thread(prepared, name, data)
                async with self._database.transaction() as tx:
                    await self._desk.attachments.add(tx, filled.application, file, time.time())
            except Unusable as fault:
                faults.append(str(fault))
        if faults:
            return await self._files_page(request, filled, faults)
        raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{FILES}")

    async def get_file(self, request: web.Request) -> web.StreamResponse:
        filled = await self._filled(request)
        async with self._database.transaction() as tx:
            file = await self._desk.attachments.read(tx, filled.application, int(request.match_info["file"]))
        return as_file(file.name, file.media_type, file.content)

    async def post_remove(self, request: web.Request) -> web.StreamResponse:
        filled = await self._draft(request)
        async with self._database.transaction() as tx:
            await self._desk.attachments.remove(tx, filled.application, int(request.match_info["file"]))
        raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{FILES}")

    async def get_review(self, request: web.Request) -> web.StreamResponse:
        filled = await self._draft(request)
        return self._review_page(request, filled, await self._files(filled))

    async def post_review(self, request: web.Request) -> web.StreamResponse:
        """Handed in once everything is answered and promised."""
        filled = await self._draft(request)
        if filled.first_open() or filled.form.draft:
            raise web.HTTPSeeOther(self._address(filled))
        form = await request.post()
        missing = [promise.id for promise in filled.promises() if form.get(promise.id) != "yes"]
        if missing:
            return self._review_page(request, filled, await self._files(filled), missing, form)
        async with self._database.transaction() as tx:
            await self._desk.hand_in(tx, filled.application, filled.answers(), time.time())
        raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{RECEIPT}")

    async def get_receipt(self, request: web.Request) -> web.StreamResponse:
        filled = await self._filled(request)
        if filled.application.status == DRAFT:
            raise web.HTTPSeeOther(self._address(filled))
        async with self._database.transaction() as tx:
            events = await self._desk.store.events_of(tx, filled.application)
            files = await self._desk.attachments.of(tx, filled.application)
        shown = {
            "filled": filled,
            "statuses": STATUS_NAMES | filled.form.statuses,
            "application": filled.application,
            "form": filled.form,
            "events": [event for event in events if event.kind in STATUS_NAMES],
            "papers": filled.logic.papers(filled.values),
            "always": filled.logic.always(),
            "law": filled.logic.law,
            "lines": lines(filled.form, filled.logic, filled.values),
            "files": files,
            "may_withdraw": filled.application.status in (HANDED_IN, RECEIVED, PAPERS_WANTED),
        }
        return self._page("receipt.html", request, shown)

    async def get_document(self, request: web.Request) -> web.StreamResponse:
        """What was filled in as a Word file, to print and sign; back to what is still open."""
        filled = await self._filled(request)
        if filled.first_open():
            raise web.HTTPSeeOther(self._address(filled))
        name, content = await asyncio.to_thread(self._desk.document, filled.application)
        return as_file(name, DOCX, content)

    async def post_withdraw(self, request: web.Request) -> web.StreamResponse:
        filled = await self._filled(request)
        async with self._database.transaction() as tx:
            if not await self._desk.withdraw(tx, filled.application, time.time()):
                raise NotAllowed("这份申请已经有了决定，不能从这里撤回，请打 12348 或者在对话里说")
        raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{RECEIPT}")

    async def _known(self, request: web.Request) -> bool:
        """Whether this browser has the application already."""
        try:
            await self._filled(request)
        except NotFound:
            return False
        return True

    async def _filled(self, request: web.Request) -> Filled:
        """The application of this address, for the browser that opened it; raises NotFound."""
        self._core.limits.read(client_address(request, self._core.settings.proxies))
        async with self._database.transaction() as tx:
            application = await self._desk.store.opened_by(
                tx, request.match_info["key"], request.cookies.get(COOKIE, "")
            )
        return Filled.of(application, self._desk)

    async def _draft(self, request: web.Request) -> Filled:
        """The same, as long as it is being filled in; afterwards the reader is taken to the receipt."""
        filled = await self._filled(request)
        if filled.application.status != DRAFT:
            raise web.HTTPSeeOther(f"{PREFIX}/{filled.application.key}/{RECEIPT}")
        return filled

    def _step(self, request: web.Request, filled: Filled) -> Step:
        """The step of the address, where these answers leave it; otherwise on to the one that is open."""
        step = filled.form.step(request.match_info["step"])
        if step is None:
            raise web.HTTPNotFound
        if step not in filled.form.asked(filled.values):
            raise web.HTTPSeeOther(self._address(filled))
        return step

    def _address(self, filled: Filled) -> str:
        if filled.application.status != DRAFT:
            return f"{PREFIX}/{filled.application.key}/{RECEIPT}"
        step = filled.first_open()
        return f"{PREFIX}/{filled.application.key}/{step.id if step else REVIEW}"

    def _step_page(self, request: web.Request, filled: Filled, step: Step, faults: dict[str, str]) -> web.Response:
        steps = list(filled.form.asked(filled.values))
        shown = {
            "filled": filled,
            "application": filled.application,
            "form": filled.form,
            "step": step,
            "steps": steps,
            "number": steps.index(step) + 1 if step in steps else 1,
            "fields": filled.fields(step),
            "values": filled.values,
            "faults": faults,
            "more": MORE in request.query and not faults,
        }
        return self._page("step.html", request, shown, 422 if faults else 200)

    async def _files_page(self, request: web.Request, filled: Filled, faults: Sequence[str] = ()) -> web.Response:
        files = await self._files(filled)
        last = list(filled.form.asked(filled.values))[-1]
        shown = {
            "application": filled.application,
            "form": filled.form,
            "files": files,
            "faults": faults,
            "papers": filled.logic.papers(filled.values),
            "most": MOST_FILES,
            "before": last.id,
            "number": len(list(filled.form.asked(filled.values))) + 1,
        }
        return self._page("files.html", request, shown, 422 if faults else 200)

    async def _files(self, filled: Filled) -> list[Attachment]:
        async with self._database.transaction() as tx:
            return await self._desk.attachments.of(tx, filled.application)

    def _review_page(
        self,
        request: web.Request,
        filled: Filled,
        files: Sequence[Attachment],
        missing: Sequence[str] = (),
        ticked: Any = None,
    ) -> web.Response:
        if filled.first_open():
            raise web.HTTPSeeOther(self._address(filled))
        shown = {
            "filled": filled,
            "application": filled.application,
            "form": filled.form,
            "lines": lines(filled.form, filled.logic, filled.values),
            "sums": filled.logic.sums(filled.values),
            "assessment": filled.logic.assessment(filled.values, local_day(time.time())),
            "always": filled.logic.always(),
            "papers": filled.logic.papers(filled.values),
            "law": filled.logic.law,
            "promises": filled.promises(),
            "files": files,
            "missing": missing,
            "ticked": ticked or {},
        }
        return self._page("review.html", request, shown, 422 if missing else 200)

    def _page(self, name: str, request: web.Request, shown: dict[str, Any], status: int = 200) -> web.Response:
        found: web.Response = aiohttp_jinja2.render_template(name, request, shown, status=status)
        return found
