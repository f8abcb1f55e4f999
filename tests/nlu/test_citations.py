"""Citations: read as people write them, written as laws write them, invented laws shown as such."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.citations import Citation, CitationParser, Found, article_text, format_citation, parse, parse_article
from nlu.numerals import parse_numeral, to_chinese

CIVIL_PROCEDURE = "最高人民法院关于适用《中华人民共和国民事诉讼法》的解释"
NAMES = {
    "劳动合同法": "劳动合同法",
    "中华人民共和国劳动合同法": "劳动合同法",
    "劳合法": "劳动合同法",
    "劳动合同法实施条例": "劳动合同法实施条例",
    "刑法": "刑法",
    "民法典": "民法典",
    "消法": "消费者权益保护法",
    "道交法": "道路交通安全法",
    "工伤保险条例": "工伤保险条例",
    "民事诉讼法": "民事诉讼法",
    "民事诉讼法解释": CIVIL_PROCEDURE,
    CIVIL_PROCEDURE: CIVIL_PROCEDURE,
    "婚姻家庭编解释（一）": "婚姻家庭编解释（一）",
}


def said(text: str, default_law: str | None = None) -> list[str]:
    return [format_citation(found.citation) for found in parse(text, NAMES, default_law)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("《劳动合同法》第四十七条第一款第（二）项", "《劳动合同法》第四十七条第一款第（二）项"),
        ("劳动合同法第47条", "《劳动合同法》第四十七条"),
        ("劳动合同法38条", "《劳动合同法》第三十八条"),
        ("劳合法四十七条", "《劳动合同法》第四十七条"),
        ("中华人民共和国劳动合同法第 \uff14\uff17 条", "《劳动合同法》第四十七条"),
        ("中华人民共和国民法典第1079条", "《民法典》第一千零七十九条"),
        ("民法典婚姻家庭编第1079条", "《民法典》第一千零七十九条"),
        ("《劳动合同法（2012修正）》第十条", "《劳动合同法》第十条"),
        ("劳动合同法规定的第三十八条", "《劳动合同法》第三十八条"),
        ("《刑法》第一百三十三条之一", "《刑法》第一百三十三条之一"),
        ("刑法第133条之一", "《刑法》第一百三十三条之一"),
        ("刑法133条之1", "《刑法》第一百三十三条之一"),
        ("消法第五十五条第2款", "《消费者权益保护法》第五十五条第二款"),
        ("道交法76条第一款第五项第2目", "《道路交通安全法》第七十六条第一款第（五）项第二目"),
        ("《劳动合同法》实施条例第五条", "《劳动合同法实施条例》第五条"),
        ("民事诉讼法解释第九十条", "《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第九十条"),
        (
            "《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第九十条",
            "《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第九十条",
        ),
        ("婚姻家庭编解释(一)第22条", "《婚姻家庭编解释（一）》第二十二条"),
        ("劳动合同法第9999条", "《劳动合同法》第九千九百九十九条"),
    ],
)
def test_one_citation_is_read_however_it_is_written(text: str, written: str) -> None:
    assert said(text) == [written]
    (found,) = parse(text, NAMES)
    assert text[found.start : found.end] == text


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("《劳动合同法》第三十八条、第四十六条和第四十七条", [38, 46, 47]),
        ("劳动合同法第38、46条", [38, 46]),
        ("劳动合同法第38条、46条", [38, 46]),
        ("《劳动合同法》第十条至第十二条", [10, 11, 12]),
        ("劳动合同法第10-12条", [10, 11, 12]),
        ("《劳动合同法》第三十八条。公司违法的，第四十六条也适用", [38, 46]),
        ("《劳动合同法》第一条至第九千条", [1, 9000]),
    ],
)
def test_lists_and_ranges_cite_each_article(text: str, articles: list[int]) -> None:
    assert [(f.citation.law, f.citation.article) for f in parse(text, NAMES)] == [("劳动合同法", n) for n in articles]


def test_lists_of_paragraphs_items_and_inserted_articles_stay_with_their_article() -> None:
    assert said("《劳动合同法》第三十八条第一款第（一）、（二）项和第二款") == [
        "《劳动合同法》第三十八条第一款第（一）项",
        "《劳动合同法》第三十八条第一款第（二）项",
        "《劳动合同法》第三十八条第二款",
    ]
    assert said("工伤保险条例第十四条第（一）至（三）项")[2] == "《工伤保险条例》第十四条第（三）项"
    assert said("刑法第一百二十条之一、之二") == ["《刑法》第一百二十条之一", "《刑法》第一百二十条之二"]


@pytest.mark.parametrize(
    ("text", "default", "laws"),
    [
        ("《民法典》第1079条，同法第1087条", None, ["民法典", "民法典"]),
        ("《民法典》第1079条和《刑法》第260条，该法第234条", None, ["民法典", "刑法", "刑法"]),
        ("本法第三条和刑法第四条，本法第五条", "劳合法", ["劳动合同法", "刑法", "劳动合同法"]),
        ("第四十七条", None, [None]),
        ("第四十七条", "劳动合同法", ["劳动合同法"]),
        ("本法第五条", None, [None]),
    ],
)
def test_an_article_without_a_name_belongs_to_the_law_before_it(
    text: str, default: str | None, laws: list[str | None]
) -> None:
    assert [found.citation.law for found in parse(text, NAMES, default)] == laws


@pytest.mark.parametrize(
    ("text", "law"),
    [
        ("《劳动者保护法》第十条", "劳动者保护法"),
        ("《劳动合同法实施细则》第十条", "劳动合同法实施细则"),
        ("劳动合同法实施细则第五条", "劳动合同法实施细则"),
        ("根据劳动者保护法第十条", "劳动者保护法"),
        ("刑法修正案（十一）第三条", "刑法修正案（十一）"),
    ],
)
def test_an_invented_law_is_never_taken_for_a_known_one(text: str, law: str) -> None:
    (found,) = parse(text, NAMES)
    assert (found.citation.law, found.known) == (law, False)


@pytest.mark.parametrize(
    "text",
    [
        "劳动合同第五条",
        "劳动合同法保护我，合同第五条、第六条写了工资",
        "我收到三条短信，民法典有1260条",
        "劳动合同法0条",
        "《刑法》的解释",
        "",
    ],
)
def test_articles_of_other_papers_and_plain_numbers_are_no_citations(text: str) -> None:
    assert parse(text, NAMES) == []


def test_a_law_name_inside_a_longer_word_is_no_mention() -> None:
    assert parse("取消法人资格，第三条", NAMES)[0].citation.law is None


def test_the_span_covers_title_brackets_and_nothing_else() -> None:
    text = "依据《劳动合同法》第三十八条，可以解除"
    (found,) = parse(text, NAMES)
    assert text[found.start : found.end] == "《劳动合同法》第三十八条"


@pytest.mark.parametrize(
    ("text", "article"),
    [("第一百三十三条之一", (133, 1)), ("第38条", (38, 0)), ("38条", (38, 0)), ("第一千零二条", (1002, 0))],
)
def test_an_article_is_parsed(text: str, article: tuple[int, int]) -> None:
    assert parse_article(text) == article


@pytest.mark.parametrize("text", ["", "条", "第条", "第零条", "第十十条", "第三款", "第三条第一款", "第一百三十三条之"])
def test_what_is_no_article_raises(text: str) -> None:
    with pytest.raises(ValueError, match=r"no (article|numeral)"):
        parse_article(text)


@pytest.mark.parametrize(
    ("number", "written"),
    [(10, "十"), (20, "二十"), (110, "一百一十"), (1002, "一千零二"), (1010, "一千零一十"), (1198, "一千一百九十八")],
)
def test_numerals_are_written_as_laws_write_them(number: int, written: str) -> None:
    assert to_chinese(number) == written


@pytest.mark.parametrize(
    ("written", "number"),
    [("一百五", 150), ("三千五", 3500), ("一万二", 12_000), ("两万零五", 20_005), ("伍仟", 5000), ("二〇二三", 2023)],
)
def test_spoken_and_formal_numerals_are_read(written: str, number: int) -> None:
    assert parse_numeral(written) == number


@given(st.integers(1, 9999))
@settings(max_examples=300)
def test_numerals_survive_the_round_trip_and_agree_with_cn2an(number: int) -> None:
    written = to_chinese(number)
    assert parse_numeral(written) == number == cn2an.cn2an(written, "smart")


@given(
    law=st.sampled_from(sorted(set(NAMES.values()))),
    article=st.integers(1, 9999),
    inserted=st.integers(0, 12),
    parts=st.tuples(*[st.none() | st.integers(1, 40)] * 2),
    subitem=st.none() | st.integers(1, 20),
)
@settings(max_examples=200)
def test_what_is_formatted_is_parsed_back(
    law: str, article: int, inserted: int, parts: tuple[int | None, int | None], subitem: int | None
) -> None:
    paragraph, item = parts
    citation = Citation(law, article, inserted, paragraph, item, subitem if item else None)
    written = format_citation(citation)
    assert parse(written, {law: law, **NAMES}) == [Found(citation, 0, len(written))]
    assert parse_article(citation.article_text) == (article, inserted)
    assert article_text(article, inserted) == citation.article_text


@given(st.text(st.sampled_from("第条款项目之一二十百零（）()《》〈〉、和至-12同本法解释劳动合同刑，。 x"), max_size=60))
@settings(max_examples=300)
def test_no_text_breaks_the_parser(text: str) -> None:
    for found in CitationParser(NAMES).parse(text):
        assert 0 <= found.start < found.end <= len(text)
        assert 1 <= found.citation.article <= 9999
