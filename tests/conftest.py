"""Shared fixtures: the real library, encoder, index and assistant, built once; databases of each kind."""

from __future__ import annotations

import asyncio
import functools
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import argon2
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import delete

from bot.answer import Answerer
from bot.assistant import Assistant
from connectors.building import Tools, ensure_dialogue_model, open_answerer, open_tools
from connectors.keyring import KeyRing
from connectors.settings import ROOT, Settings
from connectors.storage.database import Database
from connectors.storage.schema import metadata
from knowledge.library import Library, read_library

MODEL_FIXTURES = {"model_settings", "tools", "answerer", "assistant"}
PROCESS_MODULES = {"test_cli", "test_crash", "test_storage_faults"}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make quick` leaves out by what it needs; the browser's tests share one service on one worker."""
    for item in items:
        module = item.path.stem
        if MODEL_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.model)
        if module == "test_browser":
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
        if (
            module in PROCESS_MODULES
            or "postgresql" in item.name
            or "postgres_url" in getattr(item, "fixturenames", ())
        ):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


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


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """Passwords are hashed as ever, at a thousandth of the cost."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = functools.partial(argon2.PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr("connectors.staff.accounts.PasswordHasher", cheap)
        yield


@pytest.fixture
def keys() -> KeyRing:
    return KeyRing((Fernet.generate_key().decode(),))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with its tables and nothing in them: SQLite always, PostgreSQL when reachable."""
    if request.param == "sqlite":
        path = tmp_path / "wenfa.db"
        path.write_bytes(request.getfixturevalue("sqlite_tables"))
        return f"sqlite+aiosqlite:///{path}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An SQLite database brought up to date once, to be copied."""
    path = tmp_path_factory.mktemp("tables") / "wenfa.db"
    asyncio.run(_migrate(f"sqlite+aiosqlite:///{path}"))
    return path.read_bytes()


@pytest.fixture
def postgres_url(postgres_database: str) -> str:
    """PostgreSQL, with nobody connected and nothing in its tables."""
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    emptied = (str(delete(table)) for table in reversed(metadata.sorted_tables))
    asyncio.run(_in_postgres(postgres_database, f"SELECT pg_terminate_backend(pid) {others}", ";".join(emptied)))
    return f"{POSTGRES}/{postgres_database}"


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[str]:
    """The name of a PostgreSQL database made for these tests and dropped afterwards; skips where no server answers."""
    import asyncpg

    name = f"wenfa_test_{secrets.token_hex(6)}"
    try:
        asyncio.run(_in_postgres("postgres", f"CREATE DATABASE {name}"))
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        pytest.skip(f"PostgreSQL is not reachable ({type(error).__name__})")
    asyncio.run(_migrate(f"{POSTGRES}/{name}"))
    yield name
    asyncio.run(_in_postgres("postgres", f"DROP DATABASE {name} WITH (FORCE)"))


async def _migrate(url: str) -> None:
    await (await Database.open(url)).close()


async def _in_postgres(database: str, *statements: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(f"{POSTGRES.replace('+asyncpg', '')}/{database}", timeout=3)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
