"""Call-centre software says what the caller says and hears what that suggests, once, whatever breaks in between."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from connectors.app import build_app
from connectors.feed.routes import digest_of
from connectors.readiness import Readiness
from connectors.settings import Settings
from connectors.storage.opening import open_storage
from tests.connectors.office import Office
from tests.fakes import EchoAssistant

TOKEN = "of the software"  # noqa: S105 - of tests
KNOWN = {"Authorization": f"Bearer {TOKEN}"}
WORDS = "老板欠我三个月工资，我在小榄"


@pytest.fixture
async def centre(tmp_path: Path, database_url: str) -> AsyncIterator[Office]:
    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return EchoAssistant()

    environment = {"WENFA_HOME": str(tmp_path), "WENFA_DATABASE_URL": database_url, "WENFA_FEED_TOKEN": TOKEN}
    settings = Settings.read(environment)
    async with TestClient(TestServer(await build_app(settings, prepare))) as client:
        while (await client.get("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        database, keys = await open_storage(settings)
        opened = Office(client, database, keys)
        await opened.hire("小陈", "agent")
        await opened.hire("李律师", "adviser")
        yield opened
        await database.close()


async def begins(centre: Office) -> str:
    answer = await centre.client.post("/feed/calls", json={"agent": "小陈"}, headers=KNOWN)
    assert answer.status == 201
    return str((await answer.json())["call"])


async def says(centre: Office, call: str, words: str) -> int:
    answer = await centre.client.put(f"/feed/calls/{call}/words", json={"text": words}, headers=KNOWN)
    return answer.status


async def listens(centre: Office, call: str, known: str = "") -> ClientResponse:
    headers = KNOWN | ({"Last-Event-ID": known} if known else {})
    return await centre.client.get(f"/feed/calls/{call}/suggestions", headers=headers)


async def event(stream: ClientResponse) -> dict[str, Any]:
    """The next event; its data decoded."""
    found: dict[str, Any] = {}
    while True:
        line = (await asyncio.wait_for(stream.content.readline(), 5)).decode().rstrip("\n")
        if not line and found:
            return found | {"data": msgspec.json.decode(found["data"])}
        name, _, value = line.partition(": ")
        if name:
            found[name] = value


async def test_words_bring_suggestions_at_once_and_each_once(centre: Office) -> None:
    call = await begins(centre)
    stream = await listens(centre, call)
    assert (await event(stream))["data"]["entries"] == []
    began = time.monotonic()
    assert await says(centre, call, WORDS) == 204
    told = await event(stream)
    assert time.monotonic() - began < 1
    assert told["id"] == digest_of(WORDS)
    assert told["data"]["entries"][0]["entry"] == "labour/unpaid-wages"
    assert told["data"]["facts"] == [{"kind": "place", "words": "小榄", "place": "xiaolan"}]
    assert await says(centre, call, WORDS) == 204  # the same words again: nothing new
    assert await says(centre, call, WORDS + "，救命") == 204
    danger = await event(stream)
    assert danger["data"]["danger"] == "violence"
    assert "110" in danger["data"]["danger_words"]
    stream.close()


async def test_stream_taken_up_again_repeats_nothing_and_misses_nothing(centre: Office) -> None:
    call = await begins(centre)
    await says(centre, call, WORDS)
    first = await listens(centre, call)
    known = (await event(first))["id"]
    first.close()
    again = await listens(centre, call, known)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(again.content.readline(), 0.4)
    again.close()
    await says(centre, call, "我想离婚")  # while nobody listens
    later = await listens(centre, call, known)
    assert (await event(later))["id"] == digest_of("我想离婚")
    later.close()


async def test_agent_finds_the_call_at_the_desk_and_saving_ends_the_stream(centre: Office) -> None:
    call = await begins(centre)
    await says(centre, call, WORDS)
    stream = await listens(centre, call)
    await event(stream)
    await centre.sign_in("小陈")
    page = await centre.page(f"/desk/call/{call}")
    assert WORDS in page
    form = {"heard": WORDS, "do": "save", "outcome": "answered", "matter": "labour.unpaid_wages", "told": "已告知"}
    saved = await centre.client.post(f"/desk/call/{call}", data=form, allow_redirects=False)
    assert saved.status == 303
    assert (await event(stream))["event"] == "saved"
    assert await says(centre, call, "还有") == 409
    stream.close()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/feed/calls", {"agent": "没有这人"}, 404),
        ("POST", "/feed/calls", {"agent": "李律师"}, 409),
        ("POST", "/feed/calls", {"name": "小陈"}, 400),
        ("PUT", "/feed/calls/261126-000000/words", {"text": "喂"}, 404),
        ("PUT", "/feed/calls/261126-000000/words", {"text": "长" * 5000}, 400),
        ("GET", "/feed/calls/261126-000000/suggestions", None, 404),
    ],
)
async def test_what_cannot_be_is_said(centre: Office, method: str, path: str, body: Any, status: int) -> None:
    answer = await centre.client.request(method, path, json=body, headers=KNOWN)
    assert answer.status == status
    assert (await answer.json())["error"]["message"]


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer another", "Basic b2Y="])
async def test_who_does_not_know_the_token_gets_nothing(centre: Office, token: str) -> None:
    call = await begins(centre)
    for method, path in (("POST", "/feed/calls"), ("GET", f"/feed/calls/{call}/suggestions")):
        answer = await centre.client.request(method, path, json={}, headers={"Authorization": token})
        assert answer.status == 401


async def test_without_a_token_there_is_no_feed(office: Office) -> None:
    answer = await office.client.post("/feed/calls", json={"agent": "李律师"}, headers=KNOWN)
    assert answer.status == 404
