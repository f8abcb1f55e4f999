"""The conversations of tests/dialogues, through the real assistant."""

from __future__ import annotations

import functools
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.assistant import Assistant, Question
from bot.outcomes import BESIDE, Reply
from tests.conftest import TODAY

FOLDER = Path(__file__).parents[1] / "dialogues"
DIALOGUES = [
    pytest.param(dialogue["turns"], id=f"{path.stem}: {dialogue['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for dialogue in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("turns", DIALOGUES)
async def test_dialogue(turns: list[dict[str, Any]], assistant: Assistant) -> None:
    conversation, state = secrets.token_urlsafe(16), None
    for turn in turns:
        result = await assistant.reply(Question(conversation, turn["say"], TODAY), state)
        state = result.state
        check(turn, result.reply)


def check(turn: dict[str, Any], reply: Reply) -> None:
    said = f"{turn['say']!r} -> {reply.outcome} {reply.entry} {reply.confidence}: {reply.text}"
    for field in ("outcome", "domain", "entry", "matter"):
        if field in turn:
            assert getattr(reply, field) == turn[field], said
    if "person" in turn:
        assert (reply.handoff is not None) is turn["person"], said
    if "about_case" in turn:
        assert reply.asks_about_case is turn["about_case"], said
    if "offers" in turn:
        assert set(turn["offers"]) <= {offer.page or offer.says for offer in reply.offers}, said
    for pattern in turn.get("mentions", ()):
        assert re.search(pattern, reply.text), said
    near = [section.text for one in (reply, *reply.parts) for section in one.sections if section.name == BESIDE]
    own = functools.reduce(lambda text, beside: text.replace(beside, ""), near, reply.text)
    for pattern in turn.get("avoids", ()):
        assert not re.search(pattern, own), said
