"""Chinese numerals (中文数字) and integers.

`parse_numeral` reads what people write: 一百一十, 一千零二, 二〇二三, 伍仟, 38, and the spoken short forms
一百五 (150), 三千五 (3,500), 一万二 (12,000). `to_chinese` writes the form that laws use for article numbers.
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


def parse_count(text: str) -> int:
    """How many: as `parse_numeral`, but 三四, 七八 and 零三 are no count; ValueError for them."""
    if len(text) > 1 and not text.isascii() and all(character in _DIGITS for character in text):
        raise ValueError(f"about, or a year: {text!r}")
    return parse_numeral(text)


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
    total, unit, digit, spoken = 0, 10_000, 0, False
    for character in text:
        if _DIGITS.get(character) == 0 and not digit:
            spoken = False
        elif character in _DIGITS and not digit:
            digit = _DIGITS[character]
        elif _UNITS.get(character, unit) < unit:
            unit = _UNITS[character]
            total, digit, spoken = total + (digit or 1) * unit, 0, True
        else:
            raise ValueError(f"no numeral: {text!r}")
    if not total and not digit:
        raise ValueError(f"no numeral: {text!r}")
    return total + digit * (unit // 10 if spoken else 1)


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
