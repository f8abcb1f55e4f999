"""`wenfa intake …`: try the way of an application without a receiving system."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="接收申请的系统。", no_args_is_help=True)


@app.callback()
def intake() -> None:
    """接收申请的系统。"""


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="模拟的法律援助机构在哪个端口")] = 8090,
    service: Annotated[str, typer.Option(help="问法的地址")] = "http://127.0.0.1:8080",
    secret: Annotated[str, typer.Option(help="签名密钥，和 WENFA_INTAKE_SECRET 一样")] = "simulated",  # noqa: S107 - of the simulator
) -> None:
    """没有接收系统也能试：起一个模拟的法律援助机构，收申请、给收件号；输入“编号 granted 说明”就回告。"""
    import asyncio

    asyncio.run(_centre(port, service, secret))


async def _centre(port: int, service: str, secret: str) -> None:
    import asyncio
    import sys

    from aiohttp import web

    from connectors.intake.simulator import Centre

    centre = Centre(secret, f"{service}/intake/standing")
    runner = web.AppRunner(centre.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    typer.echo(
        f"服务这样启动：WENFA_INTAKE_URL=http://127.0.0.1:{port}/applications WENFA_INTAKE_SECRET={secret}", err=True
    )
    typer.echo("回告：编号 received|papers_wanted|granted|refused|assigned|ended [说明]", err=True)
    seen: set[str] = set()
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            for number in centre.applications.keys() - seen:
                typer.echo(f"收到 {number}：{centre.applications[number]['labels']}")
            seen = set(centre.applications)
            parts = line.split(maxsplit=2)
            if len(parts) >= 2:
                status = await centre.tell(parts[0], parts[1], note=parts[2].strip() if len(parts) > 2 else "")
                typer.echo("已回告" if status == 204 else f"没有接受（{status}）")
    finally:
        await runner.cleanup()
