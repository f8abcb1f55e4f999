"""Case numbers (编号): short enough to say on the telephone, with a check digit against slips."""

from __future__ import annotations

import secrets
from datetime import date


def new_number(day: date) -> str:
    """`YYMMDD-NNNNNC`: day, five random digits, Luhn check digit."""
    body = f"{day:%y%m%d}{secrets.randbelow(100_000):05d}"
    return f"{body[:6]}-{body[6:]}{check_digit(body)}"


def check_digit(digits: str) -> int:
    """Luhn: catches any single wrong digit and most swapped neighbours."""
    doubled = [int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits))]
    return -sum(n // 10 + n % 10 for n in doubled) % 10


def is_number(text: str) -> bool:
    """Whether a case could have this number."""
    digits = text.replace("-", "")
    return len(digits) == 12 and digits.isdigit() and check_digit(digits[:-1]) == int(digits[-1])
