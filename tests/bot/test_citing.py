"""Which articles carry an answer."""

from __future__ import annotations

from bot.citing import CitationRule, cited_evidence, resting_on
from bot.outcomes import Cited
from knowledge.documents import article_key
from knowledge.search import Hit, Hits, ScoredPoint

FIRST, SECOND, THIRD = (Cited("民法典", f"第{n}条", "2021-01-01", "现行有效") for n in "一二三")
THIRD_KEY = (THIRD.law, THIRD.article)
RULE = CitationRule((2.0, 2.0, 0.0), -2.0, 0.6)


def found(*cited: Cited) -> Hits:
    hits = (Hit(article_key(one.law, one.article), 0.5, 1.0, 0.5, "") for one in cited)
    return Hits((), tuple(hits))


def test_evidence_is_the_place_in_the_text_and_in_what_was_found() -> None:
    early, near, asked = zip(
        *cited_evidence([FIRST, SECOND, THIRD], found(THIRD, FIRST), {THIRD_KEY: 0.7}), strict=True
    )
    assert early == (1, 1 / 2, 1 / 3)
    assert near[2] == 1
    assert 0.8 < near[0] < 1
    assert near[1] == 0
    assert asked == (0, 0, 0.7)


def test_what_the_nearest_points_rest_on_weighs_most() -> None:
    first, second, third = ((one.law, one.article) for one in (FIRST, SECOND, THIRD))
    points = (ScoredPoint(1, 0.8, 0.8), ScoredPoint(0, 0.5, 0.5), ScoredPoint(2, 0.5, 0.5))
    shares = resting_on(points, ({second}, {first, third}, {second, third}))
    assert shares[third] > shares[first] > 0.9
    assert 0 < shares[second] < 0.1
    assert not resting_on((), ())


def test_likeliest_comes_first_and_what_is_unlikely_does_not_carry() -> None:
    cited = [FIRST, SECOND, THIRD]
    assert RULE.carrying(cited, cited_evidence(cited, found(THIRD, FIRST), {})) == [FIRST, THIRD]


def test_one_article_always_carries() -> None:
    cited = [FIRST]
    assert CitationRule((0.0, 0.0, 0.0), -9.0, 0.9).carrying(cited, cited_evidence(cited, found(), {})) == [FIRST]
    assert RULE.carrying([], []) == []
