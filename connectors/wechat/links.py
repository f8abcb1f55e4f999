"""Signed links to the whole answer (全文链接): which entries, until when; nothing of the citizen's words."""

from __future__ import annotations

import time

import msgspec

from bot.outcomes import Reply
from connectors.errors import NotFound, Unreadable
from connectors.keyring import KeyRing

LASTS_S = 30 * 86400.0
PATH = "/wechat/answers"


class Linked(msgspec.Struct, frozen=True):
    """What a link opens."""

    entries: tuple[str, ...]
    until: float


class Links:
    """Makes and opens links below the service's public address; without one there are none."""

    def __init__(self, keys: KeyRing, public_url: str | None) -> None:
        self._keys = keys
        self._public_url = public_url

    def to(self, reply: Reply) -> str:
        """The link to the entries behind a reply; "" where there are none."""
        entries = tuple(part.entry for part in (reply.parts or (reply,)) if part.entry)
        if not entries or not self._public_url:
            return ""
        sealed = self._keys.seal(msgspec.json.encode(Linked(entries, time.time() + LASTS_S)))
        return f"{self._public_url}{PATH}/{sealed.decode()}"

    def open(self, token: str) -> tuple[str, ...]:
        """The entries of a link; raises NotFound where it is none of ours or over."""
        try:
            linked = msgspec.json.decode(self._keys.unseal(token.encode()), type=Linked)
        except (Unreadable, msgspec.DecodeError) as error:
            raise NotFound("这个链接打不开，请回微信里再问一次") from error
        if linked.until < time.time():
            raise NotFound("这个链接过期了，请回微信里再问一次")
        return linked.entries
