"""`/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import asyncio
import ipaddress
import time

import msgspec
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from connectors.core import Core
from connectors.errors import StorageUnavailable

HEALTH_S = 2.0
"""Health is looked at once in so many seconds, however often it is asked for."""


def add_to(app: web.Application, core: Core) -> None:
    """Adds the three addresses to the root application."""
    operations = Operations(core)
    app.add_routes(
        [
            web.get("/healthz", operations.health),
            web.get("/readyz", operations.ready),
            web.get("/metrics", operations.metrics),
        ]
    )


class Operations:
    """Health, readiness, metrics."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lock = asyncio.Lock()
        self._health = (0.0, True)

    async def health(self, _: web.Request) -> web.Response:
        """200 while the database can be written and the start has not failed; otherwise 503."""
        well = await self._storage_is_well() and not self._core.readiness.failed
        return _json({"status": "ok" if well else "failed"}, 200 if well else 503)

    async def ready(self, _: web.Request) -> web.Response:
        ready = self._core.readiness.assistant is not None
        return _json({"ready": ready, "step": self._core.readiness.step}, 200 if ready else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """For this machine alone: what comes through a proxy, or from elsewhere, finds nothing here."""
        peer = ipaddress.ip_address(request.remote or "::")
        if not peer.is_loopback or "X-Forwarded-For" in request.headers:
            raise web.HTTPNotFound
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _storage_is_well(self) -> bool:
        async with self._lock:
            looked_at, well = self._health
            if time.monotonic() - looked_at > HEALTH_S:
                try:
                    await asyncio.wait_for(self._core.database.probe(), HEALTH_S)
                    well = True
                except (StorageUnavailable, TimeoutError):
                    well = False
                self._health = (time.monotonic(), well)
            return well


def _json(record: dict[str, object], status: int) -> web.Response:
    return web.Response(body=msgspec.json.encode(record), status=status, content_type="application/json")
