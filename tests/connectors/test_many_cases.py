"""The desk with 100,000 cases stored: nothing that staff do takes longer than it may, alone on the machine."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert

from connectors.cases.desk import Desk
from connectors.cases.numbers import new_number
from connectors.cases.ratings import report
from connectors.cases.store import CLAIMED, CLOSED, WAITING
from connectors.conversations import CITIZEN
from connectors.staff.accounts import Accounts, Duties
from connectors.storage.schema import case_events, cases, conversations, messages
from knowledge.clock import local_day
from tests.connectors.office import Office

STORED, WAIT, HELD = 100_000, 2_000, 1_000
TRIES, ROUNDS = 3, 40
P95_S = 0.05
LOOK_S, REPORT_S = 0.5, 10.0
MATTERS = ("labour.unpaid_wages", "family.divorce", "housing.deposit", None)
DAY = 86400.0


async def store(office: Office, chance: random.Random) -> list[str]:
    """Cases of the last year, most of them closed; the numbers of those that wait."""
    now, words = time.time(), office.keys.seal("老板欠我三个月工资".encode())
    numbers: set[str] = set()
    while len(numbers) < STORED:
        numbers.add(new_number(local_day(now - chance.uniform(0, 300) * DAY)))
    rows: list[dict[str, Any]] = []
    for i, number in enumerate(sorted(numbers)):
        status = WAITING if i < WAIT else CLAIMED if i < WAIT + HELD else CLOSED
        at = now - chance.uniform(0, 300 if status == CLOSED else 5) * DAY
        rated = status == CLOSED and chance.random() < 0.3
        rows.append(
            {
                "id": i + 1,
                "number": number,
                "conversation_id": f"{i:064x}",
                "status": status,
                "reason": "asked",
                "urgent": chance.random() < 0.02,
                "matter": chance.choice(MATTERS),
                "claimed_by": None if status == WAITING else f"顾问{i % 200}",
                "claimed_at": None if status == WAITING else at + 60,
                "awaits_since": None if status == CLOSED else at,
                "outcome": "advised" if status == CLOSED else None,
                "rating": chance.choice(("satisfied", "satisfied", "dissatisfied")) if rated else None,
                "rated_at": at + 900 if rated else None,
                "called_back_at": at + DAY if rated and chance.random() < 0.99 else None,
                "opened_at": at,
                "updated_at": at + 600,
            }
        )
    talks = [
        {"id": row["conversation_id"], "channel": "web", "holder": "bot", "version": 1, "created_at": row["opened_at"]}
        | {"updated_at": row["updated_at"]}
        for row in rows
    ]
    said = [
        {"conversation_id": row["conversation_id"], "author": CITIZEN, "words_sealed": words, "at": row["opened_at"]}
        for row in rows
    ]
    events = [
        {"case_id": row["id"], "kind": kind, "actor": "顾问", "at": row["opened_at"] + later}
        for row in rows
        for kind, later in (("opened", 0), ("claim", 60))
        if kind == "opened" or row["status"] != WAITING
    ]
    for table, values in ((conversations, talks), (messages, said), (cases, rows), (case_events, events)):
        for start in range(0, len(values), 10_000):
            async with office.database.transaction() as tx:
                await tx.execute(insert(table), values[start : start + 10_000])
    return [row["number"] for row in rows if row["status"] == WAITING]


async def p95(act: Callable[[], Awaitable[object]], rounds: int = ROUNDS) -> float:
    """Seconds: the median of TRIES times the 95th percentile of so many."""
    took = np.zeros((TRIES, rounds))
    for at in np.ndindex(took.shape):
        began = time.perf_counter()
        await act()
        took[at] = time.perf_counter() - began
    return float(np.median(np.quantile(took, 0.95, axis=1)))


@pytest.mark.soak
async def test_queue_is_quick_with_a_hundred_thousand_cases(office: Office) -> None:
    numbers = iter(await store(office, random.Random(7)))
    await office.hire("林主任", "supervisor")
    async with office.database.transaction() as tx:
        await Accounts().arrange(tx, "林主任", Duties(specialties=("labour", "family")))
    assert await office.sign_in("林主任") == 303
    mine: list[str] = []

    async def act(what: str, **form: str) -> None:
        path = f"/desk/cases/{mine[-1]}/{what}"
        async with office.client.post(path, data=form, allow_redirects=False) as answer:
            assert answer.status == 303

    async def claim() -> None:
        mine.append(next(numbers))
        await act("claim")

    async def look() -> None:
        async with office.database.transaction() as tx:
            await Desk(office.keys, office.wording).take_back_silent(tx, time.time() - 6 * DAY)

    async def count() -> None:
        async with office.database.transaction() as tx:
            assert (await report(tx, 0.0, time.time())).opened == STORED

    took = {
        "queue": await p95(lambda: office.page("/desk")),
        "claim": await p95(claim),
        "case": await p95(lambda: office.page(f"/desk/cases/{mine[-1]}")),
        "reply": await p95(lambda: act("reply", text="您好，有没有打卡记录？")),
        "search": await p95(lambda: office.page("/desk/search?q=欠薪")),
    }
    rare = {
        "supervision": await p95(lambda: office.page("/desk/supervision"), 5),
        "watch": await p95(look, 3),
        "report": await p95(count, 1),
    }
    assert max(took.values()) <= P95_S, took
    assert max(rare["supervision"], rare["watch"]) <= LOOK_S, rare
    assert rare["report"] <= REPORT_S, rare
