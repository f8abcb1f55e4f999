"""The hotline's second screen: what is typed is kept, suggestions are counted, the work order is saved once."""

from __future__ import annotations

import time

import pytest

from connectors.calls.orders import CALL_OUTCOMES, WorkOrder
from connectors.calls.store import Calls
from connectors.cases.store import WAITING, list_cases
from connectors.errors import BadRequest, NotAllowed
from nlu.mask import mask
from tests.connectors.office import ATTACK, Office

SAID = "老板欠我三个月工资，在小榄，电话13800138000"
FIRST, SECOND = "labour/unpaid-wages", "labour/overtime"


class Line:
    """An agent with an open call."""

    def __init__(self, office: Office, number: str) -> None:
        self.office = office
        self.number = number
        self.calls = Calls(office.keys)

    async def send(self, do: str = "look", **typed: str) -> tuple[int, str]:
        answer = await self.office.client.post(f"/desk/call/{self.number}", data={"do": do, **typed})
        return answer.status, await answer.text()

    async def page(self) -> str:
        return await self.office.page(f"/desk/call/{self.number}")


async def begin(office: Office) -> Line:
    answer = await office.client.post("/desk/call", allow_redirects=False)
    assert answer.status == 303
    return Line(office, answer.headers["Location"].rsplit("/", 1)[1])


@pytest.fixture
async def line(office: Office) -> Line:
    await office.hire("小陈", "agent")
    await office.sign_in("小陈")
    return await begin(office)


async def test_what_is_said_brings_answer_questions_and_what_is_known(line: Line) -> None:
    _, page = await line.send(heard=SAID)
    assert f"{FIRST} 的结论。" in page
    assert "现在还在职，还是已经离开了？" in page
    assert "在哪个镇街：小榄" in page
    assert "法律援助法第三十一条第（五）项" in page
    assert 'value="13800138000"' in page
    assert '<option value="xiaolan" selected>' in page
    assert '<li class="">什么时候</li>' in page


async def test_everything_typed_is_still_there_after_a_reload(line: Line) -> None:
    await line.send(heard=SAID, name="张三", told="先去劳动监察", groups="elderly", outcome="referred")
    page = await line.page()
    for typed in (SAID, 'value="张三"', "先去劳动监察", 'value="elderly" checked', '"referred" selected'):
        assert typed in page, typed


async def test_danger_comes_first_with_what_to_say(line: Line) -> None:
    _, page = await line.send(heard="救命，他拿刀")
    assert page.index("请马上打 110") < page.index("工单")
    assert "正在被打：马上告诉来电人" in page


async def test_a_used_suggestion_is_told_and_counted_once_a_call(line: Line) -> None:
    await line.send(heard=SAID)
    await line.send(f"opened:{SECOND}", heard=SAID)
    await line.send(f"wrong:{SECOND}", heard=SAID)
    _, page = await line.send(f"used:{FIRST}", heard=SAID, told="您好")
    assert f"您好\n\n{FIRST} 的结论。</textarea>" in page
    async with line.office.database.transaction() as tx:
        counts = {found.entry: found for found in await line.calls.counts(tx)}
    first, second = counts[FIRST], counts[SECOND]
    assert (first.shown, first.opened, first.used, first.wrong) == (1, 0, 1, 0)
    assert (second.shown, second.opened, second.used, second.wrong) == (1, 1, 0, 1)


async def test_what_is_opened_stays_open_while_the_caller_goes_on(line: Line) -> None:
    await line.send(heard=SAID)
    _, page = await line.send(f"opened:{SECOND}", heard=SAID)
    assert f"{SECOND} 的结论。" in page
    _, page = await line.send("look", heard=SAID + "，还有加班", open=SECOND)
    assert f"{SECOND} 的结论。" in page


async def test_suggestion_that_was_never_shown_cannot_be_marked(line: Line) -> None:
    status, page = await line.send("used:labour/nothing", heard=SAID)
    assert status == 409
    assert "不在这通来电里" in page
    assert SAID in page


async def test_saved_order_has_the_suggested_matter_and_cannot_be_changed(line: Line) -> None:
    status, page = await line.send("save", heard=SAID, told="先去劳动监察")
    assert status == 200
    assert f"工单 {line.number} 已存" in page
    saved = await line.page()
    assert "已答复" in saved
    assert "拖欠工资" in saved
    assert "<textarea" not in saved
    status, page = await line.send("look", heard="另外的话")
    assert status == 409
    assert "已经存了" in page
    assert "另外的话" not in await line.page()


async def test_call_for_an_adviser_becomes_a_case_with_everything_said(line: Line) -> None:
    status, page = await line.send("save", heard="救命，" + SAID, outcome="adviser", told="会有人回电")
    assert status == 409
    assert "要先填来电人的电话" in page
    await line.send(
        "save", heard="救命，" + SAID, outcome="adviser", phone="13800138000", name="张三", told="会有人回电"
    )
    async with line.office.database.transaction() as tx:
        (case,) = await list_cases(tx, WAITING)
    assert (case.reason, case.urgent, case.matter) == ("hotline", True, "labour.unpaid_wages")
    await line.office.sign_in("李律师")
    page = await line.office.page(f"/desk/cases/{case.number}")
    assert [word in page for word in (mask(SAID), "来电人 张三", "会有人回电", line.number, "请打电话回复")] == [
        True
    ] * 5
    assert "13800138000" not in page
    await line.office.act(case.number, "claim")
    assert "tel:13800138000" in await line.office.page(f"/desk/cases/{case.number}")


async def test_only_the_agent_changes_a_call_and_who_else_looked_is_on_record(line: Line) -> None:
    await line.send(heard=SAID)
    await line.office.hire("小黄", "agent")
    await line.office.sign_in("小黄")
    status, page = await line.send(heard="别的话")
    assert status == 409
    assert "小陈 在接" in page
    for _ in range(2):
        assert SAID in await line.page()
    async with line.office.database.transaction() as tx:
        kept = (await tx.exec_driver_sql("SELECT kind, actor FROM call_events ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [("started", "小陈"), ("viewed", "小黄")]


async def test_calls_and_cases_of_one_telephone_are_found_however_it_is_written(line: Line) -> None:
    office = line.office
    number = await office.case("房东不退押金")
    contact = {"phone": "+86 138 0013 8000"}
    await office.client.post(f"/api/v1/conversations/{office.key}/contact", json=contact)
    await line.send("save", heard=SAID, phone="138-0013-8000")
    found = await office.page("/desk/call?phone=13800138000")
    assert line.number in found.split("按电话查")[1]
    assert number in found
    again = await begin(office)
    _, page = await again.send(heard="又是我，还是工资", phone="13800138000")
    assert line.number in page.split("这个电话以前")[1]
    assert line.number in page.split("同类来电")[1]
    assert (await office.client.get("/desk/call?phone=abc")).status == 400


async def test_telephone_and_words_are_sealed(line: Line) -> None:
    await line.send("save", heard=SAID, phone="13800138000", name="张三丰", told="先去劳动监察")
    async with line.office.database.transaction() as tx:
        kept = str((await tx.exec_driver_sql("SELECT * FROM calls")).all())
    assert not any(word in kept for word in ("13800138000", "张三丰", "工资", "劳动监察"))


async def test_what_a_caller_says_never_becomes_html(line: Line) -> None:
    _, page = await line.send(heard=ATTACK + "工资", name=ATTACK, told=ATTACK)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    await line.send("save", heard=ATTACK, name=ATTACK, told=ATTACK)
    assert "<script>alert" not in await line.page()


@pytest.mark.parametrize(
    "order",
    [
        WorkOrder(outcome="won"),
        WorkOrder(outcome="adviser"),
        WorkOrder(phone="abc"),
        WorkOrder(matter="no.such"),
        WorkOrder(town="nowhere"),
    ],
)
def test_order_that_cannot_be_is_refused(order: WorkOrder) -> None:
    with pytest.raises(BadRequest):
        order.checked({"labour.unpaid_wages": "拖欠工资"}, {"xiaolan": "小榄镇"})


async def test_order_is_saved_once(line: Line) -> None:
    async with line.office.database.transaction() as tx:
        file = await line.calls.read_file(tx, line.number)
    order = WorkOrder(phone="13800138000", outcome="adviser")
    async with line.office.database.transaction() as tx:
        await line.calls.save(tx, file, "小陈", order, None, time.time())
    with pytest.raises(NotAllowed):
        async with line.office.database.transaction() as tx:
            await line.calls.save(tx, file, "小陈", order, None, time.time())
    async with line.office.database.transaction() as tx:
        assert len(await list_cases(tx, WAITING)) == 1


async def test_every_outcome_of_a_call_has_a_name(line: Line) -> None:
    page = await line.page()
    assert all(name in page for name in CALL_OUTCOMES.values())
