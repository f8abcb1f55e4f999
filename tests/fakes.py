"""Small working stand-ins, each with an outbox to inspect."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from bot.assistant import Question, Result
from bot.outcomes import Handoff, Reply
from nlu.danger import DangerKind, pattern_kind


class EchoAssistant:
    """Says back what it heard and how often the conversation spoke.

    "转人工" asks for a person, "我的编号" for the case, "救命" is danger, "出错" fails `failures` times.
    """

    def __init__(self, pause_s: float = 0.0, failures: int = 1_000_000) -> None:
        self.asked: list[Question] = []
        self.pause_s = pause_s
        self.failures = failures

    async def reply(self, question: Question, state: bytes | None) -> Result:
        self.asked.append(question)
        await asyncio.sleep(self.pause_s)
        if question.text == "出错" and self.failures:
            self.failures -= 1
            raise RuntimeError("the assistant failed")
        count = int(state or b"0") + 1
        if question.text == "转人工":
            return Result(Reply("handoff", "", handoff=Handoff("asked")), str(count).encode())
        if question.text == "我的编号":
            return Result(Reply("chitchat", "", asks_about_case=True), str(count).encode())
        if question.text == "救命":
            return Result(Reply("crisis", "请马上打 110", danger="violence"), str(count).encode())
        reply = Reply("answer", f"{count}：{question.text}", domain="labour", matter="labour.unpaid_wages")
        return Result(reply, str(count).encode())

    async def danger(self, text: str) -> DangerKind | None:
        return pattern_kind(text)

    def close(self) -> None:
        """Nothing is open."""


class CaseReceiver:
    """A bureau's system that takes case announcements; fails the first `failures` deliveries."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cases", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            raise web.HTTPServiceUnavailable
        self.bodies.append(await request.read())
        self.received.append(await request.json())
        self.headers.append(dict(request.headers))
        return web.Response()
