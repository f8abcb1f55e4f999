"""Time limits of the tests: those of a quiet two-core machine, longer where the machine is slower just now."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

_WORK_S = 0.050
"""What `_work` takes on the quiet machine."""
_START_S = 0.5
"""What `_start` takes there."""


def slowness() -> float:
    """How many times slower than the quiet machine this one computes right now; at least 1."""
    return _at_least_one(_work, 5, _WORK_S)


def slowness_of_starting() -> float:
    """The same for starting a process that imports a few packages."""
    return _at_least_one(_start, 3, _START_S)


def _at_least_one(work: Callable[[], None], times: int, reference_s: float) -> float:
    return max(1.0, statistics.median(_seconds(work) for _ in range(times)) / reference_s)


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _work() -> None:
    total: dict[int, str] = {}
    for i in range(350_000):
        total[i % 1_000] = str(i)


def _start() -> None:
    subprocess.run([sys.executable, "-c", "import aiohttp, jinja2"], check=True)
