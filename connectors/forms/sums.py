"""Pages that reckon what the law lets one ask for (算一算): few figures in, an estimate with its articles out.

Nothing is kept, and there is no script.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import web

from connectors.applications.fields import Fault, checked
from connectors.core import Core
from connectors.limits import client_address
from connectors.middleware import MOST_BYTES, page_errors, same_origin
from knowledge.sums import CannotReckon, Reckoned, Sum, read_sums
from knowledge.sums.results import money

_FOLDER = Path(__file__).parent
_ARTICLE = re.compile(r"(.+?)(第.+条.*)")


def build_sums(core: Core) -> web.Application:
    """Mounted at /sums; its errors are pages."""
    app = web.Application(middlewares=[page_errors, same_origin], client_max_size=MOST_BYTES)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True)
    aiohttp_jinja2.get_env(app).globals.update(money=money, cited=cited)
    pages = SumPages(core)
    app.add_routes([web.get("", pages.get_list), web.get("/{sum}", pages.get_sum), web.post("/{sum}", pages.post_sum)])
    return app


class SumPages:
    """The list, and one sum."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def get_list(self, request: web.Request) -> web.StreamResponse:
        return _page("sums.html", request, {"sums": read_sums().values()})

    async def get_sum(self, request: web.Request) -> web.StreamResponse:
        """Filled in with what the address says of its fields, as far as that is one of their answers."""
        one, known = _sum(request), {}
        for field in one.fields:
            with suppress(Fault):
                known[field.id] = checked(field, request.query.get(field.id, ""), {})
        return self._shown(request, one, known, {}, told=any(known.values()))

    async def post_sum(self, request: web.Request) -> web.StreamResponse:
        """The result above the form, which keeps what was typed."""
        self._core.limits.read(client_address(request, self._core.settings.proxies))
        one, typed = _sum(request), {name: str(value) for name, value in (await request.post()).items()}
        values, faults = dict(typed), {}
        for field in one.fields:
            try:
                values[field.id] = checked(field, typed.get(field.id, ""), values)
            except Fault as fault:
                faults[field.id] = str(fault)
        if faults:
            return self._shown(request, one, typed, faults)
        try:
            reckoned = one.reckon(values, self._core.city)
        except CannotReckon as error:
            return self._shown(request, one, typed, {}, fault=str(error))
        return self._shown(request, one, typed, {}, reckoned)

    def _shown(
        self,
        request: web.Request,
        one: Sum,
        values: dict[str, str],
        faults: dict[str, str],
        reckoned: Reckoned | None = None,
        *,
        fault: str = "",
        told: bool = False,
    ) -> web.Response:
        shown = {"one": one, "values": values, "faults": faults, "reckoned": reckoned, "fault": fault, "told": told}
        return _page("sum.html", request, shown, 422 if faults or fault else 200)


def cited(article: str) -> str:
    """An article as the citizen reads it, the law in its marks."""
    found = _ARTICLE.fullmatch(article)
    return f"《{found[1]}》{found[2]}" if found else f"《{article}》"


def _sum(request: web.Request) -> Sum:
    found = read_sums().get(request.match_info["sum"])
    if found is None:
        raise web.HTTPNotFound
    return found


def _page(name: str, request: web.Request, shown: dict[str, Any], status: int = 200) -> web.Response:
    found: web.Response = aiohttp_jinja2.render_template(name, request, shown, status=status)
    found.headers["Cache-Control"] = "no-store"
    found.headers["Referrer-Policy"] = "same-origin"
    return found
