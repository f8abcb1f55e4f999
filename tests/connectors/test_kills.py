"""40 times kill -9 while people talk: nothing that was answered is lost, nothing is there twice, order is kept.

One citizen talks with a lawyer, the others with the bot. `make soak` kills 40 times on SQLite and 40 times one of two
processes on PostgreSQL; every run kills 3 times.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from aiohttp.test_utils import TestServer

from bot.wording import Wording
from connectors.cases.desk import Desk
from connectors.settings import Settings, WechatSettings
from connectors.storage.opening import open_storage
from connectors.wechat.simulator import FAULT_NOTICE, Simulator
from tests.processes import Server, exchanges, free_port, running

FEW, MANY = 3, 40
MANY_ON_WECHAT = 20
PEOPLE = 4
PERSON_PLEASE = "转人工"


class Citizen:
    """Speaks without pause, says a thing again until it is answered, and remembers each answer."""

    def __init__(self, urls: list[str], over: threading.Event) -> None:
        self.urls = urls
        self.over = over
        self.conversation = secrets.token_urlsafe(18)
        self.answers: list[tuple[str, str]] = []
        self.number = ""

    def talk(self) -> None:
        while not self.over.is_set():
            if not self.say(f"第{len(self.answers) + 1}句"):
                return

    def say(self, text: str) -> bool:
        """Whether it was answered before all is over."""
        body = {"conversation": self.conversation, "message_id": f"m{len(self.answers) + 1}", "text": text}
        while not self.over.is_set():
            with contextlib.suppress(requests.RequestException):
                answer = requests.post(f"{random.choice(self.urls)}/api/v1/turns", json=body, timeout=10)
                if answer.status_code == 200:
                    reply = answer.json()["reply"]
                    self.number = reply["case_number"] or self.number
                    self.answers.append((text, reply["text"]))
                    return True
            time.sleep(0.05)
        return False

    def remembered(self, server: Server) -> list[dict[str, Any]]:
        """Every message of the conversation, page by page."""
        said: list[dict[str, Any]] = []
        before: dict[str, str] = {}
        while True:
            url = f"{server.url}/api/v1/conversations/{self.conversation}"
            page = requests.get(url, params=before, timeout=10).json()
            said = page["messages"] + said
            if not page["earlier"]:
                return said
            before = {"before": said[0]["seq"]}

    def check(self, server: Server) -> None:
        """What the server remembers is what this citizen was told, in the same order, each once."""
        kept = [(words, reply and reply["text"]) for words, reply in exchanges({"messages": self.remembered(server)})]
        assert kept[: len(self.answers)] == self.answers
        assert len(kept) <= len(self.answers) + 1, "the last one may have been cut off before its answer arrived"
        if not self.number:
            assert kept == [(f"第{i}句", f"{i}：第{i}句") for i in range(1, len(kept) + 1)]


class Lawyer:
    """Answers one case from a process of his own, without pause."""

    def __init__(self, settings: Settings, number: str, over: threading.Event) -> None:
        self.settings = settings
        self.number = number
        self.over = over
        self.said: list[str] = []

    def work(self) -> None:
        asyncio.run(self._work())

    async def _work(self) -> None:
        database, keys = await open_storage(self.settings)
        desk = Desk(keys, Wording.read())
        while not self.over.is_set():
            text = f"回复{len(self.said) + 1}"
            async with database.transaction() as tx:
                await desk.reply(tx, self.number, "李律师", text, time.time())
            self.said.append(text)
            await asyncio.sleep(0.05)
        await database.close()

    def check(self, messages: list[dict[str, Any]]) -> None:
        assert [m["text"] for m in messages if m["author"] == "person"] == self.said


@contextlib.contextmanager
def server_at(port: int, home: Path, database_url: str, **more: str) -> Iterator[Server]:
    arguments = ["-m", "tests.connectors.echo_server", str(home), str(port), "0.01"]
    environment = {"WENFA_DATABASE_URL": database_url, "WENFA_TURNS_PER_MINUTE": "1000000", **more}
    with running(arguments, port, home / "server.log", **environment) as server:
        server.wait_for("/readyz", 30)
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_kills_lose_nothing_and_double_nothing(database_url: str, tmp_path: Path, kills: int) -> None:
    """One process on SQLite is killed each time; on PostgreSQL one of two, in turn."""
    ports = [free_port() for _ in range(1 if database_url.startswith("sqlite") else 2)]
    over, chance = threading.Event(), random.Random(40)
    citizens = [Citizen([f"http://127.0.0.1:{port}" for port in ports], over) for _ in range(PEOPLE)]
    settings = Settings.read({"WENFA_HOME": str(tmp_path), "WENFA_DATABASE_URL": database_url})
    with ThreadPoolExecutor(PEOPLE + 1) as pool, contextlib.ExitStack() as stack:
        stack.callback(over.set)
        servers = [stack.enter_context(server_at(port, tmp_path, database_url)) for port in ports]
        assert citizens[0].say(PERSON_PLEASE)
        lawyer = Lawyer(settings, citizens[0].number, over)
        talks = [pool.submit(work) for work in (lawyer.work, *(citizen.talk for citizen in citizens))]
        for i in range(kills):
            time.sleep(chance.uniform(0.2, 1.0))
            at = i % len(ports)
            servers[at].kill()
            servers[at] = stack.enter_context(server_at(ports[at], tmp_path, database_url))
        time.sleep(0.5)
        over.set()
        for talk in talks:
            talk.result(timeout=60)
        assert sum(len(citizen.answers) for citizen in citizens) >= kills * PEOPLE
        assert len(lawyer.said) >= kills
        time.sleep(1.0)
        for citizen in citizens:
            citizen.check(servers[0])
        lawyer.check(citizens[0].remembered(servers[0]))


@pytest.mark.slow
@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY_ON_WECHAT, marks=pytest.mark.soak)])
async def test_kills_answer_each_message_on_wechat_once(database_url: str, tmp_path: Path, kills: int) -> None:
    """Each message has one answer on the telephone, or the platform has said that there is none; what came again
    says so.
    """
    account, port, chance = WechatSettings("wx1", "", "token", ("A" * 43,), "secret"), free_port(), random.Random(20)
    simulator = Simulator(account, f"http://127.0.0.1:{port}/wechat")
    simulator.pause_s = 1.0
    said: dict[str, list[str]] = {f"o{i}": [] for i in range(PEOPLE)}
    over = asyncio.Event()

    async def talk(openid: str) -> None:
        while not over.is_set():
            said[openid].append(f"【{openid}之{len(said[openid])}】")
            await simulator.say(openid, said[openid][-1])

    def seen(openid: str) -> tuple[list[str], list[int]]:
        """What the telephone showed, repetitions left out, and how often each thing said was answered."""
        again = Wording.read().say("wechat_again")
        shown = [one.text for one in simulator.phones[openid] if not one.text.startswith(again)]
        return shown, [sum(each in text for text in shown) for each in said[openid]]

    async with TestServer(simulator.app()) as platform:
        environment = {
            "WENFA_WECHAT_APP_ID": account.app_id,
            "WENFA_WECHAT_TOKEN": account.token,
            "WENFA_WECHAT_AES_KEYS": account.aes_keys[0],
            "WENFA_WECHAT_APP_SECRET": account.app_secret,
            "WENFA_WECHAT_API": str(platform.make_url("")).rstrip("/"),
        }
        with contextlib.ExitStack() as stack:

            async def started() -> Server:
                return await asyncio.to_thread(
                    lambda: stack.enter_context(server_at(port, tmp_path, database_url, **environment))
                )

            server = await started()
            talks = [asyncio.create_task(talk(openid)) for openid in said]
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0.2, 1.0))
                server.kill()
                server = await started()
            await asyncio.sleep(0.5)
            over.set()
            await asyncio.gather(*talks)
            for _ in range(40):  # until what was accepted has come, however slow the machine
                await asyncio.sleep(0.5)
                if all(counts.count(0) <= shown.count(FAULT_NOTICE) for shown, counts in map(seen, said)):
                    break
    await simulator.close()
    for openid in said:
        shown, counts = seen(openid)
        assert max(counts) == 1
        assert sum(counts) >= kills
        assert counts.count(0) <= shown.count(FAULT_NOTICE)
