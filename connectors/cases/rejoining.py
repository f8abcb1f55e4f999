"""A conversation taken up again on another device (凭编号接着谈): by case number and the telephone's last digits."""

from __future__ import annotations

import secrets
import unicodedata

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.wording import Wording
from connectors.cases.contacts import Contacts
from connectors.cases.numbers import is_number
from connectors.cases.store import Case, find_case, record
from connectors.conversations import SYSTEM, ConversationStore
from connectors.errors import BadRequest, NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import case_events, cases

MOST_REFUSED = 5
"""Wrong digits for one case within a day; then nobody is let in until the first is a day old."""
WITHIN_S = 86_400.0
REFUSED = "rejoin_refused"


class Proof(msgspec.Struct, frozen=True):
    """What a citizen knows: the case's number and the last four digits of the telephone left for it."""

    number: str
    ending: str

    def checked(self) -> Proof:
        """Trimmed; raises BadRequest where it cannot be right."""
        digits = "".join(c for c in unicodedata.normalize("NFKC", self.number) if c.isdecimal())
        ending = unicodedata.normalize("NFKC", self.ending).strip()
        if not digits.isascii() or not is_number(digits):
            raise BadRequest("编号不对，应是 12 位数字，例如 261123-482073，请再核对")
        if not (len(ending) == 4 and ending.isascii() and ending.isdecimal()):
            raise BadRequest("请写电话号码的最后四位数字")
        return Proof(f"{digits[:6]}-{digits[6:]}", ending)


class Rejoining:
    """Lets a new key into the conversation of a case; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing, wording: Wording) -> None:
        self._store = ConversationStore(keys)
        self._contacts = Contacts(keys)
        self._wording = wording

    async def rejoin(self, tx: AsyncConnection, proof: Proof, key: str, at: float) -> Case | None:
        """The case whose conversation `key` opens from now on, and its page is told; None where the proof fails.

        A refusal is recorded with the case, so the caller commits it too. An unknown number, no telephone, wrong
        digits and too many tries look the same from outside.
        """
        try:
            case = await find_case(tx, proof.number)
        except NotFound:
            return None
        await tx.execute(select(cases.c.id).where(cases.c.id == case.id).with_for_update())  # one try after the other
        contact = await self._contacts.read(tx, case)
        if await self._refusals(tx, case, at - WITHIN_S) >= MOST_REFUSED:
            return None
        if contact is None or not secrets.compare_digest(contact.ending, proof.ending):
            await record(tx, case.id, REFUSED, "citizen", at)
            return None
        await self._store.add_key(tx, case.conversation_id, key, at)
        await record(tx, case.id, "rejoined", "citizen", at)
        text = self._wording.say("told_rejoined", number=case.number)
        await self._store.say(tx, case.conversation_id, SYSTEM, text, at)
        return case

    async def _refusals(self, tx: AsyncConnection, case: Case, since: float) -> int:
        mine = case_events.c.case_id == case.id, case_events.c.kind == REFUSED, case_events.c.at > since
        return int((await tx.execute(select(func.count()).select_from(case_events).where(*mine))).scalar_one())
