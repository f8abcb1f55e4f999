"""Turns over HTTP: `wenfa serve`, every turn committed, and a bare `rasa run` on the same dialogue model."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import numpy as np

from connectors.building import open_tools
from connectors.settings import Settings
from tests.bench import calling
from tests.processes import Server, free_port, running

Ask = Callable[[aiohttp.ClientSession, str, str], Awaitable[None]]
FOLLOW_UP = "那要多久"


async def measure(folder: Path, seconds: int, rate: int) -> dict[str, float]:
    library = open_tools(Settings.read()).knowledge.library
    questions = [q for entry in library.entries.values() for q in entry.questions]
    figures: dict[str, float] = {}
    with serving(folder) as (server, page_s, ready_s):
        figures |= {"page_s": page_s, "ready_s": ready_s}
        figures |= await load("turn", ask_wenfa(server.url), questions, seconds, rate)
        figures |= await calling.measure(server.url, Settings.read({**os.environ, **database_of(folder)}), library)
        figures["memory_mb"] = memory_mb(server)
    with bare_rasa(folder) as server:
        figures |= await load("bare_rasa_turn", ask_rasa(server.url), questions, seconds, rate)
        figures["bare_rasa_memory_mb"] = memory_mb(server)
    return figures


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[Server, float, float]]:
    """`wenfa serve` with its models built, on an empty database; seconds to the page and to ready."""
    port = free_port()
    environment = {"WENFA_PORT": str(port), "WENFA_LOG_LEVEL": "WARNING", **database_of(folder)}
    environment["WENFA_TURNS_PER_MINUTE"] = "1000000"  # one client bears the whole load
    began = time.monotonic()
    with running(["-m", "connectors.cli", "serve"], port, folder / "serve.log", **environment) as server:
        server.wait_for("/", 60)
        page_s = time.monotonic() - began
        server.wait_for("/readyz", 300)
        yield server, page_s, time.monotonic() - began


def database_of(folder: Path) -> dict[str, str]:
    """The setting of an empty database of its own."""
    return {"WENFA_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bench.db'}"}


@contextlib.contextmanager
def bare_rasa(folder: Path) -> Iterator[Server]:
    """`rasa run` with its in-memory tracker, our actions behind rasa-sdk's usual HTTP hop."""
    port, actions_port = free_port(), free_port()
    model = next((Settings.read().home / "dialogue").glob("*.tar.gz"))
    endpoints, credentials = folder / "endpoints.yml", folder / "credentials.yml"
    endpoints.write_text(f"action_endpoint: {{url: 'http://127.0.0.1:{actions_port}/webhook'}}\n")
    credentials.write_text("rest:\n")
    arguments = ["-m", "rasa", "run", "-m", str(model), "-i", "127.0.0.1", "-p", str(port)]
    arguments += ["--endpoints", str(endpoints), "--credentials", str(credentials)]
    actions = ["-m", "tests.bench.action_server", str(actions_port)]
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "ERROR", "CUDA_VISIBLE_DEVICES": ""}
    with (
        running(actions, actions_port, folder / "actions.log") as action_server,
        running(arguments, port, folder / "rasa.log", **quiet) as server,
    ):
        action_server.wait_for("/health", 180)
        server.wait_for("/", 300)
        yield server


def ask_wenfa(url: str) -> Ask:
    async def ask(session: aiohttp.ClientSession, conversation: str, text: str) -> None:
        turn = {"conversation": conversation, "message_id": secrets.token_urlsafe(8), "text": text}
        async with session.post(f"{url}/api/v1/turns", json=turn) as answer:
            answer.raise_for_status()
            await answer.read()

    return ask


def ask_rasa(url: str) -> Ask:
    async def ask(session: aiohttp.ClientSession, conversation: str, text: str) -> None:
        body = {"sender": conversation, "message": text}
        async with session.post(f"{url}/webhooks/rest/webhook", json=body) as answer:
            answer.raise_for_status()
            assert await answer.json(), "the bare server gave no reply"

    return ask


async def load(name: str, ask: Ask, questions: list[str], seconds: int, rate: int) -> dict[str, float]:
    """`rate` turns a second on a fixed schedule, whatever the answers take; every third leans on the one before."""
    times: list[float] = []
    async with aiohttp.ClientSession() as session:

        async def turn(i: int, due: float) -> None:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            conversation = hashlib.sha256(f"{name}{i // 3}".encode()).hexdigest()  # a key that cannot be guessed
            began = time.monotonic()
            await ask(session, conversation, FOLLOW_UP if i % 3 == 2 else questions[i * 7 % len(questions)])
            times.append((time.monotonic() - began) * 1000)

        for i in range(10):
            await turn(i + 1_000_000, 0.0)
        times.clear()
        start = time.monotonic()
        await asyncio.gather(*(turn(i, start + i / rate) for i in range(seconds * rate)))
        elapsed = time.monotonic() - start
    return {
        f"{name}_p50_ms": float(np.quantile(times, 0.5)),
        f"{name}_p99_ms": float(np.quantile(times, 0.99)),
        f"{name}s_per_s": len(times) / elapsed,
    }


def memory_mb(server: Server) -> float:
    """Resident memory of the process."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
