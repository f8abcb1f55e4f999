"""Papers that citizens add to an application (附件): photographs and PDF, known by their content, kept sealed.

A photograph is drawn anew: what it says of place and telephone is gone, and nothing hides in it.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.applications.fields import Fault
from connectors.applications.store import DRAFT, Application
from connectors.errors import NotAllowed, NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import attachments

MOST_FILES = 12
MOST_BYTES = 10 * 2**20
"""Of one file as it is sent."""
MOST_SIDE = 2400
"""Pixels of the longer side as kept: a page of small print is read."""
MOST_PIXELS = 60_000_000
MOST_NAME = 80
JPEG, PDF = "image/jpeg", "application/pdf"
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8", b"BM")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|SubmitForm|ImportData)\b")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it is kept."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file without its content."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str


def prepared(name: str, data: bytes) -> Prepared:
    """What is kept of a file that was sent; raises Fault saying what to do instead."""
    shown = _name(name)
    if not data:
        raise Fault(f"“{shown}”是空的，请重新选")
    if len(data) > MOST_BYTES:
        raise Fault(f"“{shown}”太大了，一个最多 {MOST_BYTES // 2**20} MB，请拍小一点或者分开传")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Fault(
            f"“{shown}”是苹果手机的 HEIC 照片，这里打不开。请截一张图再传，或者在“设置—相机—格式”里选“兼容性最佳”再拍"
        )
    if data[:1024].lstrip()[:5] == b"%PDF-":
        return Prepared(shown, PDF, _checked_pdf(shown, data))
    if data.startswith(_PICTURES):
        return Prepared(f"{shown.rpartition('.')[0] or shown}.jpg", JPEG, _redrawn(shown, data))
    raise Fault(f"“{shown}”不是照片也不是 PDF，只收 JPEG、PNG 照片和 PDF")


def _checked_pdf(name: str, data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise Fault(f"“{name}”不完整，请重新传")
    if re.search(rb"/Encrypt\b", data):
        raise Fault(f"“{name}”加了密码，请去掉密码再传")
    if _ACTIVE.search(data):
        raise Fault(f"“{name}”里有会自己运行的内容，不能收。请打印成新的 PDF，或者拍照再传")
    return data


def _redrawn(name: str, data: bytes) -> bytes:
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP"))
            if opened.width * opened.height > MOST_PIXELS:
                raise Fault(f"“{name}”的尺寸太大了，请截小一点再传")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Fault:
        raise
    except Exception as error:
        raise Fault(f"“{name}”打不开，可能坏了，请重新拍") from error
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    drawn = io.BytesIO()
    upright.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


def _name(name: str) -> str:
    """The last part of a name, without what a path or a page could misread."""
    plain = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "", name.replace("\\", "/").rpartition("/")[2]).strip()
    return plain[-MOST_NAME:] or "文件"


class Attachments:
    """Keeps files of applications; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def add(self, tx: AsyncConnection, application: Application, file: Prepared, at: float) -> None:
        """Keeps one; the same content twice is one. Raises Fault beyond MOST_FILES, NotAllowed after handing in."""
        _must_be_draft(application)
        kept = await self.of(tx, application)
        digest = hashlib.sha256(file.content).hexdigest()
        if any(one.sha256 == digest for one in kept):
            return
        if len(kept) >= MOST_FILES:
            raise Fault(f"最多 {MOST_FILES} 个文件，其余的带到窗口")
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
