"""Pictures and papers that a citizen sends to who works on the case, over the API."""

from __future__ import annotations

import json
import secrets

import aiohttp
import pytest

from connectors import conversation_files
from connectors.conversations import conversation_id
from connectors.storage.schema import conversation_files as rows
from tests.connectors.office import Office
from tests.papers import PDF, photograph


async def sends(office: Office, name: str, content: bytes, message_id: str = "") -> tuple[int, str]:
    """The status, and what is said where it is not kept."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    path = f"/api/v1/conversations/{office.key}/files?message_id={message_id or secrets.token_hex(8)}"
    async with office.client.post(path, data=form) as answer:
        body = json.loads(await answer.text())
        return answer.status, body["error"]["message"] if "error" in body else ""


async def test_files_go_to_who_works_on_the_case(office: Office) -> None:
    number = await office.case("老板欠我工资")
    assert await sends(office, "工牌.png", photograph("PNG"), "one") == (200, "")
    assert await sends(office, "工牌.png", photograph("PNG"), "one") == (200, "")  # the same once more
    assert await sends(office, "合同.pdf", PDF) == (200, "")
    assert (await office.heard()).count("（发来照片）") == 1
    await office.sign_in("李律师")
    await office.act(number, "claim")
    page = await office.page(f"/desk/cases/{number}")
    assert 'alt="工牌.jpg"' in page
    assert ">合同.pdf</a>" in page


async def test_file_without_a_case_is_for_nobody(office: Office) -> None:
    await office.say("老板欠我工资")
    status, said = await sends(office, "工牌.png", photograph("PNG"))
    assert status == 409
    assert "先转人工" in said


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("空.jpg", b"", "是空的"),
        ("程序.exe", b"MZ" + bytes(80), "不是照片也不是 PDF"),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不是照片"),
        ("坏.png", b"\x89PNG\r\n\x1a\n" + bytes(80), "打不开"),
        ("动.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "会自己运行"),
        ("苹果.heic", bytes(4) + b"ftypheic" + bytes(80), "HEIC"),
    ],
)
async def test_file_that_cannot_be_kept_is_refused_with_what_to_do(
    office: Office, name: str, content: bytes, says: str
) -> None:
    await office.case("老板欠我工资")
    status, said = await sends(office, name, content)
    assert status == 400
    assert says in said
    async with office.database.transaction() as tx:
        assert (await tx.execute(rows.select())).all() == []


async def test_file_that_is_too_large_or_one_too_many_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation_files, "MOST_FILES", 1)
    await office.case("老板欠我工资")
    status, said = await sends(office, "大.jpg", b"\xff\xd8\xff" + bytes(10 * 2**20))
    assert status == 400
    assert "太大了" in said
    assert (await sends(office, "一.png", photograph("PNG")))[0] == 200
    status, said = await sends(office, "二.png", photograph("PNG"))
    assert status == 409
    assert "已经收了 1 个" in said


async def test_file_is_kept_sealed_and_goes_with_the_conversation(office: Office) -> None:
    number = await office.case("老板欠我工资")
    await sends(office, "古丽的工牌.png", photograph("PNG"))
    async with office.database.transaction() as tx:
        (row,) = (await tx.execute(rows.select())).all()
        files = await conversation_files.ConversationFiles(office.keys).of(tx, conversation_id(office.key))
    assert b"JFIF" not in row.content_sealed
    assert "古丽" not in str(row)
    assert files[0].name == "古丽的工牌.jpg"
    await office.sign_in("李律师")
    await office.act(number, "claim")
    await office.act(number, "close", outcome="advised")
    assert (await office.client.delete(f"/api/v1/conversations/{office.key}")).status == 200
    async with office.database.transaction() as tx:
        assert (await tx.execute(rows.select())).all() == []
