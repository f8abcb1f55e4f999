"""The database: one async engine, transactions, migrations at start."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from connectors.errors import SettingError, StorageUnavailable
from connectors.storage.schema import REVISION

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_S = 10
"""Seconds to wait for another program's lock, or for a connection of the pool."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_MIGRATION_LOCK = 7_020_348
_PROBE = "UPDATE alembic_version SET version_num = version_num"


class Database:
    """Transactions over SQLite (WAL, every commit synced) or PostgreSQL.

    A connection goes back to the pool however its transaction ends. `engine.begin()` of SQLAlchemy 1.4 keeps it when
    BEGIN or COMMIT raises, and SQLite's pool holds one.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @classmethod
    async def open(cls, url: str) -> Database:
        """Connects, brings the schema up to date and writes once; raises SettingError saying why it cannot."""
        database = cls(_sqlite(url) if url.startswith("sqlite") else _postgresql(url))
        try:
            async with database.transaction() as connection:
                await connection.run_sync(_upgrade)
            await database.probe()
        except StorageUnavailable as error:
            await database.close()
            raise SettingError("WENFA_DATABASE_URL", f"数据库用不了（{error.detail}）") from error
        return database

    @property
    def dialect(self) -> str:
        return str(self._engine.dialect.name)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any error.

        Raises StorageUnavailable where the database does not answer, cannot write, or is locked by another program.
        """
        with _unavailable():
            async with self._engine.connect() as connection, connection.begin():
                yield connection

    async def probe(self) -> None:
        """Writes and commits without changing anything; raises StorageUnavailable."""
        async with self.transaction() as connection:
            await connection.exec_driver_sql(_PROBE)

    async def close(self) -> None:
        await self._engine.dispose()


@contextmanager
def _unavailable() -> Iterator[None]:
    """The driver's failures as ours; a broken constraint is the caller's to handle."""
    try:
        yield
    except IntegrityError:
        raise
    except Exception as error:
        if isinstance(error, DBAPIError | PoolTimeout | OSError) or type(error).__module__.startswith("asyncpg"):
            raise StorageUnavailable(_short(error)) from error
        raise


def _short(error: Exception) -> str:
    """What the driver says in one line, without the statement or its values."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0][:160] if said else type(error).__name__


def _postgresql(url: str) -> AsyncEngine:
    """A connection that the server has dropped meanwhile is noticed before it is used."""
    return create_async_engine(url, pool_size=10, max_overflow=10, pool_timeout=WAIT_S, pool_pre_ping=True)


def _sqlite(url: str) -> AsyncEngine:
    """One connection: SQLite has one writer, and a queue in order beats its busy-waiting."""
    path = Path(url.partition(":///")[2])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sqlite3.connect(path).close()  # a driver thread that fails here would outlive the event loop
    except OSError as error:
        raise SettingError("WENFA_HOME", f"建不了文件夹 {path.parent}（{error.strerror}）") from error
    except sqlite3.Error as error:
        raise SettingError("WENFA_DATABASE_URL", f"打不开数据库 {path}（{error}）") from error
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0, pool_timeout=WAIT_S * 2
    )

    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        try:
            cursor = connection.cursor()
            for pragma in (f"busy_timeout={WAIT_S * 1000}", *PRAGMAS):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except BaseException:
            connection.close()  # its thread would keep the process from ending
            raise

    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "begin", begin)
    return engine


def _upgrade(connection: Any) -> None:
    """Alembic to head, in the caller's transaction; PostgreSQL processes that start together take turns."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
    if _revision(connection) == REVISION:
        return

    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Any) -> str | None:
    """The migration a database has; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return str(revision) if revision else None
