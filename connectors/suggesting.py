"""Suggestions for whoever sits at the desk: what the assistant makes of a citizen's words, or why there is nothing."""

from __future__ import annotations

import asyncio
import time

from bot.outcomes import Reply
from bot.suggestions import Suggestions
from connectors.conversations import CITIZEN, MOST_CHARACTERS, Message
from connectors.errors import NotNow
from connectors.readiness import Readiness
from knowledge.clock import local_day
from nlu.normalise import normalise
from nlu.signals import is_courtesy, signal

SUGGEST_S = 5.0
"""Seconds for suggestions; the work goes on without."""
_ALWAYS_ASKED = (("date", "什么时候"), ("money", "多少钱"), ("place", "在哪个镇街"), ("phone", "电话"))


class Suggesting:
    """Asks the assistant; while models load, or when it takes too long, nothing comes but a note."""

    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    async def of(self, words: str) -> tuple[Suggestions, str]:
        """The suggestions for some words, and a note where there are none for a reason of ours."""
        if not words:
            return Suggestions(), ""
        try:
            asked = self._readiness.require().suggest(words, local_day(time.time()))
            return await asyncio.wait_for(asked, SUGGEST_S), ""
        except (NotNow, TimeoutError) as error:
            return Suggestions(), str(error) or "建议这次没有出来"

    async def answer(self, entry: str, words: str) -> Reply | None:
        """The answer of one entry to some words; None where there is none, or models still load."""
        try:
            return await self._readiness.require().answer_of(entry, words, local_day(time.time()))
        except NotNow:
            return None


def known_facts(suggestions: Suggestions) -> list[tuple[str, list[str]]]:
    """What is known of each thing that is always asked, by its name: the words, none where it was not said."""
    return [(name, [fact.words for fact in suggestions.facts if fact.kind == kind]) for kind, name in _ALWAYS_ASKED]


def answered_titles(messages: list[Message]) -> list[str]:
    """What the machine has answered so far, each title once."""
    titles = (message.reply.title for message in messages if message.reply)
    return list(dict.fromkeys(title for title in titles if title))


def told_by_citizen(messages: list[Message]) -> str:
    """What a citizen told of the matter, the last of it where it is long."""
    said = [message.text for message in messages if message.author == CITIZEN and _tells(message.text)]
    return "\n".join(said)[-MOST_CHARACTERS:]


def _tells(text: str) -> bool:
    """Whether words say anything of the matter: "转人工", "好的", "1" do not."""
    words = normalise(text).text
    return len(words) > 1 and signal(words) is None and not is_courtesy(words)
