"""Papers that citizens add to an application (附件), kept sealed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.applications.store import DRAFT, Application
from connectors.errors import NotAllowed, NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import attachments
from connectors.uploads import Prepared, Unusable

MOST_FILES = 12


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file without its content."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


class Attachments:
    """Keeps files of applications; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def add(self, tx: AsyncConnection, application: Application, file: Prepared, at: float) -> None:
        """Keeps one; the same content twice is one. Raises Unusable beyond MOST_FILES, NotAllowed after handing in."""
        _must_be_draft(application)
        kept = await self.of(tx, application)
        digest = hashlib.sha256(file.content).hexdigest()
        if any(one.sha256 == digest for one in kept):
            return
        if len(kept) >= MOST_FILES:
            raise Unusable(f"最多 {MOST_FILES} 个文件，其余的带到窗口")
        row = {
            "application_id": application.id,
            "name_sealed": self._keys.seal_text(file.name),
            "media_type": file.media_type,
            "size": len(file.content),
            "sha256": digest,
            "content_sealed": self._keys.seal(file.content),
            "at": at,
        }
        await tx.execute(insert(attachments).values(row))

    async def of(self, tx: AsyncConnection, application: Application) -> list[Attachment]:
        """Those of an application, in the order in which they came."""
        c = attachments.c
        query = select(c.id, c.name_sealed, c.media_type, c.size, c.sha256).where(c.application_id == application.id)
        rows = await tx.execute(query.order_by(c.id))
        return [Attachment(r.id, self._keys.unseal_text(r.name_sealed), r.media_type, r.size, r.sha256) for r in rows]

    async def read(self, tx: AsyncConnection, application: Application, attachment_id: int) -> Prepared:
        """One with its content; raises NotFound where the application has no such one."""
        c = attachments.c
        mine = c.id == attachment_id, c.application_id == application.id
        row = (await tx.execute(select(c.name_sealed, c.media_type, c.content_sealed).where(*mine))).one_or_none()
        if row is None:
            raise NotFound("没有这个文件")
        return Prepared(self._keys.unseal_text(row.name_sealed), row.media_type, self._keys.unseal(row.content_sealed))

    async def remove(self, tx: AsyncConnection, application: Application, attachment_id: int) -> None:
        """Takes one out of a draft; raises NotAllowed after handing in."""
        _must_be_draft(application)
        mine = attachments.c.id == attachment_id, attachments.c.application_id == application.id
        await tx.execute(delete(attachments).where(*mine))


def _must_be_draft(application: Application) -> None:
    if application.status != DRAFT:
        raise NotAllowed("这份申请已经提交了，不能再改。要补的材料请带到窗口，或者在对话里说")
