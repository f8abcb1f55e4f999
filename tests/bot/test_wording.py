"""Every fixed text has its place, and every place its text."""

from __future__ import annotations

import re
from typing import get_args

from bot.wording import WORDING_FILE
from connectors.settings import ROOT
from nlu.crisis import CrisisKind


def quoted() -> set[str]:
    """Every word in quotes of the code that speaks."""
    paths = [path for folder in ("bot", "connectors") for path in (ROOT / folder).rglob("*.py")]
    return {word for path in paths for word in re.findall(r"""["'](\w+)["']""", path.read_text(encoding="utf-8"))}


def said() -> set[str]:
    paths = [path for folder in ("bot", "connectors") for path in (ROOT / folder).rglob("*.py")]
    sources = [path.read_text(encoding="utf-8") for path in paths]
    return {key for source in sources for key in re.findall(r"""\.say\(\s*["'](\w+)["']""", source)}


def test_every_key_that_is_said_is_written_and_the_other_way_round() -> None:
    written = set(re.findall(r"^  (\w+):", WORDING_FILE.read_text(encoding="utf-8"), re.MULTILINE))
    crises = {f"crisis_{kind}" for kind in get_args(CrisisKind)}
    assert said() | crises <= written
    assert written <= quoted() | crises


def test_texts_use_no_number_beyond_the_public_lines() -> None:
    numbers = set(re.findall(r"(?<!\d)\d{3,}", WORDING_FILE.read_text(encoding="utf-8")))
    assert numbers <= {"110", "120", "12348", "12345", "12356", "96110"}
