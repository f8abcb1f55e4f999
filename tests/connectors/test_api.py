"""The open API answers, remembers, and says clearly what is wrong."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from connectors.api.wire import MOST_CHARACTERS
from connectors.app import build_app
from connectors.readiness import Readiness
from connectors.settings import Settings
from tests.fakes import EchoAssistant

Client = TestClient[Any, Any]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return EchoAssistant()

    app = await build_app(Settings.read({"WENFA_HOME": str(tmp_path)}), prepare)
    async with TestClient(TestServer(app)) as opened:
        while (await opened.get("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        yield opened


def body(text: str, **changed: object) -> dict[str, object]:
    return {"conversation": secrets.token_urlsafe(18), "message_id": "m1", "text": text} | changed


async def test_turn_is_answered_and_kept(client: Client) -> None:
    turn = body("老板欠我工资")
    answer = await client.post("/api/v1/turns", json=turn)
    assert answer.status == 200
    assert (await answer.json())["reply"]["text"] == "1：老板欠我工资"
    history = await (await client.get(f"/api/v1/conversations/{turn['conversation']}")).json()
    assert [(t["text"], t["reply"]["text"]) for t in history["turns"]] == [("老板欠我工资", "1：老板欠我工资")]
    assert history["case"] is None


async def test_open_case_stands_in_the_history(client: Client) -> None:
    turn = body("转人工")
    number = (await (await client.post("/api/v1/turns", json=turn)).json())["reply"]["case_number"]
    history = await (await client.get(f"/api/v1/conversations/{turn['conversation']}")).json()
    assert history["case"] == {"number": number, "status": "waiting"}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"text": ""}, 400, "bad_request"),
        ({"text": " \n\u0000 "}, 400, "bad_request"),
        ({"text": "长" * (MOST_CHARACTERS + 1)}, 413, "text_too_long"),
        ({"text": "长" * 50_000}, 413, "http"),
        ({"conversation": "short"}, 400, "bad_request"),
        ({"conversation": "x" * 30 + "\n"}, 400, "bad_request"),
        ({"message_id": "a b"}, 400, "bad_request"),
        ({"on": "去年"}, 400, "bad_request"),
        ({"more": 1}, 400, "bad_request"),
        ({"text": 5}, 400, "bad_request"),
    ],
)
async def test_bad_turn_gets_one_clear_message(client: Client, sent: dict[str, object], status: int, code: str) -> None:
    answer = await client.post("/api/v1/turns", json=body("话") | sent)
    error = (await answer.json())["error"]
    assert (answer.status, error["code"]) == (status, code)
    assert any("\u4e00" <= c <= "\u9fff" for c in error["message"])


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff", b'"x"'])
async def test_body_that_is_no_turn_is_refused(client: Client, raw: bytes) -> None:
    assert (await client.post("/api/v1/turns", data=raw)).status == 400


async def test_failing_assistant_loses_nothing_and_says_so(client: Client) -> None:
    turn = body("出错")
    answer = await client.post("/api/v1/turns", json=turn)
    assert answer.status == 500
    assert "没有丢" in (await answer.json())["error"]["message"]
    history = await (await client.get(f"/api/v1/conversations/{turn['conversation']}")).json()
    assert [t["text"] for t in history["turns"]] == ["出错"]


async def test_unknown_address_is_answered_in_the_readers_language(client: Client) -> None:
    answer = await client.get("/nothing")
    assert answer.status == 404
    assert (await answer.json())["error"]["message"] == "没有这个地址"


async def test_page_needs_nothing_from_elsewhere(client: Client) -> None:
    answer = await client.get("/")
    page = await answer.text()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "http://" not in page
    assert "https://" not in page


async def test_metrics_count_turns_and_hold_no_words(client: Client) -> None:
    await client.post("/api/v1/turns", json=body("秘密的话"))
    metrics = await (await client.get("/metrics")).text()
    assert "wenfa_turns_total" in metrics
    assert "秘密" not in metrics


async def test_turns_wait_politely_while_models_load(tmp_path: Path) -> None:
    release = asyncio.Event()

    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        await release.wait()
        return EchoAssistant()

    app = await build_app(Settings.read({"WENFA_HOME": str(tmp_path)}), prepare)
    async with TestClient(TestServer(app)) as client:
        assert (await client.get("/")).status == 200
        assert (await client.get("/readyz")).status == 503
        early = await client.post("/api/v1/turns", json=body("话"))
        assert (early.status, early.headers["Retry-After"]) == (503, "2")
        release.set()
        while (await client.get("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        assert (await client.post("/api/v1/turns", json=body("话"))).status == 200


async def test_failed_start_is_told_and_the_page_stays(tmp_path: Path) -> None:
    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        raise RuntimeError("no model")

    app = await build_app(Settings.read({"WENFA_HOME": str(tmp_path)}), prepare)
    async with TestClient(TestServer(app)) as client:
        await asyncio.sleep(0.05)
        assert (await (await client.get("/healthz")).json())["status"] == "failed"
        assert (await client.get("/")).status == 200
