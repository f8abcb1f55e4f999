"""What was asked and answered as a Word file to take along (法律咨询记录), what is to be done as a list to tick off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bot.outcomes import Reply
from connectors.conversations import BOT, CITIZEN, PERSON, Message
from connectors.word_files import chinese_day, word_file
from knowledge.records import items_of
from nlu.mask import mask

TEMPLATE = "consultation.docx"
MOST_SAID = 80
"""Of the last messages so many are taken along."""
MOST_PLANS = 3
STEPS, PAPERS, LIMITS, PLACES = "怎么办", "准备什么", "时限", "去哪里办"


def consultation(said: Sequence[Message], number: str | None, today: date, own_templates: Path) -> bytes:
    """The record of a conversation: what was said in order, its plans, the articles behind it. Private numbers are
    masked, because a file is passed on.
    """
    answers = [part for message in said if message.reply for part in _answers(message.reply)]
    latest = {answer.title: answer for answer in answers if answer.sections}
    context = {
        "day": chinese_day(today),
        "number": number or "",
        "said": [_line(message) for message in said[-MOST_SAID:] if message.author in _NAMES],
        "plans": [_plan(answer) for answer in list(latest.values())[-MOST_PLANS:]],
        "articles": _articles(answers),
    }
    return word_file((TEMPLATE,), context, own_templates)


_NAMES = {CITIZEN: "问", BOT: "答", PERSON: "工作人员"}


def _line(message: Message) -> dict[str, str]:
    words = (message.reply.lead or message.reply.text) if message.reply else message.text
    return {"who": _NAMES[message.author], "words": mask(words)}


def _answers(reply: Reply) -> Iterator[Reply]:
    yield from reply.parts or (reply,)


def _plan(answer: Reply) -> dict[str, Any]:
    """What is to be done in one matter, item by item."""
    by_name = {section.name: items_of(section.text) for section in answer.sections}
    return {
        "title": answer.title,
        "steps": by_name.get(STEPS, []),
        "papers": by_name.get(PAPERS, []),
        "limits": by_name.get(LIMITS, []),
        "places": by_name.get(PLACES, []),
    }


def _articles(answers: Sequence[Reply]) -> list[str]:
    """Each article that stands behind an answer, once, with its gist."""
    cited = {(one.law, one.article): one for answer in answers for one in (*answer.citations, *answer.also_cited)}
    return [f"《{one.law}》{one.article}{'：' + one.gist if one.gist else ''}" for one in cited.values()]
