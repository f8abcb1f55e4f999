"""What staff write to each other on a case (内部备注); no citizen ever sees it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import Case, record
from connectors.keyring import KeyRing
from connectors.storage.schema import case_notes


@dataclass(frozen=True, slots=True)
class Note:
    """One note, with who wrote it and when."""

    author: str
    words: str
    at: float


class Notes:
    """Keeps them sealed; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def write(self, tx: AsyncConnection, case: Case, author: str, words: str, at: float) -> None:
        values = {"case_id": case.id, "author": author, "words_sealed": self._keys.seal_text(words), "at": at}
        await tx.execute(insert(case_notes).values(values))
        await record(tx, case.id, "note", author, at)

    async def of_case(self, tx: AsyncConnection, case: Case) -> list[Note]:
        """The oldest first."""
        query = select(case_notes).where(case_notes.c.case_id == case.id).order_by(case_notes.c.id)
        return [Note(row.author, self._keys.unseal_text(row.words_sealed), row.at) for row in await tx.execute(query)]
