"""Figures of the law (数字核对): whether the days, sums and shares in a text stand in the articles that it cites.

The text of the articles is not ours to ship: where WENFA_DATA holds it the check is made, elsewhere it passes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from knowledge.statutes import CURRENT, read_articles
from nlu.citations import uncited
from nlu.numerals import parse_numeral

DATA = Path(__file__).parents[2] / "shared" / "data"
_NUMERAL = "[零〇一二三四五六七八九十百千万两]"
_UNITS = {"周岁": "岁", "天": "日", "个工作日": "工作日", "块": "元", "周年": "年"}
_UNIT = "个?工作日|周岁|周年|小时|个月|年|日|天|元|块|倍|岁"
_FIGURE = re.compile(
    rf"百分之(?P<hundredths>{_NUMERAL}+|[0-9.]+)|(?P<percent>[0-9.]+) ?%"
    rf"|(?<![第之])(?P<number>[0-9][0-9,.]*|{_NUMERAL}+) ?(?P<scale>万?) ?(?P<unit>{_UNIT})"
)
Figure = tuple[float, str]


def figures(text: str) -> dict[Figure, str]:
    """Each figure with its unit, and how it is written; what no numeral gives is left out."""
    found = {}
    for match in _FIGURE.finditer(text):
        share = match["hundredths"] or match["percent"]
        try:
            value = _value(share or match["number"])
        except ValueError:
            continue
        unit = "%" if share else _UNITS.get(match["unit"], match["unit"])
        found[value * (10_000 if match["scale"] else 1), unit] = match[0]
    return found


def _value(text: str) -> float:
    if text[0].isdigit():
        return float(text.replace(",", ""))
    return float(parse_numeral(text))


class Figures:
    """The figures of articles, read once from the statutes file."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or statutes_file()

    def missing(self, text: str, articles: Iterable[tuple[str, str]], known: Sequence[str] = ()) -> list[str]:
        """Figures of `text` that stand neither in these (law, article) nor in the `known` texts, as written."""
        texts = _texts(self._file)
        if not texts:
            return []
        stand = {figure for key in articles for figure in figures(texts.get(key, ""))}
        stand |= {figure for other in known for figure in figures(other)}
        return [written for figure, written in figures(uncited(text)).items() if figure not in stand]


@cache
def _texts(file: Path) -> dict[tuple[str, str], str]:
    if not file.is_file():
        return {}
    return {(row.law, row.article): row.text for row in read_articles(file) if row.status == CURRENT}


def data_folder() -> Path:
    """The folder of WENFA_DATA, by default `../shared/data` beside the repository."""
    return Path(os.environ.get("WENFA_DATA") or DATA)


def statutes_file() -> Path:
    return data_folder() / "statutes" / "articles.jsonl.gz"
