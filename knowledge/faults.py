"""What every text that we publish is held to (共同的检查): citations that stand, their figures, no promise."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from knowledge.clock import today
from knowledge.figures import Figures
from knowledge.laws import LawRegistry, Rejection
from knowledge.library import KNOWLEDGE_FOLDER
from knowledge.records import Basis
from knowledge.source_files import Fault, Source
from nlu.citations import Citation, CitationParser, Found, article_text, parse_article

KNOWN_NUMBERS = frozenset(
    "110 119 120 122 12348 12345 12338 12355 12333 12315 12309 12368 12356 96110 12366 12328 12331 12378".split()
)
FORBIDDEN = re.compile(
    r"(?<!不)(?<!不一)一定(?:能|会)(?:赢|赔|要回|胜|判)|肯定(?:能|会)?(?:赢|赔|胜|判)|百分之百|包赢|必胜|稳赢|绝对能"
)
_PHONE = re.compile(
    r"(?<![\d-])(?:1\d{2}|1[23]\d{3}|96\d{3,4}|0\d{2,3}-?\d{7,8}|1[3-9]\d{9})(?![\d年月日天万元条号级%.])"
)


class Faults:
    """Faults of a knowledge folder, with what finds those of any text."""

    def __init__(self, folder: Path = KNOWLEDGE_FOLDER) -> None:
        self.folder = folder
        self.today = today()
        self.faults: list[Fault] = []
        self._citations = CitationParser({})
        self._figures = Figures()
        self._sections: dict[str, tuple[str, ...]] = {}

    def _add(self, path: Path, line: int, message: str, remedy: str) -> None:
        self.faults.append(Fault(path, line, message, remedy))

    def _figures_stand(self, source: Source, entry: str, text: str, laws: LawRegistry) -> None:
        cited = self._cited_keys(self._citations.parse(text), laws)
        numbers = self._figures.missing(text, cited, self._sections.get(entry, ()))
        if numbers:
            message = f"引的条文里没有“{'、'.join(numbers)}”：{text[:20]}"
            self._add(source.path, source.line_with(text), message, "核对数字，或引写有它的那一条")

    def _cited_keys(self, cited: Iterable[Found], laws: LawRegistry) -> list[tuple[str, str]]:
        return [(laws.names.get(f.citation.law or "", f.citation.law or ""), f.citation.article_text) for f in cited]

    def _wording(self, source: Source, text: str) -> None:
        """No outcome is promised, no number named that nobody verified."""
        for match in FORBIDDEN.finditer(text):
            self._add(source.path, source.line_with(match[0]), f"承诺了结果：“{match[0]}”", "写明条件，不作保证")
        for match in _PHONE.finditer(re.sub(r"第?\d+(?:[-–至到]\d+)?\s?(?:元|天|日|条|%|年|岁|个|人|万)", "", text)):
            if match[0] not in KNOWN_NUMBERS:
                self._add(source.path, source.line_with(match[0]), f"没有核实的号码 {match[0]}", "删掉，或改用公开热线")

    def _basis_stands(self, source: Source, basis: Iterable[Basis], laws: LawRegistry) -> None:
        for one in basis:
            reason = self._rejection(one.law, one.article, laws)
            if reason:
                self._add(
                    source.path,
                    source.line_with(one.article),
                    f"{one.law}{one.article}：{reason}",
                    "核对法律名称和条号",
                )

    def _rejection(self, law: str, article: str, laws: LawRegistry) -> str | None:
        try:
            number, inserted = parse_article(article)
        except ValueError:
            return "条号写法不对"
        if article_text(number, inserted) != article:
            return f"条号应写成{article_text(number, inserted)}"
        resolved = laws.resolve(Citation(law, number, inserted), self.today)
        return resolved.value if isinstance(resolved, Rejection) else None

    def _citations_stand(self, path: Path, line: int, text: str, laws: LawRegistry) -> None:
        for found in self._citations.parse(text):
            resolved = laws.resolve(found.citation, self.today)
            if isinstance(resolved, Rejection):
                self._add(path, line, f"“{text}”：{resolved.value}", "核对法律名称和条号")
