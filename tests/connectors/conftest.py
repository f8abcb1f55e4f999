"""Fixtures of what is seen from outside: a running service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from connectors.app import build_app
from connectors.readiness import Readiness
from connectors.settings import Settings
from connectors.storage.opening import open_storage
from tests.connectors.office import Office
from tests.fakes import EchoAssistant

SOAK_S = 3600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs against the clock, with processes and a browser, is tried again once; the report says so (-ra). A long
    load has its time, and is not tried again: what fails in it is a fault.
    """
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(pytest.mark.timeout(SOAK_S))
        elif Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture
async def office(tmp_path: Path, database_url: str) -> AsyncIterator[Office]:
    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return EchoAssistant()

    settings = Settings.read({"WENFA_HOME": str(tmp_path), "WENFA_DATABASE_URL": database_url})
    async with TestClient(TestServer(await build_app(settings, prepare))) as client:
        while (await client.get("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        database, keys = await open_storage(settings)
        opened = Office(client, database, keys)
        await opened.hire("李律师", "adviser")
        yield opened
        await database.close()
