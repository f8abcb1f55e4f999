"""The citation gate (引用关): no sentence leaves with an article that does not stand.

A citation stands when law, version and article resolve on the day of the facts and the article belongs to this
hit. A sentence with one that fails is left out whole: half a legal sentence misleads.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from knowledge.laws import LawRegistry, Rejection, Resolved
from nlu.citations import Citation, parse

_SENTENCES = re.compile(r"[^。！？；\n]*[。！？；]?(?:[）”』」]*)")
_LIST_MARK = re.compile(r"^\s*(?:\d+\.|[-*])\s*$")


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

    def check(self, citation: Citation, belongs: Collection[tuple[str, str]], on: date, today: date) -> Resolved | Refused:
        """One citation; `belongs` holds the (law, article) pairs of the hit."""
        resolved = self._laws.resolve(citation, on, today)
        if isinstance(resolved, Rejection):
            return Refused(citation, resolved)
        if (resolved.law.key, citation.article_text) not in belongs:
            return Refused(citation, None)
        return resolved

    def pass_text(self, text: str, belongs: Collection[tuple[str, str]], on: date, today: date) -> Gated:
        """`text` without the sentences whose citations fail; list numbers are kept in order."""
        kept_lines: list[str] = []
        stand: dict[tuple[str, str], Resolved] = {}
        refused: list[Refused] = []
        for line in text.splitlines():
            kept = ""
            for sentence in _SENTENCES.findall(line):
                checked = [self.check(f.citation, belongs, on, today) for f in parse(sentence, self._laws.names)]
                failures = [c for c in checked if isinstance(c, Refused)]
                refused += failures
                if not failures:
                    kept += sentence
                    stand.update({(c.law.key, c.citation.article_text): c for c in checked if isinstance(c, Resolved)})
            if not (line.strip() and (not kept.strip() or _LIST_MARK.match(kept))):
                kept_lines.append(kept)
        return Gated(_renumber("\n".join(kept_lines)).strip(), tuple(stand.values()), tuple(refused))


def _renumber(text: str) -> str:
    """Numbered lines count 1, 2, 3 again after lines were left out."""
    number = 0

    def count(match: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"{number}. "

    return re.sub(r"^\d+\. ", count, text, flags=re.MULTILINE)
