"""A simulator of the platform (微信平台模拟器): for tests, and for people without an account (`wenfa wechat simulate`).

It behaves as the platform does: it signs and encrypts what telephones send, asks three times within five seconds each,
shows a fault notice when nothing valid comes back, issues one token at a time, and holds customer-service messages to
their window, their number and their length.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from connectors.settings import WechatSettings
from connectors.wechat.crypto import Envelope, is_signed, sign
from connectors.wechat.messages import NotUnderstood, fields_of

ANSWER_S = 5.0
TRIES = 3
MOST_SENT = 5
MOST_BYTES = 2048
WINDOW_S = 48 * 3600.0
TOKEN_S = 7200
FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
ACCOUNT = "gh_simulated"
TICKET = "simulated-ticket"


@dataclass
class Faults:
    """What goes wrong: shares of requests that are lost before they arrive, that arrive twice, of answers lost on
    the way back, of customer-service messages that fail, of those that arrive though the caller hears a failure; and
    the longest delay of a request in seconds.
    """

    lost: float = 0.0
    twice: float = 0.0
    answer_lost: float = 0.0
    send_fails: float = 0.0
    send_unheard: float = 0.0
    delay_s: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(7))


@dataclass(frozen=True)
class Shown:
    """Something that a telephone shows."""

    text: str
    how: str
    after_s: float


class Simulator:
    """One official account and the telephones of its followers. `settings` are those of the service under test."""

    def __init__(
        self, settings: WechatSettings, callback: str, *, safe: bool = True, faults: Faults | None = None
    ) -> None:
        self._settings = settings
        self._callback = callback
        self._envelope = Envelope(settings.aes_keys[0], settings.app_id) if safe and settings.aes_keys else None
        self.faults = faults or Faults()
        self._token, self._token_until = "", 0.0
        self._said_at: dict[str, float] = {}
        self._sent: dict[str, int] = defaultdict(int)
        self._session: aiohttp.ClientSession | None = None
        self.pause_s = 0.0
        self.phones: dict[str, list[Shown]] = defaultdict(list)
        self.slowest_s = 0.0
        self.refreshes = 0
        self.answers: list[bytes] = []
        self.menu: dict[str, Any] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.scenes: list[str] = []
        self.consents: dict[str, int] = defaultdict(int)
        self.notice_faults: list[int] = []
        self.tickets = 0
        self._asked = 0
        self.changed = asyncio.Event()

    def app(self) -> web.Application:
        """The platform's interface."""
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_post("/cgi-bin/message/custom/send", self._custom_send)
        app.router.add_post("/cgi-bin/message/custom/typing", self._typing)
        app.router.add_post("/cgi-bin/message/subscribe/bizsend", self._send_notice)
        app.router.add_get("/cgi-bin/ticket/getticket", self._ticket)
        app.router.add_post("/cgi-bin/menu/create", self._create_menu)
        app.router.add_post("/cgi-bin/qrcode/create", self._create_code)
        app.router.add_get("/cgi-bin/media/get", self._get_media)
        return app

    def settle(self, settings: WechatSettings, callback: str) -> None:
        """Where the service turned out to listen."""
        self._settings, self._callback = settings, callback

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def expire_token(self) -> None:
        """The token in use is no longer valid, before its time."""
        self._token = ""

    def follow(self, openid: str) -> None:
        """Somebody who wrote before this simulator began."""
        self._said_at[openid] = time.time()

    async def say(self, openid: str, text: str, *, kind: str = "text", **more: str) -> None:
        """A follower writes; ends when the platform has its answer or has given up."""
        self._said_at[openid], self._sent[openid] = time.time(), 0
        fields = {"MsgType": kind, "MsgId": str(secrets.randbelow(10**16)), **more}
        if kind == "text":
            fields["Content"] = text
        await self.push(openid, fields)

    async def send_file(self, openid: str, kind: str, name: str, content: bytes) -> None:
        """A follower sends a picture or a recording."""
        media_id = secrets.token_urlsafe(24)
        self.media[media_id] = name, content
        await self.say(openid, "", kind=kind, MediaId=media_id)

    async def event(self, openid: str, event: str, key: str = "") -> None:
        """A follower subscribes, leaves, taps the menu."""
        if event == "unsubscribe":
            self._said_at.pop(openid, None)
        else:
            self._said_at[openid], self._sent[openid] = time.time(), 0
        await self.push(openid, {"MsgType": "event", "Event": event, "EventKey": key})

    async def agree(self, openid: str, template: str, *, accept: bool = True) -> None:
        """A follower answers the question whether to be told of answers, on a page; it opens no window."""
        status = "accept" if accept else "reject"
        self.consents[openid] += accept
        await self._about_notices(openid, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", template, status)

    async def refuse(self, openid: str, template: str) -> None:
        """A follower takes a consent back, in the settings of the account."""
        self.consents[openid] = 0
        await self._about_notices(openid, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", template, "reject")

    async def _about_notices(self, openid: str, event: str, field: str, template: str, status: str) -> None:
        nested = {"TemplateId": template, "SubscribeStatusString": status, "PopupScene": "1"}
        listed = xml(nested, "List")
        self._asked += 1  # nobody answers two questions within a second
        created = {"CreateTime": str(int(time.time()) + self._asked)}
        await self.push(openid, {"MsgType": "event", "Event": event, **created}, f"<{field}>{listed}</{field}>")

    def silent_for(self, openid: str, seconds: float) -> None:
        """A follower has said nothing for so long."""
        self._said_at[openid] -= seconds

    async def push(self, openid: str, fields: dict[str, str], nested: str = "") -> None:
        """Sends one message, TRIES times at most; what comes back is shown."""
        fields = {"ToUserName": ACCOUNT, "FromUserName": openid, "CreateTime": str(int(time.time())), **fields}
        began, shown = time.monotonic(), False
        for _ in range(TRIES):
            answers = await asyncio.gather(
                *(self._ask(fields, nested) for _ in range(1 + self._happens(self.faults.twice)))
            )
            for answer in answers:
                if answer is None or shown:
                    continue
                shown = True
                if answer:
                    self._show(openid, answer, "passive", began)
            if shown:
                return
            await asyncio.sleep(self.pause_s)
        self._show(openid, FAULT_NOTICE, "fault", began)

    async def _ask(self, fields: dict[str, str], nested: str) -> str | None:
        """The words of the answer, "" for none, None where none or no valid one came in time."""
        faults = self.faults
        if faults.delay_s:
            await asyncio.sleep(faults.chance.uniform(0, faults.delay_s))
        if self._happens(faults.lost):
            return None
        began = time.monotonic()
        try:
            status, body = await asyncio.wait_for(self._post(fields, nested), ANSWER_S)
        except (TimeoutError, aiohttp.ClientError):
            return None
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        if self._happens(faults.answer_lost):
            return None
        return self._words(body) if status == 200 else None

    async def _post(self, fields: dict[str, str], nested: str) -> tuple[int, bytes]:
        self._session = self._session or aiohttp.ClientSession()
        body = xml(fields, nested=nested)
        timestamp, nonce, token = str(int(time.time())), secrets.token_hex(5), self._settings.token
        query = {"timestamp": timestamp, "nonce": nonce, "signature": sign(token, timestamp, nonce)}
        if self._envelope:
            encrypted = self._envelope.encrypt(body.encode())
            query |= {"encrypt_type": "aes", "msg_signature": sign(token, timestamp, nonce, encrypted)}
            body = xml({"ToUserName": ACCOUNT, "Encrypt": encrypted})
        async with self._session.post(self._callback, params=query, data=body.encode()) as answer:
            return answer.status, await answer.read()

    def _words(self, body: bytes) -> str | None:
        """What a valid answer says; raises nothing: an invalid one is none."""
        self.answers.append(body)
        if body in (b"", b"success"):
            return ""
        try:
            fields = fields_of(body)
            if self._envelope:
                parts = self._settings.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"]
                if not is_signed(fields["MsgSignature"], *parts):
                    return None
                fields = fields_of(self._envelope.decrypt(fields["Encrypt"]))
            words = fields["Content"]
        except (NotUnderstood, KeyError):
            return None
        return words if len(words.encode()) <= MOST_BYTES else None

    def _show(self, openid: str, text: str, how: str, began: float) -> None:
        self.phones[openid].append(Shown(text, how, time.monotonic() - began))
        self.changed.set()

    def _happens(self, share: float) -> bool:
        return share > 0 and self.faults.chance.random() < share

    async def _stable_token(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if (asked.get("appid"), asked.get("secret")) != (self._settings.app_id, self._settings.app_secret):
            return _fault(40125, "invalid appsecret")
        if not self._token or asked.get("force_refresh") or self._token_until - 300 < time.time():
            self._token, self._token_until = secrets.token_urlsafe(64), time.time() + TOKEN_S
            self.refreshes += 1
        return web.json_response({"access_token": self._token, "expires_in": int(self._token_until - time.time())})

    async def _custom_send(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused:
            return refused
        asked = await request.json()
        openid, text = asked["touser"], asked["text"]["content"]
        if time.time() - self._said_at.get(openid, 0.0) > WINDOW_S:
            return _fault(45015, "response out of time limit or subscription is canceled")
        if len(text.encode()) > MOST_BYTES:
            return _fault(45002, "content size out of limit")
        if self._sent[openid] >= MOST_SENT:
            return _fault(45047, "out of response count limit")
        if self._happens(self.faults.send_fails):
            return web.Response(status=502)
        self._sent[openid] += 1
        marked = "custom, AI" if asked.get("aimsgcontext", {}).get("is_ai_msg") else "custom"
        self.phones[openid].append(Shown(text, marked, time.time() - self._said_at[openid]))
        self.changed.set()
        return web.Response(status=502) if self._happens(self.faults.send_unheard) else _fault(0, "ok")

    async def _send_notice(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused:
            return refused
        asked = await request.json()
        if self.notice_faults:
            return _fault(self.notice_faults.pop(), "no notice now")
        if not self.consents[asked["touser"]]:
            return _fault(43101, "user refuse to accept the msg")
        self.consents[asked["touser"]] -= 1
        words = "\n".join(one["value"] for one in asked["data"].values())
        self.phones[asked["touser"]].append(Shown(words, "notice", 0.0))
        self.changed.set()
        return _fault(0, "ok")

    async def _ticket(self, request: web.Request) -> web.Response:
        self.tickets += 1
        body = {"errcode": 0, "errmsg": "ok", "ticket": TICKET, "expires_in": TOKEN_S}
        return self._refused(request) or web.json_response(body)

    async def _typing(self, request: web.Request) -> web.Response:
        return self._refused(request) or _fault(0, "ok")

    async def _create_menu(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused is None:
            self.menu = await request.json()
        return refused or _fault(0, "ok")

    async def _create_code(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused:
            return refused
        self.scenes.append((await request.json())["action_info"]["scene"]["scene_str"])
        return web.json_response({"ticket": "gQH/8A==", "url": "http://weixin.qq.com/q/1"})

    async def _get_media(self, request: web.Request) -> web.StreamResponse:
        refused = self._refused(request)
        if refused:
            return refused
        if self._happens(self.faults.send_fails):
            return web.Response(status=502)
        if request.query["media_id"] not in self.media:
            return _fault(40007, "invalid media_id")
        name, content = self.media[request.query["media_id"]]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return web.Response(body=content, content_type="image/jpeg", headers=headers)

    def _refused(self, request: web.Request) -> web.Response | None:
        if not self._token or request.query.get("access_token") != self._token:
            return _fault(40001, "invalid credential, access_token is invalid or not latest")
        return None


def xml(fields: dict[str, str], name: str = "xml", nested: str = "") -> str:
    """A body as the platform writes it."""
    inner = "".join(f"<{field}><![CDATA[{text}]]></{field}>" for field, text in fields.items())
    return f"<{name}>{inner}{nested}</{name}>"


def _fault(code: int, said: str) -> web.Response:
    answer: dict[str, Any] = {"errcode": code, "errmsg": said}
    return web.json_response(answer)
