"""`wenfa intake …`: the systems that receive applications: checked, reconciled, simulated."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="接收申请的系统。", no_args_is_help=True)


_SIMULATED = """\
id: simulated
name: 模拟的法律援助机构
forms: [legal_aid]
url: {url}
secret: WENFA_SIMULATED
"""


@app.callback()
def intake() -> None:
    """接收申请的系统。"""


@app.command()
def check() -> None:
    """检查 WENFA_HOME/receivers 里的对接文件：每份表交给谁，哪些选项没有对照代码。"""
    from connectors.receivers import uncoded
    from connectors.settings import Settings
    from knowledge.forms import read_forms

    receivers = Settings.read().receivers
    for form in read_forms().values():
        if not form.draft:
            takers = [one.name + ("（有条件）" if one.when else "") for one in receivers if form.id in one.forms]
            typer.echo(f"{form.id}  {form.name}：{'，其次'.join(takers) or '工作人员在 /desk/applications 办理'}")
    for one in receivers:
        for question, answer in uncoded(one):
            typer.echo(f"{one.id}.yaml：{question} 的选项 {answer} 没有对照代码，原样发出")


@app.command()
def reconcile() -> None:
    """对账：交给每个系统多少份，给了收件号多少份，还有多少份在等、最早的是哪天交的。"""
    import asyncio

    from connectors.applications.store import Applications
    from connectors.commands.database import transaction
    from connectors.settings import Settings
    from knowledge.clock import local_time

    async def run() -> None:
        async with transaction() as (tx, keys):
            found = await Applications(keys).handed_over(tx)
        for one in found:
            receiver = Settings.read().receivers.named(one.receiver)
            since = f"，最早 {local_time(one.oldest):%Y-%m-%d %H:%M}" if one.oldest else ""
            name = receiver.name if receiver else f"{one.receiver}（没有对接文件了）"
            typer.echo(f"{name}：交出 {one.handed}，有收件号 {one.acknowledged}，在等 {one.waiting}{since}")
        if not found:
            typer.echo("没有交给别的系统的")

    asyncio.run(run())


@app.command()
def simulate(
    port: Annotated[int, typer.Option(help="模拟的法律援助机构在哪个端口")] = 8090,
    service: Annotated[str, typer.Option(help="问法的地址")] = "http://127.0.0.1:8080",
    secret: Annotated[str, typer.Option(help="签名密钥")] = "simulated",  # noqa: S107 - of the simulator
) -> None:
    """没有接收系统也能试：起一个模拟的法律援助机构，收申请、给收件号；输入“编号 granted 说明”就回告。"""
    import asyncio

    asyncio.run(_centre(port, service, secret))


async def _centre(port: int, service: str, secret: str) -> None:
    import asyncio
    import sys

    from aiohttp import web

    from connectors.intake.simulator import Centre

    centre = Centre(secret, f"{service}/intake/simulated/standing")
    runner = web.AppRunner(centre.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    url = f"http://127.0.0.1:{port}/applications"
    typer.echo(f"WENFA_HOME/receivers/simulated.yaml 里写：\n{_SIMULATED.format(url=url)}", err=True)
    typer.echo(f"服务这样启动：WENFA_SIMULATED={secret} make serve", err=True)
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
