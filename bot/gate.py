"""The citation gate (引用关): no sentence leaves with an article that does not stand.

A citation stands when law, version and article resolve on the day of the facts and the article belongs to this
hit. A sentence with one that fails is left out whole: half a legal sentence misleads.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.laws import LawRegistry, Rejection, Resolved
from nlu.citations import Citation, CitationParser

_SENTENCES = re.compile(r"[ \t]*(?:\d+\. |[-*] )|[^。！？；\n]+[。！？；]?[）”』」]*|[。！？；\n]")
_LIST_MARK = re.compile(r"\s*(?:\d+\.|[-*])\s*$")


@dataclass(frozen=True, slots=True)
class Refused:
    """A citation that failed and why; `reason` None: it stands, but belongs to another hit."""

    citation: Citation
    reason: Rejection | None


@dataclass(frozen=True, slots=True)
class Gated:
    """A text after the gate: what may be said, what it cites, what was refused."""

    text: str
    citations: tuple[Resolved, ...]
    refused: tuple[Refused, ...]


class CitationGate:
    """Checks texts against the register of laws."""

    def __init__(self, laws: LawRegistry) -> None:
        self._laws = laws
        self._parser = CitationParser(laws.names)

    def check(
        self, citation: Citation, belongs: Collection[tuple[str, str]], on: date, today: date
    ) -> Resolved | Refused:
        """One citation; `belongs` holds the (law, article) pairs of the hit."""
        resolved = self._laws.resolve(citation, on, today)
        if isinstance(resolved, Rejection):
            return Refused(citation, resolved)
        if (resolved.law.key, citation.article_text) not in belongs:
            return Refused(citation, None)
        return resolved

    def cited_in(self, text: str) -> set[tuple[str, str]]:
        """The (law, article) pairs of a text that is its own hit, as a digest is."""
        found = [one.citation for one in self._parser.parse(text)]
        return {(self._laws.names.get(c.law or "", ""), c.article_text) for c in found}

    def pass_text(self, text: str, belongs: Collection[tuple[str, str]], on: date, today: date) -> Gated:
        """`text` without the sentences whose citations fail; list numbers are kept in order."""
        checked = [(found.start, self.check(found.citation, belongs, on, today)) for found in self._parser.parse(text)]
        refused = tuple(result for _, result in checked if isinstance(result, Refused))
        bad = [start for start, result in checked if isinstance(result, Refused)]
        kept = _without(text, bad) if bad else text
        stand = {
            (result.law.key, result.citation.article_text): result
            for start, result in checked
            if isinstance(result, Resolved) and not _shares_sentence(text, start, bad)
        }
        return Gated(kept.strip(), tuple(stand.values()), refused)


def _shares_sentence(text: str, position: int, bad: Sequence[int]) -> bool:
    """Whether the sentence around `position` holds one of the bad positions."""
    return any(
        match.start() <= position < match.end() and any(match.start() <= b < match.end() for b in bad)
        for match in _SENTENCES.finditer(text)
    )


def _without(text: str, bad: Sequence[int]) -> str:
    """`text` without the sentences that hold a bad position, and without list marks left bare."""
    sentences = [m[0] for m in _SENTENCES.finditer(text) if not any(m.start() <= b < m.end() for b in bad)]
    lines = [line for line in "".join(sentences).split("\n") if not _LIST_MARK.match(line)]
    return _renumber("\n".join(lines))


def _renumber(text: str) -> str:
    """Numbered lines count 1, 2, 3 again after lines were left out."""
    number = 0

    def count(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"{number}. "

    return re.sub(r"^\d+\. ", count, text, flags=re.MULTILINE)
