"""An answer begins with what was asked in particular; what was read just before is not said again."""

from __future__ import annotations

import secrets

import pytest

from bot.answer import Answerer
from bot.assistant import Assistant, Question
from bot.compose import Case, Composer
from bot.findings import Asked
from bot.outcomes import Reply
from bot.wording import Wording
from knowledge.library import Library
from knowledge.personal import Particulars
from tests.conftest import TODAY

EVERY = 31
"""So many points are passed over for one that is asked."""


def test_every_point_passes_the_gate_today(answerer: Answerer, library: Library) -> None:
    for entry in library.entries.values():
        assert answerer.points(entry, TODAY) == list(entry.points), entry.id


def test_point_is_answered_first(answerer: Answerer, library: Library) -> None:
    """By its own entry nine times in ten, and then with its own words first."""
    entries, points = [], []
    asked = [
        (entry, n, q) for entry in library.entries.values() for n, point in enumerate(entry.points) for q in point.ask
    ]
    for entry, number, question in asked[::EVERY]:
        reply = answerer.reply(Asked(question, TODAY, TODAY))
        first = reply.parts[0] if reply.parts else reply
        entries.append(first.entry == entry.id)
        if first.entry == entry.id:
            points.append(first.point == number and first.lead.startswith(entry.points[number].say))
    assert sum(entries) / len(entries) >= 0.85
    assert sum(points) / len(points) >= 0.95


def test_points_near_to_the_question_stand_beside_the_answer(answerer: Answerer, library: Library) -> None:
    """Every point that a question may have meant, once, each under one way of asking it, with its articles listed."""
    told = "我退租的时候房东说墙上有钉孔、沙发有划痕，要扣一半押金，我入住时拍过照片"
    reply = answerer.reply(Asked(told, TODAY, TODAY))
    assert reply.entry
    entry = library.entries[reply.entry]
    beside = next(section.text for section in reply.sections if section.name == "相关问答").splitlines()
    assert [section.name for section in reply.sections][:2] == ["结论", "相关问答"]
    shown = [point for point in entry.points if any(point.say in line for line in beside)]
    assert len(shown) == len(beside) > 1
    assert all(any(f"有人问“{point.ask[0]}”" in line for line in beside) for point in shown)
    assert not any(point.say in reply.lead for point in shown)
    assert "【相关问答】" in reply.text


def test_what_is_asked_on_and_has_no_point_gets_the_nearest_first(library: Library) -> None:
    """Two of them on the first screen instead of an apology, the third beside."""
    entry = library.entries["renting/deposit"]
    near = entry.points[:3]
    case = Case(Particulars(), beside=near, again="asked", turns=2)
    composed = Composer(library, Wording.read()).compose(entry, TODAY, TODAY, case)
    assert composed
    assert composed.lead.startswith("跟您问的最接近的是")
    assert all(point.say in composed.lead for point in near[:2])
    beside = next(section.text for section in composed.sections if section.name == "相关问答")
    assert near[2].say in beside
    assert near[0].say not in beside


async def say(assistant: Assistant, *said: str) -> list[Reply]:
    conversation, state, replies = secrets.token_urlsafe(16), None, []
    for text in said:
        result = await assistant.reply(Question(conversation, text, TODAY), state)
        state = result.state
        replies.append(result.reply)
    return replies


async def test_question_that_follows_is_answered_by_its_point_alone(assistant: Assistant) -> None:
    first, second = await say(assistant, "试用期辞退我没有赔偿吗", "试用期不交社保合法吗")
    assert second.entry == first.entry == "labour/probation"
    assert second.point != first.point
    assert second.lead.startswith("不合法")
    conclusion = next(section.text for section in second.sections if section.name == "结论")
    assert conclusion not in second.lead
    assert len(second.lead) < len(first.lead)


@pytest.mark.parametrize("added", ["厂在小榄", "我有打卡截图"])
async def test_what_is_added_is_acknowledged_and_nothing_repeated(assistant: Assistant, added: str) -> None:
    first, second = await say(assistant, "老板拖欠我三个月工资怎么办", added)
    assert second.entry == first.entry
    assert second.lead != first.lead
    assert first.lead not in second.text


async def test_the_same_words_again_are_answered_in_full_again(assistant: Assistant) -> None:
    first, second = await say(assistant, "老板拖欠我三个月工资怎么办", "老板拖欠我三个月工资怎么办")
    conclusion = next(section.text for section in first.sections if section.name == "结论")
    assert conclusion in first.lead
    assert conclusion in second.lead


@pytest.mark.parametrize(
    ("told", "first"),
    [
        (
            "去年同朋友合伙开公司，注册资本认缴五百万一分没缴，现在欠供应商三十万，债主会不会找我自己要",
            "公司法》第五十四条",
        ),
        ("法院的传票寄到老家，我人在中山打工没有收到，前几天才知道已经判了，我怎么办", "第二百一十一条"),
        ("年轻时打架被行政拘留过五天，现在孩子大学毕业，会影响他考公务员吗", "第一百三十六条"),
        ("对方公司欠我十五万货款拖了两年，昨天一查公司注销了，我找谁要", "公司法》第二百四十条"),
    ],
)
async def test_of_a_long_story_what_it_asks_is_answered_first(assistant: Assistant, told: str, first: str) -> None:
    (reply,) = await say(assistant, told)
    assert reply.outcome == "answer"
    assert first in reply.lead.split("\n")[0]
