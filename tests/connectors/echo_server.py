"""A real server process with an assistant that takes its time; to be killed by the crash tests.

usage: python -m tests.connectors.echo_server HOME PORT PAUSE_SECONDS
"""

from __future__ import annotations

import asyncio
import os
import sys

from aiohttp import web

from connectors import limits
from connectors.app import build_app
from connectors.readiness import Readiness
from connectors.settings import Settings
from tests.fakes import EchoAssistant


async def serve(home: str, port: int, pause_s: float) -> None:
    limits.TURNS_OF_CONVERSATION = 1_000_000  # the tests speak without pause

    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return EchoAssistant(pause_s)

    runner = web.AppRunner(await build_app(Settings.read({**os.environ, "WENFA_HOME": home}), prepare))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
