"""Rows with work that is due (status, next_at, attempts): one process takes each; should it end, they are due again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

DUE = "due"


def is_due(table: Table, at: float) -> ColumnElement[bool]:
    """What is to be done by now, and taken by nobody."""
    return (table.c.status == DUE) & (table.c.next_at <= at)


async def take(tx: AsyncConnection, table: Table, row: Any, until: float) -> bool:
    """Takes a row that was found due, in one atomic statement; whether no other process has it."""
    c = table.c
    same = c.id == row.id, c.status == DUE, c.next_at == row.next_at, c.attempts == row.attempts
    taken = await tx.execute(update(table).where(*same).values(attempts=row.attempts + 1, next_at=until))
    return bool(taken.rowcount == 1)
