"""The roster: who is on duty when, and what citizens hear of it."""

from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta

import pytest

from connectors.errors import BadRequest, NotAllowed, NotFound
from connectors.staff.accounts import Accounts, Duties
from connectors.staff.roster import add_shifts, drop_shift, on_duty, shift_of, shifts_between
from knowledge.clock import CHINA, local_day
from tests.connectors.office import ATTACK, Office

DAY = date(2026, 12, 7)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()


@pytest.mark.parametrize(
    ("hours", "ends"),
    [
        (("09:00", "17:30"), "2026-12-07T17:30"),
        (("18:00", "02:00"), "2026-12-08T02:00"),
        (("00:00", "23:59"), "2026-12-07T23:59"),
        (("08:00", "07:59"), "2026-12-08T07:59"),
    ],
)
def test_shift_that_ends_before_it_begins_runs_into_the_next_day(hours: tuple[str, str], ends: str) -> None:
    begins, last = shift_of(DAY, *hours)
    assert begins == at(f"2026-12-07T{hours[0]}")
    assert last == at(ends)


@pytest.mark.parametrize("hours", [("9点", "17:00"), ("", ""), ("09:00", "09:00"), ("25:00", "26:00")])
def test_hours_that_are_none_are_refused(hours: tuple[str, str]) -> None:
    with pytest.raises(BadRequest):
        shift_of(DAY, *hours)


async def test_shifts_of_one_member_never_overlap(office: Office) -> None:
    await office.hire("王律师", "adviser")
    await office.hire("编辑", "editor")
    async with office.database.transaction() as tx:
        await add_shifts(tx, "李律师", DAY, ("18:00", "02:00"), weeks=3)
        await add_shifts(tx, "王律师", DAY, ("18:00", "02:00"))
        await add_shifts(tx, "李律师", DAY, ("09:00", "18:00"))
    for name, hours, error in (
        ("李律师", ("01:00", "03:00"), None),  # of the day before: 1:00 on the 7th is free
        ("李律师", ("17:00", "19:00"), NotAllowed),
        ("编辑", ("09:00", "17:00"), NotAllowed),
        ("没有这个人", ("09:00", "17:00"), NotFound),
    ):
        if error is None:
            async with office.database.transaction() as tx:
                await add_shifts(tx, name, DAY, hours)
            continue
        with pytest.raises(error):
            async with office.database.transaction() as tx:
                await add_shifts(tx, name, DAY, hours)
    with pytest.raises(NotAllowed):
        async with office.database.transaction() as tx:
            await add_shifts(tx, "李律师", DAY - timedelta(weeks=1), ("18:00", "20:00"), weeks=2)
    async with office.database.transaction() as tx:
        found = await shifts_between(tx, at("2026-12-07T00:00"), at("2027-01-01T00:00"))
        assert [shift.member.name for shift in found].count("李律师") == 5
        assert not [one for one in found if local_day(one.begins_at) < DAY]
        await drop_shift(tx, found[0].id)
        with pytest.raises(NotFound):
            await drop_shift(tx, found[0].id)


async def test_who_has_the_field_and_is_there_counts_as_on_duty(office: Office) -> None:
    await office.hire("王律师", "adviser")
    accounts = Accounts()
    async with office.database.transaction() as tx:
        await accounts.arrange(tx, "李律师", Duties(specialties=("labour",)))
        await accounts.arrange(tx, "王律师", Duties(specialties=("family",), away_until=date(2026, 12, 8)))
        await add_shifts(tx, "李律师", DAY, ("18:00", "02:00"))
        await add_shifts(tx, "王律师", DAY, ("18:00", "02:00"), weeks=2)

        async def seen(moment: str, specialty: str | None) -> tuple[tuple[str, ...], float | None] | None:
            found = await on_duty(tx, at(moment), specialty)
            return (found.now, found.next_at) if found else None

        assert await seen("2026-12-08T01:59", "labour") == (("李律师",), None)
        assert await seen("2026-12-08T02:00", "labour") is None
        assert await seen("2026-12-07T12:00", "labour") == ((), at("2026-12-07T18:00"))
        assert await seen("2026-12-07T20:00", "family") == ((), at("2026-12-14T18:00"))  # on leave this week
        assert await seen("2026-12-07T20:00", None) == (("李律师",), None)
        assert await seen("2026-12-07T20:00", "land") is None
        await accounts.set_active(tx, "李律师", active=False)
        assert await seen("2026-12-07T20:00", "labour") is None


async def test_citizen_hears_when_somebody_is_on_duty(office: Office) -> None:
    await office.say("老板欠我工资")
    now = time.time()
    today = local_day(now)
    async with office.database.transaction() as tx:
        await add_shifts(tx, "李律师", today + timedelta(days=2), ("09:00", "12:00"))
    text = str((await office.say("转人工"))["text"])
    day = today + timedelta(days=2)
    assert f"{day.month}月{day.day}日 09:00" in text
    async with office.database.transaction() as tx:
        await add_shifts(tx, "李律师", today - timedelta(days=1), ("12:00", "11:59"))
        await add_shifts(tx, "李律师", today, ("11:59", "11:58"))
    assert "现在是值班时间" in str((await office.say("转人工"))["text"])


async def test_supervisor_keeps_the_roster_and_everybody_reads_it(office: Office) -> None:
    await office.hire("陈督办", "supervisor")
    await office.sign_in("陈督办")
    form = {"name": "李律师", "day": "2026-12-07", "begins": "18:00", "ends": "02:00", "weeks": "2"}
    assert (await office.client.post("/desk/roster", data=form)).status == 200
    page = await office.page("/desk/roster?from=2026-12-07")
    assert page.count("18:00–02:00 李律师") == 2
    first = re.findall(r"/desk/roster/(\d+)/drop", page)[0]
    assert (await office.client.post("/desk/roster", data=form)).status == 409
    for wrong in ({"day": "明天"}, {"begins": ATTACK}, {"weeks": "很多"}, {"weeks": "99"}):
        answer = await office.client.post("/desk/roster", data=form | wrong)
        assert answer.status == 400, wrong
        assert "<script>alert" not in await answer.text()
    assert (await office.client.get("/desk/roster?from=nowhere")).status == 400
    await office.sign_in("李律师")
    page = await office.page("/desk/roster?from=2026-12-07")
    assert "18:00–02:00 李律师" in page
    assert "去掉" not in page
    assert "值班表" in await office.page("/desk")
    assert (await office.client.post(f"/desk/roster/{first}/drop")).status == 403
    await office.sign_in("陈督办")
    assert (await office.client.post(f"/desk/roster/{first}/drop")).status == 200
    assert (await office.page("/desk/roster?from=2026-12-07")).count("李律师（法律顾问） <button") == 1
