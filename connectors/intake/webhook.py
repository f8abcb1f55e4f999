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
from connectors.receivers import Receivers, value_at
from connectors.storage.database import Database

TIMEOUT_S = 10
DELIVERY, TIMESTAMP, SIGNATURE = "X-Wenfa-Delivery", "X-Wenfa-Timestamp", "X-Wenfa-Signature"


class NotAcknowledged(Exception):
    """What the receiver answered holds no number of its own, where its file says that one stands."""


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


class HandingOver:
    """Hands applications to the receiving system of each, and keeps its number once it has acknowledged one."""

    def __init__(
        self, session: aiohttp.ClientSession, receivers: Receivers, database: Database, desk: ApplicationDesk
    ) -> None:
        self._webhooks = {
            one.id: (one, SignedWebhook(session, one.url, receivers.secret_of(one).decode())) for one in receivers
        }
        self._database = database
        self._desk = desk

    async def deliver(self, letter: Letter) -> None:
        """Raises what makes the letter be tried again: nobody of that name any more, no acknowledgement."""
        receiver, webhook = self._webhooks[letter.payload["receiver"]]
        record = {"topic": letter.topic, **letter.payload["record"]}
        answer = await webhook.post(letter.dedupe_key, receiver.told(record))
        if letter.topic != HANDED_IN_TOPIC:
            return
        receipt = value_at(msgspec.json.decode(answer), receiver.receipt)
        if not isinstance(receipt, str | int) or isinstance(receipt, bool) or not str(receipt).strip():
            raise NotAcknowledged(receiver.receipt)
        number, delivery = record["number"], f"acknowledged:{letter.dedupe_key}"
        try:
            async with self._database.transaction() as tx:
                if not await self._desk.store.knows_delivery(tx, delivery):
                    more = {"receipt": str(receipt).strip()[:64], "delivery": delivery}
                    await self._desk.standing(tx, number, RECEIVED, receiver.name, time.time(), **more)
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
