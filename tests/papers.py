"""Files as citizens send them."""

from __future__ import annotations

import io

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
AMR = b"#!AMR\n" + bytes(60)


def photograph(kind: str = "JPEG", size: tuple[int, int] = (3000, 1500)) -> bytes:
    """A photograph that says where it was taken."""
    drawn, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "小榄镇某村"
    Image.new("RGB", size, (200, 30, 30)).save(drawn, kind, exif=exif)
    return drawn.getvalue()
