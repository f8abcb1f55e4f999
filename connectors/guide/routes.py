"""The guidance as pages: fields of law, each entry, services, a search; plain HTML, no script; and one JSON file."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
import msgspec
from aiohttp import web

from connectors.core import Core
from connectors.dialling import dialled
from connectors.errors import BadRequest, NotFound
from connectors.limits import client_address
from connectors.middleware import MOST_BYTES, page_errors
from knowledge.clock import local_day
from knowledge.library import Library, content_fingerprint, read_library
from knowledge.records import Entry, domain_of, items_of
from knowledge.sums import sums_of

_FOLDER = Path(__file__).parent
MOST_ASKED = 200
"""Characters of a search."""
MOST_QUESTIONS = 12
"""Lay questions shown with an entry."""
DATA_FORMAT = 1
MOST_DAYS = 4
"""Days on a list to tick off."""
FURTHEST = timedelta(days=366 * 25)
"""A limit further from today is a mistake."""


def build(core: Core) -> web.Application:
    """Mounted at /guide; its errors are pages."""
    app = web.Application(middlewares=[page_errors], client_max_size=MOST_BYTES)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True)
    environment = aiohttp_jinja2.get_env(app)
    environment.globals.update(city=core.city.name)
    environment.filters["dialled"] = dialled
    pages = GuidePages(core)
    app.add_routes(
        [
            web.get("", pages.get_index),
            web.get("/search", pages.get_search),
            web.get("/library.json", pages.get_data),
            web.get("/services", pages.get_services),
            web.get("/{domain:[a-z_]+}/{name:[a-z0-9-]+}", pages.get_entry),
            web.get("/{domain:[a-z_]+}/{name:[a-z0-9-]+}.ics", pages.get_reminder),
            web.get("/{domain:[a-z_]+}/{name:[a-z0-9-]+}/plan", pages.get_plan),
        ]
    )
    return app


class GuidePages:
    """What stands in the library today; an entry passes the citation gate before it is shown."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def get_index(self, request: web.Request) -> web.Response:
        """Every field of law with its entries."""
        library = await asyncio.to_thread(the_library)
        entries: dict[str, list[Entry]] = {}
        for entry in library.entries.values():
            entries.setdefault(domain_of(entry.head.matter), []).append(entry)
        fields = [(domain, entries[key]) for key, domain in library.domains.items() if key in entries]
        return _page("index.html", request, {"fields": fields, "count": len(library.entries)})

    async def get_entry(self, request: web.Request) -> web.Response:
        """One entry as an answer gives it, with the ways in which people ask it."""
        library = await asyncio.to_thread(the_library)
        entry = _entry(library, request)
        assistant = self._core.readiness.require()
        today = local_day(time.time())
        answer = await assistant.answer_of(entry.id, "", today)
        if answer is None or not answer.sections:
            raise NotFound("这篇指引正在按新的法律改，请先打 12348 问")
        shown = {
            "entry": entry,
            "answer": answer,
            "details": await assistant.details_of(entry.id, today),
            "questions": entry.head.questions[:MOST_QUESTIONS],
            "domain": library.domain_of(entry.head.matter),
            "services": [library.services[name] for name in entry.head.services if name in library.services],
            "sums": sums_of(entry.head.matter),
        }
        return _page("entry.html", request, shown)

    async def get_plan(self, request: web.Request) -> web.Response:
        """An entry as a list to tick off: what to do, to bring, by when, where; days come with the address."""
        library = await asyncio.to_thread(the_library)
        entry = _entry(library, request)
        answer = await self._core.readiness.require().answer_of(entry.id, "", local_day(time.time()))
        if answer is None or not answer.sections:
            raise NotFound("这篇指引正在按新的法律改，请先打 12348 问")
        shown = {
            "entry": entry,
            "answer": answer,
            "sections": {section.name: section.text for section in answer.sections},
            "days": sorted({_day(text) for text in request.query.getall("on", [])[:MOST_DAYS]}),
            "items_of": items_of,
        }
        return _page("plan.html", request, shown)

    async def get_reminder(self, request: web.Request) -> web.Response:
        """A limit as a calendar file; the day comes with the address, nothing else of the citizen."""
        library = await asyncio.to_thread(the_library)
        entry = _entry(library, request)
        day = _day(request.query.get("on", ""))
        site = (self._core.settings.public_url or "").rstrip("/")
        body = reminder(entry, day, f"{site}/guide/{entry.id}" if site else "")
        headers = {"Content-Disposition": f'attachment; filename="{day.isoformat()}.ics"'}
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    async def get_services(self, request: web.Request) -> web.Response:
        """What each service is for, who may use it, what to bring."""
        library = await asyncio.to_thread(the_library)
        return _page("services.html", request, {"services": library.services.values()})

    async def get_search(self, request: web.Request) -> web.Response:
        """Entries for words as people say them; in danger the number first."""
        asked = request.query.get("q", "").strip()
        if len(asked) > MOST_ASKED:
            raise BadRequest(f"一次最多写 {MOST_ASKED} 字")
        shown: dict[str, Any] = {"asked": asked, "found": None}
        if asked:
            self._core.limits.read(client_address(request, self._core.settings.proxies))
            assistant = self._core.readiness.require()
            shown["found"] = await assistant.suggest(asked, local_day(time.time()))
        return _page("search.html", request, shown)

    async def get_data(self, request: web.Request) -> web.Response:
        """The whole library; it changes only with its content."""
        version, body = await asyncio.to_thread(open_data)
        headers = {"ETag": f'"{version}"', "Cache-Control": "public, max-age=3600"}
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, content_type="application/json", charset="utf-8", headers=headers)


def _entry(library: Library, request: web.Request) -> Entry:
    entry = library.entries.get(f"{request.match_info['domain']}/{request.match_info['name']}")
    if entry is None:
        raise NotFound("没有这篇指引，可能换了名字，请从目录里找")
    return entry


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest("日期要写成 2027-03-05 这样") from error
    if not abs(day - local_day(time.time())) <= FURTHEST:
        raise BadRequest("这个日期太远了")
    return day


def reminder(entry: Entry, day: date, address: str) -> bytes:
    """An iCalendar file (RFC 5545) of one whole day, with alarms a week and a day before, at nine."""
    from icalendar import Alarm, Calendar, Event

    event = Event()
    event.add("uid", f"{entry.id.replace('/', '-')}-{day.isoformat()}@wenfa")
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"最后期限：{entry.head.title}")
    event.add("description", f"期限是按您说的日子算的，请再核对一遍，尽量提前办。{address}\n拿不准打 12348。")
    for before in (timedelta(days=7), timedelta(days=1)):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"期限快到了：{entry.head.title}")
        alarm.add("trigger", timedelta(hours=9) - before)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//wenfa//reminders//ZH")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


@cache
def the_library() -> Library:
    return read_library()


@cache
def open_data() -> tuple[str, bytes]:
    """The version of the content, and all of it as JSON: fields, matters, entries with their articles, services."""
    library, version = the_library(), content_fingerprint()
    data = {
        "format": DATA_FORMAT,
        "version": version,
        "reviewed_on": max(entry.head.reviewed_on for entry in library.entries.values()),
        "licence": "Apache-2.0",
        "fields": list(library.domains.values()),
        "entries": [
            {
                **msgspec.to_builtins(entry.head),
                "sections": entry.sections,
                "points": entry.points,
                "facts": [{"ask": f.ask, "options": {o.label: o.then for o in f.options}} for f in entry.facts],
            }
            for entry in library.entries.values()
        ],
        "services": list(library.services.values()),
    }
    return version, msgspec.json.encode(data)


def _page(name: str, request: web.Request, shown: dict[str, Any]) -> web.Response:
    found: web.Response = aiohttp_jinja2.render_template(name, request, shown)
    return found
