"""An index is used only with the encoder and the content it was made of."""

from __future__ import annotations

import pickle
import shutil
import struct
import zlib
from dataclasses import replace
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from connectors.building import Tools
from connectors.settings import Settings
from knowledge.index import IndexMismatch, Manifest, index_fingerprint, load_index, open_knowledge
from knowledge.library import content_fingerprint, read_library
from nlu.danger_model import DangerModel, open_danger_model
from nlu.encoder import Remembering
from nlu.fingerprint import digest_of
from nlu.segment import legal_segmenter
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def danger_model(tools: Tools, model_settings: Settings) -> DangerModel:
    """Of the tools, which have compiled it."""
    return open_danger_model(model_settings.home, print)


def test_index_of_another_encoder_is_refused(tools: Tools, tmp_path: Path, danger_model: DangerModel) -> None:
    library = read_library()
    manifest = Manifest(encoder="another", content=content_fingerprint(), passages=0)
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    with pytest.raises(IndexMismatch, match="another"):
        load_index(tmp_path, library, tools.encoder, legal_segmenter(), danger_model)


@pytest.mark.parametrize(
    "damage", ["passages.msgpack", "dense.faiss", "matters.joblib", "danger.joblib", "manifest.json", "lexical"]
)
def test_damaged_index_cannot_be_loaded(
    tools: Tools, tmp_path: Path, model_settings: Settings, danger_model: DangerModel, damage: str
) -> None:
    current = model_settings.home / "index" / index_fingerprint(tools.encoder.identity)
    copy = tmp_path / "index"
    shutil.copytree(current, copy)
    spoil(copy / damage)
    with pytest.raises((OSError, ValueError, EOFError, RuntimeError, zlib.error, struct.error, pickle.UnpicklingError)):
        load_index(copy, read_library(), tools.encoder, legal_segmenter(), danger_model)


def test_damaged_index_is_built_again_and_ranks_alike(tools: Tools, tmp_path: Path, model_settings: Settings) -> None:
    """With a thirtieth of the library, which is built in seconds."""
    whole = read_library()
    library = replace(
        whole,
        entries=dict(islice(whole.entries.items(), 0, None, 30)),
        digests=dict(islice(whole.digests.items(), 0, None, 30)),
    )
    encoder = Remembering(tools.encoder, model_settings.home)
    (tmp_path / "danger").symlink_to(model_settings.home / "danger")
    first = open_knowledge(tmp_path, library, encoder, legal_segmenter(), print)
    folder = tmp_path / "index" / index_fingerprint(tools.encoder.identity)
    (folder / "manifest.json").write_bytes(b"\x00half a fi")
    said: list[str] = []
    again = open_knowledge(tmp_path, library, encoder, legal_segmenter(), said.append)
    assert "重新建立" in said[0]
    for question in ("老板不发工资", "怎么申请法律援助", "爸爸去世没有遗嘱房子怎么分"):
        assert again.search.search(question, TODAY) == first.search.search(question, TODAY)
        assert again.matters.rank(question)[:3] == first.matters.rank(question)[:3]


def spoil(path: Path) -> None:
    """Half of a file, or of every file of a folder."""
    for file in [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def test_fingerprint_changes_with_any_entry(tmp_path: Path) -> None:
    for name in ("taxonomy", "guidance", "digest"):
        (tmp_path / name).mkdir()
    (tmp_path / "laws.yaml").write_text("")
    before = content_fingerprint(tmp_path)
    (tmp_path / "guidance" / "x.md").write_text("话")
    assert content_fingerprint(tmp_path) != before


def test_fingerprint_of_a_file_that_is_not_there_raises() -> None:
    """A rename must not leave a stale index in use."""
    with pytest.raises(FileNotFoundError, match="nlu/renamed"):
        digest_of("nlu/renamed.py")
