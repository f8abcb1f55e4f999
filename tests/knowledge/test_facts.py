"""What decides is heard as it was meant; the last word counts."""

from __future__ import annotations

from functools import cache

import pytest

from knowledge.facts import decided, heard, open_facts, undecided
from knowledge.library import Library, read_library
from knowledge.records import Entry
from nlu.normalise import normalise


@cache
def library() -> Library:
    return read_library()


def entry(name: str) -> Entry:
    return library().entries[name]


@pytest.mark.parametrize(
    ("name", "said", "label"),
    [
        ("labour/unpaid-wages", "老板欠我三个月工资，没签合同", "没签合同"),
        ("labour/unpaid-wages", "一直都冇簽合同", "没签合同"),
        ("labour/unpaid-wages", "我签了合同的", "签了合同"),
        ("labour/unpaid-wages", "去年八月已经离职了", "已经离职"),
        ("labour/dismissal", "无缘无故叫我走", "没说理由"),
        ("labour/dismissal", "说我旷工三天", "说我违纪或者犯错"),
        ("labour/layoff", "到期了公司不续签", "公司不续"),
        ("family/custody", "女儿五岁", "两岁到八岁"),
        ("family/custody", "孩子已经九岁了", "满八岁"),
        ("family/custody", "老公家暴，经常打我", "有"),
        ("family/debts", "我根本不知道这笔钱", "没签过"),
        ("family/bride-price", "没领证但是同居了半年", "没领证但同住过"),
        ("family/divorce-suit", "分居已经三年", "分居满两年"),
        ("debt/no-iou", "微信转账给他的", "转账"),
        ("debt/no-iou", "当时写了借条", "有借条"),
        ("renting/deposit", "我是提前退租的", "提前退的"),
        ("traffic/compensation", "交警说对方全责", "对方全责或主责"),
        ("traffic/compensation", "上班路上被撞的", "是"),
        ("social_insurance/work-injury", "公司没给我买社保", "没买"),
        ("crime/detained", "关在看守所", "刑事拘留"),
        ("inheritance/intestate", "爸爸没有留遗嘱", "没有遗嘱"),
        ("courts/served", "昨天收到传票", "刚收到"),
        ("consumer/return", "网上买的裙子", "网上买的"),
        ("contract/deposit", "收据上写的是订金", "写的是订金、押金"),
        ("home/subscription", "贷款没批下来", "贷款没批"),
        ("injury/assault", "验伤是轻微伤", "轻微伤"),
        ("internet/frozen-card", "卡被外地公安冻结了", "公安冻结"),
        ("minors/tipping", "孩子才七岁", "不满八岁"),
        ("women/pregnancy", "已经把我辞退了", "已经被辞退"),
        ("family/property", "房子是他婚前买的", "婚前买的"),
    ],
)
def test_a_fact_is_heard(name: str, said: str, label: str) -> None:
    assert label in [one.option.label for one in decided(entry(name), (said,))]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("labour/unpaid-wages", "老板拖欠工资怎么办"),
        ("labour/overtime", "加班费怎么算"),
        ("family/custody", "离婚孩子归谁"),
        ("debt/no-iou", "朋友借钱不还"),
        ("inheritance/intestate", "父亲去世房子怎么分"),
        ("contract/cheated", "签了字才发现内容不一样"),
        ("internet/telecom-fraud", "刚报了警，接下来怎么办"),
        ("internet/frozen-card", "朋友借我的卡走账，警察叫我去"),
        ("family/bride-price", "没有去领证，办了酒席"),
        ("injury/assault", "打人要赔多少"),
    ],
)
def test_what_was_not_told_is_not_heard(name: str, said: str) -> None:
    assert decided(entry(name), (said,)) == []


def test_every_button_is_heard_as_itself() -> None:
    for one in library().entries.values():
        for fact in one.facts:
            for option in fact.options:
                told = [each.option for each in decided(one, (option.says,)) if each.fact == fact]
                assert told == [option], (one.id, option.says)


def test_a_correction_replaces_what_was_said_before() -> None:
    wages = entry("labour/unpaid-wages")
    (one,) = [each for each in decided(wages, ("没签合同", "不对，签了合同的")) if "合同" in each.option.label]
    assert one.option.label == "签了合同"
    assert one.now
    (same,) = decided(wages, ("没签合同", "那要多久"))
    assert not same.now


def test_told_both_ways_at_once_is_not_told() -> None:
    assert decided(entry("labour/unpaid-wages"), ("有人没签合同，有人签了合同",)) == []


@pytest.mark.parametrize(
    ("entry_id", "told", "label"),
    [
        ("labour/unpaid-wages", "老板说公司快倒闭了", "公司快倒闭了"),
        ("labour/unpaid-wages", "说是效益不好，年底补", "老板说以后再给"),
        ("labour/unpaid-wages", "老板说没钱", None),
        ("labour/dismissal", "那个制度我没见过", "规章没告诉过我"),
        ("renting/evicted", "合同还有半年", "租约没到期"),
        ("renting/evicted", "租约上个月到期了", "租约已经到期"),
        ("renting/evicted", "合同有写违约金", None),
        ("consumer/car", "卖家是个人不是车行", "卖家是个人"),
        ("consumer/car", "在车行买的", "卖家是车行"),
        ("elderly/scam", "店已经关门了", "店已经关门"),
        ("elderly/scam", "商家不肯退", None),
        ("injury/dog-bite", "狗主人说狗打过疫苗", "狗打过疫苗"),
        ("injury/dog-bite", "我打了疫苗", None),
        ("inheritance/intestate", "我妈还在", "妈妈或者爸爸还在"),
        ("inheritance/intestate", "我妈还在医院", None),
        ("debt/no-iou", "他有一辆车", "他有车有房"),
        ("minors/bullying", "学校叫我们私了", "学校让私了"),
    ],
)
def test_what_is_told_in_passing_is_heard(entry_id: str, told: str, label: str | None) -> None:
    facts = [fact for fact in entry(entry_id).facts if fact.only_heard]
    found = [option.label for fact in facts for option in heard(fact, normalise(told).text)]
    assert found == ([label] if label else [])


def test_nothing_is_asked_that_was_told_or_asked() -> None:
    wages = entry("labour/unpaid-wages")
    first, second = (fact for fact in wages.facts if not fact.only_heard)
    assert undecided(wages, ("没签合同",), ()) == second
    assert undecided(wages, ("没签合同",), (second.ask,)) is None
    assert undecided(wages, (), (first.ask,)) == second
    assert undecided(wages, ("有人没签合同，有人签了合同",), ()) == second
    assert open_facts(wages, normalise("没签合同").text) == [second.ask]
