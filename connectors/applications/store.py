"""Applications in the database: begun, filled, handed in, and what the receiver makes of them; each change an event."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import free_number
from connectors.errors import NotAllowed, NotFound
from connectors.keyring import KeyRing
from connectors.storage.schema import application_events, applications

DRAFT, HANDED_IN, RECEIVED, PAPERS_WANTED = "draft", "handed_in", "received", "papers_wanted"
GRANTED, REFUSED, ASSIGNED, WITHDRAWN, ENDED = "granted", "refused", "assigned", "withdrawn", "ended"
_UNDECIDED = frozenset({HANDED_IN, RECEIVED, PAPERS_WANTED})
TRANSITIONS: Mapping[str, frozenset[str]] = {
    HANDED_IN: frozenset({DRAFT}),
    RECEIVED: frozenset({HANDED_IN, PAPERS_WANTED}),
    PAPERS_WANTED: frozenset({HANDED_IN, RECEIVED}),
    GRANTED: _UNDECIDED | {REFUSED},
    REFUSED: _UNDECIDED,
    ASSIGNED: _UNDECIDED | {GRANTED},
    WITHDRAWN: frozenset({*_UNDECIDED, DRAFT}),
    ENDED: frozenset({GRANTED, ASSIGNED}),
}
"""Status after -> the statuses before that lead there; there is no other path. A refusal that is objected to may end in
aid (第四十九条); an assignment says that aid was granted, where that word is still on its way.
"""
STATUS_NAMES = {
    DRAFT: "没有填完",
    HANDED_IN: "已提交",
    RECEIVED: "已收到",
    PAPERS_WANTED: "要补材料",
    GRANTED: "已受理",
    REFUSED: "没有受理",
    ASSIGNED: "已安排人",
    WITHDRAWN: "已撤回",
    ENDED: "已办结",
}
CITIZEN = "citizen"
BEGUN, IGNORED = "begun", "ignored"
EVENT_NAMES = STATUS_NAMES | {BEGUN: "开始填写", IGNORED: "收到过时的消息", "viewed": "看过", "exported": "导出"}
_RANDOM_BYTES = 16


@dataclass(frozen=True, slots=True)
class Application:
    """One application with its answers, by field."""

    id: int
    key: str
    number: str
    form: str
    form_version: int
    conversation_id: str
    status: str
    nonce: str
    browser: str | None
    answers: dict[str, str]
    matter: str | None
    urgent: bool
    receiver: str | None
    receipt: str | None
    created_at: float
    handed_in_at: float | None
    standing_at: float | None


@dataclass(frozen=True, slots=True)
class ApplicationEvent:
    """One change; `note` is what the receiver says with it."""

    kind: str
    actor: str
    at: float
    note: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a receiving system was handed (对账): all, those it gave a number of its own, those that wait for one and
    since when the oldest does, in seconds since 1970.
    """

    receiver: str
    handed: int
    acknowledged: int
    waiting: int
    oldest: float | None


class Applications:
    """Reads and writes applications; every method takes the caller's transaction."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    async def begin(
        self,
        tx: AsyncConnection,
        conversation_id: str,
        form: tuple[str, int],
        matter: str | None,
        answers: Mapping[str, str],
        today: date,
        at: float,
    ) -> Application:
        """A draft for the conversation, `answers` filled in already; the draft that it has of this form stays as it is,
        with a new link in place of the old one.
        """
        draft = await self.latest(tx, conversation_id, form[0])
        nonce = secrets.token_urlsafe(_RANDOM_BYTES)
        if draft and draft.status == DRAFT and draft.form_version == form[1]:
            return await self.renew_link(tx, draft, at)
        row = {
            "key": secrets.token_urlsafe(_RANDOM_BYTES),
            "number": await free_number(tx, applications.c.number, today),
            "form": form[0],
            "form_version": form[1],
            "conversation_id": conversation_id,
            "status": DRAFT,
            "nonce": nonce,
            "answers_sealed": self._keys.seal(msgspec.json.encode(answers)),
            "matter": matter,
            "urgent": False,
            "created_at": at,
            "updated_at": at,
        }
        result = await tx.execute(insert(applications).values(row))
        await self._record(tx, result.inserted_primary_key[0], BEGUN, CITIZEN, at)
        return await self._by(tx, applications.c.id == result.inserted_primary_key[0])

    async def renew_link(self, tx: AsyncConnection, application: Application, at: float) -> Application:
        """Older links open nothing any more, and whoever opens the new one first has it."""
        values = {"nonce": secrets.token_urlsafe(_RANDOM_BYTES), "browser": None, "updated_at": at}
        await tx.execute(update(applications).where(applications.c.id == application.id).values(values))
        return await self._by(tx, applications.c.id == application.id)

    async def latest(self, tx: AsyncConnection, conversation_id: str, form: str | None = None) -> Application | None:
        """The newest application of a conversation."""
        mine = [applications.c.conversation_id == conversation_id] + ([applications.c.form == form] if form else [])
        query = select(applications.c.id).where(*mine).order_by(applications.c.id.desc()).limit(1)
        row_id = (await tx.execute(query)).scalar_one_or_none()
        return await self._by(tx, applications.c.id == row_id) if row_id else None

    async def find(self, tx: AsyncConnection, number: str) -> Application:
        """By its number; raises NotFound."""
        return await self._by(tx, applications.c.number == number)

    async def open(self, tx: AsyncConnection, key: str, nonce: str, at: float) -> str:
        """The cookie for the browser that opens a link first; raises NotFound where another did, or a newer link is."""
        cookie = secrets.token_urlsafe(_RANDOM_BYTES)
        mine = applications.c.key == key, applications.c.nonce == nonce, applications.c.browser.is_(None)
        opened = await tx.execute(update(applications).where(*mine).values(browser=hash_of(cookie), updated_at=at))
        if opened.rowcount != 1:
            raise NotFound("这个链接已经用过或者换过了。请回到对话里再说一次要申请什么，会给您一个新的链接，填过的都在")
        return cookie

    async def opened_by(self, tx: AsyncConnection, key: str, cookie: str) -> Application:
        """The application of an address, for the browser that opened it; raises NotFound for any other."""
        mine = applications.c.key == key, applications.c.browser == hash_of(cookie)
        return await self._by(tx, *mine)

    async def save(self, tx: AsyncConnection, application: Application, answers: Mapping[str, str], at: float) -> None:
        """Keeps the answers of a draft; raises NotAllowed where it was handed in meanwhile."""
        await self._change_draft(tx, application, {"answers_sealed": self._sealed(answers), "updated_at": at})

    async def hand_in(
        self,
        tx: AsyncConnection,
        application: Application,
        answers: Mapping[str, str],
        *,
        urgent: bool,
        receiver: str | None,
        at: float,
    ) -> Application:
        """From now on it is the receiver's; raises NotAllowed where it was handed in already."""
        values = {"answers_sealed": self._sealed(answers), "updated_at": at, "urgent": urgent, "receiver": receiver}
        await self._change_draft(tx, application, values | {"status": HANDED_IN, "handed_in_at": at})
        await self._record(tx, application.id, HANDED_IN, CITIZEN, at)
        return await self._by(tx, applications.c.id == application.id)

    async def withdraw(self, tx: AsyncConnection, application: Application, at: float) -> bool:
        """The citizen no longer wants it; whether that was still possible."""
        return await self._move(tx, application, WITHDRAWN, {"updated_at": at, "standing_at": at}, CITIZEN, at)

    async def standing(
        self,
        tx: AsyncConnection,
        application: Application,
        status: str,
        actor: str,
        at: float,
        *,
        note: str = "",
        receipt: str | None = None,
        delivery: str | None = None,
    ) -> bool:
        """What the receiver, or an officer, has made of it at `at`; whether that is news.

        What is older than what is known already, or leads nowhere from there, is only put on record.
        """
        values: dict[str, Any] = {"updated_at": at, "standing_at": at}
        if receipt:
            values["receipt"] = receipt
        fresh = application.standing_at is None or at >= application.standing_at
        moved = fresh and await self._move(tx, application, status, values, actor, at, note, delivery)
        if not moved:
            if receipt and not application.receipt:
                known = applications.c.id == application.id
                await tx.execute(update(applications).where(known).values(receipt=receipt))
            await self._record(tx, application.id, IGNORED, actor, at, note or STATUS_NAMES[status], delivery)
        return moved

    async def knows_delivery(self, tx: AsyncConnection, delivery: str) -> bool:
        """Whether this message of the receiver has come before."""
        query = select(application_events.c.id).where(application_events.c.delivery == delivery)
        return (await tx.execute(query)).one_or_none() is not None

    async def events_of(self, tx: AsyncConnection, application: Application) -> list[ApplicationEvent]:
        c = application_events.c
        query = select(c.kind, c.actor, c.at, c.note_sealed).where(c.application_id == application.id).order_by(c.id)
        return [
            ApplicationEvent(
                row.kind, row.actor, row.at, self._keys.unseal_text(row.note_sealed) if row.note_sealed else ""
            )
            for row in await tx.execute(query)
        ]

    async def record_view(
        self, tx: AsyncConnection, application: Application, actor: str, at: float, *, exported: bool = False
    ) -> None:
        """Somebody of the staff has read it, or taken it out in a file."""
        await self._record(tx, application.id, "exported" if exported else "viewed", actor, at)

    async def handed_over(self, tx: AsyncConnection) -> list[Reconciled]:
        """Per receiving system: how many it was handed, how many it has given a number, and since when one waits."""
        c = applications.c
        waits = case((c.receipt.is_(None) & c.status.in_((HANDED_IN, WITHDRAWN)), c.handed_in_at))
        counts = func.count(), func.count(c.receipt), func.count(waits), func.min(waits)
        query = select(c.receiver, *counts).where(c.receiver.is_not(None)).group_by(c.receiver).order_by(c.receiver)
        return [Reconciled(*row) for row in await tx.execute(query)]

    async def list(self, tx: AsyncConnection, statuses: Collection[str], most: int) -> list[Application]:
        """Those of a status, urgent first, then the oldest."""
        c = applications.c
        query = select(applications).where(c.status.in_(statuses)).order_by(c.urgent.desc(), c.handed_in_at).limit(most)
        return [self._application(row) for row in await tx.execute(query)]

    async def _change_draft(self, tx: AsyncConnection, application: Application, values: Mapping[str, Any]) -> None:
        mine = applications.c.id == application.id, applications.c.status == DRAFT
        if (await tx.execute(update(applications).where(*mine).values(values))).rowcount != 1:
            raise NotAllowed("这份申请已经提交了，不能再改。要补充的，请打 12348 或者在对话里说")

    async def _move(
        self,
        tx: AsyncConnection,
        application: Application,
        status: str,
        values: Mapping[str, Any],
        actor: str,
        at: float,
        note: str = "",
        delivery: str | None = None,
    ) -> bool:
        """Along TRANSITIONS, in one atomic statement."""
        mine = applications.c.id == application.id, applications.c.status.in_(TRANSITIONS[status])
        moved = await tx.execute(update(applications).where(*mine).values(**values, status=status))
        if moved.rowcount != 1:
            return False
        await self._record(tx, application.id, status, actor, at, note, delivery)
        return True

    async def _record(
        self,
        tx: AsyncConnection,
        application_id: int,
        kind: str,
        actor: str,
        at: float,
        note: str = "",
        delivery: str | None = None,
    ) -> None:
        row = {"application_id": application_id, "kind": kind, "actor": actor, "at": at, "delivery": delivery}
        row["note_sealed"] = self._keys.seal_text(note) if note else None
        await tx.execute(insert(application_events).values(row))

    async def _by(self, tx: AsyncConnection, *conditions: Any) -> Application:
        row = (await tx.execute(select(applications).where(*conditions))).one_or_none()
        if row is None:
            raise NotFound("没有找到这份申请。请回到对话里再说一次要申请什么，会给您一个新的链接，填过的都在")
        return self._application(row)

    def _application(self, row: Any) -> Application:
        answers = msgspec.json.decode(self._keys.unseal(row.answers_sealed), type=dict[str, str])
        return Application(
            row.id,
            row.key,
            row.number,
            row.form,
            row.form_version,
            row.conversation_id,
            row.status,
            row.nonce,
            row.browser,
            answers,
            row.matter,
            row.urgent,
            row.receiver,
            row.receipt,
            row.created_at,
            row.handed_in_at,
            row.standing_at,
        )

    def _sealed(self, answers: Mapping[str, str]) -> bytes:
        return self._keys.seal(msgspec.json.encode(answers))


def hash_of(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
