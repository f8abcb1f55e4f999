"""Subscription notices (订阅通知): who agreed hears, after two days of silence, that somebody has answered.

A notice says nothing of the matter: it asks the citizen back into the conversation, where the words wait. Each tap of
the citizen's allows one.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import newest_case_of
from connectors.core import Core
from connectors.settings import WechatSettings
from connectors.wechat.messages import Inbound
from connectors.wechat.platform import Platform, PlatformError
from connectors.wechat.store import Delivery, WechatStore
from knowledge.clock import local_time

PATH = "/wechat/notice"
NOT_WANTED = {43101, 40003}
"""The citizen has taken the consent back; no such follower."""
TAKEN_BACK = "subscribe_msg_change_event"
"""Who rejects the question of one moment leaves what was agreed to before."""


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What the platform's script wants to know of a page (wx.config)."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


class Notices:
    """One account. Without a template in the settings nothing is asked and nothing told."""

    def __init__(self, core: Core, settings: WechatSettings, platform: Platform) -> None:
        self._database = core.database
        self._wording = core.wording
        self._site = core.settings.public_url or ""
        self._settings = settings
        self._platform = platform
        self._store = WechatStore(core.keys)

    @property
    def template(self) -> str:
        """The template of the notice; "" where none is offered."""
        offered = self._settings.notice and self._settings.app_secret and self._site
        return self._settings.notice.template if offered and self._settings.notice else ""

    @property
    def offer(self) -> str:
        """Words that lead to the page on which a citizen agrees; "" where none is offered."""
        return self._wording.say("wechat_notice", link=self._site + PATH) if self.template else ""

    async def page_signature(self) -> PageSignature:
        """For the page on which a citizen agrees. Raises PlatformError."""
        ticket, nonce, timestamp = await self._platform.ticket(), secrets.token_hex(8), int(time.time())
        signature = sign_page(ticket, nonce, timestamp, self._site + PATH)
        return PageSignature(self._settings.app_id, timestamp, nonce, signature)

    async def heard(self, tx: AsyncConnection, conversation: str, inbound: Inbound) -> None:
        """What a follower says to notices: one more for each consent; taken back, there are none."""
        if self.template in inbound.accepted:
            await self._store.allow_notices(tx, conversation, inbound.accepted.count(self.template))
        if self.template in inbound.rejected and inbound.event == TAKEN_BACK:
            await self._store.withdraw_notices(tx, conversation)

    async def tell(self, owed: Delivery) -> bool:
        """Tells a citizen whom `owed` cannot reach that a person has answered; whether they are told.

        Once for all that waits. Raises PlatformError where it may succeed later.
        """
        notice = self._settings.notice
        if not self.template or notice is None or not owed.by_person:
            return False
        conversation = owed.conversation_id
        async with self._database.transaction() as tx:
            openid = await self._store.openid(tx, conversation)
            if openid is None or await self._store.is_noticed(tx, conversation):
                return False
            if not await self._store.spend_notice(tx, conversation):
                return False
            case = await newest_case_of(tx, conversation)
        values = {
            "what": self._wording.say("wechat_notice_what"),
            "todo": self._wording.say("wechat_notice_todo"),
            "number": case.number if case else "-",
            "when": local_time(time.time()).strftime("%Y-%m-%d %H:%M"),
        }
        data = {name: values[value] for name, value in notice.fields.items()}
        try:
            await self._platform.send_notice(openid, notice.template, data)
        except PlatformError as error:
            if error.unsure:
                return False
            async with self._database.transaction() as tx:
                if error.code in NOT_WANTED:
                    await self._store.withdraw_notices(tx, conversation)
                    return False
                await self._store.allow_notices(tx, conversation, 1)
            raise
        return True


def sign_page(ticket: str, nonce: str, timestamp: int, address: str) -> str:
    """The signature of a page (JS-SDK 签名)."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={address}"
    return hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
