"""Words of staff that have not reached the citizen's channel (未送达): WeChat takes none after two days of silence."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.storage.schema import wechat_deliveries

HELD_BACK = ("late", "dropped")
"""Told with the citizen's next word; nobody is there any more."""


async def undelivered(tx: AsyncConnection, conversation_id: str) -> int:
    """How many of them there are in a conversation."""
    c = wechat_deliveries.c
    theirs = c.conversation_id == conversation_id, c.by_person, c.status.in_(HELD_BACK)
    return int((await tx.execute(select(func.count()).select_from(wechat_deliveries).where(*theirs))).scalar_one())
