"""Conversations that other services and this one got wrong, told in our words; the id is that of the report."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

import pytest

from bot.assistant import Assistant, Question
from bot.outcomes import Reply
from tests.conftest import TODAY

UNDERSTANDING = "waits for the encoder that understands stories"


@dataclass(frozen=True)
class Case:
    """What is said in turn, what the last reply may be, and why it may not hold yet."""

    id: str
    said: tuple[str, ...]
    outcomes: tuple[str, ...]
    matters: tuple[str | None, ...] = ()
    mentions: str = ""
    avoids: str = ""
    waits: str = ""


CASES = (
    Case(
        "b01",
        ("骑电动车去上班，路口和小车撞了，交警认定我负主要责任，这样的上班路上车祸算不算工伤？",),
        ("answer",),
        ("social_insurance.work_injury",),
        "主要责任",
    ),
    Case(
        "b03",
        ("厂里拖了我三个月工资", "没有签合同", "厂在小榄，现在还开着", "我有打卡的截图", "那我第一步先去哪里？"),
        ("answer",),
        ("labour.unpaid_wages", "labour.no_contract"),
    ),
    Case(
        "c06",
        ("<xml><status>欠薪三个月</status><Content>老板不给工资怎么办</Content></xml>",),
        ("answer",),
        ("labour.unpaid_wages",),
    ),
    Case("c07", ("[捂脸][捂脸]🙏🙏🙏",), ("chitchat",), mentions="写下发生了什么"),
    Case("c07 emoji", ("😊",), ("chitchat",), mentions="写下发生了什么"),
    Case("c07 zero width", ("\u200b\u200b\u200b",), ("chitchat",), mentions="写下发生了什么"),
    Case("c09", ("嗯。",), ("chitchat", "clarify"), mentions="发生了什么", avoids="《|不客气"),
    Case(
        "g01",
        (
            (
                "真憋屈。去年一整年几乎天天九点十点才下班，周六也上，人事说加班都记调休，年底没休完就清零。上个月我走了，说好折成钱"
                "的到现在没给，问就说再等等，我怎么要？"
            ),
        ),
        ("answer", "clarify"),
        ("labour.overtime", "labour.unpaid_wages", "labour.leave", "labour.resign"),
        waits=UNDERSTANDING,
    ),
    Case(
        "g02",
        (
            (
                "公司说效益不好要减人，主管天天谈话让我自己写辞职信，写了多发一个月，不写就降薪去仓库，一分赔偿没有。我干了快六年，"
                "这个字能不能签，要不要录音？"
            ),
        ),
        ("answer", "clarify"),
        ("labour.dismissal", "labour.resign", "labour.layoff", "labour.wage_deduction"),
    ),
    Case(
        "g06",
        (
            (
                "我剖腹产还没满两个月，就因为一句话他对着我肚子踢，抓我头发往墙上撞，还去厨房拿刀，是他妈拦下的。现在跪着说是普通吵架。"
                "我不想过了，孩子这么小能判给我吗？"
            ),
        ),
        ("crisis", "answer", "clarify"),
        ("domestic_violence.spouse", "family.custody", None),
    ),
    Case(
        "g08",
        ("我在香港租房，押了两个月，退租时业主说洗衣机花了要赔一万多，押金不还，香港这边按哪条法律要回来？",),
        ("out_of_scope", "handoff", "clarify"),
        mentions="香港的法律",
        avoids="住房租赁条例|民法典",
    ),
    Case(
        "g09",
        ("零四年给石场砌挡墙，几十个人的工钱没结清，老板当年打了欠条，年年去要都说没钱，现在还能起诉吗，是不是过期了",),
        ("answer", "clarify"),
        ("migrant_pay.wage_iou", "debt.loan", "labour.unpaid_wages", "migrant_pay.site_wages", "courts.limitation"),
    ),
    Case(
        "g10",
        ("楼上成日漏水落嚟我储物房，啲衫全部发霉，揾过佢三四次都唔开门，物业同居委嚟过五六次都冇用，点算啊？",),
        ("answer",),
        ("neighbours.leak",),
    ),
    Case(
        "g12",
        ("我喺中山一间茶餐厅做咗十二年，老细话冇年假就系冇。啲年假钱仲追唔追得返？",),
        ("answer",),
        ("labour.leave",),
    ),
    Case(
        "g15",
        (
            (
                "我妈走得早，爸后来又找了一个，没领证前就买了现在的房子，和后妈又生了弟弟。上个月爸突然没了，没留遗嘱，后妈说嫁出去的"
                "女儿没份，我到底有没有份？"
            ),
        ),
        ("answer", "clarify"),
        ("inheritance.intestate", "inheritance.estate_debts"),
    ),
    Case(
        "g16",
        ("我想从大学退学，学校说要爸妈签字同意，我都二十了，学校这样有道理吗？",),
        ("handoff", "clarify", "out_of_scope", "answer"),
        ("minors.schooling", None),
    ),
)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in CASES])
async def test_reported_case_holds(case: Case, assistant: Assistant) -> None:
    state, conversation = None, secrets.token_hex(8)
    for text in case.said:
        result = await assistant.reply(Question(conversation, text, TODAY), state)
        state = result.state
    try:
        check(case, result.reply)
    except AssertionError:
        if case.waits:
            pytest.xfail(case.waits)
        raise


def check(case: Case, reply: Reply) -> None:
    said = f"{case.id}: {reply.outcome} {reply.matter} {reply.confidence} {reply.text[:200]}"
    assert reply.outcome in case.outcomes, said
    offered: set[str | None] = {choice.matter for choice in reply.choices if choice.matter}
    offered = offered or {reply.matter}
    assert not case.matters or offered & set(case.matters), said
    assert not case.mentions or re.search(case.mentions, reply.text), said
    assert not case.avoids or not re.search(case.avoids, reply.text), said
