"""Several questions in one message: which of them are sure by themselves, and one reply made of their answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from bot.findings import Finding
from bot.outcomes import Reply
from bot.wording import Wording
from knowledge.records import domain_of
from nlu.questions import split_questions

SURE_PART = 0.6
"""A part of a message is a question of its own from this confidence on: one too many confuses more than one too few."""
MOST_PARTS = 3


def several_questions(text: str, find: Callable[[str], Finding]) -> list[tuple[str, Finding]]:
    """The questions of a message that asks several things, each sure by itself; fewer than two: nothing."""
    texts = split_questions(text)
    if len(texts) < 2:
        return []
    sure: dict[str, tuple[str, Finding]] = {}
    for part in texts:
        found = find(part)
        if found.confidence >= SURE_PART and found.guesses[0].matter == found.matters[0]:
            sure.setdefault(domain_of(found.matters[0]), (part, found))
    return list(sure.values())[:MOST_PARTS] if len(sure) > 1 else []


def answered_together(parts: Sequence[Reply], wording: Wording) -> Reply:
    """One reply made of the answers to two or three questions, in the order in which they were asked."""
    texts = [wording.say("part", number="一二三"[i], title=part.title, text=part.text) for i, part in enumerate(parts)]
    opening = wording.say("several", number="两三"[len(parts) - 2])
    titles = [f"{'一二三'[i]}、{part.title}" for i, part in enumerate(parts)]
    return replace(
        parts[0],
        text="\n\n".join([opening, *texts]),
        lead="\n".join([opening, *titles]),
        citations=tuple(dict.fromkeys(cited for part in parts for cited in part.citations)),
        also_cited=tuple(dict.fromkeys(cited for part in parts for cited in part.also_cited)),
        parts=tuple(replace(part, hits=()) for part in parts),
    )
