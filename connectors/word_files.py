"""Word files from templates (文书模板): ours, or what the bureau puts in their place (docs/documents.md)."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.forms import FORMS_FOLDER

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEMPLATES = "templates"
"""The folder of the bureau's own templates, within WENFA_HOME."""
BLANK = "＿＿＿＿＿＿"
"""Stands where nothing was answered, to be filled in with a pen."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold."""


class Said(dict[str, str]):
    """Answers in words, by field; a blank where there is none."""

    def __missing__(self, _: str) -> str:
        return BLANK


def word_file(names: Sequence[str], context: Mapping[str, Any], own_templates: Path) -> bytes:
    """The first template of these names that the bureau has, filled in; otherwise ours of the last name.

    A template of the bureau's that cannot be filled in is told to the log and stands aside.
    """
    plain = printable(context)
    for path in (own_templates / name for name in names):
        if path.is_file():
            try:
                return _rendered(path, plain)
            except Exception as error:  # noqa: BLE001 - whatever a file of somebody else's may bring
                log.warning("文书模板 %s 填不进去，改用自带的：%s", path, error)
    return _rendered(FORMS_FOLDER / names[-1], plain)


def _rendered(path: Path, context: Mapping[str, Any]) -> bytes:
    from docxtpl import DocxTemplate

    template = DocxTemplate(path)
    template.render(context, autoescape=True)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def printable(value: Any) -> Any:
    """The same without what no document can hold."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, Said):
        return Said({name: printable(one) for name, one in value.items()})
    if isinstance(value, Mapping):
        return {name: printable(one) for name, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, Sequence) else value
