"""Sums of work (劳动): severance, double wages, overtime, leave, wages paid late."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from knowledge.sums.results import PAID_DAYS, Item, Reckoned, exactly, money, months_later, plain, whole_months

LAW_BEGAN = date(2008, 1, 1)
"""劳动合同法第九十七条: years before it count by the rules of then."""
MOST_YEARS = Decimal(12)
AGREED, NO_FAULT, LAY_OFF, EXPIRED, FORCED, UNLAWFUL, FAULT, OWN = (
    "agreed", "no_fault", "lay_off", "expired", "forced", "unlawful", "fault", "own",
)  # fmt: skip
_WHY = {
    AGREED: "单位提出、双方商量好解除的，单位要付经济补偿",
    NO_FAULT: "生病、不能胜任或者客观情况变了而被解除的，单位要付经济补偿",
    LAY_OFF: "依法裁员的，单位要付经济补偿",
    EXPIRED: "合同到期单位不续，或者降低条件您不肯续的，单位要付经济补偿",
    FORCED: "因为单位欠薪、不缴社保等而离开的，单位要付经济补偿",
}


def years_counted(start: date, end: date) -> Decimal:
    """Years as 劳动合同法第四十七条 counts them: from half a year on a whole one, below it a half."""
    months, days = whole_months(start, end)
    years, rest = divmod(months, 12)
    if rest >= 6:
        return Decimal(years + 1)
    return Decimal(years) + (Decimal("0.5") if rest or days else 0)


def severance(
    monthly: Decimal, start: date, end: date, why: str, *, notice_given: bool, average: Decimal | None
) -> Reckoned:
    """经济补偿、代通知金、违法解除赔偿金. `monthly`: the mean of the twelve months before, everything owed counted.

    `average`: last year's mean monthly wage of the city, None where it is not known.
    """
    if why == OWN:
        return Reckoned((), ("自己不想做而辞职的，没有经济补偿。因为单位欠薪、不缴社保等被迫离开的，请改选那一种。",))
    if why == FAULT:
        note = "因为严重违反规章等本人过错被解除的，没有经济补偿；是不是真有这样的过错，由单位拿证据。"
        return Reckoned((), (note, "不服的，按“单位没有合法的理由”再算一次。"))
    base, most, notes = _base(monthly, average)
    notes.append("平均工资低于本地最低工资的，按最低工资算（劳动合同法实施条例第二十七条）。")
    if why == UNLAWFUL:
        years = _at_most(years_counted(start, end), most)
        amount = base * years * 2
        reckoning = f"{money(base)} 元 × {plain(years)} 个月 × 2 = {money(amount)} 元"
        items = [exactly("违法解除的赔偿金", reckoning, amount, "劳动合同法第八十七条")]
        notes.append("拿了赔偿金，就不再另拿经济补偿；也可以不要赔偿，要求回去上班。")
        return Reckoned(tuple(items), tuple(notes))
    counted_from = max(start, LAW_BEGAN)
    years = _at_most(years_counted(counted_from, end), most)
    amount = base * years
    reckoning = f"{money(base)} 元 × {plain(years)} 个月 = {money(amount)} 元"
    items = [exactly("经济补偿", reckoning, amount, "劳动合同法第四十七条")]
    if start < LAW_BEGAN:
        notes.append("2008 年以前的工龄按当时的规定算，没有算在里面。")
    if why == NO_FAULT and not notice_given:
        reckoning = f"没有提前三十日书面通知的，另付一个月工资：{money(monthly)} 元（按上个月的工资）"
        items.append(exactly("代通知金", reckoning, monthly, "劳动合同法第四十条"))
    return Reckoned(tuple(items), (f"{_WHY[why]}。", *notes))


def _base(monthly: Decimal, average: Decimal | None) -> tuple[Decimal, Decimal | None, list[str]]:
    """The wage that counts, the most years, and what to say of them."""
    if average is None:
        note = "工资高于本市上年度职工月平均工资三倍的，只按三倍算，年限最多十二年；本市的数还没有填报，没有算进去。"
        return monthly, None, [note]
    if monthly > average * 3:
        note = f"您的工资高于本市上年度职工月平均工资（{money(average)} 元）的三倍，按三倍算，年限最多十二年。"
        return average * 3, MOST_YEARS, [note]
    return monthly, None, []


def _at_most(years: Decimal, most: Decimal | None) -> Decimal:
    return min(years, most) if most is not None else years


def double_wage(monthly: Decimal, start: date, until: date, *, signed: bool) -> Reckoned:
    """没签合同的二倍工资, the second half of it. `until`: the day of signing, or the last day without one."""
    first = months_later(start, 1)
    last = min(until - timedelta(days=1) if signed else until, months_later(start, 12) - timedelta(days=1))
    if last < first:
        return Reckoned((), ("入职满一个月以前，还不到要付二倍工资的时候。",))
    months, days = whole_months(first, last)
    amount = monthly * months + monthly * days / 30
    part = f" + {money(monthly)} 元 ÷ 30 × {days} 天" if days else ""
    reckoning = (
        f"{first.isoformat()} 到 {last.isoformat()}：{money(monthly)} 元 × {months} 个月{part} = {money(amount)} 元"
    )
    notes = [
        "已经拿到的工资是其中一倍，这里算的是还要补的另一倍；最多十一个月。零头的天数按一个月三十天折算。",
        "申请仲裁的期限是一年，许多地方按没签合同的每一个月分开算，越往前的越容易过期（劳动争议调解仲裁法第二十七条）。",
    ]
    if months_later(start, 12) <= until:
        notes.append("满一年还没签的，视为已经是无固定期限劳动合同（劳动合同法第十四条）。")
    return Reckoned((exactly("还要补的一倍工资", reckoning, amount, "劳动合同法第八十二条"),), tuple(notes))


def overtime(monthly: Decimal, weekday: Decimal, rest_day: Decimal, holiday: Decimal) -> Reckoned:
    """加班费 of hours on working days, on days of rest without time off instead, and on public holidays."""
    hourly = monthly / PAID_DAYS / 8
    kinds = (
        ("工作日加班", weekday, "1.5"),
        ("休息日加班（没有补休）", rest_day, "2"),
        ("法定节假日加班", holiday, "3"),
    )
    items = tuple(
        exactly(
            name,
            f"{money(monthly)} 元 ÷ 21.75 ÷ 8 × {plain(hours)} 小时 × {plain(Decimal(times) * 100)}%"
            f" = {money(hourly * hours * Decimal(times))} 元",
            hourly * hours * Decimal(times),
            "劳动法第四十四条",
        )
        for name, hours, times in kinds
        if hours
    )
    note = (
        "按标准工时算，每小时工资不低于这个数；综合计算工时、不定时工时的岗位算法不同。计件的，按计件单价的同样倍数算。"
    )
    return Reckoned(items, (note,))


def unused_leave(monthly: Decimal, years_worked: int, taken: int) -> Reckoned:
    """应休未休的年休假. `years_worked`: in all places together; `taken`: days of this year already given."""
    if years_worked < 1:
        return Reckoned((), ("连续工作满一年才有年休假。",))
    days = 5 if years_worked < 10 else 10 if years_worked < 20 else 15
    left = max(0, days - taken)
    daily = monthly / PAID_DAYS
    amount = daily * left * 2
    whole = daily * left * 3
    whole_sum = f"{money(monthly)} 元 ÷ 21.75 × {left} 天 × 300% = {money(whole)} 元"
    reckoning = f"{whole_sum}，平时工资里已经付了一倍，还要补 {money(amount)} 元"
    notes = (
        f"累计工作 {years_worked} 年，一年有 {days} 天。月工资要去掉加班费。",
        "您自己书面说不休的，或者病假、事假超过规定天数的，不按这个算；年中入职、离职的，按当年在职的天数折算，不足一天的不算。",
    )
    return Reckoned((exactly("还要补的年休假工资", reckoning, amount, "职工带薪年休假条例第五条"),), notes)


def late_wages(owed: Decimal) -> Reckoned:
    """拖欠的工资, and what is added where the labour inspectorate's order to pay was not followed."""
    added = Item(
        "加付的赔偿金",
        f"{money(owed)} 元 × 50% 到 100%",
        (owed / 2).quantize(Decimal("0.01")),
        owed.quantize(Decimal("0.01")),
        "劳动合同法第八十五条",
    )
    notes = ("加付赔偿金有前提：先向劳动监察投诉，人社部门责令限期支付，单位到期还不付。",)
    return Reckoned((exactly("工资", f"{money(owed)} 元", owed, "劳动合同法第三十条"), added), notes)


MATERNITY_DAYS, HARD_BIRTH_DAYS, PER_FURTHER_CHILD_DAYS = 98, 15, 15
EARLY_MISCARRIAGE_DAYS, LATE_MISCARRIAGE_DAYS = 15, 42
BIRTH, EARLY, LATE = "birth", "early", "late"
"""女职工劳动保护特别规定第七条; a miscarriage before four months of pregnancy, and from then on."""


def maternity(
    wage: Decimal, kind: str, children: int, extra_days: int | None, *, insured: bool, hard: bool
) -> Reckoned:
    """生育津贴, or the wages in its stead. `wage` a month: the mean of the employer's staff last year where insured,
    one's own before the leave otherwise; `extra_days` what the province adds, None where it is not known.
    """
    days, notes = {BIRTH: MATERNITY_DAYS, EARLY: EARLY_MISCARRIAGE_DAYS, LATE: LATE_MISCARRIAGE_DAYS}[kind], []
    if kind == BIRTH:
        days += hard * HARD_BIRTH_DAYS + (children - 1) * PER_FURTHER_CHILD_DAYS
        if extra_days is None:
            notes.append("本省另加的奖励假天数还没有填报，没有算进去；拿到医院证明后问清楚再加。")
    amount = wage / 30 * days
    article = "女职工劳动保护特别规定第八条"
    whose = "由生育保险基金付" if insured else "没参加生育保险，由单位付"
    items = [
        exactly(
            f"产假 {days} 天的津贴", f"{money(wage)} 元 ÷ 30 × {days} 天 = {money(amount)} 元，{whose}", amount, article
        )
    ]
    if kind == BIRTH and extra_days:
        more = wage / 30 * extra_days
        said = f"{money(wage)} 元 ÷ 30 × {extra_days} 天 = {money(more)} 元"
        items.append(exactly(f"奖励假 {extra_days} 天", said, more, "人口与计划生育法第二十五条"))
    if insured:
        notes.append(
            "津贴按单位上年度职工月平均工资算；比您产假前的工资低的，差的部分各地一般要单位补足，以本地规定为准。"
        )
    notes.append("生育的医疗费：参保的由基金付，没参保的由单位付。产假期间不能降工资、辞退。")
    return Reckoned(tuple(items), tuple(notes))
