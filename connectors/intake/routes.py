"""What the receiving system tells of an application (进度回告): signed, once, in any order."""

from __future__ import annotations

import hmac
import re
import time
from typing import Annotated, Any

import msgspec
from aiohttp import web
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.applications.store import Application
from connectors.core import Core
from connectors.errors import BadRequest, NotFound
from connectors.intake.webhook import DELIVERY, SIGNATURE, TIMESTAMP, signature
from connectors.middleware import MOST_BYTES, as_file, json_errors
from connectors.receivers import Receiver, Status

REPLAY_S = 300.0
_DELIVERY = re.compile(r"[\x21-\x7e]{1,80}")


class Standing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has been made of an application; `at` is when, in seconds since 1970, as the receiver's clock has it."""

    number: str
    status: Status
    at: float
    note: Annotated[str, msgspec.Meta(max_length=1000)] = ""
    receipt: Annotated[str, msgspec.Meta(max_length=64)] | None = None


def build(core: Core) -> web.Application:
    """Mounted at /intake where a receiving system is set, each below its own id; its errors are JSON."""
    app = web.Application(middlewares=[json_errors], client_max_size=MOST_BYTES)
    routes = IntakeRoutes(core)
    app.router.add_post("/{receiver}/standing", routes.post_standing)
    app.router.add_get("/{receiver}/applications/{number}/files/{file:[0-9]{1,12}}", routes.get_file)
    return app


class IntakeRoutes:
    """What the receiving system tells of an application, and the files that it fetches."""

    def __init__(self, core: Core) -> None:
        self._database = core.database
        self._desk = core.applications
        self._receivers = core.settings.receivers

    async def get_file(self, request: web.Request) -> web.Response:
        """A file of an application, for who signs the path in the place of a body."""
        receiver, _ = self._checked(request, request.path.encode())
        async with self._database.transaction() as tx:
            application = await self._own(tx, receiver, request.match_info["number"])
            file = await self._desk.attachments.read(tx, application, int(request.match_info["file"]))
        return as_file(file.name, file.media_type, file.content)

    async def post_standing(self, request: web.Request) -> web.Response:
        """204 also for what is known already, or is overtaken by something later."""
        body = await request.read()
        receiver, delivery = self._checked(request, body)
        try:
            told = msgspec.convert(_in_our_words(msgspec.json.decode(body), receiver), Standing)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise BadRequest(f"请求内容不合要求（{error}）") from error
        try:
            async with self._database.transaction() as tx:
                await self._own(tx, receiver, told.number)
                if not await self._desk.store.knows_delivery(tx, delivery):
                    more = {"note": told.note, "receipt": told.receipt, "delivery": delivery}
                    at = min(told.at, time.time())
                    await self._desk.standing(tx, told.number, told.status, receiver.name, at, **more)
        except IntegrityError:  # the same message at the same moment
            return web.Response(status=204)
        return web.Response(status=204)

    async def _own(self, tx: AsyncConnection, receiver: Receiver, number: str) -> Application:
        """An application that this receiver was handed; raises NotFound."""
        application = await self._desk.store.find(tx, number)
        if application.receiver != receiver.id:
            raise NotFound("没有交给这里的这份申请")
        return application

    def _checked(self, request: web.Request, body: bytes) -> tuple[Receiver, str]:
        """Who speaks, and the delivery id of a message that is signed and fresh; 403 otherwise."""
        receiver = self._receivers.named(request.match_info["receiver"])
        if receiver is None:
            raise web.HTTPForbidden
        timestamp, delivery = request.headers.get(TIMESTAMP, ""), request.headers.get(DELIVERY, "")
        expected = f"sha256={signature(self._receivers.secret_of(receiver), timestamp, body)}"
        fresh = timestamp.isascii() and timestamp.isdecimal() and abs(time.time() - int(timestamp[:12])) <= REPLAY_S
        if not fresh or not hmac.compare_digest(expected.encode(), request.headers.get(SIGNATURE, "").encode()):
            raise web.HTTPForbidden
        if not _DELIVERY.fullmatch(delivery):
            raise BadRequest(f"{DELIVERY} 应是 1 到 80 个字符的编号")
        return receiver, f"{receiver.id}:{delivery}"


def _in_our_words(told: Any, receiver: Receiver) -> Any:
    """What a receiver tells, its own word for a standing in ours."""
    if not isinstance(told, dict) or not isinstance(told.get("status"), str):
        return told
    return told | {"status": receiver.statuses.get(told["status"], told["status"])}
