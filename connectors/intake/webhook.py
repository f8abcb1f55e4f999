"""Signed JSON to another system: new cases to the bureau's own, applications to the one that receives them."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import aiohttp
import msgspec
from sqlalchemy.exc import IntegrityError

from connectors.applications.desk import HANDED_IN_TOPIC, ApplicationDesk
from connectors.applications.store import RECEIVED
from connectors.outbox import Letter
from connectors.storage.database import Database

TIMEOUT_S = 10
RECEIVER = "receiver"
"""Who acts, in the events of an application."""
DELIVERY, TIMESTAMP, SIGNATURE = "X-Wenfa-Delivery", "X-Wenfa-Timestamp", "X-Wenfa-Signature"


class SignedWebhook:
    """POSTs JSON; signature header `X-Wenfa-Signature: sha256=<hex>` over `<timestamp>.<body>`.

    The receiver drops repeats by `X-Wenfa-Delivery` and answers 2xx; anything else is tried again.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, secret: str) -> None:
        self._session = session
        self._url = url
        self._secret = secret.encode()

    async def deliver(self, letter: Letter) -> None:
        await self.post(letter.dedupe_key, {"topic": letter.topic, **letter.payload})

    async def post(self, delivery: str, record: dict[str, Any]) -> bytes:
        """What the receiver answers; raises aiohttp.ClientError, TimeoutError."""
        body = msgspec.json.encode(record)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        headers = signed_headers(self._secret, delivery, body)
        async with self._session.post(self._url, data=body, headers=headers, timeout=timeout) as response:
            response.raise_for_status()
            return await response.read()


class Acknowledgement(msgspec.Struct, frozen=True):
    """The receiver has an application under this number of its own."""

    receipt: str


class ApplicationReceiver:
    """Hands applications over, and keeps the receiver's number once it has acknowledged one."""

    def __init__(self, webhook: SignedWebhook, database: Database, desk: ApplicationDesk) -> None:
        self._webhook = webhook
        self._database = database
        self._desk = desk

    async def deliver(self, letter: Letter) -> None:
        """Raises msgspec.DecodeError where the answer is no acknowledgement, so that it is tried again."""
        answer = await self._webhook.post(letter.dedupe_key, {"topic": letter.topic, **letter.payload})
        if letter.topic != HANDED_IN_TOPIC:
            return
        receipt = msgspec.json.decode(answer, type=Acknowledgement).receipt[:64]
        number, delivery = letter.payload["number"], f"acknowledged:{letter.dedupe_key}"
        try:
            async with self._database.transaction() as tx:
                if not await self._desk.store.knows_delivery(tx, delivery):
                    more = {"receipt": receipt, "delivery": delivery}
                    await self._desk.standing(tx, number, RECEIVED, RECEIVER, time.time(), **more)
        except IntegrityError:  # another process has recorded the same
            return


def signed_headers(secret: bytes, delivery: str, body: bytes) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {
        "Content-Type": "application/json",
        DELIVERY: delivery,
        TIMESTAMP: timestamp,
        SIGNATURE: f"sha256={signature(secret, timestamp, body)}",
    }


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 hex over `timestamp.body`."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
