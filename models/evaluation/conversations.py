"""How well a conversation keeps its matter: turn by turn over conversations written to measure."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from bot.outcomes import Reply
from models.evaluation.scores import summarise

LOOKS_BACK = 3
"""A reply is no other than one of so many before it only where that was asked for."""
Half = str
TUNING, REPORTED = "tuning", "reported"


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One turn: what is said, and what is expected of the reply; what is not given is not judged."""

    say: str
    matter: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    outcome: str | None = None
    again: bool = False


class JudgedTurn(NamedTuple):
    """One turn with its reply and what was wrong with it."""

    conversation: int
    said: Said
    reply: Reply
    faults: tuple[str, ...]


Conversation = Annotated[tuple[Said, ...], msgspec.Meta(min_length=1)]
Speak = Callable[[Sequence[str]], Awaitable[list[Reply]]]


def read_conversations(path: Path) -> list[Conversation]:
    """The conversations of a file; raises msgspec.ValidationError."""
    return msgspec.yaml.decode(path.read_bytes(), type=list[Conversation])


def half_of(number: int) -> Half:
    """Every other conversation is for looking at, the rest for reporting."""
    return REPORTED if number % 2 else TUNING


async def judge(conversations: Sequence[Conversation], half: Half, speak: Speak) -> list[JudgedTurn]:
    """Every turn of one half."""
    judged: list[JudgedTurn] = []
    for number, conversation in enumerate(conversations):
        if half_of(number) != half:
            continue
        replies = await speak([turn.say for turn in conversation])
        for i, (turn, reply) in enumerate(zip(conversation, replies, strict=True)):
            before = [one.text for one in replies[max(0, i - LOOKS_BACK) : i]]
            judged.append(JudgedTurn(number, turn, reply, tuple(_faults(turn, reply, before))))
    return judged


def report(judged: Sequence[JudgedTurn]) -> dict[str, Any]:
    """Shares of the turns that were judged in each way."""
    columns = {
        "matter": [float("matter" not in one.faults) for one in judged if one.said.matter],
        "mentions": [float("mentions" not in one.faults) for one in judged if one.said.mentions],
        "outcome": [float("outcome" not in one.faults) for one in judged if one.said.outcome],
        "new_words": [float("repeated" not in one.faults) for one in judged],
    }
    means, intervals = summarise({name: values for name, values in columns.items() if values})
    return {"queries": len(judged), "scores": means, "ci95": intervals}


def _faults(turn: Said, reply: Reply, before: Sequence[str]) -> list[str]:
    found = []
    if turn.matter and reply.matter not in turn.matter:
        found.append("matter")
    if not all(re.search(pattern, reply.text) for pattern in turn.mentions):
        found.append("mentions")
    if turn.outcome and reply.outcome != turn.outcome:
        found.append("outcome")
    if reply.text in before and not turn.again:
        found.append("repeated")
    return found
