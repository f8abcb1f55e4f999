"""Stories of 100 to 300 characters (tests/evaluation/stories.jsonl) are heard, not turned away."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.assistant import Assistant, Question
from tests.conftest import TODAY

STORIES: list[dict[str, Any]] = [
    msgspec.json.decode(line)
    for line in (Path(__file__).parents[1] / "evaluation" / "stories.jsonl").read_text(encoding="utf-8").splitlines()
]
LEAST_OFFERED = 0.85
"""Share of the stories whose matter is answered or among the choices; figures: models/expected_scores.yaml."""


@pytest.mark.parametrize("story", [pytest.param(story, id=story["id"]) for story in STORIES])
async def test_story_is_not_turned_away(story: dict[str, Any], assistant: Assistant) -> None:
    reply = (await assistant.reply(Question(secrets.token_hex(8), story["text"], TODAY), None)).reply
    assert 100 <= len(story["text"]) <= 300
    assert "没有把握" not in reply.text, (story["id"], reply.text)
    assert reply.outcome in ("answer", "clarify", "crisis"), (story["id"], reply.outcome, reply.confidence)


async def test_most_stories_find_their_matter(assistant: Assistant) -> None:
    found = []
    for story in STORIES:
        reply = (await assistant.reply(Question(secrets.token_hex(8), story["text"], TODAY), None)).reply
        offered = {choice.matter for choice in reply.choices} | {reply.matter} | {part.matter for part in reply.parts}
        found.append(story["matter"] in offered)
    assert sum(found) / len(found) >= LEAST_OFFERED
