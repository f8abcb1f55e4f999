"""Every fixed text has its place, and every place its text."""

from __future__ import annotations

import re

from bot.wording import WORDING_FILE, Wording
from connectors.settings import ROOT


def used_keys() -> set[str]:
    paths = [path for folder in ("bot", "connectors") for path in (ROOT / folder).rglob("*.py")]
    sources = [path.read_text(encoding="utf-8") for path in paths]
    direct = {key for source in sources for key in re.findall(r"""\.say\(\s*["'](\w+)["']""", source)}
    from bot.actions.talk import WORDING_OF_INTENT

    crises = {f"crisis_{kind}" for kind in ("violence", "suicide", "missing", "fraud")}
    return direct | set(WORDING_OF_INTENT.values()) | crises | {"handoff_opened", "handoff_again"}


def test_every_key_that_is_said_is_written_and_the_other_way_round() -> None:
    written = set(re.findall(r"^  (\w+):", WORDING_FILE.read_text(encoding="utf-8"), re.MULTILINE))
    assert written == used_keys()


def test_texts_use_no_number_beyond_the_public_lines() -> None:
    numbers = set(re.findall(r"(?<!\d)\d{3,}", WORDING_FILE.read_text(encoding="utf-8")))
    assert numbers <= {"110", "120", "12348", "12345", "12356", "96110"}


def test_version_is_a_number() -> None:
    assert Wording.read().version >= 1
