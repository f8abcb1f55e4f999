"""The pages that reckon: few figures in, an estimate out, nothing kept, whatever is typed."""

from __future__ import annotations

import pytest

from knowledge.sums import read_sums
from tests.connectors.office import ATTACK, Office

SEVERANCE = {"why": "unlawful", "start": "2023-03-15", "end": "2025-03-14", "monthly": "五千", "notice_given": ""}


async def reckoned(office: Office, sum_id: str, **typed: str) -> tuple[int, str]:
    answer = await office.client.post(f"/sums/{sum_id}", data=typed)
    return answer.status, await answer.text()


async def test_every_sum_is_listed_and_has_its_page(office: Office) -> None:
    listed = await office.page("/sums")
    for one in read_sums().values():
        assert f'href="/sums/{one.id}"' in listed
        page = await office.page(f"/sums/{one.id}")
        assert all(field.label in page for field in one.fields)
    assert (await office.client.get("/sums/nothing")).status == 404


async def test_result_has_its_reckoning_and_its_article(office: Office) -> None:
    status, page = await reckoned(office, "severance", **SEVERANCE)
    assert status == 200
    assert "20,000" in page
    assert "5,000 元 × 2 个月 × 2 = 20,000 元" in page
    assert "《劳动合同法》第八十七条" in page
    assert "不是决定" in page
    assert 'value="五千"' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"monthly": "很多"}, "看不出是多少"),
        ({"monthly": ATTACK}, "看不出是多少"),
        ({"start": "去年"}, "2026-12-31 这样"),
        ({"end": "2020-01-01"}, "比入职还早"),
        ({"why": "x"}, "请从列出的里面选"),
        ({"monthly": ""}, "这一项要填"),
        ({"monthly": "9" * 40}, "数太大了"),
    ],
)
async def test_what_cannot_be_reckoned_is_said_and_stays(office: Office, wrong: dict[str, str], said: str) -> None:
    status, page = await reckoned(office, "severance", **(SEVERANCE | wrong))
    assert status == 422
    assert said in page
    assert ATTACK not in page
    assert "2023-03-15" in page or "start" in wrong


async def test_month_and_hours_are_read(office: Office) -> None:
    assert "2031 年 10 月" in (await reckoned(office, "retirement", born="1970年5月", kind="man"))[1]
    status, page = await reckoned(office, "overtime", monthly="3480", weekday="10小时", rest_day="", holiday="")
    assert (status, "300</span>" in page) == (200, True)
    assert "至少写一种" in (await reckoned(office, "overtime", monthly="3480"))[1]


async def test_page_is_filled_in_with_what_its_address_says(office: Office) -> None:
    page = await office.page("/sums/severance?monthly=8000&start=2022-03-01&why=unlawful")
    assert 'value="8000"' in page
    assert 'value="2022-03-01"' in page
    assert "已经先填好了" in page
    assert 'class="fault"' not in page


@pytest.mark.parametrize("query", ["", "monthly=<script>alert(1)</script>", "start=2022-13-45&other=1", "why=nobody"])
async def test_what_an_address_says_wrongly_is_left_out(office: Office, query: str) -> None:
    page = await office.page(f"/sums/severance?{query}")
    assert "已经先填好了" not in page
    assert "alert" not in page
