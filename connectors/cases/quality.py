"""Closed cases that a supervisor reads again (抽查): one in SHARE, drawn by its number, so that nobody chooses."""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from connectors.cases.store import CLOSED, Case, cases_numbered, find_case, record
from connectors.errors import NotAllowed
from connectors.storage.schema import case_events, cases

SHARE = 20
DRAWN_S = 7 * 86400.0
"""So long after its end a case waits to be read."""
CHECKED = "checked"


def is_drawn(number: str) -> bool:
    return crc32(number.encode()) % SHARE == 0


async def to_check(tx: AsyncConnection, now: float, most: int) -> list[Case]:
    """Drawn cases that nobody has read yet, those closed first first."""
    query = select(cases.c.number).where(*_unread(now)).order_by(cases.c.updated_at)
    drawn = [number for number in (await tx.execute(query)).scalars() if is_drawn(number)]
    return [*(await cases_numbered(tx, drawn[:most])).values()]


async def checked(tx: AsyncConnection, number: str, actor: str, at: float) -> None:
    """Somebody has read a drawn case; raises NotFound, and NotAllowed where it was not to be read, or is already."""
    case = await find_case(tx, number)
    unread = (await tx.execute(select(cases.c.id).where(cases.c.id == case.id, *_unread(at)))).one_or_none()
    if unread is None or not is_drawn(number):
        raise NotAllowed("这件不在抽查里，或者已经查过")
    await record(tx, case.id, CHECKED, actor, at)


def _unread(now: float) -> tuple[ColumnElement[bool], ...]:
    """Closed lately, and read by nobody."""
    read = exists().where(case_events.c.case_id == cases.c.id, case_events.c.kind == CHECKED)
    return cases.c.status == CLOSED, cases.c.updated_at >= now - DRAWN_S, ~read
