"""Fixed wording for citizens (固定用语): one file, read by Rasa as a domain file and by us as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

WORDING_FILE = Path(__file__).parent / "project" / "domain" / "wording.yml"


class Wording:
    """Templates by key; the keys in the file carry Rasa's prefix `utter_`."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates

    @classmethod
    def read(cls, path: Path = WORDING_FILE) -> Wording:
        responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
        return cls({key: variants[0]["text"] for key, variants in responses.items()})

    def say(self, key: str, **values: object) -> str:
        """The text of `utter_<key>` with its places filled; KeyError names a missing key or place."""
        return self._templates[f"utter_{key}"].format(**values)
