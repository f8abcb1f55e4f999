"""The open API answers, remembers, and says clearly what is wrong."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from connectors.api.routes import HISTORY_MESSAGES
from connectors.app import build_app
from connectors.conversations import MOST_CHARACTERS
from connectors.limits import TURNS_OF_CONVERSATION
from connectors.middleware import MESSAGE_OF_STATUS
from connectors.operations.routes import HEALTH_S
from connectors.readiness import Readiness
from connectors.settings import Settings
from knowledge.laws import version_on
from knowledge.library import read_library
from knowledge.statutes import ArticleRow, Statutes
from nlu.citations import article_text
from tests.fakes import EchoAssistant
from tests.processes import exchanges

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


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversations may be as quick as they like; stands before `client` in a test's arguments."""
    monkeypatch.setattr("connectors.limits.TURNS_OF_CONVERSATION", 1000)


def body(text: str, **changed: object) -> dict[str, object]:
    return {"conversation": secrets.token_urlsafe(18), "message_id": "m1", "text": text} | changed


async def test_turn_is_answered_and_kept(client: Client) -> None:
    turn = body("老板欠我工资")
    answer = await client.post("/api/v1/turns", json=turn)
    assert answer.status == 200
    assert (await answer.json())["reply"]["text"] == "1：老板欠我工资"
    history = await (await client.get(f"/api/v1/conversations/{turn['conversation']}")).json()
    assert [(said, reply and reply["text"]) for said, reply in exchanges(history)] == [
        ("老板欠我工资", "1：老板欠我工资")
    ]
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
    answer = await client.post("/api/v1/turns", data=raw, headers={"Content-Type": "application/json"})
    assert answer.status == 400


@pytest.mark.parametrize("raw", [b'"text": "\xff\xfe"', b'"text": "\xed\xa0\x80"'])
async def test_words_in_no_encoding_are_refused(client: Client, raw: bytes) -> None:
    data = b'{"conversation": "%s", "message_id": "m", %s}' % (secrets.token_urlsafe(18).encode(), raw)
    answer = await client.post("/api/v1/turns", data=data, headers={"Content-Type": "application/json"})
    assert answer.status == 400


async def test_half_of_a_surrogate_pair_is_left_out(client: Client) -> None:
    data = b'{"conversation": "%s", "message_id": "m", "text": "\\ud83d\xe6\xac\xa0\xe8\x96\xaa"}'
    key = secrets.token_urlsafe(18).encode()
    answer = await client.post("/api/v1/turns", data=data % key, headers={"Content-Type": "application/json"})
    assert answer.status in (200, 400)
    if answer.status == 200:
        assert (await answer.json())["reply"]["text"] == "1：欠薪"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_other_content_types_are_refused(client: Client, content_type: str) -> None:
    """A page of another site can post forms and plain text without being asked, but not JSON."""
    answer = await client.post(
        "/api/v1/turns", data=msgspec.json.encode(body("话")), headers={"Content-Type": content_type}
    )
    assert answer.status == 415


@pytest.mark.parametrize("key", ["a" * 22, "ab" * 11, "0123456" * 4, "short", "%00", "x" * 30 + "%0A"])
async def test_key_that_could_be_guessed_is_refused(client: Client, key: str) -> None:
    assert (await client.get(f"/api/v1/conversations/{key}")).status == 400
    if "%" not in key:
        assert (await client.post("/api/v1/turns", json=body("话", conversation=key))).status == 400


async def test_words_that_grow_when_folded_are_measured_as_folded(client: Client) -> None:
    """U+FDFA becomes eighteen characters."""
    answer = await client.post("/api/v1/turns", json=body("\ufdfa" * 300))
    assert answer.status == 413


async def test_failing_assistant_ends_in_an_apology_and_a_case(client: Client) -> None:
    turn = body("出错")
    answer = await client.post("/api/v1/turns", json=turn)
    assert answer.status == 200
    assert "对不起" in (await answer.json())["reply"]["text"]
    history = await (await client.get(f"/api/v1/conversations/{turn['conversation']}")).json()
    assert [said for said, _ in exchanges(history)] == ["出错"]
    assert history["case"]["status"] == "waiting"


@pytest.mark.usefixtures("talkative")
async def test_history_comes_in_pages(client: Client) -> None:
    turn = body("话")
    for i in range(HISTORY_MESSAGES // 2 + 5):
        await client.post("/api/v1/turns", json=turn | {"message_id": f"m{i}"})
    path = f"/api/v1/conversations/{turn['conversation']}"
    last = await (await client.get(path)).json()
    assert [m["message_id"] for m in last["messages"][::2]] == [f"m{i}" for i in range(5, HISTORY_MESSAGES // 2 + 5)]
    assert last["earlier"]
    first = await (await client.get(path, params={"before": last["messages"][0]["seq"]})).json()
    assert [m["message_id"] for m in first["messages"][::2]] == [f"m{i}" for i in range(5)]
    assert not first["earlier"]
    assert (await client.get(path, params={"before": "x"})).status == 400


async def test_what_was_said_is_kept_by_nobody_on_the_way(client: Client) -> None:
    turn = body("话")
    answers = [
        await client.post("/api/v1/turns", json=turn),
        await client.get(f"/api/v1/conversations/{turn['conversation']}"),
    ]
    assert [answer.headers["Cache-Control"] for answer in answers] == ["no-store", "no-store"]


async def test_key_of_a_conversation_stands_nowhere_on_the_disk(client: Client, tmp_path: Path) -> None:
    turn = body("话")
    await client.post("/api/v1/turns", json=turn)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert str(turn["conversation"]).encode() not in path.read_bytes(), path


async def test_conversation_that_asks_too_often_is_asked_to_wait(client: Client) -> None:
    turn = body("话")
    statuses = [
        (await client.post("/api/v1/turns", json=turn | {"message_id": f"m{i}"})).status
        for i in range(TURNS_OF_CONVERSATION + 1)
    ]
    assert statuses == [200] * TURNS_OF_CONVERSATION + [429]
    answer = await client.post("/api/v1/turns", json=turn | {"message_id": "later"})
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert "秒" in (await answer.json())["error"]["message"]
    assert (await client.post("/api/v1/turns", json=body("别人的话"))).status == 200


async def test_metrics_are_for_this_machine_alone(client: Client) -> None:
    assert (await client.get("/metrics")).status == 200
    assert (await client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"})).status == 404


@pytest.mark.slow
async def test_health_is_red_while_the_database_cannot_be_written(client: Client, tmp_path: Path) -> None:
    assert (await client.get("/healthz")).status == 200
    with sqlite3.connect(tmp_path / "wenfa.db", isolation_level=None) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(HEALTH_S + 0.1)
        assert (await client.get("/healthz")).status == 503
        foreign.execute("ROLLBACK")
    await asyncio.sleep(HEALTH_S + 0.1)
    assert (await client.get("/healthz")).status == 200


@pytest.mark.parametrize(
    "line", [b"GET /secret\x00words HTTP/1.1\r\n\r\n", b"\x16\x03\x01secret\r\n\r\n", b"secret\r\n\r\n"]
)
async def test_what_is_no_http_is_refused_without_an_echo(client: Client, line: bytes) -> None:
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(line)
    answer = (await asyncio.wait_for(reader.read(), 5)).decode()
    writer.close()
    assert answer.startswith(("HTTP/1.1 400 ", "HTTP/1.0 400 "))
    assert "Content-Security-Policy" in answer
    assert MESSAGE_OF_STATUS[400] in answer
    assert "secret" not in answer


async def test_unknown_address_is_answered_in_the_readers_language(client: Client) -> None:
    """A program reads JSON, a citizen a page with the way back."""
    answer = await client.get("/api/v1/nothing")
    assert answer.status == 404
    assert (await answer.json())["error"]["message"] == "没有这个地址"
    page = await client.get("/nothing")
    assert page.status == 404
    assert page.content_type == "text/html"
    assert "没有这个地址" in await page.text()
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


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
        answer = await client.get("/healthz")
        assert (answer.status, (await answer.json())["status"]) == (503, "failed")
        assert (await client.get("/")).status == 200


async def test_text_of_an_article_is_there_once_it_is_imported(client: Client, tmp_path: Path) -> None:
    library, law = read_library(), "劳动合同法"
    version = version_on(library.laws[law], date(2026, 11, 1))
    assert version
    day = version.effective_on.isoformat()
    asked = {"of": [f"{law}|第三十八条|{day}", f"{law}|第三十九条|1999-01-01"]}
    assert (await (await client.get("/api/v1/articles", params=asked)).json()) == {"articles": []}
    last, inserted = version.last_article or 0, version.inserted or ()
    rows = [ArticleRow(law, article_text(n), n, 0, f"第 {n} 条的原文", "current") for n in range(1, last + 1)]
    rows += [ArticleRow(law, name, 1, 1, "后来加的", "current") for name in inserted]
    Statutes.of_home(tmp_path).replace(rows, library.laws, date(2026, 11, 1))
    found = (await (await client.get("/api/v1/articles", params=asked)).json())["articles"]
    assert [(text["article"], text["text"]) for text in found] == [("第三十八条", "第 38 条的原文")]


@pytest.mark.parametrize("of", ["劳动合同法", "a|b", "a|b|c|d"])
async def test_article_asked_for_wrongly_is_said(client: Client, of: str) -> None:
    answer = await client.get("/api/v1/articles", params={"of": of})
    assert answer.status == 400
    assert "of" in (await answer.json())["error"]["message"]
