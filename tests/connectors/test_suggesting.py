"""What of a conversation is asked for suggestions."""

from __future__ import annotations

from connectors.conversations import BOT, CITIZEN, PERSON, Author, Message
from connectors.suggesting import told_by_citizen


def said(author: Author, text: str) -> Message:
    return Message(1, "c", author, 0.0, text)


def test_wishes_and_thanks_tell_nothing_of_the_matter_and_short_words_may() -> None:
    talk = [
        said(CITIZEN, "房东不退押金"),
        said(BOT, "可以要回没有理由扣的部分"),
        said(CITIZEN, "转人工"),
        said(PERSON, "您好，押金条还在吗？"),
        said(CITIZEN, "好的"),
        said(CITIZEN, "谢谢"),
        said(CITIZEN, "在，是手写的"),
        said(CITIZEN, "1"),
    ]
    assert told_by_citizen(talk) == "房东不退押金\n在，是手写的"
