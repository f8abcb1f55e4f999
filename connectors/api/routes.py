"""Handlers of the open API."""

from __future__ import annotations

import asyncio
import ipaddress
import time

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from connectors.api.wire import (
    CaseSummary,
    History,
    HistoryTurn,
    TurnRequest,
    TurnResponse,
    checked,
    checked_key,
    json_response,
    read_json,
)
from connectors.cases.store import open_case_of
from connectors.conversations import ConversationStore, Turn, conversation_id
from connectors.errors import StorageUnavailable
from connectors.limits import Limits
from connectors.readiness import Readiness
from connectors.storage.database import Database
from connectors.turns import TurnService

HISTORY_TURNS = 50
HEALTH_S = 2.0
"""Health is looked at once in so many seconds, however often it is asked for."""


class Api:
    """Turns, history, health."""

    def __init__(
        self,
        turns: TurnService,
        store: ConversationStore,
        database: Database,
        readiness: Readiness,
        limits: Limits,
        proxies: int,
    ) -> None:
        self._turns = turns
        self._store = store
        self._database = database
        self._readiness = readiness
        self._limits = limits
        self._proxies = proxies
        self._health_lock = asyncio.Lock()
        self._health = (0.0, True)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/turns", self.post_turn),
            web.get("/api/v1/conversations/{key}", self.get_conversation),
            web.get("/healthz", self.health),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def post_turn(self, request: web.Request) -> web.Response:
        """Answers one turn; the same message id gives the same reply."""
        asked = checked(await read_json(request, TurnRequest))
        conversation = conversation_id(asked.conversation)
        self._limits.turn(client_address(request, self._proxies), conversation)
        turn = Turn("web", conversation, asked.message_id, asked.text, time.time(), asked.on)
        assistant = self._readiness.require()
        reply = await asyncio.shield(self._turns.handle(turn, assistant))
        return private(json_response(TurnResponse(asked.conversation, asked.message_id, reply)))

    async def get_conversation(self, request: web.Request) -> web.Response:
        """The last HISTORY_TURNS turns, or those before `?before=MESSAGE_ID`, and the open case.

        An unknown key is an empty conversation.
        """
        conversation = conversation_id(checked_key(request.match_info["key"]))
        self._limits.read(client_address(request, self._proxies))
        before = request.query.get("before")
        async with self._database.transaction() as tx:
            last = await self._store.find_turn(tx, conversation, before) if before else None
            stored, earlier = await self._store.page_of(tx, conversation, last.id if last else None, HISTORY_TURNS)
            case = await open_case_of(tx, conversation)
        said = tuple(HistoryTurn(s.turn.message_id, s.turn.text, s.turn.received_at, s.reply) for s in stored)
        summary = CaseSummary(case.number, case.status) if case else None
        return private(json_response(History(said, summary, earlier)))

    async def health(self, _: web.Request) -> web.Response:
        """200 while the database can be written and the start has not failed; otherwise 503."""
        well = await self._storage_is_well() and not self._readiness.failed
        return json_response({"status": "ok" if well else "failed"}, 200 if well else 503)

    async def ready(self, _: web.Request) -> web.Response:
        ready = self._readiness.assistant is not None
        return json_response({"ready": ready, "step": self._readiness.step}, 200 if ready else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """For this machine alone: what comes through a proxy, or from elsewhere, finds nothing here."""
        peer = ipaddress.ip_address(request.remote or "::")
        if not peer.is_loopback or "X-Forwarded-For" in request.headers:
            raise web.HTTPNotFound
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _storage_is_well(self) -> bool:
        async with self._health_lock:
            looked_at, well = self._health
            if time.monotonic() - looked_at > HEALTH_S:
                try:
                    await asyncio.wait_for(self._database.probe(), HEALTH_S)
                    well = True
                except (StorageUnavailable, TimeoutError):
                    well = False
                self._health = (time.monotonic(), well)
            return well


def client_address(request: web.Request, proxies: int) -> str:
    """The address that asks: the peer, or what the outermost of our own proxies saw."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies].strip()
    return request.remote or ""


def private(response: web.Response) -> web.Response:
    """Kept by nobody on the way."""
    response.headers["Cache-Control"] = "no-store"
    return response
