"""A page of the desk from its template."""

from __future__ import annotations

from typing import Any

import aiohttp_jinja2
from aiohttp import web


def page(name: str, request: web.Request, shown: dict[str, Any] | None = None, status: int = 200) -> web.Response:
    found: web.Response = aiohttp_jinja2.render_template(name, request, shown or {}, status=status)
    return found
