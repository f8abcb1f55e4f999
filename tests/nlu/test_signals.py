"""What must not depend on a model: danger, a wish for a person, a bare choice."""

from __future__ import annotations

import pytest

from nlu.crisis import crisis_kind
from nlu.signals import signal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("他现在正在打我，快来人", "violence"),
        ("有人拿着刀追我", "violence"),
        ("救命", "violence"),
        ("我不想活了", "suicide"),
        ("被骗光了钱，想去跳楼", "suicide"),
        ("我儿子不见了", "missing"),
        ("奶奶走失两个小时了", "missing"),
        ("刚刚被骗转了五万", "fraud"),
        ("对方一直让我转账到安全账户", "fraud"),
    ],
)
def test_danger_is_seen(text: str, kind: str) -> None:
    assert crisis_kind(text) == kind
    assert signal(text) == "crisis"


@pytest.mark.parametrize(
    "text",
    [
        "老公打我怎么办",
        "去年被人打了能要求赔偿吗",
        "上个月网上被骗了五千块怎么要回来",
        "遗书有法律效力吗",
        "孩子抚养费怎么算",
        "打人要坐牢吗",
        "小区有人高空抛物砸到车",
        "我想结束劳动合同",
    ],
)
def test_a_question_about_the_past_is_no_crisis(text: str) -> None:
    assert crisis_kind(text) is None


@pytest.mark.parametrize(
    "text", ["转人工", "人工", "我要找真人", "能不能换个工作人员", "不想跟机器人说", "帮我转接律师"]
)
def test_wish_for_a_person_is_heard(text: str) -> None:
    assert signal(text) == "ask_human"


@pytest.mark.parametrize("text", ["人工智能侵权", "人工费谁出", "人工流产的误工费"])
def test_other_words_with_the_same_characters_are_no_wish(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize("text", ["不要转人工", "先不用转人工，我看看", "别给我转人工"])
def test_refusing_a_person_is_respected(text: str) -> None:
    assert signal(text) == "deny"


@pytest.mark.parametrize("text", ["2", "选第二个", "第三种", "我选1。"])
def test_bare_choice_is_a_choice(text: str) -> None:
    assert signal(text) == "choose"


@pytest.mark.parametrize("text", ["2019年的事", "第二个月工资没发", "三个月"])
def test_number_in_a_story_is_no_choice(text: str) -> None:
    assert signal(text) is None
