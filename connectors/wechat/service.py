"""From a WeChat message to its answer (收与答): in the platform's five seconds, or after them, and once.

An answer that is ready in time is the passive reply. Otherwise the platform is told `success` and a customer-service
message follows; an account without that interface is asked again by the platform, three requests in all, and what comes
too late even for these is told with the citizen's next message.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.exc import IntegrityError

from bot.outcomes import Reply
from connectors.cases.store import open_case_of
from connectors.conversation_files import KIND_NAMES, ConversationFiles, Kind
from connectors.conversations import MOST_CHARACTERS, SYSTEM, Turn, conversation_id
from connectors.core import Core
from connectors.errors import NotNow, StorageUnavailable, TooMany
from connectors.joining import code_in, joined_by
from connectors.settings import WechatSettings
from connectors.storage.leases import DUE
from connectors.uploads import Unusable
from connectors.wechat import compose, scenes
from connectors.wechat.menu import ASK
from connectors.wechat.messages import Inbound
from connectors.wechat.notices import Notices
from connectors.wechat.platform import Platform
from connectors.wechat.sending import GIVEN_UP_S, Sender
from connectors.wechat.store import DONE, LATE, NEXT, PASSIVE, WAITING, Delivery, WechatStore
from connectors.wechat.words import Words
from knowledge.towns import town_named

BUDGET_S = 4.0
"""Within the platform's five, from the arrival of a request."""
REQUESTS = 3
"""The platform asks so often for one message."""
_CHOICE = re.compile(r"[0-9０-９一二三四五六七八九十]{1,2}[.。、，]?")
KEPT_KINDS: dict[str, Kind] = {"image": "image", "voice": "voice"}
"""What a citizen sends beside words and staff can open."""
SUCCESS = ""
"""Nothing is said in this answer; the platform gets the word `success`."""


class WechatService:
    """One account. `answer` is what a request gets; `run` sends what is not said in it, until cancelled."""

    def __init__(self, core: Core, settings: WechatSettings, platform: Platform, notices: Notices) -> None:
        self._core = core
        self._settings = settings
        self._platform = platform
        self._notices = notices
        self._words = Words(core, notices.offer)
        self._sender = Sender(core, platform, notices, self._words, may_send=bool(settings.app_secret))
        self.run = self._sender.run
        self._database = core.database
        self._store = WechatStore(core.keys)
        self._files = ConversationFiles(core.keys)
        self._wording = core.wording
        self._beside: set[asyncio.Task[None]] = set()

    async def answer(self, inbound: Inbound, arrived: float) -> str | None:
        """The words of the passive reply, SUCCESS for none, None where the platform is to ask again.

        `arrived` is the monotonic time of the request.
        """
        inbound = self._located(_tapped(inbound))
        conversation = conversation_id(f"wechat:{self._settings.app_id}:{inbound.openid}")
        owed = await self._note(conversation, inbound)
        if inbound.kind == "event":
            return await self._event(conversation, owed, inbound)
        if owed.status == DONE:
            return await self._again(owed)
        said = owed.words or await self._without_turn(conversation, owed, inbound)
        conversation = owed.conversation_id
        if said is not None:
            return await self._in_time(owed, said)
        turn = Turn("wechat", conversation, inbound.key, inbound.text, owed.received_at)
        try:
            reply = await asyncio.wait_for(
                asyncio.shield(self._words.reply(turn)), max(0.1, arrived + BUDGET_S - time.monotonic())
            )
        except TimeoutError:
            return await self._too_late(owed, inbound)
        except StorageUnavailable:
            raise
        except NotNow:
            await self._core.turns.accept(turn)
            return await self._too_late(owed, inbound)
        return await self._in_time(owed, reply)

    async def _note(self, conversation: str, inbound: Inbound) -> Delivery:
        for _ in range(2):
            with contextlib.suppress(IntegrityError):  # the same message, or the citizen's first, came in twice at once
                async with self._database.transaction() as tx:
                    return await self._store.note(tx, conversation, inbound, time.time())
        async with self._database.transaction() as tx:
            return await self._store.note(tx, conversation, inbound, time.time())

    async def _event(self, conversation: str, owed: Delivery, inbound: Inbound) -> str:
        """A welcome once, by the code that was scanned; an id erased; whatever else happens needs no words."""
        town = scenes.town_of(inbound, self._core.city)
        async with self._database.transaction() as tx:
            first = await self._store.move(tx, owed, [WAITING], DONE, via=PASSIVE)
            if first:
                await self._notices.heard(tx, owed.conversation_id, inbound)
            if inbound.event == "unsubscribe":
                await self._store.forget(tx, owed.conversation_id)
                await self._store.forget(tx, conversation)
            if town:
                await self._core.store.set_town(tx, owed.conversation_id, town.id)
        if not first or inbound.event not in ("subscribe", "scan"):
            return SUCCESS
        said = self._wording.say("wechat_welcome", city=self._core.city.name)
        return said + (self._wording.say("wechat_from", town=town.name) if town else "")

    async def _joined(self, own: str, owed: Delivery, code: str) -> str:
        """The follower goes on with a conversation that was begun on the web; what is said of it is kept with that, so
        that a request for the same message, which finds the code used up, says the same.
        """
        try:
            self._core.limits.turn(f"wechat {own}", own)
        except TooMany as error:
            return f"{error}。"
        at = time.time()
        async with self._database.transaction() as tx:
            conversation = await joined_by(tx, code, at)
            if conversation is None:
                known = await self._store.find(tx, owed.conversation_id, owed.message_key)
                return (known and known.words) or self._wording.say("wechat_no_code")
            await self._core.store.say(tx, conversation, SYSTEM, self._wording.say("told_joined"), at)
            await self._store.join(tx, own, conversation)
            case = await open_case_of(tx, conversation)
            said = self._wording.say("wechat_joined")
            if case:
                said = self._wording.say("wechat_joined_case", number=case.number)
            await self._store.said(tx, owed, said)
        return said

    def _located(self, inbound: Inbound) -> Inbound:
        """A place that was sent as the words for it, where it lies in a town of the city."""
        town = town_named(inbound.place, self._core.city) if inbound.place else None
        return replace(inbound, text=self._wording.say("wechat_place", town=town.name)) if town else inbound

    async def _without_turn(self, own: str, owed: Delivery, inbound: Inbound) -> str | None:
        """Words for what is no question: a picture, a voice without its words, a code, a choice of nothing yet seen."""
        said, conversation = None, owed.conversation_id
        if code := code_in(inbound.text):
            said = await self._joined(own, owed, code)
        elif not inbound.text:
            said = await self._of_no_words(conversation, inbound)
        elif len(inbound.text) > MOST_CHARACTERS:
            said = f"一次最多 {MOST_CHARACTERS} 字，请分几次说。"
        elif _CHOICE.fullmatch(inbound.text):
            async with self._database.transaction() as tx:
                before = await self._store.owed(tx, conversation, WAITING, DUE, LATE)
            said = self._wording.say("wechat_not_yet") if any(one.id < owed.id for one in before) else None
        if said is None and owed.requests == 1:
            try:
                self._core.limits.turn(f"wechat {conversation}", conversation)
            except TooMany as error:
                said = f"{error}。"
        if said is not None:
            async with self._database.transaction() as tx:
                await self._store.said(tx, owed, said)
        return said

    async def _of_no_words(self, conversation: str, inbound: Inbound) -> str:
        """A picture or a voice is kept for staff; the citizen hears what became of it, and is asked for words."""
        kind = KEPT_KINDS.get(inbound.kind) if inbound.media_id and self._sender.may_send else None
        if kind is None:
            return self._wording.say("wechat_voice" if inbound.kind == "voice" else "wechat_unread")
        try:
            held = await self._file_sent(conversation, inbound, kind)
        except Unusable as error:
            return f"{error}。"
        except IntegrityError:  # the same message came in twice at once, and stands now
            held = await self._file_sent(conversation, inbound, kind)
        if held:
            return self._wording.say("wechat_file_held", what=KIND_NAMES[kind])
        return self._wording.say("wechat_voice_kept" if kind == "voice" else "wechat_image_kept")

    async def _file_sent(self, conversation: str, inbound: Inbound, kind: Kind) -> bool:
        async with self._database.transaction() as tx:
            return await self._core.desk.file_sent(tx, conversation, inbound.key, kind, inbound.media_id, time.time())

    async def _in_time(self, owed: Delivery, reply: Reply | str) -> str:
        """The passive reply, with what was late before it where nothing else can tell it."""
        async with self._database.transaction() as tx:
            if not await self._store.move(tx, owed, [WAITING, LATE], DONE, via=PASSIVE):
                known = await self._store.find(tx, owed.conversation_id, owed.message_key)
                # another request for it got the words, perhaps too late for the platform; or they are sent otherwise
                return self._words.short(reply, compose.MOST_BYTES) if known and known.via == PASSIVE else SUCCESS
            if self._sender.may_send:
                await self._store.late_is_due(tx, owed.conversation_id)
                return self._words.short(reply, compose.MOST_BYTES)
            late = await self._store.owed(tx, owed.conversation_id, LATE)
        told = await self._late_words(late, compose.MOST_BYTES // 2)
        if told and reply == self._wording.say("wechat_not_yet"):
            return "\n\n".join(told)
        room = compose.MOST_BYTES - len("\n\n".join([*told, ""]).encode())
        return "\n\n".join([*told, self._words.short(reply, room)])

    async def _late_words(self, late: Sequence[Delivery], room: int) -> list[str]:
        """What was late and is answered by now, as much as there is room for, marked as told."""
        told: list[str] = []
        for one in late:
            answer = await self._words.known(one)
            if answer is None:
                continue
            who = "wechat_person" if one.by_person else "wechat_before" if one.words is None else ""
            again = self._wording.say("wechat_again") if one.unsure else ""
            words = again + (self._wording.say(who) if who else "") + self._words.short(answer, room // 2)
            if told and len("\n\n".join([*told, words]).encode()) > room:
                break
            async with self._database.transaction() as tx:
                if await self._store.move(tx, one, [LATE], DONE, via=NEXT):
                    told.append(words)
        return told

    async def _again(self, owed: Delivery) -> str:
        """The platform asks again for what was answered: the same words, where it was answered so."""
        if owed.via != PASSIVE or time.time() - owed.received_at > GIVEN_UP_S:
            return SUCCESS
        return self._words.short(await self._words.of(owed), compose.MOST_BYTES)

    async def _too_late(self, owed: Delivery, inbound: Inbound) -> str | None:
        if self._sender.may_send:
            async with self._database.transaction() as tx:
                await self._store.move(tx, owed, [WAITING], DUE)
            shows = asyncio.create_task(self._platform.typing(inbound.openid))  # nothing waits for it
            self._beside.add(shows)
            shows.add_done_callback(self._beside.discard)
            return SUCCESS
        if owed.requests < REQUESTS:
            return None
        async with self._database.transaction() as tx:
            await self._store.move(tx, owed, [WAITING], LATE)
        return self._wording.say("wechat_thinking")


def _tapped(inbound: Inbound) -> Inbound:
    """A tap on the menu as the words that it stands for; its key stays that of the event."""
    if inbound.event != "click" or not inbound.event_key.startswith(ASK):
        return inbound
    return replace(inbound, kind="text", text=inbound.event_key.removeprefix(ASK), msg_id=inbound.key)
