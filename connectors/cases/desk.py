"""What staff do with a case: look, claim, reply, note, transfer, return, close, reopen.

Claiming silences the bot; the last two bring it back. The citizen is told of each in the conversation. On a case that
is claimed its holder acts, and who may act on any case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.wording import Wording
from connectors.cases.contacts import Contact, Contacts
from connectors.cases.doors import Door
from connectors.cases.drafts import RETURNED, SENT, Draft, Drafts, count_waiting
from connectors.cases.notes import Note, Notes
from connectors.cases.proposals import Proposals
from connectors.cases.store import (
    CLAIMED,
    OUTCOME_NAMES,
    REFERRED,
    WAITING,
    Case,
    CaseEvent,
    change,
    citizen_waits,
    count_held,
    events_of,
    find_case,
    list_cases,
    open_case_of,
    person_spoke,
    record,
)
from connectors.cases.undelivered import Undelivered, undelivered
from connectors.clocks import read_clocks
from connectors.conversation_files import KIND_NAMES, ConversationFiles, Kind, SentFile
from connectors.conversations import BOT, CITIZEN, MOST_CHARACTERS, PERSON, SYSTEM, Author, ConversationStore, Message
from connectors.errors import BadRequest, NotAllowed, TextTooLong
from connectors.keyring import KeyRing
from connectors.staff.accounts import Member, duties_of
from connectors.uploads import Prepared
from knowledge.clock import local_day

VIEWED, VIEWED_S = "viewed", 1800.0


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its events, everything said, replies that have not gone out, what staff noted, what the citizen sent
    beside words, and how many words of staff have not reached the citizen's channel.
    """

    case: Case
    events: list[CaseEvent]
    messages: list[Message]
    contact: Contact | None
    drafts: list[Draft]
    notes: list[Note]
    files: list[SentFile]
    undelivered: Undelivered


class Suggested(NamedTuple):
    """The answer of an entry that a reply was made from."""

    entry: str
    text: str


class Desk:
    """The work on cases; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing, wording: Wording) -> None:
        self._store = ConversationStore(keys)
        self._contacts = Contacts(keys)
        self._drafts = Drafts(keys)
        self._proposals = Proposals(keys)
        self._notes = Notes(keys)
        self._files = ConversationFiles(keys)
        self._wording = wording

    async def read_file(self, tx: AsyncConnection, number: str) -> CaseFile:
        """The whole file; raises NotFound."""
        case = await find_case(tx, number)
        said = await self._store.messages_of(tx, case.conversation_id)
        contact, drafts = await self._contacts.read(tx, case), await self._drafts.unsent(tx, case)
        return CaseFile(
            case,
            await events_of(tx, case),
            said,
            contact,
            drafts,
            await self._notes.of_case(tx, case),
            await self._files.of(tx, case.conversation_id),
            await undelivered(tx, case.conversation_id),
        )

    async def view(self, tx: AsyncConnection, number: str, actor: str, at: float) -> CaseFile:
        """The whole file, and a mark that this person has seen it, once in VIEWED_S; raises NotFound."""
        file = await self.read_file(tx, number)
        seen = any(e.kind == VIEWED and e.actor == actor and e.at > at - VIEWED_S for e in file.events)
        if not seen:
            await record(tx, file.case.id, VIEWED, actor, at)
        return file

    async def read_sent(self, tx: AsyncConnection, case: Case, file_id: int) -> Prepared:
        """A file that the citizen sent; raises NotFound."""
        return await self._files.read(tx, case.conversation_id, file_id)

    async def file_sent(
        self, tx: AsyncConnection, conversation_id: str, key: str, kind: Kind, source: str | Prepared, at: float
    ) -> bool:
        """The citizen sent a file, or word of one that is still to be fetched: it stands in what was said. Whether a
        person holds the conversation. Raises Unusable where there are too many.
        """
        if isinstance(source, str):
            new = await self._files.expect(tx, conversation_id, key, kind, source, at)
        else:
            new = await self._files.keep_new(tx, conversation_id, key, kind, source, at)
        if new:
            words = self._wording.say("file_sent", what=KIND_NAMES[kind])
            await self._store.say(tx, conversation_id, CITIZEN, words, at)
            case = await open_case_of(tx, conversation_id)
            if case:
                await citizen_waits(tx, case, at)
        state = await self._store.state(tx, conversation_id)
        return state is not None and state.holder == PERSON

    async def leave_contact(self, tx: AsyncConnection, conversation_id: str, contact: Contact, at: float) -> Case:
        """The citizen's telephone goes on the file; raises NotAllowed without an open case."""
        case = await self._contacts.leave(tx, conversation_id, contact, at)
        text = self._wording.say("told_contact", number=case.number, ending=contact.ending, when=contact.when or "随时")
        if contact.discreet:
            text += self._wording.say("told_discreet")
        await self._store.say(tx, case.conversation_id, SYSTEM, text, at)
        return case

    async def claim(self, tx: AsyncConnection, number: str, actor: str, at: float) -> Case:
        """A person takes the case and the conversation; raises NotAllowed where somebody has it already."""
        case = await find_case(tx, number)
        capacity = (await duties_of(tx, actor)).capacity
        if capacity is not None and await count_held(tx, actor) >= capacity:
            raise NotAllowed(f"您手上已经有 {capacity} 件，办结或者交回一件再接")
        await change(tx, case, "claim", actor, at, holder=actor)
        await self._pass_on(tx, case, PERSON, "told_claimed", at)
        return await find_case(tx, number)

    async def reply(
        self, tx: AsyncConnection, number: str, actor: str, text: str, at: float, suggested: Suggested | None = None
    ) -> Case:
        """A person speaks to the citizen, at once or once a supervisor has read it; a case that waits is claimed by it.

        Raises NotAllowed where the case is closed or another person's, BadRequest without words, TextTooLong.
        """
        words = _words(text)
        case = await find_case(tx, number)
        if case.status == WAITING:
            case = await self.claim(tx, number, actor, at)
        elif case.status != CLAIMED:
            raise NotAllowed(f"案件 {number} 已经办结，不能再回复")
        _held_by(case, actor, any_case=False)
        if suggested:
            await self._proposals.keep(tx, case, suggested.entry, actor, suggested.text, words, at)
        if (await duties_of(tx, actor)).checked:
            await self._drafts.write(tx, case, actor, words, at)
        else:
            await self._speak(tx, case, actor, words, at)
        return case

    async def waiting_drafts(self, tx: AsyncConnection, most: int) -> list[tuple[Case, Draft]]:
        """Replies that a supervisor has to read, each with its case, the oldest first."""
        return await self._drafts.waiting(tx, most)

    async def send_draft(self, tx: AsyncConnection, draft_id: int, actor: str, text: str, at: float) -> Case:
        """A supervisor lets a reply go out, in these words and under its author's name; raises NotFound, NotAllowed,
        BadRequest.
        """
        words = _words(text)
        case, draft = await self._drafts.decide(tx, draft_id, SENT, actor, at)
        await self._speak(tx, case, draft.author, words, at)
        return case

    async def return_draft(self, tx: AsyncConnection, draft_id: int, actor: str, note: str, at: float) -> Case:
        """A supervisor gives a reply back with a word on why; raises NotFound, NotAllowed, BadRequest."""
        if not note.strip():
            raise BadRequest("退回要写明为什么")
        case, _ = await self._drafts.decide(tx, draft_id, RETURNED, actor, at, note.strip()[:MOST_CHARACTERS])
        return case

    async def _speak(self, tx: AsyncConnection, case: Case, actor: str, words: str, at: float) -> None:
        await self._store.say(tx, case.conversation_id, PERSON, words, at, actor)
        await person_spoke(tx, case)

    async def transfer(
        self, tx: AsyncConnection, number: str, actor: str, to: Member, at: float, *, any_case: bool = False
    ) -> Case:
        """Somebody else has the case from now on, and the citizen is told; raises NotAllowed."""
        case = await find_case(tx, number)
        _held_by(case, actor, any_case=any_case)
        if not (to.active and to.may("cases")) or to.duties.away(local_day(at)) or to.name == case.claimed_by:
            raise NotAllowed(f"现在不能转给 {to.name}")
        await change(tx, case, "transfer", f"{actor}→{to.name}"[:64], at, holder=to.name)
        await self._pass_on(tx, case, PERSON, "told_transferred", at)
        return case

    async def take_back_silent(self, tx: AsyncConnection, now: float) -> list[Case]:
        """Cases whose holder has let the citizen wait too long go back to the queue; both are told."""
        clock, taken = read_clocks()["case_silent"], []
        for case in await list_cases(tx, CLAIMED):
            if case.awaits_since is None or case.claimed_by is None:
                continue
            if clock.standing(max(case.awaits_since, case.claimed_at or 0.0), now) != "over":
                continue
            if not await count_waiting(tx, case):  # else the holder has written, and the supervisor is awaited
                await change(tx, case, "take_back", case.claimed_by, now)
                await self._pass_on(tx, case, BOT, "told_taken_back", now)
                taken.append(case)
        return taken

    async def give_back(
        self, tx: AsyncConnection, number: str, actor: str, at: float, *, any_case: bool = False
    ) -> Case:
        """The case waits again for whoever takes it; raises NotAllowed."""
        case = await find_case(tx, number)
        _held_by(case, actor, any_case=any_case)
        await change(tx, case, "return", actor, at)
        await self._pass_on(tx, case, BOT, "told_returned", at)
        return case

    async def note(self, tx: AsyncConnection, number: str, actor: str, text: str, at: float) -> Case:
        """A word to colleagues; raises BadRequest without words, TextTooLong."""
        words, case = _words(text, "备注"), await find_case(tx, number)
        await self._notes.write(tx, case, actor, words, at)
        return case

    async def reopen(self, tx: AsyncConnection, number: str, actor: str, at: float) -> Case:
        """A case that was closed goes on with this person; raises NotAllowed where the citizen has another one open."""
        case = await find_case(tx, number)
        current = await open_case_of(tx, case.conversation_id)
        if current and current.id != case.id:
            raise NotAllowed(f"这位群众另有一件 {current.number} 在办，请在那件里接着谈")
        await change(tx, case, "reopen", actor, at, holder=actor)
        await self._pass_on(tx, case, PERSON, "told_reopened", at)
        return await find_case(tx, number)

    async def close(
        self,
        tx: AsyncConnection,
        number: str,
        actor: str,
        outcome: str,
        at: float,
        *,
        door: Door | None = None,
        any_case: bool = False,
    ) -> Case:
        """The case has ended so, and the citizen hears where to go next; the bot speaks again.

        Raises NotAllowed, BadRequest for an unknown outcome or a referral to nowhere.
        """
        if outcome not in OUTCOME_NAMES:
            raise BadRequest(f"没有“{outcome}”这种结果，可用：{'、'.join(OUTCOME_NAMES)}")
        if (outcome == REFERRED) != (door is not None):
            raise BadRequest("转介要选转到哪里；不是转介的不用选")
        case = await find_case(tx, number)
        _held_by(case, actor, any_case=any_case)
        if await count_waiting(tx, case):
            raise NotAllowed("有一条回复在等审核，审过再办结")
        await change(tx, case, "close", actor, at, outcome=outcome, referred_to=door.service.id if door else None)
        if door:
            await self._store.say(tx, case.conversation_id, SYSTEM, self._way_to(door), at)
        await self._pass_on(tx, case, BOT, "told_closed", at)
        return case

    def _way_to(self, door: Door) -> str:
        service = door.service
        bring = "\n".join(f"- {paper}" for paper in service.bring)
        told = self._wording.say("told_referred", name=service.name, where=service.where, bring=bring)
        if service.phone:
            told += self._wording.say("told_referred_phone", phone=service.phone)
        return told + (self._wording.say("told_referred_form", asks=door.asks) if door.asks else "")

    async def _pass_on(self, tx: AsyncConnection, case: Case, holder: Author, key: str, at: float) -> None:
        """The conversation gets another holder, and the citizen is told."""
        await self._store.set_holder(tx, case.conversation_id, holder)
        await self._store.say(tx, case.conversation_id, SYSTEM, self._wording.say(key, number=case.number), at)


def _words(text: str, what: str = "回复") -> str:
    words = text.strip()
    if not words:
        raise BadRequest(f"{what}不能是空的")
    if len(words) > MOST_CHARACTERS:
        raise TextTooLong(f"一次最多 {MOST_CHARACTERS} 字")
    return words


def _held_by(case: Case, actor: str, *, any_case: bool) -> None:
    if case.status == CLAIMED and case.claimed_by != actor and not any_case:
        raise NotAllowed(f"案件 {case.number} 由 {case.claimed_by} 接手，请先同他商量")
