"""The aiohttp application: a list of counterparts over one core, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
from aiohttp import web

from connectors import api, desk, feed, forms, guide, intake, operations, webchat, wechat
from connectors.applications.desk import HANDED_IN_TOPIC, WITHDRAWN_TOPIC
from connectors.cases.handover import CASE_OPENED, CASE_URGENT
from connectors.cases.watch import CaseWatch
from connectors.core import Core, open_core
from connectors.intake.webhook import HandingOver, SignedWebhook
from connectors.middleware import add_security_headers, unparsed
from connectors.outbox import Deliverer, OutboxWorker
from connectors.readiness import FAILED, Readiness, load_models, mark_ready
from connectors.settings import Settings
from connectors.turns import Replies

PARTS: dict[str, Callable[[Core], web.Application]] = {
    "/api/v1": api.build,
    "/desk": desk.build,
    "/forms": forms.build,
    "/sums": forms.build_sums,
    "/guide": guide.build,
}
"""Counterparts by the prefix they are mounted at; the citizen's page is the root."""

log = logging.getLogger(__name__)
Prepare = Callable[[Readiness, Settings], Awaitable[Replies]]


async def build_app(settings: Settings, prepare: Prepare = load_models) -> web.Application:
    """The application with its database open; `prepare` brings the assistant up in the background once it runs."""
    settings.receivers.check_secrets()
    core = await open_core(settings)
    app = webchat.build(core)
    operations.add_to(app, core)
    for prefix, build in parts_of(settings).items():
        app.add_subapp(prefix, build(core))
    app.on_response_prepare.append(add_security_headers)
    web.RequestHandler.handle_error = unparsed  # type: ignore[assignment, method-assign]

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        async with beside(core, prepare):
            yield
        await core.database.close()

    async def end_streams(_: web.Application) -> None:
        core.live.close()

    app.on_shutdown.append(end_streams)
    app.cleanup_ctx.append(lifetime)
    return app


def parts_of(settings: Settings) -> dict[str, Callable[[Core], web.Application]]:
    """The counterparts that these settings ask for."""
    further = (
        ("/wechat", wechat.build, bool(settings.wechat)),
        ("/intake", intake.build, bool(settings.receivers)),
        ("/feed", feed.build, bool(settings.feed_token)),
    )
    return PARTS | {prefix: build for prefix, build, wanted in further if wanted}


@contextlib.asynccontextmanager
async def beside(core: Core, prepare: Prepare) -> AsyncIterator[None]:
    """What runs beside the requests: the start, the look for people's words, the outbox."""
    async with aiohttp.ClientSession() as session:
        jobs: list[Coroutine[Any, Any, None]] = [
            _become_ready(core, prepare),
            core.live.run(),
            CaseWatch(core.database, core.desk).run(),
        ]
        deliverers = deliverers_of(core, session)
        if deliverers:
            jobs.append(OutboxWorker(core.database, core.keys, deliverers).run())
        tasks = [asyncio.create_task(job) for job in jobs]
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if core.readiness.assistant:
            core.readiness.assistant.close()


def deliverers_of(core: Core, session: aiohttp.ClientSession) -> dict[str, Deliverer]:
    """Who takes the letters of each topic, as the settings say."""
    settings, found = core.settings, dict[str, Deliverer]()
    if settings.case_webhook:
        webhook = SignedWebhook(session, settings.case_webhook, settings.case_webhook_secret)
        found |= {CASE_OPENED: webhook, CASE_URGENT: webhook}
    if settings.receivers:
        handing_over = HandingOver(session, settings.receivers, core.database, core.applications)
        found |= {HANDED_IN_TOPIC: handing_over, WITHDRAWN_TOPIC: handing_over}
    return found


async def _become_ready(core: Core, prepare: Prepare) -> None:
    """Loads, finishes interrupted turns, then lets questions in."""
    readiness, settings = core.readiness, core.settings
    try:
        assistant = await prepare(readiness, settings)
        recovered = await core.turns.recover(assistant)
        if recovered:
            log.info("上次没答完的 %d 句话已经补答", recovered)
        mark_ready(readiness, assistant)
        log.info("可以提问了")
    except Exception:
        readiness.step, readiness.failed = FAILED, True
        log.exception("start failed; remove index and dialogue in %s and start again", settings.home)
