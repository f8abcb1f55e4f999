"""The guidance to read without a conversation: every entry, services, a search, open data."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from icalendar import Calendar

from bot.assistant import Assistant
from connectors.app import build_app
from connectors.readiness import Readiness
from connectors.settings import Settings
from knowledge.library import Library
from tests.connectors.office import ATTACK, Client, Office


@pytest.fixture
async def reader(tmp_path: Path, assistant: Assistant) -> AsyncIterator[Client]:
    """A service with the real assistant."""

    class Borrowed:
        """The assistant of all tests, which this service does not close."""

        def __getattr__(self, name: str) -> object:
            return (lambda: None) if name == "close" else getattr(assistant, name)

    async def prepare(_: Readiness, __: Settings) -> Borrowed:
        return Borrowed()

    settings = Settings.read({"WENFA_HOME": str(tmp_path), "WENFA_TURNS_PER_MINUTE": "100000"})
    async with TestClient(TestServer(await build_app(settings, prepare))) as client:  # type: ignore[arg-type]
        while (await client.get("/readyz")).status != 200:
            pass
        yield client


async def text(client: Client, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200, (path, answer.status)
    return str(await answer.text())


async def test_every_entry_can_be_reached_and_read(reader: Client, library: Library) -> None:
    index = await text(reader, "/guide")
    linked = re.findall(r'href="/guide/([a-z_]+/[a-z0-9-]+)"', index)
    assert sorted(linked) == sorted(library.entries)
    for entry in library.entries.values():
        page = await text(reader, f"/guide/{entry.id}")
        assert entry.head.title in page
        assert "依据" in page
        assert "<script" not in page


async def test_page_shows_points_and_what_decides(reader: Client, library: Library) -> None:
    page = await text(reader, "/guide/labour/unpaid-wages")
    entry = library.entries["labour/unpaid-wages"]
    for point in entry.points:
        assert point.ask[0] in page
    for fact in entry.facts:
        assert fact.ask in page
        assert all(option.label in page for option in fact.options)


async def test_words_of_a_citizen_find_the_entry(reader: Client) -> None:
    page = await text(reader, "/guide/search?q=老板拖欠我三个月工资")
    assert re.search(r'href="/guide/(?:labour|migrant_pay)/', page.split("</form>")[1])
    page = await text(reader, "/guide/search?q=他拿着刀在砍门")
    assert '<a href="tel:110">110</a>' in page.split("</form>")[1].split("<footer>")[0]


async def test_open_data_is_the_whole_library(reader: Client, library: Library) -> None:
    answer = await reader.get("/guide/library.json")
    data = await answer.json()
    assert [entry["id"] for entry in data["entries"]] == list(library.entries)
    assert len(data["services"]) == len(library.services)
    assert all(entry["basis"] and entry["sections"]["结论"] for entry in data["entries"])
    again = await reader.get("/guide/library.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


@pytest.mark.parametrize("path", ["/guide/labour/nothing", "/guide/nothing/at-all"])
async def test_what_is_not_there_is_said_on_a_page(office: Office, path: str) -> None:
    answer = await office.client.get(path)
    assert answer.status == 404
    assert "没有这篇指引" in await answer.text()


async def test_nothing_typed_becomes_html(office: Office) -> None:
    answer = await office.client.get("/guide/search", params={"q": ATTACK})
    assert ATTACK not in await answer.text()
    answer = await office.client.get("/guide/search", params={"q": "长" * 201})
    assert answer.status == 400


async def test_services_say_what_to_bring(office: Office, library: Library) -> None:
    page = await office.page("/guide/services")
    for service in library.services.values():
        assert service.name in page
        assert all(item in page for item in service.bring)


async def test_a_limit_goes_into_the_calendar(reader: Client) -> None:
    answer = await reader.get("/guide/labour/unpaid-wages.ics?on=2027-03-05")
    assert answer.status == 200
    assert answer.content_type == "text/calendar"
    (event,) = Calendar.from_ical(await answer.read()).walk("VEVENT")
    assert event.decoded("dtstart") == date(2027, 3, 5)
    assert "老板拖欠工资" in str(event["summary"])
    alarms = [alarm.decoded("trigger") for alarm in event.walk("VALARM")]
    assert alarms == [timedelta(hours=9) - timedelta(days=7), timedelta(hours=9) - timedelta(days=1)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/guide/labour/unpaid-wages.ics", 400),
        ("/guide/labour/unpaid-wages.ics?on=明天", 400),
        ("/guide/labour/unpaid-wages.ics?on=9999-12-31", 400),
        ("/guide/labour/no-such.ics?on=2027-03-05", 404),
    ],
)
async def test_what_is_no_limit_is_refused(reader: Client, path: str, status: int) -> None:
    assert (await reader.get(path)).status == status


async def test_entry_is_a_list_to_tick_off(reader: Client) -> None:
    page = await text(reader, "/guide/labour/unpaid-wages/plan?on=2027-03-05&on=2027-02-01&on=2027-03-05")
    assert page.count('type="checkbox"') >= 10
    assert page.index("2027年2月1日") < page.index("2027年3月5日")
    assert page.count("/guide/labour/unpaid-wages.ics?on=2027-03-05") == 1
    for name in ("怎么办", "准备什么", "去哪里办", "时限"):
        assert f"<h2>{name}</h2>" in page
    assert "/guide/labour/unpaid-wages/plan" in await text(reader, "/guide/labour/unpaid-wages")
    assert "别错过的日子" not in await text(reader, "/guide/labour/unpaid-wages/plan")
    for wrong, status in (("labour/no-such/plan", 404), ("labour/unpaid-wages/plan?on=明天", 400)):
        assert (await reader.get(f"/guide/{wrong}")).status == status
