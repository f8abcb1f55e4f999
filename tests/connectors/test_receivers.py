"""Receiving systems by file: who takes what, told in its own words, heard in its own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from connectors.errors import SettingError
from connectors.receivers import Mapped, Receiver, read_receivers, uncoded
from connectors.settings import Settings
from connectors.storage.schema import applications
from knowledge.forms import read_forms
from tests.connectors.test_forms import SECRET, Receiving, receiver_files, receiving
from tests.fakes import write_receiver

__all__ = ["receiver_files", "receiving"]
ENVIRONMENT = {"WENFA_CENTRE": SECRET}
RECORD = {
    "number": "261126-1",
    "urgent": True,
    "answers": {"matter": "pay", "name": "李四"},
    "papers": ["身份证件", "合同"],
    "reckoned": [],
}


def receiver(**more: Any) -> Receiver:
    described: dict[str, Any] = {"id": "centre", "name": "机构", "forms": ["legal_aid"], "url": "https://a.example/"}
    return msgspec.convert(described | {"secret": "S"} | more, Receiver)


def test_without_fields_our_own_schema_is_sent() -> None:
    assert receiver().told(RECORD) == RECORD


def test_fields_are_named_nested_and_coded_as_the_system_wants() -> None:
    fields = {
        "sqbh": "number",
        "sqr.xm": "answers.name",
        "sqr.sjh": "answers.phone",
        "ajlx": {"from": "answers.matter", "values": {"pay": "0301", "*": "0399"}},
        "jj": {"from": "urgent", "values": {"true": "1", "false": "0"}},
        "cl": {"from": "papers", "values": {"合同": "HT"}},
    }
    assert receiver(fields=fields).told(RECORD) == {
        "sqbh": "261126-1",
        "sqr": {"xm": "李四", "sjh": None},
        "ajlx": "0301",
        "jj": "1",
        "cl": ["身份证件", "HT"],
    }


def test_what_has_no_code_is_known_beforehand() -> None:
    one = receiver(forms=["mediation"], fields={"a": {"from": "answers.kind", "values": {"labour": "1"}}})
    kinds = next(field for field in read_forms()["mediation"].fields if field.id == "kind")
    assert list(uncoded(one)) == [("kind", option.value) for option in kinds.options if option.value != "labour"]
    every = Mapped("answers.kind", {"*": "9"})
    assert not list(uncoded(msgspec.structs.replace(one, fields={"a": every})))


def test_first_file_that_fits_takes_an_application(tmp_path: Path) -> None:
    write_receiver(tmp_path, "b_traffic", forms=["mediation"], when={"kind": ["injury"]})
    write_receiver(tmp_path, "c_all", forms=["mediation", "legal_aid"])
    found = read_receivers(tmp_path / "receivers", ENVIRONMENT)
    taken = [found.of(form, {"kind": kind}) for form, kind in (("mediation", "injury"), ("mediation", "land"))]
    assert [one.id for one in taken if one] == ["b_traffic", "c_all"]
    assert found.of("notary", {}) is None
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "centre.example"}, "http"),
        ({"forms": ["legal_aid", "marriage"]}, "marriage"),
        ({"forms": ["civil_complaint"]}, "civil_complaint"),
        ({"forms": []}, "forms"),
        ({"when": {"weather": ["bad"]}}, "weather"),
        ({"fields": {"a": "answers.weather"}}, "weather"),
        ({"fields": {"a": "weather"}}, "weather"),
        ({"fields": {"sqr": "answers.name", "sqr.sjh": "answers.phone"}}, "sqr"),
        ({"statuses": {"OK": "fine"}}, "fine"),
        ({"colour": "red"}, "colour"),
        ({"id": "other"}, "other"),
        ({"id": "../other"}, "a-z"),
    ],
)
def test_file_that_cannot_work_is_said_at_the_start(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    write_receiver(tmp_path, "centre", **wrong)
    with pytest.raises(SettingError) as raised:
        Settings.read({"WENFA_HOME": str(tmp_path), **ENVIRONMENT})
    assert "centre.yaml" in str(raised.value)
    assert said in str(raised.value)


def test_service_does_not_start_without_a_secret_and_commands_do(tmp_path: Path) -> None:
    write_receiver(tmp_path, "centre", secret="WENFA_NOT_SET")  # noqa: S106 - a name
    settings = Settings.read({"WENFA_HOME": str(tmp_path)})
    with pytest.raises(SettingError, match=r"centre\.yaml.*WENFA_NOT_SET"):
        settings.receivers.check_secrets()


def test_file_that_is_no_yaml_is_said_with_its_line(tmp_path: Path) -> None:
    write_receiver(tmp_path, "centre").write_text("id: centre\nname: [", encoding="utf-8")
    with pytest.raises(SettingError, match=r"centre\.yaml：第 \d 行"):
        read_receivers(tmp_path / "receivers", ENVIRONMENT)


def test_command_says_who_takes_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from connectors.cli import app

    monkeypatch.setenv("WENFA_HOME", str(tmp_path))
    monkeypatch.setenv("WENFA_CENTRE", SECRET)
    write_receiver(tmp_path, "centre", fields={"a": {"from": "answers.stage", "values": {"court": "1"}}})
    said = CliRunner().invoke(app, ["intake", "check"])
    assert said.exit_code == 0
    assert "法律援助申请：模拟的机构" in said.stdout
    assert "人民调解申请：工作人员" in said.stdout
    assert "stage 的选项 arbitration 没有对照代码" in said.stdout
    assert "仲裁申请书" not in said.stdout


OTHER_WORDS: dict[str, Any] = {
    "fields": {
        "sqbh": "number",
        "sqr.xm": "answers.name",
        "ajlx": {"from": "answers.matter", "values": {"pay": "0301"}},
    },
    "receipt": "data.sjh",
    "statuses": {"YSL": "granted"},
}


@pytest.mark.parametrize("receiver_files", [{"centre": OTHER_WORDS}])
async def test_system_of_another_make_is_told_and_heard_in_its_words(receiving: Receiving) -> None:
    answers = [{"code": 500, "msg": "系统繁忙"}, {"data": {"sjh": True}}, {"code": 0, "data": {"sjh": 20261}}]
    receiving.centre.answers = list(answers)
    number = await receiving.applicant.applies()
    for _ in answers[1:]:
        assert await receiving.delivers(3700) == 1
        assert (await receiving.stands(number))[0] == "handed_in"
    await receiving.delivers(3700)
    assert receiving.centre.came[2] == {"sqbh": number, "sqr": {"xm": "古丽米热·艾比布力"}, "ajlx": "0301"}
    assert await receiving.stands(number) == ("received", "20261")
    assert await receiving.centre.tell(number, "YSL") == 204
    assert (await receiving.stands(number))[0] == "granted"
    assert await receiving.centre.tell(number, "XYZ") == 400


@pytest.mark.parametrize("receiver_files", [{"centre": {}, "other": {"forms": ["mediation"]}}])
async def test_another_system_learns_and_changes_nothing(receiving: Receiving) -> None:
    number = await receiving.applicant.applies()
    own = receiving.centre.callback
    for name, status in (("other", 404), ("nobody", 403)):
        receiving.centre.callback = own.replace("/centre/", f"/{name}/")
        assert await receiving.centre.tell(number, "granted") == status
    assert (await receiving.stands(number))[0] == "handed_in"


@pytest.mark.parametrize("receiver_files", [{"centre": {"forms": ["mediation"]}}])
async def test_officers_decide_what_nobody_else_takes(receiving: Receiving) -> None:
    office = receiving.applicant.office
    await office.hire("陈窗口", "officer")
    number = await receiving.applicant.applies()
    assert await receiving.delivers() == 0
    await office.sign_in("陈窗口")
    assert "决定并告诉群众" in await office.page(f"/desk/applications/{number}")


async def test_officers_decide_what_was_handed_to_a_system_that_is_no_more(receiving: Receiving) -> None:
    office = receiving.applicant.office
    await office.hire("陈窗口", "officer")
    number = await receiving.applicant.applies()
    async with office.database.transaction() as tx:
        await tx.execute(update(applications).values(receiver="gone"))
    await office.sign_in("陈窗口")
    assert "接收系统 gone" in await office.page("/desk/applications")
    answer = await office.client.post(f"/desk/applications/{number}", data={"status": "granted"})
    assert answer.status == 200
    assert (await receiving.stands(number))[0] == "granted"


async def test_officers_see_what_is_where(receiving: Receiving) -> None:
    office = receiving.applicant.office
    await office.hire("陈窗口", "officer")
    number = await receiving.applicant.applies()
    await office.sign_in("陈窗口")
    listed = await office.page("/desk/applications")
    assert "<td>模拟的机构</td><td>1</td><td>0</td><td>1</td>" in listed
    assert "模拟的机构 还没送到" in listed
    page = await office.page(f"/desk/applications/{number}")
    assert "由模拟的机构办理" in page
    assert "决定并告诉群众" not in page
    await receiving.delivers()
    listed = await office.page("/desk/applications")
    assert "<td>模拟的机构</td><td>1</td><td>1</td><td>0</td>" in listed
    assert "模拟的机构 已送到" in listed
