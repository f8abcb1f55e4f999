"""The schema in code, the migrations and what a start finds agree."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from connectors.storage.database import MIGRATIONS, Database
from connectors.storage.schema import REVISION, conversations, metadata


def test_revision_named_in_the_schema_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


async def test_migrations_make_the_schema_of_the_code(database: Database) -> None:
    async with database.transaction() as tx:
        difference = await tx.run_sync(
            lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
        )
    assert difference == []


async def test_opening_again_changes_nothing(database: Database, database_url: str) -> None:
    again = await Database.open(database_url)
    await again.close()


async def test_failed_transaction_leaves_nothing(database: Database) -> None:
    row = {"id": "x" * 24, "channel": "web", "holder": "bot", "version": 0, "created_at": 0.0, "updated_at": 0.0}

    async def fail() -> None:
        async with database.transaction() as tx:
            await tx.execute(conversations.insert().values(**row))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    async with database.transaction() as tx:
        assert (await tx.execute(conversations.select())).all() == []
