"""Accounts of staff (账号): a name, a role, a password as Argon2 hash; wrong passwords lock for a while."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.errors import BadRequest, NotAllowed, NotFound
from connectors.staff.roles import RIGHTS, ROLES, Right, Role
from connectors.storage.schema import staff, staff_sessions

LEAST_PASSWORD = 10
MOST_FAILURES = 5
LOCKED_S = 900.0
"""After MOST_FAILURES wrong passwords nobody signs in under the name for so many seconds."""
_NAME = re.compile(r"[\w·]{1,32}")


@dataclass(frozen=True, slots=True)
class Duties:
    """What a member takes on (分工): fields of law, towns, cases at once; leave until the end of a day; whether a
    supervisor reads what they write before it goes out.
    """

    specialties: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    capacity: int | None = None
    away_until: date | None = None
    checked: bool = False

    def away(self, day: date) -> bool:
        return self.away_until is not None and day <= self.away_until


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff (工作人员)."""

    id: int
    name: str
    role: Role
    active: bool
    duties: Duties

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]


class Accounts:
    """Keeps accounts; every method takes the caller's transaction."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash("a name that is not there takes as long")

    async def add(self, tx: AsyncConnection, name: str, role: str, password: str, at: float) -> None:
        """A new account; raises BadRequest for a bad name, role or password, NotAllowed where the name is taken."""
        if not _NAME.fullmatch(name):
            raise BadRequest("姓名只能是文字、数字、下划线和间隔号，最多 32 个")
        if role not in ROLES:
            raise BadRequest(f"没有“{role}”这种角色，可用：{'、'.join(ROLES)}")
        if (await tx.execute(select(staff.c.id).where(staff.c.name == name))).one_or_none():
            raise NotAllowed(f"已经有叫 {name} 的账号")
        hashed = await self._hash(password)
        await tx.execute(insert(staff).values(name=name, role=role, password_hash=hashed, active=True, created_at=at))

    async def set_password(self, tx: AsyncConnection, name: str, password: str) -> None:
        """A new password; whoever is signed in under the name is signed out; raises NotFound, BadRequest."""
        member = await self.find(tx, name)
        values = {"password_hash": await self._hash(password), "failures": 0, "locked_until": None}
        await tx.execute(update(staff).where(staff.c.id == member.id).values(**values))
        await _sign_out_everywhere(tx, member)

    async def set_active(self, tx: AsyncConnection, name: str, *, active: bool) -> None:
        """Lets a person in again, or out at once; raises NotFound."""
        member = await self.find(tx, name)
        await tx.execute(update(staff).where(staff.c.id == member.id).values(active=active))
        await _sign_out_everywhere(tx, member)

    async def arrange(self, tx: AsyncConnection, name: str, duties: Duties) -> None:
        """Sets what a member takes on; raises NotFound, BadRequest."""
        if duties.capacity is not None and duties.capacity < 1:
            raise BadRequest("同时接手的件数至少是 1")
        member = await self.find(tx, name)
        values = {
            "specialties": ",".join(duties.specialties),
            "towns": ",".join(duties.towns),
            "capacity": duties.capacity,
            "away_until": duties.away_until.isoformat() if duties.away_until else None,
            "checked": duties.checked,
        }
        await tx.execute(update(staff).where(staff.c.id == member.id).values(values))

    async def find(self, tx: AsyncConnection, name: str) -> Member:
        """The account of a name; raises NotFound."""
        return await member_named(tx, name)

    async def all(self, tx: AsyncConnection) -> list[Member]:
        return await all_members(tx)

    async def sign_in(self, tx: AsyncConnection, name: str, password: str, at: float) -> Member | None:
        """The member whose password this is; None where it is not, or the account is locked or closed.

        All of these take as long and look the same; a failure is counted, so the caller commits it too.
        """
        query = select(staff.c.id, staff.c.password_hash, staff.c.failures, staff.c.locked_until, staff.c.active)
        row = (await tx.execute(query.where(staff.c.name == name))).one_or_none()
        right = await self._verify(row.password_hash if row else self._nobody, password)
        if row is None or not row.active or (row.locked_until or 0) > at:
            return None
        if not right:
            failures = row.failures + 1
            locked = {"failures": 0, "locked_until": at + LOCKED_S} if failures >= MOST_FAILURES else {}
            await tx.execute(update(staff).where(staff.c.id == row.id).values(**{"failures": failures, **locked}))
            return None
        await tx.execute(update(staff).where(staff.c.id == row.id).values(failures=0, locked_until=None))
        return await self.find(tx, name)

    async def _hash(self, password: str) -> str:
        if len(password) < LEAST_PASSWORD:
            raise BadRequest(f"密码至少 {LEAST_PASSWORD} 个字")
        return await asyncio.to_thread(self._hasher.hash, password)

    async def _verify(self, hashed: str, password: str) -> bool:
        try:
            return await asyncio.to_thread(self._hasher.verify, hashed, password)
        except (VerificationError, InvalidHashError):
            return False


_DUTIES = staff.c.specialties, staff.c.towns, staff.c.capacity, staff.c.away_until, staff.c.checked
_MEMBERS = select(staff.c.id, staff.c.name, staff.c.role, staff.c.active, *_DUTIES)


async def member_named(tx: AsyncConnection, name: str) -> Member:
    """The account of a name; raises NotFound."""
    row = (await tx.execute(_MEMBERS.where(staff.c.name == name))).one_or_none()
    if row is None:
        raise NotFound(f"没有叫 {name} 的账号")
    return _member(row)


async def all_members(tx: AsyncConnection) -> list[Member]:
    return [_member(row) for row in await tx.execute(_MEMBERS.order_by(staff.c.name))]


async def duties_of(tx: AsyncConnection, name: str) -> Duties:
    """What somebody takes on; of a name without account, no limits."""
    row = (await tx.execute(_MEMBERS.where(staff.c.name == name))).one_or_none()
    return _member(row).duties if row else Duties()


async def active_member(tx: AsyncConnection, member_id: int) -> Member | None:
    """The member of an id; None where the account is closed."""
    row = (await tx.execute(_MEMBERS.where(staff.c.id == member_id, staff.c.active))).one_or_none()
    return _member(row) if row else None


async def _sign_out_everywhere(tx: AsyncConnection, member: Member) -> None:
    await tx.execute(staff_sessions.delete().where(staff_sessions.c.staff_id == member.id))


def _member(row: Any) -> Member:
    away = date.fromisoformat(row.away_until) if row.away_until else None
    duties = Duties(_listed(row.specialties), _listed(row.towns), row.capacity, away, row.checked)
    return Member(row.id, row.name, row.role, row.active, duties)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)
