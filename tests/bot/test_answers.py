"""What the answer path promises over everything we have written."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from bot.answer import Answerer
from bot.confidence import Evidence, Judge, Verdict
from bot.findings import Asked
from bot.outcomes import Reply
from bot.ranking import Signals
from connectors.building import Tools
from knowledge.check import MOST_BASIS
from knowledge.laws import Resolved
from knowledge.library import Library
from knowledge.records import Entry, domain_of
from nlu.citations import CitationParser
from tests.conftest import TODAY

pytestmark = pytest.mark.xdist_group("answers")
"""One process asks all questions once."""

EVERY, EVERY_OWN = 40, 9
"""Of the questions of digests, and of an entry's own, so many are passed over for one that is asked."""


@pytest.fixture(scope="module")
def own(answerer: Answerer, library: Library) -> list[tuple[Entry, str, Reply]]:
    """Lay questions that an entry's own file holds, with the reply."""
    return [
        (entry, question, answerer.reply(Asked(question, TODAY, TODAY)))
        for entry in library.entries.values()
        for question in entry.head.questions[::EVERY_OWN]
    ]


def test_no_answer_to_a_lay_question_carries_a_citation_that_does_not_resolve(
    own: list[tuple[Entry, str, Reply]], answerer: Answerer, library: Library
) -> None:
    """The citations listed and those in the text."""
    parser = CitationParser(library.laws.names)
    of_digests = [question for digest in library.digests.values() for question in digest.questions][::EVERY]
    answers = [(question, reply) for _, question, reply in own]
    answers += [(question, answerer.reply(Asked(question, TODAY, TODAY))) for question in of_digests]
    for question, reply in answers:
        listed = {(cited.law, cited.article) for cited in (*reply.citations, *reply.also_cited)}
        for found in parser.parse(reply.text):
            resolved = library.laws.resolve(found.citation, TODAY)
            assert isinstance(resolved, Resolved), (question, found)
            assert (resolved.law.key, found.citation.article_text) in listed, (question, found)


def test_entry_answers_its_own_questions(own: list[tuple[Entry, str, Reply]]) -> None:
    """Nine in ten at least: the rest may ask back, none may answer with another domain's entry often."""
    right = [reply.matter == entry.head.matter for entry, _, reply in own]
    wrong_domain = [
        reply.outcome == "answer" and reply.domain != domain_of(entry.head.matter) for entry, _, reply in own
    ]
    assert sum(right) / len(own) >= 0.9
    assert sum(wrong_domain) / len(own) <= 0.02


def test_question_about_a_day_before_the_law_is_handed_over(answerer: Answerer) -> None:
    reply = answerer.reply(Asked("老板拖欠我三个月工资，没签合同，怎么办？", date(2005, 5, 1), TODAY))
    assert reply.outcome == "handoff"
    assert reply.citations == ()


def test_covered_matter_carries_the_three_things_of_article_23(answerer: Answerer, library: Library) -> None:
    """法律援助法第二十三条: that they may apply, on what conditions, how."""
    for entry in library.entries.values():
        reply = answerer.from_entry(entry, Asked(entry.head.title, TODAY, TODAY))
        covered = library.matters[entry.head.matter].legal_aid is not None
        reminder = [note for note in reply.notes if "有权申请" in note and "经济困难" in note and "12348" in note]
        assert len(reminder) == covered, entry.id


def test_answer_is_short_first_and_cites_little(answerer: Answerer, library: Library) -> None:
    replies = [answerer.from_entry(entry, Asked(entry.head.title, TODAY, TODAY)) for entry in library.entries.values()]
    assert max(len(reply.lead) for reply in replies) <= 400
    assert max(len(reply.citations) for reply in replies) <= MOST_BASIS


def test_what_carries_the_answer_comes_first_and_the_rest_of_the_text_stands_beside_it(answerer: Answerer) -> None:
    asked = Asked("一直没跟我签劳动合同，能要双倍工资吗", TODAY, TODAY)
    reply = answerer.reply(asked)
    assert ("劳动合同法", "第八十二条") in {(cited.law, cited.article) for cited in reply.citations}
    assert reply.also_cited
    assert not set(reply.citations) & set(reply.also_cited)
    entry = answerer.entry(reply.entry or "")
    assert entry
    weighed = answerer.cited(entry, asked)
    assert {one for one, _ in weighed} == {*reply.citations, *reply.also_cited}


def test_article_that_decides_by_what_was_told_always_carries(answerer: Answerer) -> None:
    reply = answerer.reply(Asked("公司违法辞退我，干了六年，月薪八千，能赔多少", TODAY, TODAY))
    assert "96000" in reply.lead.replace(",", "")
    assert ("劳动合同法", "第八十七条") in {(cited.law, cited.article) for cited in reply.citations}


def test_two_questions_in_one_message_are_answered_in_order(answerer: Answerer, library: Library) -> None:
    """Each part is the whole answer of its entry; what stands in the text is listed."""
    text = "离婚孩子三岁归谁？另外老板拖欠我三个月工资怎么办？"
    reply = answerer.reply(Asked(text, TODAY, TODAY))
    assert [part.matter for part in reply.parts] == ["family.custody", "labour.unpaid_wages"]
    assert all(part.text in reply.text for part in reply.parts)
    assert set(reply.citations) == {cited for part in reply.parts for cited in part.citations}


def test_short_words_lean_on_the_question_before(answerer: Answerer) -> None:
    """Alone they say nothing of a matter; a question that stands alone is not drawn into the old matter."""
    before = "朋友借了我五千块一直不还，没写借条"
    leaning = answerer.reply(Asked("那要多久", TODAY, TODAY, before=before))
    assert leaning.matter == "debt.loan"
    assert answerer.reply(Asked("赔多少", TODAY, TODAY, before="下班骑车被小车撞了腿骨折")).matter != "renting.deposit"
    assert answerer.reply(Asked("赔多少", TODAY, TODAY)).outcome == "clarify"
    told = Asked("合同上没写墙的事", TODAY, TODAY, before="租的房子到期了，房东说墙脏了不退两千押金")
    assert answerer.reply(told).matter == "renting.deposit"
    for own in ("离婚孩子三岁归谁", "那孩子呢，归谁", "孩子被他抢走了不给我看怎么办"):
        assert answerer.reply(Asked(own, TODAY, TODAY, before=before)).matter == "family.custody"


def test_own_date_amount_and_town_are_used(answerer: Answerer) -> None:
    """What the citizen said stands in the first screen; without it no sentence with a gap is said."""
    told = answerer.reply(Asked("我在小榄网购花了200元买到假货怎么赔", TODAY, TODAY))
    assert "200元" in told.lead
    assert "小榄镇" in told.text
    untold = answerer.reply(Asked("网购买到假货怎么赔", TODAY, TODAY))
    assert "按您说的" not in untold.lead
    assert "{" not in untold.text


def test_search_keeps_to_the_law_of_the_day(tools: Tools) -> None:
    """In 2019 the Civil Code was not in force, and its articles are not found."""
    hits = tools.knowledge.search.search("离婚 财产 怎么分", date(2019, 6, 1), 50)
    assert all(hit.document.law != "民法典" for hit in hits.articles)
    today = tools.knowledge.search.search("爸爸去世没有遗嘱房子怎么分", TODAY, 50)
    assert any(hit.document.law == "民法典" for hit in today.articles)


@pytest.mark.parametrize("weak", range(3))
def test_more_evidence_never_lowers_confidence_in_the_best_entry(weak: int) -> None:
    """Of the first three signals; the article score alone may speak against an entry."""
    judge = Judge.read()
    low, high = [0.4, 0.1, 0.4, 0.4, 0.2], [0.4, 0.1, 0.4, 0.4, 0.2]
    high[weak] += 0.3
    assert judge.confidence(Evidence(*high)) >= judge.confidence(Evidence(*low))


@pytest.mark.parametrize("signal", Signals._fields)
def test_what_speaks_for_an_entry_never_puts_it_lower(signal: str) -> None:
    ranking = Judge.read().ranking
    low = Signals.of(0.4, 0.3, 0.2, 0.4)
    assert ranking.score(low._replace(**{signal: getattr(low, signal) + 0.2})) >= ranking.score(low)


def test_signals_know_a_matter_that_is_hardly_likely_from_one_that_is_not() -> None:
    """The logarithm tells .001 from .05, where the probability itself hardly does."""
    hardly, little, sure = (Signals.of(0.5, 0.0, p, 0.0).log_probability for p in (0.0, 0.05, 1.0))
    assert (hardly, sure) == (0.0, 1.0)
    assert little > 0.5


def test_an_entry_in_company_says_how_near_its_other_questions_come(tools: Tools) -> None:
    hits = tools.knowledge.search.search("老板拖欠我三个月工资怎么办", TODAY)
    best = hits.entries[0]
    assert 0 < best.company <= best.score


def test_verdict_follows_the_thresholds() -> None:
    """The same evidence, with each threshold on either side of what it amounts to."""
    judge, seen = Judge.read(), Evidence(0.5, 0.2, 0.3, 0.5, 0.1)
    best, among = judge.confidence(seen), judge.among_three.probability(seen)
    assert best < among
    for answer_from, clarify_from, verdict in (
        (best, 1.0, Verdict.ANSWER),
        (best + 1e-6, among, Verdict.CLARIFY),
        (best + 1e-6, among + 1e-6, Verdict.HAND_OVER),
    ):
        held = replace(judge, answer_from=answer_from, clarify_from=clarify_from)
        assert held.verdict(seen) is verdict
