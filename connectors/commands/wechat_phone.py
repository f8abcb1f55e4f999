"""A telephone in the terminal, the simulated platform, and the real service, in one process."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
from dataclasses import replace

import aiohttp
import typer
from aiohttp import web

from connectors.app import build_app
from connectors.settings import Settings, WechatSettings
from connectors.wechat.simulator import Simulator

QUIET_S = 1.5
"""Nothing more is shown when nothing has come for so long."""


async def phone(*, passive: bool, plain: bool) -> None:
    """Reads lines, sends each as a follower, prints what the telephone shows; `/subscribe`, `/leave` are events."""
    account = WechatSettings(
        app_id="wx0000000000000000",
        api="",
        token=secrets.token_hex(8),
        aes_keys=() if plain else (secrets.token_hex(32)[:43],),
        app_secret="" if passive else secrets.token_hex(16),
    )
    simulator = Simulator(account, "", safe=not plain)
    platform, api = await _listening(simulator.app())
    account = replace(account, api=api)
    service, url = await _listening(await build_app(replace(Settings.read(), wechat=account)))
    simulator.settle(account, f"{url}/wechat")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    typer.echo(f"服务在 {url}，正在载入模型", err=True)
    await _ready(url)
    typer.echo("可以打字了。/subscribe 关注，/leave 取关，Ctrl-D 结束。", err=True)
    openid = f"o{secrets.token_urlsafe(20)}"
    lines = asyncio.create_task(_printing(simulator, openid))
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            await _act(simulator, openid, line.strip())
        await _settled(simulator, openid)
    finally:
        lines.cancel()
        await simulator.close()
        await service.cleanup()
        await platform.cleanup()


async def _ready(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{url}/readyz") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.2)


async def _act(simulator: Simulator, openid: str, line: str) -> None:
    if line in ("/subscribe", "/leave"):
        await simulator.event(openid, "subscribe" if line == "/subscribe" else "unsubscribe")
    elif line:
        await simulator.say(openid, line)


async def _settled(simulator: Simulator, openid: str) -> None:
    """Waits until nothing more comes."""
    known = -1
    while known != len(simulator.phones[openid]):
        known = len(simulator.phones[openid])
        await asyncio.sleep(QUIET_S)


async def _printing(simulator: Simulator, openid: str) -> None:
    told = 0
    while True:
        await simulator.changed.wait()
        simulator.changed.clear()
        for shown in simulator.phones[openid][told:]:
            typer.echo(f"\n── 手机上（{shown.how}，{shown.after_s:.1f} 秒）──\n{shown.text}\n")
            told += 1


async def _listening(app: web.Application) -> tuple[web.AppRunner, str]:
    """On a free port of this machine."""
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"http://127.0.0.1:{port}"
