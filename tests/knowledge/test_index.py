"""An index is used only with the encoder and the content it was made of."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from connectors.building import Tools
from knowledge.index import IndexMismatch, Manifest, build_index, load_index
from knowledge.library import content_fingerprint, read_library
from nlu.segment import legal_segmenter


def test_index_of_another_encoder_is_refused(tools: Tools, tmp_path: Path) -> None:
    library = read_library()
    manifest = Manifest(encoder="another", content=content_fingerprint(), passages=0)
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    with pytest.raises(IndexMismatch, match="another"):
        load_index(tmp_path, library, tools.encoder, legal_segmenter())


def test_index_built_twice_ranks_alike(tools: Tools, tmp_path: Path) -> None:
    library = read_library()
    (tmp_path / "lexical").mkdir()
    build_index(tmp_path, library, tools.encoder, legal_segmenter())
    again = load_index(tmp_path, library, tools.encoder, legal_segmenter())
    from tests.conftest import TODAY

    for question in ("老板不发工资", "怎么申请法律援助", "爸爸去世没有遗嘱房子怎么分"):
        assert again.search.search(question, TODAY) == tools.knowledge.search.search(question, TODAY)
        assert again.matters.rank(question)[:3] == tools.knowledge.matters.rank(question)[:3]


def test_fingerprint_changes_with_any_entry(tmp_path: Path) -> None:
    for name in ("taxonomy", "guidance", "digest"):
        (tmp_path / name).mkdir()
    (tmp_path / "laws.yaml").write_text("")
    before = content_fingerprint(tmp_path)
    (tmp_path / "guidance" / "x.md").write_text("话")
    assert content_fingerprint(tmp_path) != before
