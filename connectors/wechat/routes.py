"""The address that the platform calls (服务器地址), and the page with a whole answer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from bot.outcomes import Reply
from connectors.core import Core
from connectors.errors import NotFound, NotNow, WenfaError
from connectors.middleware import MOST_BYTES, page_errors
from connectors.settings import WechatSettings
from connectors.wechat.crypto import Envelope, Refused, is_signed, open_with, sign
from connectors.wechat.links import Links
from connectors.wechat.messages import Inbound, NotUnderstood, fields_of, inbound, sealed_reply, text_reply
from connectors.wechat.notices import Notices
from connectors.wechat.platform import Platform, PlatformError
from connectors.wechat.service import WechatService
from knowledge.clock import local_day

REPLAY_S = 600.0
"""A signature older or newer than this is no call of the platform's."""
NO_ANSWER_S = 4.9
"""From the arrival; then the connection is closed without an answer, and the platform asks again."""
NOTICE_POLICY = (
    "default-src 'none'; script-src 'self' https://res.wx.qq.com 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: https://res.wx.qq.com; connect-src 'self' https://*.qq.com; frame-src https://*.qq.com; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The platform's script draws its button by itself; the page holds nothing of a citizen."""
_FOLDER = Path(__file__).parent
log = logging.getLogger(__name__)


def build(core: Core) -> web.Application:
    """Mounted at /wechat where an account is configured."""
    settings = core.settings.wechat
    assert settings, "mounted only where an account is configured"  # noqa: S101
    app = web.Application(client_max_size=MOST_BYTES)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True)
    platform = Platform(settings, core.database, core.keys)
    notices = Notices(core, settings, platform)
    service = WechatService(core, settings, platform, notices)
    endpoint = Endpoint(settings, service)
    answers = Answers(core)
    app.add_routes(
        [
            web.get("", endpoint.verify),
            web.post("", endpoint.receive),
            web.get("/answers/{token}", answers.show),
            web.get("/notice", NoticePage(notices).show),
        ]
    )

    sending: list[asyncio.Task[None]] = []

    async def begin(_: web.Application) -> None:
        sending.append(asyncio.create_task(service.run()))

    async def end(_: web.Application) -> None:
        for task in sending:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await platform.close()

    app.on_startup.append(begin)
    app.on_shutdown.append(end)
    return app


class Endpoint:
    """Verification, and messages in plain, compatible and safe mode."""

    def __init__(self, settings: WechatSettings, service: WechatService) -> None:
        self._settings = settings
        self._service = service
        self._envelopes = tuple(Envelope(key, settings.app_id) for key in settings.aes_keys)

    async def verify(self, request: web.Request) -> web.Response:
        """Echoes what the platform sends when the address is set."""
        query = request.query
        if not self._is_plain(query):
            raise web.HTTPForbidden
        return web.Response(text=query.get("echostr", ""))

    async def receive(self, request: web.Request) -> web.Response:
        """Always 200 with a valid answer; 403 for what is not the platform's, 413 for what is too long."""
        arrived = time.monotonic()
        body = await request.read()
        try:
            message, envelope = self._opened(request.query, body)
        except (Refused, NotUnderstood) as error:
            raise web.HTTPForbidden from error
        if message is None:
            return web.Response(text="success")
        said = await self._said(message, arrived)
        if said is None:
            await asyncio.sleep(max(0.0, arrived + NO_ANSWER_S - time.monotonic()))
            if request.transport:
                request.transport.abort()
            return web.Response(text="")
        if not said:
            return web.Response(text="success")
        reply = text_reply(message, said, int(time.time()))
        if envelope:
            nonce, timestamp = secrets.token_hex(8), str(int(time.time()))
            sealed = envelope.encrypt(reply)
            reply = sealed_reply(sealed, sign(self._settings.token, timestamp, nonce, sealed), timestamp, nonce)
        return web.Response(body=reply, content_type="application/xml", charset="utf-8")

    async def _said(self, message: Inbound, arrived: float) -> str | None:
        try:
            return await asyncio.shield(self._service.answer(message, arrived))
        except WenfaError as error:
            log.error("wechat message not taken: %s", error.code)  # noqa: TRY400 - the words are not for logs
            return f"{error}。"
        except Exception:
            log.exception("wechat message not taken")
            return "刚才出了点问题，请再发一次。急事请打 12348，有危险请打 110。"

    def _opened(self, query: Mapping[str, str], body: bytes) -> tuple[Inbound | None, Envelope | None]:
        """The message, None where the platform sent something that is no message, and what to seal the answer with.

        Raises Refused, NotUnderstood where it does not come from the platform.
        """
        fields: dict[str, str] = {}
        with contextlib.suppress(NotUnderstood):
            fields = fields_of(body)
        if query.get("encrypt_type") == "aes" or ("Encrypt" in fields and "MsgType" not in fields):
            encrypted = fields.get("Encrypt", "")
            parts = self._settings.token, query.get("timestamp", ""), query.get("nonce", ""), encrypted
            if not encrypted or not self._is_fresh(query) or not is_signed(query.get("msg_signature", ""), *parts):
                raise Refused("msg_signature")
            opened = open_with(self._envelopes, encrypted)
            return _message(opened.message), opened.key
        if not self._is_plain(query):
            raise Refused("signature")
        return (inbound(fields) if fields.get("MsgType") and fields.get("FromUserName") else None), None

    def _is_plain(self, query: Mapping[str, str]) -> bool:
        parts = self._settings.token, query.get("timestamp", ""), query.get("nonce", "")
        return self._is_fresh(query) and is_signed(query.get("signature", ""), *parts)

    def _is_fresh(self, query: Mapping[str, str]) -> bool:
        timestamp = query.get("timestamp", "")
        if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
            return False
        return abs(time.time() - int(timestamp)) <= REPLAY_S


def _message(body: bytes) -> Inbound | None:
    try:
        return inbound(fields_of(body))
    except NotUnderstood:
        return None


class Answers:
    """The page behind a link: the guidance itself, as it stands today."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._links = Links(core.keys, core.settings.public_url)

    async def show(self, request: web.Request) -> web.StreamResponse:
        return await page_errors(request, self._show)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        assistant, today = self._core.readiness.require(), local_day(time.time())
        found = [await assistant.answer_of(entry, "", today) for entry in self._links.open(request.match_info["token"])]
        answers: list[Reply] = [answer for answer in found if answer]
        if not answers:
            raise NotFound("这篇指引已经换了，请回微信里再问一次")
        shown: web.Response = aiohttp_jinja2.render_template("answer.html", request, {"answers": answers})
        shown.headers["Cache-Control"] = "no-store"
        return shown


class NoticePage:
    """On which a citizen agrees to be told of an answer: the button is drawn by the platform's own script."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def show(self, request: web.Request) -> web.StreamResponse:
        return await page_errors(request, self._show)

    async def _show(self, request: web.Request) -> web.StreamResponse:
        if not self._notices.template:
            raise NotFound("这里没有开微信提醒。有人回复的时候，回公众号说一句话就能看到")
        try:
            signature = await self._notices.page_signature()
        except PlatformError as error:
            log.warning("wechat: no page ticket (%d)", error.code)
            raise NotNow("微信那边暂时没有应答，请过一会儿再打开") from error
        values = {"template": self._notices.template, "signature": signature}
        shown: web.Response = aiohttp_jinja2.render_template("notice.html", request, values)
        shown.headers["Content-Security-Policy"] = NOTICE_POLICY
        shown.headers["Cache-Control"] = "no-store"
        return shown
