"""What staff do with a case: look, claim, reply, close. Claiming silences the bot; closing gives the conversation back.

The citizen is told of each in the conversation.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.wording import Wording
from connectors.cases.contacts import Contact, Contacts
from connectors.cases.store import CLAIMED, WAITING, Case, CaseEvent, change, events_of, find_case
from connectors.conversations import BOT, MOST_CHARACTERS, PERSON, SYSTEM, ConversationStore, Message
from connectors.errors import BadRequest, NotAllowed, TextTooLong
from connectors.keyring import KeyRing


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its events and everything said."""

    case: Case
    events: list[CaseEvent]
    messages: list[Message]
    contact: Contact | None


class Desk:
    """The work on cases; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing, wording: Wording) -> None:
        self._store = ConversationStore(keys)
        self._contacts = Contacts(keys)
        self._wording = wording

    async def read_file(self, tx: AsyncConnection, number: str) -> CaseFile:
        """The whole file; raises NotFound."""
        case = await find_case(tx, number)
        said = await self._store.messages_of(tx, case.conversation_id)
        return CaseFile(case, await events_of(tx, case), said, await self._contacts.read(tx, case))

    async def leave_contact(self, tx: AsyncConnection, conversation_id: str, contact: Contact, at: float) -> Case:
        """The citizen's telephone goes on the file; raises NotAllowed without an open case."""
        case = await self._contacts.leave(tx, conversation_id, contact, at)
        text = self._wording.say("told_contact", number=case.number, ending=contact.ending, when=contact.when or "随时")
        await self._store.say(tx, case.conversation_id, SYSTEM, text, at)
        return case

    async def claim(self, tx: AsyncConnection, number: str, actor: str, at: float) -> Case:
        """A person takes the case and the conversation; raises NotAllowed where somebody has it already."""
        case = await find_case(tx, number)
        await change(tx, case, "claim", actor, at)
        await self._store.set_holder(tx, case.conversation_id, PERSON)
        await self._tell(tx, case, "told_claimed", at)
        return case

    async def reply(self, tx: AsyncConnection, number: str, actor: str, text: str, at: float) -> Case:
        """A person speaks to the citizen; a case that waits is claimed by it.

        Raises NotAllowed where the case is closed or another person's, BadRequest without words, TextTooLong.
        """
        words = text.strip()
        if not words:
            raise BadRequest("回复不能是空的")
        if len(words) > MOST_CHARACTERS:
            raise TextTooLong(f"一次最多 {MOST_CHARACTERS} 字")
        case = await find_case(tx, number)
        if case.status == WAITING:
            case = await self.claim(tx, number, actor, at)
        elif case.status != CLAIMED:
            raise NotAllowed(f"案件 {number} 已经办结，不能再回复")
        elif case.claimed_by != actor:
            raise NotAllowed(f"案件 {number} 由 {case.claimed_by} 接手，请先同他商量")
        await self._store.say(tx, case.conversation_id, PERSON, words, at, actor)
        return case

    async def close(self, tx: AsyncConnection, number: str, actor: str, at: float) -> Case:
        """The case is done; the bot speaks again."""
        case = await find_case(tx, number)
        await change(tx, case, "close", actor, at)
        await self._store.set_holder(tx, case.conversation_id, BOT)
        await self._tell(tx, case, "told_closed", at)
        return case

    async def _tell(self, tx: AsyncConnection, case: Case, key: str, at: float) -> None:
        text = self._wording.say(key, number=case.number)
        await self._store.say(tx, case.conversation_id, SYSTEM, text, at)
