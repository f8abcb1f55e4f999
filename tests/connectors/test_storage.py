"""The schema in code, the migrations and what a start finds agree."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from bot.outcomes import Reply
from connectors.conversations import ConversationStore
from connectors.keyring import KeyRing
from connectors.storage.database import MIGRATIONS, Database
from connectors.storage.schema import REVISION, conversations, metadata
from connectors.stored_reply import pack, unpack


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


async def test_what_was_said_before_messages_had_authors_is_kept_in_order(database_url: str, keys: KeyRing) -> None:
    """Two turns with their replies, stored without a format, and one that was still being answered."""
    reply = keys.seal(msgspec.json.encode(Reply("answer", "答")))
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.run_sync(_drop_everything)
        await connection.run_sync(_upgrade_to, "0003")
        await connection.exec_driver_sql("INSERT INTO conversations VALUES ('c', 'web', 'bot', 2, NULL, 1.0, 1.0)")
        for i, answer in enumerate((reply, reply, None)):
            values: tuple[Any, ...] = ("c", f"m{i}", "done" if answer else "accepted", keys.seal_text(f"问{i}"), answer)
            marks = "?,?,?,?,?,?" if database_url.startswith("sqlite") else "%s,%s,%s,%s,%s,%s"
            columns = "conversation_id, message_id, status, text_sealed, reply_sealed, received_at"
            await connection.exec_driver_sql(f"INSERT INTO turns ({columns}) VALUES ({marks})", (*values, float(i)))  # noqa: S608
    await engine.dispose()
    database = await Database.open(database_url)
    store = ConversationStore(keys)
    async with database.transaction() as tx:
        said = await store.messages_of(tx, "c")
        turns = await store.turns_of(tx, "c")
        unfinished = await store.unfinished(tx)
    await database.close()
    assert [(m.author, m.text, m.message_id) for m in said] == [
        ("citizen", "问0", "m0"),
        ("bot", "答", "m0"),
        ("citizen", "问1", "m1"),
        ("bot", "答", "m1"),
        ("citizen", "问2", "m2"),
    ]
    assert [(turn.turn.text, turn.reply.text if turn.reply else None) for turn in turns] == [
        ("问0", "答"),
        ("问1", "答"),
        ("问2", None),
    ]
    assert unfinished == [turns[2].id]


def _drop_everything(connection: Any) -> None:
    everything = MetaData()
    everything.reflect(connection)
    everything.drop_all(connection)


def _upgrade_to(connection: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def test_stored_reply_of_a_later_format_is_not_misread() -> None:
    assert unpack(pack(Reply("answer", "答"))) == Reply("answer", "答")
    with pytest.raises(msgspec.DecodeError, match="format 2"):
        unpack(b'{"format": 2, "reply": {}}')
