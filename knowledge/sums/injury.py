"""Sums of harm to the body (人身损害): what work-injury insurance pays by grade, and what whoever did it has to pay."""

from __future__ import annotations

from decimal import Decimal

from knowledge.records import City
from knowledge.sums.results import Item, Reckoned, exactly, money, plain

_LUMP_MONTHS = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
"""工伤保险条例第三十五条到第三十七条: 一次性伤残补助金, in months of one's own wage."""
_ALLOWANCE_PERCENT = {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
"""伤残津贴, a month."""
_TOTAL, _SERIOUS = 4, 6
"""Up to these grades: 完全丧失 and 大部分丧失劳动能力."""
LEAST_WAGE, MOST_WAGE = Decimal("0.6"), Decimal(3)
"""第六十四条: one's own wage counts between these shares of the city's mean wage."""
MOST_MONTHS_OFF = 12
_YEARS, _OLD, _VERY_OLD, _LEAST_YEARS = 20, 60, 75, 5
"""人身损害赔偿司法解释第十二条、第十五条."""
FUNERAL_MONTHS = 6
DEATH = "death"
_HARM = "人身损害赔偿司法解释"


def work_injury(monthly: Decimal, grade: int, months_off: int, city: City, *, leaves: bool) -> Reckoned:
    """工伤待遇 of a grade. `monthly`: the mean of what contributions were paid on in the twelve months before."""
    wage, notes = _own_wage(monthly, city.average_wage)
    article = f"工伤保险条例{article_of(grade)}"
    items = [lump_sum(wage, grade)]
    if months_off:
        counted = min(months_off, MOST_MONTHS_OFF)
        said = f"{money(monthly)} 元 × {counted} 个月 = {money(monthly * counted)} 元，由单位付"
        items.insert(0, exactly("停工留薪期工资", said, monthly * counted, "工伤保险条例第三十三条"))
        notes.append("停工留薪期一般不超过 12 个月，确认延长的另算；按原来的工资和福利照发。")
    if percent := _ALLOWANCE_PERCENT.get(grade):
        payer = "由工伤保险基金付" if grade <= _TOTAL else "难以安排工作的才有，由单位付"
        amount = wage * percent / 100
        items.append(
            exactly("伤残津贴（每月）", f"{money(wage)} 元 × {percent}% = {money(amount)} 元，{payer}", amount, article)
        )
        notes.append("伤残津贴低于本地最低工资的，补足到最低工资。")
    if leaves and grade <= _TOTAL:
        notes.append("一级到四级保留劳动关系，退出岗位，不因为解除合同另拿补助。")
    elif leaves:
        items += _on_leaving(wage, grade, city, article)
        whose = "要您自己提出来" if grade <= _SERIOUS else "合同到期终止，或者您自己提出来"
        notes.append(f"解除或者终止劳动关系的两笔补助：{whose}才有。")
    notes.append("单位该参保没有参保的，这些都由单位付（工伤保险条例第六十二条）。医疗费、护理费、辅助器具费另算。")
    return Reckoned(tuple(items), tuple(notes))


def _own_wage(monthly: Decimal, average: Decimal | None) -> tuple[Decimal, list[str]]:
    if average is None:
        note = "本人工资高于本地职工平均工资三倍的按三倍、低于六成的按六成算；本地的平均工资没有填报，没有算进去。"
        return monthly, [note]
    wage = min(max(monthly, average * LEAST_WAGE), average * MOST_WAGE)
    if wage == monthly:
        return monthly, []
    return wage, [f"本人工资按本地职工平均工资（{money(average)} 元）的六成到三倍算，这里按 {money(wage)} 元。"]


def lump_sum(wage: Decimal, grade: int) -> Item:
    """一次性伤残补助金 of a wage that counts."""
    months = _LUMP_MONTHS[grade]
    said = f"{money(wage)} 元 × {months} 个月 = {money(wage * months)} 元，由工伤保险基金付"
    return exactly("一次性伤残补助金", said, wage * months, f"工伤保险条例{article_of(grade)}")


def article_of(grade: int) -> str:
    """The article of 工伤保险条例 for a grade."""
    return "第三十五条" if grade <= _TOTAL else "第三十六条" if grade <= _SERIOUS else "第三十七条"


def _on_leaving(wage: Decimal, grade: int, city: City, article: str) -> list[Item]:
    """一次性工伤医疗补助金 and 一次性伤残就业补助金, whose months the province sets."""
    set_by = next((one for one in city.injury_leaving if one.grade == grade), None)
    named = (
        ("一次性工伤医疗补助金", "由工伤保险基金付", set_by.medical_months if set_by else None),
        ("一次性伤残就业补助金", "由单位付", set_by.employment_months if set_by else None),
    )
    return [
        exactly(name, f"{money(wage)} 元 × {months} 个月 = {money(wage * months)} 元，{payer}", wage * months, article)
        if months is not None
        else _open(name, f"{money(wage)} 元 × 本省规定的月数（还没有填报），{payer}", article)
        for name, payer, months in named
    ]


def injury(
    grade: str, age: int, city: City, *, medical: Decimal, days_off: int, daily: Decimal, nursed: int, nurse: Decimal
) -> Reckoned:
    """人身损害赔偿 of who is at fault. `grade`: "", "1" to "10", or DEATH; `daily`, `nurse`: yuan a day."""
    items = []
    if medical:
        items.append(exactly("医疗费", f"{money(medical)} 元，凭票据和病历", medical, "民法典第一千一百七十九条"))
    if days_off and daily:
        amount = daily * days_off
        said = f"{money(daily)} 元 × {days_off} 天 = {money(amount)} 元"
        items.append(exactly("误工费", said, amount, f"{_HARM}第七条"))
    if nursed and nurse:
        amount = nurse * nursed
        items.append(
            exactly("护理费", f"{money(nurse)} 元 × {nursed} 天 = {money(amount)} 元", amount, f"{_HARM}第八条")
        )
    if grade:
        items += _lasting(grade, age, city)
    notes = [
        "交通费凭票据；住院伙食补助参照本地国家机关一般工作人员的出差标准；营养费看医院的意见。",
        "误工到定残的前一天为止。有要扶养的孩子、没有劳动能力的亲属的，被扶养人生活费加进残疾或者死亡赔偿金里。",
        "自己也有过错的，按比例减少。车祸先由交强险在限额里赔，不够的由商业三者险、再由对方赔。",
    ]
    if not items:
        notes.insert(0, "填了花费、天数或者伤残等级，才算得出数。")
    return Reckoned(tuple(items), tuple(notes))


def years_paid(age: int) -> int:
    """Years that 残疾赔偿金 and 死亡赔偿金 count: twenty, less from sixty on, five from seventy-five on."""
    if age >= _VERY_OLD:
        return _LEAST_YEARS
    return _YEARS - max(0, age - _OLD)


def _lasting(grade: str, age: int, city: City) -> list[Item]:
    years, income = years_paid(age), city.disposable_income
    if grade == DEATH:
        name, share, article = "死亡赔偿金", Decimal(1), f"{_HARM}第十五条"
    else:
        name, share, article = "残疾赔偿金", Decimal(11 - int(grade)) / 10, f"{_HARM}第十二条"
    times = f"{years} 年" + (f" × {plain(share * 100)}%" if share < 1 else "")
    if income is None:
        items = [_open(name, f"本省上一年度城镇居民人均可支配收入（还没有填报）× {times}", article)]
    else:
        amount = income * years * share
        items = [exactly(name, f"{money(income)} 元 × {times} = {money(amount)} 元", amount, article)]
    if grade == DEATH:
        items.append(_funeral(city.average_wage))
    return items


def _funeral(average: Decimal | None) -> Item:
    article = f"{_HARM}第十四条"
    if average is None:
        return _open("丧葬费", f"上一年度职工月平均工资（还没有填报）× {FUNERAL_MONTHS} 个月", article)
    amount = average * FUNERAL_MONTHS
    return exactly("丧葬费", f"{money(average)} 元 × {FUNERAL_MONTHS} 个月 = {money(amount)} 元", amount, article)


def _open(name: str, said: str, article: str) -> Item:
    """A formula with a blank."""
    return Item(name, said, None, None, article)
