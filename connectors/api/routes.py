"""Handlers of the open API."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TypeVar

import msgspec
from aiohttp import web

from connectors.api.wire import (
    Articles,
    CaseSummary,
    ContactRequest,
    History,
    JoiningCode,
    TurnRequest,
    TurnResponse,
    asked_article,
    checked,
    checked_key,
    checked_message_id,
    history_message,
    json_response,
    read_json,
)
from connectors.cases.contacts import Contact
from connectors.cases.rejoining import Proof
from connectors.cases.store import open_case_of
from connectors.consultation import consultation
from connectors.conversation_files import kind_of
from connectors.conversations import Turn, conversation_id
from connectors.core import Core
from connectors.errors import BadRequest, NotAllowed, NotFound, StorageUnavailable
from connectors.forgetting import forget
from connectors.joining import GOOD_S, new_code
from connectors.limits import client_address
from connectors.middleware import as_file, json_errors
from connectors.uploads import Unusable, prepared, sent_files
from connectors.word_files import MEDIA_TYPE, TEMPLATES
from knowledge.clock import local_day

Stream = TypeVar("Stream", bound=web.StreamResponse)
HISTORY_MESSAGES = 100
MOST_ARTICLES = 20
STILL_HERE_S = 20.0
"""A stream says so often that it is open; what stands between may end a silent one."""


def build(core: Core) -> web.Application:
    """The open API, mounted at /api/v1; its errors are JSON."""
    app = web.Application(middlewares=[json_errors])
    app.add_routes(Api(core).routes())
    return app


class Api:
    """Turns, history, what people say while a page is open, where to call."""

    def __init__(self, core: Core) -> None:
        self._turns = core.turns
        self._store = core.store
        self._database = core.database
        self._readiness = core.readiness
        self._limits = core.limits
        self._live = core.live
        self._desk = core.desk
        self._rejoining = core.rejoining
        self._statutes = core.statutes
        self._proxies = core.settings.proxies
        self._templates = core.settings.home / TEMPLATES

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/turns", self.post_turn),
            web.get("/conversations/{key}", self.get_conversation),
            web.get("/conversations/{key}/record.docx", self.get_record),
            web.delete("/conversations/{key}", self.delete_conversation),
            web.get("/conversations/{key}/live", self.follow_conversation),
            web.post("/conversations/{key}/contact", self.post_contact),
            web.post("/conversations/{key}/files", self.post_file),
            web.post("/conversations/{key}/code", self.post_code),
            web.post("/conversations/{key}/rejoin", self.post_rejoin),
            web.get("/articles", self.get_articles),
        ]

    async def post_turn(self, request: web.Request) -> web.Response:
        """Answers one turn; the same message id gives the same reply."""
        asked = checked(await read_json(request, TurnRequest))
        self._limits.turn(client_address(request, self._proxies), conversation_id(asked.conversation))
        conversation = await self._opened_by(asked.conversation)
        turn = Turn("web", conversation, asked.message_id, asked.text, time.time(), asked.on)
        assistant = self._readiness.require()
        reply = await asyncio.shield(self._turns.handle(turn, assistant))
        return private(json_response(TurnResponse(asked.conversation, asked.message_id, reply)))

    async def get_conversation(self, request: web.Request) -> web.Response:
        """The last HISTORY_MESSAGES messages, or those before `?before=SEQ`, and the open case.

        An unknown key is an empty conversation.
        """
        key = checked_key(request.match_info["key"])
        self._limits.read(client_address(request, self._proxies))
        before = _sequence(request.query.get("before"))
        async with self._database.transaction() as tx:
            conversation = await self._store.opened_by(tx, key)
            said, earlier = await self._store.page_of(tx, conversation, before, HISTORY_MESSAGES)
            case = await open_case_of(tx, conversation)
        summary = CaseSummary(case.number, case.status) if case else None
        return private(json_response(History(tuple(history_message(m) for m in said), summary, earlier)))

    async def get_record(self, request: web.Request) -> web.Response:
        """What was asked and answered as a Word file, with what is to be done; 404 where nothing was."""
        key = checked_key(request.match_info["key"])
        self._limits.turn(client_address(request, self._proxies), conversation_id(key))
        async with self._database.transaction() as tx:
            conversation = await self._store.opened_by(tx, key)
            said = await self._store.messages_of(tx, conversation)
            case = await open_case_of(tx, conversation)
        if not said:
            raise NotFound("这里还没有说过话")
        today = local_day(time.time())
        content = await asyncio.to_thread(consultation, said, case.number if case else None, today, self._templates)
        return as_file(f"法律咨询记录 {today}.docx", MEDIA_TYPE, content)

    async def delete_conversation(self, request: web.Request) -> web.Response:
        """Deletes what was said; what has to remain is named with its reason. 409 while a case is open."""
        key = checked_key(request.match_info["key"])
        self._limits.turn(client_address(request, self._proxies), conversation_id(key))
        async with self._database.transaction() as tx:
            conversation = await self._store.opened_by(tx, key)
            forgotten = await forget(tx, conversation, "citizen", time.time())
        return private(json_response(forgotten))

    async def post_contact(self, request: web.Request) -> web.Response:
        """A telephone and a time for the open case; a later one takes the place of an earlier."""
        key = checked_key(request.match_info["key"])
        self._limits.turn(client_address(request, self._proxies), conversation_id(key))
        asked = await read_json(request, ContactRequest)
        contact = Contact.of(asked.phone, asked.when, discreet=asked.discreet)
        async with self._database.transaction() as tx:
            conversation = await self._store.opened_by(tx, key)
            case = await self._desk.leave_contact(tx, conversation, contact, time.time())
        return private(json_response(CaseSummary(case.number, case.status)))

    async def post_file(self, request: web.Request) -> web.Response:
        """A picture or a PDF for who works on the open case: one file of a form, `?message_id=` as of a turn.

        409 without an open case, or beyond as many as a conversation may hold; 400 for what cannot be opened.
        """
        key = checked_key(request.match_info["key"])
        message_id = checked_message_id(request.query.get("message_id", ""))
        self._limits.turn(client_address(request, self._proxies), conversation_id(key))
        async with self._database.transaction() as tx:
            conversation = await self._store.opened_by(tx, key)
            case = await open_case_of(tx, conversation)
        if case is None:
            raise NotAllowed("照片和文件是给工作人员看的，请先转人工再发")
        sent = [one async for one in sent_files(request, 1)]
        if not sent:
            raise BadRequest("请选一张照片或者一个 PDF")
        try:
            file = await asyncio.to_thread(prepared, *sent[0])
        except Unusable as fault:
            raise BadRequest(str(fault)) from fault
        try:
            async with self._database.transaction() as tx:
                await self._desk.file_sent(tx, conversation, message_id, kind_of(file), file, time.time())
        except Unusable as fault:
            raise NotAllowed(str(fault)) from fault
        return private(json_response(CaseSummary(case.number, case.status)))

    async def post_code(self, request: web.Request) -> web.Response:
        """A code by which the conversation goes on in WeChat, good once; 404 where nothing was said."""
        key = checked_key(request.match_info["key"])
        self._limits.turn(client_address(request, self._proxies), conversation_id(key))
        async with self._database.transaction() as tx:
            conversation = await self._store.opened_by(tx, key)
            if await self._store.state(tx, conversation) is None:
                raise NotFound("这里还没有说过话，先说说发生了什么")
            code = await new_code(tx, conversation, time.time())
        return private(json_response(JoiningCode(code, int(GOOD_S))))

    async def post_rejoin(self, request: web.Request) -> web.Response:
        """By case number and the last digits of the telephone, a new key opens the case's conversation."""
        key = checked_key(request.match_info["key"])
        self._limits.turn(client_address(request, self._proxies), conversation_id(key))
        proof = (await read_json(request, Proof)).checked()
        async with self._database.transaction() as tx:
            case = await self._rejoining.rejoin(tx, proof, key, time.time())
        if case is None:
            raise NotFound(
                "编号和电话后四位对不上，或者当时没有留电话。错了五次，要过一天才能再试。也可以打 12348，报编号查"
            )
        return private(json_response(CaseSummary(case.number, case.status)))

    async def follow_conversation(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: each message of a person or the system after `?after=SEQ`, as in the history."""
        key = checked_key(request.match_info["key"])
        self._limits.read(client_address(request, self._proxies))
        conversation = await self._opened_by(key)
        seen = _sequence(request.headers.get("Last-Event-ID") or request.query.get("after")) or 0
        with self._live.listening(conversation) as news:
            stream = private(web.StreamResponse())
            stream.content_type = "text/event-stream"
            stream.headers["X-Accel-Buffering"] = "no"
            await stream.prepare(request)
            with contextlib.suppress(ConnectionError, StorageUnavailable):  # the page comes back by itself
                await self._tell_news(stream, conversation, seen, news)
        return stream

    async def get_articles(self, request: web.Request) -> web.Response:
        """The imported text of articles, each `?of=law|article|version`, at most MOST_ARTICLES."""
        self._limits.read(client_address(request, self._proxies))
        asked = [asked_article(value) for value in request.query.getall("of", [])[:MOST_ARTICLES]]
        found = [self._statutes.find(*parts) for parts in asked]
        return json_response(Articles(tuple(text for text in found if text)))

    async def _opened_by(self, key: str) -> str:
        async with self._database.transaction() as tx:
            return await self._store.opened_by(tx, key)

    async def _tell_news(self, stream: web.StreamResponse, conversation: str, seen: int, news: asyncio.Event) -> None:
        while not self._live.closing.is_set():
            news.clear()
            async with self._database.transaction() as tx:
                said = await self._store.said_by_people(tx, conversation, seen)
            for message in said:
                seen = message.id
                data = msgspec.json.encode(history_message(message))
                await stream.write(b"id: %d\ndata: %s\n\n" % (seen, data))
            try:
                await asyncio.wait_for(news.wait(), STILL_HERE_S)
            except TimeoutError:
                await stream.write(b": still here\n\n")


def _sequence(text: str | None) -> int | None:
    """A message's `seq`; raises BadRequest where it is no number."""
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise BadRequest("before、after 应是消息的 seq")
    return int(text)


def private(response: Stream) -> Stream:
    """Kept by nobody on the way."""
    response.headers["Cache-Control"] = "no-store"
    return response
