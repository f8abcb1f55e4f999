"""Replies that a supervisor reads before they go out, and suggestions that were put into other words."""

from __future__ import annotations

import re
import time

import pytest

from connectors.cases.desk import Desk
from connectors.cases.proposals import Proposals
from connectors.cases.store import find_case
from connectors.errors import NotAllowed
from connectors.forgetting import forget
from connectors.staff.accounts import Accounts, Duties
from tests.connectors.office import ATTACK, Office


@pytest.fixture
async def checked(office: Office) -> Office:
    """An office in which 小王's replies are read by 陈主任 before they go out."""
    await office.hire("小王", "agent")
    await office.hire("陈主任", "supervisor")
    async with office.database.transaction() as tx:
        await Accounts().arrange(tx, "小王", Duties(checked=True))
    return office


async def drafted(office: Office, words: str) -> str:
    number = await office.case("老板欠我三个月工资")
    await office.sign_in("小王")
    assert (await office.act(number, "reply", text=words))[0] == 200
    return number


async def decide(office: Office, act: str, **form: str) -> tuple[int, str]:
    """As the supervisor, with the first that waits."""
    await office.sign_in("陈主任")
    draft = re.findall(r'action="/desk/drafts/(\d+)/send"', await office.page("/desk/drafts"))[0]
    answer = await office.client.post(f"/desk/drafts/{draft}/{act}", data=form)
    return answer.status, await answer.text()


async def test_reply_waits_for_a_supervisor_and_goes_out_as_corrected(checked: Office) -> None:
    number = await drafted(checked, "可以仲栽")
    assert "仲栽" not in "".join(await checked.heard())
    page = await checked.page(f"/desk/cases/{number}")
    assert "等督办审核" in page
    assert "交督办审核" in page
    assert (await decide(checked, "send", text="可以仲裁"))[0] == 200
    assert (await checked.heard())[-1] == "可以仲裁"
    assert "没有要审的" in await checked.page("/desk/drafts")
    assert "审核后发出 陈主任" in await checked.page(f"/desk/cases/{number}")


async def test_reply_is_given_back_with_a_reason(checked: Office) -> None:
    number = await drafted(checked, "不用管它")
    status, page = await decide(checked, "return", note=" ")
    assert (status, "退回要写明为什么" in page) == (409, True)
    assert (await decide(checked, "return", note="请写明十五日"))[0] == 200
    await checked.sign_in("小王")
    assert "被退回：请写明十五日" in await checked.page(f"/desk/cases/{number}")
    assert "不用管它" not in "".join(await checked.heard())


async def test_reply_of_who_has_lost_the_case_does_not_go_out(checked: Office) -> None:
    number = await drafted(checked, "等我回复")
    await checked.sign_in("陈主任")
    page = await checked.page("/desk/drafts")
    draft = int(re.findall(r'action="/desk/drafts/(\d+)/send"', page)[0])
    await checked.act(number, "return")
    assert "没有要审的" in await checked.page("/desk/drafts")
    with pytest.raises(NotAllowed, match="不在写的人手上"):
        async with checked.database.transaction() as tx:
            await Desk(checked.keys, checked.wording).send_draft(tx, draft, "陈主任", "等我回复", time.time())
    assert "等我回复" not in "".join(await checked.heard())


async def test_case_with_a_reply_to_read_is_neither_closed_nor_taken_back(checked: Office) -> None:
    number = await drafted(checked, "您好")
    status, page = await checked.act(number, "close", outcome="advised")
    assert (status, "等审核" in page) == (409, True)
    async with checked.database.transaction() as tx:
        assert await Desk(checked.keys, checked.wording).take_back_silent(tx, time.time() + 30 * 86400) == []


async def test_of_two_supervisors_one_decides(checked: Office) -> None:
    await drafted(checked, "您好")
    desk = Desk(checked.keys, checked.wording)
    async with checked.database.transaction() as tx:
        [(_, draft)] = await desk.waiting_drafts(tx, 9)
        await desk.send_draft(tx, draft.id, "陈主任", draft.words, time.time())
    with pytest.raises(NotAllowed, match="已经有人处理过"):
        async with checked.database.transaction() as tx:
            await desk.return_draft(tx, draft.id, "陈主任", "晚了", time.time())


async def test_words_that_wait_are_sealed_and_no_html(checked: Office) -> None:
    number = await drafted(checked, f"{ATTACK}打我电话13912345678")
    assert ATTACK not in await checked.page(f"/desk/cases/{number}")
    await checked.sign_in("陈主任")
    assert ATTACK not in await checked.page("/desk/drafts")
    async with checked.database.transaction() as tx:
        assert "13912345678" not in str((await tx.exec_driver_sql("SELECT * FROM drafts")).all())


async def test_edited_suggestion_is_kept_for_the_editor_and_forgotten_with_the_case(office: Office) -> None:
    number = await office.case("老板欠我三个月的工资")
    await office.sign_in("李律师")
    _, page = await office.act(number, "insert", entry="labour/overtime", text="")
    assert 'name="made_from" value="labour/overtime"' in page
    await office.act(number, "reply", text="labour/overtime 的结论。祝好", made_from="labour/overtime")
    await office.act(number, "reply", text="先去小榄分局，电话13912345678", made_from="labour/overtime")
    kept = Proposals(office.keys)
    async with office.database.transaction() as tx:
        [one] = await kept.open(tx, 9)
        assert one.changes() == ["- labour/overtime 的结论。", "+ 先去小榄分局，电话【手机号】"]
        await kept.done(tx, one.id, time.time())
        assert await kept.open(tx, 9) == []
    await office.act(number, "close", outcome="advised")
    async with office.database.transaction() as tx:
        case = await find_case(tx, number)
        await forget(tx, case.conversation_id, "citizen", time.time())
        assert (await tx.exec_driver_sql("SELECT * FROM proposals")).all() == []
