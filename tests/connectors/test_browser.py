"""A citizen at the page, in real Chromium, against the real service; then kill -9, and the case is still there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from connectors.building import ensure_dialogue_model
from connectors.settings import ROOT, Settings
from tests.processes import Server, free_port, running

CHROMIUM = shutil.which("chromium") or ""
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed"),
    pytest.mark.skipif(sys.platform != "linux", reason="the service runs on Linux"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
SCREENSHOTS = os.environ.get("WENFA_SCREENSHOTS")
QUESTION = "老板拖欠我三个月工资，没签合同，怎么办？"


@pytest.fixture
def home(model_settings: Settings, tools, tmp_path: Path) -> Path:  # type: ignore[no-untyped-def]
    """A home of its own for database and keys, with the models already built."""
    ensure_dialogue_model(model_settings, tools)
    for kind in ("index", "dialogue"):
        (tmp_path / kind).symlink_to(model_settings.home / kind)
    return tmp_path


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    port = free_port()
    environment = {"WENFA_HOME": str(home), "WENFA_PORT": str(port)}
    with running(["-m", "connectors.cli", "serve"], port, home / "serve.log", **environment) as started:
        started.wait_for("/", 20)
        yield started


@pytest.fixture
async def page(server: Server) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport={"width": 412, "height": 900}, locale="zh-CN")
        faults: list[str] = []
        opened.on("pageerror", lambda error: faults.append(str(error)))
        await opened.goto(server.url)
        yield opened
        await browser.close()
        assert faults == []


async def ask(page: Page, words: str) -> None:
    await page.get_by_label("您的问题").fill(words)
    await page.get_by_role("button", name="发送").click()


async def picture(page: Page, name: str) -> None:
    """A screenshot for the eye, where WENFA_SCREENSHOTS names a folder."""
    if SCREENSHOTS:
        await page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


async def test_question_answer_person_and_the_case_after_a_crash(page: Page, server: Server, home: Path) -> None:
    await expect(page.get_by_role("status")).to_contain_text("载入")
    await picture(page, "starting")
    await expect(page.locator("#status")).to_be_hidden(timeout=120_000)
    await ask(page, QUESTION)
    answer = page.locator("article.bot").last
    await expect(answer).to_contain_text("《劳动合同法》第八十二条", timeout=20_000)
    await picture(page, "chat")
    await answer.get_by_text("依据（").click()
    await expect(answer.get_by_text("《劳动争议调解仲裁法》第二十七条，")).to_be_visible()
    await picture(page, "citations")
    await page.get_by_role("button", name="转人工").click()
    shown = (await page.locator("p.number").text_content(timeout=20_000) or "").removeprefix("编号 ")
    await picture(page, "person")
    server.kill()
    kept = subprocess.run(  # noqa: ASYNC221 - the page has nothing more to say
        [sys.executable, "-m", "connectors.cli", "cases", "show", shown, "--json"],
        env={**os.environ, "WENFA_HOME": str(home)},
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    file = json.loads(kept.stdout)
    assert file["case"]["number"] == shown
    assert [turn["turn"]["text"] for turn in file["turns"]] == [QUESTION, "转人工"]


async def test_words_of_a_citizen_are_shown_as_text_and_survive_a_reload(page: Page) -> None:
    await expect(page.locator("#status")).to_be_hidden(timeout=120_000)
    hostile = "<img src=x onerror=alert(1)> & <b>老板</b>"
    await ask(page, hostile)
    await expect(page.locator("p.citizen")).to_have_text(hostile)
    await expect(page.locator("article.bot")).to_have_count(2, timeout=20_000)
    await page.reload()
    await expect(page.locator("p.citizen")).to_have_text(hostile, timeout=20_000)
    assert await page.locator("p.citizen img, p.citizen b").count() == 0
