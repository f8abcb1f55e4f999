"""What day and hour it is where the law applies (北京时间), whatever the machine's own clock is set to."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def local_time(at: float) -> datetime:
    """A moment in UTC seconds since 1970 as local time."""
    return datetime.fromtimestamp(at, CHINA)


def local_day(at: float) -> date:
    return local_time(at).date()


def today() -> date:
    return local_day(time.time())
