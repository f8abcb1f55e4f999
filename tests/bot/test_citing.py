"""Which articles carry an answer."""

from __future__ import annotations

from bot.citing import CitationRule, cited_evidence
from bot.outcomes import Cited
from knowledge.documents import article_key
from knowledge.search import Hit, Hits

FIRST, SECOND, THIRD = (Cited("民法典", f"第{n}条", "2021-01-01", "现行有效") for n in "一二三")
RULE = CitationRule((2.0, 2.0), -2.0, 0.6)


def found(*cited: Cited) -> Hits:
    hits = (Hit(article_key(one.law, one.article), 0.5, 1.0, 0.5, "") for one in cited)
    return Hits((), tuple(hits))


def test_evidence_is_the_place_in_the_text_and_in_what_was_found() -> None:
    early, near = zip(*cited_evidence([FIRST, SECOND, THIRD], found(THIRD, FIRST)), strict=True)
    assert early == (1, 1 / 2, 1 / 3)
    assert near[2] == 1
    assert 0.8 < near[0] < 1
    assert near[1] == 0


def test_likeliest_comes_first_and_what_is_unlikely_does_not_carry() -> None:
    cited = [FIRST, SECOND, THIRD]
    assert RULE.carrying(cited, cited_evidence(cited, found(THIRD, FIRST))) == [FIRST, THIRD]


def test_one_article_always_carries() -> None:
    cited = [FIRST]
    assert CitationRule((0.0, 0.0), -9.0, 0.9).carrying(cited, cited_evidence(cited, found())) == [FIRST]
    assert RULE.carrying([], []) == []
