"""The encoder gives the same vectors after saving and loading, and any sentence-transformers folder fits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from connectors.building import Tools
from nlu.encoder import SentenceEncoder, encoder_identity
from nlu.lexical_embedding import LexicalEmbedding

WORDS = ["工资", "欠薪", "老板", "离婚", "孩子", "房", "租", "押金"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(7)
    module = LexicalEmbedding(
        WORDS, random.normal(size=(len(WORDS), 16)), np.full(len(WORDS), 2.0), np.ones(len(WORDS))
    )
    SentenceTransformer(modules=[module], device="cpu").save(str(tmp_path / "model"), create_model_card=False)
    return tmp_path / "model"


def test_vectors_are_the_same_after_saving_and_loading(folder: Path, tmp_path: Path) -> None:
    """Up to the int8 step of saving: loading and saving again changes nothing."""
    first = SentenceEncoder(folder)
    again = tmp_path / "again"
    SentenceTransformer(str(folder), device="cpu").save(str(again), create_model_card=False)
    texts = ["老板欠薪", "离婚孩子", "租房押金"]
    np.testing.assert_allclose(first.questions(texts), SentenceEncoder(again).questions(texts), atol=1e-6)


def test_segmentation_survives_loading(folder: Path) -> None:
    """The base class would come back without it, silently."""
    loaded = SentenceTransformer(str(folder), device="cpu")
    assert type(loaded[0]) is LexicalEmbedding
    assert loaded[0].feature_counts("老板欠薪，老板") == {2: 2, 1: 1}


def test_questions_and_documents_are_weighed_differently(folder: Path, tmp_path: Path) -> None:
    module = LexicalEmbedding(WORDS, np.eye(8), np.arange(1, 9), np.arange(9, 1, -1))
    SentenceTransformer(modules=[module], device="cpu").save(str(tmp_path / "w"), create_model_card=False)
    encoder = SentenceEncoder(tmp_path / "w")
    assert not np.allclose(encoder.questions(["工资欠薪"]), encoder.documents(["工资欠薪"]))


def test_rows_are_unit_vectors_and_unknown_words_do_no_harm(tools: Tools) -> None:
    rows = tools.encoder.questions(["老板拖欠工资", "zzz", "", "😀"])
    assert rows.dtype == np.float32
    assert rows.shape == (4, tools.encoder.dimension)
    assert np.linalg.norm(rows[0]) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(rows[2]) == 0
    assert np.isfinite(rows).all()


def test_lay_words_lie_near_their_matter(tools: Tools) -> None:
    asked = tools.encoder.questions(["老板欠薪不发", "公司拖欠工资", "离婚孩子归谁"])
    assert asked[0] @ asked[1] > asked[0] @ asked[2] + 0.2


def test_identity_changes_with_any_file(folder: Path) -> None:
    before = encoder_identity(folder)
    (folder / "vocabulary.json").write_text("[]")
    assert encoder_identity(folder) != before
