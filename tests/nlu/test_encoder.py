"""Text to vectors: our compiled encoder, its weights, and any sentence-transformers folder behind the same seam."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from connectors.building import Tools
from connectors.settings import Settings
from nlu import compiled_encoder
from nlu.compiled_encoder import CompiledEncoder, open_compiled
from nlu.e5_weights import WeightsMissing, read_weights, serves_chinese
from nlu.encoder import Matrix, Remembering, SentenceEncoder, encoder_identity
from tests.timing import slowness

WORDS = ["工资", "欠薪", "老板", "离婚", "孩子", "房", "租", "押金"]
STORY = (
    "我是外地来的，在这边打工好几年了，家里上有老下有小。去年三月进的这家厂做包装，说好一个月五千，干到今年六月老板说"
    "资金周转不开，工资先欠着，后来厂门也锁了，电话打不通，我们二十几个人一分钱都没拿到，也没签过合同。"
)


@pytest.fixture(scope="module")
def ours(tools: Tools) -> CompiledEncoder:
    assert isinstance(tools.encoder, CompiledEncoder)
    return tools.encoder


def test_rows_are_unit_vectors_whatever_the_words(ours: CompiledEncoder) -> None:
    rows = ours.questions(["老板拖欠工资", "zzz", "", "😀", "工" * 4000])
    assert rows.dtype == np.float32
    assert rows.shape == (5, ours.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_vector_does_not_depend_on_its_neighbours(ours: CompiledEncoder) -> None:
    """Dynamic quantisation scales a batch as one."""
    texts = ["老板欠薪不发", STORY, "离婚孩子归谁"]
    together = ours.questions(texts)
    for row, text in zip(together, texts, strict=True):
        np.testing.assert_array_equal(row, ours.questions([text])[0])


def test_nothing_gives_nothing(ours: CompiledEncoder) -> None:
    assert ours.questions([]).shape == (0, ours.dimension)


def test_lay_words_lie_near_their_matter(ours: CompiledEncoder) -> None:
    asked = ours.questions(["老板欠薪不发", "公司拖欠工资", "离婚孩子归谁"])
    assert asked[0] @ asked[1] > asked[0] @ asked[2] + 0.2


def test_story_lies_near_the_short_telling_of_it(ours: CompiledEncoder) -> None:
    story, wages, *others = ours.questions(
        [STORY, "老板拖欠工资跑了怎么办", "房东不退押金", "离婚孩子归谁", "被狗咬了"]
    )
    assert story @ wages > max(story @ other for other in others) + 0.2


def test_question_lies_near_what_answers_it(ours: CompiledEncoder) -> None:
    question = ours.questions(["老板拖欠工资"])[0]
    documents = ours.documents(["用人单位应当按时足额支付劳动报酬", "继承从被继承人死亡时开始"])
    assert question @ documents[0] > question @ documents[1] + 0.1


def test_question_takes_milliseconds(ours: CompiledEncoder) -> None:
    times = []
    for i in range(20):
        began = time.perf_counter()
        ours.questions([f"老板拖欠我{i}个月工资怎么办"])
        times.append(time.perf_counter() - began)
    assert min(times) <= 0.012 * slowness()


def test_damaged_model_is_compiled_again(
    ours: CompiledEncoder, model_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The compiling is a copy of the sound one; what reads the damaged one is ONNX Runtime."""
    sound = model_settings.home / "encoder" / ours.identity
    damaged = tmp_path / "encoder" / ours.identity
    shutil.copytree(sound, damaged)
    model = damaged / compiled_encoder.QUESTIONS
    model.write_bytes(model.read_bytes()[:1000])
    monkeypatch.setattr(
        compiled_encoder, "compile_into", lambda folder: shutil.copytree(sound, folder, dirs_exist_ok=True)
    )
    said: list[str] = []
    again = open_compiled(tmp_path, said.append)
    assert "重新准备" in said[0]
    np.testing.assert_array_equal(again.questions(["工资"]), ours.questions(["工资"]))


def test_file_that_is_no_weights_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(b"something else")
    with pytest.raises(WeightsMissing):
        read_weights(tmp_path / "w.bin")


@pytest.mark.parametrize("piece", ["工资", "▁", "欠薪", "，", "%", "12", "①", "Q", "KTV", "々"])
def test_what_chinese_text_is_written_with_is_kept(piece: str) -> None:
    assert serves_chinese(piece)


@pytest.mark.parametrize("piece", ["▁menos", "ಎಂದು", "がある", "▁question", "한국"])
def test_what_it_is_not_written_with_is_left_out(piece: str) -> None:
    assert not serves_chinese(piece)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sentence-transformers folder of somebody else's."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import BoW, Normalize

    path = tmp_path / "model"
    modules = [BoW(vocab=WORDS, word_weights=dict.fromkeys(WORDS, 1.0)), Normalize()]
    SentenceTransformer(modules=modules, device="cpu").save(str(path), create_model_card=False)
    return path


@pytest.mark.slow
def test_any_sentence_transformers_folder_fits(folder: Path) -> None:
    encoder = SentenceEncoder(folder)
    asked = encoder.questions(["老板 欠薪", "欠薪 老板", "离婚 孩子"])
    assert asked.shape == (3, encoder.dimension) == (3, len(WORDS))
    assert asked[0] @ asked[1] == pytest.approx(1)
    assert asked[0] @ asked[2] == pytest.approx(0)
    assert encoder.documents(["房 租"]).shape == (1, len(WORDS))


@pytest.mark.slow
def test_identity_changes_with_any_file(folder: Path) -> None:
    before = encoder_identity(str(folder))
    (folder / "modules.json").write_text("[]")
    assert encoder_identity(str(folder)) != before
    assert encoder_identity(None) != before


class Counting:
    """Encodes a text as its length, and counts what it is asked for."""

    identity, dimension = "count/ing", 2

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def questions(self, texts: Sequence[str]) -> Matrix:
        self.encoded += texts
        return np.array([[len(text), 1] for text in texts], dtype=np.float32).reshape(-1, 2)

    def documents(self, texts: Sequence[str]) -> Matrix:
        return -self.questions(texts)


def test_what_was_encoded_for_one_build_is_known_to_the_next(tmp_path: Path) -> None:
    first, again = Counting(), Counting()
    one = Remembering(first, tmp_path)
    rows = one.questions(["甲", "乙乙", "甲"])
    documents = one.documents(["甲"])
    assert first.encoded == ["甲", "乙乙", "甲"]
    one.keep()
    two = Remembering(again, tmp_path)
    np.testing.assert_array_equal(two.questions(["甲", "乙乙", "甲"]), rows)
    np.testing.assert_array_equal(two.documents(["甲"]), documents)
    assert again.encoded == []
    two.questions(["丙"])
    assert again.encoded == ["丙"]
    assert two.questions([]).shape == (0, 2)


def test_damaged_memory_is_no_memory(tmp_path: Path) -> None:
    one = Remembering(Counting(), tmp_path)
    one.questions(["甲"])
    one.keep()
    (file,) = (tmp_path / "vectors").iterdir()
    file.write_bytes(file.read_bytes()[:20])
    again = Counting()
    Remembering(again, tmp_path).questions(["甲"])
    assert again.encoded == ["甲"]
