"""What a conversation remembers between turns: one record, kept in one Rasa slot."""

from __future__ import annotations

from typing import Any, Self

import msgspec

from nlu.mask import mask

SLOT = "context"
MOST_FACTS = 30
MOST_PAST = 5


class Matter(msgspec.Struct, frozen=True, omit_defaults=True):
    """A matter that was spoken of before: its entry, the question that opened it, and what was asked back."""

    entry: str
    question: str
    facts_asked: tuple[str, ...] = ()


class Context(msgspec.Struct, frozen=True, omit_defaults=True):
    """Memory of a conversation (会话记忆).

    `question` is the last legal question; `entry` the entry that answered it, `turns` how often, `point` the point it
    began with,
    `facts_asked` what was asked back about it, `asked_back` whether the last reply did;
    `choices` the matters offered and not yet chosen ("" stands for none of these); `unclear` counts "还是不明白" in a
    row; `handed_over`: nothing legal was asked since a person was called; `facts` what the citizen said;
    `said` the fixed words that were said last;
    `past` the matters before the one in hand, the latest last.
    """

    question: str = ""
    entry: str | None = None
    point: int | None = None
    turns: int = 0
    facts_asked: tuple[str, ...] = ()
    asked_back: bool = False
    choices: tuple[str, ...] = ()
    unclear: int = 0
    person_offered: bool = False
    handed_over: bool = False
    facts: tuple[str, ...] = ()
    said: str = ""
    past: tuple[Matter, ...] = ()

    @classmethod
    def from_slot(cls, value: Any) -> Self:
        return msgspec.convert(value or {}, cls)

    def to_slot(self) -> dict[str, Any]:
        return msgspec.to_builtins(self)  # type: ignore[no-any-return]

    def with_fact(self, text: str) -> Self:
        """With one more thing said, private numbers masked, the oldest forgotten beyond MOST_FACTS."""
        return msgspec.structs.replace(self, facts=(*self.facts, mask(text))[-MOST_FACTS:])

    @property
    def in_hand(self) -> Matter | None:
        return Matter(self.entry, self.question, self.facts_asked) if self.entry else None

    def with_past(self, matter: Matter | None) -> Self:
        """With one more matter to go back to, the oldest forgotten beyond MOST_PAST."""
        if matter is None:
            return self
        others = [one for one in self.past if one.entry != matter.entry]
        return msgspec.structs.replace(self, past=(*others, matter)[-MOST_PAST:])
