"""What citizens send beside words (发来的材料): pictures, recordings, papers, kept sealed with their conversation.

A channel that hands over only the name of a file says so with `expect` and fetches it afterwards: what is expected is
due until it is kept or given up. Who has the file at once says `keep_new`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import NotFound
from connectors.keyring import KeyRing
from connectors.storage.leases import DUE, is_due, take
from connectors.storage.schema import conversation_files
from connectors.uploads import AMR, Prepared, Unusable

Kind = Literal["image", "voice", "file"]
KIND_NAMES: dict[Kind, str] = {"image": "照片", "voice": "语音", "file": "文件"}
KEPT, LOST = "kept", "lost"
MOST_FILES = 30
"""Of one conversation."""
LEASE_S = 30.0
"""Longer than fetching one may take; should the process end, it is due again then."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file without its content; `fault` says why it was given up."""

    id: int
    conversation_id: str
    kind: Kind
    status: str
    at: float
    name: str
    media_type: str
    fault: str
    source: str
    attempts: int


def kind_of(file: Prepared) -> Kind:
    return "image" if file.media_type.startswith("image/") else "voice" if file.media_type == AMR else "file"


class ConversationFiles:
    """Keeps files of conversations; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def expect(
        self, tx: AsyncConnection, conversation: str, key: str, kind: Kind, source: str, at: float
    ) -> bool:
        """A file that is to be fetched from `source`; whether it is a new one. Raises Unusable beyond MOST_FILES."""
        if await self._known(tx, conversation, key):
            return False
        row = {"status": DUE, "source_sealed": self._keys.seal_text(source), "next_at": at}
        await self._insert(tx, conversation, key, kind, row, at)
        return True

    async def keep_new(
        self, tx: AsyncConnection, conversation: str, key: str, kind: Kind, file: Prepared, at: float
    ) -> bool:
        """A file that is there at once; whether it is a new one. Raises Unusable beyond MOST_FILES."""
        if await self._known(tx, conversation, key):
            return False
        await self._insert(tx, conversation, key, kind, {"status": KEPT, **self._sealed(file)}, at)
        return True

    async def take_due(self, tx: AsyncConnection, at: float, most: int) -> list[SentFile]:
        """What is to be fetched now, leased to this process for LEASE_S."""
        due = _ROWS.where(is_due(conversation_files, at)).order_by(conversation_files.c.id).limit(most)
        rows = (await tx.execute(due)).all()
        return [self._file(row) for row in rows if await take(tx, conversation_files, row, at + LEASE_S)]

    async def keep(self, tx: AsyncConnection, file_id: int, file: Prepared) -> None:
        """What was expected has come."""
        due = conversation_files.c.id == file_id, conversation_files.c.status == DUE
        values = {"status": KEPT, "source_sealed": None, **self._sealed(file)}
        await tx.execute(update(conversation_files).where(*due).values(values))

    async def try_again(self, tx: AsyncConnection, file_id: int, at: float) -> None:
        due = conversation_files.c.id == file_id, conversation_files.c.status == DUE
        await tx.execute(update(conversation_files).where(*due).values(next_at=at))

    async def give_up(self, tx: AsyncConnection, file_id: int, fault: str) -> None:
        """It will not come, or cannot be kept; staff are told why."""
        due = conversation_files.c.id == file_id, conversation_files.c.status == DUE
        await tx.execute(
            update(conversation_files).where(*due).values(status=LOST, source_sealed=None, fault=fault[:200])
        )

    async def of(self, tx: AsyncConnection, conversation: str) -> list[SentFile]:
        """Those of a conversation, in the order in which they came."""
        c = conversation_files.c
        return [
            self._file(row) for row in await tx.execute(_ROWS.where(c.conversation_id == conversation).order_by(c.id))
        ]

    async def read(self, tx: AsyncConnection, conversation: str, file_id: int) -> Prepared:
        """One with its content; raises NotFound where the conversation has no such one."""
        c = conversation_files.c
        mine = c.id == file_id, c.conversation_id == conversation, c.status == KEPT
        row = (await tx.execute(select(c.name_sealed, c.media_type, c.content_sealed).where(*mine))).one_or_none()
        if row is None:
            raise NotFound("没有这个文件")
        return Prepared(self._keys.unseal_text(row.name_sealed), row.media_type, self._keys.unseal(row.content_sealed))

    async def _known(self, tx: AsyncConnection, conversation: str, key: str) -> bool:
        c = conversation_files.c
        query = select(c.id).where(c.conversation_id == conversation, c.message_key == key)
        return (await tx.execute(query)).one_or_none() is not None

    async def _insert(
        self, tx: AsyncConnection, conversation: str, key: str, kind: Kind, values: dict[str, object], at: float
    ) -> None:
        mine = conversation_files.c.conversation_id == conversation
        count = (await tx.execute(select(func.count()).select_from(conversation_files).where(mine))).scalar_one()
        if count >= MOST_FILES:
            raise Unusable(f"已经收了 {MOST_FILES} 个，再多请带到窗口，或者等工作人员说要哪些")
        row = {
            "conversation_id": conversation,
            "message_key": key,
            "kind": kind,
            "attempts": 0,
            "next_at": 0.0,
            "at": at,
        }
        await tx.execute(insert(conversation_files).values(row | values))

    def _sealed(self, file: Prepared) -> dict[str, object]:
        return {
            "name_sealed": self._keys.seal_text(file.name),
            "media_type": file.media_type,
            "sha256": hashlib.sha256(file.content).hexdigest(),
            "content_sealed": self._keys.seal(file.content),
        }

    def _file(self, row: object) -> SentFile:
        r = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001 - SQLAlchemy's documented name
        return SentFile(
            r["id"],
            r["conversation_id"],
            r["kind"],
            r["status"],
            r["at"],
            self._opened(r["name_sealed"]),
            r["media_type"] or "",
            r["fault"] or "",
            self._opened(r["source_sealed"]),
            r["attempts"],
        )

    def _opened(self, sealed: bytes | None) -> str:
        return self._keys.unseal_text(sealed) if sealed else ""


_ROWS = select(*(column for column in conversation_files.c if column.name != "content_sealed"))
