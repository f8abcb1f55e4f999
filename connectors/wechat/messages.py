"""What the platform sends and what it takes (收发消息): XML or JSON in, XML out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Illegal in XML 1.0, and sent by telephones all the same."""
MOST_FIELD = 4096
ACCEPTED, REJECTED = "TemplatesAccepted", "TemplatesRejected"
"""Fields of our own: what a follower says to notices comes nested."""
TEMPLATE, STATUS = "TemplateId", "SubscribeStatusString"


class NotUnderstood(Exception):
    """A body that is neither of the platform's XML nor of its JSON."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """A message or an event. `key` is the same for every try of the same one, and different for all others.

    `kind` is MsgType; an event's name is in `event`, in lower case. `media_id` names a file that the platform holds,
    `place` is a location as the platform words it. `accepted` and `rejected` are templates of notices.
    """

    account: str
    openid: str
    kind: str
    created: str
    text: str = ""
    msg_id: str = ""
    event: str = ""
    event_key: str = ""
    media_id: str = ""
    place: str = ""
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """MsgId is unique only with its sender; events have none."""
        if self.msg_id:
            return f"w{self.msg_id}"[:64]
        parts = msgspec.json.encode((self.openid, self.created, self.kind, self.event, self.event_key, self.text))
        return f"e{hashlib.sha256(parts).hexdigest()}"[:64]


def fields_of(body: bytes) -> dict[str, str]:
    """The top-level fields of an XML or JSON body as text, and which templates of notices a follower accepts or
    rejects; raises NotUnderstood.
    """
    stripped = body.strip()
    return _of_json(stripped) if stripped[:1] == b"{" else _of_xml(stripped)


def inbound(fields: Mapping[str, str]) -> Inbound:
    """Raises NotUnderstood where sender, receiver or kind is missing."""
    needed = [fields.get(name, "")[:64] for name in ("ToUserName", "FromUserName", "MsgType", "CreateTime")]
    if not all(needed):
        raise NotUnderstood("ToUserName, FromUserName, MsgType and CreateTime are needed")
    account, openid, kind, created = needed
    text = fields.get("Content") if kind == "text" else fields.get("Recognition") if kind == "voice" else ""
    return Inbound(
        account,
        openid,
        kind,
        created,
        text=(text or "").strip(),
        msg_id=fields.get("MsgId", "")[:40],
        event=fields.get("Event", "").lower()[:40],
        event_key=fields.get("EventKey", "")[:128],
        media_id=fields.get("MediaId", "")[:256],
        place=fields.get("Label", "")[:256] if kind == "location" else "",
        accepted=tuple(fields.get(ACCEPTED, "").split()),
        rejected=tuple(fields.get(REJECTED, "").split()),
    )


def text_reply(to: Inbound, text: str, created: int) -> bytes:
    """A passive text reply (被动回复)."""
    return (
        f"<xml><ToUserName>{_cdata(to.openid)}</ToUserName><FromUserName>{_cdata(to.account)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content>{_cdata(text)}</Content></xml>"
    ).encode()


def sealed_reply(encrypted: str, signature: str, timestamp: str, nonce: str) -> bytes:
    """An encrypted passive reply."""
    return (
        f"<xml><Encrypt>{_cdata(encrypted)}</Encrypt><MsgSignature>{_cdata(signature)}</MsgSignature>"
        f"<TimeStamp>{escape(timestamp)}</TimeStamp><Nonce>{_cdata(nonce)}</Nonce></xml>"
    ).encode()


def _cdata(text: str) -> str:
    """Real line feeds stay; an end mark within is divided between two sections."""
    clean = _CONTROL.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<![CDATA[{clean}]]>"


def _of_json(body: bytes) -> dict[str, str]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise NotUnderstood("no JSON") from error
    fields = {str(k): str(v)[:MOST_FIELD] for k, v in found.items() if isinstance(v, str | int | float)}
    lists = [one for value in found.values() if isinstance(value, list) for one in value if isinstance(one, dict)]
    return fields | _templates((str(one.get(TEMPLATE, "")), str(one.get(STATUS, ""))) for one in lists)


def _of_xml(body: bytes) -> dict[str, str]:
    try:
        clean = _CONTROL.sub("", body.decode("utf-8-sig"))
        root = fromstring(clean, forbid_dtd=True)
    except (UnicodeError, ParseError, DefusedXmlException, ValueError) as error:
        raise NotUnderstood("no XML") from error
    fields = {child.tag: (child.text or "")[:MOST_FIELD] for child in root}
    lists = [one for child in root for one in child]
    return fields | _templates((one.findtext(TEMPLATE) or "", one.findtext(STATUS) or "") for one in lists)


def _templates(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Templates with what a follower says to them; only where something is said."""
    named = [(template[:128], status) for template, status in said if template]
    accepted = " ".join(template for template, status in named if status == "accept")
    rejected = " ".join(template for template, status in named if status == "reject")
    return {name: text for name, text in ((ACCEPTED, accepted), (REJECTED, rejected)) if text}
