"""What is owed to a follower, and its words for WeChat (该说的话)."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from bot.outcomes import Reply
from connectors.conversations import Turn
from connectors.core import Core
from connectors.wechat import compose
from connectors.wechat.links import Links
from connectors.wechat.store import Delivery


class Words:
    """Finds or makes what is owed; a turn that is being answered is not begun a second time.

    `after_case` is said to who has just been given a case's number.
    """

    def __init__(self, core: Core, after_case: str) -> None:
        self._core = core
        self._after_case = after_case
        self._links = Links(core.keys, core.settings.public_url)
        self._answering: dict[tuple[str, str], asyncio.Task[Reply]] = {}

    def reply(self, turn: Turn) -> asyncio.Task[Reply]:
        """The turn's answer; the requests for one message wait for the same."""
        key = turn.conversation_id, turn.message_id
        if key not in self._answering:
            task = asyncio.create_task(self._core.turns.handle(turn, self._core.readiness.require()))
            self._answering[key] = task
            task.add_done_callback(lambda done: self._answered(key, done))
        return self._answering[key]

    def _answered(self, key: tuple[str, str], done: asyncio.Task[Reply]) -> None:
        self._answering.pop(key, None)
        if not done.cancelled():
            done.exception()  # told where it is awaited, or answered at the next round

    async def of(self, owed: Delivery) -> Reply | str:
        """What is owed; raises NotNow while it cannot be answered."""
        known = await self.known(owed)
        if known is not None:
            return known
        async with self._core.database.transaction() as tx:
            stored = await self._core.store.find_turn(tx, owed.conversation_id, owed.message_key)
        if stored is None:
            return self._core.wording.say("wechat_lost")
        return await asyncio.shield(self.reply(stored.turn))

    async def known(self, owed: Delivery) -> Reply | str | None:
        """What is owed where it is known already."""
        if owed.words is not None:
            return owed.words
        async with self._core.database.transaction() as tx:
            stored = await self._core.store.find_turn(tx, owed.conversation_id, owed.message_key)
        return stored.reply if stored else None

    def short(self, said: Reply | str, most: int) -> str:
        """As one message of at most `most` bytes."""
        if isinstance(said, str):
            return next(iter(compose.split(said, most)), "")
        said = self._whole(said)
        return compose.compose(said, self._core.wording, self._links.to(said), most, self._links.site)

    def messages(self, said: Reply | str) -> list[str]:
        """As many messages as it takes."""
        if isinstance(said, str):
            return list(compose.split(said, compose.MOST_BYTES))
        said = self._whole(said)
        return compose.messages(said, self._core.wording, self._links.to(said), self._links.site)

    def _whole(self, reply: Reply) -> Reply:
        if reply.outcome == "handoff" and reply.case_number:
            return replace(reply, text=reply.text + self._after_case)
        return reply
