"""Who may pass at the desk: requests of our own pages, by members who are signed in and have the right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import aiohttp_session
from aiohttp import web

from connectors.core import Core
from connectors.staff.accounts import Member, active_member
from connectors.staff.roles import Right
from connectors.staff.sessions import MEMBER

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Shown = Callable[[web.Request, Member], Awaitable[web.StreamResponse]]
SIGN_IN = "/desk/sign-in"


@web.middleware
async def for_nobody_else(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pages of staff are kept by no browser and no proxy; their own forms say where they come from."""
    response = await handler(request)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"  # under no-referrer a browser's Origin is null
    return response


def with_right(core: Core, right: Right, shown: Shown) -> Handler:
    """The handler for members with the right; others are sent to sign in, or refused."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        session = await aiohttp_session.get_session(request)
        if MEMBER not in session:
            raise web.HTTPSeeOther(SIGN_IN)
        async with core.database.transaction() as tx:
            member = await active_member(tx, session[MEMBER])
        if member is None or not member.may(right):
            raise web.HTTPForbidden
        return await shown(request, member)

    return guarded
