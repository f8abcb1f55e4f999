"""What is sealed is sealed anew with the newest key (密钥轮换), so that older keys can be taken out of the ring.

In small transactions beside a running service: a value that was written meanwhile is left as it is.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Column, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.calls.orders import WorkOrder
from connectors.cases.contacts import Contact
from connectors.keyring import KeyRing
from connectors.storage.database import Database
from connectors.storage.schema import calls, cases, metadata

BATCH = 200
"""Rows of one transaction."""
SEALED = "_sealed"


async def reseal(database: Database, keys: KeyRing) -> int:
    """Seals whatever an older key has sealed, and makes the indexes of telephones anew; how many values that were.

    Raises Unreadable at the first value that no key of the ring opens.
    """
    done = 0
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith(SEALED):
                done += await _reseal_column(database, keys, table, column)
    return done


async def _reseal_column(database: Database, keys: KeyRing, table: Table, column: Column[Any]) -> int:
    """Row by row in the order of the primary key."""
    (key,), done, after = table.primary_key.columns, 0, None
    while True:
        query = select(table).where(column.is_not(None)).order_by(key).limit(BATCH)
        async with database.transaction() as tx:
            rows = (await tx.execute(query.where(key > after) if after is not None else query)).all()
            for row in rows:
                done += await _reseal_value(tx, keys, table, column, row)
        if len(rows) < BATCH:
            return done
        after = rows[-1]._mapping[key]  # noqa: SLF001 - SQLAlchemy's documented name


async def _reseal_value(tx: AsyncConnection, keys: KeyRing, table: Table, column: Column[Any], row: Any) -> int:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
    before = bytes(values[column])
    if keys.is_newest(before):
        return 0
    (key,) = table.primary_key.columns
    anew = {column.name: keys.reseal(before)} | _index(keys, column, before)
    unchanged = key == values[key], column == values[column]
    return int((await tx.execute(update(table).where(*unchanged).values(anew))).rowcount)


def _index(keys: KeyRing, column: Column[Any], sealed: bytes) -> dict[str, str]:
    """The index by which the row is found again, where this column holds its telephone."""
    if column is cases.c.contact_sealed:
        return {"phone_index": keys.index(msgspec.json.decode(keys.unseal(sealed), type=Contact).digits)}
    if column is calls.c.order_sealed:
        phone = msgspec.json.decode(keys.unseal(sealed), type=WorkOrder).phone
        return {"phone_index": keys.index(Contact.of(phone, "").digits)} if phone else {}
    return {}
