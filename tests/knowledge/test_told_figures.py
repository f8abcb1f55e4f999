"""Figures in what citizens say, and what a sum comes to by them, reckoned by hand."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.sums import Told, read_sums, told
from nlu.normalise import normalise

TODAY = date(2026, 11, 26)


def heard(*said: str) -> Told:
    return told([normalise(text).text for text in said], TODAY)


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("月薪六千，干了八个月没签合同，现在被开除", {"monthly": 6000, "worked": (8, 0), "unsigned": True}),
        ("工资6500，做了三年半，公司裁员", {"monthly": 6500, "worked": (42, 0)}),
        (
            "一个月五千块，2024年3月1日入职，昨天被辞退",
            {"monthly": 5000, "start": date(2024, 3, 1), "end": date(2026, 11, 25)},
        ),
        (
            "我2021年3月进厂，今年10月被炒，人工8000",
            {"start": date(2021, 3, 1), "end": date(2026, 10, 31), "monthly": 8000},
        ),
        ("老板拖欠我三个月工资一万二", {"owed": 12000, "owed_months": 3}),
        ("每月4800，欠了我两个月", {"monthly": 4800, "owed_months": 2}),
        ("6000块一个月，冇簽合同，返咗九个月", {"monthly": 6000, "worked": (9, 0), "unsigned": True}),
        ("前夫月薪一万，一个孩子归我", {"income": 10000, "children": 1}),
        ("他每月挣8000，我们有两个女儿", {"income": 8000, "children": 2}),
        ("交了五万定金，总价二十万", {"earnest": 50000, "price": 200000}),
        ("定金2万，房价150万", {"earnest": 20000, "price": 1500000}),
        ("工伤评了九级，工资6000", {"grade": 9, "monthly": 6000}),
        ("劳动能力鉴定十级，每个月五千", {"grade": 10, "monthly": 5000}),
        ("伤残等级8级", {"grade": 8}),
        ("网上花了2999买的手机是翻新机", {"paid": 2999}),
        ("三百块买的酒是假的", {"paid": 300, "food": True}),
        ("鉴定是轻伤二级", {}),
        ("在三级医院做的鉴定", {}),
        ("残疾证是二级的，工伤没人管", {}),
        ("干了三年多，工资五千多", {}),
        ("房租两千，押金四千", {}),
        ("借给他五万", {"lent": 50000}),
        ("2019年入职的", {}),
        ("签了三年合同", {}),
        ("判了三个月", {}),
    ],
)
def test_figures_are_known_by_the_words_beside_them(words: str, figures: dict[str, object]) -> None:
    assert heard(words) == Told(**figures)  # type: ignore[arg-type]


def test_later_words_take_the_place_of_earlier_ones() -> None:
    assert heard("月薪六千，干了八个月", "不对，月薪七千") == Told(monthly=7000, worked=(8, 0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sum_id", "said", "parts"),
    [
        ("severance", "月薪六千，干了八个月，被开除", ("6,000 元（", "赔偿金 12,000 元", "按 1 个月算")),
        ("severance", "月薪六千，干了五个月，被辞退", ("该给经济补偿的，3,000 元", "赔偿金 6,000 元", "按 0.5 个月算")),
        ("severance", "工资6500，做了三年半，公司裁员", ("按 4 个月算", "26,000 元", "52,000 元")),
        ("severance", "2021年3月进厂，2026年10月被炒，人工8000", ("按 6 个月算", "48,000 元", "96,000 元")),
        ("double_wage", "月薪六千，干了八个月没签合同", ("42,000 元",)),
        ("double_wage", "月薪六千，干了两年没签合同", ("66,000 元",)),
        ("late_wages", "欠我工资一万二", ("12,000 元", "6,000 元到 12,000 元")),
        ("late_wages", "每月4800，欠了我两个月", ("9,600 元", "4,800 元 × 2 个月")),
        ("child_support", "前夫月薪一万，一个孩子", ("2,000 元到 3,000 元",)),
        ("child_support", "他每月挣8000，两个女儿", ("1,600 元到 4,000 元",)),
        ("earnest", "五万定金，总价二十万", ("双倍返还 80,000 元", "超出总价 20% 的 10,000 元照退")),
        ("earnest", "定金2万，房价150万", ("双倍返还 40,000 元",)),
        ("work_injury", "工伤评了九级，工资6000", ("一次性伤残补助金 54,000 元", "第三十七条", "没参保的由单位付")),
        ("work_injury", "鉴定五级伤残，月薪六千", ("108,000 元", "第三十六条")),
        ("consumer", "网上花了2999买的手机是翻新机", ("再赔 8,997 元（《消费者权益保护法》第五十五条）。",)),
        ("consumer", "在超市花了80买的牛奶过期了", ("再赔 500 元", "再赔 1,000 元")),
        ("consumer", "三十块买的酒是假的", ("再赔 500 元", "再赔 1,000 元")),
    ],
)
def test_sentence_says_what_it_comes_to(sum_id: str, said: str, parts: tuple[str, ...]) -> None:
    words = read_sums()[sum_id].sentence(heard(said), TODAY)
    assert words is not None
    assert all(part in words for part in parts), words


@pytest.mark.parametrize(
    ("sum_id", "said"),
    [
        ("severance", "月薪六千，被开除"),
        ("severance", "干了八个月，被开除"),
        ("double_wage", "月薪六千，干了八个月"),
        ("double_wage", "月薪六千，干了二十天没签合同"),
        ("late_wages", "老板欠我工资"),
        ("child_support", "前夫月薪一万"),
        ("overtime", "月薪六千"),
        ("work_injury", "工伤九级"),
        ("work_injury", "工伤，工资6000"),
        ("consumer", "买到假货"),
    ],
)
def test_nothing_is_said_where_a_figure_is_missing(sum_id: str, said: str) -> None:
    assert read_sums()[sum_id].sentence(heard(said), TODAY) is None


@pytest.mark.parametrize(
    ("sum_id", "said", "page"),
    [
        ("severance", "我做了三年半，工资八千", "/sums/severance?monthly=8000"),
        (
            "severance",
            "2022年3月1日入职，月薪六千，上周五被辞退",
            "/sums/severance?monthly=6000&start=2022-03-01&end=2026-11-20",
        ),
        ("double_wage", "没签合同，月薪六千", "/sums/double_wage?monthly=6000&signed=no"),
        ("late_wages", "拖欠我三个月工资，每月五千", "/sums/late_wages?owed=15000"),
        ("court_fees", "亲戚借了我五万块，有借条", "/sums/court_fees?claim=50000"),
        ("interest", "借了三万块给同事", "/sums/interest?principal=30000"),
        ("earnest", "交了五万定金，总价二十万", "/sums/earnest?paid=50000&price=200000"),
        ("retirement", "我1970年出生", "/sums/retirement"),
    ],
)
def test_page_of_a_sum_is_filled_in_with_what_was_said(sum_id: str, said: str, page: str) -> None:
    assert read_sums()[sum_id].page(heard(said), TODAY) == page
