"""A receiving centre to try with (模拟的法律援助机构): takes applications, acknowledges, decides; with every fault."""

from __future__ import annotations

import asyncio
import hmac
import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from yarl import URL

from connectors.intake.webhook import DELIVERY, SIGNATURE, TIMESTAMP, signature, signed_headers


@dataclass
class CentreFaults:
    """What goes wrong for the next calls: so many answered 503, so many with garbage; a pause before each answer."""

    down: int = 0
    garbage: int = 0
    pause_s: float = 0.0


@dataclass
class Centre:
    """One centre. `came` is all that it was sent, `applications` by number what came in our schema; `deliveries` counts
    each delivery id, repeats included. With `answers` it gives these in turn in the place of its own.
    """

    secret: str
    callback: str
    faults: CentreFaults = field(default_factory=CentreFaults)
    answers: list[Any] = field(default_factory=list)
    came: list[dict[str, Any]] = field(default_factory=list)
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)
    deliveries: dict[str, int] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    refused: int = 0
    _receipts: dict[str, str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/applications", self._receive)
        return app

    async def tell(
        self, number: str, status: str, *, note: str = "", at: float | None = None, delivery: str | None = None
    ) -> int:
        """Tells the service what was decided; the status of its answer."""
        standing = {"number": number, "status": status, "at": at or time.time(), "note": note}
        body = msgspec.json.encode(standing | {"receipt": self._receipts.get(number)})
        delivery = delivery or f"{number}-{status}-{next(self._numbers)}"
        headers = signed_headers(self.secret.encode(), delivery, body)
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.callback, data=body, headers=headers) as answer,
        ):
            return answer.status

    async def fetch(self, number: str, file: int) -> tuple[int, bytes]:
        """A file of an application from the service: the status, and the content."""
        url = URL(self.callback).with_path(f"{URL(self.callback).parent.path}/applications/{number}/files/{file}")
        headers = signed_headers(self.secret.encode(), f"{number}-{file}", url.path.encode())
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            return answer.status, await answer.read()

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        await asyncio.sleep(self.faults.pause_s)
        expected = f"sha256={signature(self.secret.encode(), request.headers.get(TIMESTAMP, ''), body)}"
        if not hmac.compare_digest(expected, request.headers.get(SIGNATURE, "")):
            self.refused += 1
            return web.Response(status=403)
        if self.faults.down > 0:
            self.faults.down -= 1
            return web.Response(status=503)
        sent, delivery = msgspec.json.decode(body), request.headers[DELIVERY]
        self.came.append(sent)
        self.deliveries[delivery] = self.deliveries.get(delivery, 0) + 1
        if self.answers:
            return web.json_response(self.answers.pop(0))
        if sent["topic"] == "application.withdrawn":
            self.withdrawn.add(sent["number"])
            return web.json_response({})
        self.applications[sent["number"]] = sent
        receipt = self._receipts.setdefault(sent["number"], f"模拟法援第{next(self._numbers)}号")
        if self.faults.garbage > 0:
            self.faults.garbage -= 1
            return web.Response(text="<html>系统维护</html>", content_type="text/html")
        return web.json_response({"receipt": receipt})
