"""Who writes on WeChat and what is still owed to them (待送达), in the database; every function takes a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.conversations import PERSON, SYSTEM, ConversationStore
from connectors.keyring import KeyRing
from connectors.storage.leases import DUE, is_due, take
from connectors.storage.schema import messages, wechat_deliveries, wechat_users
from connectors.wechat.messages import Inbound

CHANNEL = "wechat"
WAITING, LATE, DONE, DROPPED = "waiting", "late", "done", "dropped"
"""A request is waiting for the answer; a customer-service message is due; told with the citizen's next message;
delivered; nobody is there to receive it."""
PASSIVE, CUSTOM, NEXT, NOTICE = "passive", "custom", "next", "notice"
"""How it was delivered: as the answer to a request, by a customer-service message, with the next answer; or, not yet
delivered, by what the citizen was told that it is there.
"""
LEASE_S = 30.0
"""Longer than one delivery may take; should the process end, it is due again then."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing owed: the answer of the turn `message_key`, or `words` of a person or of ours."""

    id: int
    conversation_id: str
    message_key: str
    status: str
    via: str | None
    requests: int
    attempts: int
    received_at: float
    words: str | None
    by_person: bool
    parts_sent: int
    unsure: bool


class WechatStore:
    """Reads and writes what the connector keeps of its own."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._conversations = ConversationStore(keys)

    async def note(self, tx: AsyncConnection, conversation: str, inbound: Inbound, at: float) -> Delivery:
        """A request came in: the citizen is there, and this message is owed an answer; a repeated one is counted.

        `conversation` is the follower's own; where it goes on elsewhere, the message belongs there.
        """
        known = await self.find(tx, conversation, inbound.key)
        if known is None and (elsewhere := await self.goes_to(tx, conversation)):
            conversation = elsewhere
            known = await self.find(tx, conversation, inbound.key)
        if known:
            counted = wechat_deliveries.c.requests + 1
            await tx.execute(
                update(wechat_deliveries).where(wechat_deliveries.c.id == known.id).values(requests=counted)
            )
            return await self._one(tx, known.id)
        if await self._conversations.state(tx, conversation) is None:
            await self._conversations.begin(tx, conversation, CHANNEL, at)
        there = {"openid_sealed": self._keys.seal_text(inbound.openid), "sent_since": 0}
        seen = await tx.execute(
            update(wechat_users).where(wechat_users.c.conversation_id == conversation).values(there)
        )
        if seen.rowcount == 0:
            await tx.execute(insert(wechat_users).values(conversation_id=conversation, told_to=0, notices=0, **there))
        row = {"conversation_id": conversation, "message_key": inbound.key, "status": WAITING, "requests": 1}
        inserted = await tx.execute(insert(wechat_deliveries).values(row | _AT_FIRST | {"received_at": at}))
        return await self._one(tx, inserted.inserted_primary_key[0])

    async def goes_to(self, tx: AsyncConnection, conversation: str) -> str | None:
        """The conversation of another channel with which a follower goes on."""
        query = select(wechat_users.c.goes_to).where(wechat_users.c.conversation_id == conversation)
        found = (await tx.execute(query)).scalar_one_or_none()
        return str(found) if found else None

    async def join(self, tx: AsyncConnection, own: str, conversation: str) -> None:
        """A follower goes on with this conversation: what is said there reaches them from now on."""
        openid = wechat_users.c.conversation_id == own
        sealed = (await tx.execute(select(wechat_users.c.openid_sealed).where(openid))).scalar_one()
        newest = (await tx.execute(select(func.max(messages.c.id)))).scalar_one() or 0
        there = {"openid_sealed": sealed, "sent_since": 0, "told_to": newest}
        theirs = wechat_users.c.conversation_id == conversation
        if (await tx.execute(update(wechat_users).where(theirs).values(there))).rowcount == 0:
            await tx.execute(insert(wechat_users).values(conversation_id=conversation, notices=0, **there))
        if own != conversation:
            await tx.execute(update(wechat_users).where(openid).values(goes_to=conversation))

    async def find(self, tx: AsyncConnection, conversation: str, key: str) -> Delivery | None:
        one = wechat_deliveries.c.conversation_id == conversation, wechat_deliveries.c.message_key == key
        row = (await tx.execute(select(wechat_deliveries).where(*one))).one_or_none()
        return self._delivery(row) if row else None

    async def move(
        self, tx: AsyncConnection, delivery: Delivery, before: Sequence[str], after: str, *, via: str | None = None
    ) -> bool:
        """In one atomic statement; whether it was in one of the states before."""
        mine = wechat_deliveries.c.id == delivery.id, wechat_deliveries.c.status.in_(before)
        moved = await tx.execute(update(wechat_deliveries).where(*mine).values(status=after, via=via, next_at=0.0))
        return bool(moved.rowcount == 1)

    async def said(self, tx: AsyncConnection, delivery: Delivery, words: str) -> None:
        """What is owed is not the answer of a turn, but these words."""
        mine = wechat_deliveries.c.id == delivery.id
        await tx.execute(update(wechat_deliveries).where(mine).values(words_sealed=self._keys.seal_text(words)))

    async def owed(self, tx: AsyncConnection, conversation: str, *statuses: str) -> list[Delivery]:
        """What is owed to a citizen, oldest first."""
        theirs = wechat_deliveries.c.conversation_id == conversation, wechat_deliveries.c.status.in_(statuses)
        query = select(wechat_deliveries).where(*theirs).order_by(wechat_deliveries.c.id)
        return [self._delivery(row) for row in await tx.execute(query)]

    async def late_is_due(self, tx: AsyncConnection, conversation: str) -> None:
        """The citizen has written, which lets us write again: what was late is due."""
        late = wechat_deliveries.c.conversation_id == conversation, wechat_deliveries.c.status == LATE
        await tx.execute(update(wechat_deliveries).where(*late).values(status=DUE, next_at=0.0, attempts=0))

    async def forget(self, tx: AsyncConnection, conversation: str) -> None:
        """The citizen has unsubscribed: their id is erased, and what was owed is dropped."""
        theirs = wechat_deliveries.c.conversation_id == conversation
        owed = wechat_deliveries.c.status.in_((WAITING, DUE, LATE))
        await tx.execute(update(wechat_deliveries).where(theirs, owed).values(status=DROPPED))
        gone = wechat_users.c.conversation_id == conversation
        await tx.execute(update(wechat_users).where(gone).values(openid_sealed=None, goes_to=None, notices=0))

    async def allow_notices(self, tx: AsyncConnection, conversation: str, count: int) -> None:
        """The citizen agrees to so many more notices."""
        more = {"notices": wechat_users.c.notices + count}
        await tx.execute(update(wechat_users).where(wechat_users.c.conversation_id == conversation).values(more))

    async def withdraw_notices(self, tx: AsyncConnection, conversation: str) -> None:
        """The citizen wants no notices any more."""
        theirs = wechat_users.c.conversation_id == conversation
        await tx.execute(update(wechat_users).where(theirs).values(notices=0))

    async def spend_notice(self, tx: AsyncConnection, conversation: str) -> bool:
        """One notice is on its way; False where the citizen has agreed to none."""
        theirs = wechat_users.c.conversation_id == conversation, wechat_users.c.notices > 0
        fewer = {"notices": wechat_users.c.notices - 1}
        return bool((await tx.execute(update(wechat_users).where(*theirs).values(fewer))).rowcount == 1)

    async def is_noticed(self, tx: AsyncConnection, conversation: str) -> bool:
        """Whether the citizen was told already that something waits."""
        c = wechat_deliveries.c
        told = select(c.id).where(c.conversation_id == conversation, c.status == LATE, c.via == NOTICE)
        return (await tx.execute(told.limit(1))).one_or_none() is not None

    async def openid(self, tx: AsyncConnection, conversation: str) -> str | None:
        """Where a citizen is reached; None after they have unsubscribed."""
        query = select(wechat_users.c.openid_sealed).where(wechat_users.c.conversation_id == conversation)
        sealed = (await tx.execute(query)).scalar_one_or_none()
        return self._keys.unseal_text(sealed) if sealed else None

    async def sends(self, tx: AsyncConnection, delivery: Delivery, most: int) -> bool:
        """The next part is on its way; False where the platform's number since the last word is used up."""
        theirs = wechat_users.c.conversation_id == delivery.conversation_id, wechat_users.c.sent_since < most
        counted = {"sent_since": wechat_users.c.sent_since + 1}
        if (await tx.execute(update(wechat_users).where(*theirs).values(counted))).rowcount != 1:
            return False
        await tx.execute(update(wechat_deliveries).where(wechat_deliveries.c.id == delivery.id).values(unsure=True))
        return True

    async def arrived(self, tx: AsyncConnection, delivery: Delivery, parts_sent: int) -> None:
        """The platform has so many parts."""
        mine = wechat_deliveries.c.id == delivery.id
        await tx.execute(update(wechat_deliveries).where(mine).values(parts_sent=parts_sent, unsure=False))

    async def refused(self, tx: AsyncConnection, delivery: Delivery) -> None:
        """The platform has not taken the part that was on its way."""
        await tx.execute(update(wechat_deliveries).where(wechat_deliveries.c.id == delivery.id).values(unsure=False))

    async def take_due(self, tx: AsyncConnection, at: float, most: int) -> list[Delivery]:
        """What is due now, oldest first, leased to this process for LEASE_S."""
        due = select(wechat_deliveries).where(is_due(wechat_deliveries, at))
        rows = (await tx.execute(due.order_by(wechat_deliveries.c.id).limit(most))).all()
        return [self._delivery(row) for row in rows if await take(tx, wechat_deliveries, row, at + LEASE_S)]

    async def try_again(self, tx: AsyncConnection, owed: Sequence[Delivery], at: float, fault: str) -> None:
        """These are not sent yet: the lease ends, and they are due again at `at`."""
        mine = wechat_deliveries.c.id.in_([one.id for one in owed]), wechat_deliveries.c.status == DUE
        await tx.execute(update(wechat_deliveries).where(*mine).values(next_at=at, fault=fault[:40]))

    async def left_waiting(self, tx: AsyncConnection, before: float, after: str) -> None:
        """No request of these will come any more: a process ended, or the platform gave up."""
        old = wechat_deliveries.c.status == WAITING, wechat_deliveries.c.received_at < before
        await tx.execute(update(wechat_deliveries).where(*old).values(status=after, next_at=0.0))

    async def owe_what_people_said(self, tx: AsyncConnection, status: str, at: float, after: int) -> int:
        """Words of persons and of the system after the message with id `after` that nobody on WeChat has been sent
        become owed; returns the id of the newest message.
        """
        newest = (await tx.execute(select(func.max(messages.c.id)))).scalar_one() or 0
        new = and_(messages.c.id > wechat_users.c.told_to, messages.c.author.in_((PERSON, SYSTEM)))
        there = and_(messages.c.conversation_id == wechat_users.c.conversation_id, new)
        columns = messages.c.id, messages.c.conversation_id, messages.c.author, messages.c.words_sealed
        query = select(*columns).join_from(messages, wechat_users, there).order_by(messages.c.id)
        query = query.where(messages.c.turn_id.is_(None), messages.c.id > after)
        rows = (await tx.execute(query.where(wechat_users.c.openid_sealed.is_not(None)))).all()
        for row in rows:
            mine = wechat_users.c.conversation_id == row.conversation_id, wechat_users.c.told_to < row.id
            if (await tx.execute(update(wechat_users).where(*mine).values(told_to=row.id))).rowcount != 1:
                continue  # another process has it
            owed = {"conversation_id": row.conversation_id, "message_key": f"m{row.id}", "status": status}
            owed |= {"words_sealed": row.words_sealed, "by_person": row.author == PERSON, "requests": 0}
            await tx.execute(insert(wechat_deliveries).values(_AT_FIRST | owed | {"received_at": at}))
        return int(newest)

    async def _one(self, tx: AsyncConnection, row_id: int) -> Delivery:
        query = select(wechat_deliveries).where(wechat_deliveries.c.id == row_id)
        return self._delivery((await tx.execute(query)).one())

    def _delivery(self, row: object) -> Delivery:
        r = row._mapping  # type: ignore[attr-defined]  # noqa: SLF001 - SQLAlchemy's documented name
        return Delivery(
            r["id"],
            r["conversation_id"],
            r["message_key"],
            r["status"],
            r["via"],
            r["requests"],
            r["attempts"],
            r["received_at"],
            self._keys.unseal_text(r["words_sealed"]) if r["words_sealed"] else None,
            bool(r["by_person"]),
            r["parts_sent"],
            bool(r["unsure"]),
        )


_AT_FIRST = {"attempts": 0, "next_at": 0.0, "by_person": False, "parts_sent": 0, "unsure": False}
