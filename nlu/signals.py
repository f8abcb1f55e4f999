"""Words whose meaning must not depend on a model: a person wished for or refused, a bare choice."""

from __future__ import annotations

import re
from typing import Literal

Signal = Literal["ask_human", "deny", "choose"]

_PERSON = re.compile(
    r"转人工|人工(?:客服|服务|坐席|座席|接听)|^人工$|真人|(?:找|换|要|叫|跟|和|转)(?:个|一个|位|一位)?(?:活人|工作人员|客服|人来|人聊|人说|人谈)|"
    r"不(?:想)?(?:跟|和|要)机器人|别(?:让|用)机器人|我要(?:找)?人工|转(?:接)?(?:客服|律师|坐席|工作人员)"
)
_NO_PERSON = re.compile(r"(?:不要|不用|不需要|别|先不)(?:给我|帮我)?(?:转人工|找真人|转接)")
_OTHER_WORDS = re.compile(r"人工(?:智能|费|成本|授精|流产)")
_CHOICE = re.compile(r"(?:选|我选|选择)?(?:第)?[1-4一二三四](?:个|项|种|条)?[。.，、!！]?")


def signal(text: str) -> Signal | None:
    """The signal in normalised words, or None."""
    if _NO_PERSON.search(text):
        return "deny"
    if _PERSON.search(text) and not _OTHER_WORDS.search(text):
        return "ask_human"
    if _CHOICE.fullmatch(text.strip()):
        return "choose"
    return None
