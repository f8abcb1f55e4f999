"""The roster (值班表): which member of staff answers when. A shift may run past midnight; one's own never overlap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import BadRequest, NotAllowed, NotFound
from connectors.staff.accounts import Member, all_members, member_named
from connectors.storage.schema import duty_shifts
from knowledge.clock import CHINA, local_day

MOST_WEEKS = 12
"""A shift may be repeated on the same day of so many weeks."""
LOOK_AHEAD_S = 30 * 86400.0
_c = duty_shifts.c


@dataclass(frozen=True, slots=True)
class Shift:
    """One member's duty (班次); seconds since 1970."""

    id: int
    member: Member
    begins_at: float
    ends_at: float


def shift_of(day: date, begins: str, ends: str) -> tuple[float, float]:
    """From hours like "18:00" and "02:00" on a local day; what ends before it begins ends on the next day.

    Raises BadRequest.
    """
    try:
        first, last = (time.fromisoformat(text.strip()) for text in (begins, ends))
    except ValueError:
        raise BadRequest("时间写成 09:00 这样") from None
    if first == last:
        raise BadRequest("开始和结束不能是同一个时间")
    end_day = day if last > first else day + timedelta(days=1)
    return datetime.combine(day, first, CHINA).timestamp(), datetime.combine(end_day, last, CHINA).timestamp()


async def add_shifts(tx: AsyncConnection, name: str, day: date, hours: tuple[str, str], weeks: int = 1) -> None:
    """The same hours on this day of so many weeks. Raises NotFound, BadRequest, NotAllowed."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadRequest(f"最多连排 {MOST_WEEKS} 周")
    member = await member_named(tx, name)
    if not (member.active and member.may("cases")):
        raise NotAllowed(f"{name} 不接案件，不用排班")
    for week in range(weeks):
        begins, ends = shift_of(day + timedelta(weeks=week), *hours)
        mine = _c.staff_id == member.id, _c.begins_at < ends, _c.ends_at > begins
        if (await tx.execute(select(_c.id).where(*mine).limit(1))).one_or_none():
            raise NotAllowed(f"{name} 在 {local_day(begins)} 已经有重叠的班")
        await tx.execute(insert(duty_shifts).values(staff_id=member.id, begins_at=begins, ends_at=ends))


async def drop_shift(tx: AsyncConnection, shift: int) -> None:
    """Takes a shift off the roster; raises NotFound."""
    dropped = await tx.execute(delete(duty_shifts).where(_c.id == shift))
    if not dropped.rowcount:
        raise NotFound("没有这个班次")


async def shifts_between(tx: AsyncConnection, first: float, last: float) -> list[Shift]:
    """Shifts that touch this stretch of time, in their order."""
    members = {member.id: member for member in await all_members(tx)}
    query = select(duty_shifts).where(_c.ends_at > first, _c.begins_at < last).order_by(_c.begins_at, _c.staff_id)
    return [Shift(row.id, members[row.staff_id], row.begins_at, row.ends_at) for row in await tx.execute(query)]


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who could answer, by the roster: the members on duty now, and when else the next duty begins."""

    now: tuple[str, ...]
    next_at: float | None


async def on_duty(tx: AsyncConnection, at: float, specialty: str | None = None) -> OnDuty | None:
    """For matters of a specialty: members who have it, or none in particular; of any matter, everybody.

    None where no duty of theirs is on the roster, now or in LOOK_AHEAD_S.
    """
    shifts = [shift for shift in await shifts_between(tx, at, at + LOOK_AHEAD_S) if _answers(shift, specialty)]
    if not shifts:
        return None
    now = tuple(dict.fromkeys(shift.member.name for shift in shifts if shift.begins_at <= at))
    return OnDuty(now, None if now else shifts[0].begins_at)


def _answers(shift: Shift, specialty: str | None) -> bool:
    member = shift.member
    if not (member.active and member.may("cases")) or member.duties.away(local_day(shift.begins_at)):
        return False
    return specialty is None or not member.duties.specialties or specialty in member.duties.specialties
