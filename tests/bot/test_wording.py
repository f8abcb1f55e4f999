"""Every fixed text has its place, and every place its text."""

from __future__ import annotations

import re
from typing import get_args

import pytest
import yaml

from bot.wording import SAID_AGAIN, WORDING_FILE, Wording
from connectors.settings import ROOT
from knowledge.laws import Resolved
from knowledge.library import Library
from nlu.citations import parse
from nlu.danger import DangerKind
from tests.conftest import TODAY


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
    dangers = {f"danger_{kind}" for kind in get_args(DangerKind)}
    assert said() | dangers <= written
    assert written <= quoted() | dangers | {f"{key}_again" for key in SAID_AGAIN}


def test_what_was_just_said_is_said_in_other_words() -> None:
    wording = Wording.read()
    for key in SAID_AGAIN:
        assert wording.otherwise(wording.say(key)) not in (wording.say(key), "")
    assert wording.otherwise("别的话") == "别的话"


def test_texts_use_no_number_beyond_the_public_lines() -> None:
    numbers = set(re.findall(r"(?<!\d)\d{3,}", WORDING_FILE.read_text(encoding="utf-8")))
    assert numbers <= {"110", "119", "120", "12338", "12348", "12345", "12355", "12356", "96110"}


def test_every_article_that_a_fixed_text_names_stands_today(library: Library) -> None:
    for text in yaml.safe_load(WORDING_FILE.read_text(encoding="utf-8"))["texts"].values():
        for found in parse(text, library.laws.names):
            assert isinstance(library.laws.resolve(found.citation, TODAY), Resolved), found


def test_every_danger_says_a_number_first() -> None:
    texts = yaml.safe_load(WORDING_FILE.read_text(encoding="utf-8"))["texts"]
    for kind in get_args(DangerKind):
        first = texts[f"danger_{kind}"].partition("\n")[0]
        assert re.search(r"110|119|120|12356", first), kind
        assert len(texts[f"danger_{kind}"]) <= 320, kind


@pytest.mark.parametrize(
    ("text", "sexual"),
    [
        ("老师摸我女儿", True),
        ("我女兒十三歲，對方話係自願嘅", True),
        ("继父半夜钻我被窝", True),
        ("老公把女儿抱走藏起来了", False),
        ("孩子身上全是伤，说是后妈打的", False),
        ("我父亲他拿皮带抽我", False),
    ],
)
def test_child_harm_speaks_of_sexual_crime_only_where_the_words_do(text: str, sexual: bool) -> None:
    assert ("强奸" in Wording.read().danger("child_harm", text)) is sexual
