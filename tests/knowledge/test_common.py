"""What is asked on in any matter, on its track."""

from __future__ import annotations

import pytest

from knowledge.common import read_common
from knowledge.library import Library
from knowledge.records import domain_of
from nlu.normalise import normalise

COMMON = read_common()


def test_every_matter_but_those_about_services_is_on_a_track(library: Library) -> None:
    astray = {domain_of(matter) for matter in library.matters if COMMON.track(matter) is None}
    assert astray == {"legal_services"}
    assert COMMON.track("women.pregnancy") == "labour"
    assert COMMON.track("women.harassment") == "civil"


@pytest.mark.parametrize(
    ("matter", "asked", "mentions"),
    [
        ("labour.unpaid_wages", "那要多久才有结果", "四十五日"),
        ("debt.loan", "起诉要等多久", "六个月"),
        ("crime.detained", "大概多久判下来", "三个月"),
        ("administration.penalty", "多久有结果", "六十日"),
        ("labour.dismissal", "仲裁要收钱吗", "不收费"),
        ("renting.deposit", "打官司要花多少钱", "五十元"),
        ("renting.deposit", "可以报警吗", "公安"),
        ("labour.unpaid_wages", "警察会管吗", "劳动监察"),
        ("debt.loan", "他会坐牢吗", "不坐牢"),
        ("consumer.service", "要不要请律师", "不是一定"),
        ("crime.detained", "请个律师要多少钱", "尽早"),
        ("debt.loan", "我能打得赢吗", "没人能保证"),
        ("debt.loan", "他不来法院怎么办", "缺席"),
        ("labour.unpaid_wages", "老板联系不上了", "缺席裁决"),
        ("traffic.compensation", "司机没钱怎么办", "保全"),
        ("debt.loan", "判了他还是不给怎么办", "强制执行"),
        ("neighbours.leak", "没有监控怎么办", "举证"),
        ("debt.loan", "微信聊天算证据吗", "原件"),
        ("family.divorce_suit", "能不能调解", "司法确认"),
        ("labour.resign", "仲裁要钱吗", "不收费"),
        ("migrant_pay.site_wages", "现在没钱治病怎么办", "先予执行"),
        ("traffic.compensation", "住院费交不起", "先予执行"),
        ("courts.served", "我现在没钱还", "分期"),
        ("internet.fraud", "还能追回来吗", "没人能保证"),
        ("internet.fraud", "报警了不立案怎么办", "检察院"),
        ("neighbours.noise", "派出所不管", "告知理由"),
        ("traffic.compensation", "保险公司叫我签字了结", "九十日"),
        ("labour.dismissal", "公司逼我签自愿离职", "有效"),
        ("minors.bullying", "我想让他们道歉", "赔礼道歉"),
        ("debt.loan", "有转账记录", "有用的证据"),
        ("migrant_pay.site_wages", "有工友可以作证", "有用的证据"),
        ("domestic_violence.spouse", "我有照片", "有用的证据"),
        ("consumer.service", "合同和转账记录都有", "有用的证据"),
        ("elderly.scam", "他不肯退钱", "不用等他点头"),
        ("labour.dismissal", "公司就是不肯赔", "不用等它点头"),
    ],
)
def test_common_question_is_answered_on_its_track(matter: str, asked: str, mentions: str) -> None:
    assert mentions in COMMON.answer(matter, normalise(asked).text)


@pytest.mark.parametrize("text", ["我自己都没钱", "我妈说我没钱就算了"])
def test_own_poverty_is_not_the_others(text: str) -> None:
    assert not COMMON.answer("elderly.support", normalise(text).text)


@pytest.mark.parametrize("text", ["他把我拉黑了", "他不接电话了", "会坐牢吗"])
def test_a_victim_of_fraud_is_not_told_of_suits(text: str) -> None:
    assert not COMMON.answer("internet.fraud", normalise(text).text)


@pytest.mark.parametrize(
    "text",
    [
        "能赔多少钱",
        "孩子归谁",
        "他名下有房",
        "合同还没到期",
        "房东要涨租金",
        "我干了六年",
        "要多久之内申请仲裁",
        "算了我要钱",
    ],
)
def test_what_is_particular_is_not_common(text: str) -> None:
    assert not COMMON.answer("labour.dismissal", normalise(text).text)
