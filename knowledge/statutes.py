"""The text of the law (法条原文), where a bureau has imported it: one file in the home, read while the service runs.

A law's text is kept under the version that our register says is in force, and only where it has that version's
articles; so an older text never stands behind a newer citation.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from knowledge.laws import LawRegistry, version_on
from knowledge.records import LawVersion

CURRENT = "current"
_TABLE = (
    "CREATE TABLE articles (law TEXT, article TEXT, version TEXT, heading TEXT, text TEXT, "
    "PRIMARY KEY (law, article)) WITHOUT ROWID"
)


class ArticleRow(msgspec.Struct, frozen=True):
    """One article of a statutes file (JSON lines); `num` 47 and `sub` 1 for 第四十七条之一."""

    law: str
    article: str
    num: int
    sub: int
    text: str
    status: str
    heading: str = ""


class ArticleText(msgspec.Struct, frozen=True):
    """An article as imported; `version` is the day from which this text is in force."""

    law: str
    article: str
    version: str
    heading: str
    text: str


class Imported(msgspec.Struct, frozen=True):
    """What came of an import: articles and laws kept, and laws left out because their articles are not today's."""

    articles: int
    laws: int
    left_out: tuple[str, ...]


class Statutes:
    """Reads imported text; without an import it knows none."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @classmethod
    def of_home(cls, home: Path) -> Statutes:
        return cls(home / "statutes.db")

    def find(self, law: str, article: str, version: str) -> ArticleText | None:
        """The text of an article in one version of its law; None where that was not imported."""
        if not self._file.exists():
            return None
        with contextlib.closing(sqlite3.connect(f"{self._file.resolve().as_uri()}?mode=ro", uri=True)) as database:
            row = database.execute(
                "SELECT * FROM articles WHERE law = ? AND article = ? AND version = ?", (law, article, version)
            ).fetchone()
        return ArticleText(*row) if row else None

    def replace(self, rows: Iterable[ArticleRow], laws: LawRegistry, today: date) -> Imported:
        """Takes what was imported before out and these in, at once."""
        by_law: dict[str, list[ArticleRow]] = defaultdict(list)
        for row in rows:
            if row.status == CURRENT and row.law in laws:
                by_law[row.law].append(row)
        kept: dict[str, list[ArticleText]] = {}
        left_out = []
        for law, articles in by_law.items():
            version = version_on(laws[law], today)
            if version and agrees(articles, version):
                day = version.effective_on.isoformat()
                kept[law] = [ArticleText(law, row.article, day, row.heading, row.text) for row in articles]
            else:
                left_out.append(law)
        self._write(text for texts in kept.values() for text in texts)
        return Imported(sum(map(len, kept.values())), len(kept), tuple(left_out))

    def _write(self, texts: Iterable[ArticleText]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._file.parent) as folder:
            draft = Path(folder) / self._file.name
            with contextlib.closing(sqlite3.connect(draft)) as database, database:
                database.execute(_TABLE)
                database.executemany("INSERT OR IGNORE INTO articles VALUES (?, ?, ?, ?, ?)", map(_columns, texts))
            draft.replace(self._file)


def agrees(articles: Iterable[ArticleRow], version: LawVersion) -> bool:
    """Whether the articles are those of the version: the last number, and every 之一 article, no more."""
    found = list(articles)
    last = max((row.num for row in found), default=0)
    inserted = {row.article for row in found if row.sub}
    return last == version.last_article and inserted == set(version.inserted or ())


def read_articles(file: Path) -> Iterator[ArticleRow]:
    """The rows of a JSON-lines file, gzipped or not; raises ValueError naming the line that is none."""
    import gzip

    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield msgspec.json.decode(line, type=ArticleRow)
                except msgspec.MsgspecError as error:
                    raise ValueError(f"{file} 第 {number} 行读不了：{error}") from error
    except (OSError, EOFError, UnicodeError) as error:
        raise ValueError(f"{file} 读不了：{error}") from error


def _columns(text: ArticleText) -> tuple[str, ...]:
    return msgspec.structs.astuple(text)
