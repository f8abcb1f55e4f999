"""Fixed wording for citizens (固定用语): one file, one table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from nlu.danger import DangerKind, is_sexual
from nlu.normalise import normalise

WORDING_FILE = Path(__file__).with_name("wording.yml")
SAID_AGAIN = (
    "greet",
    "goodbye",
    "thank",
    "capability",
    "deny",
    "abuse",
    "out_of_scope",
    "handoff_offer",
    "crowd",
    "noted",
    "listening",
    "clarify_open",
    "clarify_none",
    "choice_lost",
    "recap_empty",
)
"""Texts that have other words, under their key with _again, for when they would be said twice running."""


class Wording:
    """Templates by key; `version` grows when a text changes its meaning."""

    def __init__(self, templates: Mapping[str, str], version: int) -> None:
        self._templates = templates
        self.version = version

    @classmethod
    def read(cls, path: Path = WORDING_FILE) -> Wording:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(data["texts"], data["version"])

    def danger(self, kind: DangerKind, text: str) -> str:
        """What to do now in a danger; of a child, what is about sexual harm only where the words are."""
        sexual = kind == "child_harm" and is_sexual(normalise(text).text)
        return self.say("danger_child_harm_sexual" if sexual else f"danger_{kind}")

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its places filled; KeyError names a missing key or place."""
        return self._templates[key].format(**values)

    def otherwise(self, text: str) -> str:
        """Other words for a text of SAID_AGAIN; any other text as it is."""
        again = {self._templates[key]: self._templates[f"{key}_again"] for key in SAID_AGAIN}
        return again.get(text, text)
