"""What search looks through: documents (an entry or an article) and the passages that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.library import Library
from knowledge.records import ArticleDigest, Entry
from nlu.citations import uncited

Kind = Literal["entry", "article"]
ENTRY: Kind = "entry"
ARTICLE: Kind = "article"


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """`entry` with its id, or `article` with law key and article text joined by a space."""

    kind: Kind
    name: str

    @property
    def law(self) -> str:
        return self.name.rpartition(" ")[0]

    @property
    def article(self) -> str:
        return self.name.rpartition(" ")[2]


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that leads to a document, or to the point of that number within it.

    `asked` marks a lay question, the rest is prose.
    """

    document: DocumentKey
    text: str
    asked: bool
    point: int | None = None


def article_key(law: str, article: str) -> DocumentKey:
    return DocumentKey(ARTICLE, f"{law} {article}")


def library_passages(library: Library) -> Iterator[Passage]:
    """All passages of our own guidance and digests."""
    for entry in library.entries.values():
        yield from entry_passages(entry)
    for digest in library.digests.values():
        yield from digest_passages(digest)


def entry_passages(entry: Entry) -> Iterator[Passage]:
    key = DocumentKey(ENTRY, entry.id)
    yield Passage(key, f"{entry.head.title}\n{entry.sections.get('结论', '')}", asked=False)
    for number, point in enumerate(entry.points):
        yield Passage(key, uncited(point.say), asked=False, point=number)
        yield from (Passage(key, question, asked=True, point=number) for question in point.ask)
    yield from (Passage(key, question, asked=True) for question in (entry.head.title, *entry.general_questions))


def digest_passages(digest: ArticleDigest) -> Iterator[Passage]:
    key = article_key(digest.law, digest.article)
    yield Passage(key, f"{digest.law} {digest.gist}", asked=False)
    yield from (Passage(key, question, asked=True) for question in digest.questions)


def corpus_passages(rows: Iterable[dict[str, str]]) -> Iterator[Passage]:
    """Passages of a statutes file: title, chapter and text of each article."""
    for row in rows:
        text = f"{row['law']} {row['heading']}\n{row['text']}"
        yield Passage(article_key(row["law"], row["article"]), text, asked=False)
