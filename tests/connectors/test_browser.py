"""A citizen at the page, in real Chromium, against the real service; then kill -9, and the case is still there."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, FilePayload, Locator, Page, Route, async_playwright, expect

from connectors.building import Tools, ensure_dialogue_model
from connectors.intake.simulator import Centre
from connectors.settings import ROOT, Settings
from knowledge.clock import today
from knowledge.laws import version_on
from knowledge.library import Library
from knowledge.statutes import ArticleRow, Statutes
from nlu.citations import article_text
from tests.fakes import write_receiver
from tests.papers import photograph
from tests.processes import Server, free_port, running
from tests.timing import slowness

CHROMIUM = shutil.which("chromium") or ""
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="the service runs on Linux"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
SCREENSHOTS = os.environ.get("WENFA_SCREENSHOTS")
PASSWORD = "correct horse battery"  # noqa: S105 - of tests
SECRET = "shared secret"  # noqa: S105 - of tests
CENTRE_PORT = free_port()
"""Where a receiving centre listens while a test has one."""
QUESTION = "老板拖欠我三个月工资，没签合同，怎么办？"
expect.set_options(timeout=20_000)  # late on a busy machine is no fault


def home_in(folder: Path, model_settings: Settings, tools: Tools) -> Path:
    """A home of its own for database and keys, with the models already built."""
    ensure_dialogue_model(model_settings, tools)
    for kind in ("encoder", "danger", "index", "dialogue"):
        (folder / kind).symlink_to(model_settings.home / kind)
    write_receiver(folder, "centre", url=f"http://127.0.0.1:{CENTRE_PORT}/applications")
    return folder


@contextlib.contextmanager
def serving(home: Path) -> Iterator[Server]:
    port = free_port()
    environment = {"WENFA_HOME": str(home), "WENFA_PORT": str(port)}
    environment |= {"WENFA_CENTRE": SECRET, "WENFA_WECHAT_APP_ID": "wx0123456789abcdef", "WENFA_WECHAT_TOKEN": "token"}
    with running(["-m", "connectors.cli", "serve"], port, home / "serve.log", **environment) as started:
        started.wait_for("/", 20)
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, model_settings: Settings, tools: Tools) -> Iterator[Server]:
    """One ready service for every test that does not kill it."""
    with serving(home_in(tmp_path_factory.mktemp("home"), model_settings, tools)) as started:
        started.wait_for("/readyz", 120)
        yield started


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        await opened.close()


@pytest.fixture
async def page(server: Server, browser: Browser) -> AsyncIterator[Page]:
    """A citizen's telephone at the page."""
    async with opened_page(browser, server.url) as opened:
        await expect(opened.locator("#status")).to_be_hidden(timeout=30_000)
        yield opened


@contextlib.asynccontextmanager
async def opened_page(browser: Browser, url: str, **look: Any) -> AsyncIterator[Page]:
    """A page of its own context; an error of its script fails the test."""
    context = await browser.new_context(**({"viewport": {"width": 412, "height": 900}, "locale": "zh-CN"} | look))
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    await opened.goto(url)
    yield opened
    await context.close()
    assert faults == []


async def ask(page: Page, words: str) -> None:
    await page.get_by_label("您的问题").fill(words)
    await page.get_by_role("button", name="发送").click()


async def picture(page: Page, name: str) -> None:
    """A screenshot for the eye, where WENFA_SCREENSHOTS names a folder."""
    if SCREENSHOTS:
        await page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


async def answered(page: Page, words: str) -> Locator:
    """The reply to what is asked now."""
    await ask(page, words)
    reply = page.locator(".exchange").last.locator("article.bot, .fault")
    await expect(reply).to_be_visible()
    return reply


async def test_question_answer_person_and_the_case_after_a_crash(
    browser: Browser, tmp_path: Path, model_settings: Settings, tools: Tools
) -> None:
    home = home_in(tmp_path, model_settings, tools)
    with serving(home) as server:
        async with opened_page(browser, server.url) as page:
            await expect(page.get_by_role("status")).to_contain_text("载入")
            await picture(page, "starting")
            await expect(page.locator("#status")).to_be_hidden(timeout=120_000)
            answer = await answered(page, QUESTION)
            await expect(answer).to_contain_text("《劳动合同法》第八十二条")
            await picture(page, "chat")
            await answer.get_by_text("依据（").click()
            await expect(answer.get_by_text("《劳动争议调解仲裁法》第二十七条，")).to_be_visible()
            await expect(answer.get_by_text("大意：").first).to_be_visible()
            await picture(page, "citations")
            await page.get_by_role("button", name="转人工").click()
            shown = (await page.locator("p.number").text_content(timeout=20_000) or "").removeprefix("编号 ")
            await picture(page, "person")
        server.kill()
    file = json.loads(staff(home, "show", shown, "--json"))
    assert file["case"]["number"] == shown
    assert [said["text"] for said in file["messages"] if said["author"] == "citizen"] == [QUESTION, "转人工"]


def hire(home: Path, surname: str, role: str = "adviser") -> str:
    """The name of a new account of staff, another one each time: a test that is tried again hires again."""
    name = surname + uuid.uuid4().hex[:6]
    subprocess.run(
        [sys.executable, "-m", "connectors.cli", "staff", "add", name, "--role", role],
        env={**os.environ, "WENFA_HOME": str(home)},
        cwd=ROOT,
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
    )
    return name


def staff(home: Path, *arguments: str) -> bytes:
    """What `wenfa cases …` prints, run beside the service."""
    return subprocess.run(
        [sys.executable, "-m", "connectors.cli", "cases", *arguments],
        env={**os.environ, "WENFA_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout


async def test_adviser_at_the_desk_and_citizen_speak_live(page: Page, server: Server, browser: Browser) -> None:
    """By keyboard alone on the adviser's side."""
    name = hire(server.log.parent, "周律师")
    await answered(page, "房东不退押金")
    await page.get_by_role("button", name="转人工").click()
    number = (await page.locator("p.number").text_content(timeout=20_000) or "").removeprefix("编号 ")
    async with opened_page(browser, f"{server.url}/desk", viewport={"width": 1100, "height": 900}) as desk:
        await desk.get_by_label("姓名").fill(name)
        await desk.get_by_label("密码").fill(PASSWORD)
        await desk.keyboard.press("Enter")
        await desk.get_by_role("link", name=number).press("Enter")
        await expect(desk.locator("article.citizen").first).to_contain_text("房东不退押金")
        await desk.wait_for_load_state()  # keys are heard once the page's script is there
        await desk.get_by_label("回复群众").fill("您好，押金条还在吗？")
        await desk.keyboard.press("Control+Enter")
        await expect(desk.locator("article.person")).to_contain_text("押金条")
        await expect(page.locator("article.person")).to_contain_text("押金条")
        await desk.get_by_label("回复群众").fill("还没写完的话")
        held = await answered(page, "押金条在，是手写的")
        await expect(held).to_contain_text(number)
        await expect(desk.locator("article.citizen").last).to_contain_text("手写的")
        sent = FilePayload(name="押金条.jpg", mimeType="image/jpeg", buffer=photograph(size=(600, 400)))
        await page.locator("#attach").set_input_files(sent)
        await expect(page.locator(".turn.citizen").last).to_contain_text("（发来照片）")
        await expect(desk.get_by_role("img", name="押金条.jpg")).to_be_visible()
        assert await desk.get_by_label("回复群众").input_value() == "还没写完的话"
        await picture(desk, "desk")
        await desk.get_by_role("button", name="办结").press("Enter")
        await expect(page.locator("article.system").last).to_contain_text("已经办结")
        await desk.goto(f"{server.url}/desk")
        await picture(desk, "queue")
    await expect(await answered(page, "谢谢")).not_to_contain_text(number)


async def late(route: Route) -> None:
    """A script that comes when the agent types already."""
    await asyncio.sleep(1)
    await route.continue_()


async def test_agent_hears_suggestions_while_typing_and_saves_by_keyboard(server: Server, browser: Browser) -> None:
    name = hire(server.log.parent, "小陈", "agent")
    async with opened_page(browser, f"{server.url}/desk/call", viewport={"width": 1400, "height": 900}) as desk:
        await desk.get_by_label("姓名").fill(name)
        await desk.get_by_label("密码").fill(PASSWORD)
        await desk.keyboard.press("Enter")
        await desk.route("**/call.js", late)
        await desk.get_by_role("link", name="来电").press("Enter")
        await expect(desk.get_by_role("button", name="接新来电")).to_be_focused()
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_label("来电人说的")).to_be_focused()
        await desk.keyboard.type("他去年三月进小榄一家厂，老板拖欠三个月工资一万二，没签合同，电话13800138000")
        await expect(desk.locator(".answer")).to_contain_text("劳动")
        await expect(desk.locator("#known .known")).to_have_count(4)
        await expect(desk.get_by_label("电话")).to_have_value("13800138000")
        await picture(desk, "call")
        await desk.keyboard.press("Alt+1")
        await expect(desk.get_by_label("告诉了来电人什么")).not_to_be_empty()
        async with desk.expect_response(f"{server.url}/desk/call/*"):
            await desk.get_by_role("textbox", name="姓名").fill("张三")
        await desk.reload()
        await expect(desk.get_by_role("textbox", name="姓名")).to_have_value("张三")
        await desk.get_by_label("来电人说的").press("Control+Enter")
        await expect(desk.get_by_role("status")).to_contain_text("已存")
        await picture(desk, "calls")


async def test_code_for_wechat_is_given_for_what_was_said(page: Page) -> None:
    await page.get_by_text("在微信里接着谈").click()
    await page.get_by_role("button", name="要一个码").click()
    await expect(page.locator("#wechat .code")).to_contain_text("先说说发生了什么")
    await answered(page, QUESTION)
    await page.get_by_role("button", name="要一个码").click()
    await expect(page.locator("#wechat .code")).to_contain_text(re.compile(r"接 \d{4} \d{4}$"))
    await picture(page, "code")


async def test_conversation_goes_on_elsewhere_by_number_and_telephone(
    page: Page, server: Server, browser: Browser
) -> None:
    await answered(page, QUESTION)
    await page.get_by_role("button", name="转人工").click()
    number = (await page.locator("p.number").text_content(timeout=20_000) or "").removeprefix("编号 ")
    await page.get_by_label("电话", exact=True).fill("13800138000")
    await page.get_by_role("button", name="留下号码").click()
    await expect(page.locator("article.system").last).to_contain_text("8000")
    async with opened_page(browser, server.url) as other:
        await expect(other.locator("#status")).to_be_hidden(timeout=30_000)
        await other.get_by_text("有编号，接着以前的对话").click()
        await other.get_by_label("编号").fill(number)
        await other.get_by_label("电话最后四位").fill("8001")
        await other.get_by_role("button", name="接着谈").click()
        await expect(other.locator("#rejoin .wrong")).to_contain_text("对不上")
        await picture(other, "rejoin refused")
        await other.get_by_label("电话最后四位").fill("8000")
        await other.get_by_role("button", name="接着谈").click()
        await expect(other.locator(".citizen").first).to_have_text(QUESTION)
        await expect(other.locator("p.number")).to_contain_text(number)
        await expect(page.locator("article.system").last).to_contain_text("另一台设备")
        await answered(other, "我又想起一件事，厂在小榄")


async def test_text_of_the_law_is_read_below_its_gist(page: Page, server: Server, library: Library) -> None:
    answer = await answered(page, QUESTION)
    cited = await answer.locator(".law li").first.text_content() or ""
    law, article = re.findall("《(.+?)》(第.+?条)", cited)[0]
    version = version_on(library.laws[law], today())
    assert version
    rows = [
        ArticleRow(law, article_text(n), n, 0, f"第 {n} 条的原文", "current")
        for n in range(1, (version.last_article or 0) + 1)
    ]
    rows += [ArticleRow(law, name, 1, 1, "后来加的", "current") for name in version.inserted or ()]
    Statutes.of_home(server.log.parent).replace(rows, library.laws, today())
    await answer.get_by_text("依据（").click()
    await expect(answer.locator("blockquote").first).to_contain_text("条的原文")
    assert article in cited
    await picture(page, "article text")


async def test_citizen_and_person_speak_live_through_an_outage_and_a_reload(page: Page, server: Server) -> None:
    home = server.log.parent
    await answered(page, QUESTION)
    await page.get_by_role("button", name="转人工").click()
    number = (await page.locator("p.number").text_content(timeout=20_000) or "").removeprefix("编号 ")
    await page.get_by_label("电话", exact=True).fill("13800138000")
    await page.get_by_label("方便的时间").fill("晚上七点以后")
    await page.get_by_role("button", name="留下号码").click()
    await expect(page.locator("article.system").last).to_contain_text("8000")
    await picture(page, "telephone left")
    staff(home, "reply", number, "您好，我是值班律师。什么时候进的厂？", "--by", "李律师")
    await expect(page.locator("article.person")).to_contain_text("值班律师", timeout=1_500 * slowness())
    await expect(page.locator("article.system").last).to_contain_text("接手")
    held = await answered(page, "去年三月")
    await expect(held).to_contain_text(number)
    await picture(page, "person speaks")
    file = json.loads(staff(home, "show", number, "--json"))
    assert file["messages"][-2]["text"] == "去年三月"
    assert file["contact"] == {"phone": "13800138000", "when": "晚上七点以后", "discreet": False}
    await page.context.set_offline(True)
    staff(home, "reply", number, "请把考勤记录拍照留好。", "--by", "李律师")
    await page.context.set_offline(False)
    await expect(page.locator("article.person").last).to_contain_text("考勤")
    await page.reload()
    await expect(page.locator("article.person")).to_have_count(2)
    await picture(page, "person after a reload")


async def test_words_of_a_citizen_are_shown_as_text_and_survive_a_reload(page: Page) -> None:
    hostile = "<img src=x onerror=alert(1)> & <b>老板</b>"
    await answered(page, hostile)
    await expect(page.locator("p.citizen")).to_have_text(hostile)
    await page.reload()
    await expect(page.locator("p.citizen")).to_have_text(hostile)
    assert await page.locator("p.citizen img, p.citizen b").count() == 0


LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 412, "height": 900}},
    "phone at 200 % zoom": {"viewport": {"width": 206, "height": 450}},
    "narrow phone at 200 % zoom": {"viewport": {"width": 160, "height": 320}},
    "phone on its side": {"viewport": {"width": 800, "height": 300}},
    "dark": {"viewport": {"width": 412, "height": 900}, "color_scheme": "dark"},
    "desktop": {"viewport": {"width": 1280, "height": 800}},
}


@pytest.mark.parametrize("text_size", [100, 200], ids=["text as it is", "text at 200 %"])
@pytest.mark.parametrize("look", LOOKS)
async def test_sending_and_the_way_to_a_person_stay_on_the_screen(
    browser: Browser, server: Server, look: str, text_size: int
) -> None:
    async with opened_page(browser, server.url, **LOOKS[look]) as page:
        await expect(page.locator("#status")).to_be_hidden(timeout=30_000)
        await page.evaluate(f"document.documentElement.style.fontSize = '{17 * text_size / 100}px'")
        await answered(page, "房东不退押金")
        await picture(page, f"{look} {text_size}")
        size = LOOKS[look]["viewport"]
        for name in ("发送", "转人工"):
            box = await page.get_by_role("button", name=name, exact=True).bounding_box()
            assert box, name
            assert box["x"] >= 0, name
            assert box["y"] >= 0, name
            assert box["x"] + box["width"] <= size["width"] + 1, name
            assert box["y"] + box["height"] <= size["height"] + 1, name


async def test_enter_of_an_input_method_sends_nothing(page: Page) -> None:
    """Chromium marks it as composing; Safari only by key code 229."""
    await page.get_by_label("您的问题").fill("laoban")
    for composing, code in (("true", 13), ("false", 229)):
        await page.evaluate(
            "document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown', "
            f"{{key: 'Enter', isComposing: {composing}, keyCode: {code}, bubbles: true, cancelable: true}}))"
        )
    assert await page.locator(".exchange").count() == 0
    await page.get_by_label("您的问题").press("Enter")
    await expect(page.locator(".exchange")).to_have_count(1)


async def test_conversation_outlives_the_tab_until_it_is_cleared(page: Page, server: Server) -> None:
    await answered(page, "房东不退押金")
    again = await page.context.new_page()
    await page.close()
    await again.goto(server.url)
    await expect(again.locator("p.citizen")).to_have_text("房东不退押金")
    await again.get_by_role("button", name="结束并清除").click()
    await again.get_by_role("button", name="不清了").click()
    await expect(again.locator("p.citizen")).to_have_text("房东不退押金")
    await again.get_by_role("button", name="结束并清除").click()
    await again.get_by_role("button", name="只清这台设备").click()
    await expect(again.locator(".example").first).to_be_visible()
    assert await again.locator("p.citizen").count() == 0


async def test_what_the_service_keeps_is_deleted_at_a_wish(page: Page, server: Server) -> None:
    await answered(page, "房东不退押金")
    key = await page.evaluate("localStorage.getItem('wenfa.conversation')")
    await page.get_by_role("button", name="结束并清除").click()
    await page.get_by_role("button", name="连保存的一起删").click()
    await expect(page.locator(".example").first).to_be_visible()
    kept = await (await page.request.get(f"{server.url}/api/v1/conversations/{key}")).json()
    assert kept["messages"] == []
    await answered(page, "转人工")
    await page.get_by_role("button", name="结束并清除").click()
    await page.get_by_role("button", name="连保存的一起删").click()
    await expect(page.locator("#clearing .wrong")).to_contain_text("还没有办结")


async def test_what_is_too_long_is_said_and_kept(page: Page) -> None:
    await page.get_by_label("您的问题").fill("长" * 5004)
    await page.get_by_role("button", name="发送").click()
    await expect(page.get_by_role("status")).to_contain_text("5004 字")
    assert len(await page.get_by_label("您的问题").input_value()) == 5004


async def test_questions_of_an_outage_keep_their_answers_beside_them(page: Page) -> None:
    await page.context.set_offline(True)
    for words in ("房东不退押金", "老板拖欠我三个月工资"):
        await ask(page, words)
    await expect(page.get_by_role("status")).to_contain_text("没有丢")
    await page.context.set_offline(False)
    boxes = page.locator(".exchange")
    await expect(boxes.nth(0).locator("article.bot")).to_contain_text("押金")
    await expect(boxes.nth(1).locator("article.bot")).to_contain_text("工资")


async def test_turn_that_fails_hides_nothing_after_it(page: Page) -> None:
    fails = {"error": {"code": "internal", "message": "系统出了问题，您的话没有丢"}}
    await page.route("**/api/v1/turns", lambda route: route.fulfill(status=500, json=fails))
    await expect(await answered(page, "房东不退押金")).to_contain_text("没有丢")
    await page.unroute("**/api/v1/turns")
    await answered(page, "转人工")
    number = await page.locator("p.number").text_content()
    await page.reload()
    await expect(page.locator("p.number")).to_have_text(number or "")


async def test_question_asked_while_the_page_still_fetches_the_talk_so_far_stands_once_below_it(page: Page) -> None:
    await answered(page, "房东不退押金")

    async def late(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await page.route("**/api/v1/conversations/*?before=*", late)
    await page.reload()
    await answered(page, "转人工")
    await expect(page.locator("p.citizen")).to_have_text(["房东不退押金", "转人工"])


async def test_choice_shows_its_words_and_is_over_after_the_next(page: Page) -> None:
    asked_back = {
        "outcome": "clarify",
        "text": "您说的是哪一件？\n1. 甲事\n2. 乙事",
        "choices": [{"label": "甲事", "value": "1", "matter": None}, {"label": "乙事", "value": "2", "matter": None}],
        "lead": "",
        "title": "",
        "sections": [],
        "notes": [],
        "citations": [],
        "parts": [],
        "case_number": None,
    }

    async def reply(route: Route) -> None:
        await route.fulfill(json={"reply": asked_back})

    await page.route("**/api/v1/turns", reply)
    await answered(page, "那个事")
    await page.get_by_role("button", name="2. 乙事").click()
    await expect(page.locator("p.citizen").nth(1)).to_have_text("乙事")
    first = page.locator(".exchange").nth(0).locator(".choices button")
    await expect(first.nth(0)).to_be_disabled()
    await expect(first.nth(1)).to_be_disabled()
    await expect(page.locator(".exchange").nth(1).locator(".choices button").first).to_be_enabled(timeout=20_000)


async def test_hotlines_can_be_dialled(page: Page) -> None:
    answer = await answered(page, "我不想活了")
    await picture(page, "danger")
    assert await answer.locator("a[href='tel:12356']").count() >= 1
    assert await answer.locator("a[href='tel:110']").count() >= 1


@contextlib.asynccontextmanager
async def centre_of(server: Server) -> AsyncIterator[Centre]:
    """A receiving centre at the address that the service knows."""
    centre = Centre(SECRET, f"{server.url}/intake/centre/standing")
    runner = web.AppRunner(centre.app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", CENTRE_PORT).start()
    yield centre
    await runner.cleanup()


async def test_migrant_worker_goes_from_the_question_to_an_accepted_application(
    page: Page, server: Server, browser: Browser
) -> None:
    """Few answers beside the particulars of the person; the articles that decide are shown; the centre's number comes
    into the conversation by itself.
    """
    reply = await answered(page, "工地欠我两万块工资，我是农民工，没钱请律师")
    await expect(reply).to_contain_text("保障农民工工资支付条例")
    await reply.get_by_role("button", name="申请法律援助").click()
    link = page.get_by_role("link", name="打开填写")
    await expect(link).to_be_visible()
    await picture(page, "aid-offered")
    async with page.context.expect_page() as opening:
        await link.click()
    form = await opening.value
    answers = await _filled(form)
    async with centre_of(server) as centre:
        for promise in await form.get_by_role("checkbox").all():
            await promise.check()
            answers += 1
        await form.get_by_role("button", name="提交给").click()
        await expect(form.locator("h1")).to_have_text("已提交")
        assert answers <= 8
        await expect(page.locator(".turn.system").last).to_contain_text("已经收到您的申请")
        (sent,) = centre.applications.values()
        assert sent["labels"]["申请人姓名"] == "李四"
        await form.reload()
        await expect(form.locator("h1")).to_have_text("已收到")
        await picture(form, "aid-receipt")
        await centre.tell(sent["number"], "granted")
        await expect(page.locator(".turn.system").last).to_contain_text("批准了")
        await picture(page, "aid-told")


async def _filled(form: Page) -> int:
    """Every page of the form filled in; how many answers that took beside the particulars of the person."""
    await expect(form.get_by_label("发生了什么")).to_have_value(re.compile("工地欠我两万块工资"))
    await expect(form.get_by_label("属于哪一种")).to_have_value("pay")
    await picture(form, "aid-matter")
    await form.get_by_label("还没有去打官司或者仲裁").check()
    await form.get_by_label("事情发生在哪里").select_option(label="小榄镇")
    await form.get_by_role("button", name="下一步").click()
    await form.get_by_role("group", name="已经请了律师").get_by_label("不是").check()
    await form.get_by_label("进城务工的人").check()
    await picture(form, "aid-condition")
    await form.get_by_role("button", name="下一步").click()
    await form.get_by_label("我自己").check()
    await form.get_by_label("申请人姓名").fill("李四")
    await form.get_by_label("居民身份证，或者").check()
    await form.get_by_label("证件号码").fill("442000199003072515")
    await form.get_by_label("联系电话").fill("123")
    await form.get_by_label("现在住哪里").fill("小榄镇")
    await form.get_by_role("button", name="下一步").click()
    await expect(form.get_by_role("alert")).to_contain_text("1 项要改")
    await picture(form, "aid-person-wrong")
    await form.get_by_label("联系电话").fill("13800138000")
    await form.get_by_role("button", name="下一步").click()
    await form.get_by_label("选照片或者 PDF").set_input_files(ROOT / "docs" / "chat.png")
    await form.get_by_role("button", name="上传").click()
    await expect(form.locator(".files")).to_contain_text("chat.jpg")
    await picture(form, "aid-files")
    await form.get_by_role("link", name="下一步").click()
    await expect(form.locator(".result")).to_contain_text("第四十二条第（三）项")
    await picture(form, "aid-review")
    return 4


async def opens(page: Page, url: str) -> None:
    answer = await page.goto(url)
    assert answer
    assert answer.ok, url


async def faults_of_access(page: Page) -> list[str]:
    """What axe finds serious or critical on a page as it stands: rule and the first element."""
    found = (await Axe().run(page)).response["violations"]
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{page.url}: {one['id']}, {one['nodes'][0]['html'][:120]}" for one in grave]


async def test_pages_of_citizens_have_no_serious_fault_of_access(page: Page, server: Server) -> None:
    faults = await faults_of_access(page)
    await (await answered(page, QUESTION)).get_by_text("依据（").click()
    await page.get_by_role("button", name="转人工").click()
    await expect(page.locator("p.number")).to_be_visible()
    faults += await faults_of_access(page)
    for path in ("/guide", "/guide/labour/unpaid-wages", "/sums", "/sums/severance"):
        await opens(page, f"{server.url}{path}")
        faults += await faults_of_access(page)
    assert faults == []
    await page.evaluate("document.body.append(new Image())")
    assert [fault for fault in await faults_of_access(page) if "image-alt" in fault]


async def test_pages_of_staff_have_no_serious_fault_of_access(page: Page, server: Server, browser: Browser) -> None:
    name = hire(server.log.parent, "何主任", "supervisor")
    await answered(page, QUESTION)
    await page.get_by_role("button", name="转人工").click()
    number = (await page.locator("p.number").text_content(timeout=20_000) or "").removeprefix("编号 ")
    async with opened_page(browser, f"{server.url}/desk", viewport={"width": 1100, "height": 900}) as desk:
        faults = await faults_of_access(desk)
        await desk.get_by_label("姓名").fill(name)
        await desk.get_by_label("密码").fill(PASSWORD)
        await desk.keyboard.press("Enter")
        await expect(desk.get_by_role("link", name=number)).to_be_visible()
        for path in ("", f"/cases/{number}", "/drafts", "/supervision", "/applications", "/call"):
            await opens(desk, f"{server.url}/desk{path}")
            faults += await faults_of_access(desk)
        await desk.get_by_role("button", name="接新来电").click()
        await expect(desk.get_by_label("来电人说的")).to_be_visible()
        faults += await faults_of_access(desk)
    assert faults == []
