"""What must reach another system does, once it can, signed, and gives up in the open."""

from __future__ import annotations

import hmac
import time

import aiohttp
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from connectors.intake.webhook import CaseWebhook
from connectors.keyring import KeyRing
from connectors.outbox import MOST_ATTEMPTS, Letter, OutboxWorker, post
from connectors.storage.database import Database
from connectors.storage.schema import outbox
from tests.fakes import CaseReceiver

LETTER = Letter("case.opened", "case.opened:1", {"number": "261123-482073"})


async def deliver(database: Database, keys: KeyRing, receiver: CaseReceiver, rounds: int) -> str:
    """The letter's status after some rounds, each an hour later."""
    async with database.transaction() as tx:
        await post(tx, keys, LETTER, time.time())
    async with TestServer(receiver.app()) as server, aiohttp.ClientSession() as session:
        webhook = CaseWebhook(session, str(server.make_url("/cases")), "secret")
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
