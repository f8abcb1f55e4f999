"""The chat page and its files."""

from __future__ import annotations

from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from connectors.conversations import MOST_CHARACTERS
from connectors.core import Core
from connectors.middleware import MOST_BYTES, page_errors

_FOLDER = Path(__file__).parent
EXAMPLES = (
    "老板拖欠我三个月工资，没签合同，怎么办？",
    "房东不退押金",
    "上下班路上被车撞了算工伤吗",
    "怎么申请法律援助",
)


def build(core: Core) -> web.Application:
    """`/` and `/static/`, the root application; its errors are pages."""
    app = web.Application(middlewares=[page_errors], client_max_size=MOST_BYTES)
    aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(_FOLDER / "templates"), autoescape=True)
    page = {"city": core.city.name, "examples": EXAMPLES, "most_characters": MOST_CHARACTERS}
    page["wechat"] = core.settings.wechat is not None

    async def chat(request: web.Request) -> web.Response:
        response: web.Response = aiohttp_jinja2.render_template("chat.html", request, page)
        return response

    app.router.add_get("/", chat)
    app.router.add_static("/static/", _FOLDER / "static")
    return app
