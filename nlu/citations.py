"""Citations of law (法条引用): 《劳动合同法》第四十七条第一款第（二）项 <-> a typed value.

Levels follow 立法法: 条 article, 款 paragraph, 项 item, 目 subitem. `inserted` is the n of 之n (第一百三十三条之一).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from nlu.law_mentions import Mention, NameIndex, Squeezed, squeeze
from nlu.numerals import LARGEST, parse_numeral, to_chinese


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of a law, or a part of it; `law` is the canonical key, None where the text names no law."""

    law: str | None
    article: int
    inserted: int = 0
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None

    @property
    def article_text(self) -> str:
        """The article as the law writes it: 第一百三十三条之一."""
        return article_text(self.article, self.inserted)


@dataclass(frozen=True, slots=True)
class Found:
    """A citation at text[start:end]; `known` is False for a title in 《》 (or glued on) that no name covers, and for none."""

    citation: Citation
    start: int
    end: int
    known: bool = True


def article_text(article: int, inserted: int = 0) -> str:
    """第一百三十三条之一 for (133, 1); ValueError beyond 9999."""
    return f"第{to_chinese(article)}条" + (f"之{to_chinese(inserted)}" if inserted else "")


def parse_article(text: str) -> tuple[int, int]:
    """(133, 1) for 第一百三十三条之一, 第133条之1 or 133条之一; ValueError for anything else."""
    match = _ONE_ARTICLE.fullmatch(text)
    if not match:
        raise ValueError(f"no article: {text!r}")
    article = parse_numeral(match[1])
    if not 1 <= article <= LARGEST:
        raise ValueError(f"no article: {text!r}")
    return article, parse_numeral(match[2]) if match[2] else 0


def format_citation(citation: Citation) -> str:
    """《劳动合同法》第四十七条第一款第（二）项; without 《》 where the citation has no law."""
    law = f"《{citation.law.replace('《', '〈').replace('》', '〉')}》" if citation.law else ""
    return law + citation.article_text + "".join(
        f"第{mark.format(to_chinese(number))}"
        for number, mark in ((citation.paragraph, "{}款"), (citation.item, "（{}）项"), (citation.subitem, "{}目"))
        if number is not None
    )


def parse(text: str, names: Mapping[str, str], default_law: str | None = None) -> list[Found]:
    """All citations in a text, in order; see `CitationParser`, which callers with one register should keep."""
    if "条" not in text:
        return []
    return _parser(tuple(names.items())).parse(text, default_law)


class CitationParser:
    """Finds citations; `names` maps every known name of a law to its canonical key."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._index = NameIndex(names)

    def parse(self, text: str, default_law: str | None = None) -> list[Found]:
        """All citations, each article of a list or range on its own.

        An article that names no law belongs to the law named last before it, else to `default_law`; 本法 is
        `default_law` where that is given. Articles of contracts, bylaws and judgments are left out.
        """
        if "条" not in text:
            return []
        squeezed = squeeze(text)
        found: list[Found] = []
        for source, part in owned_parts(squeezed.text, list(self._index.mentions(squeezed)), self._law(default_law)):
            start = squeezed.offsets[part.start] if source is None else source
            end = squeezed.source_end(part.end)
            found.append(Found(replace(part.citation, law=law.name), start, end, law.known))
        return found
