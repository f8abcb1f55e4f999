"""What citizens say of how they were helped (一单一评): in their own words after a case is closed, on every channel."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.cases.store import CLOSED, Case, cases_numbered, find_case, record
from connectors.storage.schema import case_events, cases

Rating = Literal["satisfied", "neutral", "dissatisfied"]
RATING_NAMES: dict[Rating, str] = {"satisfied": "满意", "neutral": "一般", "dissatisfied": "不满意"}
ASKED_S = 7 * 86400.0
"""So long after its end a case can be rated; one that comes back within this time was not settled."""
_MARKS = "[。.!！~，, ]*"
_WORDS: tuple[tuple[Rating, re.Pattern[str]], ...] = (
    ("dissatisfied", re.compile(r"(?:我|很|非常|太|都|对此|十分)*不(?:太|怎么|系好|是很)?满意.{0,200}", re.DOTALL)),
    ("dissatisfied", re.compile(rf"(?:问题|事情|还|都|根本)*(?:没有?|冇)(?:得到)?解决|(?:很|太|非常)差|差评{_MARKS}")),
    ("neutral", re.compile(rf"(?:感觉|觉得)?(?:一般般?|还行|还可以|基本满意|麻麻地){_MARKS}")),
    (
        "satisfied",
        re.compile(rf"(?:我|很|非常|好|都几|十分|挺|都)*满意(?:了|的|，?谢谢.{{0,10}})?{_MARKS}|好评{_MARKS}"),
    ),
)


def rating_of(words: str) -> Rating | None:
    """The rating in normalised words; None where they are about something else."""
    return next((rating for rating, pattern in _WORDS if pattern.fullmatch(words.strip())), None)


async def rate(tx: AsyncConnection, conversation_id: str, rating: Rating, at: float) -> Case | None:
    """Keeps a rating of the case that was closed last; None where none was, or it is rated, or too long ago."""
    mine = cases.c.conversation_id == conversation_id, cases.c.status == CLOSED
    query = select(cases.c.number, cases.c.rating, cases.c.updated_at).where(*mine).order_by(cases.c.id.desc()).limit(1)
    row = (await tx.execute(query)).one_or_none()
    if row is None or row.rating is not None or row.updated_at < at - ASKED_S:
        return None
    case = await find_case(tx, row.number)
    await tx.execute(update(cases).where(cases.c.id == case.id).values(rating=rating, rated_at=at))
    await record(tx, case.id, rating, "citizen", at)
    return case


async def to_call_back(tx: AsyncConnection, most: int) -> list[tuple[Case, float]]:
    """Cases whose citizens were not satisfied and have not been called yet, each with when they said so."""
    waiting = cases.c.rating == "dissatisfied", cases.c.called_back_at.is_(None)
    query = select(cases.c.number, cases.c.rated_at).where(*waiting).order_by(cases.c.rated_at).limit(most)
    rated_at = {row.number: row.rated_at for row in await tx.execute(query)}
    return [(case, rated_at[number]) for number, case in (await cases_numbered(tx, [*rated_at])).items()]


async def called_back(tx: AsyncConnection, number: str, actor: str, at: float) -> bool:
    """Somebody has spoken with the citizen; whether that was still to do."""
    case = await find_case(tx, number)
    mine = cases.c.id == case.id, cases.c.rating == "dissatisfied", cases.c.called_back_at.is_(None)
    done = await tx.execute(update(cases).where(*mine).values(called_back_at=at))
    if done.rowcount == 1:
        await record(tx, case.id, "called_back", actor, at)
    return bool(done.rowcount == 1)


@dataclass(frozen=True, slots=True)
class Report:
    """What became of cases, counted by people helped where that differs. Minutes are medians; shares 0 to 1."""

    opened: int
    people: int
    closed: int
    settled: float | None
    rated: float | None
    satisfied: float | None
    to_call_back: int
    minutes_to_claim: float | None
    taken_back: int
    reopened: int
    reasons: dict[str, int]


async def report(tx: AsyncConnection, since: float, now: float) -> Report:
    """Over the cases opened since then. `settled`: of those closed long enough, not back within seven days."""
    rows = (await tx.execute(select(cases).where(cases.c.opened_at >= since).order_by(cases.c.id))).all()
    closed = [row for row in rows if row.status == CLOSED]
    rated = [row for row in closed if row.rating]
    opened_at: dict[str, list[float]] = {}
    for row in rows:
        opened_at.setdefault(row.conversation_id, []).append(row.opened_at)
    ripe = [row for row in closed if row.updated_at <= now - ASKED_S]
    back = [row for row in ripe if _back(row.updated_at, opened_at[row.conversation_id])]
    columns, counted = (case_events.c.case_id, case_events.c.kind, case_events.c.at), cases.c.opened_at >= since
    query = select(*columns).select_from(case_events.join(cases)).where(counted).order_by(case_events.c.id)
    claims: dict[int, float] = {}
    taken = reopened = 0
    for event in await tx.execute(query):
        taken += event.kind == "take_back"
        reopened += event.kind == "reopen"
        if event.kind == "claim":
            claims.setdefault(event.case_id, event.at)
    waits = [(claims[row.id] - row.opened_at) / 60 for row in rows if row.id in claims]
    return Report(
        opened=len(rows),
        people=len(opened_at),
        closed=len(closed),
        settled=_share(len(ripe) - len(back), ripe),
        rated=_share(len(rated), closed),
        satisfied=_share(sum(row.rating == "satisfied" for row in rated), rated),
        to_call_back=sum(row.rating == "dissatisfied" and row.called_back_at is None for row in rated),
        minutes_to_claim=round(median(waits), 1) if waits else None,
        taken_back=taken,
        reopened=reopened,
        reasons={reason: sum(row.reason == reason for row in rows) for reason in sorted({row.reason for row in rows})},
    )


def _back(closed_at: float, opened: Sequence[float]) -> bool:
    return any(closed_at < at <= closed_at + ASKED_S for at in opened)


def _share(part: int, whole: Sequence[object]) -> float | None:
    return round(part / len(whole), 3) if whole else None
