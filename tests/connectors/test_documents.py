"""Documents made of what was filled in: right words, nothing left open, the bureau's templates before ours."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from docx import Document

from connectors.applications.documents import DRAFT_TEMPLATE, document, name_of
from connectors.applications.logic import logic_of, with_options
from connectors.word_files import BLANK
from knowledge.forms import FORMS_FOLDER, Form, Values, form_called, forms_of, read_forms
from knowledge.laws import Resolved
from knowledge.library import Library, read_city
from knowledge.records import domain_of
from nlu.citations import CitationParser
from nlu.signals import signal
from tests.conftest import TODAY

NOWHERE = Path("/nonexistent")
DRAFTS = [form for form in read_forms().values() if form.draft]
WAGES = {
    "name": "张三",
    "sex": "male",
    "born": "1990-01-01",
    "phone": "13800138000",
    "address": "小榄镇某村1号",
    "employer": "某某五金厂",
    "employer_address": "小榄镇工业路2号",
    "started": "2025-03-01",
    "job": "冲压工",
    "place": "xiaolan",
    "monthly": "6000",
    "contract": "no",
    "insured": "no",
    "still": "no",
    "ended": "2026-09-30",
    "why_ended": "forced",
    "claim_wages": "yes",
    "wages": "18000.5",
    "wages_period": "2026年7月至9月",
    "claim_double": "yes",
    "double": "66000",
    "claim_ending": "severance",
    "ending": "12000",
    "story": "七月起不发工资。\n多次催要，<b>老板</b>不理 & 拉黑。\x0b",
    "evidence": "微信聊天记录（本人手机）\n银行流水",
}


def written(form: Form, values: Values, own: Path = NOWHERE) -> list[str]:
    """The lines of a form's document, those of tables among them."""
    city = read_city("zhongshan")
    assert city is not None
    logic = logic_of(form, city)
    made = Document(
        io.BytesIO(document(logic, dict(values) | logic.derived(values, TODAY), "261126-000001", TODAY, own))
    )
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return [p.text for p in made.paragraphs] + cells + [made.sections[0].header.paragraphs[0].text]


def test_arbitration_draft_says_who_wants_what_and_why() -> None:
    lines = written(read_forms()["labour_arbitration"], WAGES)
    assert lines[0] == "劳动人事争议仲裁申请书"
    assert "1．裁决被申请人支付申请人2026年7月至9月的工资18000.50元。" in lines
    assert "2．裁决被申请人支付申请人未签订书面劳动合同的二倍工资差额66000元。" in lines
    assert "3．裁决被申请人支付申请人解除（终止）劳动合同的经济补偿12000元。" in lines
    assert "申请人于2025年3月1日到被申请人处工作，岗位是冲压工，每月工资约6000元。" in lines
    assert "多次催要，<b>老板</b>不理 & 拉黑。" in lines
    assert "2．银行流水" in lines
    assert any(line.startswith("2026年9月30日，因被申请人") for line in lines)
    assert any(f"居民身份证号码：{BLANK}，" in line for line in lines)
    assert not any("赔偿金" in line for line in lines)
    assert "草稿" in lines[-1]
    assert any("工资条、银行流水" in line for line in lines)


def test_complaint_about_a_loan_has_its_elements() -> None:
    said = WAGES | {
        "kind": "loan",
        "nation": "汉族",
        "opponent_kind": "person",
        "opponent": "李四",
        "opponent_address": "石岐街道某路3号",
        "opponent_sex": "male",
        "lent_on": "2025-05-06",
        "lent": "50000",
        "lent_how": "transfer",
        "iou": "yes",
        "repaid": "0",
        "principal": "50000",
        "interest_wanted": "从2026年1月1日起按一年期贷款市场报价利率算到还清",
        "costs": "yes",
        "custody": "me",
    }
    lines = written(read_forms()["civil_complaint"], said)
    assert "1．判令被告归还借款本金50000元。" in lines
    assert "3．本案诉讼费用由被告承担。" in lines
    assert "2025年5月6日，被告向原告借款，原告一共借给被告50000元，交付方式：转账。" in lines
    assert any("汉族，" in line and "族族" not in line for line in lines)
    assert not any("抚养" in line or "离婚" in line for line in lines)


@pytest.mark.parametrize("form", DRAFTS, ids=lambda form: form.id)
def test_draft_leaves_no_place_open_whatever_was_chosen(form: Form) -> None:
    """Every option once, all asked fields answered."""
    city = read_city("zhongshan")
    assert city is not None
    logic, some = logic_of(form, city), {"date": "2026-01-02", "money": "1000", "number": "2", "yes_no": "yes"}
    for turn in range(6):
        values: dict[str, str] = {}
        for _ in form.steps:
            for step in form.asked(values):
                for field in with_options(step, logic, values):
                    options = [option.value for option in field.options]
                    values[field.id] = options[turn % len(options)] if options else some.get(field.kind, "某某")
        lines = written(form, values)
        assert not any("{" in line or "}" in line or "%" in line for line in lines), lines
        assert not any("。。" in line or "，，" in line for line in lines), lines
        assert sum(line.startswith("1．") for line in lines) == 2


@pytest.mark.parametrize("form", read_forms().values(), ids=lambda form: form.id)
def test_document_of_an_empty_form_can_be_filled_in_with_a_pen(form: Form) -> None:
    assert form.name in name_of(form) or (form.draft and form.draft.title in name_of(form))
    assert written(form, {})


def test_template_of_the_bureau_goes_before_ours_and_one_that_is_broken_stands_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    form = read_forms()["labour_arbitration"]
    own = Document(str(FORMS_FOLDER / DRAFT_TEMPLATE))
    own.paragraphs[0].insert_paragraph_before("某某市仲裁委员会用纸 {{ said.employer }}")
    own.save(str(tmp_path / "labour_arbitration.docx"))
    assert written(form, WAGES, tmp_path)[0] == "某某市仲裁委员会用纸 某某五金厂"
    own.paragraphs[0].insert_paragraph_before("{{ said.employer ")
    own.save(str(tmp_path / "labour_arbitration.docx"))
    assert written(form, WAGES, tmp_path)[0] == "劳动人事争议仲裁申请书"
    assert "labour_arbitration.docx" in caplog.text
    (tmp_path / "labour_arbitration.docx").write_bytes(b"no document")
    shutil.copy(FORMS_FOLDER / DRAFT_TEMPLATE, tmp_path / DRAFT_TEMPLATE)
    assert written(form, WAGES, tmp_path)[0] == "劳动人事争议仲裁申请书"


@pytest.mark.parametrize("form", DRAFTS, ids=lambda form: form.id)
def test_what_a_draft_cites_stands(form: Form, library: Library) -> None:
    assert form.draft
    for text in (one.text for one in form.draft.sentences):
        for cited in CitationParser(library.laws.names).parse(text):
            assert isinstance(library.laws.resolve(cited.citation, TODAY), Resolved), text


@pytest.mark.parametrize("form", [one for one in read_forms().values() if one.offer], ids=lambda form: form.id)
def test_button_of_a_form_leads_to_it_and_stands_where_its_matters_are(form: Form, library: Library) -> None:
    assert signal(form.asks_for) == "apply"
    assert form_called(form.asks_for) is form
    known = {*library.matters, *(domain_of(matter) for matter in library.matters)}
    assert set(form.matters) <= known
    assert form in forms_of(
        next(matter for matter in library.matters if {matter, domain_of(matter)} & set(form.matters))
    )


ASKED = {
    "labour_arbitration": "帮我写一份劳动仲裁申请书|仲裁申请书怎么写？|能不能帮我写个仲裁申请书|有没有仲裁申请书模板|"
    "我要写仲裁申请书|你帮我起草仲裁申请吧",
    "civil_complaint": "起诉状怎么写|帮我写个起诉状|我想写离婚起诉状|起诉书怎么写呢|可以帮我写民事起诉状吗|"
    "有没有起诉状的范本|诉状点写|怎么写起诉书",
    "protection_order": "帮我写保护令申请书|人身安全保护令申请书怎么写",
    "notary": "我要预约公证|可以网上预约办公证吗",
    "forensic": "我要申请鉴定咨询|申请减免鉴定费",
    "aid_objection": "我要对法律援助提异议|对法援中心不批的决定，我要提出异议|不服法律援助的决定，申请异议",
    "complaint": "我要投诉你们的工作人员|我要投诉律师|投诉一下你们这个客服|我要投诉公证处|想投诉法律援助律师",
}


@pytest.mark.parametrize(("form", "words"), [(form, one) for form, all_ in ASKED.items() for one in all_.split("|")])
def test_form_is_asked_for_in_many_ways(form: str, words: str) -> None:
    found = form_called(words)
    assert signal(words) == "apply"
    assert found is not None
    assert found.id == form


@pytest.mark.parametrize(
    "words",
    "收到法院的起诉状怎么办|法院寄来起诉状副本|我要投诉商家|老板让我写保证书|对方起诉状里写的不对怎么办|公证过的遗嘱能改吗|劳动仲裁要多久|我要投诉物业|"
    "仲裁申请书交到哪里|起诉状要写几份|我要做伤残鉴定|执行异议怎么提|对事故认定提出异议".split("|"),
)
def test_what_only_names_a_paper_is_a_question(words: str) -> None:
    assert signal(words) != "apply"
