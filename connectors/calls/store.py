"""Calls in the database: what was heard, the work order, what was suggested and what became of it.

Everything typed is kept at each pause, so that a call cut off by a crash is still there; a call is open until its work
order is saved.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import msgspec
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outcomes import Handoff
from bot.suggestions import Suggested
from connectors.calls.orders import ADVISER, WorkOrder
from connectors.cases.contacts import Contact, Contacts
from connectors.cases.store import Case, cases_of_phone, free_number, open_case
from connectors.conversations import CITIZEN, ConversationStore, conversation_id
from connectors.errors import NotAllowed, NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import call_events, call_suggestions, calls
from knowledge.clock import local_day
from nlu.danger import DangerKind

OPEN, SAVED = "open", "saved"
CALL_STATUS_NAMES = {OPEN: "通话中", SAVED: "已存"}
CHANNEL = "call"
Mark = Literal["opened", "used", "wrong"]
MARKS: tuple[Mark, ...] = get_args(Mark)
MOST_EARLIER = 5
VIEWED, VIEWED_S = "viewed", 1800.0


@dataclass(frozen=True, slots=True)
class Call:
    """A call as lists show it."""

    id: int
    number: str
    agent: str
    status: str
    matter: str | None
    outcome: str | None
    case_id: int | None
    started_at: float


@dataclass(frozen=True, slots=True)
class SuggestionUse:
    """What became of a suggestion within its call."""

    entry: str
    opened: bool
    used: bool
    wrong: bool


@dataclass(frozen=True, slots=True)
class CallFile:
    """A call with everything typed and what was suggested, in order."""

    call: Call
    heard: str
    order: WorkOrder
    uses: dict[str, SuggestionUse]


@dataclass(frozen=True, slots=True)
class SuggestionCount:
    """How often an entry was suggested, looked into, used and called wrong, counted in calls."""

    entry: str
    shown: int
    opened: int
    used: int
    wrong: int


class Calls:
    """Keeps calls; every method takes the caller's transaction. Only its agent may change a call, while it is open."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys
        self._conversations = ConversationStore(keys)
        self._contacts = Contacts(keys)

    async def start(self, tx: AsyncConnection, agent: str, at: float) -> Call:
        number = await free_number(tx, calls.c.number, local_day(at))
        row = {"number": number, "agent": agent, "status": OPEN, "started_at": at}
        inserted = await tx.execute(insert(calls).values(row))
        row_id = inserted.inserted_primary_key[0]
        await _record(tx, row_id, "started", agent, at)
        return Call(row_id, number, agent, OPEN, None, None, None, at)

    async def view(self, tx: AsyncConnection, number: str, actor: str, at: float) -> CallFile:
        """The whole file; that somebody else than its agent looked is on record. Raises NotFound."""
        file = await self.read_file(tx, number)
        if actor != file.call.agent:
            seen = call_events.c.call_id == file.call.id, call_events.c.kind == VIEWED, call_events.c.actor == actor
            last = (await tx.execute(select(func.max(call_events.c.at)).where(*seen))).scalar_one()
            if last is None or last < at - VIEWED_S:
                await _record(tx, file.call.id, VIEWED, actor, at)
        return file

    async def read_file(self, tx: AsyncConnection, number: str) -> CallFile:
        """The whole file; raises NotFound."""
        row = (await tx.execute(_CALLS.where(calls.c.number == number))).one_or_none()
        if row is None:
            raise NotFound(f"没有编号为 {number} 的来电")
        return await self._file(tx, Call(*row))

    async def of_case(self, tx: AsyncConnection, case: Case) -> CallFile | None:
        """The call from which a case came."""
        row = (await tx.execute(_CALLS.where(calls.c.case_id == case.id))).one_or_none()
        return await self._file(tx, Call(*row)) if row else None

    async def keep(self, tx: AsyncConnection, call: Call, agent: str, heard: str, draft: WorkOrder) -> None:
        """What was typed so far; raises NotAllowed where the call is saved or another's."""
        kept = {
            "heard_sealed": self._keys.seal_text(heard),
            "order_sealed": self._keys.seal(msgspec.json.encode(draft)),
        }
        theirs = calls.c.id == call.id, calls.c.agent == agent, calls.c.status == OPEN
        if (await tx.execute(update(calls).where(*theirs).values(kept))).rowcount != 1:
            raise NotAllowed(_why_not(call, agent))

    async def shown(self, tx: AsyncConnection, call: Call, suggested: Sequence[Suggested], at: float) -> None:
        """These entries were suggested; each counts once a call."""
        await tx.execute(select(calls.c.id).where(calls.c.id == call.id).with_for_update())
        known = await self._uses(tx, call)
        rows = [
            {"call_id": call.id, "entry": one.entry, "probability": one.probability, "shown_at": at}
            for one in suggested
            if one.entry not in known
        ]
        if rows:
            await tx.execute(insert(call_suggestions).values(rows))

    async def mark(self, tx: AsyncConnection, call: Call, entry: str, mark: Mark, at: float) -> None:
        """A suggestion was opened, used or is wrong; raises NotFound where it was never shown."""
        one = call_suggestions.c.call_id == call.id, call_suggestions.c.entry == entry
        if (await tx.execute(update(call_suggestions).where(*one).values({f"{mark}_at": at}))).rowcount != 1:
            raise NotFound("这条建议不在这通来电里")

    async def save(
        self, tx: AsyncConnection, file: CallFile, agent: str, order: WorkOrder, danger: DangerKind | None, at: float
    ) -> Case | None:
        """Ends the call with a checked work order; where an adviser is to call back, a case is opened and given.

        Raises NotAllowed where the call is saved already or another's.
        """
        saved = {
            "status": SAVED,
            "order_sealed": self._keys.seal(msgspec.json.encode(order)),
            "phone_index": self._keys.index(Contact.of(order.phone, "").digits) if order.phone else None,
            "matter": order.matter or None,
            "outcome": order.outcome,
            "saved_at": at,
        }
        theirs = calls.c.id == file.call.id, calls.c.agent == agent, calls.c.status == OPEN
        if (await tx.execute(update(calls).where(*theirs).values(saved))).rowcount != 1:
            raise NotAllowed(_why_not(file.call, agent))
        await _record(tx, file.call.id, "saved", agent, at)
        if order.outcome != ADVISER:
            return None
        case = await self._case(tx, file.heard, order, danger, at)
        await tx.execute(update(calls).where(calls.c.id == file.call.id).values(case_id=case.id))
        return case

    async def of_agent(self, tx: AsyncConnection, agent: str, most: int) -> list[Call]:
        """The latest calls of an agent, open ones first."""
        query = _CALLS.where(calls.c.agent == agent).order_by(calls.c.status, calls.c.started_at.desc()).limit(most)
        return [Call(*row) for row in await tx.execute(query)]

    async def of_phone(self, tx: AsyncConnection, phone: str) -> tuple[list[Call], list[Case]]:
        """The latest saved calls and cases of a telephone; raises BadRequest where it is none."""
        indexes = self._keys.indexes(Contact.of(phone, "").digits)
        query = _CALLS.where(calls.c.phone_index.in_(indexes)).order_by(calls.c.started_at.desc()).limit(MOST_EARLIER)
        found = [Call(*row) for row in await tx.execute(query)]
        return found, await cases_of_phone(tx, indexes, MOST_EARLIER)

    async def alike(self, tx: AsyncConnection, matter: str, call: Call) -> list[Call]:
        """The latest saved calls about a matter, but this one."""
        same = calls.c.matter == matter, calls.c.status == SAVED, calls.c.id != call.id
        query = _CALLS.where(*same).order_by(calls.c.saved_at.desc()).limit(MOST_EARLIER)
        return [Call(*row) for row in await tx.execute(query)]

    async def counts(self, tx: AsyncConnection) -> list[SuggestionCount]:
        """Every entry that was suggested, those called wrong most often first."""
        c = call_suggestions.c
        columns = func.count(), func.count(c.opened_at), func.count(c.used_at), func.count(c.wrong_at)
        query = select(c.entry, *columns).group_by(c.entry).order_by(func.count(c.wrong_at).desc(), c.entry)
        return [SuggestionCount(*row) for row in await tx.execute(query)]

    async def _case(
        self, tx: AsyncConnection, heard: str, order: WorkOrder, danger: DangerKind | None, at: float
    ) -> Case:
        """A case with what the caller said, for an adviser who is to call."""
        conversation = conversation_id(secrets.token_urlsafe(18))
        await self._conversations.begin(tx, conversation, CHANNEL, at)
        await self._conversations.say(tx, conversation, CITIZEN, heard, at)
        case, _ = await open_case(tx, conversation, Handoff("hotline", danger), order.matter or None, local_day(at), at)
        await self._contacts.leave(tx, conversation, Contact.of(order.phone, ""), at)
        return case

    async def _file(self, tx: AsyncConnection, call: Call) -> CallFile:
        query = select(calls.c.heard_sealed, calls.c.order_sealed).where(calls.c.id == call.id)
        row = (await tx.execute(query)).one()
        heard = self._keys.unseal_text(row.heard_sealed) if row.heard_sealed else ""
        sealed = row.order_sealed
        order = msgspec.json.decode(self._keys.unseal(sealed), type=WorkOrder) if sealed else WorkOrder()
        return CallFile(call, heard, order, await self._uses(tx, call))

    async def _uses(self, tx: AsyncConnection, call: Call) -> dict[str, SuggestionUse]:
        c = call_suggestions.c
        query = select(c.entry, c.opened_at, c.used_at, c.wrong_at).where(c.call_id == call.id).order_by(c.id)
        return {row[0]: SuggestionUse(row[0], *(at is not None for at in row[1:])) for row in await tx.execute(query)}


def _why_not(call: Call, agent: str) -> str:
    if call.agent != agent:
        return f"来电 {call.number} 是 {call.agent} 在接，不能改"
    return f"来电 {call.number} 的工单已经存了，不能再改"


async def _record(tx: AsyncConnection, call_id: int, kind: str, actor: str, at: float) -> None:
    await tx.execute(insert(call_events).values(call_id=call_id, kind=kind, actor=actor, at=at))


_COLUMNS = ("id", "number", "agent", "status", "matter", "outcome", "case_id", "started_at")
_CALLS = select(*(calls.c[name] for name in _COLUMNS))
