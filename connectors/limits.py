"""Limits (限流): how often one client and one conversation may ask, so that nobody takes the service from the rest."""

from __future__ import annotations

import math
import time

from aiohttp import web
from pyrate_limiter import Duration, Rate, RateItem
from pyrate_limiter.buckets.in_memory_bucket import InMemoryBucket

from connectors.errors import TooMany

TURNS_OF_CONVERSATION = 30
"""Turns a minute: nobody types faster."""
READS_PER_TURN = 4
"""A client may look at histories so many times as often as it may speak."""
SIGN_INS = 60
"""Attempts a minute from one address: a whole office comes in at nine, and nobody tries a list of passwords."""
_MOST_KEPT = 10_000


class Limits:
    """What has been asked within the last minute, kept in this process."""

    def __init__(self, turns_of_client: int) -> None:
        self._clients = Windows(turns_of_client)
        self._reads = Windows(turns_of_client * READS_PER_TURN)
        self._conversations = Windows(TURNS_OF_CONVERSATION)
        self._sign_ins = Windows(SIGN_INS)

    def turn(self, client: str, conversation: str) -> None:
        """Counts one turn; raises TooMany with the seconds to wait."""
        self._clients.count(client)
        self._conversations.count(conversation)

    def sign_in(self, client: str) -> None:
        """Counts one attempt to sign in at the desk; raises TooMany."""
        self._sign_ins.count(client)

    def read(self, client: str) -> None:
        """Counts one look at a history; raises TooMany."""
        self._reads.count(client)


class Windows:
    """One sliding window of a minute for each key; empty ones are forgotten."""

    def __init__(self, limit: int) -> None:
        self._rate = Rate(limit, Duration.MINUTE)
        self._buckets: dict[str, InMemoryBucket] = {}

    def count(self, key: str) -> None:
        """Raises TooMany where the window is full."""
        item = RateItem(key, time.monotonic_ns() // 1_000_000)
        if key not in self._buckets and len(self._buckets) >= _MOST_KEPT:
            self._forget(item.timestamp)
        bucket = self._buckets.setdefault(key, InMemoryBucket([self._rate]))
        bucket.leak(item.timestamp)
        if not bucket.put(item):
            oldest = bucket.items[-self._rate.limit].timestamp
            raise TooMany(max(1, math.ceil((oldest + self._rate.interval - item.timestamp) / 1000)))

    def _forget(self, now: int) -> None:
        for bucket in self._buckets.values():
            bucket.leak(now)
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if bucket.count()}


def client_address(request: web.Request, proxies: int) -> str:
    """The address that asks: the peer, or what the outermost of our own proxies saw."""
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    if proxies and len(forwarded) >= proxies:
        return forwarded[-proxies].strip()
    return request.remote or ""
