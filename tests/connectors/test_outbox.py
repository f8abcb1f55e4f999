"""What must reach another system does, once it can, signed, and gives up in the open."""

from __future__ import annotations

import asyncio
import hmac
import re
import time

import aiohttp
from aiohttp.test_utils import TestServer
from sqlalchemy import select, update

from connectors.intake.webhook import SignedWebhook
from connectors.keyring import KeyRing
from connectors.outbox import (
    GIVEN_UP,
    LEASE_S,
    LONGEST_DELAY_S,
    MOST_ATTEMPTS,
    Letter,
    OutboxWorker,
    post,
    send_again,
    standing_of,
    undelivered,
)
from connectors.storage.database import Database
from connectors.storage.schema import outbox
from tests.connectors.office import Office
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


async def test_letter_given_up_is_listed_and_sent_again(database: Database, keys: KeyRing) -> None:
    class Down:
        async def deliver(self, letter: Letter) -> None:
            raise ConnectionError

    async with database.transaction() as tx:
        await post(tx, keys, LETTER, 0.0)
        assert await undelivered(tx, 10) == []
    worker, now = OutboxWorker(database, keys, {LETTER.topic: Down()}), time.time()
    for attempt in range(MOST_ATTEMPTS):
        assert await worker.deliver_due(now + attempt * LONGEST_DELAY_S) == 1
        async with database.transaction() as tx:
            [missing] = await undelivered(tx, 10)
            assert (missing.attempts, missing.last_error) == (attempt + 1, "ConnectionError")
            assert missing.given_up == (attempt + 1 == MOST_ATTEMPTS)
    async with database.transaction() as tx:
        assert await standing_of(tx, [LETTER.dedupe_key, "other"]) == {LETTER.dedupe_key: GIVEN_UP}
        assert await send_again(tx, missing.id, now)
        assert not await send_again(tx, missing.id, now)
    receiver = CaseReceiver()
    async with TestServer(receiver.app()) as server, aiohttp.ClientSession() as session:
        webhook = SignedWebhook(session, str(server.make_url("/cases")), "secret")
        assert await OutboxWorker(database, keys, {LETTER.topic: webhook}).deliver_due(now) == 1
    async with database.transaction() as tx:
        assert await undelivered(tx, 10) == []
    assert len(receiver.received) == 1


async def test_supervisor_sees_what_did_not_arrive_and_sends_it_again(office: Office) -> None:
    async with office.database.transaction() as tx:
        await post(tx, office.keys, LETTER, time.time())
        gone = {"status": GIVEN_UP, "attempts": MOST_ATTEMPTS, "last_error": "ClientError"}
        await tx.execute(update(outbox).values(**gone))
    await office.hire("刘主任", "supervisor")
    await office.sign_in("刘主任")
    page = await office.page("/desk/supervision")
    assert "没有送到别的系统（1）" in page
    assert LETTER.dedupe_key.partition(":")[2] in page
    found = re.search(r'action="(/desk/supervision/letters/\d+)"', page)
    assert found
    assert (await office.client.post(found[1], allow_redirects=False)).status == 303
    assert (await office.client.post(found[1], allow_redirects=False)).status == 409
    assert "没有送到别的系统（1）" in await office.page("/desk/supervision")
    assert "会自动再试" in await office.page("/desk/supervision")
