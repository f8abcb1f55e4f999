"""What is asked on in any matter (通用要点): how long, what it costs, may I call the police; by its track."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from knowledge.records import Record, domain_of
from knowledge.source_files import Source

COMMON = Path(__file__).with_name("common.yaml")


class CommonPoint(Record, frozen=True):
    """How people ask it (patterns over normalised words), and the answer on each track."""

    id: str
    heard: tuple[str, ...]
    say: dict[str, str]


class Common(Record, frozen=True):
    """`tracks`: which domains and matters go to arbitration, to a civil court and so on; the points."""

    tracks: dict[str, tuple[str, ...]]
    points: tuple[CommonPoint, ...]

    def track(self, matter: str) -> str | None:
        """The track of a matter: its own before that of its domain; None where it is on none."""
        names = {name: track for track, names in self.tracks.items() for name in names}
        return names.get(matter) or names.get(domain_of(matter))

    def answer(self, matter: str, text: str) -> str:
        """What to say to normalised words about a matter; "" where they ask nothing common."""
        track = self.track(matter)
        asked = (point for point in self.points if any(_pattern(words).search(text) for words in point.heard))
        return next((point.say[track] for point in asked if track in point.say), "") if track else ""

    @property
    def texts(self) -> Iterator[str]:
        return (text for point in self.points for text in point.say.values())


@cache
def read_common(path: Path = COMMON) -> Common:
    """Raises KnowledgeError."""
    source = Source.read(path)
    found: Common = source.convert(Common, source.data())
    return found


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)
