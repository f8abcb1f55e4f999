"""Several questions in one message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.normalise import normalise
from nlu.questions import asking_part, is_bare, refuses_only, split_questions


@pytest.mark.parametrize(
    "text",
    [
        "老板拖欠我三个月工资，没签合同，怎么办？",
        "我在工地摔伤了。老板不给钱。算工伤吗？",
        "离婚孩子三岁归谁",
        "房东不退押金怎么办？急！",
        "",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert len(split_questions(text)) <= 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "我被公司辞退了，赔多少？另外老婆要离婚，孩子归谁？",
            ["我被公司辞退了，赔多少？", "另外老婆要离婚，孩子归谁？"],
        ),
        ("房东不退押金怎么办，还有邻居漏水不管怎么办", ["房东不退押金怎么办，", "还有邻居漏水不管怎么办"]),
        ("第一，公司欠我工资；第二，房东要赶我走，怎么办", ["第一，公司欠我工资；", "第二，房东要赶我走，怎么办"]),
    ],
)
def test_two_questions_are_taken_apart_in_order(text: str, parts: list[str]) -> None:
    assert split_questions(text) == parts


@given(st.text(alphabet="老板欠我钱怎么办？，。还有吗 \n", max_size=40))
def test_nothing_said_is_lost(text: str) -> None:
    assert "".join("".join(split_questions(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text", ["赔多少", "那要多久", "怎么办", "要准备什么材料", "出咗事一般要赔几多钱㗎", "找谁", "然后呢"]
)
def test_question_that_names_nothing_is_bare(text: str) -> None:
    assert is_bare(normalise(text).text)


@pytest.mark.parametrize("text", ["车祸赔多少", "押金怎么要", "怎么离婚", "要不要坐牢", "去哪里起诉", "工伤赔多少钱"])
def test_question_that_names_its_matter_is_not(text: str) -> None:
    assert not is_bare(normalise(text).text)


@pytest.mark.parametrize(
    "text", ["佢唔肯賠，點算", "他不肯赔怎么办", "对方一直拖着不给", "人家不同意", "他不还", "她说不关她的事"]
)
def test_somebody_unnamed_who_refuses_is_all_that_is_said(text: str) -> None:
    assert refuses_only(normalise(text).text)


@pytest.mark.parametrize(
    "text", ["房东不退", "他借了钱不还", "我老公不肯离婚", "他不肯赔医药费", "要赔多少", "保险公司不肯赔"]
)
def test_who_or_what_is_named_says_more(text: str) -> None:
    assert not refuses_only(normalise(text).text)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("我公司认缴五百万还没缴，现在欠了供应商的钱，要我个人还吗", "要我个人还吗"),
        ("老板不给加班费怎么办？我在厂里做了三年，每天十二小时", "老板不给加班费怎么办？"),
        ("人在外地，没收到传票，现在已经判了，我怎么办", "现在已经判了，我怎么办"),
        ("厂里搬去江西，不去的只给两个月工资，这样合法吗", "不去的只给两个月工资，这样合法吗"),
        ("物业说基金不够，怎么办", "物业说基金不够，怎么办"),
    ],
)
def test_what_is_asked_is_heard_apart_from_what_is_told(text: str, part: str) -> None:
    assert asking_part(normalise(text).text) == part


@pytest.mark.parametrize("text", ["房东不退押金", "超市说我偷东西把我拉到办公室搜包，我要投诉", "", "怎么办"])
def test_where_nothing_is_asked_apart_all_of_it_is_heard(text: str) -> None:
    assert asking_part(text) == text


@given(st.text(alphabet="老板欠我钱怎么办？，。还有吗 \n", max_size=40))
def test_what_is_asked_stands_in_what_was_said(text: str) -> None:
    assert asking_part(text) in text
