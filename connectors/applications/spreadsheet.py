"""Applications as a spreadsheet (表格导出): for a receiver without a system, a sheet a form, a line an application."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from connectors.applications.desk import ApplicationDesk, status_name
from connectors.applications.logic import lines
from connectors.applications.store import Application
from knowledge.clock import local_day, local_time

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIRST = ("编号", "提交时间", "状态", "急")
MOST_SHEET_NAME = 31
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def spreadsheet(applications: Sequence[Application], desk: ApplicationDesk) -> bytes:
    """An .xlsx file; what citizens wrote stands in it as words, never as a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.active)
    for form_id in sorted({one.form for one in applications}):
        own = [one for one in applications if one.form == form_id]
        rows = [_row(one, desk) for one in own]
        columns = list(dict.fromkeys((*FIRST, *(name for row in rows for name in row))))
        sheet = book.create_sheet(desk.form(form_id).name[:MOST_SHEET_NAME])
        for number, values in enumerate([dict(zip(columns, columns, strict=True)), *rows], 1):
            for column, name in enumerate(columns, 1):
                cell = sheet.cell(number, column)
                cell.value, cell.data_type = _UNPRINTABLE.sub("", values.get(name, "")), "s"
                cell.font = Font(bold=number == 1)
        sheet.freeze_panes = "B2"
    if not book.worksheets:
        book.create_sheet("没有申请")
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _row(application: Application, desk: ApplicationDesk) -> dict[str, str]:
    """What stands in each column, by the question's label; a label asked on two pages is named with its page."""
    form = desk.form(application.form)
    logic, began = desk.logic(form), application.handed_in_at or application.created_at
    values = application.answers | logic.derived(application.answers, local_day(began))
    row: dict[str, Any] = {
        "编号": application.number,
        "提交时间": f"{local_time(began):%Y-%m-%d %H:%M}",
        "状态": status_name(form, application.status),
        "急": "急" if application.urgent else "",
    }
    for step, said in lines(form, logic, values):
        for label, answer in said:
            row[label if label not in row else f"{step.title}：{label}"] = answer
    return row
