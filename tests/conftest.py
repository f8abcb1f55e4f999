"""Shared fixtures: the real library, encoder, index and assistant, built once; databases of each kind."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.answer import Answerer
from bot.assistant import Assistant
from connectors.building import Tools, ensure_dialogue_model, open_answerer, open_tools
from connectors.keyring import KeyRing
from connectors.settings import ROOT, Settings
from connectors.storage.database import Database
from knowledge.library import Library, read_library

MODEL_FIXTURES = {"model_settings", "tools", "answerer", "assistant"}
PROCESS_MODULES = {"test_cli", "test_crash", "test_storage_faults"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make quick` leaves out by what it needs."""
    for item in items:
        module = item.path.stem
        if MODEL_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.model)
        if module == "test_browser":
            item.add_marker(pytest.mark.browser)
        if module in PROCESS_MODULES:
            item.add_marker(pytest.mark.slow)


TODAY = date(2026, 11, 23)
POSTGRES = os.environ.get("WENFA_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432")


@pytest.fixture(scope="session")
def library() -> Library:
    return read_library()


@pytest.fixture(scope="session")
def model_settings() -> Settings:
    """Models are kept where `make serve` keeps them, so that tests after a start train nothing."""
    return Settings.read({"WENFA_HOME": os.environ.get("WENFA_TEST_MODELS", str(ROOT / "var"))})


@pytest.fixture(scope="session")
def tools(model_settings: Settings) -> Tools:
    return open_tools(model_settings)


@pytest.fixture(scope="session")
def answerer(tools: Tools) -> Answerer:
    return open_answerer(tools)


@pytest.fixture(scope="session")
def assistant(model_settings: Settings, tools: Tools, answerer: Answerer) -> Iterator[Assistant]:
    from bot.wording import Wording

    loaded = Assistant.load(ensure_dialogue_model(model_settings, tools), answerer, Wording.read())
    yield loaded
    loaded.close()


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing((Fernet.generate_key().decode(),))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database: SQLite always, PostgreSQL when reachable."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'wenfa.db'}"
        return
    async for url in postgres_database():
        yield url


async def postgres_database() -> AsyncIterator[str]:
    """A PostgreSQL database of its own, dropped afterwards; skips where no server answers."""
    import asyncpg

    name = f"wenfa_test_{secrets.token_hex(6)}"
    server = POSTGRES.replace("+asyncpg", "")
    try:
        connection = await asyncpg.connect(f"{server}/postgres", timeout=3)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        pytest.skip(f"PostgreSQL is not reachable ({type(error).__name__})")
    await connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{POSTGRES}/{name}"
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
