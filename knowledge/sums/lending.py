"""Sums of money owed (欠款): interest with the ceiling of each period, agreed damages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from knowledge.records import Record
from knowledge.source_files import Source
from knowledge.sums.results import Item, Reckoned, exactly, money, plain

_FILE = Path(__file__).with_name("lpr.yaml")
FOURFOLD_BEGAN = date(2020, 8, 20)
"""民间借贷司法解释第三十一条: from here on four times the LPR, before it the rule of then."""
OLD_CEILING = Decimal(24)
"""Percent a year, of loans before FOURFOLD_BEGAN for the time before it."""
DAYS_A_YEAR = 365
TOO_HIGH = Decimal("1.3")
"""合同编通则解释第六十五条."""
_LOANS = "民间借贷司法解释"


class Rate(Record, frozen=True):
    """一年期贷款市场报价利率 from a day on, percent a year."""

    since: date
    percent: Decimal


class Rates(Record, frozen=True):
    """All rates that were checked, the oldest first; nobody has looked after `known_until`."""

    source: str
    known_until: date
    rates: tuple[Rate, ...]

    def on(self, day: date) -> Decimal | None:
        """The rate of a day, None where it is not known."""
        if day > self.known_until:
            return None
        return next((rate.percent for rate in reversed(self.rates) if rate.since <= day), None)


@cache
def read_rates() -> Rates:
    """From `lpr.yaml`; raises KnowledgeError."""
    source = Source.read(_FILE)
    return source.convert(Rates, source.data())


def told_rate(percent: Decimal) -> Rates:
    """The one rate that somebody gave for the day that counts."""
    return Rates("", date.max, (Rate(date.min, percent),))


class Span(Record, frozen=True):
    """Days that count at one rate (percent a year, None: not known), and what sets it."""

    days: int
    percent: Decimal | None
    why: str
    article: str


def interest(
    principal: Decimal, agreed: Decimal | None, lent: date, until: date, due: date | None, rates: Rates | None = None
) -> Reckoned:
    """民间借贷的利息 to `until`. `agreed`: percent a year, None without any; `due`: the day of repayment."""
    rates = rates or read_rates()
    if agreed is None:
        return _not_agreed(principal, until, due, rates)
    items = tuple(_item(principal, span) for span in spans(agreed, lent, until, rates))
    notes = [
        "本金按实际拿到手的钱算，先扣的“砍头息”不算（民间借贷司法解释第二十六条）；已经付的利息要减去。",
        "没说逾期利率的，到期以后照约定的利率接着算（民间借贷司法解释第二十八条）。",
        *_checked(rates),
    ]
    if any(item.most is None for item in items):
        notes.insert(0, "有一段的 LPR 还不知道，那一段只写算法：填上公布的一年期 LPR 就能算，或者拿它乘以四再比较。")
    return Reckoned(items, tuple(notes))


def spans(agreed: Decimal, lent: date, until: date, rates: Rates) -> list[Span]:
    """The time from the day after lending, cut where another ceiling begins, each with the rate that is protected."""
    article = f"{_LOANS}第二十五条"
    if lent >= FOURFOLD_BEGAN:
        ceiling = _fourfold(rates.on(lent))
        return [_span(agreed, ceiling, (until - lent).days, "合同成立时 LPR 的四倍", article)]
    before = min(until, FOURFOLD_BEGAN - timedelta(days=1))
    found = [
        _span(agreed, OLD_CEILING, (before - lent).days, "2020 年 8 月 19 日以前的上限", f"{_LOANS}第三十一条"),
        _span(agreed, _fourfold(rates.on(until)), (until - before).days, "起诉时 LPR 的四倍", f"{_LOANS}第三十一条"),
    ]
    return [span for span in found if span.days > 0]


def _fourfold(rate: Decimal | None) -> Decimal | None:
    return None if rate is None else rate * 4


def _span(agreed: Decimal, ceiling: Decimal | None, days: int, what: str, article: str) -> Span:
    if ceiling is None:
        return Span(days, None, f"约定 {plain(agreed)}%，上限是{what}", article)
    if agreed <= ceiling:
        return Span(days, agreed, f"约定 {plain(agreed)}%，没有超过{what}（{plain(ceiling)}%）", article)
    return Span(days, ceiling, f"约定 {plain(agreed)}% 超过了{what}，按 {plain(ceiling)}% 算", article)


def _item(principal: Decimal, span: Span) -> Item:
    name = f"利息（{span.days} 天）"
    if span.percent is None:
        said = f"{span.why}；{money(principal)} 元 × 两个里低的那个 ÷ {DAYS_A_YEAR} × {span.days} 天"
        return Item(name, said, None, None, span.article)
    amount = principal * span.percent / 100 * span.days / DAYS_A_YEAR
    said = f"{span.why}；{money(principal)} 元 × {plain(span.percent)}% ÷ {DAYS_A_YEAR} × {span.days} 天"
    return exactly(name, f"{said} = {money(amount)} 元", amount, span.article)


def _not_agreed(principal: Decimal, until: date, due: date | None, rates: Rates) -> Reckoned:
    """Nothing until it was due, then the LPR of then."""
    note = "没有约定利息的，借款期间没有利息（民间借贷司法解释第二十四条）；到期不还的，可以要逾期利息。"
    if due is None or until <= due:
        return Reckoned((), (note, "写了约定的还款日、而且已经过了的，才有逾期利息可算。"))
    days, rate, article = (until - due).days, rates.on(due + timedelta(days=1)), f"{_LOANS}第二十八条"
    name = f"逾期利息（{days} 天）"
    if rate is None:
        said = f"{money(principal)} 元 × 逾期时的一年期 LPR（还不知道）÷ {DAYS_A_YEAR} × {days} 天"
        return Reckoned((Item(name, said, None, None, article),), (note,))
    amount = principal * rate / 100 * days / DAYS_A_YEAR
    said = f"{money(principal)} 元 × {plain(rate)}%（逾期时的一年期 LPR）÷ {DAYS_A_YEAR} × {days} 天"
    return Reckoned((exactly(name, f"{said} = {money(amount)} 元", amount, article),), (note, *_checked(rates)))


def _checked(rates: Rates) -> list[str]:
    """Where the rates are from, and until when somebody has looked; nothing where none is filled in."""
    if not rates.rates:
        return []
    if not rates.source:
        return [f"一年期 LPR 用的是您填的 {plain(rates.rates[0].percent)}%，请和公布的核对。"]
    return [f"一年期贷款市场报价利率（LPR）：{rates.source}，核对到 {rates.known_until.isoformat()}。"]


def agreed_damages(agreed: Decimal, loss: Decimal) -> Reckoned:
    """约定的违约金 beside the loss: raised to it, or, where it is more than TOO_HIGH times it, usually lowered."""
    notes: Sequence[str] = (
        "损失包括履行了可以得到的利益。嫌高的一方要拿证据说明损失没那么大，合同写“不得调整”也可以请求减。",
        "法院还看合同履行了多少、谁的过错大；恶意违约的人请求减少，一般不支持。",
    )
    if agreed < loss:
        said = f"约定 {money(agreed)} 元低于损失 {money(loss)} 元，可以请求增加到损失"
        return Reckoned((exactly("可以要到", said, loss, "民法典第五百八十五条"),), tuple(notes))
    most = loss * TOO_HIGH
    if agreed <= most:
        said = f"约定 {money(agreed)} 元，没有超过损失 {money(loss)} 元的 130%（{money(most)} 元），一般照约定"
        return Reckoned((exactly("一般照给", said, agreed, "民法典第五百八十五条"),), tuple(notes))
    said = f"约定 {money(agreed)} 元超过损失 {money(loss)} 元的 130%（{money(most)} 元），一般会认为过高，可以请求减少"
    item = Item("可能减到", said, loss, most, "合同编通则解释第六十五条")
    return Reckoned((item,), tuple(notes))
