"""What was said is deleted at its citizen's wish; nothing personal lies open anywhere after a whole run."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from connectors.cases.store import find_case, list_cases
from connectors.cli import app
from connectors.storage.schema import metadata
from tests.connectors.office import Office
from tests.connectors.test_forms import ANSWERS, IDENTITY, STORY, Applicant, sends
from tests.papers import photograph
from tests.processes import free_port, running

KEY = "f0rgetTing-f0rgetTing-xY"
SECRETS = (IDENTITY, "13800138000", "13912345678", "古丽米热", "包工头欠我", "村口的小卖部", "王小某")
"""What the run below says, fills in, uploads or lets staff write."""


async def deleted(office: Office) -> tuple[int, dict[str, object]]:
    answer = await office.client.delete(f"/api/v1/conversations/{office.key}")
    return answer.status, await answer.json()


@pytest.fixture
async def applicant(office: Office) -> Applicant:
    return Applicant(office)


async def test_words_are_gone_and_the_conversation_begins_anew(office: Office) -> None:
    await office.say("我叫王小某，老板欠我工资")
    await office.say("包工头跑了")
    status, told = await deleted(office)
    assert (status, told["messages"], told["kept"]) == (200, 4, [])
    assert await office.heard() == []
    assert (await office.say("你好"))["text"].startswith("1：")  # the assistant's state began anew
    assert (await deleted(office))[0] == 200


async def test_conversation_that_never_was_is_nothing_to_delete(office: Office) -> None:
    assert await deleted(office) == (200, {"messages": 0, "kept": []})


async def test_open_case_is_not_deleted_and_a_closed_one_keeps_no_words(office: Office) -> None:
    number = await office.case("老板欠我工资")
    contact = {"phone": "13912345678", "when": "晚上"}
    await office.client.post(f"/api/v1/conversations/{office.key}/contact", json=contact)
    status, told = await deleted(office)
    assert status == 409
    assert number in str(told)
    await office.hire("王律师", "adviser")
    await office.sign_in("王律师")
    await office.act(number, "claim")
    await office.act(number, "close", outcome="advised")
    status, told = await deleted(office)
    assert status == 200
    assert number in str(told["kept"])
    page = await office.page(f"/desk/cases/{number}")
    assert "按群众的要求删除了说过的话" in page
    assert "13912345678" not in page
    assert "老板欠我工资" not in page
    async with office.database.transaction() as tx:
        assert (await find_case(tx, number)).status == "closed"


async def test_draft_goes_and_an_application_that_is_being_decided_stays(applicant: Applicant) -> None:
    office = applicant.office
    await applicant.opens((await applicant.asks())["link"])
    assert (await deleted(office))[0] == 200
    assert (await applicant.reads("matter"))[0] == 404
    number = await applicant.applies()
    status, told = await deleted(office)
    assert (status, number in str(told)) == (409, True)
    await applicant.fills("withdraw")
    status, told = await deleted(office)
    assert (status, number in str(told["kept"])) == (200, True)
    await applicant.browser.close()


async def test_whole_run_leaves_nothing_personal_in_the_open(
    applicant: Applicant, caplog: pytest.LogCaptureFixture
) -> None:
    """Conversation, contact, person's words, application with a file: in no table and in no log."""
    office = applicant.office
    caplog.set_level("DEBUG")
    await office.say("我叫王小某，住在村口的小卖部旁边，电话13912345678，身份证" + IDENTITY)
    number = await office.case(STORY)
    contact = {"phone": "13912345678", "when": "晚上"}
    await office.client.post(f"/api/v1/conversations/{office.key}/contact", json=contact)
    await office.hire("王律师", "adviser")
    await office.sign_in("王律师")
    await office.act(number, "reply", text="王小某您好，请带身份证到村口的小卖部旁边的工作站")
    await office.act(number, "close", outcome="advised")
    await applicant.opens((await applicant.asks())["link"])
    for step, answers in ANSWERS.items():
        await applicant.fills(step, **answers)
    await sends(applicant, ("王小某的身份证.jpg", photograph()))
    await applicant.fills("review", truth="yes", consent="yes")
    async with office.database.transaction() as tx:
        assert await list_cases(tx)
        tables = {
            name: str((await tx.exec_driver_sql(f"SELECT * FROM {name}")).all())  # noqa: S608 - names of ours
            for name in metadata.tables
        }
    for secret in SECRETS:
        assert not [name for name, rows in tables.items() if secret in rows], secret
        assert secret not in caplog.text
    await applicant.browser.close()


@pytest.mark.slow
def test_files_and_logs_of_a_server_hold_nothing_personal(tmp_path: Path) -> None:
    """A real process, its home and its log, read byte by byte."""
    home, log, port = tmp_path / "home", tmp_path / "log", free_port()
    with running(
        ["-m", "tests.connectors.echo_server", str(home), str(port), "0"], port, log, WENFA_LOG_LEVEL="DEBUG"
    ) as server:
        server.wait_for("/readyz", 30)
        key = KEY
        for i, secret in enumerate(SECRETS):
            server.say(key, f"m{i}", f"我的情况是{secret}")
        case = server.say(key, "m99", "转人工")["case_number"]
        contact = {"phone": "13800138000", "when": "王小某晚上有空"}
        requests.post(f"{server.url}/api/v1/conversations/{key}/contact", json=contact, timeout=10).raise_for_status()
        requests.get(f"{server.url}/api/v1/conversations/{key}", timeout=10).raise_for_status()
    kept = [path for path in [log, *home.rglob("*")] if path.is_file()]
    assert any(path.suffix == ".db" for path in kept)
    for path in kept:
        content = path.read_bytes()
        for secret in (*SECRETS, key):
            assert secret.encode() not in content, (path.name, secret)
            assert secret.encode("utf-16-le") not in content, (path.name, secret)
    assert case


def test_case_is_forgotten_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, log, port = tmp_path / "home", tmp_path / "log", free_port()
    with running(["-m", "tests.connectors.echo_server", str(home), str(port), "0"], port, log) as server:
        server.wait_for("/readyz", 30)
        server.say(KEY, "m1", "老板欠我工资")
        number = server.say(KEY, "m2", "转人工")["case_number"]
    monkeypatch.setenv("WENFA_HOME", str(home))
    runner = CliRunner()
    assert runner.invoke(app, ["cases", "forget", number, "--by", "管理员"]).exit_code
    runner.invoke(app, ["cases", "claim", number, "--by", "管理员"])
    runner.invoke(app, ["cases", "close", number, "--by", "管理员"])
    told = runner.invoke(app, ["cases", "forget", number, "--by", "管理员"]).output
    assert re.search(r"删了 \d+ 条", told)
    assert f"案件 {number}" in told
    with sqlite3.connect(home / "wenfa.db") as database:
        assert database.execute("SELECT count(*) FROM messages").fetchone() == (0,)
