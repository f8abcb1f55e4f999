"""Values in what people say: a wrong one is worse than none. (Cases of the kinds found by trying the product.)"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from nlu.amounts import amounts
from nlu.citations import parse, parse_article
from nlu.dates import dates
from nlu.lunar import lunar_month, solar
from nlu.mask import mask, private_numbers
from nlu.normalise import normalise
from nlu.periods import periods

TODAY = date(2025, 11, 25)


def spans(text: str, today: date = TODAY) -> list[tuple[str, str, str]]:
    found = dates(normalise(text).text, today)
    return [(span.first.isoformat(), span.last.isoformat(), span.precision) for span in found]


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("十二月月底说好发工资", "2024-12-21", "2024-12-31", "part"),
        ("3月月初", "2025-03-01", "2025-03-10", "part"),
        ("去年一月二十三被辞退", "2024-01-23", "2024-01-23", "day"),
        ("五月三十一放假", "2025-05-31", "2025-05-31", "day"),
        ("五月十一签的", "2025-05-11", "2025-05-11", "day"),
        ("零三年结的婚", "2003-01-01", "2003-12-31", "year"),
        ("零三年的元宵节的晚上", "2003-02-15", "2003-02-15", "day"),
        ("22年国庆", "2022-10-01", "2022-10-07", "holiday"),
        ("22年的中秋节", "2022-09-10", "2022-09-10", "day"),
        ("99年五一", "1999-05-01", "1999-05-05", "holiday"),
        ("九八年买的房", "1998-01-01", "1998-12-31", "year"),
        ("一五年入职", "2015-01-01", "2015-12-31", "year"),
        ("2021年3月到2023年6月", "2021-03-01", "2023-06-30", "range"),
        ("六月至九月没发工资", "2025-06-01", "2025-09-30", "range"),
        ("2019年农历正月十七到四月二十", "2019-02-21", "2019-05-24", "range"),
        ("2019年农历正月十七", "2019-02-21", "2019-02-21", "day"),
        ("农历八月十五", "2025-10-06", "2025-10-06", "day"),
        ("阴历二月初二", "2025-03-01", "2025-03-01", "day"),
        ("正月十五", "2025-02-12", "2025-02-12", "day"),
        ("去年腊月二十八", "2025-01-27", "2025-01-27", "day"),
        ("八月初五", "2025-09-26", "2025-09-26", "day"),
        ("2020年闰四月初三", "2020-05-25", "2020-05-25", "day"),
        ("农历十二月", "2024-12-31", "2025-01-28", "month"),
        ("大年三十", "2025-01-28", "2025-01-28", "day"),
        ("去年除夕", "2024-02-09", "2024-02-09", "day"),
        ("元宵", "2025-02-12", "2025-02-12", "day"),
        ("大年初五", "2025-02-02", "2025-02-02", "day"),
        ("2015年春节", "2015-02-19", "2015-02-25", "holiday"),
        ("1999年中秋", "1999-09-24", "1999-09-24", "day"),
        ("半年前到现在", "2025-05-01", "2025-05-31", "month"),
        ("去年上半年", "2024-01-01", "2024-06-30", "half_year"),
        ("3月末", "2025-03-21", "2025-03-31", "part"),
        ("12月31日前到期", "2025-12-31", "2025-12-31", "day"),
        ("昨天后来", "2025-11-24", "2025-11-24", "day"),
    ],
)
def test_date_is_the_day_that_is_meant(text: str, first: str, last: str, precision: str) -> None:
    assert spans(text) == [(first, last, precision)]


@pytest.mark.parametrize(
    "text",
    [
        "七八年前",
        "三五天前",
        "十几天前",
        "半个多月前",
        "几年前",
        "今年春节前",
        "去年国庆后",
        "过年前",
        "国庆前后",
        "二三年",
        "三五年",
        "闰四月三十五",
        "移动4/5G套餐",
        "(20)湛仲字第2号",
        "十五六天前",
        "去年五一之前",
        "一两个月前",
        "农历二月三十五",
    ],
)
def test_about_before_and_after_have_no_day(text: str) -> None:
    assert [span for span in spans(text) if span[2] not in ("month", "year")] == []


def test_plain_and_lunar_days_stand_side_by_side() -> None:
    assert spans("2025年3月20日上午九点，查询20240307的工资条") == [
        ("2025-03-20", "2025-03-20", "day"),
        ("2024-03-07", "2024-03-07", "day"),
    ]


def test_lunar_months_have_the_days_they_have() -> None:
    assert lunar_month(2025, 1) == (date(2025, 1, 29), date(2025, 2, 27))
    with pytest.raises(ValueError, match="no such lunar day"):
        solar(2025, 1, 31)
    with pytest.raises(ValueError, match="no such lunar day"):
        solar(2025, -2, 1)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("三四个月", None),
        ("一两年", None),
        ("七八天", None),
        ("五六年", None),
        ("两三个星期", None),
        ("三五天", None),
        ("半个多月", None),
        ("三年多", None),
        ("半年多", None),
        ("十几天", None),
        ("俩月", (0, 2, 0)),
        ("仨月", (0, 3, 0)),
        ("三十四个月", (0, 34, 0)),
        ("十二年", (12, 0, 0)),
        ("两年半", (2, 6, 0)),
        ("一百二十天", (0, 0, 120)),
    ],
)
def test_length_of_time_is_vague_where_the_words_are(text: str, length: tuple[int, int, int] | None) -> None:
    (found,) = periods(normalise(text).text)
    assert (found.years, found.months, found.days) == (length or (None, None, None))


@pytest.mark.parametrize(
    "text",
    [
        "3万元欧元",
        "300万港币",
        "三万港纸",
        "30万越南盾",
        "5千美金",
        "HK$30000",
        "港币5000",
        "3,5000元",
        "欠我2到3万",
        "3至5万元",
        "两到三万块",
        "3~5千元",
        "0万0三",
        "两三万",
        "三五百块",
        "一百来块",
        "三千多块",
        "3万块钱左右",
        "不到三万块",
        "近十万元",
        "最多赔3万",
        "从3万到5万",
        "工资3000到5000",
        "200英镑",
        "20000澳门币",
        "1万新台币",
        "3万日元",
        "100欧元",
        "2、3万元",
    ],
)
def test_about_or_foreign_money_has_no_value_in_yuan(text: str) -> None:
    assert [amount.yuan for amount in amounts(normalise(text).text)] == [None]


@pytest.mark.parametrize("text", ["公司只肯赔n，我要求赔偿2N可以吗", "赔偿N+1", "赔2n+1", "赔了3倍", "处罚2次"])
def test_multiples_are_no_money(text: str) -> None:
    assert amounts(normalise(text).text) == []


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("一百九十万零三千九百七十一元", "1903971"),
        ("十元三角八分", "10.38"),
        ("二百五十块零五毛", "250.5"),
        ("三块零五分", "3.05"),
        ("二十五块六毛八", "25.68"),
        ("1万2千3", "12300"),
        ("十五点八万元", "158000"),
        ("一万五千亿", "1500000000000"),
        ("12,345.67元", "12345.67"),
        ("1,234,567元", "1234567"),
        ("3万8", "38000"),
        ("￥3,500", "3500"),
    ],
)
def test_exact_money_keeps_its_value(text: str, yuan: str) -> None:
    assert [amount.yuan for amount in amounts(normalise(text).text)] == [Decimal(yuan)]


NAMES = {"刑法": "刑法", "民法典": "民法典", "公司法": "公司法", "劳动合同法": "劳动合同法"}


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("刑法第287-2条", ["第二百八十七条之二"]),
        ("刑法287-2", ["第二百八十七条之二"]),
        ("刑法第287之二条", ["第二百八十七条之二"]),
        ("刑法第287条之二", ["第二百八十七条之二"]),
        ("民法典1165", ["第一千一百六十五条"]),
        ("《民法典》1165规定", ["第一千一百六十五条"]),
        ("民法典第10-12条", ["第十条", "第十一条", "第十二条"]),
        ("劳动合同法38条", ["第三十八条"]),
        ("公司法2023修订", []),
        ("公司法2018年", []),
        ("民法典30天内", []),
        ("刑法3年以下", []),
    ],
)
def test_article_is_found_however_it_is_written(text: str, articles: list[str]) -> None:
    assert [found.citation.article_text for found in parse(text, NAMES)] == articles


def test_one_article_in_every_form() -> None:
    forms = ("第287-2条", "第287之二条", "287条之2", "第二百八十七条之二")
    assert {parse_article(form) for form in forms} == {(287, 2)}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("乾安县", "乾安县"),
        ("陳乾", "陈乾"),
        ("李乾說要還錢", "李乾说要还钱"),
        ("乾隆年間", "乾隆年间"),
        ("餅乾", "饼干"),
        ("乾淨", "干净"),
        ("曬乾", "晒干"),
        ("打坏了東西", "打坏了东西"),
        ("打坏了東西要賠嗎", "打坏了东西要赔吗"),
        ("看著", "看着"),
        ("帶著孩子", "带着孩子"),
        ("著急", "着急"),
        ("著作權", "著作权"),
        ("名著", "名著"),
        ("顯著", "显著"),
        ("瞭解", "了解"),
        ("皇后", "皇后"),
    ],
)
def test_conversion_leaves_names_and_simplified_words_alone(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "442000650101123",
        "H12345678",
        "M1234567800",
        "香港身份证A123456(7)",
        "1234567(8)",
        "A123456789",
        "CHN440085031501",
        "护照E12345678",
        "护照号：EA1234567",
        "台胞证12345678",
        "+852 9123 4567",
        "00852-91234567",
        "+886 912 345 678",
        "+853 66123456",
        "+86 13800138000",
        "810000198503150017",
    ],
)
def test_papers_and_telephones_of_every_place_are_masked(text: str) -> None:
    assert private_numbers(text)
    assert not any(character.isdigit() for character in mask(text))
    assert mask(text).count("【") == 1


@pytest.mark.parametrize(
    "text",
    [
        "车牌粤T12345",
        "案号(2024)粤2071民初12345号",
        "借款123456元",
        "QQ12345678",
        "2024年5月1日到2025年5月1日",
        "12348",
        "工资3000元",
        "合同编号AB123456",
        "5月1日-10月1日",
        "1234567890123456件",
    ],
)
def test_other_numbers_are_not_masked(text: str) -> None:
    assert mask(text) == text
