"""No invented, repealed, misnumbered or foreign citation passes the gate."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import pytest

from bot.compose import Case, Composer
from bot.gate import CitationGate, Refused
from bot.wording import Wording
from knowledge.laws import Rejection, Resolved, version_on
from knowledge.library import Library
from knowledge.personal import Particulars
from knowledge.records import Law
from nlu.citations import Citation, format_citation, parse
from tests.conftest import TODAY

CASES = 200


def invented(random_: random.Random, library: Library) -> Citation:
    """A law nobody passed."""
    stem = "".join(random_.sample("劳动消费婚姻继承社区网络租赁宠物电梯夜市外卖", 4))
    return Citation(f"{stem}保护法", random_.randint(1, 90))


def repealed(random_: random.Random, library: Library) -> Citation:
    law = random_.choice([law for law in library.laws if law.repealed_on and law.repealed_on <= TODAY])
    return Citation(law.key, random_.randint(1, law.versions[-1].last_article or 100))


def misnumbered(random_: random.Random, library: Library) -> Citation:
    """Beyond the last article, or a 之一 article that the law does not have."""
    law = random_.choice(in_force(library))
    version = version_on(law, TODAY)
    assert version
    last = version.last_article or 0
    if random_.random() < 0.5:
        return Citation(law.key, last + random_.randint(1, 300))
    number = random_.randint(1, last)
    inserted = next(
        n for n in range(1, 20) if Citation(law.key, number, n).article_text not in (version.inserted or ())
    )
    return Citation(law.key, number, inserted)


def in_force(library: Library) -> list[Law]:
    return [
        law
        for law in library.laws
        if not law.repealed_on and (v := version_on(law, TODAY)) and v.last_article and v.inserted is not None
    ]


@pytest.mark.parametrize("make", [invented, repealed, misnumbered], ids=lambda make: make.__name__)
def test_gate_rejects_every_generated_bad_citation(
    make: Callable[[random.Random, Library], Citation], library: Library
) -> None:
    """200 of each kind: as a typed value and as a sentence whose hit even claims the article."""
    gate, random_ = CitationGate(library.laws), random.Random(7)
    for _ in range(CASES):
        citation = make(random_, library)
        belongs = {(citation.law or "", citation.article_text)}
        assert isinstance(gate.check(citation, belongs, TODAY, TODAY), Refused), citation
        sentence = f"您可以要求赔偿（{format_citation(citation)}）。"
        assert gate.pass_text(sentence, belongs, TODAY, TODAY).text == "", sentence


def test_article_of_another_hit_is_not_cited(library: Library) -> None:
    gate = CitationGate(library.laws)
    gated = gate.pass_text("先谈。要赔（《民法典》第一千零四条）。", {("民法典", "第一条")}, TODAY, TODAY)
    assert gated.text == "先谈。"
    assert gated.refused[0].reason is None


def test_sentence_goes_whole_and_list_numbers_close_up(library: Library) -> None:
    gate = CitationGate(library.laws)
    text = "1. 先存证据。\n2. 去告他（《劳动合同法》第九百条）。\n3. 再申请仲裁。"
    assert gate.pass_text(text, set(), TODAY, TODAY).text == "1. 先存证据。\n2. 再申请仲裁。"


@pytest.mark.parametrize(
    ("law", "article", "on", "expected"),
    [
        ("民法典", 1079, date(2026, 1, 1), Resolved),
        ("民法典", 1079, date(2020, 12, 31), Rejection.NOT_YET_IN_FORCE),
        ("民法典", 1261, date(2026, 1, 1), Rejection.NO_SUCH_ARTICLE),
        ("民法典", 0, date(2026, 1, 1), Rejection.NO_SUCH_ARTICLE),
        ("合同法", 1, date(2020, 12, 31), Resolved),
        ("合同法", 1, date(2021, 1, 1), Rejection.REPEALED),
        ("婚姻法", 1, date(2021, 1, 1), Rejection.REPEALED),
        ("中华人民共和国劳动合同法", 82, date(2026, 1, 1), Resolved),
        ("飞碟法", 1, date(2026, 1, 1), Rejection.UNKNOWN_LAW),
    ],
)
def test_citation_resolves_as_the_law_stood_that_day(
    library: Library, law: str, article: int, on: date, expected: object
) -> None:
    resolved = library.laws.resolve(Citation(law, article), on)
    assert resolved is expected or (isinstance(expected, type) and isinstance(resolved, expected))


def test_no_entry_answers_with_a_citation_that_does_not_resolve(library: Library) -> None:
    """Every entry composed as of today: each citation of its text stands, and nothing had to be left out."""
    composer, gate = Composer(library, Wording.read()), CitationGate(library.laws)
    for entry in library.entries.values():
        composed = composer.compose(entry, TODAY, TODAY, Case(Particulars()))
        assert composed, entry.id
        for found in parse(composed.text, library.laws.names):
            assert isinstance(library.laws.resolve(found.citation, TODAY), Resolved), (entry.id, found)
        belongs = {(basis.law, basis.article) for basis in entry.head.basis}
        for text in entry.sections.values():
            assert gate.pass_text(text, belongs, TODAY, TODAY).refused == (), entry.id


def test_entry_about_a_day_before_its_law_gives_no_answer(library: Library) -> None:
    """In 1980 none of today's laws that the model entry cites was in force."""
    entry = library.entries["labour/unpaid-wages"]
    assert Composer(library, Wording.read()).compose(entry, date(1980, 1, 1), TODAY, Case(Particulars())) is None


def test_digest_of_every_article_passes_the_gate(library: Library) -> None:
    from knowledge.documents import article_key

    composer = Composer(library, Wording.read())
    for law, article in library.digests:
        assert composer.compose_digest(article_key(law, article), TODAY, TODAY), (law, article)
