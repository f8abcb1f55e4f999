"""Private numbers (个人号码): found with their kind, and masked for logs and lists.

Identity papers of Hong Kong, Macao, Taiwan and foreigners and telephones of other places are among them. Spaces and
dashes between digits and full-width digits are read through. Money, dates, articles, case numbers and
short public numbers such as 12348 are never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

PrivateKind = Literal["phone", "id_number", "bank_card"]

MASKS: dict[PrivateKind, str] = {"phone": "【手机号】", "id_number": "【身份证号】", "bank_card": "【银行卡号】"}


@dataclass(frozen=True, slots=True)
class PrivateNumber:
    """A number at text[start:end]; `digits` without separators, X in capitals.

    `valid` is False for an identity number whose checksum is wrong: still private, but not to be relied upon.
    """

    kind: PrivateKind
    start: int
    end: int
    digits: str
    valid: bool = True


def mask(text: str) -> str:
    """The text with 【手机号】, 【身份证号】 and 【银行卡号】 in the place of the numbers."""
    masked, done = "", 0
    for number in private_numbers(text):
        masked += text[done : number.start] + MASKS[number.kind]
        done = number.end
    return masked + text[done:]


def private_numbers(text: str) -> list[PrivateNumber]:
    """All private numbers, in order and without overlap."""
    folded = text.translate(_FOLDED)
    found = [number for chain in _CHAIN.finditer(folded) for number in _in_chain(chain)]
    taken = {index for number in found for index in range(number.start, number.end)}
    landlines = (number for number in _landlines(folded) if taken.isdisjoint(range(number.start, number.end)))
    papers = [number for number in _papers(folded) if taken.isdisjoint(range(number.start, number.end))]
    taken |= {index for number in papers for index in range(number.start, number.end)}
    landlines = (number for number in landlines if taken.isdisjoint(range(number.start, number.end)))
    kept = (number for number in [*found, *papers, *landlines] if not _is_money(folded, number))
    return sorted(kept, key=lambda number: number.start)


_FOLDED = {0xFF10 + digit: ord("0") + digit for digit in range(10)} | {
    0xFF38: "X",
    0xFF58: "x",
    0xFF0D: "-",
    0xFF0B: "+",
    0x3000: " ",
    0xFF08: "(",
    0xFF09: ")",
    **dict.fromkeys([0xA0, *range(0x2000, 0x200B)], " "),
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
}
_CHAIN = re.compile(r"(?<![0-9.])[0-9]+(?:[ -]{1,3}[0-9]+)*(?: ?-? ?[Xx](?![A-Za-z0-9]))?(?!\.[0-9])")
_GROUP = re.compile(r"[0-9]+|[Xx]")
_LANDLINE = re.compile(
    r"(?<![0-9.])\(?(?P<area>0(?:10|2[0-57-9]|[3-9][0-9]{2}))\)?[ -]{0,2}"
    r"(?P<local>[1-9][0-9]{2,3}[ -]?[0-9]{4})(?:(?:-|转)[0-9]{1,6})?(?![0-9])"
)
_LABELLED = re.compile(
    r"(?:电话|座机|固话|致电|联系方式|号码)[号是为:： ]{0,3}(?P<local>[2-8][0-9]{2,3}[ -]?[0-9]{4})(?![0-9])"
)
_MONEY_BEFORE = re.compile(r"(?:[¥￥$]|人民币|RMB|rmb) ?$")
_MONEY_AFTER = re.compile(r" ?(?:元|块|圆|万|亿|角|美元|港币|RMB|rmb|\.[0-9])")
_MOBILE = re.compile(r"(?:(?:00)?86)?1[3-9][0-9]{9}")
_MOBILE_SHAPES = frozenset({(11,), (3, 4, 4), (3, 8), (7, 4), (4, 3, 4), (3, 3, 5), (3, 5, 3), (1,) * 11})
_IDENTITY = re.compile(r"[1-9][0-9]{5}(?P<born>[0-9]{8})[0-9]{3}[0-9X]")
_OLD_IDENTITY = re.compile(r"(?:[1-6][1-9]|50)[0-9]{4}(?P<born>[0-9]{6})[0-9]{3}")
_LETTERED = re.compile(
    r"(?<![A-Za-z0-9])(?P<number>"
    r"[HMhm][0-9]{8}(?:[0-9]{2})?"  # 港澳居民来往内地通行证（回乡证）
    r"|[A-Za-z]{1,2} ?[0-9]{6} ?\([0-9Aa]\)"  # 香港身份证
    r"|[1578]/?[0-9]{6}/[0-9]|[1578][0-9]{6}\([0-9]\)"  # 澳门身份证
    r"|[A-Za-z][12][0-9]{8}"  # 台湾身份证
    r"|(?:[A-Za-z]{3})[0-9]{12}"  # 外国人永久居留身份证（旧）
    r"|[EGDKegdk](?:[0-9]{8}|[A-Za-z][0-9]{7})"  # 护照、往来港澳通行证
    r")(?![A-Za-z0-9])"
)
_NAMED_PAPER = re.compile(
    r"(?:护照|通行证|台胞证|回乡证|居留证|居住证|身份证|证件)(?:号码?)?[是为:： ]{0,3}"
    r"(?P<number>[A-Za-z]{0,3}[0-9]{6,12}(?:\([0-9A-Za-z]\))?)"
    r"(?![A-Za-z0-9])"
)
_ABROAD = re.compile(
    r"(?<![0-9])(?:\+|00)(?!86|0)[1-9][0-9]{0,2}[ -]?(?:\(?[0-9]{1,4}\)?[ -]?){1,4}[0-9]{2,4}(?![0-9])"
)
_CARD = re.compile(r"[3-69][0-9]{15,18}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_LONGEST = 19
_IDENTITY_GROUPS = 4


@dataclass(frozen=True, slots=True)
class _Group:
    digits: str
    start: int
    end: int


def _in_chain(chain: re.Match[str]) -> Iterator[PrivateNumber]:
    """The longest numbers that whole groups of a chain add up to."""
    groups = [_Group(m[0].upper(), m.start(), m.end()) for m in _GROUP.finditer(chain.string, *chain.span())]
    first = 0
    while first < len(groups):
        number, used = _longest(groups[first : first + _LONGEST])
        if number:
            yield number
        first += used


def _longest(groups: list[_Group]) -> tuple[PrivateNumber | None, int]:
    """The longest number at the head of `groups`, and how many groups it takes; one group where there is none."""
    for count in range(len(groups), 0, -1):
        number = _classified(groups[:count])
        if number:
            return number, count
    return None, 1


def _classified(groups: list[_Group]) -> PrivateNumber | None:
    digits = "".join(group.digits for group in groups)
    start, end = groups[0].start, groups[-1].end
    if is_identity_number(digits) or is_old_identity_number(digits):
        return PrivateNumber("id_number", start, end, digits)
    if _CARD.fullmatch(digits) and is_luhn(digits) and _card_shaped(groups):
        return PrivateNumber("bank_card", start, end, digits)
    if _MOBILE.fullmatch(digits) and _mobile_shaped(groups):
        return PrivateNumber("phone", start, end, digits[-11:])
    if _looks_like_identity(digits) and len(groups) <= _IDENTITY_GROUPS:
        return PrivateNumber("id_number", start, end, digits, valid=False)
    return None


def _card_shaped(groups: list[_Group]) -> bool:
    sizes = [len(group.digits) for group in groups]
    return len(sizes) == 1 or all(size == 1 for size in sizes) or (set(sizes[:-1]) == {4} and sizes[-1] <= 4)


def _mobile_shaped(groups: list[_Group]) -> bool:
    first, *others = (len(group.digits) for group in groups)
    country = first + sum(others) - 11
    return tuple(others if first == country else [first - country, *others]) in _MOBILE_SHAPES


def _landlines(folded: str) -> Iterator[PrivateNumber]:
    for match in _LANDLINE.finditer(folded):
        yield PrivateNumber("phone", match.start(), match.end(), match["area"] + re.sub(r"\D", "", match["local"]))
    for match in _LABELLED.finditer(folded):
        yield PrivateNumber("phone", *match.span("local"), re.sub(r"\D", "", match["local"]))


def _is_money(folded: str, number: PrivateNumber) -> bool:
    before = _MONEY_BEFORE.search(folded, max(0, number.start - 5), number.start)
    return bool(before or _MONEY_AFTER.match(folded, number.end))


def is_identity_number(digits: str) -> bool:
    """Whether 18 characters are a resident identity number: a real day of birth, the check of GB 11643."""
    if not _looks_like_identity(digits):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits[:17], strict=True))
    return _CHECK_CHARACTERS[total % 11] == digits[17]


def is_old_identity_number(digits: str) -> bool:
    """Whether 15 digits are an identity number as given until 1999, which has no check: region, day of birth."""
    match = _OLD_IDENTITY.fullmatch(digits)
    return match is not None and _is_day(f"19{match['born']}")


def _papers(folded: str) -> Iterator[PrivateNumber]:
    """Papers that begin with letters or are named before their number, and telephones with a country's code."""
    end = 0
    matches = (match for pattern in (_LETTERED, _NAMED_PAPER) for match in pattern.finditer(folded))
    for match in sorted(matches, key=lambda match: match.span("number")):
        if match.start("number") >= end:
            end = match.end("number")
            written = re.sub(r"[^0-9A-Z]", "", match["number"].upper())
            yield PrivateNumber("id_number", *match.span("number"), written)
    for match in _ABROAD.finditer(folded):
        yield PrivateNumber("phone", *match.span(), "+" + re.sub(r"\D", "", match[0]).removeprefix("00"))


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return False
    return True


def _looks_like_identity(digits: str) -> bool:
    match = _IDENTITY.fullmatch(digits)
    if not match or not 1900 <= int(match["born"][:4]) <= 2099:
        return False
    return _is_day(match["born"])


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of a bank card."""
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
