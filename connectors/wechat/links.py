"""Signed links to the whole answer (全文链接): which entries, until when; nothing of the citizen's words."""

from __future__ import annotations

import msgspec

from bot.outcomes import Reply
from connectors.keyring import KeyRing
from connectors.sealed_links import open_link, seal_link

LASTS_S = 30 * 86400.0
PATH = "/wechat/answers"
AGAIN = "请回微信里再问一次"


class Linked(msgspec.Struct, frozen=True):
    """What a link opens."""

    entries: tuple[str, ...]


class Links:
    """Makes and opens links below the service's public address; without one there are none."""

    def __init__(self, keys: KeyRing, public_url: str | None) -> None:
        self._keys = keys
        self._public_url = public_url

    @property
    def site(self) -> str:
        """Where the service's pages are reached; "" where nobody has said."""
        return self._public_url or ""

    def to(self, reply: Reply) -> str:
        """The link to the entries behind a reply; "" where there are none."""
        entries = tuple(part.entry for part in (reply.parts or (reply,)) if part.entry)
        if not entries or not self._public_url:
            return ""
        return f"{self._public_url}{PATH}/{seal_link(self._keys, Linked(entries), LASTS_S)}"

    def open(self, token: str) -> tuple[str, ...]:
        """The entries of a link; raises NotFound where it is none of ours or over."""
        return open_link(self._keys, token, Linked, AGAIN).entries
