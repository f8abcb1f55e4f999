"""40 times kill -9 while people talk: nothing that was answered is lost, nothing is there twice, order is kept.

`make soak` kills 40 times on SQLite and 40 times one of two processes on PostgreSQL; every run kills 3 times.
"""

from __future__ import annotations

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

from tests.processes import Server, exchanges, free_port, running

FEW, MANY = 3, 40
PEOPLE = 4


class Person:
    """Speaks without pause, says a thing again until it is answered, and remembers each answer."""

    def __init__(self, urls: list[str]) -> None:
        self.urls = urls
        self.conversation = secrets.token_urlsafe(18)
        self.answers: dict[str, str] = {}
        self.over = threading.Event()

    def talk(self) -> None:
        while not self.over.is_set():
            text = f"第{len(self.answers) + 1}句"
            answer = self._answered(text)
            if answer is None:
                return
            self.answers[text] = answer

    def _answered(self, text: str) -> str | None:
        body = {"conversation": self.conversation, "message_id": f"m{len(self.answers) + 1}", "text": text}
        while not self.over.is_set():
            with contextlib.suppress(requests.RequestException):
                answer = requests.post(f"{random.choice(self.urls)}/api/v1/turns", json=body, timeout=10)
                if answer.status_code == 200:
                    return str(answer.json()["reply"]["text"])
            time.sleep(0.05)
        return None

    def check(self, server: Server) -> None:
        """What the server remembers is what this person was told, in the same order, each once."""
        said: list[dict[str, Any]] = []
        before: dict[str, str] = {}
        while True:
            url = f"{server.url}/api/v1/conversations/{self.conversation}"
            page = requests.get(url, params=before, timeout=10).json()
            said = page["messages"] + said
            if not page.get("earlier"):
                break
            before = {"before": said[0]["seq"]}
        kept = [(words, reply["text"] if reply else "") for words, reply in exchanges({"messages": said})]
        told = list(self.answers.items())
        assert kept[: len(told)] == told
        assert len(kept) <= len(told) + 1, "the last one may have been cut off before its answer arrived"
        assert [text for text, _ in kept] == [f"第{i}句" for i in range(1, len(kept) + 1)]
        assert [answer for _, answer in kept] == [f"{i}：第{i}句" for i in range(1, len(kept) + 1)]


@contextlib.contextmanager
def server_at(port: int, home: Path, database_url: str) -> Iterator[Server]:
    arguments = ["-m", "tests.connectors.echo_server", str(home), str(port), "0.01"]
    environment = {"WENFA_DATABASE_URL": database_url, "WENFA_TURNS_PER_MINUTE": "1000000"}
    with running(arguments, port, home / "server.log", **environment) as server:
        server.wait_for("/readyz", 30)
        yield server


@pytest.mark.slow
@pytest.mark.parametrize("kills", [FEW, pytest.param(MANY, marks=pytest.mark.soak)])
def test_kills_lose_nothing_and_double_nothing(database_url: str, tmp_path: Path, kills: int) -> None:
    """One process on SQLite is killed each time; on PostgreSQL one of two, in turn."""
    ports = [free_port() for _ in range(1 if database_url.startswith("sqlite") else 2)]
    people = [Person([f"http://127.0.0.1:{port}" for port in ports]) for _ in range(PEOPLE)]
    chance = random.Random(40)
    with ThreadPoolExecutor(PEOPLE) as pool, contextlib.ExitStack() as stack:
        for person in people:
            stack.callback(person.over.set)
        servers = [stack.enter_context(server_at(port, tmp_path, database_url)) for port in ports]
        talks = [pool.submit(person.talk) for person in people]
        for i in range(kills):
            time.sleep(chance.uniform(0.2, 1.0))
            at = i % len(ports)
            servers[at].kill()
            servers[at] = stack.enter_context(server_at(ports[at], tmp_path, database_url))
        time.sleep(0.5)
        for person in people:
            person.over.set()
        for talk in talks:
            talk.result(timeout=60)
        assert sum(len(person.answers) for person in people) >= kills * PEOPLE
        time.sleep(1.0)
        for person in people:
            person.check(servers[0])
