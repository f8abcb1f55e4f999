"""What the encoder is never shown: one in FOLDS of the entries, and of the questions of the others.

Ranking, confidence and points are fitted on these, on evidence of the very encoder that ships.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable

from msgspec.structs import replace

from knowledge.library import Library
from knowledge.records import Entry

FOLDS, FOLD = 10, 0


def of_fold(name: str, fold: int = FOLD) -> bool:
    """Whether an entry (by its id) or a question is of a fold; what else there is changes nothing."""
    return zlib.crc32(name.encode()) % FOLDS == fold


def without_fold(library: Library, fold: int) -> Library:
    """The library without one in FOLDS of the entries, and of the questions of the others."""
    entries = {}
    for entry in library.entries.values():
        if not of_fold(entry.id, fold):
            entries[entry.id] = _without_questions(entry, {one for one in entry.questions if of_fold(one, fold)})
    return Library(library.domains, entries, library.digests, library.laws, library.services, library.cities)


def _without_questions(entry: Entry, held_out: Collection[str]) -> Entry:
    def kept(questions: Iterable[str]) -> tuple[str, ...]:
        return tuple(question for question in questions if question not in held_out)

    return replace(
        entry,
        head=replace(entry.head, questions=kept(entry.head.questions)),
        points=tuple(replace(point, ask=kept(point.ask)) for point in entry.points),
        asked=kept(entry.asked),
        stories=kept(entry.stories),
    )
