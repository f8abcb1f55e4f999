"""`wenfa wechat …`: try the WeChat account without having one."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="微信公众号。", no_args_is_help=True)


@app.callback()
def wechat() -> None:
    """微信公众号。"""


@app.command()
def simulate(
    passive: Annotated[bool, typer.Option("--passive", help="未认证的号：只有被动回复，没有客服消息")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="明文模式，默认安全模式")] = False,
) -> None:
    """没有公众号也能试：起一个模拟的微信平台和本服务，您打字，看手机上显示什么。Ctrl-D 结束。"""
    import asyncio

    from connectors.commands.wechat_phone import phone

    asyncio.run(phone(passive=passive, plain=plain))
