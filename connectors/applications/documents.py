"""Documents made of an application (文书): a Word file from a template that the bureau may put its own in place of."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.applications.logic import Logic, in_words, lines, with_options
from knowledge.forms import FORMS_FOLDER, Field, Form, Sentence, Values, holds

LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEMPLATES = "templates"
"""The folder of the bureau's own templates, within WENFA_HOME."""
BLANK = "＿＿＿＿＿＿"
"""Stands where nothing was answered, to be filled in with a pen."""
DRAFT_TEMPLATE, FORM_TEMPLATE = "draft.docx", "form.docx"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold."""
_TWICE = re.compile(r"([。；，：！？])。|(?<=族)族|(?<=元)元")
"""What an answer says and the sentence around it says again."""


class Said(dict[str, str]):
    """Answers in words, by field; a blank where there is none."""

    def __missing__(self, _: str) -> str:
        return BLANK


def name_of(form: Form) -> str:
    """The name under which a document is saved."""
    return f"{form.draft.title}（草稿）.docx" if form.draft else f"{form.name}.docx"


def document(logic: Logic, values: Values, number: str, today: date, own_templates: Path) -> bytes:
    """The document of a form as it is filled in: the bureau's template where it has one, ours otherwise.

    A template of the bureau's that cannot be filled in is told to the log and stands aside.
    """
    context = _plain(_context(logic, values, number, today))
    common = DRAFT_TEMPLATE if logic.form.draft else FORM_TEMPLATE
    for path in (own_templates / f"{logic.form.id}.docx", own_templates / common):
        if path.is_file():
            try:
                return _rendered(path, context)
            except Exception as error:  # noqa: BLE001 - whatever a file of somebody else's may bring
                LOG.warning("文书模板 %s 填不进去，改用自带的：%s", path, error)
    return _rendered(FORMS_FOLDER / common, context)


def _rendered(path: Path, context: Mapping[str, Any]) -> bytes:
    from docxtpl import DocxTemplate

    template = DocxTemplate(path)
    template.render(context, autoescape=True)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def _context(logic: Logic, values: Values, number: str, today: date) -> dict[str, Any]:
    """What a template can name (docs/documents.md)."""
    form = logic.form
    said = Said({name: words for name, words in _words(logic, values).items() if words})
    context: dict[str, Any] = {
        "title": form.draft.title if form.draft else form.title,
        "name": form.name,
        "receiver": form.receiver,
        "number": number,
        "day": chinese_day(today),
        "said": said,
        "steps": [
            {"title": step.title, "lines": [{"label": label, "answer": answer} for label, answer in told]}
            for step, told in lines(form, logic, values)
            if told
        ],
        "sums": list(logic.sums(values)),
        "papers": list(logic.papers(values)),
        "promises": [promise.text for promise in form.promises if holds(promise.when, values)],
    }
    if form.draft:
        draft = form.draft
        context |= {
            "parties": sentences(draft.parties, said, values),
            "claims_title": draft.claims_title,
            "claims": sentences(draft.claims, said, values) or [BLANK],
            "facts_title": draft.facts_title,
            "facts": sentences(draft.facts, said, values),
            "evidence": sentences(draft.evidence, said, values) or [BLANK],
            "addressed_to": draft.addressed_to,
            "signed_by": draft.signed_by,
        }
    return context


def sentences(of: Iterable[Sentence], said: Mapping[str, str], values: Values) -> list[str]:
    """The sentences that hold, filled in; one whose answer has several lines becomes as many."""
    held = (one for one in of if holds(one.when, values) and all(values.get(name) for name in one.has))
    filled = (one.text.format_map(said) for one in held)
    return [
        _TWICE.sub(lambda found: found[1] or "", line.strip())
        for text in filled
        for line in text.splitlines()
        if line.strip()
    ]


def _words(logic: Logic, values: Values) -> dict[str, str]:
    """Each answer in words: labels of options, days and sums as a Chinese document writes them."""
    fields = [field for step in logic.form.asked(values) for field in with_options(step, logic, values)]
    return {field.id: _in_writing(field, in_words(field, values)) for field in fields}


def _in_writing(field: Field, said: str) -> str:
    if field.kind == "date" and said:
        return chinese_day(date.fromisoformat(said))
    if field.kind == "money" and said:
        return f"{Decimal(said):.2f}".removesuffix(".00")
    return said


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _plain(value: Any) -> Any:
    """The same without what no document can hold."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Said):
        return Said({name: _plain(one) for name, one in value.items()})
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, Sequence) else value
