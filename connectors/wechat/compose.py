"""A reply written for WeChat (微信里的回答): short, whole sentences, within the platform's bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.outcomes import BESIDE, Reply
from bot.wording import Wording
from knowledge.records import first_item, items_of

MOST_BYTES = 2000
"""Of one message; the platform cuts at 2,048 bytes of UTF-8."""
MOST_CHARACTERS = 600
"""Of an answer; more is nobody's reading on a telephone."""
LIMITS = "时限"
_SENTENCE = re.compile(r"[^。！？；\n]*(?:[。！？；]+[”’）]*|\n+|$)")
_WHOLE = re.compile(r"《[^《》]{1,60}》(?:第[^，。；、\s]{1,20})?|[0-9][0-9,.\-:：]*|[A-Za-z]+|.", re.DOTALL)
"""What is never divided: a citation, a number, a word."""


def compose(reply: Reply, wording: Wording, link: str = "", most: int = MOST_BYTES, site: str = "") -> str:
    """One message: what has a first screen as that, with the time limit that bites first and where the rest stands.

    `site` is where pages of ours are reached; without one none are named.
    """
    if reply.link:
        return f"{reply.text}\n{reply.link}"
    text = (
        _answer(reply, wording, link, most, site)
        if reply.lead
        else "".join([reply.text, *_offers(reply, wording, site)])
    )
    return next(iter(split(text, most)), "")


def messages(reply: Reply, wording: Wording, link: str = "", site: str = "") -> list[str]:
    """As many messages as it takes; an answer takes one."""
    if reply.lead or reply.link:
        return [compose(reply, wording, link, site=site)]
    return list(split("".join([reply.text, *_offers(reply, wording, site)]), MOST_BYTES))


def _answer(reply: Reply, wording: Wording, link: str, most: int, site: str) -> str:
    parts = reply.parts or (reply,)
    room = most if reply.outcome == "crisis" else (MOST_CHARACTERS - 100) // len(parts)
    text = "\n\n".join(_part(part, i if len(parts) > 1 else None, room) for i, part in enumerate(parts))
    tail = wording.say("wechat_full", link=link) if link else wording.say("wechat_more")
    for words in _offers(reply, wording, site):
        if len((tail + words).encode()) <= most // 2:
            tail += words
    head = next(iter(split(text, most - len(f"\n\n{tail}".encode()))), "")
    return f"{head}\n\n{tail}"


def _offers(reply: Reply, wording: Wording, site: str) -> list[str]:
    """What more can be done now: words to send, and pages where there is a site."""
    offered = {offer.label: offer for part in (reply.parts or (reply,)) for offer in part.offers}.values()
    said = [wording.say("wechat_offer", label=one.label, says=one.says) for one in offered if one.says]
    return said + [
        wording.say("wechat_page", label=one.label, address=site + one.page) for one in offered if one.page and site
    ]


def _part(part: Reply, number: int | None, room: int) -> str:
    """One answer within `room` characters, and answers near to it; the full page has what does not fit whole."""
    title = f"{'一二三'[number]}、{part.title}\n" if number is not None else ""
    lead = part.lead or part.text
    limit = next((first_item(section.text) for section in part.sections if section.name == LIMITS), "")
    text = title + lead
    if limit and len(text) + len(limit) + 5 <= room:
        text += f"\n\n时限：{limit}"
    for near in _near(part):
        if len(text) + len(near) + 2 <= room:
            text += f"\n\n{near}"
    return text if len(text) <= room + 40 else "".join(_while_fits(sentences(text), room))


def _near(part: Reply) -> list[str]:
    """Answers near to what was asked, where none of them is surely the one."""
    beside = next((section.text for section in part.sections if section.name == BESIDE), "")
    return items_of(beside) if part.point is None and part.danger is None else []


def _while_fits(pieces: Iterator[str], room: int) -> Iterator[str]:
    used = 0
    for piece in pieces:
        used += len(piece)
        if used > room:
            return
        yield piece


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text with their marks; joined they are the text."""
    return (found for found in _SENTENCE.findall(text) if found)


def split(text: str, most: int) -> Iterator[str]:
    """Messages of at most `most` bytes, divided at ends of sentences, never within a character, number or citation."""
    current = ""
    for piece in _pieces(text, most):
        if current and len((current + piece).encode()) > most:
            yield current.strip()
            current = ""
        current += piece
    if current.strip():
        yield current.strip()


def _pieces(text: str, most: int) -> Iterator[str]:
    for sentence in sentences(text):
        if len(sentence.encode()) <= most:
            yield sentence
        else:
            yield from _WHOLE.findall(sentence)
