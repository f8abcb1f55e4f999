"""`wenfa serve`."""

from __future__ import annotations


def serve() -> None:
    """启动服务：网页、接口和转人工。"""
    import asyncio
    import logging

    from aiohttp import web

    from connectors.app import build_app
    from connectors.errors import SettingError
    from connectors.settings import Settings

    settings = Settings.read()
    logging.getLogger().setLevel(settings.log_level)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)

    async def run() -> None:
        runner = web.AppRunner(await build_app(settings), handle_signals=True)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            logging.info("问法 http://%s:%d", settings.host, settings.port)
            await asyncio.Event().wait()
        except OSError as error:
            raise SettingError("WENFA_PORT", f"{settings.host}:{settings.port} 用不了（{error.strerror}）") from error
        finally:
            await runner.cleanup()

    try:
        asyncio.run(run())
    except (KeyboardInterrupt, web.GracefulExit):
        logging.info("stopped")
