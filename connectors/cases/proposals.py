"""What advisers made of suggested answers (改写建议): kept for the editor of guidance."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import Case
from connectors.errors import NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import proposals
from nlu.mask import mask

_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion of an entry, and what was sent in its stead."""

    id: int
    entry: str
    author: str
    suggested: str
    words: str
    at: float

    def changes(self) -> list[str]:
        """Sentence by sentence: `- ` was left out, `+ ` came in; numbers of people are masked."""
        before, after = _sentences(self.suggested), _sentences(self.words)
        return [line for line in difflib.ndiff(before, after) if line[0] in "-+"]


class Proposals:
    """Keeps them sealed; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def keep(
        self, tx: AsyncConnection, case: Case, entry: str, author: str, suggested: str, words: str, at: float
    ) -> None:
        """Keeps what was made of a suggestion; one that was sent whole, with words around it, says nothing new."""
        if _plain(suggested) in _plain(words):
            return
        values = {"case_id": case.id, "entry": entry, "author": author, "at": at}
        values |= {"suggested_sealed": self._keys.seal_text(suggested)}
        values |= {"words_sealed": self._keys.seal_text(words)}
        await tx.execute(insert(proposals).values(values))

    async def open(self, tx: AsyncConnection, most: int) -> list[Proposal]:
        """Those that no editor has read, the oldest first."""
        read = self._keys.unseal_text
        query = select(proposals).where(proposals.c.done_at.is_(None)).order_by(proposals.c.id).limit(most)
        return [
            Proposal(row.id, row.entry, row.author, read(row.suggested_sealed), read(row.words_sealed), row.at)
            for row in await tx.execute(query)
        ]

    async def done(self, tx: AsyncConnection, proposal_id: int, at: float) -> None:
        """An editor has read it; raises NotFound where it does not wait."""
        mine = proposals.c.id == proposal_id, proposals.c.done_at.is_(None)
        if (await tx.execute(update(proposals).where(*mine).values(done_at=at))).rowcount != 1:
            raise NotFound(f"没有编号为 {proposal_id} 的待看改写")


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.findall(mask(text)) if sentence.strip()]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)
