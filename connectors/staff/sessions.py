"""Sessions of staff (登录会话) for aiohttp-session, in our database: the cookie holds a random token, we its hash."""

from __future__ import annotations

import hashlib
import secrets
import time

from aiohttp import web
from aiohttp_session import AbstractStorage, Session
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.storage.database import Database
from connectors.storage.schema import staff_sessions

COOKIE = "wenfa_desk"
IDLE_S, LONGEST_S = 3600.0, 12 * 3600.0
"""A session ends after so long without a request, and after so long in any case."""
TOUCH_S = 60.0
"""How often a session in use is written."""
MEMBER = "member"


class DatabaseSessions(AbstractStorage):
    """Keeps who is signed in. A session holds one thing, the id of a member under MEMBER."""

    def __init__(self, database: Database, path: str, *, secure: bool) -> None:
        super().__init__(cookie_name=COOKIE, path=path, secure=secure, samesite="Strict")
        self._database = database

    async def load_session(self, request: web.Request) -> Session:
        token = self.load_cookie(request)
        async with self._database.transaction() as tx:
            member = await signed_in(tx, token, time.time()) if token else None
        if member is None:
            return Session(None, data=None, new=True)
        return Session(token, data={"created": int(time.time()), "session": {MEMBER: member}}, new=False)

    async def save_session(self, request: web.Request, response: web.StreamResponse, session: Session) -> None:
        """Signs in under a new token, or out."""
        old = self.load_cookie(request)
        async with self._database.transaction() as tx:
            if old:
                await tx.execute(staff_sessions.delete().where(staff_sessions.c.id == _hash(old)))
            if session.empty:
                self.save_cookie(response, "")
                return
            token, now = secrets.token_urlsafe(32), time.time()
            row = {"id": _hash(token), "staff_id": session[MEMBER], "created_at": now, "seen_at": now}
            await tx.execute(insert(staff_sessions).values(row))
        self.save_cookie(response, token)


async def signed_in(tx: AsyncConnection, token: str, at: float) -> int | None:
    """The id of the member who is signed in under a token; None where nobody is any more."""
    mine = staff_sessions.c.id == _hash(token)
    open_ = staff_sessions.c.seen_at > at - IDLE_S, staff_sessions.c.created_at > at - LONGEST_S
    query = select(staff_sessions.c.staff_id, staff_sessions.c.seen_at).where(mine, *open_)
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    if row.seen_at < at - TOUCH_S:
        await tx.execute(update(staff_sessions).where(mine).values(seen_at=at))
    return int(row.staff_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
