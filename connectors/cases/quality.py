"""Closed cases that a supervisor reads again (抽查): one in SHARE, drawn by its number, so that nobody chooses."""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import CLOSED, Case, find_case, record
from connectors.errors import NotAllowed
from connectors.storage.schema import case_events, cases

SHARE = 20
DRAWN_S = 7 * 86400.0
"""So long after its end a case waits to be read."""
CHECKED = "checked"


def is_drawn(number: str) -> bool:
    return crc32(number.encode()) % SHARE == 0


async def to_check(tx: AsyncConnection, now: float) -> list[Case]:
    """Drawn cases that nobody has read yet, those closed first first."""
    read = exists().where(case_events.c.case_id == cases.c.id, case_events.c.kind == CHECKED)
    closed = cases.c.status == CLOSED, cases.c.updated_at >= now - DRAWN_S, ~read
    numbers = (await tx.execute(select(cases.c.number).where(*closed).order_by(cases.c.updated_at))).scalars()
    return [await find_case(tx, number) for number in numbers if is_drawn(number)]


async def checked(tx: AsyncConnection, number: str, actor: str, at: float) -> None:
    """Somebody has read a drawn case; raises NotFound, and NotAllowed where it was not to be read, or is already."""
    if all(case.number != number for case in await to_check(tx, at)):
        raise NotAllowed("这件不在抽查里，或者已经查过")
    await record(tx, (await find_case(tx, number)).id, CHECKED, actor, at)
