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

SUGGEST_S = 5.0
"""Seconds for suggestions; the work goes on without."""
ASKS_NOTHING = 8
"""Words of a citizen shorter than this ("转人工", "好的") say nothing of the matter."""


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


def told_by_citizen(messages: list[Message]) -> str:
    """What a citizen told of the matter, the last of it where it is long."""
    said = [message.text for message in messages if message.author == CITIZEN and len(message.text) >= ASKS_NOTHING]
    return "\n".join(said)[-MOST_CHARACTERS:]
