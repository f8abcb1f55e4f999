"""Facts that decide (要紧情况): which of a matter's branches holds for this citizen, as heard in what they said.

An entry lists them in `knowledge/facts/<domain>.yaml`: a question in plain words, and for each answer how people say it
and what then holds. The last thing said counts, so that a correction replaces what was said before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from knowledge.records import DecidingFact, Entry, FactOption
from nlu.normalise import normalise


@dataclass(frozen=True, slots=True)
class Decided:
    """A fact that was told, with what then holds; `now`: in the last words."""

    fact: DecidingFact
    option: FactOption
    now: bool


def decided(entry: Entry, said: Sequence[str]) -> list[Decided]:
    """The entry's facts that these words tell, the present words last; what is told both ways at once is not told."""
    texts = [normalise(text).text for text in said]
    found = []
    for fact in entry.facts:
        for back, text in enumerate(reversed(texts)):
            options = heard(fact, text)
            if options:
                if len(options) == 1:
                    found.append(Decided(fact, options[0], back == 0))
                break
    return found


def undecided(entry: Entry, said: Sequence[str], asked: Sequence[str]) -> DecidingFact | None:
    """The first fact that these words do not touch and that was not asked (by its question) before.

    What is told both ways, like the ages of two children, is not asked again.
    """
    texts = [normalise(text).text for text in said]
    open_ = (fact for fact in entry.facts if fact.ask not in asked and not fact.only_heard)
    return next((fact for fact in open_ if not any(heard(fact, text) for text in texts)), None)


def open_facts(entry: Entry, text: str) -> list[str]:
    """The questions that a text leaves open."""
    known = {one.fact.ask for one in decided(entry, (text,))}
    return [fact.ask for fact in entry.facts if fact.ask not in known and not fact.only_heard]


def heard(fact: DecidingFact, text: str) -> list[FactOption]:
    """The options that a normalised text tells; the words of a button tell that one alone."""
    tapped = [option for option in fact.options if normalise(option.says).text == text]
    return tapped or [option for option in fact.options if tells(option, text)]


def tells(option: FactOption, text: str) -> bool:
    """Whether one of the option's patterns is found in a normalised text."""
    return any(_pattern(words).search(text) for words in option.heard)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)
