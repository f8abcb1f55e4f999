"""An application from the conversation to the receiving centre: filled page by page, handed in, told, taken back."""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer
from cryptography.fernet import Fernet
from docx import Document
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select

from bot.wording import Wording
from connectors.app import build_app
from connectors.applications.desk import HANDED_IN_TOPIC, ApplicationDesk
from connectors.applications.logic import logic_of, with_options
from connectors.applications.spreadsheet import spreadsheet
from connectors.applications.store import STATUS_NAMES, Application, Applications
from connectors.clocks import read_clocks
from connectors.intake.simulator import Centre
from connectors.keyring import KeyRing
from connectors.outbox import OutboxWorker
from connectors.readiness import Readiness
from connectors.receivers import Receivers
from connectors.settings import Settings
from connectors.staff.accounts import Accounts, Duties
from connectors.storage.opening import open_storage
from connectors.storage.schema import metadata
from connectors.word_files import MEDIA_TYPE as DOCX
from knowledge.forms import Field, Form, Step, form_called, read_forms
from knowledge.laws import Resolved
from knowledge.library import Library, read_city
from knowledge.records import City
from nlu.citations import CitationParser
from nlu.mask import is_identity_number
from nlu.signals import signal
from tests.conftest import TODAY
from tests.connectors.office import ATTACK, Office
from tests.fakes import EchoAssistant, write_receiver
from tests.papers import PDF, photograph

SECRET = "shared secret"  # noqa: S105 - of tests
IDENTITY = next(
    "44200019900101123" + check for check in "0123456789X" if is_identity_number("44200019900101123" + check)
)
STORY = "我在小榄一个工地干活，包工头欠我两万块工资三个月了"
ANSWERS: dict[str, dict[str, str]] = {
    "matter": {"matter": "pay", "story": STORY, "stage": "not_begun", "place": "xiaolan", "opponent": ATTACK},
    "condition": {"represented": "no", "group": "migrant"},
    "person": {
        "for_whom": "self",
        "name": "古丽米热·艾比布力",
        "paper": "resident",
        "paper_number": IDENTITY,
        "phone": "13800138000",
        "address": "小榄镇某村",
    },
}


class Applicant:
    """A citizen with a browser of their own, beside a conversation on the service."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.browser = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.base = str(office.client.make_url("")).rstrip("/")
        self.address = ""

    async def asks(self) -> dict[str, Any]:
        await self.office.say(STORY)
        return await self.office.say("我要申请法律援助")

    async def opens(self, link: str) -> tuple[int, str]:
        async with self.browser.get(self.base + link) as page:
            found = re.match(r".*?/forms/[^/]+", str(page.url))
            self.address = found[0] if found else ""
            return page.status, await page.text()

    async def fills(self, step: str, **answers: str) -> tuple[int, str, str]:
        """Status, page and the step that follows."""
        async with self.browser.post(f"{self.address}/{step}", data=answers) as page:
            return page.status, await page.text(), str(page.url).rsplit("/", 1)[-1]

    async def reads(self, page: str) -> tuple[int, str]:
        async with self.browser.get(f"{self.address}/{page}") as answer:
            return answer.status, await answer.text()

    async def applies(self) -> str:
        """The whole way; the number."""
        status, _ = await self.opens((await self.asks())["link"])
        assert status == 200
        for step, answers in ANSWERS.items():
            status, _, _ = await self.fills(step, **answers)
            assert status == 200, step
        status, page, _ = await self.fills("review", truth="yes", consent="yes")
        assert status == 200
        found = re.search(r'class="number">([0-9-]+)<', page)
        assert found
        return found[1]


@pytest.fixture
async def applicant(office: Office) -> AsyncIterator[Applicant]:
    one = Applicant(office)
    yield one
    await one.browser.close()


async def test_what_was_said_is_filled_in_and_the_form_leads_from_page_to_page(applicant: Applicant) -> None:
    reply = await applicant.asks()
    assert reply["link"].startswith("/forms/")
    assert "七天内有效" in reply["text"]
    status, page = await applicant.opens(reply["link"])
    assert status == 200
    assert STORY in page
    assert re.search(r'value="xiaolan"[^>]*selected', page)
    assert re.search(r'value="pay"[^>]*selected', page)
    assert "共 5 步" in page
    status, page, following = await applicant.fills("matter", **ANSWERS["matter"])
    assert (status, following) == (200, "condition")
    assert "进城务工的人" in page
    _, _, following = await applicant.fills("condition", **ANSWERS["condition"])
    assert following == "person"
    status, page, following = await applicant.fills("person", **ANSWERS["person"])
    assert (status, following) == (200, "files")
    assert "工牌" in page
    _, page = await applicant.reads("review")
    assert "第四十二条第（三）项" in page
    assert "可以不查经济状况" in page
    assert ATTACK not in page


async def test_means_are_asked_of_who_belongs_to_no_group_and_the_sum_is_shown(applicant: Applicant) -> None:
    await applicant.opens((await applicant.asks())["link"])
    await applicant.fills("matter", **ANSWERS["matter"])
    _, _, following = await applicant.fills("condition", represented="no", group="none")
    assert following == "means"
    means = {"persons": "3", "income_period": "months", "income": "2800、0、5200", "assets": "no"}
    _, _, following = await applicant.fills("means", **means)
    assert following == "person"
    await applicant.fills("person", **ANSWERS["person"])
    _, page = await applicant.reads("review")
    assert "（2,800 ＋ 0 ＋ 5,200）÷ 3 = 每月 2,666.67 元" in page
    assert "平均每人每月 888.89 元" in page
    assert "标准还没有填报" in page
    # another answer makes the means idle: they are asked no more, shown no more, sent no more
    await applicant.fills("condition", represented="no", group="relief")
    _, page = await applicant.reads("review")
    assert "2800" not in page
    assert (await applicant.reads("means"))[1] == page


async def test_what_is_wrong_is_said_beside_it_and_what_is_right_is_kept(applicant: Applicant) -> None:
    await applicant.opens((await applicant.asks())["link"])
    await applicant.fills("matter", **ANSWERS["matter"])
    await applicant.fills("condition", **ANSWERS["condition"])
    wrong = ANSWERS["person"] | {"paper_number": "442000650101123", "phone": "123"}
    status, page, _ = await applicant.fills("person", **wrong)
    assert status == 422
    assert "15 位的旧号码" in page
    assert 'value="442000650101123"' in page
    _, page = await applicant.reads("person")
    assert "古丽米热·艾比布力" in page
    assert "442000650101123" not in page
    assert "person" in str((await applicant.reads("review"))[1])


async def test_nothing_is_handed_in_before_all_is_answered_and_promised(applicant: Applicant) -> None:
    await applicant.opens((await applicant.asks())["link"])
    await applicant.fills("matter", **ANSWERS["matter"])
    _, _, following = await applicant.fills("review", truth="yes", consent="yes")
    assert following == "condition"
    await applicant.fills("condition", **ANSWERS["condition"])
    await applicant.fills("person", **ANSWERS["person"])
    status, page, _ = await applicant.fills("review", truth="yes")
    assert status == 422
    assert "每一项都勾选" in page


async def test_child_needs_the_consent_of_a_guardian_and_who_acts_for_it_is_asked(applicant: Applicant) -> None:
    child = next("44200020180101123" + c for c in "0123456789X" if is_identity_number("44200020180101123" + c))
    await applicant.opens((await applicant.asks())["link"])
    await applicant.fills("matter", **ANSWERS["matter"])
    await applicant.fills("condition", **ANSWERS["condition"])
    person = ANSWERS["person"] | {"for_whom": "ward", "paper_number": child}
    _, _, following = await applicant.fills("person", **person)
    assert following == "agent"
    agent = {
        "agent_name": "李四",
        "agent_relation": "母亲",
        "agent_paper_number": IDENTITY,
        "agent_phone": "13900139000",
    }
    await applicant.fills("agent", **agent)
    _, page = await applicant.reads("review")
    assert "不满十四岁" in page
    assert "户口簿、出生证明" in page
    assert (await applicant.fills("review", truth="yes", consent="yes"))[0] == 422
    assert (await applicant.fills("review", truth="yes", consent="yes", guardian="yes"))[0] == 200


async def test_application_handed_in_is_told_in_the_conversation_and_can_be_asked_for(applicant: Applicant) -> None:
    number = await applicant.applies()
    assert number in (await applicant.office.heard())[-1]
    standing = await applicant.office.say("我的申请到哪一步了")
    assert number in standing["text"]
    assert "已提交" in standing["text"]
    again = await applicant.office.say("我要申请法律援助")
    assert number in again["text"]
    status, page = await applicant.opens(again["link"])
    assert status == 200
    assert "已提交" in page


async def test_application_is_changed_no_more_after_it_was_handed_in(applicant: Applicant) -> None:
    await applicant.applies()
    _, page, following = await applicant.fills("matter", **ANSWERS["matter"])
    assert following == "receipt"
    assert "已提交" in page


async def test_citizen_takes_it_back(applicant: Applicant) -> None:
    await applicant.applies()
    status, page, _ = await applicant.fills("withdraw")
    assert status == 200
    assert "已撤回" in page
    assert "已经撤回" in (await applicant.office.heard())[-1]
    assert (await applicant.fills("withdraw"))[0] == 409
    again = await applicant.office.say("我要申请法律援助")  # as was said, one may apply again
    status, page = await applicant.opens(again["link"])
    assert status == 200
    assert "第 1 步" in page
    assert STORY in page


async def test_link_opens_in_one_browser_and_a_new_one_ends_the_old(applicant: Applicant) -> None:
    link = (await applicant.asks())["link"]
    assert (await applicant.opens(link))[0] == 200
    assert (await applicant.opens(link))[0] == 200
    other = Applicant(applicant.office)
    status, page = await other.opens(link)
    assert status == 404
    assert "已经用过" in page
    assert (await other.opens(f"{link.partition('/open/')[0]}"))[0] == 404
    newer = (await applicant.office.say("我要申请法律援助"))["link"]
    assert (await other.opens(newer))[0] == 200
    assert (await applicant.reads("matter"))[0] == 404
    await other.browser.close()


async def test_link_ends_and_cannot_be_guessed(applicant: Applicant, monkeypatch: pytest.MonkeyPatch) -> None:
    link = (await applicant.asks())["link"]
    assert (await applicant.opens(link[:-4] + "abcd"))[0] == 404
    now = time.time()
    monkeypatch.setattr("connectors.sealed_links.time.time", lambda: now + 8 * 86400)
    status, page = await applicant.opens(link)
    assert status == 404
    assert "过期" in page


async def test_post_from_another_site_is_refused(applicant: Applicant) -> None:
    await applicant.opens((await applicant.asks())["link"])
    answers, headers = ANSWERS["matter"], {"Origin": "https://evil.example"}
    async with applicant.browser.post(f"{applicant.address}/matter", data=answers, headers=headers) as answer:
        assert answer.status == 403


async def test_nothing_personal_lies_open_on_the_disk_or_in_the_logs_after_a_whole_run(
    applicant: Applicant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    office = applicant.office
    await office.hire("小王", "agent")
    async with office.database.transaction() as tx:
        await Accounts().arrange(tx, "小王", Duties(checked=True))
    await applicant.opens((await applicant.asks())["link"])
    await sends(applicant, ("古丽米热的工牌.jpg", photograph()))
    await applicant.applies()
    number = await office.case("我的电话是13800138000，我叫古丽米热")
    contact = {"phone": "13800138000", "when": "晚上"}
    await office.client.post(f"/api/v1/conversations/{office.key}/contact", json=contact)
    await office.sign_in("小王")
    await office.act(number, "reply", text="古丽米热您好，请到小榄分局", made_from="labour/overtime")
    call = (await office.client.post("/desk/call")).url.path
    order = {"heard": "来电人说包工头欠他钱", "name": "古丽米热", "phone": "13800138000", "told": "去小榄分局"}
    assert (await office.client.post(call, data=order)).status == 200
    async with office.database.transaction() as tx:
        rows = [(await tx.execute(select(table))).all() for table in metadata.sorted_tables]
        kept = [str([value for row in table for value in row]) for table in rows]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (IDENTITY, "13800138000", "古丽米热", "包工头", "小榄分局"):
        assert secret not in "".join(kept), secret
        assert not any(secret.encode() in content for content in files), secret
        assert secret not in caplog.text, secret


async def sends(applicant: Applicant, *files: tuple[str, bytes]) -> tuple[int, str]:
    form = aiohttp.FormData(quote_fields=False)  # as browsers do
    for name, content in files:
        form.add_field("files", content, filename=name, content_type="image/jpeg")
    async with applicant.browser.post(f"{applicant.address}/files", data=form) as page:
        return page.status, await page.text()


async def kept(applicant: Applicant) -> list[str]:
    """The files of the page, as addresses."""
    return re.findall(r'href="/forms/[^"]+/files/(\d+)"', (await applicant.reads("files"))[1])


async def test_photographs_and_pdf_are_kept_and_photographs_lose_what_they_tell(applicant: Applicant) -> None:
    await applicant.opens((await applicant.asks())["link"])
    status, page = await sends(
        applicant, ("工牌 1.jpg", photograph()), ("合同.pdf", PDF), ("再一张.png", photograph("PNG"))
    )
    assert status == 200
    assert all(name in page for name in ("工牌 1.jpg", "合同.pdf", "再一张.jpg"))
    first, second, third = await kept(applicant)
    async with applicant.browser.get(f"{applicant.address}/files/{first}") as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        content = await answer.read()
    assert "小榄".encode() not in content
    assert max(Image.open(io.BytesIO(content)).size) == 2400
    async with applicant.browser.get(f"{applicant.address}/files/{second}") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert await answer.read() == PDF
    assert (await applicant.fills(f"files/{third}/remove"))[0] == 200
    assert await kept(applicant) == [first, second]
    await sends(applicant, ("又一次.pdf", PDF))
    assert await kept(applicant) == [first, second]  # the same content is one file
    async with applicant.office.database.transaction() as tx:
        stored = str((await tx.exec_driver_sql("SELECT * FROM attachments")).all())
    assert "合同" not in stored
    assert "%PDF" not in stored


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.jpg", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 100, "HEIC"),
        ("x.jpg", b"<script>alert(1)</script>", "不是照片也不是 PDF"),
        ("x.pdf", b"MZ\x90\x00 a program", "不是照片也不是 PDF"),
        ("x.jpg", b"\xff\xd8\xff broken", "打不开"),
        ("x.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(x)>>/Type"), "会自己运行"),
        ("x.pdf", PDF.replace(b"/Root", b"/Encrypt 2 0 R/Root"), "加了密码"),
        ("x.pdf", PDF[:-8], "不完整"),
        ("x.jpg", b"", "是空的"),
        ("x.jpg", b"\xff\xd8\xff" + b"x" * (10 * 2**20), "太大了"),
    ],
)
async def test_file_that_cannot_be_taken_says_what_to_do(
    applicant: Applicant, name: str, content: bytes, said: str
) -> None:
    await applicant.opens((await applicant.asks())["link"])
    status, page = await sends(applicant, ("好的.pdf", PDF), (name, content))
    assert status == 422
    assert said in page
    assert len(await kept(applicant)) == 1  # what was right is kept


async def test_files_are_few_and_those_of_another_are_not_seen(applicant: Applicant) -> None:
    await applicant.opens((await applicant.asks())["link"])
    files = [(f"{i}.pdf", PDF.replace(b"1.4", f"1.{i % 10}".encode()) + b" " * i) for i in range(12)]
    assert (await sends(applicant, *files))[0] == 200
    status, page = await sends(applicant, ("more.pdf", PDF + b"   " * 20))
    assert status == 422
    assert "最多 12 个" in page
    (first, *_) = await kept(applicant)
    other = Applicant(applicant.office)
    applicant.office.key += "x"
    await other.opens((await other.asks())["link"])
    assert (await other.reads(f"files/{first}"))[0] == 404
    assert (await other.fills(f"files/{first}/remove"))[0] == 200
    assert len(await kept(applicant)) == 12
    await other.browser.close()


class Receiving:
    """A service with a receiving centre beside it, whose outbox is worked by hand."""

    def __init__(self, applicant: Applicant, centre: Centre, worker: OutboxWorker) -> None:
        self.applicant = applicant
        self.centre = centre
        self.worker = worker
        self.now = time.time()

    async def delivers(self, later_s: float = 0.0) -> int:
        self.now = max(self.now, time.time()) + later_s
        return await self.worker.deliver_due(self.now + 1)

    async def stands(self, number: str) -> tuple[str, str | None]:
        async with self.applicant.office.database.transaction() as tx:
            application = await Applications(self.applicant.office.keys).find(tx, number)
        return application.status, application.receipt


@pytest.fixture
def receiver_files() -> dict[str, dict[str, Any]]:
    """What the file of each receiving system says beyond the usual; each is the same centre."""
    return {"centre": {}}


@pytest.fixture
async def receiving(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch, receiver_files: dict[str, dict[str, Any]]
) -> AsyncIterator[Receiving]:
    from connectors import app as application
    from connectors.core import Core

    async def prepare(_: Readiness, __: Settings) -> EchoAssistant:
        return EchoAssistant()

    async def idle(_: OutboxWorker) -> None:
        await asyncio.Event().wait()

    cores: list[Core] = []
    deliverers: Callable[..., Any] = application.deliverers_of

    def noted(core: Core, session: aiohttp.ClientSession) -> Any:
        cores.append(core)
        return deliverers(core, session)

    monkeypatch.setattr(application, "deliverers_of", noted)
    monkeypatch.setattr(OutboxWorker, "run", idle)
    centre = Centre(SECRET, "")
    async with TestServer(centre.app()) as system, aiohttp.ClientSession() as session:
        environment = {"WENFA_HOME": str(tmp_path), "WENFA_DATABASE_URL": database_url}
        environment["WENFA_CENTRE"] = SECRET
        for name, more in receiver_files.items():
            write_receiver(tmp_path, name, **({"url": str(system.make_url("/applications"))} | more))
        settings = Settings.read(environment)
        async with TestClient(TestServer(await build_app(settings, prepare))) as client:
            centre.callback = str(client.make_url("/intake/centre/standing"))
            while (await client.get("/readyz")).status != 200:
                await asyncio.sleep(0.01)
            database, keys = await open_storage(settings)
            applicant = Applicant(Office(client, database, keys))
            try:
                worker = OutboxWorker(database, keys, deliverers(cores[0], session))
                yield Receiving(applicant, centre, worker)
            finally:
                await applicant.browser.close()
                await database.close()


async def test_centre_receives_what_was_handed_in_and_the_citizen_sees_its_number(receiving: Receiving) -> None:
    number = await receiving.applicant.applies()
    assert await receiving.delivers() == 1
    sent = receiving.centre.applications[number]
    assert sent["schema"] == "wenfa.application/1"
    assert sent["answers"]["paper_number"] == IDENTITY
    assert sent["labels"]["属于哪一种"].startswith("讨工资")
    assert sent["labels"]["您属于下面哪一种"] == "进城务工的人"
    assert sent["assessment"]["articles"] == ["第三十一条第（五）项", "第四十二条第（三）项"]
    status, receipt = await receiving.stands(number)
    assert status == "received"
    assert receipt is not None
    assert receipt in (await receiving.applicant.office.heard())[-1]
    assert receipt in (await receiving.applicant.reads("receipt"))[1]


async def test_centre_that_is_down_answers_garbage_or_twice_loses_and_doubles_nothing(receiving: Receiving) -> None:
    receiving.centre.faults.down, receiving.centre.faults.garbage = 3, 2
    number = await receiving.applicant.applies()
    for _ in range(6):
        await receiving.delivers(3700)
    assert await receiving.delivers(3700) == 0
    assert (await receiving.stands(number))[0] == "received"
    assert list(receiving.centre.applications) == [number]
    heard = await receiving.applicant.office.heard()
    assert sum("已经收到您的申请" in text for text in heard) == 1
    assert list(receiving.centre.deliveries) == [f"{HANDED_IN_TOPIC}:{number}"]


async def test_decisions_out_of_order_and_twice_are_told_once(receiving: Receiving) -> None:
    number = await receiving.applicant.applies()
    await receiving.delivers()
    now = time.time()
    tell = receiving.centre.tell
    assert await tell(number, "papers_wanted", note="请补工资记录", at=now + 0.1, delivery="a") == 204
    await asyncio.sleep(0.3)
    assert await tell(number, "assigned", note="张律师", at=time.time(), delivery="b") == 204
    assert await tell(number, "granted", at=now + 0.2, delivery="c") == 204
    assert await tell(number, "assigned", note="张律师", at=time.time(), delivery="b") == 204
    assert (await receiving.stands(number))[0] == "assigned"
    heard = await receiving.applicant.office.heard()
    assert [sum(words in text for text in heard) for words in ("请补工资记录", "张律师", "批准了")] == [1, 1, 0]


async def test_refusal_says_how_to_object(receiving: Receiving) -> None:
    number = await receiving.applicant.applies()
    await receiving.delivers()
    assert await receiving.centre.tell(number, "refused", note="事项不在范围内") == 204
    last = (await receiving.applicant.office.heard())[-1]
    assert "事项不在范围内" in last
    assert "第四十九条" in last
    (asked_for,) = re.findall("说“(我要.*?)”", last)
    assert signal(asked_for) == "apply"
    form = form_called(asked_for)
    assert form is not None
    assert form.id == "aid_objection"
    applicant = receiving.applicant
    _, page = await applicant.opens((await applicant.office.say(f"我要申请{form.called[0]}"))["link"])
    assert f'value="{number}"' in page  # of the application that was refused


async def test_centre_and_officer_see_the_files(receiving: Receiving) -> None:
    applicant, centre = receiving.applicant, receiving.centre
    await applicant.opens((await applicant.asks())["link"])
    await sends(applicant, ("合同.pdf", PDF))
    number = await applicant.applies()
    await receiving.delivers()
    (file,) = centre.applications[number]["attachments"]
    assert (file["name"], file["sha256"]) == ("合同.pdf", hashlib.sha256(PDF).hexdigest())
    assert await centre.fetch(number, file["id"]) == (200, PDF)
    assert (await centre.fetch(number, 999))[0] == 404
    centre.secret = "guessed"  # noqa: S105
    assert (await centre.fetch(number, file["id"]))[0] == 403
    office = applicant.office
    await office.hire("陈窗口", "officer")
    await office.sign_in("陈窗口")
    assert "合同.pdf" in await office.page(f"/desk/applications/{number}")
    answer = await office.client.get(f"/desk/applications/{number}/files/{file['id']}")
    assert await answer.read() == PDF
    _, page = await sends(applicant, ("晚了.pdf", PDF + b" "))
    assert "晚了" not in page


async def test_withdrawal_reaches_the_centre(receiving: Receiving) -> None:
    number = await receiving.applicant.applies()
    await receiving.delivers()
    await receiving.applicant.fills("withdraw")
    await receiving.delivers()
    assert receiving.centre.withdrawn == {number}


@pytest.mark.parametrize("fault", ["unsigned", "old", "unknown", "status", "delivery"])
async def test_what_is_not_the_centres_word_is_refused(receiving: Receiving, fault: str) -> None:
    from connectors.intake.webhook import DELIVERY, TIMESTAMP, signed_headers

    number = await receiving.applicant.applies()
    body = f'{{"number": "{number}", "status": "granted", "at": 1}}'.encode()
    if fault == "unknown":
        body = body.replace(number.encode(), b"999999-999999")
    if fault == "status":
        body = body.replace(b"granted", b"draft")
    headers = signed_headers(SECRET.encode(), "d1", body)
    if fault == "unsigned":
        headers = signed_headers(b"another", "d1", body)
    if fault == "old":
        headers |= {TIMESTAMP: "1000000000"}
    if fault == "delivery":
        headers |= {DELIVERY: "有空格 的"}
    async with receiving.applicant.browser.post(receiving.centre.callback, data=body, headers=headers) as answer:
        assert answer.status == {"unknown": 404, "status": 400, "delivery": 400}.get(fault, 403)
    assert (await receiving.stands(number))[0] == "handed_in"


async def test_officer_decides_where_no_other_system_does_and_the_citizen_reads_it(applicant: Applicant) -> None:
    office = applicant.office
    await office.hire("陈窗口", "officer")
    number = await applicant.applies()
    await office.sign_in("陈窗口")
    listed = await office.page("/desk/applications")
    assert number in listed.split("等安排人")[0]
    assert "24:00" in listed
    page = await office.page(f"/desk/applications/{number}")
    assert "可以不查经济状况" in page
    assert IDENTITY in page
    assert ATTACK not in page

    async def decides(status: str, note: str = "") -> tuple[int, str]:
        form = {"status": status, "note": note}
        answer = await office.client.post(f"/desk/applications/{number}", data=form)
        return answer.status, await answer.text()

    status, page = await decides("papers_wanted")
    assert status == 409
    assert "要写明内容" in page
    assert (await decides("papers_wanted", "工资转账记录"))[0] == 200
    assert "工资转账记录" in (await office.heard())[-1]
    assert "工资转账记录" in (await applicant.reads("receipt"))[1]
    assert (await decides("granted"))[0] == 200
    assert number in (await office.page("/desk/applications")).split("等安排人")[1].split("已有结果")[0]
    assert (await decides("received"))[0] == 409
    assert (await decides("assigned", "张律师，电话另告"))[0] == 200
    assert "张律师" in (await office.heard())[-1]
    assert (await decides("refused", "不行"))[0] == 409
    page = await office.page(f"/desk/applications/{number}")
    assert page.count("陈窗口") >= 4


async def test_where_a_system_receives_officers_only_read(receiving: Receiving) -> None:
    office = receiving.applicant.office
    await office.hire("陈窗口", "officer")
    number = await receiving.applicant.applies()
    await office.sign_in("陈窗口")
    page = await office.page(f"/desk/applications/{number}")
    assert "由模拟的机构办理" in page
    assert "<textarea" not in page
    answer = await office.client.post(f"/desk/applications/{number}", data={"status": "granted"})
    assert answer.status == 409


def some_answer(field: Field) -> str:
    """Something that can stand in a field."""
    some = {"name": "李四", "phone": "13800138000", "paper_number": IDENTITY, "number": "2", "income": "3000"}
    some |= {"date": "2026-01-02", "money": "1000"}
    return some.get(field.kind, "no" if field.kind == "yes_no" else "写了什么")


async def fills_in(applicant: Applicant, form: Form) -> None:
    """By whatever its file asks; a new form is a file."""
    await applicant.office.say(STORY)
    link = (await applicant.office.say(f"我要申请{form.called[0]}"))["link"]
    status, page = await applicant.opens(link)
    assert form.title in page
    logic = logic_of(form, office_city())
    values: dict[str, str] = {}
    step: Step | None = form.steps[0]
    while step:
        known = values | logic.derived(values, TODAY)
        values |= {
            field.id: (field.options[-1].value if field.options else some_answer(field)) if field.required else ""
            for field in with_options(step, logic, known)
        }
        status, page, following = await applicant.fills(step.id, **values)
        assert status == 200, (step.id, page)
        step = form.step(following.partition("?")[0])


@pytest.mark.parametrize("form", [one for one in read_forms().values() if not one.draft], ids=lambda form: form.id)
async def test_every_form_can_be_filled_in_handed_in_and_decided(applicant: Applicant, form: Form) -> None:
    office, logic = applicant.office, logic_of(form, office_city())
    await fills_in(applicant, form)
    ticks = {promise.id: "yes" for promise in form.promises}
    status, page, _ = await applicant.fills("review", **ticks)
    assert status == 200
    assert "已提交" in page
    assert all(said.text in page for said in logic.always())
    assert form.name in (await office.heard())[-1]
    found = re.search(r'class="number">([0-9-]+)<', page)
    assert found
    await office.hire("陈窗口", "officer")
    await office.sign_in("陈窗口")
    assert form.name in await office.page("/desk/applications")
    answer = await office.client.post(f"/desk/applications/{found[1]}", data={"status": "assigned", "note": "张三"})
    assert answer.status == 200
    assert "张三" in (await office.heard())[-1]
    assert form.name in (await office.say("我的申请到哪一步了"))["text"]


@pytest.mark.parametrize("form", [one for one in read_forms().values() if one.draft], ids=lambda form: form.id)
async def test_every_draft_is_made_into_a_document_and_goes_nowhere(applicant: Applicant, form: Form) -> None:
    await fills_in(applicant, form)
    _, page = await applicant.reads("review")
    assert "不会从这里交给任何人" in page
    async with applicant.browser.get(f"{applicant.address}/document.docx") as answer:
        assert answer.content_type == DOCX
        assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
        made = Document(io.BytesIO(await answer.read()))
    assert any("写了什么" in p.text for p in made.paragraphs)
    number = re.search(r"编号 ([0-9-]+)", page)
    assert number
    await applicant.fills("review", truth="yes", consent="yes")
    async with aiohttp.ClientSession() as other, other.get(f"{applicant.address}/document.docx") as answer:
        assert answer.status == 404
    await applicant.office.hire("陈窗口", "officer")
    await applicant.office.sign_in("陈窗口")
    assert form.name not in await applicant.office.page("/desk/applications")
    for page_of in ("", "/document.docx"):
        refused = await applicant.office.client.get(f"/desk/applications/{number[1]}{page_of}")
        assert refused.status == 404


async def test_what_was_handed_in_is_printed_by_citizen_and_officer(applicant: Applicant) -> None:
    number = await applicant.applies()
    async with applicant.browser.get(f"{applicant.address}/document.docx") as answer:
        made = Document(io.BytesIO(await answer.read()))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    assert "古丽米热·艾比布力" in cells
    assert ATTACK in cells
    assert "小榄镇" in cells or "小榄" in cells
    await applicant.office.hire("陈窗口", "officer")
    await applicant.office.sign_in("陈窗口")
    assert "document.docx" in await applicant.office.page(f"/desk/applications/{number}")
    answer = await applicant.office.client.get(f"/desk/applications/{number}/document.docx")
    assert answer.status == 200
    assert "看过" in await applicant.office.page(f"/desk/applications/{number}")


def office_city() -> City:
    city = read_city("zhongshan")
    assert city is not None
    return city


@pytest.mark.parametrize("form", read_forms().values(), ids=lambda form: form.id)
def test_what_a_form_says_cites_what_stands(form: Form, library: Library) -> None:
    parser = CitationParser(library.laws.names)
    texts = [
        form.on_paper,
        *form.told.values(),
        *(f"《{form.law}》{said.article}" for said in form.always if said.article),
    ]
    for text in texts:
        for cited in parser.parse(text):
            assert isinstance(library.laws.resolve(cited.citation, TODAY), Resolved), text
    places = {"name": "", "number": "", "note": "", "receipt": ""}
    assert all(text.format(**places) for text in form.told.values())
    assert form.clocks.decision in read_clocks()
    assert set(form.told) | set(form.statuses) | set(form.standing) <= set(STATUS_NAMES)


async def test_officer_takes_applications_out_as_a_spreadsheet(applicant: Applicant) -> None:
    """What citizens wrote is words in it, never a formula; that it was taken out is on record."""
    number = await applicant.applies()
    office = applicant.office
    other = Applicant(Office(office.client, office.database, office.keys))
    await fills_in(other, read_forms()["mediation"])
    await other.fills("review", truth="yes", consent="yes")
    await other.browser.close()
    await office.hire("陈窗口", "officer")
    await office.sign_in("陈窗口")
    assert "applications.xlsx" in await office.page("/desk/applications")
    answer = await office.client.get("/desk/applications.xlsx")
    assert answer.status == 200
    book = load_workbook(io.BytesIO(await answer.read()))
    assert {sheet.title for sheet in book} == {"法律援助申请", "人民调解申请"}
    header, *rows = book["法律援助申请"].iter_rows(values_only=True)
    row = dict(zip(header, rows[0], strict=True))
    assert (row["编号"], row["申请人姓名"], row["对方是谁"]) == (number, "古丽米热·艾比布力", ATTACK)
    assert "导出" in await office.page(f"/desk/applications/{number}")


def test_words_that_look_like_a_formula_stay_words() -> None:
    desk = ApplicationDesk(
        KeyRing((Fernet.generate_key().decode(),)),
        office_city(),
        Wording.read(),
        Path("/nonexistent"),
        Receivers((), {}),
        public_url=None,
    )
    answers = {"name": "=1+1", "story": "+cmd|' /C calc'!A0\x07", "phone": "@SUM(A1)"}
    first = 1, "k", "261126-000001", "mediation", 1, "c", "handed_in", "n", None
    one = Application(*first, answers, None, False, None, None, 0.0, 0.0, None)
    sheet = load_workbook(io.BytesIO(spreadsheet([one], desk))).worksheets[0]
    assert {cell.data_type for line in sheet for cell in line} <= {"s", "n", "inlineStr"}
    assert "=1+1" in [cell.value for line in sheet for cell in line]
