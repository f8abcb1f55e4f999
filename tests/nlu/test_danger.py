"""A cry for help is heard in any wording and in every state; a question about law is answered as one."""

from __future__ import annotations

import time

import pytest

from connectors.building import Tools
from models.evaluation.danger import evaluate_examples
from nlu.danger import KINDS, cues_of, gathers, pattern_kind
from nlu.danger_detector import NONE, DangerDetector, danger_examples
from nlu.normalise import normalise
from tests.timing import slowness


@pytest.fixture
def detector(tools: Tools) -> DangerDetector:
    return tools.knowledge.danger


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("他现在正在打我，快来人", "violence"),
        ("有人拿着刀追我", "violence"),
        ("救命", "violence"),
        ("我不想活了", "suicide"),
        ("被骗光了钱，想去跳楼", "suicide"),
        ("我儿子不见了", "missing"),
        ("怎么死才不痛", "suicide"),
        ("什么方法死最快", "suicide"),
        ("有没有没痛苦的死法", "suicide"),
        ("我要以死证明我没偷", "suicide"),
        ("不给工钱，我现在就爬上塔吊", "suicide"),
        ("女儿晚上睡不着，还用小刀划手", "suicide"),
        ("孩子找不到了", "missing"),
        ("孩子丢了", "missing"),
        ("找不到孩子了", "missing"),
        ("喝农药了", "poisoning"),
        ("吃错药了怎么办", "poisoning"),
        ("孩子掉水里了", "fire_gas"),
        ("被偷拍裸照威胁", "blackmail"),
        ("救救我", "violence"),
        ("刚刚被骗转了五万", "fraud"),
        ("对方一直让我转账到安全账户", "fraud"),
    ],
)
def test_words_that_mean_nothing_else_need_no_model(text: str, kind: str) -> None:
    assert pattern_kind(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "孩子丢了手机怎么办",
        "我妈的存折找不到了",
        "法院找不到我爸了还能判吗",
        "孩子不小心吃错药了已经出院，能告药店吗",
        "救救我们小区的树",
    ],
)
def test_words_that_mean_something_else_are_left_to_the_model(text: str) -> None:
    assert pattern_kind(text) is None


@pytest.mark.parametrize(("text", "kind"), [("我被困在电梯", "fire_gas"), ("被人关起来了", "confinement")])
def test_kind_is_one_that_the_words_name(detector: DangerDetector, text: str, kind: str) -> None:
    assert detector.kind(normalise(text).text) == kind


ADDED = (
    "没签合同 我没有工作 厂在小榄 不对，是五万 公司还没倒闭 儿子在老家上学 房东说要扣钱 发票丢了 我爸不在了 "
    "已经分居一年 没有受伤 保险赔了一部分 交警还没出认定书 对方请了律师 总包是中建的 他写了保证书 聊天记录还在 "
    "公司注册在深圳 我是退伍军人 他说我迟到 我签了字的 当时喝了酒 没有验伤 邻居不承认 店铺关门了 包装扔了 "
    "姐姐已经嫁出去了 他欠了很多债 卡里是工资 嫁到外村了 老板说下个月给 那要多久 找不到人怎么办 可以网上办吗 我听不懂 "
    "还有一件事 是去年的事 他家里有人当官 我睡不着 受够了 "
).split()
"""What people add to a story while they talk; none of it stands in the training data."""


def test_what_is_added_while_talking_is_no_danger(detector: DangerDetector) -> None:
    heard = [text for text in ADDED if detector.kind(normalise(text).text)]
    assert len(heard) <= len(ADDED) // 10, heard


@pytest.mark.parametrize(
    "text",
    [
        "他在砸门",
        "佢而家打緊我",
        "老婆吃了安眠药叫不醒",
        "我妈正在给骗子转账",
        "不给钱我就跳下去",
        "煤气泄漏",
        "想死的心都有了",
        "孩子离家两天关机",
        "我想死",
        "女儿十三岁，她说是自愿的，对方二十三岁",
        "今日俾老公打，佢仲喺門口",
        "我老公喝了酒。他在外面踹门。我和孩子躲在房间里。",
        "钱要不到，我们几个人已经在楼顶上了",
        "奶奶早上出门买菜，到现在都没有回来",
        "游泳池里有孩子不动了，救生员不在",
        "我爸叫不醒",
    ],
)
def test_danger_is_heard(text: str, detector: DangerDetector) -> None:
    assert detector.kind(normalise(text).text)


@pytest.mark.parametrize(
    "text",
    [
        "老公打我怎么办，能离婚吗",
        "去年被人打了能要求赔偿吗",
        "上个月网上被骗了五千块怎么要回来",
        "遗书有法律效力吗",
        "孩子抚养费怎么算",
        "打人要坐牢吗",
        "小区有人高空抛物砸到车",
        "我想结束劳动合同",
        "气死我了，老板不发工资",
        "自杀的话保险公司赔不赔",
        "老板拖欠我三个月工资，没签合同，怎么办？",
        "房东不退押金",
        "昨天跟邻居吵架，他推了我一下，能告他吗",
        "楼上小孩天天半夜跑跳，睡不着",
        "我爸把我奶奶赶出家，奶奶八十三",
        "弟弟不出钱养妈，说房子给我了",
        "养老院把我爸摔骨折了，院方说自己不小心",
    ],
)
def test_question_about_law_is_no_danger(text: str, detector: DangerDetector) -> None:
    assert detector.kind(normalise(text).text) is None


def test_four_thousand_characters_are_heard_in_half_a_second(detector: DangerDetector) -> None:
    text = "他欠我的钱。\n" * 570
    began = time.perf_counter()
    detector.kind(text)
    assert time.perf_counter() - began <= 0.5 * slowness()


def test_there_are_examples_of_every_kind_and_each_is_written_once() -> None:
    examples = danger_examples()
    labels = [label for _, label in examples]
    assert len(examples) - labels.count(NONE) >= 400
    assert labels.count(NONE) >= 800
    assert all(labels.count(kind) >= 20 for kind in KINDS)
    assert len({text for text, _ in examples}) >= len(examples) - 5


def test_topic_alone_is_no_cue_of_danger() -> None:
    assert "violence+law" in cues_of("打我的人怎么判")
    assert "violence+now" in cues_of("他正在打我")


def test_danger_is_heard_in_sentences_not_seen_before(detector: DangerDetector) -> None:
    """The figures stand in models/expected_scores.yaml."""
    scores = evaluate_examples(detector)["scores"]
    assert scores["recall"] >= 0.92
    assert scores["false_alarms"] <= 0.07


@pytest.mark.parametrize(
    ("text", "gathered"),
    [
        ("我们六十多个工友说好明天一早去市政府门口静坐", True),
        ("村里两百多人今天准备堵路讨征地款", True),
        ("业主们约好后天去售楼部拉横幅", True),
        ("大家想拉横幅维权，会不会违法", False),
        ("昨晚我弟被三个人围着打，现在人在派出所", False),
        ("现在市政府门口修路，公交车改道了吗", False),
        ("堵路讨薪会被抓吗", False),
    ],
)
def test_a_crowd_that_is_about_to_gather_is_heard(text: str, gathered: bool) -> None:
    assert gathers(normalise(text).text) is gathered
