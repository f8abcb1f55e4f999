"""`wenfa knowledge check` names each mistake with file, line and remedy."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.check import KnowledgeCheck
from knowledge.library import ASKED, KNOWLEDGE_FOLDER, STORIES, read_entry
from knowledge.templates import TEMPLATES
from tests.timing import slowness

ENTRY = "guidance/labour/unpaid-wages.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One sound entry with all it needs: the laws, services, its domain and its digests."""
    copy = tmp_path / "knowledge"
    for name in (ENTRY, "taxonomy/labour.yaml", "cities/zhongshan.yaml"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(KNOWLEDGE_FOLDER / name, copy / name)
    shutil.copytree(KNOWLEDGE_FOLDER / "services", copy / "services")
    (copy / "digest").mkdir()
    for law in ("劳动合同法", "劳动争议调解仲裁法"):
        shutil.copy(KNOWLEDGE_FOLDER / "digest" / f"{law}.yaml", copy / "digest")
    said = "".join(path.read_text(encoding="utf-8") for path in copy.rglob("*.*"))
    (copy / "laws.yaml").write_text(laws_named_in(said + "合同法 民法典"), encoding="utf-8")
    return copy


def laws_named_in(text: str) -> str:
    """The register's rows for these laws, and no other: it is read at each test."""
    rows = re.split(r"^(?=\S)", (KNOWLEDGE_FOLDER / "laws.yaml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return "".join(row for row in rows if row.partition(":")[0] in text)


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_everything_we_publish_is_sound_and_checked_in_time() -> None:
    began = time.monotonic()
    assert KnowledgeCheck().run() == []
    assert time.monotonic() - began <= 30 * slowness()


def test_sound_folder_has_no_fault(folder: Path) -> None:
    assert KnowledgeCheck(folder).run() == []


CASES: dict[str, tuple[str, str, str, str]] = {
    "misnumbered citation": (ENTRY, "第八十二条）；因您", "第九百条）；因您", "没有这一条"),
    "invented law": (ENTRY, "（《劳动合同法》第三十条）。您", "（《讨薪保护法》第三十条）。您", "没有登记"),
    "repealed law": (ENTRY, "（《劳动合同法》第三十条）。您", "（《合同法》第三十条）。您", "已经废止"),
    "cited and not in basis": (ENTRY, "第三十条）。您", "第三十一条）。您", "没有写进 basis"),
    "promise of an outcome": (ENTRY, "工资应当按时发足", "您一定能要回工资", "承诺了结果"),
    "number nobody verified": (ENTRY, "或到公共法律服务中心", "或打 0760-88888888", "没有核实的号码"),
    "matter that is not there": (ENTRY, "matter: labour.unpaid_wages", "matter: labour.nothing", "没有案由"),
    "service that is not there": (ENTRY, "services: [labour_inspection", "services: [magic", "没有服务事项"),
    "id that is not its path": (ENTRY, "id: labour/unpaid-wages", "id: labour/other", "与路径一致"),
    "section missing": (ENTRY, "## 时限", "## 时间", "小节是"),
    "basis that is not cited": (ENTRY, "（《劳动合同法》第八十五条）", "", "正文没有引到"),
    "no Cantonese": (ENTRY, "老細成日拖粮，三個月都冇出粮，點算好", "x", "书面粤语"),
    "date in the future": (ENTRY, "reviewed_on: 2026-11-23", "reviewed_on: 2999-01-01", "在将来"),
    "broken YAML": (ENTRY, "basis:\n", "basis: [\n", "YAML"),
    "unknown field": (ENTRY, "special_groups:", "special_group:", "字段不合要求"),
    "digest without questions": ("digest/劳动合同法.yaml", "questions:", "question:", "字段不合要求"),
    "alias of two laws": ("laws.yaml", "aliases: []", "aliases: [劳动合同法]", "名称"),
    "matter of another domain": ("taxonomy/labour.yaml", "id: labour.unpaid_wages", "id: land.unpaid_wages", "不属于"),
}


@pytest.mark.parametrize("case", CASES)
def test_fault_is_named_with_line_and_remedy(folder: Path, case: str) -> None:
    name, old, new, words = CASES[case]
    if case == "no Cantonese":
        path = folder / name
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if "出粮" not in line]
        path.write_text("\n".join([*kept[:5], "  - 老板不给钱我该怎么办呢", *kept[5:]]) + "\n", encoding="utf-8")
    else:
        change(folder, name, old, new)
    faults = [fault for fault in KnowledgeCheck(folder).run() if words in fault.message + fault.remedy]
    assert faults, [str(fault) for fault in KnowledgeCheck(folder).run()]
    assert faults[0].path == folder / name
    assert faults[0].line >= 1
    assert faults[0].remedy


def test_line_of_a_wrong_citation_is_its_own(folder: Path) -> None:
    change(folder, ENTRY, "第八十五条）。\n4.", "第九百条）。\n4.")
    lines = (folder / ENTRY).read_text(encoding="utf-8").splitlines()
    fault = next(fault for fault in KnowledgeCheck(folder).run() if "没有这一条" in fault.message)
    assert "第九百条" in lines[fault.line - 1]


@pytest.mark.parametrize(
    ("kind", "name", "place"),
    [
        ("guidance", "labour/new", "guidance/labour/new.md"),
        ("digest", "劳动法", "digest/劳动法.yaml"),
        ("taxonomy", "labour2", "taxonomy/labour2.yaml"),
    ],
)
def test_template_can_be_read_and_only_its_places_are_left_to_fill(
    folder: Path, kind: str, name: str, place: str
) -> None:
    template: Callable[[str], str] = TEMPLATES[kind]
    (folder / place).write_text(template(name), encoding="utf-8")
    shape = ("YAML", "字段不合要求", "小节是", "与路径一致")
    faults = [fault for fault in KnowledgeCheck(folder).run() if fault.path == folder / place]
    assert not [str(fault) for fault in faults if any(words in fault.message + fault.remedy for words in shape)]


FURTHER: dict[str, tuple[str, str, str]] = {
    "entry that is not there": ("labour.yaml", "labour/nothing:\n  - 工资没发\n", "没有指引"),
    "file of another domain": ("family.yaml", "labour/unpaid-wages:\n  - 工资没发\n", "不属于"),
    "asked twice": ("labour.yaml", "labour/unpaid-wages:\n  - 工资没发\n  - 工资没发\n", "问法与"),
    "asked in the entry already": ("labour.yaml", "labour/unpaid-wages:\n  - {its own question}\n", "问法与"),
    "no list": ("labour.yaml", "labour/unpaid-wages: 工资没发\n", "字段不合要求"),
}


@pytest.mark.parametrize("kind", [ASKED, STORIES])
@pytest.mark.parametrize("case", FURTHER)
def test_fault_in_further_questions_is_named(folder: Path, case: str, kind: str) -> None:
    name, text, words = FURTHER[case]
    own = read_entry(folder / "guidance/labour/unpaid-wages.md").head.questions[0]
    told = {"{its own question}": own} | (
        {"工资没发": "工资没发，等了三个月，老板人也不见了"} if kind == STORIES else {}
    )
    for short, long in told.items():
        text = text.replace(short, long)
    (folder / kind).mkdir()
    (folder / kind / name).write_text(text, encoding="utf-8")
    faults = [fault for fault in KnowledgeCheck(folder).run() if "有 " not in fault.message]
    assert [fault.path.name for fault in faults if words in fault.message] != [], [str(fault) for fault in faults]
    assert {fault.path for fault in faults} == {folder / kind / name}
    assert all(fault.line >= 1 and fault.remedy for fault in faults)


POINTS: dict[str, tuple[str, str]] = {
    "no such entry": ("labour/no-such: []", "没有指引"),
    "asked in one way": (
        "labour/unpaid-wages: [{ask: [甲], say: 不能拖欠，要按时付清（《劳动合同法》第三十条）。}]",
        "问法",
    ),
    "too long": (f"labour/unpaid-wages: [{{ask: [甲, 乙], say: {'长' * 91}（《劳动合同法》第三十条）。}}]", "92 字"),
    "no law": ("labour/unpaid-wages: [{ask: [甲, 乙], say: 不能拖欠工资，要按时付清。}]", "没有写依据"),
    "no such article": (
        "labour/unpaid-wages: [{ask: [甲, 乙], say: 不能拖欠，要按时付清（《劳动合同法》第三百条）。}]",
        "条",
    ),
    "an outcome promised": (
        "labour/unpaid-wages: [{ask: [甲, 乙], say: 一定能赢，要按时付清（《劳动合同法》第三十条）。}]",
        "承诺了结果",
    ),
    "asked twice": (
        "labour/unpaid-wages: [{ask: [甲, 甲], say: 不能拖欠，要按时付清（《劳动合同法》第三十条）。}]",
        "问法与",
    ),
    "asked in two points": (
        (
            "labour/unpaid-wages: ["
            "{ask: [甲, {its own question}], say: 不能拖欠，要按时付清才行（《劳动合同法》第三十条）。}, "
            "{ask: [乙, {its own question}], say: 按约定的日子付，不能往后拖（《劳动合同法》第三十条）。}]"
        ),
        "问法与",
    ),
}


@pytest.mark.parametrize("case", POINTS)
def test_fault_in_a_point_is_named(folder: Path, case: str) -> None:
    text, words = POINTS[case]
    own = read_entry(folder / "guidance/labour/unpaid-wages.md").head.questions[0]
    (folder / "points").mkdir()
    (folder / "points/labour.yaml").write_text(text.replace("{its own question}", own), encoding="utf-8")
    faults = KnowledgeCheck(folder).run()
    assert any(words in fault.message for fault in faults), [str(fault) for fault in faults]
    assert {fault.path for fault in faults} == {folder / "points/labour.yaml"}
    assert all(fault.line >= 1 and fault.remedy for fault in faults)


def test_question_of_an_entry_may_be_asked_of_one_of_its_points(folder: Path) -> None:
    own = read_entry(folder / "guidance/labour/unpaid-wages.md").head.questions[0]
    (folder / "points").mkdir()
    point = f"{{ask: [甲, {own}], say: 不能拖欠，要按时付清才行（《劳动合同法》第三十条）。}}"
    (folder / "points/labour.yaml").write_text(f"labour/unpaid-wages: [{point}]", encoding="utf-8")
    assert KnowledgeCheck(folder).run() == []


@pytest.mark.parametrize("length", [14, 301])
def test_story_of_no_length_for_one_is_named(folder: Path, length: int) -> None:
    (folder / STORIES).mkdir()
    (folder / STORIES / "labour.yaml").write_text(f"labour/unpaid-wages:\n  - {'欠' * length}\n", encoding="utf-8")
    assert [fault.message[:8] for fault in KnowledgeCheck(folder).run()] == [f"有 {length} 字：欠欠"[:8]]
