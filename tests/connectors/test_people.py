"""A person speaks in a conversation: seen live and in the history, in order; the citizen can be called back."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from bot.wording import Wording
from connectors.app import build_app
from connectors.cases.contacts import Contact
from connectors.cases.desk import Desk
from connectors.cases.numbers import new_number
from connectors.cases.rejoining import MOST_REFUSED, WITHIN_S
from connectors.cases.store import events_of, find_case
from connectors.conversations import conversation_id
from connectors.errors import BadRequest, NotAllowed
from connectors.keyring import KeyRing
from connectors.readiness import Readiness
from connectors.settings import Settings
from connectors.storage.database import Database
from connectors.storage.opening import open_storage
from connectors.storage.schema import case_events
from tests.fakes import EchoAssistant
from tests.timing import slowness

Client = TestClient[Any, Any]


class Talk:
    """A citizen with a case, and the desk of another process on the same database."""

    def __init__(self, client: Client, database: Database, keys: KeyRing) -> None:
        self.client = client
        self.database = database
        self.desk = Desk(keys, Wording.read())
        self.key = secrets.token_urlsafe(18)
        self.number = ""

    async def say(self, text: str) -> dict[str, Any]:
        turn = {"conversation": self.key, "message_id": secrets.token_hex(8), "text": text}
        reply: dict[str, Any] = (await (await self.client.post("/api/v1/turns", json=turn)).json())["reply"]
        return reply

    async def reply(self, text: str, by: str = "李律师") -> None:
        async with self.database.transaction() as tx:
            await self.desk.reply(tx, self.number, by, text, time.time())

    async def history(self) -> dict[str, Any]:
        found: dict[str, Any] = await (await self.client.get(f"/api/v1/conversations/{self.key}")).json()
        return found


@pytest.fixture
async def talk(tmp_path: Path, database_url: str) -> AsyncIterator[Talk]:
    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return EchoAssistant()

    settings = Settings.read({"WENFA_HOME": str(tmp_path), "WENFA_DATABASE_URL": database_url})
    async with TestClient(TestServer(await build_app(settings, prepare))) as client:
        while (await client.get("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        database, keys = await open_storage(settings)
        opened = Talk(client, database, keys)
        await opened.say("老板欠我工资")
        opened.number = (await opened.say("转人工"))["case_number"]
        yield opened
        await database.close()


async def next_message(stream: ClientResponse) -> dict[str, Any]:
    """The next event's data."""
    async for line in stream.content:
        if line.startswith(b"data: "):
            found: dict[str, Any] = msgspec.json.decode(line[6:])
            return found
    raise AssertionError("the stream has ended")


async def test_persons_words_appear_on_an_open_page_within_a_second(talk: Talk) -> None:
    last = (await talk.history())["messages"][-1]["seq"]
    async with talk.client.get(f"/api/v1/conversations/{talk.key}/live", params={"after": last}) as stream:
        assert stream.content_type == "text/event-stream"
        began = time.monotonic()
        await talk.reply("您好，请把考勤记录拍照发来。")
        claimed, said = [await asyncio.wait_for(next_message(stream), 3) for _ in range(2)]
        assert time.monotonic() - began <= 1.5 * slowness()
        assert (claimed["author"], said["author"]) == ("system", "person")
        assert "接手" in claimed["text"]
        assert said["text"] == "您好，请把考勤记录拍照发来。"
        await talk.reply("还有工资条。")
        assert (await asyncio.wait_for(next_message(stream), 3))["text"] == "还有工资条。"


async def test_stream_goes_on_from_the_last_that_was_seen(talk: Talk) -> None:
    """After an outage the browser names it; nothing is lost, nothing comes twice."""
    await talk.reply("第一句")
    first = (await talk.history())["messages"][-1]["seq"]
    await talk.reply("第二句")
    headers = {"Last-Event-ID": str(first)}
    async with talk.client.get(f"/api/v1/conversations/{talk.key}/live", headers=headers) as stream:
        assert (await asyncio.wait_for(next_message(stream), 3))["text"] == "第二句"


async def test_words_of_another_conversation_are_not_heard(talk: Talk) -> None:
    other = secrets.token_urlsafe(18)
    async with talk.client.get(f"/api/v1/conversations/{other}/live") as stream:
        await talk.reply("只给一个人看")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(next_message(stream), 1)


async def test_order_is_kept_in_the_history(talk: Talk) -> None:
    await talk.reply("请补充：什么时候进的厂？")
    await talk.say("去年三月")
    async with talk.database.transaction() as tx:
        await talk.desk.close(tx, talk.number, "李律师", "advised", time.time())
    await talk.say("谢谢")
    said = [(m["author"], m["text"][:12]) for m in (await talk.history())["messages"]][4:]
    assert [author for author, _ in said] == ["system", "person", "citizen", "bot", "system", "citizen", "bot"]
    assert said[1][1] == "请补充：什么时候进的厂？"
    assert said[2][1] == "去年三月"
    assert "办结" in said[4][1]


async def test_names_of_staff_stay_inside(talk: Talk) -> None:
    await talk.reply("您好", by="李律师")
    assert "李律师" not in str(await talk.history())
    async with talk.database.transaction() as tx:
        file = await talk.desk.read_file(tx, talk.number)
    assert [m.name for m in file.messages if m.author == "person"] == ["李律师"]


async def test_only_who_has_the_case_speaks(talk: Talk) -> None:
    await talk.reply("您好", by="李律师")
    with pytest.raises(NotAllowed, match="李律师"):
        await talk.reply("我也说一句", by="王律师")
    async with talk.database.transaction() as tx:
        await talk.desk.close(tx, talk.number, "李律师", "advised", time.time())
    with pytest.raises(NotAllowed, match="办结"):
        await talk.reply("再说一句")
    with pytest.raises(BadRequest):
        await talk.reply("  ")


async def test_telephone_is_left_for_whoever_takes_the_case(talk: Talk) -> None:
    path = f"/api/v1/conversations/{talk.key}/contact"
    for phone in ("", "abc", "123", "1" * 30):
        assert (await talk.client.post(path, json={"phone": phone})).status == 400, phone
    left = await talk.client.post(path, json={"phone": " +86 138 0013 8000", "when": "晚上七点以后"})
    assert left.status == 200
    async with talk.database.transaction() as tx:
        file = await talk.desk.read_file(tx, talk.number)
        events = [event.kind for event in await events_of(tx, await find_case(tx, talk.number))]
    assert file.contact == Contact("+86 138 0013 8000", "晚上七点以后")
    assert events == ["opened", "contact"]
    told = (await talk.history())["messages"][-1]
    assert told["author"] == "system"
    assert "8000" in told["text"]
    assert "0013" not in told["text"]


async def rejoin(talk: Talk, number: str, ending: str, key: str = "") -> tuple[int, str]:
    """Status, and the new key or what is wrong."""
    key = key or secrets.token_urlsafe(18)
    answer = await talk.client.post(f"/api/v1/conversations/{key}/rejoin", json={"number": number, "ending": ending})
    return answer.status, key if answer.status == 200 else (await answer.json())["error"]["message"]


async def leave_phone(talk: Talk) -> None:
    path = f"/api/v1/conversations/{talk.key}/contact"
    assert (await talk.client.post(path, json={"phone": "13800138000"})).status == 200


async def test_conversation_is_taken_up_again_by_number_and_telephone(talk: Talk) -> None:
    await leave_phone(talk)
    status, key = await rejoin(talk, f" {talk.number.replace('-', ' ')} ", "8000")
    assert status == 200
    before = await talk.history()
    talk.key = key
    assert await talk.history() == before
    assert "另一台设备" in before["messages"][-1]["text"]
    await talk.say("我又想起一件事")
    await talk.reply("好的")
    later = (await talk.history())["messages"][len(before["messages"]) :]
    assert [message["author"] for message in later] == ["citizen", "bot", "system", "person"]


async def test_wrong_digits_unknown_number_and_no_telephone_look_the_same(talk: Talk) -> None:
    without = await rejoin(talk, talk.number, "8000")
    await leave_phone(talk)
    wrong = await rejoin(talk, talk.number, "8001")
    unknown = await rejoin(talk, new_number(date(2020, 1, 1)), "8000")
    assert without == wrong == unknown
    assert wrong[0] == 404
    assert "12348" in wrong[1]


@pytest.mark.parametrize(("number", "ending"), [("123", "8000"), ("261123-482074", "8000"), ("", ""), ("", "٣٣٣٣")])
async def test_what_can_be_no_number_is_said(talk: Talk, number: str, ending: str) -> None:
    assert (await rejoin(talk, number or talk.number, ending))[0] == 400


async def test_after_five_wrong_tries_nobody_is_let_in_for_a_day(talk: Talk) -> None:
    await leave_phone(talk)
    for _ in range(MOST_REFUSED):
        assert (await rejoin(talk, talk.number, "0000"))[0] == 404
    assert (await rejoin(talk, talk.number, "8000"))[0] == 404
    async with talk.database.transaction() as tx:
        await tx.execute(update(case_events).values(at=time.time() - WITHIN_S - 1))
    assert (await rejoin(talk, talk.number, "8000"))[0] == 200


async def test_tries_at_the_same_time_are_counted_one_after_the_other(talk: Talk) -> None:
    await leave_phone(talk)
    await asyncio.gather(*(rejoin(talk, talk.number, "0000") for _ in range(20)))
    async with talk.database.transaction() as tx:
        events = [event.kind for event in await events_of(tx, await find_case(tx, talk.number))]
    assert events.count("rejoin_refused") == MOST_REFUSED


async def test_key_in_use_opens_no_other_conversation(talk: Talk) -> None:
    await leave_phone(talk)
    status, said = await rejoin(talk, talk.number, "8000", talk.key)
    assert status == 409
    assert "钥匙" in said


async def test_telephone_needs_a_case(talk: Talk) -> None:
    other = secrets.token_urlsafe(18)
    answer = await talk.client.post(f"/api/v1/conversations/{other}/contact", json={"phone": "13800138000"})
    assert answer.status == 409
    assert "转人工" in (await answer.json())["error"]["message"]


async def test_streams_end_when_the_service_ends(talk: Talk) -> None:
    async with talk.client.get(f"/api/v1/conversations/{talk.key}/live") as stream:
        began = time.monotonic()
        await talk.client.server.close()
        with contextlib.suppress(Exception):
            await stream.read()
        assert time.monotonic() - began <= 3 * slowness()


async def test_a_persons_words_are_kept_under_the_hash_of_the_key(talk: Talk) -> None:
    await talk.reply("您好")
    async with talk.database.transaction() as tx:
        file = await talk.desk.read_file(tx, talk.number)
    assert {m.conversation_id for m in file.messages} == {conversation_id(talk.key)}
