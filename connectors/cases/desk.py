"""What staff do with a case: look, claim, close. Claiming silences the bot; closing gives the conversation back."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import Case, CaseEvent, change, events_of, find_case
from connectors.conversations import BOT, PERSON, ConversationStore, StoredTurn


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its events and everything said."""

    case: Case
    events: list[CaseEvent]
    turns: list[StoredTurn]


async def read_file(tx: AsyncConnection, store: ConversationStore, number: str) -> CaseFile:
    """The whole file; raises NotFound."""
    case = await find_case(tx, number)
    return CaseFile(case, await events_of(tx, case), await store.turns_of(tx, case.conversation_id))


async def claim(tx: AsyncConnection, store: ConversationStore, number: str, actor: str, at: float) -> Case:
    """A person takes the case and the conversation; raises NotAllowed where somebody has it already."""
    case = await find_case(tx, number)
    await change(tx, case, "claim", actor, at)
    await store.set_holder(tx, case.conversation_id, PERSON)
    return case


async def close(tx: AsyncConnection, store: ConversationStore, number: str, actor: str, at: float) -> Case:
    """The case is done; the bot speaks again."""
    case = await find_case(tx, number)
    await change(tx, case, "close", actor, at)
    await store.set_holder(tx, case.conversation_id, BOT)
    return case
