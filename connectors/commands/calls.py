"""`wenfa calls …`: what became of the suggestions shown to agents."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors.commands.database import transaction
from connectors.commands.output import print_json

app = typer.Typer(help="热线来电。", no_args_is_help=True)


@app.callback()
def calls() -> None:
    """热线来电。"""


@app.command()
def suggestions(as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON")] = False) -> None:
    """每篇指引给坐席建议过多少次，看过、采用、标了不对多少次；不对多的在前。"""
    import asyncio

    from connectors.calls.store import Calls

    async def run() -> None:
        async with transaction() as (tx, keys):
            found = await Calls(keys).counts(tx)
        if as_json:
            print_json(found)
            return
        typer.echo("建议  看过  采用  不对  指引" if found else "还没有建议过")
        for one in found:
            typer.echo(f"{one.shown:4}  {one.opened:4}  {one.used:4}  {one.wrong:4}  {one.entry}")

    asyncio.run(run())
