"""Whatever is sent, the assistant replies; the public can call no intent."""

from __future__ import annotations

import json
import secrets
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assistant import Assistant, Question, has_words, without_command
from tests.conftest import TODAY

NOTHING = ["😊", "[捂脸][捂脸]🙏🙏🙏", "\u200b\u200b\u200b", "？？？", "……", "[玫瑰]", "\ufe0f\u200d", "。", "️", "-_-!"]
SLASHES = [
    "/",
    "／",
    "\n/",
    "/\n/",
    "\u3000/",
    "\u00a0/",
    "\u000b/",
    "\u2028/",
    "\ufeff/",
    "\u200b/",
    "\u2044/",
    "\u2215／/",
]


@pytest.mark.parametrize("text", NOTHING)
async def test_message_without_words_is_asked_to_be_written(text: str, assistant: Assistant) -> None:
    result = await assistant.reply(Question(secrets.token_hex(8), text, TODAY), None)
    assert result.reply.outcome == "chitchat"
    assert "写下发生了什么" in result.reply.text
    after = await assistant.reply(Question(secrets.token_hex(8), "老板拖欠我三个月工资怎么办", TODAY), result.state)
    assert after.reply.matter == "labour.unpaid_wages"


@pytest.mark.parametrize("text", ["1", "嗯", "[捂脸]老板不给钱", "ok", "𠮷"])
def test_message_with_a_word_has_words(text: str) -> None:
    assert has_words(text)


@pytest.mark.parametrize("text", ["สวัสดี", "مرحبا", "안녕하세요", "𠮷𠮷", "ñandú", "١٢٣", "ㄅㄆㄇ", "Привет"])
async def test_other_scripts_are_answered(text: str, assistant: Assistant) -> None:
    result = await assistant.reply(Question(secrets.token_hex(8), text, TODAY), None)
    assert result.reply.text


@pytest.mark.parametrize(
    "text",
    [
        "laoban bu fa gongzi zenmeban",
        "My boss does not pay my wages",
        "Мой начальник не платит",
        "asdfghjkl qwertyuiop",
    ],
)
async def test_what_is_not_chinese_is_said_to_be_that(text: str, assistant: Assistant) -> None:
    result = await assistant.reply(Question(secrets.token_hex(8), text, TODAY), None)
    assert (result.reply.outcome, result.reply.matter) == ("chitchat", None)
    assert "请用中文" in result.reply.text
    after = await assistant.reply(Question(secrets.token_hex(8), "老板拖欠我三个月工资怎么办", TODAY), result.state)
    assert after.reply.matter == "labour.unpaid_wages"


@pytest.mark.parametrize("text", ["hello", "ok", "KPI不达标被辞退", "老板PUA我"])
async def test_latin_words_that_chinese_people_use_are_no_foreign_language(text: str, assistant: Assistant) -> None:
    result = await assistant.reply(Question(secrets.token_hex(8), text, TODAY), None)
    assert "请用中文" not in result.reply.text


@pytest.mark.parametrize("before", SLASHES)
@pytest.mark.parametrize("command", ["restart", "session_start", "ask_human", 'ask_legal{"x":1}', "back"])
async def test_public_calls_no_intent(before: str, command: str, assistant: Assistant) -> None:
    result = await assistant.reply(Question(secrets.token_hex(8), before + command, TODAY), None)
    assert result.reply.handoff is None
    events = json.loads(result.state) if result.state else []
    assert not any(event["event"] in ("restart", "rewind", "undo") for event in events)
    assert all(event.get("text", "")[:1] != "/" for event in events if event["event"] == "user")


@given(
    st.lists(
        st.sampled_from([*"/／\u2044\u2215 \n\t\u3000\u00a0\u200b\ufeff\u0301\x0b\x0c\x1f", "\u2028", "\U000e0020"])
    )
)
def test_no_start_makes_a_command(before: list[str]) -> None:
    left = without_command("".join(before) + "/restart")
    for form in (left, left.strip(), unicodedata.normalize("NFKC", left).strip()):
        assert not form.startswith("/")


@given(text=st.text(max_size=400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_a_reply(text: str, assistant: Assistant) -> None:
    import asyncio

    reply = asyncio.run(assistant.reply(Question(secrets.token_hex(8), text, TODAY), None)).reply
    assert reply.text or reply.handoff or reply.asks_about_case  # what only the connector can say it says
