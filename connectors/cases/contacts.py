"""How a citizen wishes to be reached (联系方式): a telephone and a time, sealed on the case."""

from __future__ import annotations

import re
import unicodedata
from typing import Self

import msgspec
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import Case, record, waiting_or_claimed
from connectors.errors import BadRequest
from connectors.keyring import KeyRing
from connectors.storage.schema import cases

MOST_WHEN = 60
_PHONE = re.compile(r"\+?[0-9() -]+")


class Contact(msgspec.Struct, frozen=True):
    """A telephone as written, and when a call is welcome, in the citizen's words.

    `discreet`: somebody else may answer, and is not to hear what it is about (接电话的可能是别人).
    """

    phone: str
    when: str = ""
    discreet: bool = False

    @classmethod
    def of(cls, phone: str, when: str, *, discreet: bool = False) -> Self:
        """Trimmed; raises BadRequest where it is no telephone or too long a time."""
        number, time = unicodedata.normalize("NFKC", phone).strip(), " ".join(when.split())
        digits = sum(character.isdigit() for character in number)
        if not _PHONE.fullmatch(number) or not 7 <= digits <= 18:
            raise BadRequest("电话号码不对，请写手机号，或者带区号的座机号")
        if len(time) > MOST_WHEN:
            raise BadRequest(f"方便的时间最多写 {MOST_WHEN} 字")
        return cls(number, time, discreet)

    @property
    def digits(self) -> str:
        """The number as it is found again: its digits, at most the last eleven, so that +86 makes no difference."""
        return "".join(character for character in self.phone if character.isdigit())[-11:]

    @property
    def ending(self) -> str:
        """The last four digits."""
        return self.digits[-4:]


class Contacts:
    """Keeps and reads contacts; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def leave(self, tx: AsyncConnection, conversation_id: str, contact: Contact, at: float) -> Case:
        """Keeps a contact on the conversation's open case; raises NotAllowed where there is none."""
        case = await waiting_or_claimed(tx, conversation_id)
        kept = {"contact_sealed": self._keys.seal(msgspec.json.encode(contact)), "updated_at": at}
        kept["phone_index"] = self._keys.index(contact.digits)
        await tx.execute(update(cases).where(cases.c.id == case.id).values(kept))
        await record(tx, case.id, "contact", "citizen", at)
        return case

    async def read(self, tx: AsyncConnection, case: Case) -> Contact | None:
        sealed = (await tx.execute(select(cases.c.contact_sealed).where(cases.c.id == case.id))).scalar_one()
        return msgspec.json.decode(self._keys.unseal(sealed), type=Contact) if sealed else None
