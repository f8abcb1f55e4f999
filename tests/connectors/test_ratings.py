"""After a case is closed the citizen says how it was; who was not satisfied is called back; figures count people."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from connectors.cases.ratings import ASKED_S, Report, rating_of, report
from connectors.storage.schema import cases
from tests.connectors.office import Office


@pytest.mark.parametrize(
    ("words", "rating"),
    [
        ("满意", "satisfied"),
        ("很满意，谢谢律师", "satisfied"),
        ("好评！", "satisfied"),
        ("一般般", "neutral"),
        ("还可以", "neutral"),
        ("不满意", "dissatisfied"),
        ("不太满意，等了三天才回", "dissatisfied"),
        ("问题没有解决", "dissatisfied"),
        ("冇解决", "dissatisfied"),
        ("公司对我的工作不满意要辞退我", None),
        ("老板欠我工资", None),
        ("信访答复不满意怎么办", None),
    ],
)
def test_rating_in_words(words: str, rating: str | None) -> None:
    assert rating_of(words) == rating


async def closed(office: Office) -> str:
    number = await office.case("老板欠我工资")
    await office.sign_in("李律师")
    await office.act(number, "reply", text="请申请仲裁")
    await office.act(number, "close", outcome="advised")
    return number


async def test_citizen_is_asked_once_and_thanked(office: Office) -> None:
    number = await closed(office)
    assert "回复“满意”" in (await office.heard())[-1]
    assert "谢谢您的评价" in (await office.say("满意"))["text"]
    assert "满意" in (await office.say("满意"))["text"]  # said again, it is a message like any other
    assert "评价：满意" in await office.page(f"/desk/cases/{number}")


async def test_word_of_satisfaction_rates_nothing_before_a_case_is_closed(office: Office) -> None:
    assert (await office.say("不满意"))["outcome"] == "answer"
    await office.case("老板欠我工资")
    assert (await office.say("不满意"))["outcome"] == "answer"


async def test_case_closed_long_ago_is_rated_no_more(office: Office) -> None:
    await closed(office)
    async with office.database.transaction() as tx:
        await tx.execute(update(cases).values(updated_at=time.time() - ASKED_S - 1))
    assert (await office.say("满意"))["outcome"] == "answer"


async def test_who_is_not_satisfied_stands_with_the_supervisor_until_called(office: Office) -> None:
    number = await closed(office)
    assert "督办人员会看到" in (await office.say("不满意，没说清楚"))["text"]
    await office.hire("赵督办", "supervisor")
    await office.sign_in("赵督办")
    page = await office.page("/desk/supervision")
    assert number in page.split("要回访（1）")[1]
    assert (await office.act(number, "called-back"))[0] == 200
    assert "要回访（0）" in await office.page("/desk/supervision")
    assert "回访过 赵督办" in await office.page(f"/desk/cases/{number}")


async def counted(office: Office, later_s: float = 0.0) -> Report:
    now = time.time() + later_s
    async with office.database.transaction() as tx:
        return await report(tx, 0.0, now)


async def test_report_counts_people_and_what_came_back(office: Office) -> None:
    assert (await counted(office)).settled is None
    await closed(office)
    await office.say("满意")
    await closed(office)
    office.key += "x"
    await closed(office)
    await office.say("不满意")
    found = await counted(office)
    assert (found.opened, found.people, found.closed) == (3, 2, 3)
    assert (found.rated, found.satisfied, found.to_call_back) == (0.667, 0.5, 1)
    assert found.settled is None  # not a week old
    assert (await counted(office, ASKED_S + 60)).settled == 0.667  # the first citizen came back
    assert found.reasons == {"asked": 3}
