"""What people say appears on open pages by itself (实时推送): server-sent events behind one look at the database.

Another process may have written it, a command line too, on SQLite as on PostgreSQL; so the database is looked at, once
for all open pages, and only while there are any.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from connectors.errors import Busy, StorageUnavailable
from connectors.storage.database import Database
from connectors.storage.schema import messages

LOOK_S = 0.4
LATEST = 200
MOST_OPEN = 1000
"""Pages that listen at once; further ones are asked to come back."""


class Live:
    """Wakes the listeners of a conversation when somebody but its citizen and the bot has spoken in it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, set[asyncio.Event]] = {}
        self._anybody = asyncio.Event()
        self.closing = asyncio.Event()

    @contextlib.contextmanager
    def listening(self, conversation_id: str) -> Iterator[asyncio.Event]:
        """An event that is set at news of this conversation; raises Busy."""
        if sum(map(len, self._listeners.values())) >= MOST_OPEN:
            raise Busy("现在打开的页面太多，请稍后刷新")
        news = asyncio.Event()
        self._listeners.setdefault(conversation_id, set()).add(news)
        self._anybody.set()
        try:
            yield news
        finally:
            self._listeners[conversation_id].discard(news)
            if not self._listeners[conversation_id]:
                del self._listeners[conversation_id]
            if not self._listeners:
                self._anybody.clear()

    def close(self) -> None:
        """Ends every stream; pages come back by themselves."""
        self.closing.set()
        self._wake(self._listeners)

    async def run(self) -> None:
        """Looks for news until cancelled."""
        known: set[int] = set()
        while True:
            await self._anybody.wait()
            with contextlib.suppress(StorageUnavailable):  # health tells of it
                latest = await self._latest()
                self._wake({conversation for row_id, conversation in latest.items() if row_id not in known})
                known = set(latest)
            await asyncio.sleep(LOOK_S)

    async def _latest(self) -> dict[int, str]:
        """The last words of persons and the system: message id to conversation.

        Not "after the newest known": of two transactions the one with the lower id may be committed last.
        """
        columns = messages.c.id, messages.c.conversation_id
        query = select(*columns).where(messages.c.turn_id.is_(None)).order_by(messages.c.id.desc()).limit(LATEST)
        async with self._database.transaction() as tx:
            return {row.id: row.conversation_id for row in await tx.execute(query)}

    def _wake(self, spoken: Iterable[str]) -> None:
        for conversation_id in spoken:
            for news in self._listeners.get(conversation_id, ()):
                news.set()
