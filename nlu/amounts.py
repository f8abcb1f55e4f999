"""Amounts of money (金额) in yuan: 三万八千元, 3.8万, 5k, 两千块, 人民币伍仟元整.

What is about so much (几千块, 三千多, 2到3万, 3,5000元) or in another currency (300万港币) has no value in yuan.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from nlu.numerals import parse_numeral


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at text[start:end]; `yuan` is None where the speaker gives none (几千块, 两三万, 5千美金)."""

    start: int
    end: int
    yuan: Decimal | None


_DIGIT = "零\u3007一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
_HAN = rf"[{_DIGIT}十拾][{_DIGIT}十百千万亿拾佰仟]*(?:点[{_DIGIT}]+[百千万亿]?)?"
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3,4})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_VAGUE = r"(?:好几|几|数|上)[十百千万亿]+|[一二两三四五六七八九]?十几[百千万亿]?"
_COUNTED = r"人名个位公里米平亩斤吨字条次股户家天年月日岁份页册件台辆号%倍度步升套间栋层分钟小时种"
_THINGS = r"地砖玻璃田肉石木牌布表屏电宅去儿走吃住"
_AMOUNT = re.compile(
    rf"(?<![0-9.,第之{_DIGIT}十百千万A-Za-z])(?P<prefix>人民币|[¥￥]|RMB) ?"
    rf"(?P<signed>{_ARABIC}|{_HAN})(?P<signed_scale>[万亿])?"
    r"(?:元整?|圆整?)?"
    rf"|(?<![0-9.,第之{_DIGIT}十百千万亿A-Za-z-])(?:(?P<vague>{_VAGUE})|(?P<han>{_HAN})"
    rf"|(?P<arabic>{_ARABIC})(?P<scale>[百千]?万|[百千亿]|[kKwW](?![A-Za-z0-9]))?"
    rf"(?P<tail>(?:[0-9{_DIGIT}]千[0-9{_DIGIT}]|[0-9{_DIGIT}]+[百千]?)(?![0-9{_COUNTED}]))?)"
    r"(?P<more>[多余来]|左右)?(?P<currency>元人民币|元整?(?![旦素件宵老首月])|圆整?|块钱|块|人民币|RMB|rmb|蚊)?"
    rf"(?:(?<=[块元])零?(?P<jiao>[0-9{_DIGIT}])"
    rf"(?:[角毛](?:(?P<fen>[0-9{_DIGIT}])(?:分|(?![0-9{_DIGIT}十百千万{_COUNTED}])))?|(?<=块.)(?![0-9{_DIGIT}十百千万分{_COUNTED}]))"
    rf"|(?<=[块元])零?(?P<only_fen>[0-9{_DIGIT}])分)?"
)
_SCALES = {"百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "k": 1000, "w": 10**4}
_MONEY_WORD = re.compile(
    r"(?:工资|月薪|底薪|薪水|年薪|日薪|时薪|工钱|人工|月入|每个?月|挣|赚|押金|定金|订金|租金|房租|月租|彩礼|抚养费|赡养费|补偿金?|赔偿金?|罚款|本金|利息"
    r"|借款?|欠款?|转账?|骗|赔|罚|花|付|交|损失|[医药]药?费|价格?|总共|合计|一共|金额|收入)"
    r"(?:我|他|她|了|是|为|共|大概|大约|约|每月|每个月|一个月|只有|才|到|:|：| ){0,3}$"
)
_FOREIGN = (
    r"(?:港[币元纸幣]|港蚊|美[元金刀]|欧元|英镑|日[元圆]|韩[元币]|越南盾|泰[铢珠]|澳门[币元]|澳[币元]|葡币|新?台币|新[币元]|加[币元]"
    r"|马币|卢[布比]|披索|比索|瑞郎|迪拉姆|缅币|外币|虚拟币|比特币|(?:USDT?|HKD|EUR|MOP|TWD|JPY|GBP|KRW|VND|SGD|AUD|CAD)(?![A-Za-z]))"
)
_FOREIGN_AFTER = re.compile(rf" ?(?:元|块|多|余|左右|的|个)?{_FOREIGN}", re.IGNORECASE)
_FOREIGN_BEFORE = re.compile(rf"(?:{_FOREIGN}|HK ?\$|US ?\$|MOP ?\$|NT ?\$|(?<!RMB)[$€£])[ :：]?$", re.IGNORECASE)
_RANGE_BEFORE = re.compile(
    rf"(?:(?<![0-9.第])[0-9]+(?:\.[0-9]+)?|[{_DIGIT}十百千]+)(?:[百千万亿]|[kKwW])?(?:元|块钱?)?(?:到|至|~|～|-|—+|、)$"
)
_BOUND_BEFORE = re.compile(
    r"(?:将?近|接近|快到?|不到|不足|超过|大于|多于|少于|低于|高于|至少|最少|起码|最多|顶多|至多)(?:[赔给退还要付扣罚拿])?(?:人民币)?$"
)
_ABOUT_AFTER = re.compile(rf"左右|上下|(?:到|至|~|～)[0-9{_DIGIT}]+(?:[百千万]|[0-9](?![0-9]*[年月日号]))")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_COUNTS = re.compile(rf"[{_COUNTED}]")
_ROUND_AND_ONE = re.compile(r"[百千万][一两二三四五六七八九]$")
_NOT_MONEY_AFTER = re.compile(rf"[多余来]?[{_COUNTED}]|[-/:.][0-9]|[nN](?![a-zA-Z])|倍|次|电视|显示|分辨率|视频|高清")
_MONEY_WORD_REACH = 14


def amounts(text: str) -> list[Amount]:
    """All amounts in a normalised text, in order; a range (2到3万) or a bound (不到三万) is one, without a value."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(text):
        amount = _amount(match)
        if not amount:
            continue
        if _ABOUT_AFTER.match(text, amount.end) or _BOUND_BEFORE.search(text[: amount.start]):
            amount = Amount(amount.start, amount.end, None)
        if other := _RANGE_BEFORE.search(text[: amount.start]):
            amount = Amount(other.start(), amount.end, None)
            found = [one for one in found if one.end <= amount.start]
        found.append(amount)
    return found


def _amount(match: re.Match[str]) -> Amount | None:
    end = match.end() - _borrowed(match)
    foreign = _FOREIGN_AFTER.match(match.string, end)
    if foreign:
        return Amount(match.start(), foreign.end(), None)
    if before := _FOREIGN_BEFORE.search(match.string[: match.start()]):
        return Amount(before.start(), end, None)
    if not match["prefix"] and not _is_money(match, end):
        return None
    return Amount(match.start(), end, None if match["more"] else _yuan(match, end))


def _borrowed(match: re.Match[str]) -> int:
    """1 where the last numeral counts what follows: 五千一个月."""
    round_number = not match["currency"] and _ROUND_AND_ONE.search(match["han"] or "")
    return 1 if round_number and _COUNTS.match(match.string, match.end()) else 0


def _is_money(match: re.Match[str], end: int) -> bool:
    if match["currency"] in ("块", "蚊"):
        following = match.string[end : end + 1]
        return match["han"] != "一" and (not following or following not in _THINGS)
    if match["currency"]:
        return True
    if _NOT_MONEY_AFTER.match(match.string, end) and not _borrowed(match):
        return False
    number = match["vague"] or match["han"] or ""
    if match["scale"] in ("k", "K", "w", "W") or (match["scale"] or number)[-1:] in ("万", "亿") or "万" in number:
        return True
    large = bool(match["scale"]) or "千" in number
    return (large or bool(match["arabic"])) and _after_money_word(match)


def _after_money_word(match: re.Match[str]) -> bool:
    return bool(_MONEY_WORD.search(match.string[max(0, match.start() - _MONEY_WORD_REACH) : match.start()]))


def _yuan(match: re.Match[str], end: int) -> Decimal | None:
    if match["vague"]:
        return None
    try:
        yuan = (
            _whole(match, end)
            + _decimal(match["jiao"] or "0") / 10
            + _decimal(match["fen"] or match["only_fen"] or "0") / 100
        )
        return yuan.to_integral_value() if yuan == yuan.to_integral_value() else yuan
    except ValueError:
        return None


def _whole(match: re.Match[str], end: int) -> Decimal:
    if match["prefix"]:
        return _decimal(match["signed"]) * _SCALES.get(match["signed_scale"] or "", 1)
    if match["han"]:
        return _decimal(match["han"][: len(match["han"]) - match.end() + end])
    scale = _SCALES.get((match["scale"] or "").lower(), 1)
    return _decimal(match["arabic"]) * scale + _tail(match["tail"] or "0", scale)


def _tail(tail: str, scale: int) -> Decimal:
    """The 8 of 3万8 (8,000), the 8千 of 3万8千, the 8千5 of 3万8千5, the 8000 of 3万8000."""
    if "千" in tail[:-1]:
        return _decimal(tail[0]) * 1000 + _decimal(tail[2]) * 100
    if tail[-1] in _SCALES:
        return _decimal(tail[:-1]) * _SCALES[tail[-1]]
    return _decimal(tail) * (scale // 10 if len(tail) == 1 else 1)


def _decimal(number: str) -> Decimal:
    """ValueError for two numerals run together (两三万) and for commas that part no thousands (3,5000)."""
    if number[0].isascii():
        if "," in number and not _THOUSANDS.fullmatch(number):
            raise ValueError(f"no amount: {number!r}")
        if not number.isascii():
            raise ValueError(f"no amount: {number!r}")
        return Decimal(number.replace(",", ""))
    whole, point, fraction = number.partition("点")
    if not point:
        return Decimal(parse_numeral(whole))
    scale = _SCALES.get(fraction[-1], 1)
    digits = "".join(str(parse_numeral(digit)) for digit in fraction if digit not in _SCALES)
    return Decimal(f"{parse_numeral(whole)}.{digits}") * scale
