"""Cases in the database: opened, found, claimed, closed; every change is an event with actor and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case as case_when
from sqlalchemy import false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outcomes import Handoff
from connectors.cases.numbers import new_number
from connectors.errors import NotAllowed, NotFound
from connectors.storage.schema import case_events, cases

WAITING, CLAIMED, CLOSED = "waiting", "claimed", "closed"
TRANSITIONS: dict[str, tuple[str, str]] = {
    "claim": (WAITING, CLAIMED),
    "return": (CLAIMED, WAITING),
    "take_back": (CLAIMED, WAITING),
    "transfer": (CLAIMED, CLAIMED),
    "close": (CLAIMED, CLOSED),
    "reopen": (CLOSED, CLAIMED),
}
"""Event -> (status before, status after); there is no other path."""

_NUMBER_TRIES = 20


@dataclass(frozen=True, slots=True)
class Case:
    """A case as lists show it; the words are on its conversation."""

    id: int
    number: str
    conversation_id: str
    status: str
    reason: str
    urgent: bool
    matter: str | None
    claimed_by: str | None
    opened_at: float
    danger: str | None = None
    claimed_at: float | None = None
    awaits_since: float | None = None
    town: str | None = None
    outcome: str | None = None
    referred_to: str | None = None


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One change of a case."""

    kind: str
    actor: str
    at: float


async def open_case(
    tx: AsyncConnection,
    conversation_id: str,
    handoff: Handoff,
    matter: str | None,
    today: date,
    at: float,
    town: str | None = None,
) -> tuple[Case, bool]:
    """The conversation's open case, or a new one (True), in the caller's transaction."""
    current = await open_case_of(tx, conversation_id)
    if current:
        return current, False
    number = await free_number(tx, cases.c.number, today)
    result = await tx.execute(
        insert(cases).values(
            number=number,
            conversation_id=conversation_id,
            status=WAITING,
            reason=handoff.reason,
            urgent=handoff.danger is not None,
            danger=handoff.danger,
            matter=matter,
            town=town,
            opened_at=at,
            awaits_since=at,
            updated_at=at,
        )
    )
    row_id = result.inserted_primary_key[0]
    case = Case(
        row_id,
        number,
        conversation_id,
        WAITING,
        handoff.reason,
        handoff.danger is not None,
        matter,
        None,
        at,
        handoff.danger,
        awaits_since=at,
        town=town,
    )
    await record(tx, case.id, "opened", "citizen", at)
    return case, True


async def mark_urgent(tx: AsyncConnection, case: Case, danger: str | None, at: float) -> bool:
    """The case goes to the head of the queue, because danger was heard; whether that is news."""
    if case.danger == danger:
        return False
    values = {"urgent": True, "danger": danger, "updated_at": at}
    await tx.execute(update(cases).where(cases.c.id == case.id).values(**values))
    await record(tx, case.id, "urgent", "system", at)
    return not case.urgent


async def open_case_of(tx: AsyncConnection, conversation_id: str) -> Case | None:
    """The case of a conversation that is not closed."""
    query = _CASES.where(cases.c.conversation_id == conversation_id, cases.c.status != CLOSED)
    row = (await tx.execute(query.order_by(cases.c.id.desc()).limit(1))).one_or_none()
    return Case(*row) if row else None


async def newest_case_of(tx: AsyncConnection, conversation_id: str) -> Case | None:
    """The newest case of a conversation, closed or not."""
    query = _CASES.where(cases.c.conversation_id == conversation_id).order_by(cases.c.id.desc())
    row = (await tx.execute(query.limit(1))).one_or_none()
    return Case(*row) if row else None


async def waiting_or_claimed(tx: AsyncConnection, conversation_id: str) -> Case:
    """The conversation's open case; raises NotAllowed where there is none."""
    case = await open_case_of(tx, conversation_id)
    if case is None:
        raise NotAllowed("还没有转给工作人员的事，请先说“转人工”")
    return case


async def list_cases(
    tx: AsyncConnection,
    status: str | None = None,
    holder: str | None = None,
    most: int | None = None,
    *,
    domains: Sequence[str] = (),
    towns: Sequence[str] = (),
) -> list[Case]:
    """Cases, urgent first, then those of these domains or towns, then the oldest; of one status, of one holder, at most
    so many where that is said.
    """
    theirs = [cases.c.matter.startswith(f"{domain}.", autoescape=True) for domain in domains]
    suits = or_(*theirs, cases.c.town.in_(towns))
    others = case_when((suits, 0), else_=1)
    query = _CASES.order_by(cases.c.urgent.desc(), others, cases.c.opened_at).limit(most)
    if status:
        query = query.where(cases.c.status == status)
    if holder:
        query = query.where(cases.c.claimed_by == holder)
    return [Case(*row) for row in await tx.execute(query)]


async def open_longest(tx: AsyncConnection, *, awaited: bool, urgent: bool, most: int) -> list[Case]:
    """Open cases, those first for which the clock has run longest: since a person's word is awaited (`awaited`), or
    since they were opened.
    """
    begun, waits = (cases.c.awaits_since if awaited else cases.c.opened_at), cases.c.awaits_since.is_not(None)
    mine = cases.c.status.in_((WAITING, CLAIMED)), cases.c.urgent == urgent, waits if awaited else ~waits
    return [Case(*row) for row in await tx.execute(_CASES.where(*mine).order_by(begun).limit(most))]


async def cases_numbered(tx: AsyncConnection, numbers: Sequence[str]) -> dict[str, Case]:
    """Cases by their numbers, in this order."""
    found = {row.number: Case(*row) for row in await tx.execute(_CASES.where(cases.c.number.in_(numbers)))}
    return {number: found[number] for number in numbers if number in found}


async def count_cases(tx: AsyncConnection, status: str) -> int:
    query = select(func.count()).select_from(cases).where(cases.c.status == status)
    return int((await tx.execute(query)).scalar_one())


async def cases_of_phone(tx: AsyncConnection, indexes: Sequence[str], most: int) -> list[Case]:
    """The latest cases whose telephone has one of these indexes."""
    query = _CASES.where(cases.c.phone_index.in_(indexes)).order_by(cases.c.opened_at.desc()).limit(most)
    return [Case(*row) for row in await tx.execute(query)]


async def search_cases(
    tx: AsyncConnection,
    *,
    number: str = "",
    phone_indexes: Sequence[str] = (),
    holder: str = "",
    matters: Sequence[str] = (),
    towns: Sequence[str] = (),
    most: int,
) -> list[Case]:
    """The latest cases of which any of this holds: the number begins so, the telephone, the holder, matter, town."""
    listed = (cases.c.matter, matters), (cases.c.town, towns), (cases.c.phone_index, phone_indexes)
    found = [column.in_(values) for column, values in listed if values]
    found += [cases.c.number.startswith(number, autoescape=True)] if number else []
    found += [cases.c.claimed_by == holder] if holder else []
    query = _CASES.where(or_(false(), *found)).order_by(cases.c.opened_at.desc()).limit(most)
    return [Case(*row) for row in await tx.execute(query)]


async def find_case(tx: AsyncConnection, number: str) -> Case:
    """The case of a number; raises NotFound."""
    row = (await tx.execute(_CASES.where(cases.c.number == number))).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为 {number} 的案件")
    return Case(*row)


async def events_of(tx: AsyncConnection, case: Case) -> list[CaseEvent]:
    columns = (case_events.c.kind, case_events.c.actor, case_events.c.at)
    query = select(*columns).where(case_events.c.case_id == case.id).order_by(case_events.c.id)
    return [CaseEvent(*row) for row in await tx.execute(query)]


async def change(
    tx: AsyncConnection,
    case: Case,
    event: str,
    actor: str,
    at: float,
    *,
    outcome: str | None = None,
    referred_to: str | None = None,
    holder: str | None = None,
) -> None:
    """Moves a case along TRANSITIONS in one atomic statement; raises NotAllowed where status or holder have changed.

    `holder` has it afterwards. A case that is closed waits for nobody's word; one given back does.
    """
    before, after = TRANSITIONS[event]
    values: dict[str, Any] = {"status": after, "updated_at": at, "outcome": outcome, "referred_to": referred_to}
    if after == CLOSED:
        values["awaits_since"] = None
    else:
        values |= {"claimed_by": holder, "claimed_at": at if holder else None}
    if after == WAITING and case.awaits_since is None:
        values["awaits_since"] = at
    unchanged = (
        cases.c.id == case.id,
        cases.c.status == before,
        cases.c.claimed_by.is_not_distinct_from(case.claimed_by),
    )
    moved = await tx.execute(update(cases).where(*unchanged).values(**values))
    if moved.rowcount != 1:
        raise NotAllowed(f"案件 {case.number} 现在是“{STATUS_NAMES[case.status]}”，不能这样处理")
    await record(tx, case.id, event, actor, at)


async def citizen_waits(tx: AsyncConnection, case: Case, at: float) -> None:
    """The citizen has spoken: from now on a person's word is awaited, unless it was already."""
    mine = cases.c.id == case.id, cases.c.awaits_since.is_(None)
    await tx.execute(update(cases).where(*mine).values(awaits_since=at))


async def person_spoke(tx: AsyncConnection, case: Case) -> None:
    """A person has answered: nobody waits any more."""
    await tx.execute(update(cases).where(cases.c.id == case.id).values(awaits_since=None))


async def before_in_queue(tx: AsyncConnection, case: Case) -> int:
    """How many cases that wait come before this one: urgent ones, then the older."""
    sooner = (cases.c.urgent == case.urgent) & (cases.c.opened_at < case.opened_at)
    first = sooner if case.urgent else cases.c.urgent | sooner
    query = select(func.count()).select_from(cases).where(cases.c.status == WAITING, cases.c.id != case.id, first)
    return int((await tx.execute(query)).scalar_one())


async def taken_back_from(tx: AsyncConnection, name: str, since: float) -> list[Case]:
    """The cases that a timer has taken from somebody lately."""
    events = case_events.c.kind == "take_back", case_events.c.actor == name, case_events.c.at > since
    query = _CASES.where(cases.c.id.in_(select(case_events.c.case_id).where(*events)))
    return [Case(*row) for row in await tx.execute(query)]


async def count_held(tx: AsyncConnection, holder: str) -> int:
    mine = cases.c.status == CLAIMED, cases.c.claimed_by == holder
    return int((await tx.execute(select(func.count()).select_from(cases).where(*mine))).scalar_one())


DANGER_NAMES: dict[str, str] = {
    "violence": "正在被打",
    "sexual_assault": "性侵害",
    "child_harm": "孩子受害",
    "suicide": "轻生",
    "poisoning": "中毒、服药过量",
    "fire_gas": "火、煤气、急救",
    "confinement": "被关、被控制",
    "threat": "扬言伤人",
    "missing": "走失、失踪",
    "blackmail": "敲诈",
    "fraud": "正在被骗",
    "crowd": "可能聚集",
}
STATUS_NAMES = {WAITING: "等待", CLAIMED: "已接手", CLOSED: "已办结"}
AUTHOR_NAMES = {"citizen": "群众", "bot": "问法", "person": "工作人员", "system": "通知"}
EVENT_NAMES = {
    "opened": "转来",
    "contact": "留了电话",
    "urgent": "变成紧急",
    "claim": "接手",
    "return": "交回",
    "take_back": "没有动静，收回队列",
    "transfer": "转给",
    "close": "办结",
    "reopen": "重新接手",
    "note": "内部备注",
    "viewed": "看过",
    "satisfied": "评价：满意",
    "neutral": "评价：一般",
    "dissatisfied": "评价：不满意",
    "called_back": "回访过",
    "checked": "抽查过",
    "drafted": "写了回复，等审核",
    "draft_sent": "审核后发出",
    "draft_returned": "回复被退回",
    "rejoined": "群众凭编号接着谈",
    "rejoin_refused": "有人报错号码后四位",
    "forgotten": "按群众的要求删除了说过的话",
}
"""What may happen to a case, for staff."""
REFERRED = "referred"
OUTCOME_NAMES = {
    "advised": "已解答",
    REFERRED: "已转介",
    "unreachable": "联系不上",
    "withdrawn": "群众不需要了",
    "other": "其他",
}
"""How a case may end."""
_COLUMNS = (
    "id",
    "number",
    "conversation_id",
    "status",
    "reason",
    "urgent",
    "matter",
    "claimed_by",
    "opened_at",
    "danger",
    "claimed_at",
    "awaits_since",
    "town",
    "outcome",
    "referred_to",
)
_CASES = select(*(cases.c[name] for name in _COLUMNS))


async def free_number(tx: AsyncConnection, column: Any, today: date) -> str:
    """A number of the day that stands in no row of the column."""
    for _ in range(_NUMBER_TRIES):
        number = new_number(today)
        if (await tx.execute(select(column).where(column == number))).one_or_none() is None:
            return number
    raise RuntimeError("no free number was found for the day")


async def record(tx: AsyncConnection, case_id: int, kind: str, actor: str, at: float) -> None:
    await tx.execute(insert(case_events).values(case_id=case_id, kind=kind, actor=actor, at=at))
