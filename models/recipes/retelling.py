"""A question as somebody else might tell it: at length, as speech without marks, or with slips."""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nlu.normalise import normalise
from nlu.questions import asks
from nlu.sounds import syllable

STORIES, SPOKEN, MISSPELT = 0.3, 0.13, 0.24
"""Shares of the questions that are told at length, as speech without marks, or with slips."""
CHARACTERS_PER_SLIP = 6
MOST_TOLD = 3
LEAST_USED = 5
"""A character that is rarer is nobody's slip."""
SMALL_TALK = Path(__file__).with_name("small_talk.txt")
_SENTENCES = re.compile(r"[^。！？!?；;\n]{6,}")
_HESITATIONS = ("那个", "就是", "嗯", "然后", "就是说", "这个")


def small_talk() -> list[str]:
    """What people say around their question."""
    return SMALL_TALK.read_text(encoding="utf-8").split("\n")


def telling(stories: Iterable[str]) -> list[str]:
    """The sentences of stories that ask nothing."""
    return [one for story in stories for one in _SENTENCES.findall(story) if not asks(normalise(one).text)]


def after_telling(question: str, told: Sequence[str], chance: random.Random) -> str:
    """A question after one to MOST_TOLD sentences of a story, as people ask; as it is where there are none."""
    if not told:
        return question
    first = chance.randrange(len(told))
    return "，".join([*told[first : first + chance.randint(1, MOST_TOLD)], question])


def sounding_alike(texts: Iterable[str]) -> dict[str, list[str]]:
    """Characters in use that sound like each other, by syllable."""
    used = Counter(character for text in texts for character in text if syllable(character))
    alike: dict[str, list[str]] = defaultdict(list)
    for character, count in used.items():
        if count >= LEAST_USED:
            alike[syllable(character)].append(character)
    return alike


def retold(text: str, talk: Sequence[str], alike: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """The question as somebody else might tell it: among small talk, as speech, or with slips."""
    luck = chance.random()
    if luck < STORIES:
        before, after = chance.sample(talk, chance.randint(0, 4)), chance.sample(talk, chance.randint(0, 2))
        return "，".join([*before, text.rstrip("。？?"), *after])
    if luck < STORIES + SPOKEN:
        pieces = [piece for piece in text.replace("？", "，").replace("。", "，").split("，") if piece]
        return "".join(f"{chance.choice(_HESITATIONS) if chance.random() < 0.5 else ''}{piece}" for piece in pieces)
    if luck < STORIES + SPOKEN + MISSPELT and len(text) > 6:
        return _misspelt(text, alike, chance)
    return text


def _misspelt(text: str, alike: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """Some characters for others that sound alike, or one left out."""
    letters = list(text)
    for at in chance.sample(range(len(letters)), 1 + len(letters) // CHARACTERS_PER_SLIP):
        letters[at] = chance.choice(alike.get(syllable(letters[at])) or [""])
    return "".join(letters)
