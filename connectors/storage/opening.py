"""Opens database and keys together: neither is of use without the other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.keyring import KeyRing, open_keyring
from connectors.settings import Settings
from connectors.storage.database import Database
from connectors.storage.schema import messages


async def open_storage(settings: Settings) -> tuple[Database, KeyRing]:
    """The database and the keys that open what it holds; raises SettingError where they do not belong together."""
    database = await Database.open(settings.database_url)
    try:
        async with database.transaction() as tx:
            sealed = await _any_sealed(tx)
        return database, open_keyring(settings.keys, settings.home, sealed)
    except BaseException:
        await database.close()
        raise


async def _any_sealed(tx: AsyncConnection) -> bytes | None:
    """The newest sealed words, or None in an empty database."""
    query = select(messages.c.words_sealed).order_by(messages.c.id.desc()).limit(1)
    found = (await tx.execute(query)).scalar_one_or_none()
    return bytes(found) if found is not None else None
