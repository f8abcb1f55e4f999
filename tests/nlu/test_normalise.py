"""Normalisation: any string becomes plain simplified Mandarin, and every character knows where it came from."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.normalise import Normalised, WordingRow, normalise, read_rows
from tests.timing import slowness

CANTONESE = read_rows("cantonese.tsv")
TYPOS = read_rows("typos.tsv")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\u200b法\ufeff律\x00援助", "法律援助"),
        ("一行\r\n两行\r三行", "一行\n两行\n三行"),
        ("１２３元ＡＢｃ", "123元ABc"),
        ("①②Ⅳ级❸", "12IV级3"),
        ("二○二三年", "二〇二三年"),
        ("他说：“《民法典》（总则）！？”", "他说：“《民法典》（总则）？”"),
        ("我被辞退😭怎么办😭", "我被辞退 怎么办"),
        ("你好[捂脸]，请问", "你好，请问"),
        ("勞動合同終止後，經濟補償", "劳动合同终止后，经济补偿"),
        ("頭髮乾燥，皇后，藉口", "头发干燥，皇后，借口"),
        ("机器被打坏了", "机器被打坏了"),
    ],
)
def test_characters_are_folded_and_punctuation_kept(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("老細炒咗我魷魚，冇出糧，我點算？", "老板辞退了我，没发工资，我怎么办？"),
        ("我被老板炒鱿鱼了", "我被老板辞退了"),
        ("佢哋拖糧三個月，仲唔畀人工", "他们拖欠工资三个月，还不给工资"),
        ("喺邊度可以申請法援？", "在哪里可以申请法援？"),
        ("我同業主簽咗租約，佢唔退按金", "我和业主签了租赁合同，他不退押金"),
        ("俾人呃咗五千蚊", "被人骗了五千元"),
        ("阿Sir嚟咗", "警察来了"),
        ("幾時先至有得攞返我嘅按金", "什么时候才能拿回我的押金"),
        ("佢係我老闆，我哋關係好", "他是我老板，我们关系好"),
        ("無端端揸車撞親人走佬", "无缘无故开车撞伤人逃跑"),
        ("舊年執笠，而家冇糧單同雙糧", "去年倒闭，现在没有工资单同年底双薪"),
    ],
)
def test_cantonese_becomes_mandarin(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "关系、联系、系统、直系亲属、系争房屋",
        "人工智能和人工费，转人工",
        "晚上八点算加班吗，几点算迟到",
        "那边个人说，而家庭成员不同意",
        "同意合同，共同同居",
        "仲裁与中介，出差人员，一点解释也没有",
        "他打我我该怎么办",
        "抵押经营权，劳动和同工同酬，距离昏迷",
        "老细胞，放出粮食，点算货物",
        "妈妈天天说三三三一一一，11111元",
        "额度、额外、呃逆",
        "嗯",
    ],
)
def test_mandarin_is_left_alone(text: str) -> None:
    assert normalise(text).text == text


def test_shared_words_change_only_beside_unmistakable_cantonese() -> None:
    assert normalise("几多，系").text == "几多，系"
    assert normalise("佢系边个，几多").text == "他是谁，多少"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("呃，我我我想问一下，那个那个工资，怎么算呢！！！", "我想问一下，那个工资，怎么算呢！"),
        ("嗯，是的", "是的"),
        ("额，额度是多少", "额度是多少"),
        ("我，我，我不知道", "我不知道"),
        ("哈哈哈哈。。。。", "哈哈。"),
        ("真的吗？！？！", "真的吗？"),
        ("这个这个事情，就是说，他不给钱", "这个事情，他不给钱"),
    ],
)
def test_a_voice_transcript_is_repaired(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("劳动仲栽", "劳动仲裁"),
        ("被zp了，lv师怎么说", "被诈骗了，律师怎么说"),
        ("申请工商认定", "申请工伤认定"),
        ("注册工商执照", "注册工商执照"),
        ("押经不退，想离昏", "押金不退，想离婚"),
        ("离hun后抚扬费", "离婚后抚养费"),
    ],
)
def test_misspelt_law_words_are_mended(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize("row", [*CANTONESE, *TYPOS], ids=lambda row: row.wording)
def test_every_row_of_the_tables_says_what_it_does(row: WordingRow) -> None:
    assert normalise(row.instead).text == row.instead
    if row.kind == "context":
        assert normalise(f"佢，{row.wording}。").text == f"他，{row.instead}。"
    elif row.kind != "keep":
        assert normalise(row.wording).text == row.instead


def test_the_tables_are_large_enough_to_be_of_use() -> None:
    assert sum(row.kind != "keep" for row in CANTONESE) >= 500
    assert sum(row.kind == "typo" for row in TYPOS) >= 120


def test_a_span_leads_back_to_what_the_citizen_typed() -> None:
    source = "老細炒咗我魷魚😭，冇出糧"
    plain = normalise(source)
    start = plain.text.index("没发工资")
    assert source[slice(*plain.span(start, start + 4))] == "冇出糧"
    assert source[slice(*plain.span(0, 2))] == "老細"
    assert source[slice(*plain.span(0, len(plain.text)))] == source


def test_an_empty_span_is_empty_in_the_source() -> None:
    assert normalise("").span(0, 0) == (0, 0)
    assert normalise("合同").span(2, 2) == (2, 2)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_no_string_breaks_it_and_offsets_never_fall(text: str) -> None:
    _assert_aligned(normalise(text))


_CJK_AND_ASCII = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.characters(max_codepoint=0x7F)
_WORDS = st.sampled_from([row.wording for row in [*CANTONESE, *TYPOS]] + list("呃嗯额我那个的，。！？ 哈系同点出"))


@given(
    st.text(_CJK_AND_ASCII, max_size=60)
    | st.lists(_WORDS | st.text(_CJK_AND_ASCII, max_size=2), max_size=12).map("".join)
)
@settings(max_examples=500)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    _assert_aligned(once)
    assert normalise(once.text).text == once.text


def _assert_aligned(plain: Normalised) -> None:
    assert len(plain.offsets) == len(plain.text)
    assert list(plain.offsets) == sorted(plain.offsets)
    assert all(0 <= offset < len(plain.source) for offset in plain.offsets)


@pytest.mark.parametrize(("length", "milliseconds"), [(60, 1), (4000, 40)])
def test_it_is_fast(length: int, milliseconds: float) -> None:
    text = ("老細炒咗我魷魚，冇出糧，我點算？我在工厂上班两年，老板没有签劳动合同，上个月无缘无故把我辞退了。" * 100)[
        :length
    ]
    normalise(text)
    assert min(_milliseconds(text) for _ in range(40)) < milliseconds * slowness()


def _milliseconds(text: str) -> float:
    started = time.perf_counter()
    normalise(text)
    return (time.perf_counter() - started) * 1000
