"""Who gets a case and for how long: fields and towns, capacity, leave, transfers, holders who fall silent."""

from __future__ import annotations

import time
from datetime import date

import pytest
from sqlalchemy import update

from connectors.cases.desk import Desk
from connectors.cases.store import find_case
from connectors.cases.watch import CaseWatch
from connectors.staff.accounts import Accounts, Duties
from connectors.storage.schema import cases
from knowledge.clock import local_day
from tests.connectors.office import Office

DAY = 86400.0


async def arrange(office: Office, name: str, duties: Duties) -> None:
    async with office.database.transaction() as tx:
        await Accounts().arrange(tx, name, duties)


async def status_of(office: Office, number: str) -> tuple[str, str | None]:
    async with office.database.transaction() as tx:
        case = await find_case(tx, number)
    return case.status, case.claimed_by


async def looks(office: Office, later_s: float) -> int:
    """The watch, so many seconds from now."""
    desk = Desk(office.keys, office.wording)
    return await CaseWatch(office.database, desk).look(time.time() + later_s)


async def test_case_is_passed_on_and_the_citizen_is_told(office: Office) -> None:
    await office.hire("王律师", "adviser")
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    assert (await office.act(number, "transfer", to="王律师"))[0] == 200
    assert await status_of(office, number) == ("claimed", "王律师")
    assert "转给了另一位工作人员" in (await office.heard())[-1]
    assert (await office.act(number, "reply", text="我来说"))[0] == 409
    await office.sign_in("王律师")
    assert (await office.act(number, "reply", text="您好"))[0] == 200
    assert "李律师→王律师" in await office.page(f"/desk/cases/{number}")


@pytest.mark.parametrize("why", ["away", "editor", "closed", "nobody", "themselves"])
async def test_case_is_passed_to_nobody_who_cannot_take_it(office: Office, why: str) -> None:
    await office.hire("王律师", "editor" if why == "editor" else "adviser")
    today = local_day(time.time())
    if why == "away":
        await arrange(office, "王律师", Duties(away_until=today))
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    if why == "closed":
        async with office.database.transaction() as tx:
            await Accounts().set_active(tx, "王律师", active=False)
    to = {"nobody": "没有的人", "themselves": "李律师"}.get(why, "王律师")
    status, page = await office.act(number, "transfer", to=to)
    assert status == 409
    assert await status_of(office, number) == ("claimed", "李律师")
    if why in ("away", "editor", "closed"):
        assert "<option>王律师" not in page


async def test_leave_ends_with_its_last_day() -> None:
    duties = Duties(away_until=date(2026, 11, 26))
    assert duties.away(date(2026, 11, 26))
    assert not duties.away(date(2026, 11, 27))


async def test_nobody_holds_more_than_they_take_on(office: Office) -> None:
    await arrange(office, "李律师", Duties(capacity=1))
    first, second = await office.case("老板欠我工资"), ""
    office.key += "x"
    second = await office.case("房东不退押金")
    await office.sign_in("李律师")
    assert (await office.act(first, "claim"))[0] == 200
    status, page = await office.act(second, "claim")
    assert status == 409
    assert "已经有 1 件" in page
    assert (await office.act(second, "reply", text="您好"))[0] == 409
    await office.act(first, "close", outcome="advised")
    assert (await office.act(second, "claim"))[0] == 200


async def test_queue_begins_with_what_is_urgent_then_with_what_one_takes_on(office: Office) -> None:
    numbers = []
    for words in (("老板欠我工资",), ("我在小榄，房东不退押金",), ("救命",)):
        office.key += "x"
        numbers.append(await office.case(*words))
    async with office.database.transaction() as tx:
        await tx.execute(update(cases).values(matter=None))
    await arrange(office, "李律师", Duties(towns=("xiaolan",)))
    await office.sign_in("李律师")
    page = await office.page("/desk")
    waiting = page.split("等待（3）")[1]
    assert sorted(numbers, key=waiting.index) == [numbers[2], numbers[1], numbers[0]]
    assert waiting.count("适合您") == 1
    await arrange(office, "李律师", Duties())
    assert "适合您" not in await office.page("/desk")


async def test_specialty_makes_a_case_suit(office: Office) -> None:
    await office.case("老板欠我工资")
    await arrange(office, "李律师", Duties(specialties=("labour",)))
    await office.sign_in("李律师")
    assert "适合您" in await office.page("/desk")


async def test_silent_holder_loses_the_case_and_both_are_told(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    assert await looks(office, 0.0) == 0
    assert await looks(office, 12 * DAY) == 1
    assert await status_of(office, number) == ("waiting", None)
    assert "一直没能回复" in (await office.heard())[-1]
    assert (await office.say("还在吗"))["outcome"] == "answer"
    page = await office.page("/desk")
    assert "从您这里收回了" in page
    assert number in page


async def test_holder_who_answered_keeps_the_case_until_the_citizen_asks_again(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "reply", text="请带合同来")
    await office.say("好的，谢谢")
    assert await looks(office, 12 * DAY) == 0
    await office.say("合同丢了怎么办")
    assert await looks(office, 12 * DAY) == 1
    assert (await status_of(office, number))[0] == "waiting"


async def test_who_waits_is_told_how_many_are_before(office: Office) -> None:
    await office.case("老板欠我工资")
    office.key += "x"
    await office.say("房东不退押金")
    reply = await office.say("转人工")
    assert "前面还有 1 件" in reply["text"]
    assert "前面还有 1 件" in (await office.say("我的编号"))["text"]


async def test_supervision_lists_what_is_late_and_only_supervisors_see_it(office: Office) -> None:
    await office.hire("赵督办", "supervisor")
    number = await office.case("老板欠我工资")
    await office.sign_in("赵督办")
    assert number not in await office.page("/desk/supervision")
    async with office.database.transaction() as tx:
        await tx.execute(update(cases).values(awaits_since=time.time() - 15 * DAY))
    page = await office.page("/desk/supervision")
    assert number in page
    assert "超期" in page
    assert "超期" in await office.page("/desk")
    await office.act(number, "reply", text="对不起，久等了")
    assert number not in await office.page("/desk/supervision")
    await office.sign_in("李律师")
    assert (await office.client.get("/desk/supervision")).status == 403


async def test_clock_stops_with_the_case(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "claim")
    await office.act(number, "close", outcome="advised")
    async with office.database.transaction() as tx:
        assert (await find_case(tx, number)).awaits_since is None
    assert "到期" not in await office.page(f"/desk/cases/{number}")


async def test_case_that_was_answered_is_to_be_closed_in_time(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    assert "第一次答复到期" in await office.page(f"/desk/cases/{number}")
    await office.act(number, "reply", text="请申请仲裁")
    assert "办结到期" in await office.page(f"/desk/cases/{number}")
