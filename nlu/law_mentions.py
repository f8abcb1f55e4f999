"""Where a text names a law (法律名称): known names, the longest first, and titles in 《》 that no name covers.

Matching runs on a squeezed text: whitespace and title brackets are left out, and full-width digits, letters and
brackets are folded, so that 《中华人民共和国劳动合同法》实施条例 and 劳动合同法 实施条例 are one name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

STATE_PREFIX = "中华人民共和国"

_BRACKETS = {"《": 1, "〈": 1, "》": -1, "〉": -1}
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；？！"}
_VERSION_MARK = re.compile(r"\([^()]*\)")
_CONTINUES_A_WORD = re.compile(r"(?!规定)[律院官庭规人学定制治医务]")


@dataclass(frozen=True, slots=True)
class Title:
    """An outermost 《…》: its squeezed end, and where 《 and 》 stand in the source."""

    end: int
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Squeezed:
    """`text` without whitespace and title brackets; `offsets[i]` is where its character i stands in `source`.

    `titles` are keyed by their squeezed start.
    """

    source: str
    text: str
    offsets: tuple[int, ...]
    titles: Mapping[int, Title]

    def source_end(self, end: int) -> int:
        """The source index after squeezed [.., end), a closing 》 counted in."""
        closed = (title.closed + 1 for title in self.titles.values() if title.end == end)
        return max([self.offsets[end - 1] + 1, *closed])


@dataclass(frozen=True, slots=True)
class Mention:
    """A law named at squeezed [start, end); `source_start` counts the opening 《 in."""

    start: int
    end: int
    source_start: int
    law: str
    known: bool


def squeeze(source: str) -> Squeezed:
    """The squeezed form of a text."""
    kept: list[str] = []
    offsets: list[int] = []
    titles: dict[int, Title] = {}
    depth = start = opened = 0
    for index, character in enumerate(source):
        step = _BRACKETS.get(character, 0)
        if step == 1 and depth == 0:
            start, opened = len(kept), index
        elif step == -1 and depth == 1 and len(kept) > start:
            titles[start] = Title(len(kept), opened, index)
        depth = max(depth + step, 0)
        if not step and not character.isspace():
            kept.append(character)
            offsets.append(index)
    return Squeezed(source, "".join(kept).translate(_FOLDED), tuple(offsets), titles)


class NameIndex:
    """Every known name, with and without 中华人民共和国, by its first character."""

    def __init__(self, names: Mapping[str, str]) -> None:
        known: dict[str, str] = {}
        for name, law in names.items():
            bare = squeeze(name).text.removeprefix(STATE_PREFIX)
            known |= {bare: law, STATE_PREFIX + bare: law}
        self._laws = known
        self._by_first: dict[str, list[str]] = defaultdict(list)
        for name in sorted(filter(None, known), key=len, reverse=True):
            self._by_first[name[0]].append(name)

    def law(self, name: str) -> str | None:
        """The canonical key of a name, or None."""
        return self._laws.get(squeeze(name).text)

    def mentions(self, squeezed: Squeezed) -> Iterator[Mention]:
        """The laws that a text names, in order and without overlap."""
        position = 0
        while position < len(squeezed.text):
            found = self._at(squeezed, position)
            if found:
                yield found
            position = found.end if found else position + 1

    def _at(self, squeezed: Squeezed, start: int) -> Mention | None:
        end = self._longest(squeezed, start)
        if start in squeezed.titles:
            return self._titled(squeezed, start, end)
        if end is None:
            return None
        return Mention(start, end, squeezed.offsets[start], self._laws[squeezed.text[start:end]], True)

    def _longest(self, squeezed: Squeezed, start: int) -> int | None:
        text = squeezed.text
        for name in self._by_first.get(text[start], ()):
            end = start + len(name)
            if text.startswith(name, start) and not _cuts_a_title(squeezed, start, end):
                return None if _CONTINUES_A_WORD.match(text, end) and start not in squeezed.titles else end
        return None

    def _titled(self, squeezed: Squeezed, start: int, name_end: int | None) -> Mention:
        title = squeezed.titles[start]
        left = squeezed.text[name_end : title.end] if name_end else ""
        if name_end is None or (left and not _VERSION_MARK.fullmatch(left)):
            literal = squeezed.source[title.opened + 1 : title.closed]
            return Mention(start, title.end, title.opened, literal, False)
        law = self._laws[squeezed.text[start:name_end]]
        return Mention(start, max(title.end, name_end), title.opened, law, True)


def _cuts_a_title(squeezed: Squeezed, start: int, end: int) -> bool:
    """Whether a name that began before a 《 would end inside its title."""
    return any(start < opening < end < title.end for opening, title in squeezed.titles.items())
