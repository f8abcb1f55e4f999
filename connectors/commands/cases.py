"""`wenfa cases …`: the queue from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from connectors.commands.database import transaction
from connectors.commands.output import print_json

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from connectors.cases.desk import Desk

app = typer.Typer(help="转人工的案件。", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="编号，例如 261123-482073")]
Actor = Annotated[str, typer.Option("--by", help="经办人")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@app.command("list")
def list_(
    status: Annotated[str | None, typer.Option(help="waiting、claimed 或 closed")] = None, as_json: AsJson = False
) -> None:
    """列出案件，紧急的在前。"""
    import asyncio

    from connectors.cases.store import DANGER_NAMES, STATUS_NAMES, list_cases
    from connectors.errors import BadRequest

    if status and status not in STATUS_NAMES:
        raise BadRequest(f"没有“{status}”这种状态，可用：{'、'.join(STATUS_NAMES)}")

    async def run() -> None:
        async with _work() as (tx, _):
            found = await list_cases(tx, status)
        if as_json:
            print_json(found)
        elif not found:
            typer.echo("没有案件")
        else:
            for c in found:
                mark = f"急：{DANGER_NAMES[c.danger]}" if c.danger else "急" if c.urgent else "  "
                typer.echo(f"{c.number}  {mark}  {STATUS_NAMES[c.status]}  {_when(c.opened_at)}  {c.matter or '-'}")

    asyncio.run(run())


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """一个案件和全部对话。"""
    import asyncio

    from connectors.cases.store import AUTHOR_NAMES, DANGER_NAMES, EVENT_NAMES, STATUS_NAMES
    from knowledge.library import urgencies

    async def run() -> None:
        async with _work() as (tx, desk):
            file = await desk.read_file(tx, number)
        if as_json:
            print_json(file)
            return
        case = file.case
        typer.echo(f"{case.number}  {STATUS_NAMES[case.status]}  {_when(case.opened_at)}  {case.matter or '-'}")
        if case.danger:
            typer.echo(f"  紧急：{DANGER_NAMES[case.danger]}")
        if file.contact:
            typer.echo(f"  电话：{file.contact.phone}  {file.contact.when or '随时'}")
        for row in urgencies(case.matter):
            typer.echo(f"  留意：{row.when}（{row.why}）")
        for event in file.events:
            typer.echo(f"  {_when(event.at)}  {EVENT_NAMES[event.kind]}  {event.actor}")
        for said in file.messages:
            typer.echo(f"\n{AUTHOR_NAMES[said.author]}{said.name or ''} {_when(said.at)}：{said.text}")

    asyncio.run(run())


@app.command()
def report(days: Annotated[int, typer.Option(help="最近多少天转来的", min=1)] = 30, as_json: AsJson = False) -> None:
    """办得怎么样：转来多少、多少人、解决了没有再来的、评价、等了多久。"""
    import asyncio
    import time

    from connectors.cases.ratings import report as counted

    async def run() -> None:
        async with _work() as (tx, _):
            found = await counted(tx, time.time() - days * 86400, time.time())
        if as_json:
            print_json(found)
            return
        typer.echo(f"转来 {found.opened} 件，{found.people} 人；办结 {found.closed} 件")
        typer.echo(f"办结七天内没有再来的：{_percent(found.settled)}")
        typer.echo(
            f"评价：{_percent(found.rated)} 评了，满意 {_percent(found.satisfied)}；要回访 {found.to_call_back} 件"
        )
        typer.echo(
            f"到有人接手的中位数：{'—' if found.minutes_to_claim is None else f'{found.minutes_to_claim:g} 分钟'}"
        )
        typer.echo(
            f"没有动静被收回 {found.taken_back} 次；办结后重新接手 {found.reopened} 次；转来的原因 {found.reasons}"
        )

    asyncio.run(run())


@app.command()
def claim(number: Number, by: Actor) -> None:
    """接手：机器人不再说话，群众会看到。"""
    _change(lambda desk, tx, at: desk.claim(tx, number, by, at))


@app.command()
def reply(number: Number, text: Annotated[str, typer.Argument(help="要说的话")], by: Actor) -> None:
    """回复群众：打开的网页上马上看到；还没有人接手的，算是接手。"""
    _change(lambda desk, tx, at: desk.reply(tx, number, by, text, at))


@app.command()
def close(
    number: Number,
    by: Actor,
    outcome: Annotated[str, typer.Option(help="advised、referred、unreachable、withdrawn 或 other")] = "advised",
    to: Annotated[str, typer.Option(help="转介到哪里：knowledge/services 里的名字，例如 legal_aid")] = "",
) -> None:
    """办结：对话交还给机器人，群众会看到；转介的，告诉群众去哪里、带什么。"""
    from connectors.cases.doors import door_to

    _change(lambda desk, tx, at: desk.close(tx, number, by, outcome, at, door=door_to(to), any_case=True))


@app.command("return")
def return_(number: Number, by: Actor) -> None:
    """交回队列：由别的工作人员接手，群众会看到。"""
    _change(lambda desk, tx, at: desk.give_back(tx, number, by, at, any_case=True))


@app.command()
def forget(number: Number, by: Actor) -> None:
    """按群众的要求删掉一个办结案件的对话、电话和没提交的草稿；删不掉的会说明。"""
    import asyncio
    import time

    from connectors.cases.store import find_case
    from connectors.forgetting import forget as deleted

    async def run() -> None:
        async with _work() as (tx, _):
            case = await find_case(tx, number)
            found = await deleted(tx, case.conversation_id, by, time.time())
        typer.echo(f"删了 {found.messages} 条")
        for kept in found.kept:
            typer.echo(f"留下：{kept}")

    asyncio.run(run())


def _change(work: Callable[[Desk, AsyncConnection, float], Awaitable[object]]) -> None:
    import asyncio
    import time

    async def run() -> None:
        async with _work() as (tx, desk):
            await work(desk, tx, time.time())

    asyncio.run(run())
    typer.echo("好了", err=True)


@asynccontextmanager
async def _work() -> AsyncIterator[tuple[AsyncConnection, Desk]]:
    """A transaction on the configured database, and the desk that can read what is sealed."""
    from bot.wording import Wording
    from connectors.cases.desk import Desk

    async with transaction() as (tx, keys):
        yield tx, Desk(keys, Wording.read())


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _when(at: float) -> str:
    from knowledge.clock import local_time

    return f"{local_time(at):%Y-%m-%d %H:%M}"
