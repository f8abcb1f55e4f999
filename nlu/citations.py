"""Citations of law (法条引用): 《劳动合同法》第四十七条第一款第（二）项 <-> a typed value.

Levels follow 立法法: 条 article, 款 paragraph, 项 item, 目 subitem. `inserted` is the n of 之n, as in
第一百三十三条之一.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from nlu.law_mentions import Mention, NameIndex, Squeezed, squeeze
from nlu.numerals import LARGEST, parse_numeral, to_chinese

_CITING_BRACKET = re.compile(r"（[^（）]*《[^（）]*(?:（[^（）]*）[^（）]*)*）")


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
    """A citation at text[start:end].

    `known` is False for a title that no name covers, in 《》 or not, and where no law is named.
    """

    citation: Citation
    start: int
    end: int
    known: bool = True


def uncited(text: str) -> str:
    """A text without what stands in brackets with a 《law》."""
    return _CITING_BRACKET.sub("", text)


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
    inserted = match[2] or match[3]
    return article, parse_numeral(inserted) if inserted else 0


def format_citation(citation: Citation) -> str:
    """《劳动合同法》第四十七条第一款第（二）项; without 《》 where the citation has no law."""
    law = f"《{citation.law.replace('《', '〈').replace('》', '〉')}》" if citation.law else ""
    parts = (("{}款", citation.paragraph), ("（{}）项", citation.item), ("{}目", citation.subitem))
    written = (f"第{mark.format(to_chinese(number))}" for mark, number in parts if number is not None)
    return law + citation.article_text + "".join(written)


def parse(text: str, names: Mapping[str, str], default_law: str | None = None) -> list[Found]:
    """All citations in a text, in order; callers with one register save time with a `CitationParser`."""
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
        if "条" not in text and not _DIGIT.search(text):
            return []
        squeezed = squeeze(text)
        mentions = list(self._index.mentions(squeezed))
        found = [*_read(squeezed, mentions, self._law(default_law) if default_law else None)]
        return sorted([*found, *_bare(squeezed, mentions)], key=lambda one: (one.start, one.end))

    def _law(self, name: str) -> _Law:
        key = self._index.law(name)
        return _Law(key or name, key is not None)


@lru_cache(maxsize=4)
def _parser(names: tuple[tuple[str, str], ...]) -> CitationParser:
    return CitationParser(dict(names))


_NUMERAL = r"(?:[0-9]{1,4}+(?![0-9])|[零\u3007一二两三四五六七八九十百千]{1,9}+)"
_NUMBER = rf"(?:\({_NUMERAL}\)|{_NUMERAL})"
_RANGE = r"(?:至|到|~|-|—+|\u2013)"
_SEPARATOR = rf"(?:以及|或者|[、,，;和及与或]|{_RANGE})"
_NUMBERS = rf"{_NUMBER}(?:{_SEPARATOR}第?{_NUMBER}|\({_NUMERAL}\)){{0,40}}"
_EVERYDAY_WORD = r"(?:[件例子]|建议|理由|信息|短信|微信|意见|消息)"
_ARTICLES = re.compile(
    rf"(?<![0-9.])(?P<ordinal>第)?(?P<numbers>{_NUMBERS})(?:之(?P<within>{_NUMERAL}))?条(?!{_EVERYDAY_WORD})"
    rf"(?:之(?P<inserted>{_NUMERAL}))?"
)
_BARE = re.compile(
    r"第?(?P<article>[1-9][0-9]{0,3})(?:-(?P<inserted>[1-9][0-9]?))?(?![0-9.之条款项年月日号天周元块万千百亿%个人岁次名倍小分-])"
)
"""An article right behind a law's name, without 条: 民法典1165, 刑法287-2."""
_HYPHENED = re.compile(rf"({_NUMERAL})[-—\u2013]({_NUMERAL})")
"""第287-2条: the second is not larger, so it is no range."""
_PARTS = re.compile(rf"第?(?P<numbers>{_NUMBERS})(?P<level>[款项目])")
_INSERTED = re.compile(rf"之(?P<inserted>{_NUMERAL})")
_JOIN = re.compile(_SEPARATOR)
_IS_RANGE = re.compile(_RANGE)
_EACH_NUMBER = re.compile(rf"(?P<before>[^0-9零\u3007一二两三四五六七八九十百千]*)(?P<number>{_NUMERAL})")
_ONE_ARTICLE = re.compile(rf"\s*第?\s*({_NUMERAL})(?:[-之]({_NUMERAL}))?\s*条(?:之({_NUMERAL}))?\s*")
_DIGIT = re.compile("[0-9]")
_YEARLIKE = re.compile("(?:19|20)[0-9]{2}")
_LONGEST_RANGE = 200
_LEVELS = ("subitem", "item", "paragraph", "inserted", "article")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A citation, its law still open, at squeezed [start, end)."""

    citation: Citation
    start: int
    end: int


def _read_list(text: str, match: re.Match[str]) -> tuple[list[_Listed], int]:
    """The citations of a list that begins at `match`, and where it ends; none where the numeral is none."""
    listed = _articles(match)
    position = match.end()
    while listed:
        further = _deeper(text, listed, position) or _joined(text, listed, position)
        if not further:
            break
        listed, position = further
    return listed, position


def _articles(match: re.Match[str]) -> list[_Listed]:
    if hyphened := _inserted_by_hyphen(match["numbers"]):
        return [_Listed(Citation(None, *hyphened), *match.span())]
    numbers = [n for n in _expand(match["numbers"]) if 1 <= n <= LARGEST]
    citations = [Citation(None, number) for number in numbers]
    for inserted in _expand(match["within"] or match["inserted"] or ""):
        citations[-1:] = [replace(citation, inserted=inserted) for citation in citations[-1:]]
    return [_Listed(citation, *match.span()) for citation in citations]


def _inserted_by_hyphen(numbers: str) -> tuple[int, int] | None:
    """(287, 2) for 287-2; None for a range."""
    match = _HYPHENED.fullmatch(numbers)
    if not match:
        return None
    article, inserted = parse_numeral(match[1]), parse_numeral(match[2])
    return (article, inserted) if inserted < article else None


def _deeper(text: str, listed: list[_Listed], position: int) -> tuple[list[_Listed], int] | None:
    """第一款 right behind 第三十八条: the last citation becomes its parts."""
    match = _PARTS.match(text, position)
    if not match:
        return None
    *before, last = listed
    parts = [_part(last.citation, match["level"], number) for number in _expand(match["numbers"])]
    return ([*before, *(_Listed(part, last.start, match.end()) for part in parts)], match.end()) if parts else None


def _joined(text: str, listed: list[_Listed], position: int) -> tuple[list[_Listed], int] | None:
    """、第四十六条, 和第三款, 至第十二条 or 、之二 behind a citation: its siblings."""
    join = _JOIN.match(text, position)
    if not join:
        return None
    last = listed[-1]
    further, end = _siblings(text, last, join.end())
    if further and _IS_RANGE.fullmatch(join[0]):
        further = [*_between(last, further[0]), *further]
    return ([*listed, *further], end) if further else None


def _siblings(text: str, last: _Listed, start: int) -> tuple[list[_Listed], int]:
    if match := _ARTICLES.match(text, start):
        return _articles(match), match.end()
    if match := _PARTS.match(text, start):
        citations = [_part(last.citation, match["level"], number) for number in _expand(match["numbers"])]
    elif last.citation.inserted and (match := _INSERTED.match(text, start)):
        citations = [Citation(None, last.citation.article, number) for number in _expand(match["inserted"])]
    else:
        return [], start
    return [_Listed(citation, *match.span()) for citation in citations], match.end()


def _between(first: _Listed, last: _Listed) -> list[_Listed]:
    """What 第十条至第十二条 leaves unsaid, at the span of the whole; nothing where more than a number differs."""
    level = next((name for name in _LEVELS if getattr(first.citation, name) != getattr(last.citation, name)), "article")
    low, high = getattr(first.citation, level), getattr(last.citation, level)
    if not low or not high or _with(first.citation, level, high) != last.citation or high - low > _LONGEST_RANGE:
        return []
    return [_Listed(_with(first.citation, level, n), first.start, last.end) for n in range(low + 1, high)]


def _with(citation: Citation, level: str, number: int) -> Citation:
    change: dict[str, Any] = {level: number}
    return replace(citation, **change)


def _part(citation: Citation, level: str, number: int) -> Citation:
    if level == "款":
        return replace(citation, paragraph=number, item=None, subitem=None)
    if level == "项":
        return replace(citation, item=number, subitem=None)
    return replace(citation, subitem=number)


def _expand(numbers: str) -> list[int]:
    """[38, 46] for 38、46 and [10, 11, 12] for 十至十二; empty where one of them is no numeral."""
    expanded: list[int] = []
    for match in _EACH_NUMBER.finditer(numbers):
        try:
            number = parse_numeral(match["number"])
        except ValueError:
            return []
        if expanded and _IS_RANGE.search(match["before"]) and number - expanded[-1] <= _LONGEST_RANGE:
            expanded += range(expanded[-1] + 1, number)
        expanded.append(number)
    return expanded


_ATTACHED = re.compile(
    r"(?:\([^()]{0,20}\))?(?:[总分附]则|.{1,6}编)?(?:[的之中里上]|里面|当中)?(?:[相有]关|明确)?(?:规定)?[的了中]?[:：,，]?"
)
_BACKWARD = re.compile(
    r"(?:(?P<own>本)|[同该此]|上述|前述)(?:法律?|条例|解释|规定|办法|规则|决定|细则)(?:[的中里]|规定的?)?$"
)
_OTHER_PAPER = re.compile(
    r"(?:合同书?|协议书?|章程|公约|规约|手册|制度|须知|通知书?|判决书?|裁定书?|裁决书?|调解书|保单|条款|方案|租约|契约|公告|承诺书?|借条)"
    r"(?:[的中里]|里面|[约规]定的?)?[:：,，]?$"
)
_BREAKS_A_TITLE = r"(?:根据|依据|按照|依照|违反|适用|参照|以及|[的和与及或])"
_UNREGISTERED = re.compile(
    rf"(?:^|(?<![\u4e00-\u9fff()])|{_BREAKS_A_TITLE})(?P<title>(?:(?!{_BREAKS_A_TITLE})[\u4e00-\u9fff()])*"
    r"(?:法典?|条例|细则|规定|办法|解释|决定|规则|批复|守则|通则|修正案)(?:\([^()]{1,6}\))?)[的中里]?$"
)
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True)
class _Law:
    name: str | None
    known: bool


_NAMELESS = _Law(None, False)


@dataclass(frozen=True, slots=True)
class _Before:
    """What stands before an article: the text's law (None: another paper), read up to squeezed `end`.

    `mention` is the naming itself while no article has followed it.
    """

    law: _Law | None
    end: int = 0
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class _Owner:
    """The law of an article, and where in the source its citation starts."""

    law: _Law
    start: int


def _read(squeezed: Squeezed, mentions: Sequence[Mention], default: _Law | None) -> Iterator[Found]:
    before = _Before(default or _NAMELESS)
    position = 0
    while match := _ARTICLES.search(squeezed.text, position):
        covering = next((m for m in mentions if m.start <= match.start() < m.end), None)
        if covering:
            position = covering.end
            continue
        before = _latest(before, mentions, match.start())
        owner = _owner(squeezed, before, match, default)
        listed, position = _read_list(squeezed.text, match)
        if owner:
            yield from _founds(squeezed, owner, listed)
        if owner or match["ordinal"]:
            before = _Before(owner.law if owner else None, position)


def _bare(squeezed: Squeezed, mentions: Sequence[Mention]) -> Iterator[Found]:
    """Articles that a known law's name and a number alone cite; a number like a year is none (公司法2023)."""
    for mention in mentions:
        match = _BARE.match(squeezed.text, mention.end)
        listed = _ARTICLES.match(squeezed.text, mention.end)
        if match and mention.known and not listed and not _YEARLIKE.fullmatch(match["article"]):
            citation = Citation(mention.law, int(match["article"]), int(match["inserted"] or 0))
            yield Found(citation, mention.source_start, squeezed.source_end(match.end()))


def _founds(squeezed: Squeezed, owner: _Owner, listed: Sequence[_Listed]) -> Iterator[Found]:
    for index, part in enumerate(listed):
        start = squeezed.offsets[part.start] if index else owner.start
        citation = replace(part.citation, law=owner.law.name)
        yield Found(citation, start, squeezed.source_end(part.end), owner.law.known)


def _latest(before: _Before, mentions: Sequence[Mention], position: int) -> _Before:
    passed = [m for m in mentions if before.end <= m.start and m.end <= position]
    return _Before(_Law(passed[-1].law, passed[-1].known), passed[-1].end, passed[-1]) if passed else before


def _owner(squeezed: Squeezed, before: _Before, match: re.Match[str], default: _Law | None) -> _Owner | None:
    start = match.start()
    gap_start = max(before.end, start - _LONGEST_TITLE)
    gap = squeezed.text[gap_start:start]
    if before.mention and before.law and gap_start == before.end and _ATTACHED.fullmatch(gap):
        return _Owner(before.law, before.mention.source_start)
    if not match["ordinal"] or _OTHER_PAPER.search(gap):
        return None
    if back := _BACKWARD.search(gap):
        own = default if back["own"] else None
        return _Owner(own or before.law or default or _NAMELESS, squeezed.offsets[gap_start + back.start()])
    if unregistered := _UNREGISTERED.search(gap):
        title_start, title_end = unregistered.span("title")
        return _unregistered(squeezed, before, gap_start + title_start, gap_start + title_end)
    return _Owner(before.law, squeezed.offsets[start]) if before.law else None


def _unregistered(squeezed: Squeezed, before: _Before, start: int, end: int) -> _Owner:
    """A title that no name covers, the known name it continues included: 劳动合同法实施细则."""
    if before.mention and before.end == start:
        start = before.mention.start
    source_start = squeezed.offsets[start]
    return _Owner(_Law(squeezed.source[source_start : squeezed.offsets[end - 1] + 1], False), source_start)
