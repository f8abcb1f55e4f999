"""What follows a request (客服消息、订阅通知): what is due is sent, a citizen's files are fetched, round after round.

A customer-service message whose fate nobody heard (the connection broke, this process ended) is sent again and says so:
the platform knows no way of asking, and an answer twice is better than none.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence

from connectors.conversation_files import KIND_NAMES, ConversationFiles, SentFile
from connectors.core import Core
from connectors.errors import NotNow, WenfaError
from connectors.storage.leases import DUE
from connectors.uploads import MOST_BYTES as MOST_FILE_BYTES
from connectors.uploads import Unusable, prepared
from connectors.wechat.notices import Notices
from connectors.wechat.platform import NOT_ALLOWED, WINDOW_OVER, Platform, PlatformError
from connectors.wechat.store import CUSTOM, DONE, DROPPED, LATE, NOTICE, Delivery, WechatStore
from connectors.wechat.words import Words

GIVEN_UP_S = 20.0
"""After so long no further request for a message comes."""
MOST_SENT = 5
"""Customer-service messages after each word of the citizen."""
MOST_ATTEMPTS = 8
LONGEST_PAUSE_S = 60.0
ROUND_S = 0.4
OVERLAP = 500
"""Messages looked at again: of two transactions the one with the lower id may be committed last."""
BATCH = 20
MEDIA_GONE = {40007}
"""The platform has no such file, or no longer."""
log = logging.getLogger(__name__)


class Sender:
    """One account. `run` sends what is due until cancelled; `may_send` is False where the account has no such
    messages.
    """

    def __init__(self, core: Core, platform: Platform, notices: Notices, words: Words, *, may_send: bool) -> None:
        self.may_send = may_send
        self._platform = platform
        self._notices = notices
        self._words = words
        self._database = core.database
        self._wording = core.wording
        self._store = WechatStore(core.keys)
        self._files = ConversationFiles(core.keys)
        self._seen = 0

    async def run(self) -> None:
        """Sends what is due, again and again, until cancelled."""
        while True:
            try:
                busy = await self.round(time.time())
            except Exception as error:
                log.error("wechat round failed: %s", error, exc_info=not isinstance(error, WenfaError))  # noqa: TRY400
                busy = False
            await asyncio.sleep(0 if busy else ROUND_S)

    async def round(self, now: float) -> bool:
        """One look at what is owed; whether there may be more."""
        late = DUE if self.may_send else LATE
        async with self._database.transaction() as tx:
            await self._store.left_waiting(tx, now - GIVEN_UP_S, late)
            newest = await self._store.owe_what_people_said(tx, late, now, self._seen - OVERLAP)
            due = await self._store.take_due(tx, now, BATCH) if self.may_send else []
            files = await self._files.take_due(tx, now, BATCH) if self.may_send else []
        self._seen = newest
        by_citizen: dict[str, list[Delivery]] = {}
        for one in due:
            by_citizen.setdefault(one.conversation_id, []).append(one)
        await asyncio.gather(*(self._send_all(owed) for owed in by_citizen.values()), *map(self._fetch, files))
        return BATCH in (len(due), len(files))

    async def _fetch(self, file: SentFile) -> None:
        """One file from the platform, which keeps it for three days."""
        fault = ""
        try:
            name, data = await self._platform.media(file.source, MOST_FILE_BYTES)
            kept = await asyncio.to_thread(prepared, name or KIND_NAMES[file.kind], data)
            async with self._database.transaction() as tx:
                await self._files.keep(tx, file.id, kept)
        except Unusable as error:
            fault = str(error)
        except PlatformError as error:
            if error.code in MEDIA_GONE or file.attempts + 1 >= MOST_ATTEMPTS:
                fault = f"微信没有给（{error.code}）"
            else:
                again = time.time() + min(2.0**file.attempts, LONGEST_PAUSE_S)
                async with self._database.transaction() as tx:
                    await self._files.try_again(tx, file.id, again)
        except Exception as error:
            log.exception("wechat file %d failed", file.id)
            fault = type(error).__name__
        if fault:
            async with self._database.transaction() as tx:
                await self._files.give_up(tx, file.id, fault)

    async def _send_all(self, owed: Sequence[Delivery]) -> None:
        """In order; where one cannot be sent, those after it wait as well."""
        for i, one in enumerate(owed):
            again = await self._send(one)
            if again is not None:
                async with self._database.transaction() as tx:
                    await self._store.try_again(tx, owed[i + 1 :], again, "one before it")
                return

    async def _send(self, owed: Delivery) -> float | None:
        """None where it is sent, else when those after it may be tried."""
        try:
            async with self._database.transaction() as tx:
                openid = await self._store.openid(tx, owed.conversation_id)
            if openid is None:
                return await self._move(owed, DROPPED)
            texts = self._words.messages(await self._words.of(owed))
            for i, text in enumerate(texts[owed.parts_sent :], owed.parts_sent):
                async with self._database.transaction() as tx:
                    allowed = await self._store.sends(tx, owed, MOST_SENT)
                if not allowed:
                    return await self._hold(owed)
                twice = self._wording.say("wechat_again") if owed.unsure and i == owed.parts_sent else ""
                await self._platform.send_text(openid, twice + text, by_machine=not owed.by_person)
                async with self._database.transaction() as tx:
                    await self._store.arrived(tx, owed, i + 1)
            return await self._move(owed, DONE)
        except NotNow as error:
            fault = error.code
        except PlatformError as error:
            if not error.unsure:
                async with self._database.transaction() as tx:
                    await self._store.refused(tx, owed)
            if error.code in NOT_ALLOWED:
                log.warning(
                    "wechat: the account has no customer-service messages (%d); passive replies only", error.code
                )
                self.may_send = False
            if error.code in WINDOW_OVER | NOT_ALLOWED or owed.attempts + 1 >= MOST_ATTEMPTS:
                return await self._hold(owed)
            fault = f"platform {error.code}"
        except Exception as error:
            log.exception("wechat delivery %d failed", owed.id)
            fault = type(error).__name__
        return await self._later(owed, fault)

    async def _hold(self, owed: Delivery) -> float | None:
        """What cannot be sent now is told with the citizen's next word; who agreed to a notice is told that somebody
        has answered.
        """
        try:
            noticed = await self._notices.tell(owed)
        except PlatformError as error:
            if owed.attempts + 1 < MOST_ATTEMPTS:
                return await self._later(owed, f"notice {error.code}")
            noticed = False
        return await self._move(owed, LATE, NOTICE if noticed else None)

    async def _later(self, owed: Delivery, fault: str) -> float:
        again = time.time() + min(2.0**owed.attempts, LONGEST_PAUSE_S)
        async with self._database.transaction() as tx:
            await self._store.try_again(tx, [owed], again, fault)
        return again

    async def _move(self, owed: Delivery, status: str, via: str | None = None) -> float | None:
        async with self._database.transaction() as tx:
            await self._store.move(tx, owed, [DUE], status, via=CUSTOM if status == DONE else via)
        return None if status == DONE else 0.0
