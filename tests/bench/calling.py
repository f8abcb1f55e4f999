"""Agents on the telephone, all typing at once: how soon the suggestions stand beside what the caller says."""

from __future__ import annotations

import asyncio
import secrets
import time

import aiohttp
import numpy as np

from connectors.settings import Settings
from connectors.staff.accounts import Accounts
from connectors.storage.opening import open_storage
from knowledge.library import Library

AGENTS = 20
PAUSES = 12
PAUSE_S = 1.5
"""Somebody who takes notes pauses about so often."""
CHARACTERS = 12
"""Typed between two pauses."""


async def measure(url: str, settings: Settings, library: Library) -> dict[str, float]:
    """The 50th and 95th percentile from the end of a pause to the new page, in milliseconds."""
    stories = [story for entry in library.entries.values() for story in entry.stories][:AGENTS]
    password = secrets.token_urlsafe(12)
    names = [f"agent{i}" for i in range(AGENTS)]
    database, _ = await open_storage(settings)
    for name in names:
        async with database.transaction() as tx:
            await Accounts().add(tx, name, "agent", password, time.time())
    await database.close()
    times: list[float] = []
    await asyncio.gather(
        *(
            _agent(url, name, password, story, times, i * PAUSE_S / AGENTS)
            for i, (name, story) in enumerate(zip(names, stories, strict=True))
        )
    )
    return {
        "suggestion_p50_ms": float(np.quantile(times, 0.5)),
        "suggestion_p95_ms": float(np.quantile(times, 0.95)),
    }


async def _agent(url: str, name: str, password: str, story: str, times: list[float], after_s: float) -> None:
    """Begins `after_s` after the first: people do not pause in step."""
    jar = aiohttp.CookieJar(unsafe=True)  # an address of this machine, not a name
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        await session.post(f"{url}/desk/sign-in", data={"name": name, "password": password})
        async with session.post(f"{url}/desk/call") as begun:
            call = begun.url
        await asyncio.sleep(after_s)
        for i in range(1, PAUSES + 1):
            await asyncio.sleep(PAUSE_S)
            began = time.monotonic()
            async with session.post(call, data={"do": "look", "heard": story[: i * CHARACTERS]}) as answer:
                answer.raise_for_status()
                await answer.read()
            times.append((time.monotonic() - began) * 1000)
