"""Words of staff that have not reached the citizen's channel (未送达): WeChat takes none after two days of silence."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.storage.schema import wechat_deliveries

HELD_BACK = ("late", "dropped")
"""Told with the citizen's next word; nobody is there any more."""
BY_NOTICE = "notice"


class Undelivered(NamedTuple):
    """How many there are in a conversation, and whether the citizen was told by a notice that they wait."""

    messages: int
    noticed: bool


async def undelivered(tx: AsyncConnection, conversation_id: str) -> Undelivered:
    """Of one conversation."""
    c = wechat_deliveries.c
    theirs = c.conversation_id == conversation_id, c.by_person, c.status.in_(HELD_BACK)
    query = select(c.via, func.count()).where(*theirs).group_by(c.via)
    found = {row[0]: int(row[1]) for row in await tx.execute(query)}
    return Undelivered(sum(found.values()), BY_NOTICE in found)
