"""`wenfa keys …`: a new key for what citizens say, and the old ones taken out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from connectors.settings import Settings

app = typer.Typer(help="加密密钥：换新、重新加密、停用旧的。", no_args_is_help=True)


@app.command()
def new() -> None:
    """加一个新密钥，放在最前面；旧的还能打开以前的内容。之后重启服务，再 reseal。"""
    from connectors.keyring import add_key
    from connectors.settings import Settings

    typer.echo(f"现在有 {add_key(_kept_keys(Settings.read()))} 个密钥。请重启服务，再运行 wenfa keys reseal", err=True)


@app.command()
def reseal() -> None:
    """把旧密钥加密的内容换成用最新的加密；服务可以开着，中断了再运行就接着做。"""
    import asyncio

    from connectors.resealing import reseal as resealed
    from connectors.settings import Settings
    from connectors.storage.opening import open_storage

    async def run() -> int:
        database, keys = await open_storage(Settings.read())
        try:
            return await resealed(database, keys)
        finally:
            await database.close()

    typer.echo(f"换了 {asyncio.run(run())} 处，都用最新的密钥了", err=True)


@app.command()
def drop() -> None:
    """停用旧密钥：先确认没有内容还要靠它们打开。之后重启服务。"""
    import asyncio

    from connectors.keyring import keep_newest_key
    from connectors.resealing import reseal as resealed
    from connectors.settings import Settings
    from connectors.storage.opening import open_storage

    settings = Settings.read()
    kept = _kept_keys(settings)

    async def run() -> None:
        database, keys = await open_storage(settings)
        try:
            await resealed(database, keys)
        finally:
            await database.close()

    asyncio.run(run())
    typer.echo(
        f"停用了 {keep_newest_key(kept)} 个旧密钥，放在 keys.dropped。请重启服务；一切都能读了，再删那个文件", err=True
    )


def _kept_keys(settings: Settings) -> Path:
    """The file of the keys; raises SettingError where they come from the settings."""
    from connectors.errors import SettingError

    if settings.keys:
        raise SettingError("WENFA_KEYS", "密钥由设置给出，请在设置里改：新的写在最前面")
    return settings.home / "keys"
