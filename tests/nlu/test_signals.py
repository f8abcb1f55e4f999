"""What must not depend on a model: a wish for a person, a bare choice."""

from __future__ import annotations

import pytest

from nlu.normalise import normalise
from nlu.signals import is_courtesy, signal


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "人工",
        "我要找真人",
        "能不能换个工作人员",
        "不想跟机器人说",
        "帮我转接律师",
        "叫你们值班律师出来",
        "叫你领导来听电话",
        "直接驳个职员同我讲",
        "找个工作人员跟我说",
    ],
)
def test_wish_for_a_person_is_heard(text: str) -> None:
    assert signal(text) == "ask_human"


@pytest.mark.parametrize("text", ["人工智能侵权", "人工费谁出", "人工流产的误工费"])
def test_other_words_with_the_same_characters_are_no_wish(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "我的编号是多少",
        "编号忘了",
        "谁会联系我",
        "什么时候有人联系我",
        "多久会有人回复我",
        "几时有人联络我",
        "怎么还没人回我",
        "有人接手了吗",
        "有人处理我的事吗",
        "转人工了，我的编号是多少",
        "排到第几个了",
    ],
)
def test_question_about_the_case_is_heard(text: str) -> None:
    assert signal(text) == "ask_case"


@pytest.mark.parametrize(
    "text",
    [
        "老板说过几天联系我，一直没给工资",
        "谁来赔我",
        "劳动仲裁要等多久",
        "房产证的编号写错了怎么办",
        "法院的执行案件我的案件号查不到，法官说让我等消息，已经半年了，怎么办",
        "排污几家厂一起排",
    ],
)
def test_words_of_a_story_are_no_question_about_the_case(text: str) -> None:
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


@pytest.mark.parametrize(
    "text",
    [
        "我要申请法律援助",
        "申请法律援助",
        "我想申请法援",
        "帮我申请法律援助吧",
        "那我要在网上申请法律援助",
        "好，我要办法律援助",
        "我要申请人民调解",
        "申请调解",
        "我想预约村居法律顾问",
    ],
)
def test_wish_to_apply_is_heard(text: str) -> None:
    assert signal(text) == "apply"


@pytest.mark.parametrize(
    "text",
    [
        "怎么申请法律援助",
        "申请法律援助要什么条件",
        "我申请法律援助被拒绝了怎么办",
        "法律援助收费吗",
        "我要申请劳动仲裁",
    ],
)
def test_question_about_applying_is_no_wish(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize("text", ["我的申请到哪一步了", "我的法律援助申请批了没有", "我的申请有没有结果"])
def test_question_about_an_application_is_one_about_the_case(text: str) -> None:
    assert signal(text) == "ask_case"


@pytest.mark.parametrize("text", ["谢谢", "好的，谢谢律师！", "嗯嗯", "知道了", "唔该晒", "OK", "收到，多谢您"])
def test_courtesy_waits_for_no_answer(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize("text", ["好的，那我要带什么", "谢谢，还有一个问题", "可以起诉吗", "收到传票了"])
def test_words_that_ask_are_no_courtesy(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    "text",
    ["能拿多少", "那我能赔多少钱", "大概要赔多少钱呢", "一共能拿到多少", "可以补多少", "咁我攞得几多", "要交多少钱"],
)
def test_how_much_is_heard(text: str) -> None:
    assert signal(text) == "how_much"


@pytest.mark.parametrize("text", ["请律师要多少钱", "公司裁员能拿多少赔偿", "抚养费一个月给多少", "偷了多少钱会坐牢"])
def test_how_much_of_something_named_is_a_question_of_its_own(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize("text", ["你是真人还是机器人", "你是真人吗", "你係咪真人", "你是不是真人啊"])
def test_asking_whether_one_is_a_person_is_no_wish_for_one(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize("text", ["多谢晒你，讲得好清楚", "谢谢你啊律师", "好的，感谢您的耐心解答", "唔该晒"])
def test_thanks_are_heard(text: str) -> None:
    assert signal(text) == "thank"


@pytest.mark.parametrize(
    "text", ["谢谢，那我要带什么材料", "多谢，仲有几时开庭", "谢谢，但他还是不给钱", "感谢信里写了我的名字算侵权吗"]
)
def test_thanks_before_a_question_are_none(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "你能帮我做些什么",
        "那个我想问下你都能帮我做些什么啊",
        "你们可以解决什么问题",
        "咨询要钱吗",
        "你们这里收费吗",
        "你收钱吗",
    ],
)
def test_asking_what_it_can_do_is_heard(text: str) -> None:
    assert signal(text) == "ask_capability"


@pytest.mark.parametrize("text", ["人民调解收费吗", "公证收费吗", "你们公司收押金合法吗", "司法鉴定要钱吗"])
def test_what_a_named_service_costs_is_a_question(text: str) -> None:
    assert signal(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "回到刚才离婚的事",
        "说回之前欠薪那件事",
        "我们还是说回工伤的问题吧",
        "那接着说刚才的事",
        "回到最开始的问题",
        "讲回头先嗰件事",
    ],
)
def test_wish_to_go_back_is_heard(text: str) -> None:
    assert signal(normalise(text).text) == "go_back"


@pytest.mark.parametrize(
    "text", ["回到老家以后公司不发工资", "他说回头再给钱", "继续上班有没有工资", "刚才被打了怎么办"]
)
def test_other_words_are_no_wish_to_go_back(text: str) -> None:
    assert signal(normalise(text).text) != "go_back"
