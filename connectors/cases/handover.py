"""What a reply brings about (转交): a case opened or found, made urgent, announced to the bureau's system."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outcomes import GIVEN_UP, Handoff, Reply
from bot.wording import Wording
from connectors.cases.hours import hours_note
from connectors.cases.ratings import Rating, rate, rating_of
from connectors.cases.store import Case, before_in_queue, citizen_waits, mark_urgent, open_case, open_case_of
from connectors.conversations import BOT, CITIZEN, PERSON, ConversationStore, Turn
from connectors.keyring import KeyRing
from connectors.metrics import CASES_OPENED
from connectors.outbox import Letter, post
from connectors.staff.roster import on_duty
from knowledge.clock import local_day
from knowledge.library import specialties
from knowledge.records import City, domain_of
from knowledge.towns import town_named
from nlu.danger import DangerKind, gathers
from nlu.normalise import normalise
from nlu.signals import is_courtesy

CASE_OPENED, CASE_URGENT = "case.opened", "case.urgent"


THANKS: dict[Rating, str] = {"satisfied": "rated_well", "neutral": "rated_neutral", "dissatisfied": "rated_badly"}


class CaseHandover:
    """Follows a reply up with a case; everything within the turn's transaction."""

    def __init__(self, keys: KeyRing, city: City, wording: Wording, *, announce: bool) -> None:
        self._keys = keys
        self._store = ConversationStore(keys)
        self._city = city
        self._wording = wording
        self._announce = announce

    async def follow(self, tx: AsyncConnection, turn: Turn, reply: Reply, holder: str, at: float) -> Reply:
        if reply.danger:
            return await self._urgent(tx, turn, reply, at)
        rating = rating_of(normalise(turn.text).text) if holder != PERSON else None
        if rating and await rate(tx, turn.conversation_id, rating, at):
            return Reply("chitchat", self._wording.say(THANKS[rating]))
        if reply.asks_about_case:
            return await self._standing(tx, turn, reply, at)
        if holder == PERSON:
            return await self._held(tx, turn, reply, at)
        return await self._handed_over(tx, turn, reply, reply.handoff, at) if reply.handoff else reply

    async def _held(self, tx: AsyncConnection, turn: Turn, reply: Reply, at: float) -> Reply:
        """A person has the case: said in full once for each time that somebody speaks, and then in a word."""
        case = await open_case_of(tx, turn.conversation_id)
        if case and not is_courtesy(normalise(turn.text).text):
            await citizen_waits(tx, case, at)
        if await self._store.last_answerer(tx, turn.conversation_id) == BOT:
            return replace(reply, text=self._wording.say("held_again"))
        return replace(reply, text=self._wording.say("held_by_person", number=case.number if case else ""))

    async def _urgent(self, tx: AsyncConnection, turn: Turn, reply: Reply, at: float) -> Reply:
        case = await open_case_of(tx, turn.conversation_id)
        if case is None:
            return reply
        await citizen_waits(tx, case, at)
        if await mark_urgent(tx, case, reply.danger, at) and self._announce:
            await post(tx, self._keys, _urgent_announcement(case, reply.danger), at)
        return replace(reply, case_number=case.number)

    async def _handed_over(self, tx: AsyncConnection, turn: Turn, reply: Reply, wished: Handoff, at: float) -> Reply:
        """The reply with its case number; a new case is announced."""
        matter = await self._store.last_matter(tx, turn.conversation_id)
        said = await self._said(tx, turn.conversation_id)
        danger = await self._store.last_danger(tx, turn.conversation_id)
        crowd: Literal["crowd"] | None = "crowd" if any(gathers(normalise(text).text) for text in said) else None
        handoff = replace(wished, danger=danger or crowd)
        named = town_named("\n".join(said), self._city)
        town = named.id if named else await self._store.town(tx, turn.conversation_id)
        case, is_new = await open_case(tx, turn.conversation_id, handoff, matter, local_day(at), at, town)
        if is_new:
            CASES_OPENED.labels(case.reason).inc()
            if self._announce:
                await post(tx, self._keys, _announcement(case), at)
        key = "handoff_opened" if is_new else "handoff_again"
        text = self._wording.say(key, number=case.number, hours_note=await self._hours(tx, case, at))
        if handoff.reason == GIVEN_UP:
            text = self._wording.say("given_up") + text
        if case.urgent:
            text += self._wording.say("handoff_urgent")
        elif not case.claimed_by and (ahead := await before_in_queue(tx, case)):
            text += self._wording.say("queue_ahead", ahead=ahead)
        return replace(reply, text=text, matter=matter, case_number=case.number)

    async def _standing(self, tx: AsyncConnection, turn: Turn, reply: Reply, at: float) -> Reply:
        """How the case stands: its number, who has it, when somebody is there."""
        case = await open_case_of(tx, turn.conversation_id)
        if case is None:
            return replace(reply, text=self._wording.say("case_none"))
        key = "case_claimed" if case.claimed_by else "case_waiting"
        text = self._wording.say(key, number=case.number, hours_note=await self._hours(tx, case, at))
        if not case.claimed_by and (ahead := await before_in_queue(tx, case)):
            text += self._wording.say("queue_ahead", ahead=ahead)
        return replace(reply, text=text, case_number=case.number)

    async def _hours(self, tx: AsyncConnection, case: Case, at: float) -> str:
        """When somebody will answer who takes matters of this kind."""
        specialty = specialties().get(domain_of(case.matter)) if case.matter else None
        return hours_note(self._city, at, self._wording, await on_duty(tx, at, specialty))

    async def _said(self, tx: AsyncConnection, conversation_id: str) -> list[str]:
        """The citizen's words."""
        messages = await self._store.messages_of(tx, conversation_id)
        return [message.text for message in messages if message.author == CITIZEN]


def _announcement(case: Case) -> Letter:
    payload = {
        "number": case.number,
        "reason": case.reason,
        "urgent": case.urgent,
        "danger": case.danger,
        "matter": case.matter,
        "opened_at": case.opened_at,
    }
    return Letter(CASE_OPENED, f"{CASE_OPENED}:{case.number}", payload)


def _urgent_announcement(case: Case, danger: DangerKind | None) -> Letter:
    return Letter(CASE_URGENT, f"{CASE_URGENT}:{case.number}", {"number": case.number, "danger": danger})
