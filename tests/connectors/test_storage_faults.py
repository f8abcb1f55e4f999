"""A database that fails comes back by itself, says so while it lasts, and loses nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import event, select

from bot.wording import Wording
from connectors.cases.handover import CaseHandover
from connectors.conversations import ConversationStore, Turn
from connectors.errors import SettingError, StorageUnavailable
from connectors.keyring import KeyRing
from connectors.settings import ROOT
from connectors.storage.database import PRAGMAS, Database
from connectors.storage.schema import turns
from connectors.turns import TurnService
from knowledge.library import read_city
from tests.fakes import EchoAssistant


def service_on(database: Database, keys: KeyRing) -> TurnService:
    city = read_city("zhongshan")
    assert city
    return TurnService(database, keys, Wording.read(), CaseHandover(keys, city, Wording.read(), announce=False))


def said(text: str, message_id: str) -> Turn:
    return Turn("web", "c" * 24, message_id, text, time.time())


@contextlib.contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process can grow beyond what the database's log has now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (max(path.stat().st_size, 1), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_full_disk_refuses_turns_and_heals_when_there_is_room(tmp_path: Path, keys: KeyRing) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'wenfa.db'}")
    service, assistant = service_on(database, keys), EchoAssistant()
    await service.handle(said("前", "m0"), assistant)
    with full_disk(tmp_path / "wenfa.db-wal"):
        for i in range(1, 4):
            with pytest.raises(StorageUnavailable):
                await asyncio.wait_for(service.handle(said("中" * 3000, f"m{i}"), assistant), 5)
    assert (await asyncio.wait_for(service.handle(said("后", "m9"), assistant), 5)).text.endswith("后")
    async with database.transaction() as tx:
        texts = [turn.turn.text for turn in await ConversationStore(keys).turns_of(tx, "c" * 24)]
    assert texts[0] == "前"
    assert texts[-1] == "后"
    await database.close()


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "COMMIT"])
async def test_begin_and_commit_that_fail_leave_a_working_database(
    tmp_path: Path, keys: KeyRing, statement: str
) -> None:
    """The connection goes back to the pool, which holds one."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'wenfa.db'}")
    failing = True

    def fail(_: object) -> None:
        if failing:
            raise sqlite3.OperationalError(f"{statement}: disk I/O error")

    name = "begin" if statement.startswith("BEGIN") else "commit"
    event.listen(database._engine.sync_engine, name, fail)
    for _ in range(3):
        with pytest.raises((StorageUnavailable, sqlite3.OperationalError)):
            await asyncio.wait_for(database.probe(), 3)
    failing = False
    await asyncio.wait_for(database.probe(), 3)
    await database.close()


async def test_foreign_write_lock_refuses_turns_and_heals_when_it_is_gone(
    tmp_path: Path, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.storage.database.WAIT_S", 1)
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'wenfa.db'}")
    service, assistant = service_on(database, keys), EchoAssistant()
    with contextlib.closing(sqlite3.connect(tmp_path / "wenfa.db", isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        for i in range(3):
            with pytest.raises(StorageUnavailable):
                await asyncio.wait_for(service.handle(said("中", f"m{i}"), assistant), 10)
        foreign.execute("ROLLBACK")
    assert (await service.handle(said("后", "m9"), assistant)).text == "1：后"
    await database.close()


_CUT_OFF = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[tuple[Database, Callable[[], Awaitable[object]]]]:
    """A PostgreSQL database, and what cuts off every connection to it."""
    import asyncpg

    database = await Database.open(postgres_url)
    other = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    yield database, partial(other.execute, _CUT_OFF)
    await other.close()
    await database.close()


async def test_postgresql_that_drops_its_connections_is_reached_again(
    postgres: tuple[Database, Callable[[], Awaitable[object]]], keys: KeyRing
) -> None:
    """At the second try at the latest: one may be under way while the server goes."""
    database, cut_off = postgres
    service, assistant = service_on(database, keys), EchoAssistant()
    await service.handle(said("前", "m0"), assistant)
    for i in range(1, 4):
        await cut_off()
        try:
            reply = await service.handle(said("后", f"m{i}"), assistant)
        except StorageUnavailable:
            reply = await service.handle(said("后", f"m{i}"), assistant)
        assert reply.text == f"{i + 1}：后"


async def test_transaction_whose_connection_is_cut_off_fails_and_keeps_nothing(
    postgres: tuple[Database, Callable[[], Awaitable[object]]], keys: KeyRing
) -> None:
    database, cut_off = postgres

    async def accept() -> None:
        async with database.transaction() as tx:
            await ConversationStore(keys).accept(tx, said("断", "m1"))
            await cut_off()

    with pytest.raises(StorageUnavailable):
        await accept()
    async with database.transaction() as tx:
        assert (await tx.execute(select(turns.c.id))).all() == []


async def test_database_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="WENFA_HOME"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'file' / 'wenfa.db'}")
    (tmp_path / "wenfa.db").mkdir()
    with pytest.raises(SettingError, match="WENFA_DATABASE_URL"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'wenfa.db'}")
    (tmp_path / "text.db").write_text("no database at all, but some text that is long enough" * 100)
    with pytest.raises(SettingError, match="WENFA_DATABASE_URL"):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'text.db'}")


async def test_postgresql_that_is_down_is_named() -> None:
    with pytest.raises(SettingError, match="WENFA_DATABASE_URL"):
        await Database.open("postgresql+asyncpg://nobody@127.0.0.1:1/none")


async def test_read_only_home_is_refused_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permissions do not bind root, which runs the tests in places; the driver's own switch does."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'wenfa.db'}"
    await (await Database.open(url)).close()
    monkeypatch.setattr("connectors.storage.database.PRAGMAS", (*PRAGMAS, "query_only=ON"))
    with pytest.raises(SettingError, match="readonly"):
        await Database.open(url)


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "connectors.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )


@pytest.mark.parametrize("arguments", [("serve",), ("cases", "list")])
@pytest.mark.parametrize("fault", ["directory", "locked", "file as home", "no server", "lost key"])
def test_command_that_cannot_open_its_database_ends_with_one_line(
    tmp_path: Path, arguments: tuple[str, ...], fault: str
) -> None:
    environment = {"WENFA_HOME": str(tmp_path), "WENFA_PORT": "0"}
    path = tmp_path / "wenfa.db"
    with contextlib.ExitStack() as stack:
        if fault == "directory":
            path.mkdir()
        elif fault == "locked":
            foreign = stack.enter_context(contextlib.closing(sqlite3.connect(path, isolation_level=None)))
            foreign.execute("BEGIN EXCLUSIVE")
        elif fault == "file as home":
            (tmp_path / "home").write_text("")
            environment["WENFA_HOME"] = str(tmp_path / "home")
        elif fault == "no server":
            environment["WENFA_DATABASE_URL"] = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
        else:
            asyncio.run(_one_turn(path))
        done = command(*arguments, **environment)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "WENFA_" in done.stderr


async def _one_turn(path: Path) -> None:
    """A database with something sealed, by a key that is nowhere."""
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    async with database.transaction() as tx:
        await ConversationStore(KeyRing((Fernet.generate_key().decode(),))).accept(tx, said("话", "m1"))
    await database.close()


async def test_conversations_of_an_older_database_are_kept_under_the_hash_of_their_key(
    tmp_path: Path, keys: KeyRing
) -> None:
    """Schema 0001 as it was released, filled with SQL of that day."""
    path = tmp_path / "wenfa.db"
    _database_of_0001(path, keys)
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    from connectors.cases.store import list_cases
    from connectors.conversations import conversation_id

    async with database.transaction() as tx:
        kept = await ConversationStore(keys).turns_of(tx, conversation_id("old-key"))
        cases = await list_cases(tx)
    await database.close()
    assert [turn.turn.text for turn in kept] == ["旧话"]
    assert [case.conversation_id for case in cases] == [conversation_id("old-key")]


def _database_of_0001(path: Path, keys: KeyRing) -> None:
    import sqlalchemy as sa
    from alembic import command as alembic
    from alembic.config import Config

    from connectors.storage.database import MIGRATIONS

    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0001")
        run = connection.exec_driver_sql
        run("INSERT INTO conversations VALUES ('old-key', 'web', 'bot', 1, NULL, 1.0, 1.0)")
        run(
            "INSERT INTO turns (conversation_id, message_id, status, text_sealed, received_at) "
            "VALUES ('old-key', 'm1', 'accepted', ?, 1.0)",
            (keys.seal_text("旧话"),),
        )
        run(
            "INSERT INTO cases (number, conversation_id, status, reason, urgent, opened_at, updated_at) "
            "VALUES ('1', 'old-key', 'waiting', 'asked', 0, 1.0, 1.0)"
        )
    engine.dispose()
