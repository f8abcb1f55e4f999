"""`wenfa serve`."""

from __future__ import annotations

SHUTDOWN_S = 1.5
"""Seconds that turns under way have to finish; what does not is finished at the next start."""


def serve() -> None:
    """启动服务：网页、接口和转人工。"""
    import asyncio
    import contextlib
    import logging
    import os
    import signal
    import sys

    import typer
    from aiohttp import web

    from connectors.app import build_app
    from connectors.errors import SettingError
    from connectors.settings import Settings

    settings = Settings.read()
    for room in ("connectors", "bot", "knowledge", "nlu"):  # by name: Rasa sets the root to its own level
        logging.getLogger(room).setLevel(settings.log_level)
    log = logging.getLogger("connectors.serve")
    os.umask(0o077)  # what this process writes is for its owner only

    async def run() -> int:
        stop = asyncio.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        app = await build_app(settings)
        runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=SHUTDOWN_S
        )  # a path may hold a conversation's key
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            typer.echo(SettingError("WENFA_PORT", f"{settings.host}:{settings.port} 用不了（{reason}）"), err=True)
            return 2
        log.info("问法已打开 http://%s:%d，网页上会说什么时候可以提问", settings.host, settings.port)
        await stop.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(runner.cleanup(), SHUTDOWN_S + 0.5)
        log.info("已停止")
        return 0

    async def run_and_leave() -> None:
        """A thread that is loading models cannot be interrupted, and need not be: what was accepted is on disk."""
        code = await run()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    asyncio.run(run_and_leave())
