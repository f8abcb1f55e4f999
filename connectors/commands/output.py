"""Reading and printing JSON lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from connectors.errors import BadRequest


def print_json(value: Any) -> None:
    """One JSON object on its own line of standard output."""
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file; raises BadRequest naming the line that is none."""
    if not path.is_file():
        raise BadRequest(f"找不到文件 {path}")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise BadRequest(f"{path} 第 {number} 行不是 JSON（{error}）") from error
        if not isinstance(row, dict):
            raise BadRequest(f"{path} 第 {number} 行应是一个 JSON 对象")
        yield row


def parse_day(text: str | None) -> Any:
    """A date in ISO form, or None; raises BadRequest."""
    from datetime import date

    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"日期应写成 2026-11-23 的样子，现在是“{text}”") from error
