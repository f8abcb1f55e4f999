"""kill -9 at the worst moments loses nothing that was accepted."""

from __future__ import annotations

import contextlib
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.processes import Server, exchanges, free_port, running
from tests.timing import slowness, slowness_of_starting


@contextlib.contextmanager
def echo_server(home: Path, pause_s: float = 0.0) -> Iterator[Server]:
    port = free_port()
    arguments = ["-m", "tests.connectors.echo_server", str(home), str(port), str(pause_s)]
    with running(arguments, port, home / "server.log") as server:
        server.wait_for("/readyz", 20)
        yield server


def test_case_number_shown_before_the_crash_is_there_after_it(tmp_path: Path) -> None:
    conversation = secrets.token_urlsafe(18)
    with echo_server(tmp_path) as server:
        server.say(conversation, "m1", "老板欠我工资")
        number = server.say(conversation, "m2", "转人工")["case_number"]
        server.kill()
    with echo_server(tmp_path) as server:
        history = server.history(conversation)
        assert history["case"] == {"number": number, "status": "waiting"}
        assert [said for said, _ in exchanges(history)] == ["老板欠我工资", "转人工"]


def test_turn_killed_between_acceptance_and_answer_is_answered_after_the_restart(tmp_path: Path) -> None:
    conversation = secrets.token_urlsafe(18)
    with echo_server(tmp_path, pause_s=30) as server:
        with contextlib.suppress(requests.Timeout):
            server.say(conversation, "m1", "老板欠我工资", timeout=0.5)
        assert server.exchanges(conversation) == [("老板欠我工资", None)]
        server.kill()
    with echo_server(tmp_path) as server:
        [(said, reply)] = server.exchanges(conversation)
        assert reply
        assert (said, reply["text"]) == ("老板欠我工资", "1：老板欠我工资")
        assert server.say(conversation, "m1", "老板欠我工资")["text"] == "1：老板欠我工资"


def test_case_asked_for_before_the_crash_is_opened_once_after_it(tmp_path: Path) -> None:
    conversation = secrets.token_urlsafe(18)
    with echo_server(tmp_path, pause_s=30) as server:
        with contextlib.suppress(requests.Timeout):
            server.say(conversation, "m1", "转人工", timeout=0.5)
        server.kill()
    with echo_server(tmp_path) as server:
        number = server.history(conversation)["case"]["number"]
        assert server.say(conversation, "m1", "转人工")["case_number"] == number


def test_page_answers_long_before_any_model_is_loaded(tmp_path: Path) -> None:
    """Start of the process included; the better of two, because the machine is shared. `make bench` has the figure."""
    times = []
    for i in range(2):
        home = tmp_path / str(i)
        home.mkdir()
        port = free_port()
        began = time.monotonic()
        with running(["-m", "tests.connectors.echo_server", str(home), str(port), "0"], port, home / "log") as server:
            server.wait_for("/", 20)
            times.append(time.monotonic() - began)
    assert min(times) <= 3.0 * slowness_of_starting()


@pytest.mark.parametrize(
    ("name", "after_s"),
    [("SIGTERM", 0.3), ("SIGTERM", 1.5), ("SIGTERM", 4.0), ("SIGINT", 0.0), ("SIGINT", 3.0)],
)
def test_service_ends_within_three_seconds_whatever_it_is_doing(tmp_path: Path, name: str, after_s: float) -> None:
    """The real service, cut off while it starts, reads its knowledge or loads models.

    Ctrl-C only once the page answers: before, a process that was started in the background ignores it.
    """
    port = free_port()
    environment = {"WENFA_HOME": str(tmp_path), "WENFA_PORT": str(port)}
    with running(["-m", "connectors.cli", "serve"], port, tmp_path / "log", **environment) as server:
        if name == "SIGINT":
            server.wait_for("/", 20)
        time.sleep(after_s)
        began = time.monotonic()
        server.process.send_signal(getattr(signal, name))
        server.process.wait(10)
        assert time.monotonic() - began <= 3.0 * slowness()
        assert "Traceback" not in server.log.read_text()
