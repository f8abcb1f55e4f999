"""`wenfa outbox …`: what has not reached another system."""

from __future__ import annotations

from typing import Annotated

import typer

from connectors.commands.database import transaction

MOST_LISTED = 1000

app = typer.Typer(help="发给别的系统、还没有送到的。", no_args_is_help=True)


@app.command("list")
def list_() -> None:
    """列出试过、没有送到的；放弃了的在前。"""
    import asyncio

    from connectors.outbox import undelivered
    from knowledge.clock import local_time

    async def run() -> None:
        async with transaction() as (tx, _):
            found = await undelivered(tx, MOST_LISTED)
        for one in found:
            state = "放弃" if one.given_up else "再试"
            began = f"{local_time(one.created_at):%Y-%m-%d %H:%M}"
            typer.echo(f"{one.id}  {state}  {one.dedupe_key}  {began}  试了 {one.attempts} 次：{one.last_error}")
        if not found:
            typer.echo("都送到了")

    asyncio.run(run())


@app.command()
def resend(letter: Annotated[int, typer.Argument(help="list 里的第一列")]) -> None:
    """把放弃了的再发一遍。"""
    import asyncio
    import time

    from connectors.errors import NotFound
    from connectors.outbox import send_again

    async def run() -> None:
        async with transaction() as (tx, _):
            if not await send_again(tx, letter, time.time()):
                raise NotFound(f"没有放弃了的第 {letter} 封")

    asyncio.run(run())
    typer.echo("好了，服务运行时会再发", err=True)
