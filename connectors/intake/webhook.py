"""The case webhook: tells a bureau's own system of every new case, signed."""

from __future__ import annotations

import hashlib
import hmac
import time

import aiohttp
import msgspec

from connectors.outbox import Letter

TIMEOUT_S = 10


class CaseWebhook:
    """POSTs JSON; signature header `X-Wenfa-Signature: sha256=<hex>` over `<timestamp>.<body>`.

    The receiver drops repeats by `X-Wenfa-Delivery` and answers 2xx; anything else is tried again.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, secret: str) -> None:
        self._session = session
        self._url = url
        self._secret = secret.encode()

    async def deliver(self, letter: Letter) -> None:
        body = msgspec.json.encode({"topic": letter.topic, **letter.payload})
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Wenfa-Delivery": letter.dedupe_key,
            "X-Wenfa-Timestamp": timestamp,
            "X-Wenfa-Signature": f"sha256={signature(self._secret, timestamp, body)}",
        }
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with self._session.post(self._url, data=body, headers=headers, timeout=timeout) as response:
            response.raise_for_status()


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 hex over `timestamp.body`."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
