"""The platform's server interface (服务端接口): tokens, customer-service messages, notices, files."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from connectors.keyring import KeyRing
from connectors.settings import WechatSettings
from connectors.storage.database import Database
from connectors.storage.schema import wechat_tokens

TIMEOUT_S = 5.0
EARLY_S = 300.0
"""A token is renewed so long before its end."""
REFRESH_S = 10.0
"""So long one process may take to renew; then another may try."""
Fetch = Callable[[bool], Awaitable[tuple[str, float]]]
"""Asks for a token anew, by force or not: the token, and how many seconds it is good for."""
TOKEN_FAULTS = {40001, 40014, 42001}
WINDOW_OVER = {45015, 45047, 40003, 43004}
"""The citizen has to write again first: 48 hours over or unsubscribed, five messages used up, no such follower."""
NOT_ALLOWED = {48001, 50002}
"""The account has no such interface: passive replies only."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlatformError(Exception):
    """The platform's errcode; 0 where it could not be reached, `unsure` where it may have heard all the same."""

    code: int
    said: str = ""
    unsure: bool = False


class Platform:
    """Calls as one account. One token for all processes, kept sealed in the database; one of them renews it."""

    def __init__(self, settings: WechatSettings, database: Database, keys: KeyRing) -> None:
        self._settings = settings
        self._database = database
        self._keys = keys
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def send_text(self, openid: str, text: str, *, by_machine: bool) -> None:
        """A customer-service message (客服消息); what the machine said is marked so. Raises PlatformError."""
        message: dict[str, Any] = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        if by_machine:
            message["aimsgcontext"] = {"is_ai_msg": 1}
        await self._call("/cgi-bin/message/custom/send", message)

    async def send_notice(self, openid: str, template: str, data: Mapping[str, str]) -> None:
        """A subscription notice (订阅通知) with the fields of its template. Raises PlatformError."""
        fields = {name: {"value": value} for name, value in data.items()}
        await self._call(
            "/cgi-bin/message/subscribe/bizsend", {"touser": openid, "template_id": template, "data": fields}
        )

    async def create_menu(self, menu: dict[str, Any]) -> None:
        """Puts a menu (自定义菜单) in place of the one there is. Raises PlatformError."""
        await self._call("/cgi-bin/menu/create", menu)

    async def media(self, media_id: str, most: int) -> tuple[str, bytes]:
        """A citizen's file (临时素材): its name, and its bytes, a read beyond `most` at most. Raises PlatformError."""
        token = await self.token()
        try:
            return await self._get_media(media_id, most, token)
        except PlatformError as error:
            if error.code not in TOKEN_FAULTS:
                raise
            return await self._get_media(media_id, most, await self.token(not_this=token))

    async def code_of(self, scene: str) -> str:
        """The address of a picture with a lasting code (带参数的二维码) for a scene. Raises PlatformError."""
        asked = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        got = await self._call("/cgi-bin/qrcode/create", asked)
        return f"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={quote(str(got['ticket']))}"

    async def typing(self, openid: str) -> None:
        """Shows that an answer is being written; whatever fails is no matter."""
        try:
            await self._call("/cgi-bin/message/custom/typing", {"touser": openid, "command": "Typing"})
        except PlatformError as error:
            log.info("wechat typing: %d", error.code)

    async def token(self, *, not_this: str = "") -> str:
        """The access token; with `not_this` another than that, renewed by force once. Raises PlatformError."""
        return await self._kept(self._settings.app_id, self._fetch_token, not_this)

    async def ticket(self) -> str:
        """The ticket that signs pages of ours (jsapi_ticket). Raises PlatformError."""
        return await self._kept(f"{self._settings.app_id} jsapi", self._fetch_ticket)

    async def _fetch_token(self, force: bool) -> tuple[str, float]:
        asked = {
            "grant_type": "client_credential",
            "appid": self._settings.app_id,
            "secret": self._settings.app_secret,
            "force_refresh": force,
        }
        got = await self._ask("/cgi-bin/stable_token", asked)
        return str(got["access_token"]), float(got["expires_in"])

    async def _fetch_ticket(self, _: bool) -> tuple[str, float]:
        got = await self._call("/cgi-bin/ticket/getticket", type="jsapi")
        return str(got["ticket"]), float(got["expires_in"])

    async def _kept(self, name: str, fetch: Fetch, not_this: str = "") -> str:
        """What all processes share, from the database, or fetched by one of them."""
        until = time.monotonic() + 2 * REFRESH_S
        while time.monotonic() < until:
            now = time.time()
            async with self._database.transaction() as tx:
                row = (await tx.execute(select(wechat_tokens).where(wechat_tokens.c.app_id == name))).one_or_none()
            known = self._keys.unseal_text(row.token_sealed) if row and row.token_sealed else ""
            if known and known != not_this and row.expires_at - EARLY_S > now:
                return known
            if await self._may_renew(name, now):
                return await self._renew(name, fetch, force=bool(not_this) and known == not_this)
            await asyncio.sleep(0.1)
        raise PlatformError(0, "the token was not renewed in time")

    async def _may_renew(self, name: str, now: float) -> bool:
        """Whether this process renews it: one at a time, in one atomic statement."""
        mine = wechat_tokens.c.app_id == name
        try:
            async with self._database.transaction() as tx:
                row = {"app_id": name, "renewing_until": 0.0, "expires_at": 0.0}
                known = (await tx.execute(select(wechat_tokens.c.app_id).where(mine))).one_or_none()
                if known is None:
                    await tx.execute(insert(wechat_tokens).values(row))
        except IntegrityError:  # another process was first
            pass
        free = or_(wechat_tokens.c.renewing_until.is_(None), wechat_tokens.c.renewing_until < now)
        async with self._database.transaction() as tx:
            taken = await tx.execute(update(wechat_tokens).where(mine, free).values(renewing_until=now + REFRESH_S))
        return bool(taken.rowcount == 1)

    async def _renew(self, name: str, fetch: Fetch, *, force: bool) -> str:
        values: dict[str, Any] = {"renewing_until": 0.0}
        try:
            token, lasts = await fetch(force)
            values |= {"token_sealed": self._keys.seal_text(token), "expires_at": time.time() + lasts}
        finally:
            async with self._database.transaction() as tx:
                await tx.execute(update(wechat_tokens).where(wechat_tokens.c.app_id == name).values(values))
        return token

    async def _call(self, path: str, body: dict[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """With the token; renewed and tried again once where it is refused."""
        token = await self.token()
        try:
            return await self._ask(path, body, access_token=token, **query)
        except PlatformError as error:
            if error.code not in TOKEN_FAULTS:
                raise
            return await self._ask(path, body, access_token=await self.token(not_this=token), **query)

    async def _get_media(self, media_id: str, most: int, token: str) -> tuple[str, bytes]:
        """A refusal comes as JSON in the stead of the file."""
        parameters = {"access_token": token, "media_id": media_id}
        try:
            async with self._opened().get(self._settings.api + "/cgi-bin/media/get", params=parameters) as answer:
                if answer.status != 200:
                    raise PlatformError(0, f"status {answer.status}")
                if answer.content_type in ("application/json", "text/plain"):
                    raise _refusal(await answer.json(content_type=None))
                named = answer.content_disposition.filename if answer.content_disposition else None
                data = bytearray()
                while len(data) <= most and (chunk := await answer.content.read(2**16)):
                    data += chunk
                return named or "", bytes(data)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise PlatformError(0, type(error).__name__) from error

    async def _ask(self, path: str, body: dict[str, Any] | None, **query: str) -> dict[str, Any]:
        """Posts a body, or gets where there is none. Raises PlatformError with the platform's errcode."""
        method = "GET" if body is None else "POST"
        try:
            async with self._opened().request(method, self._settings.api + path, json=body, params=query) as answer:
                got = await answer.json(content_type=None)
        except aiohttp.ClientConnectorError as error:
            raise PlatformError(0, type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise PlatformError(0, type(error).__name__, unsure=True) from error
        if not isinstance(got, dict):
            raise PlatformError(0, f"status {answer.status}", unsure=True)
        code = int(got.get("errcode", 0))
        if code:
            raise PlatformError(code, str(got.get("errmsg", ""))[:100])
        return got

    def _opened(self) -> aiohttp.ClientSession:
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT_S))
        return self._session


def _refusal(got: Any) -> PlatformError:
    found = got if isinstance(got, dict) else {}
    return PlatformError(int(found.get("errcode", 0)), str(found.get("errmsg", ""))[:100])
