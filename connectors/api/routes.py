"""Handlers of the open API."""

from __future__ import annotations

import asyncio
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
    json_response,
    read_json,
)
from connectors.cases.store import open_case_of
from connectors.conversations import ConversationStore, Turn
from connectors.readiness import Readiness
from connectors.storage.database import Database
from connectors.turns import TurnService


class Api:
    """Turns, history, health."""

    def __init__(self, turns: TurnService, store: ConversationStore, database: Database, readiness: Readiness) -> None:
        self._turns = turns
        self._store = store
        self._database = database
        self._readiness = readiness

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/turns", self.post_turn),
            web.get("/api/v1/conversations/{id}", self.get_conversation),
            web.get("/healthz", self.health),
            web.get("/readyz", self.ready),
            web.get("/metrics", self.metrics),
        ]

    async def post_turn(self, request: web.Request) -> web.Response:
        """Answers one turn; the same message id gives the same reply."""
        asked = checked(await read_json(request, TurnRequest))
        turn = Turn("web", asked.conversation, asked.message_id, asked.text, time.time(), asked.on)
        assistant = self._readiness.require()
        reply = await asyncio.shield(self._turns.handle(turn, assistant))
        return json_response(TurnResponse(asked.conversation, asked.message_id, reply))

    async def get_conversation(self, request: web.Request) -> web.Response:
        """Everything said in a conversation, and its open case; an unknown id is an empty conversation."""
        conversation_id = request.match_info["id"]
        async with self._database.transaction() as tx:
            stored = await self._store.turns_of(tx, conversation_id)
            case = await open_case_of(tx, conversation_id)
        said = tuple(HistoryTurn(s.turn.message_id, s.turn.text, s.turn.received_at, s.reply) for s in stored)
        return json_response(History(said, CaseSummary(case.number, case.status) if case else None))

    async def health(self, _: web.Request) -> web.Response:
        return json_response({"status": "failed" if self._readiness.failed else "ok"})

    async def ready(self, _: web.Request) -> web.Response:
        ready = self._readiness.assistant is not None
        return json_response({"ready": ready, "step": self._readiness.step}, 200 if ready else 503)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
