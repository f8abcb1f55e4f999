"""Conversations, what was said in them, and turns; every function takes the caller's transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from sqlalchemy import and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outcomes import Reply
from connectors.errors import NotAllowed
from connectors.keyring import KeyRing
from connectors.storage.schema import conversation_keys, conversations, messages, turns
from connectors.stored_reply import pack, unpack
from nlu.danger import DangerKind

Author = Literal["citizen", "bot", "person", "system"]
CITIZEN: Author = "citizen"
BOT: Author = "bot"
PERSON: Author = "person"
SYSTEM: Author = "system"
ACCEPTED, DONE = "accepted", "done"
MOST_CHARACTERS = 4000
"""What anybody may say at once."""


def conversation_id(key: str) -> str:
    """The id under which a conversation begun with this key is kept. A key opens everything said; none is stored."""
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing a citizen said. `message_id` is the channel's own; seen twice, it is answered from memory."""

    channel: str
    conversation_id: str
    message_id: str
    text: str
    received_at: float
    on: date | None = None


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A turn as kept: its row id, the reply once it is done, and how often answering it has failed."""

    id: int
    turn: Turn
    reply: Reply | None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said: in order of `id` within its conversation.

    `message_id` is the turn's, of citizen and bot; `reply` is there for the bot, `name` for a person.
    """

    id: int
    conversation_id: str
    author: Author
    at: float
    text: str
    name: str | None = None
    message_id: str | None = None
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class ConversationState:
    """What a turn needs of its conversation; `version` guards against a turn committed meanwhile."""

    holder: str
    version: int
    state: bytes | None


class ConversationStore:
    """Reads and writes conversations, messages and turns, sealing whatever is said."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def opened_by(self, tx: AsyncConnection, key: str) -> str:
        """The id of the conversation that a key opens: one taken up again with it, or the key's own."""
        own = conversation_id(key)
        query = select(conversation_keys.c.conversation_id).where(conversation_keys.c.id == own)
        return str((await tx.execute(query)).scalar_one_or_none() or own)

    async def add_key(self, tx: AsyncConnection, conversation_id_: str, key: str, at: float) -> None:
        """One more key opens the conversation; raises NotAllowed where the key opens another."""
        own = conversation_id(key)
        if await self.opened_by(tx, key) != own or await self.state(tx, own):
            raise NotAllowed("这把钥匙已经用过了，请换一把")
        row = {"id": own, "conversation_id": conversation_id_, "created_at": at}
        await tx.execute(insert(conversation_keys).values(row))

    async def accept(self, tx: AsyncConnection, turn: Turn) -> StoredTurn:
        """Records a turn before it is answered; a known message id gives back what is stored."""
        known = await self.find_turn(tx, turn.conversation_id, turn.message_id)
        if known:
            return known
        if await self.state(tx, turn.conversation_id) is None:
            await self.begin(tx, turn.conversation_id, turn.channel, turn.received_at)
        result = await tx.execute(
            insert(turns).values(
                conversation_id=turn.conversation_id,
                message_id=turn.message_id,
                status=ACCEPTED,
                facts_on=turn.on.isoformat() if turn.on else None,
                received_at=turn.received_at,
            )
        )
        row_id = result.inserted_primary_key[0]
        words = self._keys.seal_text(turn.text)
        await _add(tx, turn.conversation_id, CITIZEN, words, turn.received_at, turn_id=row_id)
        return StoredTurn(row_id, turn, None)

    async def begin(self, tx: AsyncConnection, conversation_id: str, channel: str, at: float) -> None:
        """An empty conversation, which the bot holds."""
        row = {"id": conversation_id, "channel": channel, "holder": BOT, "version": 0}
        await tx.execute(insert(conversations).values(**row, created_at=at, updated_at=at))

    async def say(
        self, tx: AsyncConnection, conversation_id: str, author: Author, text: str, at: float, name: str | None = None
    ) -> None:
        """What a person (`name`), the system, or a citizen on the telephone says, outside any turn."""
        await _add(tx, conversation_id, author, self._keys.seal_text(text), at, name=name)

    async def find_turn(self, tx: AsyncConnection, conversation_id: str, message_id: str) -> StoredTurn | None:
        query = _TURNS.where(turns.c.conversation_id == conversation_id, turns.c.message_id == message_id)
        row = (await tx.execute(query)).one_or_none()
        return self._turn(row) if row else None

    async def turns_of(self, tx: AsyncConnection, conversation_id: str) -> list[StoredTurn]:
        """All turns of a conversation in the order they were said."""
        query = _TURNS.where(turns.c.conversation_id == conversation_id).order_by(turns.c.id)
        return [self._turn(row) for row in await tx.execute(query)]

    async def messages_of(self, tx: AsyncConnection, conversation_id: str) -> list[Message]:
        """Everything said, in order."""
        query = _MESSAGES.where(messages.c.conversation_id == conversation_id).order_by(messages.c.id)
        return [self._message(row) for row in await tx.execute(query)]

    async def page_of(
        self, tx: AsyncConnection, conversation_id: str, before: int | None, most: int
    ) -> tuple[list[Message], bool]:
        """The last messages, at most so many, before the one with id `before`; and whether there are earlier ones."""
        query = _MESSAGES.where(messages.c.conversation_id == conversation_id).order_by(messages.c.id.desc())
        if before is not None:
            query = query.where(messages.c.id < before)
        rows = (await tx.execute(query.limit(most + 1))).all()
        return [self._message(row) for row in reversed(rows[:most])], len(rows) > most

    async def said_by_people(self, tx: AsyncConnection, conversation_id: str, after: int) -> list[Message]:
        """What persons and the system said after the message with id `after`."""
        query = _MESSAGES.where(
            messages.c.conversation_id == conversation_id, messages.c.id > after, messages.c.turn_id.is_(None)
        )
        return [self._message(row) for row in await tx.execute(query.order_by(messages.c.id))]

    async def unfinished(self, tx: AsyncConnection) -> list[int]:
        """Row ids of turns accepted and not done, oldest first; nothing is opened, so one that cannot be stops none."""
        query = select(turns.c.id).where(turns.c.status == ACCEPTED).order_by(turns.c.id)
        return [row.id for row in await tx.execute(query)]

    async def turn(self, tx: AsyncConnection, row_id: int) -> StoredTurn:
        return self._turn((await tx.execute(_TURNS.where(turns.c.id == row_id))).one())

    async def count_attempt(self, tx: AsyncConnection, row_id: int) -> int:
        """One more failed attempt at an unfinished turn; returns how many there have been."""
        await tx.execute(
            update(turns).where(turns.c.id == row_id, turns.c.status == ACCEPTED).values(attempts=turns.c.attempts + 1)
        )
        return int((await tx.execute(select(turns.c.attempts).where(turns.c.id == row_id))).scalar_one())

    async def state(self, tx: AsyncConnection, conversation_id: str) -> ConversationState | None:
        columns = (conversations.c.holder, conversations.c.version, conversations.c.state_sealed)
        row = (await tx.execute(select(*columns).where(conversations.c.id == conversation_id))).one_or_none()
        if row is None:
            return None
        state = self._keys.unseal(row.state_sealed) if row.state_sealed else None
        return ConversationState(row.holder, row.version, state)

    async def state_of_turn(self, tx: AsyncConnection, stored: StoredTurn) -> ConversationState:
        """The state of a stored turn's conversation, which is there because the turn refers to it."""
        state = await self.state(tx, stored.turn.conversation_id)
        if state is None:
            raise LookupError(f"turn {stored.id} has no conversation")
        return state

    async def finish(
        self,
        tx: AsyncConnection,
        stored: StoredTurn,
        reply: Reply,
        before: ConversationState,
        state: bytes | None,
        at: float,
    ) -> bool:
        """State, reply and "turn done" in one; False, with nothing to keep, when another turn came between."""
        conversation_id = stored.turn.conversation_id
        unchanged = (conversations.c.id == conversation_id, conversations.c.version == before.version)
        moved = await tx.execute(
            update(conversations)
            .where(*unchanged)
            .values(
                version=before.version + 1,
                state_sealed=self._keys.seal(state) if state else None,
                updated_at=at,
            )
        )
        if moved.rowcount != 1:
            return False
        done = await tx.execute(
            update(turns)
            .where(turns.c.id == stored.id, turns.c.status == ACCEPTED)
            .values(
                status=DONE,
                outcome=reply.outcome,
                matter=reply.matter,
                danger=reply.danger,
                done_at=at,
            )
        )
        if done.rowcount != 1:
            return False
        await _add(tx, conversation_id, BOT, self._keys.seal(pack(reply)), at, turn_id=stored.id)
        return True

    async def set_town(self, tx: AsyncConnection, conversation_id: str, town: str) -> None:
        """Where the citizen is, as a poster's code or a place that was sent says."""
        await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(town=town))

    async def town(self, tx: AsyncConnection, conversation_id: str) -> str | None:
        query = select(conversations.c.town).where(conversations.c.id == conversation_id)
        return cast("str | None", (await tx.execute(query)).scalar_one_or_none())

    async def set_holder(self, tx: AsyncConnection, conversation_id: str, holder: str) -> None:
        """Who speaks with the citizen from now on: the bot or a person."""
        await tx.execute(update(conversations).where(conversations.c.id == conversation_id).values(holder=holder))

    async def last_matter(self, tx: AsyncConnection, conversation_id: str) -> str | None:
        """The matter of the last turn that had one."""
        found = turns.c.conversation_id == conversation_id, turns.c.matter.is_not(None)
        row = (
            await tx.execute(select(turns.c.matter).where(*found).order_by(turns.c.id.desc()).limit(1))
        ).one_or_none()
        return row.matter if row else None

    async def last_answerer(self, tx: AsyncConnection, conversation_id: str) -> Author | None:
        """Who last said something to the citizen."""
        to_them = messages.c.conversation_id == conversation_id, messages.c.author != CITIZEN
        query = select(messages.c.author).where(*to_them).order_by(messages.c.id.desc()).limit(1)
        return cast("Author | None", (await tx.execute(query)).scalar_one_or_none())

    async def last_danger(self, tx: AsyncConnection, conversation_id: str) -> DangerKind | None:
        """The danger last heard in the conversation."""
        found = turns.c.conversation_id == conversation_id, turns.c.danger.is_not(None)
        query = select(turns.c.danger).where(*found).order_by(turns.c.id.desc()).limit(1)
        return cast("DangerKind | None", (await tx.execute(query)).scalar_one_or_none())

    def _turn(self, row: Any) -> StoredTurn:
        r = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
        turn = Turn(
            channel=r["channel"],
            conversation_id=r["conversation_id"],
            message_id=r["message_id"],
            text=self._keys.unseal_text(r["said"]),
            received_at=r["received_at"],
            on=date.fromisoformat(r["facts_on"]) if r["facts_on"] else None,
        )
        reply = unpack(self._keys.unseal(r["answered"])) if r["answered"] else None
        return StoredTurn(r["id"], turn, reply, r["attempts"])

    def _message(self, row: Any) -> Message:
        r = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name
        reply = unpack(self._keys.unseal(r["words_sealed"])) if r["author"] == BOT else None
        text = reply.text if reply else self._keys.unseal_text(r["words_sealed"])
        return Message(r["id"], r["conversation_id"], r["author"], r["at"], text, r["name"], r["message_id"], reply)


async def _add(
    tx: AsyncConnection,
    conversation_id: str,
    author: Author,
    sealed: bytes,
    at: float,
    *,
    turn_id: int | None = None,
    name: str | None = None,
) -> None:
    values = {"conversation_id": conversation_id, "author": author, "turn_id": turn_id, "name": name}
    await tx.execute(insert(messages).values(**values, words_sealed=sealed, at=at))


_SAID, _ANSWERED = messages.alias("said"), messages.alias("answered")
_TURNS = (
    select(
        turns,
        conversations.c.channel,
        _SAID.c.words_sealed.label("said"),
        _ANSWERED.c.words_sealed.label("answered"),
    )
    .join_from(turns, conversations)
    .join(_SAID, and_(_SAID.c.turn_id == turns.c.id, _SAID.c.author == CITIZEN))
    .outerjoin(_ANSWERED, and_(_ANSWERED.c.turn_id == turns.c.id, _ANSWERED.c.author == BOT))
)
_MESSAGES = select(messages, turns.c.message_id).join_from(messages, turns, isouter=True)
