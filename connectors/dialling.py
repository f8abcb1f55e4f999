"""Public numbers in a text as links that a telephone dials (可拨的号码)."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_NUMBERS = re.compile(
    r"(?<![0-9])(?:110|119|120|122|12348|12345|12338|12355|12333|12315|12309|12368|12356|12366|12328|12331|12378|96110)"
    r"(?![0-9])"
)


def dialled(text: str) -> Markup:
    """The text, safe for a page, its hotlines as `tel:` links."""
    return Markup(_NUMBERS.sub(lambda found: f'<a href="tel:{found[0]}">{found[0]}</a>', str(escape(text))))  # noqa: S704
