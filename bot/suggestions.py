"""What is shown to somebody who listens to a citizen (坐席建议): likely answers, what is known, what to ask next."""

from __future__ import annotations

from typing import Literal

import msgspec

from bot.outcomes import Reply
from knowledge.records import Urgency
from nlu.danger import DangerKind

MOST_SUGGESTED = 3
FactKind = Literal["date", "money", "place", "phone"]


class Suggested(msgspec.Struct, frozen=True):
    """One entry that may answer, with its matter and how probable that is (0 to 1)."""

    entry: str
    title: str
    matter: str
    probability: float


class Fact(msgspec.Struct, frozen=True):
    """A fact that was said, as written; `place` carries the town's id."""

    kind: FactKind
    words: str
    place: str | None = None


class Suggestions(msgspec.Struct, frozen=True):
    """What the words so far suggest. `answer` is that of the first entry; `ask` and the rest belong to its matter.

    `sure`: a citizen would have been answered without asking back. `danger_words` are to be said at once.
    """

    entries: tuple[Suggested, ...] = ()
    answer: Reply | None = None
    sure: bool = False
    danger: DangerKind | None = None
    danger_words: str = ""
    ask: tuple[str, ...] = ()
    urgencies: tuple[Urgency, ...] = ()
    facts: tuple[Fact, ...] = ()
    legal_aid: str | None = None
    mediation: str | None = None
