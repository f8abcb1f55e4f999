"""Entities (实体) in a citizen's words: citations, money, dates, durations, places, roles, private numbers.

The text is expected normalised (`nlu.normalise`); spans point into it. spaCy is imported when `Entities` is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

EntityKind = Literal[
    "phone", "id_number", "bank_card", "citation", "date", "money", "duration", "place", "role"
]  # in the order in which they win where they overlap

WORDS_FILE = Path(__file__).with_name("entity_words.yaml")


@dataclass(frozen=True, slots=True)
class Entity:
    """Something named at text[start:end].

    `value` by kind: money Decimal yuan, None where vague; date ISO day, or {start, end, precision} (both ends
    included); duration {years, months, days}, None where vague; place and role their id; citation a Citation;
    phone, id_number, bank_card the bare digits.
    """

    kind: EntityKind
    text: str
    start: int
    end: int
    value: Any


class Entities:
    """Extracts entities. `places` maps every alias to an id, `names` every name of a law to its key."""

    def __init__(self, places: Mapping[str, str], names: Mapping[str, str]) -> None:
        import yaml

        from nlu.entity_pipeline import entity_pipeline

        words = yaml.safe_load(WORDS_FILE.read_text(encoding="utf-8"))
        self._everyday_places = frozenset(words["everyday_places"])
        self._nlp = entity_pipeline(names, list(_patterns(places, words)))

    def extract(self, text: str, today: date) -> list[Entity]:
        """The entities of a text in order; of kinds that overlap one is kept, the longest word first."""
        from nlu.entity_pipeline import SPANS, TODAY, VALUES, WORDS

        doc = self._nlp.make_doc(text)
        doc.user_data[TODAY] = today
        doc = self._nlp(doc)
        quantities = (_entity(span, value) for span, value in zip(doc.spans[SPANS], doc.user_data[VALUES], strict=True))
        words = (_entity(span, span.id_) for span in doc.spans[WORDS] if self._is_meant(span))
        return _without_overlap([*quantities, *words])

    def _is_meant(self, span: Any) -> bool:
        """民众 is a town only where the words around it say so."""
        if span.label_ != "place" or span.text not in self._everyday_places:
            return True
        text = span.doc.text
        return bool(_BEFORE_A_PLACE.search(text[: span.start_char]) or _AFTER_A_PLACE.match(text, span.end_char))


_NOT_A_ROLE = "not_a_role"
_BEFORE_A_PLACE = re.compile(r"(?:[在住去到回从是]|来自|位于|搬来|中山市?|广东|我们?|户籍|地址)(?:了|:|：)?$")
_AFTER_A_PLACE = re.compile(
    r"镇|街道|办事处|这边|那边|这里|附近|上班|打工|工作|租|(?:的|一家|有家)?(?:工厂|厂|公司|派出所|法庭|法院|村|司法所)"
)
_PRECEDENCE = {kind: rank for rank, kind in enumerate(EntityKind.__args__)}  # type: ignore[attr-defined]


def _patterns(places: Mapping[str, str], words: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for alias, place in places.items():
        yield {"label": "place", "pattern": alias, "id": place}
    for role, wordings in words["roles"].items():
        yield from ({"label": "role", "pattern": wording, "id": role} for wording in wordings)
    yield from ({"label": _NOT_A_ROLE, "pattern": wording, "id": ""} for wording in words["not_roles"])


def _entity(span: Any, value: Any) -> Entity:
    return Entity(span.label_, span.text, span.start_char, span.end_char, value)


def _without_overlap(found: Iterable[Entity]) -> list[Entity]:
    kept: list[Entity] = []
    taken: dict[int, str] = {}
    for entity in sorted(found, key=_claim):
        covered = range(entity.start, entity.end)
        if all(taken.get(index, entity.kind) == entity.kind == "citation" or index not in taken for index in covered):
            kept.append(entity)
            taken |= dict.fromkeys(covered, entity.kind)
    return sorted((e for e in kept if e.kind != _NOT_A_ROLE), key=lambda entity: (entity.start, entity.end))


def _claim(entity: Entity) -> tuple[int, int, int]:
    """Which of two overlapping entities goes first: by kind, words by length."""
    return _PRECEDENCE.get(entity.kind, _PRECEDENCE["role"]), entity.start - entity.end, entity.start
