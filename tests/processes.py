"""Server processes of the tests: started on a free port, waited for, killed without mercy."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from connectors.settings import ROOT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A process and its address."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def wait_for(self, path: str, seconds: float) -> float:
        """Seconds until `path` answers 200; fails with the log when the process ends or time runs out."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(self.url + path, timeout=5).status_code == 200:
                    return time.monotonic() - began
            time.sleep(0.05)
        raise AssertionError(f"{path} did not answer in {seconds} s:\n{self.log.read_text()[-3000:]}")

    def say(self, conversation: str, message_id: str, text: str, timeout: float = 30) -> dict[str, Any]:
        turn = {"conversation": conversation, "message_id": message_id, "text": text}
        answer = requests.post(f"{self.url}/api/v1/turns", json=turn, timeout=timeout)
        answer.raise_for_status()
        reply: dict[str, Any] = answer.json()["reply"]
        return reply

    def exchanges(self, conversation: str) -> list[tuple[str, dict[str, Any] | None]]:
        """What the citizen said, each with the reply."""
        return exchanges(self.history(conversation))

    def history(self, conversation: str) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.url}/api/v1/conversations/{conversation}", timeout=10).json()
        return found

    def kill(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def exchanges(history: dict[str, Any]) -> list[tuple[str, dict[str, Any] | None]]:
    """Of a history: what the citizen said, each with the bot's reply, None while there is none."""
    replies = {m["message_id"]: m["reply"] for m in history["messages"] if m["author"] == "bot"}
    return [(m["text"], replies.get(m["message_id"])) for m in history["messages"] if m["author"] == "citizen"]


@contextlib.contextmanager
def running(arguments: list[str], port: int, log: Path, **environment: str) -> Iterator[Server]:
    """`python ARGUMENTS` while the block runs; killed at its end if it still lives."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )
    server = Server(process, f"http://127.0.0.1:{port}", log)
    try:
        yield server
    finally:
        if process.poll() is None:
            server.kill()
