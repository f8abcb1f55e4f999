"""Fixed wording for citizens (固定用语): one file, one table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

WORDING_FILE = Path(__file__).with_name("wording.yml")


class Wording:
    """Templates by key; `version` grows when a text changes its meaning."""

    def __init__(self, templates: Mapping[str, str], version: int) -> None:
        self._templates = templates
        self.version = version

    @classmethod
    def read(cls, path: Path = WORDING_FILE) -> Wording:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(data["texts"], data["version"])

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its places filled; KeyError names a missing key or place."""
        return self._templates[key].format(**values)
