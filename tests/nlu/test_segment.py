"""Segmentation is ours alone and keeps its place in the text."""

from __future__ import annotations

import time

import jieba
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.segment import Segmenter, bigrams, legal_segmenter


def test_legal_words_of_one_segmenter_do_not_change_another() -> None:
    """jieba's own dictionary, the process-global one included, stays as it was."""
    ours = Segmenter(["离婚冷静期", "无固定期限劳动合同"])
    assert ours.words("离婚冷静期多久")[0].text == "离婚冷静期"
    assert "离婚冷静期" not in jieba.lcut("离婚冷静期多久")


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="老板欠我工资，。离婚 abc12", max_size=30))
def test_words_stand_where_they_say(text: str) -> None:
    for word in legal_segmenter().words(text):
        assert text[word.start : word.end] == word.text


def test_bigrams_do_not_cross_punctuation() -> None:
    assert bigrams("欠薪，工资a险") == ["_欠薪", "_工资"]


def test_features_leave_out_words_without_meaning() -> None:
    features = legal_segmenter().features("请问老板的工资吗")
    assert "的" not in features
    assert "老板" in features


def test_one_endless_word_costs_no_more_than_its_length() -> None:
    """4,000 digits once took five seconds: every part of the word was looked up."""
    began = time.process_time()
    assert legal_segmenter().features("1" * 4000) == ["1" * 4000]
    assert time.process_time() - began < 1
