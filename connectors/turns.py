"""One turn from acceptance to commit.

The turn is recorded before it is answered. Conversation state, reply, what follows it (a case, an outbox entry) and
"turn done" are committed in one transaction, so a crash at any point leaves either an accepted turn, which runs again
at start, or a finished one, which is answered from memory. What follows a reply is handed in; nothing here knows of
cases.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Protocol

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.assistant import Details, Question, Result
from bot.outcomes import GIVEN_UP, Handoff, Reply
from bot.suggestions import Suggestions
from bot.wording import Wording
from connectors.conversations import PERSON, ConversationState, ConversationStore, StoredTurn, Turn
from connectors.errors import Busy, TooSlow
from connectors.keyring import KeyRing
from connectors.metrics import TURN_SECONDS, TURNS, TURNS_FAILED, TURNS_GIVEN_UP
from connectors.storage.database import Database
from knowledge.clock import local_day
from nlu.danger import DangerKind

MOST_AT_ONCE = 200
MOST_ATTEMPTS = 3
"""After so many failures a turn is closed with an apology and a case."""
ANSWER_S = 20.0
"""Seconds that the assistant has for one turn."""
OVERTAKEN_S = 20.0
"""Seconds for which a turn is answered anew because turns of another process came between."""

log = logging.getLogger(__name__)


class Replies(Protocol):
    """The assistant, or what stands in for it."""

    async def reply(self, question: Question, state: bytes | None) -> Result: ...

    async def danger(self, text: str) -> DangerKind | None: ...

    async def suggest(self, text: str, today: date) -> Suggestions: ...

    async def answer_of(self, entry_id: str, text: str, today: date) -> Reply | None: ...

    async def details_of(self, entry_id: str, today: date) -> Details: ...

    def close(self) -> None: ...


class FollowUp(Protocol):
    """What a reply brings about outside the conversation."""

    async def follow(self, tx: AsyncConnection, turn: Turn, reply: Reply, holder: str, at: float) -> Reply:
        """The reply as it is said, what it brings about done in the turn's transaction; `holder` spoke until now."""


class TurnService:
    """Accepts and finishes turns; turns of one conversation run one after another."""

    def __init__(self, database: Database, keys: KeyRing, wording: Wording, follow_up: FollowUp) -> None:
        self._database = database
        self._store = ConversationStore(keys)
        self._wording = wording
        self._follow_up = follow_up
        self._locks = KeyedLocks()
        self._running = 0

    async def handle(self, turn: Turn, assistant: Replies) -> Reply:
        """The reply to a turn; a message id seen before gives the reply it had. Raises Busy under overload."""
        if self._running >= MOST_AT_ONCE:
            raise Busy("现在咨询的人很多，请过几秒再试")
        self._running += 1
        try:
            stored = await self._accept(turn)
            return stored.reply or await self._finish(stored, assistant)
        finally:
            self._running -= 1

    async def accept(self, turn: Turn) -> None:
        """Keeps a turn that cannot be answered now; asked for again, or at the next start, it is answered."""
        await self._accept(turn)

    async def recover(self, assistant: Replies) -> int:
        """Runs every turn that was accepted and not done, oldest first; returns how many.

        A start counts as an attempt, so that a turn which ends the process cannot do so for ever.
        """
        async with self._database.transaction() as tx:
            unfinished = await self._store.unfinished(tx)
        for row_id in unfinished:
            try:
                async with self._database.transaction() as tx:
                    await self._store.count_attempt(tx, row_id)
                    stored = await self._store.turn(tx, row_id)
                await self._finish(stored, assistant)
            except Exception:
                log.exception("turn %d could not be finished at start", row_id)
        return len(unfinished)

    async def _accept(self, turn: Turn) -> StoredTurn:
        try:
            async with self._database.transaction() as tx:
                return await self._store.accept(tx, turn)
        except IntegrityError:  # the same message, or the conversation's first, came in twice at once
            async with self._database.transaction() as tx:
                return await self._store.accept(tx, turn)

    async def _finish(self, stored: StoredTurn, assistant: Replies) -> Reply:
        turn = stored.turn
        until = time.monotonic() + OVERTAKEN_S
        async with self._locks.of(turn.conversation_id):
            while time.monotonic() < until:
                async with self._database.transaction() as tx:
                    known = await self._store.turn(tx, stored.id)
                    before = await self._store.state_of_turn(tx, known)
                if known.reply:
                    return known.reply
                reply = await self._answer_and_commit(known, before, assistant)
                if reply:
                    return reply
                await asyncio.sleep(random.uniform(0.0, 0.05))
        raise Busy("这段对话正在处理另一句话，请稍后再试")

    async def _answer_and_commit(
        self, stored: StoredTurn, before: ConversationState, assistant: Replies
    ) -> Reply | None:
        """The reply once it is committed; None where the turn has to be answered again."""
        result = await self._result(stored, before, assistant)
        if result is None:
            return None
        at = time.time()
        try:
            async with self._database.transaction() as tx:
                reply = await self._follow_up.follow(tx, stored.turn, result.reply, before.holder, at)
                if not await self._store.finish(tx, stored, reply, before, result.state, at):
                    raise _Overtaken
        except _Overtaken:
            return None
        TURNS.labels(reply.outcome).inc()
        TURN_SECONDS.observe(max(0.0, at - stored.turn.received_at))
        return reply

    async def _result(self, stored: StoredTurn, before: ConversationState, assistant: Replies) -> Result | None:
        """What to say; None where the assistant failed and has another attempt.

        While a person holds the conversation the assistant is not asked; danger is heard all the same.
        """
        turn = stored.turn
        if before.holder == PERSON:
            kind = await assistant.danger(turn.text)
            reply = (
                Reply("crisis", self._wording.danger(kind, turn.text), danger=kind) if kind else Reply("handoff", "")
            )
            return Result(reply, before.state or b"")
        if stored.attempts >= MOST_ATTEMPTS:
            TURNS_GIVEN_UP.inc()
            log.error("turn %d is given up and goes to a person", stored.id)
            return Result(Reply("handoff", "", handoff=Handoff(GIVEN_UP)), before.state or b"")
        question = Question(turn.conversation_id, turn.text, local_day(turn.received_at), turn.on)
        try:
            return await asyncio.wait_for(assistant.reply(question, before.state), ANSWER_S)
        except Exception as error:
            TURNS_FAILED.inc()
            log.exception("turn %d could not be answered", stored.id)
            async with self._database.transaction() as tx:
                await self._store.count_attempt(tx, stored.id)
            if isinstance(error, TimeoutError):
                raise TooSlow from error
            return None


class _Overtaken(Exception):
    """Another turn of the conversation was committed meanwhile; nothing of this one may be kept."""


class KeyedLocks:
    """One asyncio lock a key, forgotten when nobody waits for it."""

    def __init__(self) -> None:
        self._locks: dict[str, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, key: str) -> AsyncIterator[None]:
        lock, users = self._locks.get(key, (asyncio.Lock(), 0))
        self._locks[key] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._locks[key]
            if users == 1:
                del self._locks[key]
            else:
                self._locks[key] = (lock, users - 1)
