"""Replies that a supervisor reads before they go out (待审回复), for members who are not lawyers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import CLAIMED, Case, find_case, record
from connectors.errors import NotAllowed, NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import cases, drafts

AWAITS, SENT, RETURNED = "waiting", "sent", "returned"


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that somebody wrote; the note says why a supervisor gave it back."""

    id: int
    author: str
    words: str
    status: str
    note: str
    at: float


class Drafts:
    """Keeps them sealed; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def write(self, tx: AsyncConnection, case: Case, author: str, words: str, at: float) -> None:
        """Waits from now on for a supervisor."""
        sealed = self._keys.seal_text(words)
        values = {"case_id": case.id, "author": author, "words_sealed": sealed, "status": AWAITS, "at": at}
        await tx.execute(insert(drafts).values(values))
        await record(tx, case.id, "drafted", author, at)

    async def unsent(self, tx: AsyncConnection, case: Case) -> list[Draft]:
        """What was written in a case and has not gone out, the oldest first."""
        query = select(drafts).where(drafts.c.case_id == case.id, drafts.c.status != SENT).order_by(drafts.c.id)
        return [self._draft(row) for row in await tx.execute(query)]

    async def waiting(self, tx: AsyncConnection, most: int) -> list[tuple[Case, Draft]]:
        """What can still go out, with its case, the oldest first: its author has the case."""
        query = select(drafts, cases.c.number).join(cases).where(*_WAITING).order_by(drafts.c.id).limit(most)
        rows = (await tx.execute(query)).all()
        return [(await find_case(tx, row.number), self._draft(row)) for row in rows]

    async def decide(
        self, tx: AsyncConnection, draft_id: int, status: str, actor: str, at: float, note: str = ""
    ) -> tuple[Case, Draft]:
        """SENT or RETURNED from now on, once; raises NotFound, and NotAllowed where its author has lost the case."""
        query = select(drafts, cases.c.number).join(cases).where(drafts.c.id == draft_id)
        row = (await tx.execute(query)).one_or_none()
        if row is None:
            raise NotFound("没有这条待审的回复")
        values = {"status": status, "decided_by": actor, "decided_at": at}
        values["note_sealed"] = self._keys.seal_text(note) if note else None
        open_still = drafts.c.id == draft_id, exists().where(*_WAITING)
        if (await tx.execute(update(drafts).where(*open_still).values(values))).rowcount != 1:
            raise NotAllowed("这条回复已经有人处理过，或者案件已经不在写的人手上，没有发出")
        case = await find_case(tx, row.number)
        await record(tx, case.id, "draft_sent" if status == SENT else "draft_returned", actor, at)
        return case, self._draft(row)

    def _draft(self, row: Any) -> Draft:
        note = self._keys.unseal_text(row.note_sealed) if row.note_sealed else ""
        return Draft(row.id, row.author, self._keys.unseal_text(row.words_sealed), row.status, note, row.at)


_WAITING = (
    drafts.c.case_id == cases.c.id,
    drafts.c.status == AWAITS,
    cases.c.status == CLAIMED,
    cases.c.claimed_by == drafts.c.author,
)


async def count_waiting(tx: AsyncConnection, case: Case) -> int:
    """How many replies in a case can still go out."""
    query = select(func.count()).select_from(drafts.join(cases)).where(*_WAITING, cases.c.id == case.id)
    return int((await tx.execute(query)).scalar_one())
