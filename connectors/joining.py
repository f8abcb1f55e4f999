"""A conversation gone on with in another channel (换个渠道接着谈): by a code that is good once, for ten minutes."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.storage.schema import joining_codes

GOOD_S = 600.0
_DIGITS = 8
_SAID = re.compile(r"(?:接着?谈?|绑定)[\s:：]*(\d{4})[\s-]*(\d{4})[。.]?")


async def new_code(tx: AsyncConnection, conversation_id: str, at: float) -> str:
    """The code of a conversation from now on; an earlier one is good no more, nor is any that is too old."""
    c = joining_codes.c
    await tx.execute(delete(joining_codes).where((c.conversation_id == conversation_id) | (c.expires_at < at)))
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    row = {"id": _hashed(code), "conversation_id": conversation_id, "expires_at": at + GOOD_S}
    await tx.execute(insert(joining_codes).values(row))
    return code


async def joined_by(tx: AsyncConnection, code: str, at: float) -> str | None:
    """The conversation of a code, which is used up with that; None where it is of none, or too old."""
    mine = joining_codes.c.id == _hashed(code), joining_codes.c.expires_at >= at
    found = (await tx.execute(select(joining_codes.c.conversation_id).where(*mine))).scalar_one_or_none()
    used = await tx.execute(delete(joining_codes).where(*mine))
    return str(found) if found is not None and used.rowcount == 1 else None


def code_in(text: str) -> str | None:
    """The code in words that do nothing but hand one over ("接 4821 9307")."""
    said = _SAID.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return said[1] + said[2] if said else None


def _hashed(code: str) -> str:
    return hashlib.sha256(f"joining {code}".encode()).hexdigest()
