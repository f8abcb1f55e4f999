"""What the documents name is there."""

from __future__ import annotations

import re

import pytest

from connectors.settings import ROOT

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/evaluation.md", "models/README.md")
_PATH = re.compile(r"`([a-z_]+(?:/[\w.<>-]*)+|[A-Za-z_-]+\.(?:md|yaml|toml|lock))`")
_MADE_LATER = ("var/", "org/", "owner/")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_a_document_names_is_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    folders = (ROOT, ROOT / "bot", ROOT / "connectors", ROOT / "knowledge", ROOT / "models", ROOT / "docs")
    named = [path for path in _PATH.findall(text) if "<" not in path and not path.startswith(_MADE_LATER)]
    missing = [path for path in named if not any((folder / path).exists() for folder in folders)]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_somewhere(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
