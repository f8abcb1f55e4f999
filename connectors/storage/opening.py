"""Opens database and keys together: neither is of use without the other."""

from __future__ import annotations

from connectors.conversations import any_sealed
from connectors.keyring import KeyRing, open_keyring
from connectors.settings import Settings
from connectors.storage.database import Database


async def open_storage(settings: Settings) -> tuple[Database, KeyRing]:
    """The database and the keys that open what it holds; raises SettingError where they do not belong together."""
    database = await Database.open(settings.database_url)
    try:
        async with database.transaction() as tx:
            sealed = await any_sealed(tx)
        return database, open_keyring(settings.keys, settings.home, sealed)
    except BaseException:
        await database.close()
        raise
