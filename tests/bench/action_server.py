"""rasa-sdk's action webhook over HTTP with our actions: what a bare Rasa installation would run beside itself.

usage: python -m tests.bench.action_server PORT
"""

from __future__ import annotations

import sys

from aiohttp import web
from rasa_sdk.executor import ActionExecutor

from bot.actions.all import all_actions
from bot.wording import Wording
from connectors.building import open_answerer, open_tools
from connectors.settings import Settings
from knowledge.clock import today


def main(port: int) -> None:
    executor = ActionExecutor()
    for action in all_actions(open_answerer(open_tools(Settings.read())), Wording.read()):
        executor.register_action(action)

    async def webhook(request: web.Request) -> web.Response:
        call = await request.json()
        call["tracker"]["latest_message"]["metadata"] = {"today": today().isoformat()}
        return web.json_response(await executor.run(call))

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application(client_max_size=16 * 2**20)
    app.add_routes([web.post("/webhook", webhook), web.get("/health", health)])
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
