"""Replies that a supervisor reads before they go out: the list, and what is done with each."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.conversations import MOST_CHARACTERS
from connectors.core import Core
from connectors.desk.guards import Handler, with_right
from connectors.desk.pages import page
from connectors.errors import BadRequest, NotAllowed
from connectors.staff.accounts import Member

LIST = "/desk/drafts"
MOST_LISTED = 50
Decide = Callable[[AsyncConnection, int, Member, Any], Awaitable[object]]


class DraftPages:
    """For members who may act on any case."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._database = core.database
        self._desk = core.desk

    def routes(self) -> list[web.RouteDef]:
        draft = "/drafts/{draft:[0-9]{1,12}}"
        return [
            web.get("/drafts", with_right(self._core, "any_case", self.get_drafts)),
            web.post(f"{draft}/send", self._deciding(self._send)),
            web.post(f"{draft}/return", self._deciding(self._return)),
        ]

    async def get_drafts(self, request: web.Request, member: Member) -> web.Response:
        return await self._page(request, member)

    async def _page(self, request: web.Request, member: Member, fault: str = "") -> web.Response:
        async with self._database.transaction() as tx:
            waiting = await self._desk.waiting_drafts(tx, MOST_LISTED)
        shown = {"member": member, "waiting": waiting, "fault": fault, "most": MOST_CHARACTERS}
        return page("drafts.html", request, shown, status=409 if fault else 200)

    def _deciding(self, decide: Decide) -> Handler:
        """Does it and shows what still waits; where it cannot be done, says why."""

        async def deciding(request: web.Request, member: Member) -> web.Response:
            form = await request.post()
            try:
                async with self._database.transaction() as tx:
                    await decide(tx, int(request.match_info["draft"]), member, form)
            except (NotAllowed, BadRequest) as error:
                return await self._page(request, member, str(error))
            raise web.HTTPSeeOther(LIST)

        return with_right(self._core, "any_case", deciding)

    async def _send(self, tx: AsyncConnection, draft: int, member: Member, form: Any) -> None:
        await self._desk.send_draft(tx, draft, member.name, str(form.get("text", "")), time.time())

    async def _return(self, tx: AsyncConnection, draft: int, member: Member, form: Any) -> None:
        await self._desk.return_draft(tx, draft, member.name, str(form.get("note", "")), time.time())
