"""Documents made of an application (文书): a Word file from a template that the bureau may put its own in place of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.applications.logic import Logic, in_words, lines, with_options
from connectors.word_files import BLANK, Said, chinese_day, word_file
from knowledge.forms import Field, Form, Sentence, Values, holds

DRAFT_TEMPLATE, FORM_TEMPLATE = "draft.docx", "form.docx"
_TWICE = re.compile(r"([。；，：！？])。|(?<=族)族|(?<=元)元")
"""What an answer says and the sentence around it says again."""


def name_of(form: Form) -> str:
    """The name under which a document is saved."""
    return f"{form.draft.title}（草稿）.docx" if form.draft else f"{form.name}.docx"


def document(logic: Logic, values: Values, number: str, today: date, own_templates: Path) -> bytes:
    """The document of a form as it is filled in, from the bureau's template for it, its common one, or ours."""
    common = DRAFT_TEMPLATE if logic.form.draft else FORM_TEMPLATE
    return word_file((f"{logic.form.id}.docx", common), _context(logic, values, number, today), own_templates)


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
