"""`wenfa staff …`: accounts for the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from connectors.commands.database import transaction

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from connectors.staff.accounts import Accounts

app = typer.Typer(help="工作台的账号。", no_args_is_help=True)
T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="姓名，登录也用它")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="agent、adviser、officer、mediator、editor、supervisor 或 admin")],
) -> None:
    """新账号；密码从键盘读，或者从标准输入的第一行读。"""
    import time

    password = _password()
    _work(lambda accounts, tx: accounts.add(tx, name, role, password, time.time()))
    typer.echo("好了", err=True)


@app.command()
def password(name: Name) -> None:
    """换密码；正在登录的会退出。"""
    new = _password()
    _work(lambda accounts, tx: accounts.set_password(tx, name, new))
    typer.echo("好了", err=True)


@app.command("list")
def list_() -> None:
    """全部账号。"""
    from connectors.staff.roles import ROLE_NAMES

    for member in _work(lambda accounts, tx: accounts.all(tx)):
        duties = member.duties
        parts = [member.name, ROLE_NAMES[member.role], *duties.specialties, *duties.towns]
        parts += [f"最多 {duties.capacity} 件"] if duties.capacity else []
        parts += [f"请假到 {duties.away_until}"] if duties.away_until else []
        parts += ["回复要先审"] if duties.checked else []
        typer.echo("  ".join(parts if member.active else [*parts, "已停用"]))


@app.command()
def arrange(
    name: Name,
    specialties: Annotated[
        str, typer.Option(help="专长，逗号隔开，例如 labour,family；见 knowledge/taxonomy 的 specialty")
    ] = "",
    towns: Annotated[str, typer.Option(help="镇街，逗号隔开，例如 xiaolan；见 knowledge/cities")] = "",
    capacity: Annotated[int | None, typer.Option(help="同时接手的件数，不写不限")] = None,
    away: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="请假到哪一天")] = None,
    checked: Annotated[bool, typer.Option("--checked", help="写的回复要督办看过才发出")] = False,
) -> None:
    """分工：什么事、哪里的、同时接几件、请假到哪天、回复要不要先审；没写的清掉。"""
    from connectors.staff.accounts import Duties

    until = away.date() if away else None
    duties = Duties(_parts(specialties), _parts(towns), capacity, until, checked)
    _work(lambda accounts, tx: accounts.arrange(tx, name, duties))
    typer.echo("好了", err=True)


@app.command()
def duty(
    name: Name,
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="哪天")],
    begins: Annotated[str, typer.Argument(help="几点开始，例如 18:00")],
    ends: Annotated[str, typer.Argument(help="几点结束，例如 02:00；比开始早就是第二天")],
    weeks: Annotated[int, typer.Option(help="同一天连排几周")] = 1,
) -> None:
    """排班：谁哪天几点到几点值班。"""
    from connectors.staff.roster import add_shifts

    _work(lambda _, tx: add_shifts(tx, name, day.date(), (begins, ends), weeks))
    typer.echo("好了", err=True)


@app.command()
def roster(days: Annotated[int, typer.Option(help="从今天起看几天")] = 14) -> None:
    """值班表。"""
    import time

    from connectors.staff.roster import shifts_between
    from knowledge.clock import local_time

    now = time.time()
    for shift in _work(lambda _, tx: shifts_between(tx, now, now + days * 86400)):
        begins, ends = local_time(shift.begins_at), local_time(shift.ends_at)
        typer.echo(f"{begins:%Y-%m-%d %H:%M} 到 {ends:%m-%d %H:%M}  {shift.member.name}")


@app.command()
def disable(name: Name) -> None:
    """停用：马上不能用工作台。"""
    _work(lambda accounts, tx: accounts.set_active(tx, name, active=False))
    typer.echo("好了", err=True)


@app.command()
def enable(name: Name) -> None:
    """重新启用。"""
    _work(lambda accounts, tx: accounts.set_active(tx, name, active=True))
    typer.echo("好了", err=True)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("，", ",").split(",") if part.strip())


def _password() -> str:
    import sys

    if sys.stdin.isatty():
        return str(typer.prompt("密码", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _work(work: Callable[[Accounts, AsyncConnection], Awaitable[T]]) -> T:
    """Does it in one transaction on the configured database."""
    import asyncio

    from connectors.staff.accounts import Accounts

    async def run() -> T:
        async with transaction() as (tx, _):
            return await work(Accounts(), tx)

    return asyncio.run(run())
