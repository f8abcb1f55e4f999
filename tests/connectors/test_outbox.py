"""What must reach another system does, once it can, signed, and gives up in the open."""

from __future__ import annotations

import asyncio
import hmac
import time

import aiohttp
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from connectors.intake.webhook import SignedWebhook
from connectors.keyring import KeyRing
from connectors.outbox import LEASE_S, MOST_ATTEMPTS, Letter, OutboxWorker, post
from connectors.storage.database import Database
from connectors.storage.schema import outbox
from tests.fakes import CaseReceiver

LETTER = Letter("case.opened", "case.opened:1", {"number": "261123-482073"})


async def deliver(database: Database, keys: KeyRing, receiver: CaseReceiver, rounds: int) -> str:
    """The letter's status after some rounds, each an hour later."""
    async with database.transaction() as tx:
        await post(tx, keys, LETTER, time.time())
    async with TestServer(receiver.app()) as server, aiohttp.ClientSession() as session:
        webhook = SignedWebhook(session, str(server.make_url("/cases")), "secret")
        worker = OutboxWorker(database, keys, {LETTER.topic: webhook})
        for i in range(rounds):
            await worker.deliver_due(time.time() + i * 3601)
    async with database.transaction() as tx:
        return str((await tx.execute(select(outbox.c.status))).scalar_one())


async def test_letter_is_delivered_once_and_signed(database: Database, keys: KeyRing) -> None:
    receiver = CaseReceiver()
    assert await deliver(database, keys, receiver, rounds=3) == "delivered"
    assert receiver.received == [{"topic": "case.opened", "number": "261123-482073"}]
    headers = receiver.headers[0]
    signed = headers["X-Wenfa-Timestamp"].encode() + b"." + receiver.bodies[0]
    assert headers["X-Wenfa-Signature"] == "sha256=" + hmac.new(b"secret", signed, "sha256").hexdigest()


async def test_letter_is_tried_again_until_the_receiver_is_back(database: Database, keys: KeyRing) -> None:
    receiver = CaseReceiver(failures=3)
    assert await deliver(database, keys, receiver, rounds=5) == "delivered"
    assert len(receiver.received) == 1


async def test_letter_is_given_up_in_the_open(database: Database, keys: KeyRing) -> None:
    receiver = CaseReceiver(failures=1000)
    assert await deliver(database, keys, receiver, rounds=MOST_ATTEMPTS + 3) == "given_up"


async def test_two_processes_deliver_each_letter_once(database: Database, keys: KeyRing, database_url: str) -> None:
    """Both look at the same moment, twenty times."""
    receiver = CaseReceiver()
    other = await Database.open(database_url)
    async with TestServer(receiver.app()) as server, aiohttp.ClientSession() as session:
        webhook = SignedWebhook(session, str(server.make_url("/cases")), "secret")
        workers = [OutboxWorker(d, keys, {LETTER.topic: webhook}) for d in (database, other)]
        for i in range(20):
            async with database.transaction() as tx:
                for n in range(5):
                    key = f"case.opened:{i}-{n}"
                    await post(tx, keys, Letter(LETTER.topic, key, {"number": key}), 0.0)
            await asyncio.gather(*(worker.deliver_due(time.time()) for worker in workers))
    await other.close()
    assert len(receiver.received) == 100
    assert len({letter["number"] for letter in receiver.received}) == 100


async def test_letter_taken_by_a_process_that_ended_is_delivered_later(database: Database, keys: KeyRing) -> None:
    async with database.transaction() as tx:
        await post(tx, keys, LETTER, 0.0)
    worker = OutboxWorker(database, keys, {})
    async with database.transaction() as tx:
        row = (await tx.execute(select(outbox))).one()
    now = time.time()
    assert await worker._take(row, now)
    assert not await worker._take(row, now)
    receiver = CaseReceiver()
    async with TestServer(receiver.app()) as server, aiohttp.ClientSession() as session:
        webhook = SignedWebhook(session, str(server.make_url("/cases")), "secret")
        worker = OutboxWorker(database, keys, {LETTER.topic: webhook})
        assert await worker.deliver_due(now + LEASE_S - 1) == 0
        assert await worker.deliver_due(now + LEASE_S + 1) == 1
    assert len(receiver.received) == 1
