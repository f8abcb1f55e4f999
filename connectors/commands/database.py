"""The configured database for one command."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from connectors.keyring import KeyRing


@asynccontextmanager
async def transaction() -> AsyncIterator[tuple[AsyncConnection, KeyRing]]:
    """One transaction, and the keys that open what is sealed; committed at the end of the block."""
    from connectors.settings import Settings
    from connectors.storage.opening import open_storage

    database, keys = await open_storage(Settings.read())
    try:
        async with database.transaction() as tx:
            yield tx, keys
    finally:
        await database.close()
