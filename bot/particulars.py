"""The citizen's own facts (当事人自己的情况) in what they said: one day, one amount, the town."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from bot.suggestions import Fact
from knowledge.library import Library
from knowledge.personal import Day, Particulars
from knowledge.sums import told
from knowledge.sums.told import NOTHING_TOLD
from knowledge.towns import aliases
from nlu.normalise import normalise

if TYPE_CHECKING:
    from nlu.entities import Entities, Entity


class ParticularsReader:
    """Reads particulars by the spaCy pipeline, which loads on first use (3 s) or when `warm` is called."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Loads now, on the calling thread."""
        self._extractor()

    def read(self, said: Sequence[str], today: date) -> Particulars:
        """The facts in what was said, the present words last: the town from any of it, the rest from the last."""
        if not said:
            return Particulars()
        words = [normalise(text).text for text in said]
        found = [self._extractor().extract(text, today) for text in words]
        towns = [entity.value for entities in found for entity in entities if entity.kind == "place"]
        return Particulars(
            day=_only_day(found[-1], today),
            yuan=_only_amount(found[-1]),
            town=self._town_names.get(towns[-1]) if towns else None,
            figures=told(words, today),
            figures_new=told(words[-1:], today) != NOTHING_TOLD,
        )

    def facts(self, text: str, today: date) -> tuple[Fact, ...]:
        """The days, amounts, towns and telephones in a text, each once, as written."""
        found = self._extractor().extract(normalise(text).text, today)
        facts = [
            Fact(entity.kind, entity.text, str(entity.value) if entity.kind == "place" else None)
            for entity in found
            if entity.kind in ("date", "money", "place", "phone")
        ]
        return tuple(dict.fromkeys(facts))

    def _extractor(self) -> Entities:
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> Entities:
        from nlu.entities import Entities

        places = {alias: town_id for city in self._library.cities.values() for alias, town_id in aliases(city)}
        return Entities(places, self._library.laws.names)

    @cached_property
    def _town_names(self) -> dict[str, str]:
        return {town.id: town.name for city in self._library.cities.values() for town in city.towns}


def _only_day(entities: Sequence[Entity], today: date) -> Day | None:
    """The one past day or month named; None where there are several, or it is vague."""
    spans = [_span(entity) for entity in entities if entity.kind == "date"]
    if len(spans) != 1:
        return None
    first, precision = spans[0]
    if first > today or precision not in ("day", "month"):
        return None
    return Day(first, known_day=precision == "day")


def _span(entity: Entity) -> tuple[date, str]:
    if isinstance(entity.value, str):
        return date.fromisoformat(entity.value), "day"
    return date.fromisoformat(entity.value["start"]), entity.value["precision"]


def _only_amount(entities: Sequence[Entity]) -> Decimal | None:
    amounts = [entity.value for entity in entities if entity.kind == "money"]
    return amounts[0] if len(amounts) == 1 else None
