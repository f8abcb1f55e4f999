"""`wenfa wechat …`: try the WeChat account without having one."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from connectors.wechat.platform import Platform

app = typer.Typer(help="微信公众号。", no_args_is_help=True)


@app.callback()
def wechat() -> None:
    """微信公众号。"""


menu_app = typer.Typer(help="底部菜单。", no_args_is_help=True)
app.add_typer(menu_app, name="menu")


@app.command()
def simulate(
    passive: Annotated[bool, typer.Option("--passive", help="未认证的号：只有被动回复，没有客服消息")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="明文模式，默认安全模式")] = False,
) -> None:
    """没有公众号也能试：起一个模拟的微信平台和本服务，您打字，看手机上显示什么。Ctrl-D 结束。"""
    import asyncio

    from connectors.commands.wechat_phone import phone

    asyncio.run(phone(passive=passive, plain=plain))


@app.command()
def doctor() -> None:
    """检查公众号的设置、access_token、IP 白名单和回调地址，逐条说好不好、怎么改。"""
    import asyncio

    asyncio.run(_doctor())


@menu_app.command("show")
def show_menu() -> None:
    """菜单文件里写的菜单。"""
    from connectors.wechat.menu import MENU_FILE, read_menu

    typer.echo(MENU_FILE, err=True)
    for button in read_menu():
        typer.echo(f"{button.name}  {button.ask or button.url}".rstrip())
        for item in button.items:
            typer.echo(f"  {item.name}  {item.ask or item.url}")


@menu_app.command("push")
def push_menu() -> None:
    """把菜单文件送上公众平台。"""
    import asyncio

    asyncio.run(_push_menu())


@app.command()
def codes() -> None:
    """给每个镇街一个二维码：扫码进来的，转人工时知道是哪个镇街。打印镇街和图片地址。"""
    import asyncio

    asyncio.run(_codes())


async def _doctor() -> None:
    from connectors.settings import Settings
    from connectors.storage.opening import open_storage
    from connectors.wechat.doctor import examine
    from connectors.wechat.platform import Platform

    settings = Settings.read()
    database, keys = await open_storage(settings)
    platform = Platform(settings.wechat, database, keys) if settings.wechat else None
    well = True
    try:
        async for good, said in examine(settings, platform):
            typer.echo(f"{'好  ' if good else '要改'}  {said}")
            well = well and good
    finally:
        if platform:
            await platform.close()
        await database.close()
    raise typer.Exit(0 if well else 1)


async def _push_menu() -> None:
    from connectors.wechat.menu import as_platform, read_menu

    menu = as_platform(read_menu())
    async with _platform("送菜单") as platform:
        await platform.create_menu(menu)
    typer.echo("菜单送上去了，手机上要过几分钟才变。")


async def _codes() -> None:
    from connectors.settings import Settings
    from connectors.wechat.scenes import scene_of
    from knowledge.library import read_city

    city = read_city(Settings.read().city)
    async with _platform("做二维码") as platform:
        for town in city.towns if city else ():
            typer.echo(f"{town.name}  {await platform.code_of(scene_of(town))}")


@contextlib.asynccontextmanager
async def _platform(what: str) -> AsyncIterator[Platform]:
    """The account's platform; what it refuses is said."""
    from connectors.errors import BadRequest
    from connectors.settings import Settings
    from connectors.storage.opening import open_storage
    from connectors.wechat.platform import Platform, PlatformError

    settings = Settings.read()
    if settings.wechat is None or not settings.wechat.app_secret:
        raise BadRequest(f"{what}要先设 WENFA_WECHAT_APP_ID 和 WENFA_WECHAT_APP_SECRET")
    database, keys = await open_storage(settings)
    platform = Platform(settings.wechat, database, keys)
    try:
        yield platform
    except PlatformError as error:
        raise BadRequest(f"公众平台没有收（{error.code} {error.said}），可以用 wenfa wechat doctor 看原因") from error
    finally:
        await platform.close()
        await database.close()
