"""A reply as the database keeps it: JSON with the number of its format, so that old ones can be read for ever."""

from __future__ import annotations

import msgspec

from bot.outcomes import Reply

FORMAT = 1


class StoredReply(msgspec.Struct, frozen=True):
    """Format 1. What was stored before formats had numbers is the reply alone, of the same fields."""

    format: int
    reply: Reply


def pack(reply: Reply) -> bytes:
    return msgspec.json.encode(StoredReply(FORMAT, reply))


def unpack(stored: bytes) -> Reply:
    """Raises msgspec.DecodeError where it is of no format known here."""
    found = msgspec.json.decode(stored)
    if "format" not in found:
        return msgspec.convert(found, Reply)
    if found["format"] != FORMAT:
        raise msgspec.DecodeError(f"a stored reply of format {found['format']}, newer than this program")
    return msgspec.convert(found["reply"], Reply)
