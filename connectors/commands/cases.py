"""`wenfa cases …`: the queue from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from connectors.commands.output import print_json

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from connectors.conversations import ConversationStore

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

    from connectors.cases.desk import read_file
    from connectors.cases.store import DANGER_NAMES, STATUS_NAMES
    from knowledge.library import urgencies

    async def run() -> None:
        async with _work() as (tx, store):
            file = await read_file(tx, store, number)
        if as_json:
            print_json(file)
            return
        case = file.case
        typer.echo(f"{case.number}  {STATUS_NAMES[case.status]}  {_when(case.opened_at)}  {case.matter or '-'}")
        if case.danger:
            typer.echo(f"  紧急：{DANGER_NAMES[case.danger]}")
        for row in urgencies(case.matter):
            typer.echo(f"  留意：{row.when}（{row.why}）")
        for event in file.events:
            typer.echo(f"  {_when(event.at)}  {event.kind}  {event.actor}")
        for stored in file.turns:
            typer.echo(f"\n群众 {_when(stored.turn.received_at)}：{stored.turn.text}")
            typer.echo(f"问法：{stored.reply.text if stored.reply else '（还没有回复）'}")

    asyncio.run(run())


@app.command()
def claim(number: Number, by: Actor) -> None:
    """接手：机器人不再说话。"""
    _change("claim", number, by)


@app.command()
def close(number: Number, by: Actor) -> None:
    """办结：对话交还给机器人。"""
    _change("close", number, by)


def _change(event: str, number: str, actor: str) -> None:
    import asyncio
    import time

    from connectors.cases import desk

    async def run() -> None:
        async with _work() as (tx, store):
            await getattr(desk, event)(tx, store, number, actor, time.time())

    asyncio.run(run())
    typer.echo("好了", err=True)


@asynccontextmanager
async def _work() -> AsyncIterator[tuple[AsyncConnection, ConversationStore]]:
    """A transaction on the configured database, and the store that can read what is sealed."""
    from connectors.conversations import ConversationStore
    from connectors.settings import Settings
    from connectors.storage.opening import open_storage

    database, keys = await open_storage(Settings.read())
    try:
        async with database.transaction() as tx:
            yield tx, ConversationStore(keys)
    finally:
        await database.close()


def _when(at: float) -> str:
    from knowledge.clock import local_time

    return f"{local_time(at):%Y-%m-%d %H:%M}"
