"""What is written into a field, checked and put in order (填写内容的核对); every fault says how to mend it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from knowledge.forms import Field, Values
from knowledge.legal_aid import yuan
from nlu.amounts import amounts
from nlu.mask import is_identity_number, is_old_identity_number
from nlu.numerals import parse_numeral

MOST_NAME = 40
MOST_MONEY = 10**11
_DOTS = dict.fromkeys(map(ord, "•・‧⋅∙.。﹒\u2024"), "·")
_PAPERS: Mapping[str, tuple[str, str]] = {
    "home_return": (r"[HM][0-9]{8}(?:[0-9]{2})?", "港澳居民来往内地通行证是 H 或 M 加 8 位数字"),
    "taiwan": (r"[0-9]{8}(?:[0-9]{2})?", "台湾居民来往大陆通行证是 8 位数字"),
    "permanent": (r"[A-Z]{3}[0-9]{12}", "旧版外国人永久居留身份证是 3 个字母加 12 位数字"),
    "passport": (r"[A-Z0-9]{5,20}", "护照号码是字母和数字"),
}
_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|(?:852|853)?[2-9][0-9]{7}|\+[1-9][0-9]{7,14}")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:月|[-/.月][0-9]{1,2}日?)?")
_NOTHING = re.compile(r"没(?:有)?(?:任何|什么)?(?:收入|钱|工作)?|无(?:收入)?|零收入")
_AROUND_NUMBERS = re.compile(
    r"[一每全]年|年收入|年薪|[每一]个?月|月薪|月收入|全家|家里|收入|大约|大概|左右|共|约|元|块钱?|：|:|是|[\s()]+"
)
_BETWEEN_NUMBERS = re.compile(r"[、；;/＋+和]|[,，](?![0-9]{3}(?![0-9]))|[,，](?<![0-9][,，])|\s+")
_MOST_MONTHS = 12


class Fault(Exception):
    """What is wrong with what was written; the text is for the citizen."""


@dataclass(frozen=True, slots=True)
class Income:
    """A household's income: yuan a month, and the sum that led to it."""

    monthly: Decimal
    sum: str


def checked(field: Field, written: str, values: Values) -> str:
    """What is kept of an answer; raises Fault. "" where nothing is written and nothing has to be."""
    text = written.strip() if field.kind == "long_text" else " ".join(written.split())
    if not text:
        if field.required:
            raise Fault("请选一个" if field.kind in ("choice", "yes_no") else "这一项要填")
        return ""
    return _CHECKS.get(field.kind, _words)(field, text, values)


def _words(field: Field, text: str, _: Values) -> str:
    if len(text) > field.most:
        raise Fault(f"最多 {field.most} 字，现在有 {len(text)} 字")
    return text


def _choice(field: Field, text: str, _: Values) -> str:
    if text not in {option.value for option in field.options}:
        raise Fault("请从列出的里面选一个")
    return text


def _yes_no(_: Field, text: str, __: Values) -> str:
    if text not in ("yes", "no"):
        raise Fault("请选“是”或者“不是”")
    return text


def _date(_: Field, text: str, __: Values) -> str:
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    try:
        return date(*map(int, found.groups())).isoformat() if found else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> str:
    raise Fault("日期请写成 2026-12-31 这样")


def _number(field: Field, text: str, _: Values) -> str:
    plain = re.sub(r"[个口人]+$", "", unicodedata.normalize("NFKC", text))
    try:
        number = int(parse_numeral(plain))
    except ValueError:
        number = field.least - 1
    if not field.least <= number <= field.most:
        raise Fault(f"请写 {field.least} 到 {field.most} 之间的数")
    return str(number)


def _decimal(field: Field, text: str, _: Values) -> str:
    plain = re.sub(r"(?:小时|个|天)+$", "", unicodedata.normalize("NFKC", text))
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Fault("请写数字，例如 12 或者 1.5") from None
    if not (number.is_finite() and 0 <= number <= field.most):
        raise Fault(f"请写 0 到 {field.most} 之间的数")
    return f"{number:f}"


def _money(_: Field, text: str, __: Values) -> str:
    amount = _yuan(unicodedata.normalize("NFKC", text))
    if amount > MOST_MONEY:
        raise Fault("数太大了，请再核对")
    return f"{amount:f}"


def _month(_: Field, text: str, __: Values) -> str:
    found = _MONTH.fullmatch(unicodedata.normalize("NFKC", text).replace(" ", ""))
    try:
        return f"{date(int(found[1]), int(found[2]), 1):%Y-%m}" if found else _no_month()
    except ValueError:
        return _no_month()


def _no_month() -> str:
    raise Fault("年月请写成 1970-05 这样")


def _name(_: Field, text: str, __: Values) -> str:
    """As written; only the dots between the parts of a name are made one."""
    name = text.translate(_DOTS)
    letters = all(unicodedata.category(c)[0] in "LM" or c in "· -'’" for c in name)
    if not letters or not any(unicodedata.category(c)[0] == "L" for c in name):
        raise Fault("姓名里只能有文字和间隔号“·”")
    if len(name) > MOST_NAME:
        raise Fault(f"姓名最多 {MOST_NAME} 个字")
    return name


def _paper_number(_: Field, text: str, values: Values) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    kind = values.get("paper", "resident")
    if kind == "resident":
        if is_old_identity_number(number):
            raise Fault("这是 15 位的旧号码，请写现在身份证上的 18 位号码")
        if not is_identity_number(number):
            raise Fault("身份证号码不对，请对照证件再核对一遍（18 位，最后一位可能是 X）")
        return number
    shape, said = _PAPERS[kind]
    if not re.fullmatch(shape, number):
        raise Fault(f"号码不对：{said}")
    return number


def _phone(_: Field, text: str, __: Values) -> str:
    number = re.sub(r"[\s()-]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86").removeprefix("0086")
    if not _PHONE.fullmatch(number):
        raise Fault("电话号码不对，请写手机号，或者带区号的座机号；港澳的写 8 位号码")
    return number


def _income(_: Field, text: str, values: Values) -> str:
    income_of(text, values.get("income_period", "month"))
    return text


_CHECKS: Mapping[str, Callable[[Field, str, Values], str]] = {
    "choice": _choice,
    "yes_no": _yes_no,
    "date": _date,
    "month": _month,
    "number": _number,
    "decimal": _decimal,
    "money": _money,
    "name": _name,
    "paper_number": _paper_number,
    "phone": _phone,
    "income": _income,
}


def income_of(text: str, period: str) -> Income:
    """Yuan a month out of "6500", "2800、0、5200" or "一年三万六"; raises Fault.

    A year that is said goes before what was chosen.
    """
    plain = unicodedata.normalize("NFKC", text)
    by_year = period == "year" or re.search(r"[一每全]年|年收入|年薪", plain) is not None
    pieces = [piece for piece in _BETWEEN_NUMBERS.split(plain) if _AROUND_NUMBERS.sub("", piece)]
    numbers = [_yuan(piece) for piece in pieces]
    if not numbers:
        raise Fault("请写出收入是多少；没有收入写 0")
    if len(numbers) > _MOST_MONTHS or (by_year and len(numbers) > 1):
        raise Fault("请只写一年一共的数，或者每月一个数，最多十二个月")
    if by_year:
        monthly = numbers[0] / 12
        return Income(monthly, f"一年 {yuan(numbers[0])} 元 ÷ 12 = 每月 {yuan(monthly)} 元")
    if len(numbers) > 1 and period == "month":
        raise Fault("写了几个数：是几个人的，请加起来写全家一个数；是几个月的，上面请改选“最近六个月不一样”")
    if len(numbers) == 1:
        if period == "months" and numbers[0]:
            raise Fault("请每月写一个数，用顿号隔开；只有一个数的，上面请改选“每个月大约一个数”")
        return Income(numbers[0], f"每月 {yuan(numbers[0])} 元")
    monthly = sum(numbers, Decimal(0)) / len(numbers)
    added = " ＋ ".join(yuan(number) for number in numbers)
    return Income(monthly, f"（{added}）÷ {len(numbers)} = 每月 {yuan(monthly)} 元")


def _yuan(piece: str) -> Decimal:
    if _NOTHING.fullmatch(piece.strip()):
        return Decimal(0)
    number = _AROUND_NUMBERS.sub("", piece)
    found = amounts(f"收入{number}元")
    if len(found) != 1 or found[0].yuan is None or found[0].end - found[0].start != len(number) + 1:
        raise Fault(f"“{piece.strip()[:20]}”看不出是多少，请写成数字，例如 6500")
    return found[0].yuan
