"""Files that citizens send (上传的文件): photographs, PDF and recordings, known by their content.

A photograph is drawn anew: what it says of place and telephone is gone, and nothing hides in it.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import BodyPartReader, web


class Unusable(Exception):
    """Why a file is not kept, and what to do instead; the text is for the citizen."""


MOST_BYTES = 10 * 2**20
"""Of one file as it is sent."""
MOST_SIDE = 2400
"""Pixels of the longer side as kept: a page of small print is read."""
MOST_PIXELS = 60_000_000
MOST_NAME = 80
JPEG, PDF, AMR = "image/jpeg", "application/pdf", "audio/amr"
_AMR = b"#!AMR"
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8", b"BM")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|SubmitForm|ImportData)\b")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it is kept."""

    name: str
    media_type: str
    content: bytes


def prepared(name: str, data: bytes) -> Prepared:
    """What is kept of a file that was sent; raises Unusable saying what to do instead."""
    shown = _name(name)
    if not data:
        raise Unusable(f"“{shown}”是空的，请重新选")
    if len(data) > MOST_BYTES:
        raise Unusable(f"“{shown}”太大了，一个最多 {MOST_BYTES // 2**20} MB，请拍小一点或者分开传")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Unusable(
            f"“{shown}”是苹果手机的 HEIC 照片，这里打不开。请截一张图再传，或者在“设置—相机—格式”里选“兼容性最佳”再拍"
        )
    if data[:1024].lstrip()[:5] == b"%PDF-":
        return Prepared(shown, PDF, _checked_pdf(shown, data))
    if data.startswith(_AMR):
        return Prepared(shown, AMR, data)
    if data.startswith(_PICTURES):
        return Prepared(f"{shown.rpartition('.')[0] or shown}.jpg", JPEG, _redrawn(shown, data))
    raise Unusable(f"“{shown}”不是照片也不是 PDF，只收 JPEG、PNG 照片和 PDF")


def _checked_pdf(name: str, data: bytes) -> bytes:
    if b"%%EOF" not in data[-2048:]:
        raise Unusable(f"“{name}”不完整，请重新传")
    if re.search(rb"/Encrypt\b", data):
        raise Unusable(f"“{name}”加了密码，请去掉密码再传")
    if _ACTIVE.search(data):
        raise Unusable(f"“{name}”里有会自己运行的内容，不能收。请打印成新的 PDF，或者拍照再传")
    return data


def _redrawn(name: str, data: bytes) -> bytes:
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP"))
            if opened.width * opened.height > MOST_PIXELS:
                raise Unusable(f"“{name}”的尺寸太大了，请截小一点再传")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(f"“{name}”打不开，可能坏了，请重新拍") from error
    upright.thumbnail((MOST_SIDE, MOST_SIDE))
    drawn = io.BytesIO()
    upright.save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


def _name(name: str) -> str:
    """The last part of a name, without what a path or a page could misread."""
    plain = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "", name.replace("\\", "/").rpartition("/")[2]).strip()
    return plain[-MOST_NAME:] or "文件"


async def sent_files(request: web.Request, most: int) -> AsyncIterator[tuple[str, bytes]]:
    """Name and content of each of `most` files of a form, none longer than a byte more than is taken."""
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    parts = await request.multipart()
    count = 0
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or not part.filename:
            continue
        count += 1
        if count > most:
            return
        data = bytearray()
        while len(data) <= MOST_BYTES and (chunk := await part.read_chunk(2**16)):
            data += chunk
        await part.release()
        yield part.filename, bytes(data)
