"""The outbox (发件箱): what must reach another system, retried until delivered or given up in the open."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import WenfaError
from connectors.keyring import KeyRing
from connectors.metrics import OUTBOX_DELIVERIES
from connectors.storage.database import Database
from connectors.storage.leases import DUE, is_due, take
from connectors.storage.schema import outbox

DELIVERED, GIVEN_UP = "delivered", "given_up"
MOST_ATTEMPTS = 12
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 3600.0
POLL_S = 2.0
LEASE_S = 60.0
"""Longer than any delivery may take."""
_BATCH = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to deliver; `dedupe_key` lets the receiver drop a second delivery."""

    topic: str
    dedupe_key: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A letter that has not arrived (没有送到): how often it was tried and what went wrong last."""

    id: int
    topic: str
    dedupe_key: str
    given_up: bool
    attempts: int
    last_error: str | None
    created_at: float


class Deliverer(Protocol):
    """Delivers letters of one topic; any exception means try again later."""

    async def deliver(self, letter: Letter) -> None: ...


async def post(tx: AsyncConnection, keys: KeyRing, letter: Letter, at: float) -> None:
    """Puts a letter in the outbox, in the caller's transaction."""
    await tx.execute(
        insert(outbox).values(
            topic=letter.topic,
            dedupe_key=letter.dedupe_key,
            payload_sealed=keys.seal(msgspec.json.encode(letter.payload)),
            status=DUE,
            attempts=0,
            next_at=at,
            created_at=at,
        )
    )


async def undelivered(tx: AsyncConnection, most: int) -> list[Undelivered]:
    """Letters that were tried and have not arrived: those given up first, then the oldest."""
    c = outbox.c
    missing = (c.status == GIVEN_UP) | ((c.status == DUE) & (c.last_error.is_not(None)))
    columns = c.id, c.topic, c.dedupe_key, (c.status == GIVEN_UP), c.attempts, c.last_error, c.created_at
    query = select(*columns).where(missing).order_by((c.status == GIVEN_UP).desc(), c.id).limit(most)
    return [Undelivered(row[0], row[1], row[2], bool(row[3]), *row[4:]) for row in await tx.execute(query)]


async def send_again(tx: AsyncConnection, letter_id: int, at: float) -> bool:
    """A letter that was given up is tried from the beginning; whether there was such a one."""
    mine = outbox.c.id == letter_id, outbox.c.status == GIVEN_UP
    anew = {"status": DUE, "attempts": 0, "next_at": at}
    return bool((await tx.execute(update(outbox).where(*mine).values(**anew))).rowcount)


async def standing_of(tx: AsyncConnection, dedupe_keys: Sequence[str]) -> dict[str, str]:
    """How letters stand, by key: due, delivered, given_up; what was never posted is not there."""
    c = outbox.c
    rows = await tx.execute(select(c.dedupe_key, c.status).where(c.dedupe_key.in_(dedupe_keys)))
    return {row.dedupe_key: row.status for row in rows}


class OutboxWorker:
    """Delivers what is due, every POLL_S seconds; at least once, with growing pauses."""

    def __init__(self, database: Database, keys: KeyRing, deliverers: Mapping[str, Deliverer]) -> None:
        self._database = database
        self._keys = keys
        self._deliverers = deliverers

    async def run(self) -> None:
        while True:
            try:
                await self.deliver_due(time.time())
            except Exception as error:
                log.log(logging.ERROR, "outbox round failed: %s", error, exc_info=not isinstance(error, WenfaError))
            await asyncio.sleep(POLL_S)

    async def deliver_due(self, now: float) -> int:
        """Tries every letter that is due and that no other process has taken; returns how many were tried."""
        async with self._database.transaction() as tx:
            due = is_due(outbox, now), outbox.c.topic.in_(self._deliverers)
            rows = (await tx.execute(select(outbox).where(*due).order_by(outbox.c.id).limit(_BATCH))).all()
        tried, began = 0, time.monotonic()
        for row in rows:
            at = now + time.monotonic() - began
            if await self._take(row, at):
                await self._try(row, at)
                tried += 1
        return tried

    async def _take(self, row: Any, now: float) -> bool:
        async with self._database.transaction() as tx:
            return await take(tx, outbox, row, now + LEASE_S)

    async def _try(self, row: Any, now: float) -> None:
        attempts = row.attempts + 1
        try:
            payload = msgspec.json.decode(self._keys.unseal(row.payload_sealed))
            await self._deliverers[row.topic].deliver(Letter(row.topic, row.dedupe_key, payload))
        except Exception as error:  # noqa: BLE001 - whatever another system does, it is tried again
            status = GIVEN_UP if attempts >= MOST_ATTEMPTS else DUE
            delay = min(FIRST_DELAY_S * 2**attempts, LONGEST_DELAY_S)
            level = logging.ERROR if status == GIVEN_UP else logging.WARNING
            log.log(level, "outbox %s attempt %d failed: %s", row.dedupe_key, attempts, type(error).__name__)
            values = {"status": status, "next_at": now + delay, "last_error": type(error).__name__}
        else:
            values = {"status": DELIVERED, "last_error": None}
        OUTBOX_DELIVERIES.labels(row.topic, values["status"]).inc()
        async with self._database.transaction() as tx:
            await tx.execute(update(outbox).where(outbox.c.id == row.id).values(**values))
