"""Training and measuring data outside the repository (WENFA_DATA); absent data is said in one line."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from knowledge.figures import data_folder, statutes_file

ROOT = Path(__file__).parents[2]


class DataMissing(Exception):
    """Training or measuring data is not where WENFA_DATA says; the message is for the person at the terminal."""


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-lines file, gzipped or not; raises DataMissing."""
    if not path.is_file():
        raise DataMissing(f"找不到 {path}；请把 WENFA_DATA 指到数据文件夹")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield msgspec.json.decode(line)


def statute_rows(path: Path | None = None) -> list[dict[str, Any]]:
    """The articles of the retrieval pool (`pool` true)."""
    found = read_rows(path or statutes_file())
    return [row for row in found if row["pool"]]


def lay_questions(path: Path | None = None) -> list[dict[str, Any]]:
    """Citizens' questions with the articles that answer them."""
    return list(read_rows(path or data_folder() / "questions" / "stard-train.jsonl"))
