"""Chinese numerals (中文数字) and integers.

`parse_numeral` reads what people write: 一百一十, 一千零二, 二〇二三, 伍仟, 38, and the spoken short forms
一百五 (150), 三千五 (3,500), 一万二 (12,000). `to_chinese` writes the one form that laws use for article numbers.
"""

from __future__ import annotations

LARGEST = 9999

_WRITTEN = "零一二三四五六七八九"
_DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇○", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for character in characters
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
NUMERAL_CHARACTERS = "".join([*_DIGITS, *_UNITS, "万亿"])


def parse_numeral(text: str) -> int:
    """The number that `text` writes; ValueError where it writes none."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text and all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    return _by_myriads(text, (("亿", 10**8), ("万", 10**4)))


def _by_myriads(text: str, units: tuple[tuple[str, int], ...]) -> int:
    if not units:
        return _below_myriad(text)
    (unit, size), smaller = units[0], units[1:]
    head, found, tail = text.partition(unit)
    if not found:
        return _by_myriads(text, smaller)
    high = _by_myriads(head, smaller) * size
    if not tail:
        return high
    if len(tail) == 1 and _DIGITS.get(tail, 0):
        return high + _DIGITS[tail] * size // 10
    return high + _by_myriads(tail, smaller)


def _below_myriad(text: str) -> int:
    total, unit, digit = 0, 10_000, -1
    for character in text:
        if character in _DIGITS:
            if digit > 0:
                raise ValueError(f"no numeral: {text!r}")
            digit = _DIGITS[character]
            unit = 10 if digit == 0 else unit
        elif character in _UNITS and (_UNITS[character] < unit or digit == 0 == total):
            unit = _UNITS[character]
            total += (digit if digit > 0 else 1) * unit
            digit = -1
        else:
            raise ValueError(f"no numeral: {text!r}")
    if not text or unit == 10_000:
        raise ValueError(f"no numeral: {text!r}")
    return total + max(digit, 0) * unit // 10


def to_chinese(number: int) -> str:
    """The numeral of 0 to 9999 as laws write it: 十二, 一百一十, 一千零二; ValueError beyond."""
    if not 0 <= number <= LARGEST:
        raise ValueError(f"out of range: {number}")
    if number < 10:
        return _WRITTEN[number]
    written = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += _WRITTEN[digit] + name
        elif written and not written.endswith("零"):
            written += "零"
    written = written.rstrip("零")
    return written[1:] if written.startswith("一十") else written
