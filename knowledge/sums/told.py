"""What citizens say of the figures that a sum asks (自己说的数), and what it comes to in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from knowledge.sums import injury, labour, money
from knowledge.sums.results import Reckoned, months_later, plain
from knowledge.sums.results import money as yuan
from nlu.amounts import amounts
from nlu.dates import dates
from nlu.numerals import parse_count
from nlu.periods import Period, periods

NEAR = 12
"""Characters before or after a figure that say what it is."""


@dataclass(frozen=True, slots=True)
class Told:
    """Figures that were said, each None where nothing was; a later word takes the place of an earlier one.

    `monthly` and `income` are wages a month, one's own and of who pays child support; `owed` wages that were not paid,
    or `owed_months` of them; `worked` is how long one worked, in months and days; `paid` is what was paid for goods,
    `grade` that of a work injury, `lent` what somebody borrowed; `food` says
    that the goods are eaten.
    """

    monthly: Decimal | None = None
    income: Decimal | None = None
    owed: Decimal | None = None
    owed_months: int | None = None
    earnest: Decimal | None = None
    price: Decimal | None = None
    start: date | None = None
    end: date | None = None
    worked: tuple[int, int] | None = None
    children: int | None = None
    unsigned: bool | None = None
    paid: Decimal | None = None
    grade: int | None = None
    lent: Decimal | None = None
    food: bool | None = None


NOTHING_TOLD = Told()
_CLAUSES = re.compile(r"[^，。！？!?；;、\n]+")
_OTHERS = r"(?:他|她|对方|前夫|前妻|老公|老婆|男方|女方|孩子爸|孩子他爸|孩子妈)"
_WAGE = r"(?:月薪|底薪|月工资|工资|薪水|人工|收入|月入|包月|每个?月|一个?月|月结)"
_OWED = re.compile(r"欠|拖|没发|不发|没给|不给|未发|唔出|冇出|走数|没结|不结")
_MONTHLY = re.compile(rf"{_WAGE}[^0-9]{{0,6}}$")
_A_MONTH = re.compile(r"^(?:块|元)?(?:钱)?(?:一个?月|每月|/月|的月薪|的工资|底薪)")
_INCOME = re.compile(rf"{_OTHERS}[^，。]{{0,4}}(?:{_WAGE}|挣|赚|赚到|拿)[^0-9]{{0,4}}$")
_EARNEST = re.compile(r"定金[^0-9]{0,6}$")
_EARNEST_AFTER = re.compile(r"^(?:块|元)?(?:钱)?的?定金")
_PRICE = re.compile(r"(?:总价|房价|房款|全款|合同价|车价|一共|总共)[^0-9]{0,5}$")
_PAID = re.compile(r"(?:花|付|用|畀|俾)(?:了|咗|掉)[^0-9]{0,4}$|(?:价格|单价|标价)[^0-9]{0,3}$")
_PAID_AFTER = re.compile(r"^(?:块|元|蚊)?(?:钱)?(?:买|购)")
_LENT = re.compile(r"借(?:了|走|给|去|出|过)*[^，。0-9]{0,6}$")
_LENT_AFTER = re.compile(r"^(?:块|元)?(?:钱)?的?(?:借款|欠条|借条)")
_ROLES: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...] = (
    ("earnest", _EARNEST, _EARNEST_AFTER),
    ("price", _PRICE, None),
    ("income", _INCOME, None),
    ("owed", _OWED, None),
    ("monthly", _MONTHLY, _A_MONTH),
    ("paid", _PAID, _PAID_AFTER),
    ("lent", _LENT, _LENT_AFTER),
)
"""What an amount may be: by the words before it, or after it; the first that holds."""
_STARTED = re.compile(r"入职|进厂|进的厂|进公司|进来|进场|开始(?:上班|做|干|工作)|来(?:上班|这里|公司|厂)|返工|报到")
_ENDED = re.compile(r"离职|辞退|开除|被炒|炒了|解除|走人|走的|最后一天|做到|干到|裁")
_WORKED_BEFORE = re.compile(r"(?:干|做|工作|上班|待|呆|返|打工|入职|来|一起)(?:了|咗|快|满|有|已经|都)*$")
_WORKED_AFTER = re.compile(r"^(?:的)?(?:工龄|老员工|了没|没签|都没签|就(?:被|把))")
_UNSIGNED = re.compile(
    r"(?:没有?|冇|未|不|从来没|一直没)(?:跟我|和我|同我)?(?:签|簽)(?:过|订|了)?(?:劳动|书面)*(?:合同|合約|协议)?|没有?(?:劳动|书面)*合同"
)
_GRADE = re.compile(r"([一二三四五六七八九十]|10|[1-9])级")
_OF_INJURY = re.compile(r"工伤|伤残|评残|评(?:了|上|定|的)|鉴定|劳动能力")
_OTHER_GRADE = re.compile(r"轻伤|重伤|轻微伤|残疾证|医院|甲等|资质|职称")
_FOOD = re.compile(
    r"吃|喝|食品|食物|零食|饮料|牛奶|奶粉|酒(?!店)|菜|肉|饭|面包|蛋糕|水果|月饼|外卖|保健品|餐|海鲜|茶叶"
)
_ONE_EACH = re.compile(r"一(?:儿|子|仔)一女")
_CHILDREN = re.compile(r"([一两二三四1-4])个?(?:孩子|小孩|娃|仔女|细路|儿子|女儿|仔|女)")


def told(said: Sequence[str], today: date) -> Told:
    """The figures in normalised words, the present ones last."""
    found: dict[str, object] = {}
    for text in said:
        found |= {name: value for name, value in _in(text, today).items() if value is not None}
    return Told(**found)  # type: ignore[arg-type]


def _in(text: str, today: date) -> dict[str, object]:
    found: dict[str, object] = {
        "children": _children(text),
        "unsigned": True if _UNSIGNED.search(text) else None,
        "grade": _grade(text),
        "food": True if _FOOD.search(text) else None,
    }
    for clause in _CLAUSES.findall(text):
        found |= _sums_of_money(clause) | _ends_of_work(clause, today) | _lengths(clause)
    return found


def _sums_of_money(clause: str) -> dict[str, object]:
    known = (one for one in amounts(clause) if one.yuan is not None)
    by_role = {_role(clause[: one.start], clause[one.end :]): one.yuan for one in known}
    return {role: value for role, value in by_role.items() if role}


def _ends_of_work(clause: str, today: date) -> dict[str, object]:
    """The first and the last day; of a month named for it, its first and its last."""
    found: dict[str, object] = {}
    for day in dates(clause, today):
        beside = clause[max(0, day.start - NEAR) : day.start] + "，" + clause[day.end : day.end + NEAR]
        if day.precision not in ("day", "month"):
            continue
        if _STARTED.search(beside):
            found["start"] = day.first
        elif _ENDED.search(beside):
            found["end"] = min(day.last, today) if day.first <= today else day.last
    return found


def _lengths(clause: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for period in periods(clause):
        before, after = clause[: period.start], clause[period.end :]
        length = _length(period)
        if length and not length[1] and _OWED.search(before[-NEAR:]):
            found["owed_months"] = length[0]
        elif _WORKED_BEFORE.search(before) or _WORKED_AFTER.search(after):
            found["worked"] = length
    return found


def _role(before: str, after: str) -> str:
    """What an amount is, by the words of its clause; empty where nothing says so."""
    return next((role for role, words, later in _ROLES if words.search(before) or (later and later.search(after))), "")


def _length(period: Period) -> tuple[int, int] | None:
    if period.years is None or period.months is None or period.days is None:
        return None
    return period.years * 12 + period.months, period.days


def _grade(text: str) -> int | None:
    found = _GRADE.search(text)
    if found is None or not _OF_INJURY.search(text) or _OTHER_GRADE.search(text):
        return None
    return parse_count(found[1])


def _children(text: str) -> int | None:
    if _ONE_EACH.search(text):
        return 2
    found = _CHILDREN.search(text)
    return parse_count(found[1]) if found else None


def sentence(sum_id: str, said: Told, today: date) -> str | None:
    """What a sum comes to by what was said, with its articles; None where a figure is missing."""
    reckon = _SENTENCES.get(sum_id)
    return reckon(said, today) if reckon else None


def answers(sum_id: str, said: Told, today: date) -> dict[str, str]:
    """What was said of a sum's fields, by the id of the field, as one would type it."""
    span = _span(said, today) if said.start or said.end else None
    start, end = (span[0].isoformat(), span[1].isoformat()) if span else ("", "")
    owed = said.owed
    if owed is None and said.monthly is not None and said.owed_months:
        owed = said.monthly * said.owed_months
    fields: dict[str, dict[str, object]] = {
        "severance": {"monthly": said.monthly, "start": start, "end": end if said.end else ""},
        "double_wage": {
            "monthly": said.monthly,
            "start": start,
            "until": end if said.unsigned else "",
            "signed": "no" if said.unsigned else "",
        },
        "overtime": {"monthly": said.monthly},
        "unused_leave": {"monthly": said.monthly},
        "late_wages": {"owed": owed},
        "child_support": {"income": said.income, "children": said.children},
        "consumer": {"price": said.paid},
        "earnest": {"paid": said.earnest, "price": said.price},
        "court_fees": {"claim": said.lent},
        "work_injury": {"grade": said.grade, "monthly": said.monthly},
        "interest": {"principal": said.lent},
    }
    return {name: _typed(value) for name, value in fields.get(sum_id, {}).items() if value not in (None, "")}


def _typed(value: object) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _span(said: Told, today: date) -> tuple[date, date] | None:
    """First and last day of work: as said, or so long before the last day, which is today where none was named."""
    end = said.end or today
    if said.start:
        return (said.start, end) if said.start <= end else None
    if said.worked is None:
        return None
    months, days = said.worked
    return months_later(end + timedelta(days=1), -months) - timedelta(days=days), end


def _severance(said: Told, today: date) -> str | None:
    span = _span(said, today)
    if span is None or said.monthly is None:
        return None
    owed, unlawful = (
        _amount(labour.severance(said.monthly, *span, why, notice_given=True, average=None))
        for why in (labour.AGREED, labour.UNLAWFUL)
    )
    years = plain(labour.years_counted(*span))
    return (
        f"月工资 {yuan(said.monthly)} 元，按 {years} 个月算：该给经济补偿的，{owed} 元（《劳动合同法》第四十七条）；"
        f"没有合法理由辞退的，赔偿金 {unlawful} 元（《劳动合同法》第八十七条）。工资特别高的另有封顶。"
    )


def _double_wage(said: Told, today: date) -> str | None:
    span = _span(said, today)
    if span is None or said.monthly is None or not said.unsigned:
        return None
    reckoned = labour.double_wage(said.monthly, *span, signed=False)
    if not reckoned.items:
        return None
    return (
        f"一直没签书面合同的，还能另要一倍工资约 {_amount(reckoned)} 元：从满一个月起，最多十一个月"
        "（《劳动合同法》第八十二条）；一年内申请仲裁，越早的月份越容易过期。"
    )


def _late_wages(said: Told, _: date) -> str | None:
    owed, how = said.owed, ""
    if owed is None and said.monthly is not None and said.owed_months:
        owed, how = said.monthly * said.owed_months, f"（{yuan(said.monthly)} 元 × {said.owed_months} 个月）"
    if owed is None:
        return None
    return (
        f"欠的 {yuan(owed)} 元{how}要足额给；劳动监察责令限期支付、到期还不付的，"
        f"加付 {yuan(owed / 2)} 元到 {yuan(owed)} 元（《劳动合同法》第八十五条）。"
    )


def _child_support(said: Told, _: date) -> str | None:
    if said.income is None or said.children is None:
        return None
    item = money.child_support(said.income, said.children).items[0]
    return (
        f"对方月收入 {yuan(said.income)} 元、{said.children} 个孩子，一般每月一共 {yuan(item.least or Decimal(0))} 元"
        f"到 {yuan(item.most or Decimal(0))} 元，法院还看孩子的需要和负担能力"
        "（《婚姻家庭编司法解释（一）》第四十九条）。"
    )


def _earnest(said: Told, _: date) -> str | None:
    if said.earnest is None or (said.price is not None and said.price < said.earnest):
        return None
    counts = min(said.earnest, said.price / 5) if said.price is not None else said.earnest
    cap = "" if said.price is not None else "；超过总价 20% 的部分不算定金，照退"
    over = f"；超出总价 20% 的 {yuan(said.earnest - counts)} 元照退" if counts < said.earnest else cap
    return (
        f"{yuan(said.earnest)} 元定金：对方违约到合同做不成的，双倍返还 {yuan(counts * 2)} 元；"
        f"您违约的，{yuan(counts)} 元要不回{over}（《民法典》第五百八十六条、《民法典》第五百八十七条）。"
    )


def _consumer(said: Told, _: date) -> str | None:
    if said.paid is None:
        return None
    fraud, food = (_amount_of(money.consumer(said.paid, kind, None), 1) for kind in ("fraud", "food"))
    deceived = f"花了 {yuan(said.paid)} 元：商家有欺诈的，退款以外再赔 {fraud} 元（《消费者权益保护法》第五十五条）"
    return (
        f"{deceived}；食品不符合安全标准的，再赔 {food} 元（《食品安全法》第一百四十八条）。"
        if said.food
        else f"{deceived}。"
    )


def _work_injury(said: Told, _: date) -> str | None:
    if said.grade is None or said.monthly is None:
        return None
    item = injury.lump_sum(said.monthly, said.grade)
    return (
        f"月工资 {yuan(said.monthly)} 元、工伤 {said.grade} 级：一次性伤残补助金 {yuan(item.most or Decimal(0))} 元"
        f"（《工伤保险条例》{injury.article_of(said.grade)}），工伤保险基金付，单位没参保的由单位付；其他几项另算。"
    )


def _amount_of(reckoned: Reckoned, number: int) -> str:
    return yuan(reckoned.items[number].most or Decimal(0))


def _amount(reckoned: Reckoned) -> str:
    return _amount_of(reckoned, 0)


_SENTENCES: Mapping[str, Callable[[Told, date], str | None]] = {
    "severance": _severance,
    "double_wage": _double_wage,
    "late_wages": _late_wages,
    "child_support": _child_support,
    "earnest": _earnest,
    "consumer": _consumer,
    "work_injury": _work_injury,
}
