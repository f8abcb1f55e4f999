"""What was asked and answered, to take along: in order, with what is to be done, nothing private in the open."""

from __future__ import annotations

import io
import secrets
from pathlib import Path

from docx import Document

from bot.outcomes import Cited, Reply, Section
from connectors.consultation import consultation
from connectors.conversations import Message
from tests.conftest import TODAY
from tests.connectors.office import ATTACK, Office

NOWHERE = Path("/nowhere")
WAGES = Reply(
    "answer",
    "全文",
    lead="工资应当按时发足。",
    title="老板拖欠工资怎么办",
    sections=(
        Section("结论", "工资应当按时发足。"),
        Section("怎么办", "1. 存好证据。\n2. 投诉。"),
        Section("时限", "- 离职起一年内。"),
    ),
    citations=(Cited("劳动法", "第五十条", "1995-01-01", "现行有效", "工资按月付"),),
)


def lines(content: bytes) -> list[str]:
    made = Document(io.BytesIO(content))
    return [paragraph.text for paragraph in [*made.sections[0].header.paragraphs, *made.paragraphs]]


def test_record_holds_what_was_said_and_what_is_to_be_done() -> None:
    said = [
        Message(1, "c", "citizen", 0.0, f"老板欠薪，我电话13800138000 {ATTACK}\x07"),
        Message(2, "c", "bot", 0.0, WAGES.text, reply=WAGES),
        Message(3, "c", "system", 0.0, "工作人员已经接手"),
        Message(4, "c", "person", 0.0, "请带工资条来", name="王律师"),
        Message(5, "c", "citizen", 0.0, "再问一次"),
        Message(6, "c", "bot", 0.0, WAGES.text, reply=WAGES),
    ]
    found = lines(consultation(said, "261126-000001", TODAY, NOWHERE))
    assert "编号 261126-000001" in found[0]
    assert f"问：老板欠薪，我电话[手机号] {ATTACK}" in [line.replace("【", "[").replace("】", "]") for line in found]
    assert "13800138000" not in "".join(found)
    assert found.count("答：工资应当按时发足。") == 2
    assert "工作人员：请带工资条来" in found
    assert found.count("要做的：老板拖欠工资怎么办") == 1
    assert [line for line in found if line.startswith("□")] == ["□ 存好证据。", "□ 投诉。", "□ 离职起一年内。"]
    assert "1．《劳动法》第五十条：工资按月付" in found
    assert not any("{" in line or "接手" in line for line in found)


async def test_record_of_a_conversation_is_its_owners(office: Office) -> None:
    address = f"/api/v1/conversations/{office.key}/record.docx"
    assert (await office.client.get(address)).status == 404
    await office.say("老板欠我工资")
    answer = await office.client.get(address)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "问：老板欠我工资" in lines(await answer.read())
    assert (await office.client.get(f"/api/v1/conversations/{secrets.token_urlsafe(18)}/record.docx")).status == 404
