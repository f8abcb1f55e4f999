"""The aiohttp application: everything opened here is closed here."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
from aiohttp import web

from bot.wording import Wording
from connectors.api.routes import Api
from connectors.api.wire import MOST_BYTES
from connectors.cases.desk import Desk
from connectors.cases.handover import CASE_OPENED, CASE_URGENT, CaseHandover
from connectors.conversations import ConversationStore
from connectors.errors import SettingError
from connectors.intake.webhook import CaseWebhook
from connectors.limits import Limits
from connectors.live import Live
from connectors.middleware import add_security_headers, errors, unparsed
from connectors.outbox import OutboxWorker
from connectors.readiness import FAILED, Readiness, load_models, mark_ready
from connectors.settings import Settings
from connectors.storage.opening import open_storage
from connectors.turns import Replies, TurnService
from connectors.webchat import routes as webchat
from knowledge.library import read_city
from knowledge.records import City

log = logging.getLogger(__name__)


Prepare = Callable[[Readiness, Settings], Awaitable[Replies]]


async def build_app(settings: Settings, prepare: Prepare = load_models) -> web.Application:
    """The application with its database open; `prepare` brings the assistant up in the background once it runs."""
    city = find_city(settings)
    database, keys = await open_storage(settings)
    wording = Wording.read()
    handover = CaseHandover(keys, city, wording, announce=settings.case_webhook is not None)
    turns = TurnService(database, keys, wording, handover)
    live = Live(database)
    readiness = Readiness()
    app = web.Application(middlewares=[errors], client_max_size=MOST_BYTES)
    app.on_response_prepare.append(add_security_headers)
    web.RequestHandler.handle_error = unparsed  # type: ignore[assignment, method-assign]
    limits = Limits(settings.turns_per_minute)
    desk, store = Desk(keys, wording), ConversationStore(keys)
    app.add_routes(Api(turns, store, database, readiness, limits, live, desk, settings.proxies).routes())
    webchat.set_up(app, city)

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as session:
            tasks = [
                asyncio.create_task(_become_ready(readiness, settings, turns, prepare)),
                asyncio.create_task(live.run()),
            ]
            if settings.case_webhook:
                webhook = CaseWebhook(session, settings.case_webhook, settings.case_webhook_secret)
                tasks.append(
                    asyncio.create_task(
                        OutboxWorker(database, keys, {CASE_OPENED: webhook, CASE_URGENT: webhook}).run()
                    )
                )
            yield
            for task in tasks:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            if readiness.assistant:
                readiness.assistant.close()
        await database.close()

    async def end_streams(_: web.Application) -> None:
        live.close()

    app.on_shutdown.append(end_streams)
    app.cleanup_ctx.append(lifetime)
    return app


async def _become_ready(readiness: Readiness, settings: Settings, turns: TurnService, prepare: Prepare) -> None:
    """Loads, finishes interrupted turns, then lets questions in."""
    try:
        assistant = await prepare(readiness, settings)
        recovered = await turns.recover(assistant)
        if recovered:
            log.info("上次没答完的 %d 句话已经补答", recovered)
        mark_ready(readiness, assistant)
        log.info("可以提问了")
    except Exception:
        readiness.step, readiness.failed = FAILED, True
        log.exception("start failed; remove index and dialogue in %s and start again", settings.home)


def find_city(settings: Settings) -> City:
    """The city of the settings; raises SettingError where no such file is."""
    city = read_city(settings.city)
    if city is None:
        raise SettingError("WENFA_CITY", f"knowledge/cities 里没有 {settings.city}.yaml")
    return city
