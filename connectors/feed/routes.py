"""Calls begun, words handed in, suggestions as server-sent events; docs/feed.md says it to the software's makers.

The words so far are kept with the call, so that a stream taken up again, from another process too, begins with what
belongs to them: the id of an event is a digest of the words, and `Last-Event-ID` says which are known.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import time
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

from connectors.calls.store import OPEN, CallFile
from connectors.conversations import MOST_CHARACTERS
from connectors.core import Core
from connectors.errors import BadRequest, Busy, NotAllowed, StorageUnavailable
from connectors.middleware import MOST_BYTES, Handler, json_errors
from connectors.suggesting import Suggesting

T = TypeVar("T")
LOOK_S = 0.1
STILL_HERE_S = 15.0
MOST_STREAMS = 200
"""Streams of one process at once."""


class Begun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agent takes a call; the name is that of an account which may take calls."""

    agent: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that the caller has said so far; what came before is replaced."""

    text: Annotated[str, msgspec.Meta(max_length=MOST_CHARACTERS)]


def build(core: Core) -> web.Application:
    """Mounted at /feed where the software's token is set; its errors are JSON."""
    app = web.Application(middlewares=[json_errors, _known_software(core)], client_max_size=MOST_BYTES)
    feed = Feed(core)
    app.router.add_post("/calls", feed.post_call)
    app.router.add_put("/calls/{call}/words", feed.put_words)
    app.router.add_get("/calls/{call}/suggestions", feed.get_suggestions)
    return app


def _known_software(core: Core) -> Middleware:
    expected = f"Bearer {core.settings.feed_token}".encode()

    @web.middleware
    async def known(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not hmac.compare_digest(expected, request.headers.get("Authorization", "").encode()):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        return await handler(request)

    return known


class Feed:
    """What call-centre software may do: begin a call, say what is heard, listen to what that suggests."""

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._calls = core.calls
        self._accounts = core.accounts
        self._closing = core.live.closing
        self._suggesting = Suggesting(core.readiness)
        self._streams = 0

    async def post_call(self, request: web.Request) -> web.Response:
        """201 with the call's number; 404 for an unknown agent, 409 for one who may take no calls."""
        agent = (await _read(request, Begun)).agent
        async with self._database.transaction() as tx:
            member = await self._accounts.find(tx, agent)
            if not member.active or not member.may("calls"):
                raise NotAllowed(f"{agent} 不能接来电")
            call = await self._calls.start(tx, member.name, time.time())
        return web.json_response({"call": call.number}, status=201)

    async def put_words(self, request: web.Request) -> web.Response:
        """204 once they are kept; 409 where the work order is saved already."""
        words = (await _read(request, Words)).text.strip()
        async with self._database.transaction() as tx:
            file = await self._calls.read_file(tx, request.match_info["call"])
            await self._calls.keep(tx, file.call, file.call.agent, words, file.order)
        return web.Response(status=204)

    async def get_suggestions(self, request: web.Request) -> web.StreamResponse:
        """Events `suggestions`, each time the words have changed; `saved` ends the stream."""
        number, known = request.match_info["call"], request.headers.get("Last-Event-ID", "")
        await self._file(number)
        if self._streams >= MOST_STREAMS:
            raise Busy("现在打开的连接太多，请稍后再试")
        stream = web.StreamResponse(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        stream.content_type = "text/event-stream"
        self._streams += 1
        try:
            await stream.prepare(request)
            with contextlib.suppress(ConnectionError, StorageUnavailable):  # the software comes back by itself
                await self._tell(stream, number, known)
        finally:
            self._streams -= 1
        return stream

    async def _tell(self, stream: web.StreamResponse, number: str, known: str) -> None:
        told_at = time.monotonic()
        while not self._closing.is_set():
            file = await self._file(number)
            if file.call.status != OPEN:
                await stream.write(b"event: saved\ndata: {}\n\n")
                return
            if (now := digest_of(file.heard)) != known:
                suggestions, note = await self._suggesting.of(file.heard)
                if not note:  # while models load, or it takes too long: tried again
                    if suggestions.entries:
                        async with self._database.transaction() as tx:
                            await self._calls.shown(tx, file.call, suggestions.entries, time.time())
                    data = msgspec.json.encode(suggestions)
                    await stream.write(b"event: suggestions\nid: %s\ndata: %s\n\n" % (now.encode(), data))
                    known, told_at = now, time.monotonic()
            if time.monotonic() - told_at > STILL_HERE_S:
                await stream.write(b": still here\n\n")
                told_at = time.monotonic()
            await asyncio.sleep(LOOK_S)

    async def _file(self, number: str) -> CallFile:
        async with self._database.transaction() as tx:
            return await self._calls.read_file(tx, number)


def digest_of(words: str) -> str:
    """The id of the event that belongs to these words."""
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


async def _read(request: web.Request, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadRequest(f"请求内容不合要求（{error}）") from error
