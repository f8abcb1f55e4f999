"""WeChat to the letter: official vectors, an independent peer, the simulator with faults, what goes wrong elsewhere."""

from __future__ import annotations

import asyncio
import json
import random
import re
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.parser import parse_message

from bot.outcomes import Cited, Offer, Reply, Section
from bot.wording import Wording
from connectors import joining
from connectors.app import build_app
from connectors.cases.desk import Desk
from connectors.cases.store import find_case, list_cases
from connectors.conversation_files import ConversationFiles, SentFile
from connectors.conversations import conversation_id
from connectors.errors import NotFound, SettingError
from connectors.keyring import KeyRing
from connectors.readiness import Readiness
from connectors.settings import Settings, WechatNotice, WechatSettings
from connectors.storage.database import Database
from connectors.storage.opening import open_storage
from connectors.wechat import compose, sending, service
from connectors.wechat.crypto import Envelope, Refused, is_signed, open_with, sign
from connectors.wechat.doctor import examine
from connectors.wechat.links import Links
from connectors.wechat.menu import as_platform, read_menu
from connectors.wechat.messages import NotUnderstood, fields_of, inbound, text_reply
from connectors.wechat.notices import sign_page
from connectors.wechat.platform import Platform
from connectors.wechat.simulator import FAULT_NOTICE, TICKET, Faults, Simulator, xml
from tests.connectors.office import Office
from tests.fakes import EchoAssistant
from tests.papers import AMR, photograph

VECTORS: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("wechat_vectors.json").read_text())
ACCOUNT = WechatSettings("wx0123456789abcdef", "", "token", ("A" * 43,), "secret")
ANNE, BERT = "oAnne", "oBert"
WRONG = "another"


def envelope(name: str) -> Envelope:
    return Envelope(VECTORS[name]["encoding_aes_key"], VECTORS[name]["appid"])


@pytest.mark.parametrize("name", ["url_check", "plain_post", "safe_post"])
def test_official_signature(name: str) -> None:
    v = VECTORS[name]
    assert is_signed(v["signature"], v["token"], v["timestamp"], v["nonce"])
    assert not is_signed(v["signature"][:-1] + "0", v["token"], v["timestamp"], v["nonce"])


@pytest.mark.parametrize("name", ["safe_post", "safe_post_xml"])
def test_official_encrypted_message_opens(name: str) -> None:
    v = VECTORS[name]
    assert is_signed(v["msg_signature"], v["token"], v["timestamp"], v["nonce"], v["encrypt"])
    assert fields_of(envelope(name).decrypt(v["encrypt"]))["FromUserName"]
    assert len(envelope(name).decrypt(v["encrypt"])) == v.get("message_bytes", 0) or name == "safe_post_xml"


def test_official_reply_is_encrypted_alike() -> None:
    v = VECTORS["safe_reply"]
    sealed = envelope("safe_post").encrypt(v["message"].encode(), v["random16"].encode())
    assert sealed == v["encrypt"]
    assert sign("AAAAA", v["timestamp"], v["nonce"], sealed) == v["msg_signature"]


@given(st.text(max_size=300))
def test_what_is_encrypted_opens_again_whatever_its_length(text: str) -> None:
    box = Envelope("A" * 43, "wx1")
    assert box.decrypt(box.encrypt(text.encode("utf-8", "replace"))) == text.encode("utf-8", "replace")


def test_message_for_another_account_or_of_another_key_is_refused() -> None:
    sealed = Envelope("A" * 43, "wx1").encrypt("老板欠薪".encode())
    for other in (Envelope("A" * 43, "wx2"), Envelope("B" * 43, "wx1")):
        with pytest.raises(Refused):
            other.decrypt(sealed)
    assert open_with((Envelope("B" * 43, "wx1"), Envelope("A" * 43, "wx1")), sealed).message == "老板欠薪".encode()
    for wrong in ("", "x", "AAAA", sealed[:-4]):
        with pytest.raises(Refused):
            Envelope("A" * 43, "wx1").decrypt(wrong)


def test_independent_peer_agrees_in_both_directions() -> None:
    peer, ours = WeChatCrypto("token", "A" * 43, "wx1"), Envelope("A" * 43, "wx1")
    theirs = fields_of(
        peer.encrypt_message("<xml><Content>老板欠薪三个月</Content></xml>", "nonce", "1714112445").encode()
    )
    assert ours.decrypt(theirs["Encrypt"]).decode() == "<xml><Content>老板欠薪三个月</Content></xml>"
    assert is_signed(theirs["MsgSignature"], "token", "1714112445", "nonce", theirs["Encrypt"])
    sealed = ours.encrypt("<xml><Content>可以申请仲裁</Content></xml>".encode())
    body = xml({"ToUserName": "gh", "Encrypt": sealed})
    opened = peer.decrypt_message(body, sign("token", "1714112445", "nonce", sealed), "1714112445", "nonce")
    assert "可以申请仲裁" in opened


def test_peer_reads_our_reply_with_real_line_feeds_and_end_marks() -> None:
    message = inbound({"ToUserName": "gh", "FromUserName": ANNE, "MsgType": "text", "CreateTime": "1", "MsgId": "1"})
    said = "第一步\n第二步 ]]> <b>&amp;"
    assert parse_message(text_reply(message, said, 1)).content == said
    assert fields_of(text_reply(message, said, 1))["Content"] == said


def test_control_characters_within_cdata_are_dropped() -> None:
    assert (
        fields_of("<xml><Content><![CDATA[ 欠薪\x1d三个月\x02 ]]></Content></xml>".encode())["Content"]
        == " 欠薪三个月 "
    )


def test_markup_that_a_citizen_pastes_is_text() -> None:
    body = "<xml><Content><![CDATA[<xml><status>欠薪</status></xml>]]></Content></xml>"
    assert fields_of(body.encode())["Content"] == "<xml><status>欠薪</status></xml>"


@pytest.mark.parametrize(
    "body",
    [b"", b"<xml>", b"{", b"[1]", b"\xff\xfe", b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>'],
)
def test_what_is_no_message_is_not_understood(body: bytes) -> None:
    with pytest.raises(NotUnderstood):
        inbound(fields_of(body))


@given(st.binary(max_size=400))
def test_any_bytes_are_understood_or_not(body: bytes) -> None:
    try:
        inbound(fields_of(body))
    except NotUnderstood:
        return


def test_key_tells_senders_events_and_seconds_apart() -> None:
    one = {"ToUserName": "gh", "FromUserName": ANNE, "MsgType": "event", "CreateTime": "7", "Event": "CLICK"}
    keys = [inbound(one | more).key for more in ({}, {"Event": "LOCATION"}, {"EventKey": "a"}, {"CreateTime": "8"})]
    assert len(set(keys)) == 4
    assert inbound(one).key == inbound(dict(one)).key


ANSWER = Reply(
    "answer",
    "",
    lead="欠薪可以要回来（《劳动合同法》第三十条）。" * 8,
    title="老板拖欠工资怎么办",
    entry="labour/unpaid-wages",
    sections=(Section("时限", "- 离职后一年内申请仲裁（《劳动争议调解仲裁法》第二十七条）。"),),
    citations=(Cited("劳动合同法", "第三十条", "2013-07-01", "current"),),
)


def test_answer_is_short_names_the_limit_and_links_to_the_rest() -> None:
    said = compose.compose(ANSWER, Wording.read(), "https://wenfa.example/wechat/answers/abc")
    assert len(said) <= compose.MOST_CHARACTERS
    assert len(said.encode()) <= compose.MOST_BYTES
    assert "时限：离职后一年内" in said
    assert "https://wenfa.example/wechat/answers/abc" in said


def test_answers_near_to_the_question_fill_the_room_where_none_was_surely_asked() -> None:
    near = [f"- 有人问“第 {i} 问”：{'可以要回来，先留证据。' * 12}" for i in range(3)]
    answer = msgspec.structs.replace(
        ANSWER, lead=ANSWER.lead[:84], sections=(*ANSWER.sections, Section("相关问答", "\n".join(near)))
    )
    said = compose.compose(answer, Wording.read())
    assert "有人问“第 0 问”：可以要回来" in said
    assert len(said) <= compose.MOST_CHARACTERS
    assert not any(f"第 {i} 问" in said and near[i][2:] not in said for i in range(3))
    assert "有人问" not in compose.compose(msgspec.structs.replace(answer, point=0), Wording.read())


def test_what_can_be_done_now_is_offered_where_there_is_room() -> None:
    offers = (Offer("算一算：拖欠的工资", page="/sums/late_wages"), Offer("申请法律援助", says="我要申请法律援助"))
    answer = msgspec.structs.replace(ANSWER, offers=offers)
    said = compose.compose(answer, Wording.read(), site="https://wenfa.example")
    assert "算一算：拖欠的工资：https://wenfa.example/sums/late_wages" in said
    assert "回复“我要申请法律援助”" in said
    assert "/sums/" not in compose.compose(answer, Wording.read())
    assert len(compose.compose(answer, Wording.read(), most=300, site="https://wenfa.example").encode()) <= 300
    bare = Reply("answer", "算这笔账，要知道几个数。", offers=offers)
    assert (
        "https://wenfa.example/sums/late_wages"
        in compose.messages(bare, Wording.read(), site="https://wenfa.example")[0]
    )


def test_in_danger_the_number_comes_first_and_no_list_is_cut_off() -> None:
    crisis = replace_outcome(ANSWER, "马上打 110。能走就先离开。\n\n" + ANSWER.lead)
    said = compose.compose(crisis, Wording.read(), "https://wenfa.example/wechat/answers/abc")
    assert said.startswith("马上打 110")
    assert said.endswith("说“转人工”。")
    assert "【怎么办】" not in said
    assert len(said.encode()) <= compose.MOST_BYTES


def replace_outcome(reply: Reply, lead: str) -> Reply:
    return Reply("crisis", f"{lead}\n\n【怎么办】\n1. 报警", lead=lead, entry=reply.entry, sections=reply.sections)


@pytest.mark.parametrize("most", [300, 700, 2000])
def test_answer_to_several_questions_keeps_to_the_room(most: int) -> None:
    said = compose.compose(replace_parts(ANSWER), Wording.read(), "", most)
    assert len(said.encode()) <= most


def replace_parts(reply: Reply) -> Reply:
    return Reply("answer", "", lead="两件事", parts=(reply, reply, reply))


@given(
    st.lists(st.sampled_from("欠薪一二三。！\n《劳动合同法》第三十八条,13800138000 a"), max_size=200),
    st.integers(60, 200),
)
def test_long_words_are_divided_whole_and_lose_nothing(pieces: list[str], most: int) -> None:
    text = "".join(pieces)
    parts = list(compose.split(text, most))
    assert all(len(part.encode()) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_number_and_citation_stay_whole() -> None:
    text = "根据《劳动争议调解仲裁法》第二十七条，电话 0760-12345678，" * 9
    for part in compose.split(text, 100):
        assert part.count("《") == part.count("》")
        assert not part.endswith(("0760-", "第二十"))


class Account:
    """The service with an official account, its simulated platform, and its assistant."""

    def __init__(
        self,
        simulator: Simulator,
        assistant: EchoAssistant,
        settings: Settings,
        database: Database,
        keys: KeyRing,
        client: Any,
    ) -> None:
        assert settings.wechat
        self.settings = settings
        self.account = settings.wechat
        self.simulator = simulator
        self.assistant = assistant
        self.database = database
        self.keys = keys
        self.client = client
        self.desk = Desk(keys, Wording.read())

    async def case(self) -> str:
        """The number of the one case there is."""
        async with self.database.transaction() as tx:
            (case,) = await list_cases(tx)
        return case.number

    async def adviser_says(self, *said: str) -> None:
        number = await self.case()
        for words in said:
            async with self.database.transaction() as tx:
                await self.desk.reply(tx, number, "李律师", words, time.time())

    async def until_owed(self, count: int, seconds: float = 20.0) -> None:
        """So much of what people said waits for the citizen's next message."""
        query = "SELECT COUNT(*) FROM wechat_deliveries WHERE substr(message_key, 1, 1) = 'm' AND status = 'late'"
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            async with self.database.transaction() as tx:
                if (await tx.exec_driver_sql(query)).scalar_one() >= count:
                    return
            await asyncio.sleep(0.05)

    async def code(self, key: str) -> str:
        """By which a conversation of the web goes on here."""
        answer = await self.client.post(f"/api/v1/conversations/{key}/code")
        assert answer.status == 200
        return str((await answer.json())["code"])

    async def until_fetched(self) -> list[SentFile]:
        """The files of the one citizen, once none is due any more."""
        conversation = conversation_id(f"wechat:{self.account.app_id}:{ANNE}")
        ends = time.monotonic() + 20.0
        while time.monotonic() < ends:
            async with self.database.transaction() as tx:
                files = await ConversationFiles(self.keys).of(tx, conversation)
            if files and all(file.status != "due" for file in files):
                return files
            await asyncio.sleep(0.05)
        raise TimeoutError

    def shown(self, openid: str = ANNE) -> list[str]:
        return [shown.text for shown in self.simulator.phones[openid]]

    async def until(self, count: int, openid: str = ANNE, seconds: float = 20.0) -> list[str]:
        """What a telephone shows once it shows so much."""
        ends = time.monotonic() + seconds
        while len(self.shown(openid)) < count and time.monotonic() < ends:
            await asyncio.sleep(0.02)
        return self.shown(openid)

    async def until_told(self, words: str, times: int = 1, seconds: float = 20.0) -> None:
        """A telephone of Anne's shows these words so often."""
        ends = time.monotonic() + seconds
        while sum(words in shown for shown in self.shown()) < times:
            assert time.monotonic() < ends, self.shown()
            await asyncio.sleep(0.02)


@asynccontextmanager
async def account(
    home: Path, database_url: str, *, pause_s: float = 0.0, safe: bool = True, faults: Faults | None = None, **more: Any
) -> AsyncIterator[Account]:
    """A running service beside a simulated platform."""
    assistant = EchoAssistant(pause_s)

    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return assistant

    settings = replace(ACCOUNT, **more)
    simulator = Simulator(settings, "", safe=safe, faults=faults)
    async with TestServer(simulator.app()) as platform:
        settings = replace(settings, api=str(platform.make_url("")).rstrip("/"))
        environment = {"WENFA_HOME": str(home), "WENFA_DATABASE_URL": database_url}
        whole = replace(Settings.read(environment), wechat=settings, public_url="https://wenfa.example")
        async with TestClient(TestServer(await build_app(whole, prepare))) as client:
            simulator.settle(settings, str(client.make_url("/wechat")))
            while (await client.get("/readyz")).status != 200:
                await asyncio.sleep(0.01)
            database, keys = await open_storage(whole)
            try:
                yield Account(simulator, assistant, whole, database, keys, client)
            finally:
                await simulator.close()
                await database.close()


@pytest.mark.parametrize("safe", [True, False])
async def test_question_is_answered_within_the_request(tmp_path: Path, database_url: str, safe: bool) -> None:
    async with account(tmp_path, database_url, safe=safe) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        (shown,) = one.simulator.phones[ANNE]
        assert shown.how == "passive"
        assert shown.text.startswith("1：老板欠我工资")


async def test_slow_answer_follows_as_a_customer_service_message_marked_as_a_machines(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BUDGET_S", 0.3)
    async with account(tmp_path, database_url, pause_s=0.8) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        assert one.shown() == []
        await one.until(1)
        assert [shown.how for shown in one.simulator.phones[ANNE]] == ["custom, AI"]
        assert one.simulator.answers == [b"success"]


async def test_account_without_messages_uses_three_requests(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is there at the third request; nobody reads a fault notice."""
    monkeypatch.setattr(service, "BUDGET_S", 0.3)
    monkeypatch.setattr("connectors.wechat.routes.NO_ANSWER_S", 0.4)
    async with account(tmp_path, database_url, pause_s=0.9, app_secret="") as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        (shown,) = one.shown()
        assert shown.startswith("1：老板欠我工资")
        assert len(one.assistant.asked) == 1


async def test_what_is_too_late_for_three_requests_comes_with_the_next_message(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BUDGET_S", 0.2)
    monkeypatch.setattr("connectors.wechat.routes.NO_ANSWER_S", 0.3)
    async with account(tmp_path, database_url, pause_s=1.2, app_secret="") as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        assert "发任意一句话" in one.shown()[0]
        await one.simulator.say(ANNE, "1")
        assert "还没答出来" in one.shown()[1]
        await asyncio.sleep(1.0)
        one.assistant.pause_s = 0
        await one.simulator.say(ANNE, "房东不退押金")
        assert "先答您前面问的" in one.shown()[2]
        assert "1：老板欠我工资" in one.shown()[2]
        assert "2：房东不退押金" in one.shown()[2]
        assert [question.text for question in one.assistant.asked] == ["老板欠我工资", "房东不退押金"]


async def test_second_question_during_the_wait_gets_its_own_answer(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BUDGET_S", 0.2)
    async with account(tmp_path, database_url, pause_s=0.5) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        await one.simulator.say(ANNE, "1")
        await one.simulator.say(ANNE, "房东不退押金")
        shown = await one.until(3)
        assert sorted(text.split("\n")[0] for text in shown) == [
            "1：老板欠我工资",
            "2：房东不退押金",
            "您前面问的还没答出来，请等一下再选。",
        ]


async def test_same_number_from_two_citizens_is_two_messages(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        for openid in (ANNE, BERT):
            await one.simulator.say(openid, "老板欠我工资", MsgId="6001")
            assert len(one.shown(openid)) == 1


async def test_repeated_request_gets_the_same_words_and_is_answered_once(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url, faults=Faults(twice=1.0)) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        assert len(one.assistant.asked) == 1
        assert len(one.shown()) == 1


async def test_welcome_comes_once_and_other_events_of_the_second_are_kept(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        event = {"MsgType": "event", "Event": "subscribe", "CreateTime": "1700000000"}
        for _ in range(2):
            await one.simulator.push(ANNE, event)
        assert len(one.shown()) == 1
        assert "12348" in one.shown()[0]
        for name in ("CLICK", "LOCATION"):
            await one.simulator.push(ANNE, event | {"Event": name})
        async with one.database.transaction() as tx:
            assert len((await tx.exec_driver_sql("SELECT id FROM wechat_deliveries")).all()) == 3


@pytest.mark.parametrize("more", [{"Recognition": ""}, {}])
async def test_voice_without_words_is_asked_to_be_typed(
    tmp_path: Path, database_url: str, more: dict[str, str]
) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "", kind="voice", MediaId="m", Format="amr", **more)
        assert "没有听到文字" in one.shown()[0]
        await one.simulator.say(ANNE, "", kind="voice", MediaId="m", Recognition="老板欠我工资")
        assert one.shown()[1].startswith("1：老板欠我工资")


@pytest.mark.parametrize("kind", ["image", "video", "location", "link", "new_kind"])
async def test_what_cannot_be_read_is_said(tmp_path: Path, database_url: str, kind: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "", kind=kind)
        assert "用文字说说" in one.shown()[0]


async def test_picture_and_voice_are_kept_sealed_and_opened_by_who_holds_the_case(
    tmp_path: Path, database_url: str
) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        await one.simulator.send_file(ANNE, "image", "欠条.png", photograph("PNG"))
        await one.simulator.send_file(ANNE, "voice", "x.amr", AMR)
        assert "照片收到了，我看不懂图" in one.shown()[1]
        assert "已经替您存好" in one.shown()[2]
        await one.simulator.say(ANNE, "转人工")
        files = await one.until_fetched()
        assert [(file.kind, file.media_type) for file in files] == [("image", "image/jpeg"), ("voice", "audio/amr")]
        number = await one.case()
        office = Office(one.client, one.database, one.keys)
        for name in ("李律师", "王律师"):
            await office.hire(name, "adviser")
        await office.sign_in("王律师")
        address = f"/desk/cases/{number}/files/{files[0].id}"
        assert "接手后能看" in await office.page(f"/desk/cases/{number}")
        assert (await one.client.get(address)).status == 409
        await office.sign_in("李律师")
        await office.act(number, "claim")
        page = await office.page(f"/desk/cases/{number}")
        assert f'src="{address}"' in page
        assert "（发来照片）" in page
        sent = await (await one.client.get(address)).read()
        assert sent.startswith(b"\xff\xd8\xff")
        assert "小榄镇某村".encode() not in sent
        assert (await one.client.get(f"/desk/cases/{number}/files/999")).status == 404
        await one.simulator.send_file(ANNE, "image", "", photograph())
        assert "正在处理您这件事的工作人员能看到" in one.shown()[-1]
        async with one.database.transaction() as tx:
            assert (await find_case(tx, number)).awaits_since


async def test_picture_that_the_platform_lost_or_nobody_can_open_is_told_to_staff(
    tmp_path: Path, database_url: str
) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "", kind="image", MediaId="nobody has it")
        await one.simulator.send_file(ANNE, "image", "x.png", b"no picture")
        gone, broken = await one.until_fetched()
        assert gone.fault == "微信没有给（40007）"
        assert "不是照片" in broken.fault


async def test_picture_is_fetched_again_after_a_fault_of_the_platform(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LONGEST_PAUSE_S", 0.1)
    async with account(tmp_path, database_url, faults=Faults(send_fails=0.6)) as one:
        await one.simulator.send_file(ANNE, "image", "x.png", photograph())
        (file,) = await one.until_fetched()
        assert file.status == "kept"


async def test_code_on_a_poster_brings_the_town_into_the_case(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.event(ANNE, "subscribe", "qrscene_town:xiaolan")
        assert "您扫的是小榄镇的码" in one.shown()[0]
        await one.simulator.event(BERT, "subscribe", "qrscene_last year's poster")
        assert "您扫的是" not in one.shown(BERT)[0]
        await one.simulator.say(ANNE, "转人工")
        number = await one.case()
        async with one.database.transaction() as tx:
            assert (await find_case(tx, number)).town == "xiaolan"


async def test_conversation_of_the_web_goes_on_in_wechat_by_a_code_that_is_good_once(
    tmp_path: Path, database_url: str
) -> None:
    async with account(tmp_path, database_url) as one:
        office = Office(one.client, one.database, one.keys)
        number = await office.case("老板欠我工资")
        code = await one.code(office.key)
        await one.simulator.say(ANNE, "你好")
        await one.simulator.say(ANNE, f"接 {code[:4]} {code[4:]}")
        assert number in one.shown()[1]
        await one.adviser_says("您好，有没有打卡记录？")
        shown = await one.until(4)
        assert "接手" in shown[2]
        assert shown[3] == "您好，有没有打卡记录？"
        await one.simulator.say(ANNE, "有打卡截图")
        assert "有打卡截图" in await office.heard()
        assert "这次对话已经接到微信，工作人员的回复两边都看得到。" in await office.heard()
        await one.simulator.say(BERT, f"接{code}")
        assert "这个码不对" in one.shown(BERT)[0]
        await one.simulator.event(ANNE, "unsubscribe")
        await one.adviser_says("还在吗？")
        async with one.database.transaction() as tx:
            left = "SELECT COUNT(*) FROM wechat_users WHERE openid_sealed IS NOT NULL"
            assert (await tx.exec_driver_sql(left)).scalar_one() == 1  # that of the other follower


async def test_code_and_picture_that_arrive_twice_at_once_count_once(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url, safe=False, faults=Faults(twice=1.0)) as one:
        office = Office(one.client, one.database, one.keys)
        await office.case("老板欠我工资")
        code = await one.code(office.key)
        await one.simulator.say(ANNE, f"接 {code}")
        await one.simulator.send_file(ANNE, "image", "x.png", photograph())
        first, second = one.shown()
        assert "接上了" in first
        assert "照片收到了" in second
        said = b"".join(one.simulator.answers)
        assert len(one.simulator.answers) == 4
        heard = await office.heard()
        assert heard.count("（发来照片）") == 1
        assert heard.count("这次对话已经接到微信，工作人员的回复两边都看得到。") == 1
        assert "接上了".encode() in said
        assert "刚才出了点问题".encode() not in said
        assert "这个码不对".encode() not in said


async def test_code_too_old_or_asked_anew_joins_nothing(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with account(tmp_path, database_url) as one:
        office = Office(one.client, one.database, one.keys)
        await office.say("老板欠我工资")
        first, second = await one.code(office.key), await one.code(office.key)
        monkeypatch.setattr(joining, "GOOD_S", -1.0)
        third = await one.code(office.key)
        for code in (first, second, third):
            await one.simulator.say(ANNE, f"接 {code}")
        assert all("这个码不对" in said for said in one.shown())
        answer = await one.client.post(f"/api/v1/conversations/{secrets.token_urlsafe(18)}/code")
        assert answer.status == 404


async def test_code_for_a_poster_is_made_by_the_platform(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        platform = Platform(one.account, one.database, one.keys)
        address = await platform.code_of("town:xiaolan")
        await platform.close()
        assert one.simulator.scenes == ["town:xiaolan"]
        assert address.endswith("ticket=gQH/8A%3D%3D")


async def test_place_that_is_sent_is_the_town_in_words(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        where = {"Location_X": "22.66", "Location_Y": "113.25", "Scale": "15"}
        await one.simulator.say(ANNE, "", kind="location", Label="广东省中山市小榄镇升平路", **where)
        assert one.shown()[0].startswith("1：我在小榄镇")
        await one.simulator.say(ANNE, "", kind="location", Label="广东省江门市", **where)
        assert "位置我看不了" in one.shown()[1]


async def test_desk_is_told_what_has_not_reached_wechat(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url, app_secret="") as one:
        await one.simulator.say(ANNE, "转人工")
        await one.adviser_says("有没有打卡记录？")
        await one.until_owed(2)
        office = Office(one.client, one.database, one.keys)
        await office.hire("李律师", "adviser")
        await office.sign_in("李律师")
        number = await one.case()
        assert "有 1 句还没有送到微信" in await office.page(f"/desk/cases/{number}")
        await one.simulator.say(ANNE, "在吗")
        assert "没有送到微信" not in await office.page(f"/desk/cases/{number}")


NOTICE = WechatNotice("tmpl_0123456789abcdefgh", {"thing1": "what", "character_string2": "number", "thing4": "todo"})
LONG_AGO = 49 * 3600.0


async def agreed(one: Account, *answers: bool) -> None:
    """A case is opened, and its owner is asked whether to be told."""
    await one.simulator.say(ANNE, "转人工")
    assert "https://wenfa.example/wechat/notice" in one.shown()[-1]
    for accept in answers:
        await one.simulator.agree(ANNE, NOTICE.template, accept=accept)


async def test_who_agreed_is_told_once_that_somebody_answered_after_two_days(tmp_path: Path, database_url: str) -> None:
    """The notice says nothing of the matter, and the words come with the citizen's next one; the desk knows."""
    async with account(tmp_path, database_url, notice=NOTICE) as one:
        await agreed(one, True, True)
        one.simulator.silent_for(ANNE, LONG_AGO)
        await one.adviser_says("有没有打卡记录？")
        shown = await one.until(2)
        number = await one.case()
        assert shown[1].split("\n") == ["您问的事有人回复了", number, "回公众号说一句话就能看到"]
        await one.adviser_says("还有工资条也带来。")
        await one.until_owed(3)
        assert len(one.shown()) == 2
        office = Office(one.client, one.database, one.keys)
        await office.hire("李律师", "adviser")
        await office.sign_in("李律师")
        page = await office.page(f"/desk/cases/{number}")
        assert "有 2 句还没有送到微信" in page
        assert "微信已经提醒过他一次" in page
        await one.simulator.say(ANNE, "在吗")
        await one.until_told("工资条也带来")
        one.simulator.silent_for(ANNE, LONG_AGO)
        await one.adviser_says("明天可以来吗？")
        await one.until_told("您问的事有人回复了", 2)
        assert one.simulator.consents[ANNE] == 0


@pytest.mark.parametrize("answers", [(), (False,)])
async def test_who_did_not_agree_is_told_nothing(tmp_path: Path, database_url: str, answers: tuple[bool, ...]) -> None:
    async with account(tmp_path, database_url, notice=NOTICE) as one:
        await agreed(one, *answers)
        one.simulator.silent_for(ANNE, LONG_AGO)
        await one.adviser_says("有没有打卡记录？")
        await one.until_owed(1)
        assert len(one.shown()) == 1


async def test_consent_can_be_taken_back_and_one_question_refused_leaves_it(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url, notice=NOTICE) as one:
        await agreed(one, True, False)
        one.simulator.silent_for(ANNE, LONG_AGO)
        await one.adviser_says("有没有打卡记录？")
        assert len(await one.until(2)) == 2
        await one.simulator.say(ANNE, "在吗")
        await one.until_told("打卡记录")
        await one.simulator.agree(ANNE, NOTICE.template)
        await one.simulator.refuse(ANNE, NOTICE.template)
        one.simulator.consents[ANNE] = 1  # nothing would keep the platform from it
        one.simulator.silent_for(ANNE, LONG_AGO)
        known = len(one.shown())
        await one.adviser_says("还有工资条也带来。")
        await one.until_owed(1)
        assert len(one.shown()) == known


async def test_notice_that_the_platform_does_not_take_is_tried_again(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url, notice=NOTICE) as one:
        await agreed(one, True)
        one.simulator.silent_for(ANNE, LONG_AGO)
        one.simulator.notice_faults = [45009, -1]
        await one.adviser_says("有没有打卡记录？")
        assert len(await one.until(2)) == 2


async def test_page_of_consent_is_signed_for_the_platforms_script(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url, notice=NOTICE) as one:
        for _ in range(2):
            answer = await one.client.get("/wechat/notice")
            page = await answer.text()
            found = dict(re.findall(r'data-(\w+)="([^"]*)"', page))
            address = "https://wenfa.example/wechat/notice"
            assert found["signature"] == sign_page(TICKET, found["nonce"], int(found["timestamp"]), address)
            assert f'template="{NOTICE.template}"' in page
            assert "https://res.wx.qq.com" in answer.headers["Content-Security-Policy"]
        assert one.simulator.tickets == 1
    async with account(tmp_path / "without", "", notice=None) as one:
        assert (await one.client.get("/wechat/notice")).status == 404
        await one.simulator.say(ANNE, "转人工")
        assert "/wechat/notice" not in one.shown()[0]


def test_signature_of_a_page_is_the_platforms() -> None:
    """The example of the platform's own description of its script."""
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    found = sign_page(ticket, "Wm3WZYTPz0wzccnW", 1414587457, "http://mp.weixin.qq.com?params=value")
    assert found == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


NOTICE_EVENT = {"ToUserName": "g", "FromUserName": "o", "CreateTime": "1", "MsgType": "event", "Event": "subscribe_X"}
SAID_TO_NOTICES = [
    {"TemplateId": "A", "SubscribeStatusString": "accept"},
    {"TemplateId": "B", "SubscribeStatusString": "reject"},
]
AS_XML = xml(NOTICE_EVENT, nested=xml({}, "Popup", "".join(xml(one, "List") for one in SAID_TO_NOTICES)))
AS_JSON = json.dumps(NOTICE_EVENT | {"List": [*SAID_TO_NOTICES, 7, None]})


@pytest.mark.parametrize("body", [AS_XML, AS_JSON])
def test_what_a_follower_says_to_notices_is_read(body: str) -> None:
    found = inbound(fields_of(body.encode()))
    assert (found.event, found.accepted, found.rejected) == ("subscribe_x", ("A",), ("B",))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WENFA_WECHAT_NOTICE", "短", "模板 ID"),
        ("WENFA_WECHAT_NOTICE_FIELDS", "thing1", "等号|字段名"),
        ("WENFA_WECHAT_NOTICE_FIELDS", "thing1=what,thing1=when", "不重复"),
        ("WENFA_WECHAT_NOTICE_FIELDS", "thing1=secret", "what"),
    ],
)
def test_notice_that_is_set_wrongly_is_named(name: str, value: str, says: str) -> None:
    environment = {"WENFA_WECHAT_APP_ID": "wx1", "WENFA_WECHAT_TOKEN": "t", "WENFA_WECHAT_NOTICE": NOTICE.template}
    with pytest.raises(SettingError, match=f"{name}：.*(?:{says})"):
        Settings.read(environment | {name: value})


async def test_adviser_answers_in_the_same_thread_and_is_not_marked(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        await one.simulator.say(ANNE, "转人工")
        assert await one.case() in one.shown()[1]
        await one.adviser_says("您好，有没有打卡记录？")
        shown = await one.until(4)
        assert "接手" in shown[2]
        assert shown[3] == "您好，有没有打卡记录？"
        assert [phone.how for phone in one.simulator.phones[ANNE]][2:] == ["custom, AI", "custom"]


async def test_adviser_reaches_an_account_without_messages_with_the_next_word(
    tmp_path: Path, database_url: str
) -> None:
    async with account(tmp_path, database_url, app_secret="") as one:
        await one.simulator.say(ANNE, "转人工")
        await one.adviser_says("有没有打卡记录？")
        await one.until_owed(2)  # the notice that the case is taken, and the words
        await one.simulator.say(ANNE, "在吗")
        assert "工作人员说：\n有没有打卡记录？" in one.shown()[1]
        assert len(one.shown()) == 2


async def test_answer_to_the_platform_waits_for_no_typing(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_: Platform, __: str) -> None:
        await asyncio.sleep(30)

    monkeypatch.setattr(service, "BUDGET_S", 0.2)
    monkeypatch.setattr(Platform, "typing", slow)
    async with account(tmp_path, database_url, pause_s=0.5) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        assert one.simulator.slowest_s < 2
        assert len(await one.until(1)) == 1


async def test_token_is_renewed_once_by_force_when_refused(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "转人工")
        await one.adviser_says("您好")
        await one.until(3)
        one.simulator.expire_token()
        await one.adviser_says("请把合同拍照")
        assert (await one.until(4))[3] == "请把合同拍照"
        assert one.simulator.refreshes == 2


class Scripted(random.Random):
    """Draws what it is told to, then nothing happens any more."""

    def __init__(self, *draws: float) -> None:
        super().__init__()
        self._draws = iter(draws)

    def random(self) -> float:
        return next(self._draws, 1.0)


async def test_long_words_go_on_where_they_broke_off_and_what_may_have_arrived_says_so(
    tmp_path: Path, database_url: str
) -> None:
    """After the notice that the case is taken come three messages, the second of which arrives unheard."""
    parts = [i + "请带上合同。" * 100 for i in "一二三"]
    faults = Faults(send_unheard=0.5, chance=Scripted(1.0, 1.0, 0.0))
    async with account(tmp_path, database_url, faults=faults) as one:
        await one.simulator.say(ANNE, "转人工")
        await one.adviser_says("".join(parts))
        shown = await one.until(6)
        _, _, first, second, repeated, third = shown
        assert repeated == Wording.read().say("wechat_again") + second
        assert first + second + third == "".join(parts)


async def test_refused_message_is_sent_again_without_a_word(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "转人工")
        one.simulator.expire_token()
        await one.adviser_says("您好")
        assert (await one.until(3))[2] == "您好"


async def test_message_on_its_way_when_the_process_ended_says_that_it_may_come_twice(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the process leaves behind: a lease, and a part of which nobody knows."""
    monkeypatch.setattr("connectors.wechat.store.LEASE_S", 1.0)

    on_its_way = asyncio.Event()

    async def ends(_: Platform, __: str, ___: str, *, by_machine: bool) -> None:
        on_its_way.set()
        raise asyncio.CancelledError

    with monkeypatch.context() as ending:
        ending.setattr(Platform, "send_text", ends)
        async with account(tmp_path, database_url) as one:
            await one.simulator.say(ANNE, "转人工")
            await one.adviser_says("您好")
            await asyncio.wait_for(on_its_way.wait(), 20)
    async with account(tmp_path, database_url) as again:
        again.simulator.follow(ANNE)
        notice, words = await again.until(2)
        assert notice.startswith(Wording.read().say("wechat_again"))
        assert words == "您好"  # never on its way: it waits for what is before it


async def test_words_beyond_the_number_allowed_wait_for_the_citizen(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "转人工")
        await one.adviser_says(*(f"第{i}句" for i in range(6)))
        assert (await one.until(6))[-1] == "第3句"
        await asyncio.sleep(1.0)
        assert len(one.shown()) == 6
        await one.simulator.say(ANNE, "好的，我在")
        assert (await one.until(9))[-2:] == ["第4句", "第5句"]


async def test_who_leaves_is_forgotten_by_name_and_sent_nothing(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "转人工")
        await one.simulator.event(ANNE, "unsubscribe")
        async with one.database.transaction() as tx:
            assert (await tx.exec_driver_sql("SELECT openid_sealed FROM wechat_users")).scalar_one() is None


async def test_nothing_of_a_citizen_lies_open(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.say(ANNE, "老板欠我工资")
        async with one.database.transaction() as tx:
            kept = str((await tx.exec_driver_sql("SELECT * FROM wechat_users")).all())
            kept += str((await tx.exec_driver_sql("SELECT * FROM wechat_deliveries")).all())
        assert ANNE not in kept
        assert "工资" not in kept
        assert conversation_id(f"wechat:{ACCOUNT.app_id}:{ANNE}") in kept


async def test_call_that_is_not_the_platforms_is_refused(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        now, old = str(int(time.time())), str(int(time.time()) - 3600)

        def query(timestamp: str, token: str = ACCOUNT.token) -> dict[str, str]:
            return {"timestamp": timestamp, "nonce": "n", "signature": sign(token, timestamp, "n"), "echostr": "123"}

        assert (await (await one.client.get("/wechat", params=query(now))).text()) == "123"
        for wrong in (query(now, "another"), query(old), {}, query(now) | {"timestamp": "x"}):
            assert (await one.client.get("/wechat", params=wrong)).status == 403
            assert (await one.client.post("/wechat", params=wrong, data=b"<xml/>")).status == 403
        encrypted = Envelope("A" * 43, ACCOUNT.app_id).encrypt(b"<xml/>")
        only_plain = query(now) | {"encrypt_type": "aes"}
        body = xml({"Encrypt": encrypted}).encode()
        assert (await one.client.post("/wechat", params=only_plain, data=body)).status == 403
        assert (await one.client.post("/wechat", params=query(now), data=b"x" * 70_000)).status == 413
        empty = await one.client.post("/wechat", params=query(now), data=b"nothing")
        assert (empty.status, await empty.text()) == (200, "success")


async def test_link_opens_the_guidance_and_ends(tmp_path: Path, keys: KeyRing) -> None:
    links = Links(keys, "https://wenfa.example")
    token = links.to(ANSWER).rsplit("/", 1)[1]
    assert links.open(token) == ("labour/unpaid-wages",)
    assert "工资" not in token
    for wrong in ("x", token[:-3] + "abc"):
        with pytest.raises(NotFound):
            links.open(wrong)
    assert Links(keys, None).to(ANSWER) == ""


async def test_page_behind_a_link_shows_the_entry(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        token = Links(one.keys, "https://wenfa.example").to(ANSWER).rsplit("/", 1)[1]
        page = await one.client.get(f"/wechat/answers/{token}")
        assert page.status == 200
        assert "labour/unpaid-wages 的结论。" in await page.text()
        assert (await one.client.get("/wechat/answers/abc")).status == 404


@pytest.mark.parametrize(
    "environment",
    [
        {"WENFA_WECHAT_APP_ID": "wx1"},
        {"WENFA_WECHAT_APP_ID": "wx1", "WENFA_WECHAT_TOKEN": "t", "WENFA_WECHAT_AES_KEYS": "x"},
    ],
)
def test_half_an_account_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(SettingError):
        Settings.read(environment)


async def test_tap_on_the_menu_says_its_words(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        await one.simulator.event(ANNE, "CLICK", "ask:老板拖欠工资怎么办")
        await one.simulator.event(ANNE, "CLICK", "ask:转人工")
        assert one.shown()[0].startswith("1：老板拖欠工资怎么办")
        assert await one.case() in one.shown()[1]


def test_our_menu_is_what_the_platform_takes() -> None:
    menu = as_platform(read_menu())
    assert len(menu["button"]) == 3
    taps = [item for button in menu["button"] for item in button.get("sub_button", [button])]
    assert all(len(item["key"].encode()) <= 128 for item in taps)


@pytest.mark.parametrize(
    "menu",
    [
        "[]",
        "- {name: a}",
        "- {name: a, ask: x, url: https://example.org}",
        "- {name: a, ask: " + "很" * 60 + "}",
        "- {name: a, items: [" + ", ".join("{name: b, ask: c}" for _ in range(6)) + "]}",
        "- {name: a, colour: red}",
    ],
)
def test_menu_that_the_platform_would_refuse_is_named(tmp_path: Path, menu: str) -> None:
    (tmp_path / "menu.yaml").write_text(menu, encoding="utf-8")
    with pytest.raises(SettingError):
        read_menu(tmp_path / "menu.yaml")


async def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        address = str(one.client.make_url("")).rstrip("/")
        right = replace(one.settings, public_url=address)
        assert [good for good, _ in await examined(one, right)] == [True] * 4
        wrong = replace(right, wechat=replace(one.account, app_secret=WRONG, token=WRONG))
        said = [words for good, words in await examined(one, wrong) if not good]
        assert ["AppSecret" in said[0], "Token" in said[1]] == [True, True]
        nowhere = replace(
            right, public_url="http://127.0.0.1:9", wechat=replace(one.account, app_secret="", aes_keys=())
        )
        said = [words for good, words in await examined(one, nowhere) if not good]
        assert ["明文" in said[0], "没有应答" in said[1]] == [True, True]
    assert [good async for good, _ in examine(Settings.read({}), None)] == [False]


async def examined(one: Account, settings: Settings) -> list[tuple[bool, str]]:
    assert settings.wechat
    async with one.database.transaction() as tx:
        await tx.exec_driver_sql("DELETE FROM wechat_tokens")
    platform = Platform(settings.wechat, one.database, one.keys)
    try:
        return [found async for found in examine(settings, platform)]
    finally:
        await platform.close()


async def test_menu_is_pushed(tmp_path: Path, database_url: str) -> None:
    async with account(tmp_path, database_url) as one:
        platform = Platform(one.account, one.database, one.keys)
        await platform.create_menu(as_platform(read_menu()))
        await platform.close()
        assert one.simulator.menu["button"][2]["key"] == "ask:你能做什么"


@pytest.mark.parametrize("secret", ["secret", ""])
async def test_storm_of_faults_gives_each_citizen_each_answer_once(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    """Requests lost, doubled and delayed, answers lost on the way back, sending that fails, a token that expires."""
    monkeypatch.setattr(service, "BUDGET_S", 0.5)
    monkeypatch.setattr("connectors.wechat.routes.NO_ANSWER_S", 0.8)
    faults = Faults(lost=0.1, twice=0.2, answer_lost=0.1, send_fails=0.1, delay_s=0.3, chance=random.Random(11))
    async with account(tmp_path, database_url, pause_s=0.2, faults=faults, app_secret=secret) as one:
        citizens = [f"o{i}" for i in range(25)]
        await asyncio.gather(*(one.simulator.say(openid, f"问题{openid}") for openid in citizens))
        one.simulator.expire_token()
        await asyncio.gather(*(one.simulator.say(openid, f"又问{openid}") for openid in citizens))
        ends = time.monotonic() + 15
        while time.monotonic() < ends and any(told(one, openid) < 2 for openid in citizens):
            await asyncio.sleep(0.1)
        asked = [question.text for question in one.assistant.asked]
        assert len(asked) == len(set(asked))
        for openid in citizens:
            shown = "\n".join(one.shown(openid))
            assert max(shown.count(f"问题{openid}"), shown.count(f"又问{openid}")) <= 1, shown
            assert told(one, openid) >= 2 or (not secret and "发任意一句话" in shown), shown
        assert one.simulator.slowest_s <= 5


@pytest.mark.soak
async def test_ten_thousand_turns_at_fifty_a_second(tmp_path: Path, database_url: str) -> None:
    """With requests lost, doubled and delayed, answers lost on the way back and sending that fails.

    Each citizen has the answer once, or is told why not, or that it may come twice; nineteen in twenty within ten
    seconds; no request waits longer than the platform does.
    """
    faults = Faults(lost=0.02, twice=0.05, answer_lost=0.02, send_fails=0.02, delay_s=0.5, chance=random.Random(12))
    async with account(tmp_path, database_url, pause_s=0.02, faults=faults) as one:
        citizens = [f"o{i}" for i in range(10_000)]
        asked: list[asyncio.Task[None]] = []
        began = time.monotonic()
        for i, openid in enumerate(citizens):
            await asyncio.sleep(max(0.0, began + i / 50 - time.monotonic()))
            asked.append(asyncio.create_task(one.simulator.say(openid, f"问题{openid}")))
        await asyncio.gather(*asked)
        ends = time.monotonic() + 60
        while time.monotonic() < ends and not all(one.shown(openid) for openid in citizens):
            await asyncio.sleep(0.2)
        again, late = Wording.read().say("wechat_again"), 0
        for openid in citizens:
            shown = one.simulator.phones[openid]
            plainly = sum(f"问题{openid}" in each.text and not each.text.startswith(again) for each in shown)
            assert plainly <= 1, one.shown(openid)
            assert any(f"问题{openid}" in each.text or each.text == FAULT_NOTICE for each in shown), one.shown(openid)
            late += min(each.after_s for each in shown) > 10
        assert late <= len(citizens) / 20
        assert one.simulator.slowest_s <= 5


def told(one: Account, openid: str) -> int:
    """Answers on a telephone, those counted that the platform says it has no answer to."""
    shown = "\n".join(one.shown(openid))
    return sum(shown.count(words) for words in (f"问题{openid}", f"又问{openid}", FAULT_NOTICE))
