"""When somebody retires (渐进式延迟法定退休年龄), and for how many years they must have paid in."""

from __future__ import annotations

from datetime import date

from knowledge.sums.results import Item, Reckoned, months_later

DECISION = "全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定"
KINDS = {"man": (60, 4, 36), "woman_55": (55, 4, 36), "woman_50": (50, 2, 60)}
"""Age until 2024; a month later for each so many months from January 2025 on; at most so many months later."""
_BEGAN = date(2025, 1, 1)
_LEAST_YEARS = 15


def retirement(born: date, kind: str) -> tuple[date, int, int]:
    """The month of retirement (its first day), and the age there in years and months. `born`: any day of the month."""
    age, step, most = KINDS[kind]
    month = born.replace(day=1)
    old = months_later(month, age * 12)
    since = (old.year - _BEGAN.year) * 12 + old.month - _BEGAN.month
    later = min(most, since // step + 1) if since >= 0 else 0
    years, months = divmod(age * 12 + later, 12)
    return months_later(old, later), years, months


def least_months_paid(year: int) -> int:
    """最低缴费年限, in months, of who retires in a year: 15 years until 2029, then half a year more each year to 20."""
    return _LEAST_YEARS * 12 + 6 * max(0, min(10, year - 2029))


def retire(born: date, kind: str) -> Reckoned:
    """The month, the age and the years to have paid in."""
    when, years, months = retirement(born, kind)
    paid_years, paid_months = divmod(least_months_paid(when.year), 12)
    age = f"{years} 岁" + (f" {months} 个月" if months else "")
    paid = f"{paid_years} 年" + (f" {paid_months} 个月" if paid_months else "")
    items = (
        Item("法定退休时间", f"{when.year} 年 {when.month} 月，{age}", None, None, DECISION),
        Item("领养老金至少要缴", f"满 {paid}", None, None, DECISION),
    )
    notes = (
        "缴够最低年限的，可以自愿提前退休，最多提前三年，但不早于原来的年龄；也可以同单位商量好延后，最多三年。",
        "特殊工种、完全丧失劳动能力的，另有规定；以社保经办机构核定的为准，可以打 12333 问。",
    )
    return Reckoned(items, notes)
