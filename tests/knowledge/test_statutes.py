"""The text of the law is imported, and stands only behind a citation of the very version it belongs to."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import msgspec
import pytest

from knowledge.laws import LawRegistry
from knowledge.library import Library
from knowledge.records import Law, LawVersion
from knowledge.statutes import ArticleRow, Statutes, read_articles
from tests.conftest import TODAY

LAW = Law(
    key="测试法",
    title="中华人民共和国测试法",
    level="法律",
    versions=(
        LawVersion(adopted_on=date(2009, 9, 1), effective_on=date(2010, 1, 1), last_article=3, inserted=()),
        LawVersion(
            adopted_on=date(2019, 9, 1), effective_on=date(2020, 1, 1), last_article=2, inserted=("第二条之一",)
        ),
    ),
)
ROWS = [
    ArticleRow("测试法", "第一条", 1, 0, "为了测试。", "current"),
    ArticleRow("测试法", "第二条", 2, 0, "第一款。\n第二款。", "current", "第一章 总则"),
    ArticleRow("测试法", "第二条之一", 2, 1, "后来加的。", "current"),
]


@pytest.fixture
def laws() -> LawRegistry:
    return LawRegistry([LAW])


@pytest.fixture
def statutes(tmp_path: Path) -> Statutes:
    return Statutes.of_home(tmp_path / "home")


def test_article_is_read_in_the_version_in_force(statutes: Statutes, laws: LawRegistry) -> None:
    done = statutes.replace(ROWS, laws, TODAY)
    assert (done.articles, done.laws, done.left_out) == (3, 1, ())
    found = statutes.find("测试法", "第二条", "2020-01-01")
    assert found
    assert (found.text, found.heading) == ("第一款。\n第二款。", "第一章 总则")


def test_older_version_has_no_text(statutes: Statutes, laws: LawRegistry) -> None:
    statutes.replace(ROWS, laws, TODAY)
    assert statutes.find("测试法", "第二条", "2010-01-01") is None


@pytest.mark.parametrize(
    "rows",
    [ROWS[:2], [*ROWS, ArticleRow("测试法", "第三条", 3, 0, "旧的。", "current")]],
    ids=["an article inserted later is missing", "an article since dropped"],
)
def test_text_of_another_version_is_left_out_and_named(
    statutes: Statutes, laws: LawRegistry, rows: list[ArticleRow]
) -> None:
    assert statutes.replace(rows, laws, TODAY).left_out == ("测试法",)
    assert statutes.find("测试法", "第一条", "2020-01-01") is None


def test_repealed_and_unknown_laws_are_passed_over(statutes: Statutes, laws: LawRegistry) -> None:
    others = [
        ArticleRow("测试法", "第九条", 9, 0, "旧", "repealed"),
        ArticleRow("别的法", "第一条", 1, 0, "x", "current"),
    ]
    assert statutes.replace([*ROWS, *others], laws, TODAY).articles == 3


def test_import_takes_the_place_of_the_one_before(statutes: Statutes, laws: LawRegistry) -> None:
    statutes.replace(ROWS, laws, TODAY)
    statutes.replace([], laws, TODAY)
    assert statutes.find("测试法", "第一条", "2020-01-01") is None


def test_nothing_imported_is_nothing_found(statutes: Statutes) -> None:
    assert statutes.find("测试法", "第一条", "2020-01-01") is None


@pytest.mark.parametrize("packed", [False, True])
def test_file_is_read_gzipped_or_not(tmp_path: Path, packed: bool) -> None:
    lines = b"\n".join(map(msgspec.json.encode, ROWS))
    file = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    file.write_bytes(gzip.compress(lines) if packed else lines)
    assert list(read_articles(file)) == ROWS


def test_what_is_no_article_is_named_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(msgspec.json.encode(ROWS[0]) + b'\n{"law": 3}')
    with pytest.raises(ValueError, match="第 2 行"):
        list(read_articles(file))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x1f\x8b rubbish"])
def test_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="读不了"):
        list(read_articles(file))


def test_every_article_we_cite_could_have_its_text(library: Library) -> None:
    """The key under which text is kept is the one that citations carry."""
    assert all(law in library.laws and article.startswith("第") for law, article in library.digests)
