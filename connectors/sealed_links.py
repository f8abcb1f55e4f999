"""Links that only we can make (签名链接): what they carry is sealed, and they end."""

from __future__ import annotations

import time
from typing import TypeVar

import msgspec

from connectors.errors import NotFound, Unreadable
from connectors.keyring import KeyRing

T = TypeVar("T")


class Dated(msgspec.Struct, frozen=True):
    """What a link carries, and until when it opens."""

    carried: msgspec.Raw
    until: float


def seal_link(keys: KeyRing, carried: object, lasts_s: float) -> str:
    """The last part of an address."""
    dated = Dated(msgspec.Raw(msgspec.json.encode(carried)), time.time() + lasts_s)
    return keys.seal(msgspec.json.encode(dated)).decode()


def open_link(keys: KeyRing, token: str, kind: type[T], again: str) -> T:
    """What a link carries; raises NotFound where it is none of ours or over, `again` saying how to get another."""
    try:
        dated = msgspec.json.decode(keys.unseal(token.encode()), type=Dated)
        carried = msgspec.json.decode(dated.carried, type=kind)
    except (Unreadable, msgspec.DecodeError) as error:
        raise NotFound(f"这个链接打不开，{again}") from error
    if dated.until < time.time():
        raise NotFound(f"这个链接过期了，{again}")
    return carried
