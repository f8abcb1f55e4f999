"""Word segmentation (分词) with a jieba instance of our own.

jieba's module-level functions share one dictionary for the whole process, and Rasa's own components may change it;
every `Segmenter` therefore owns a `jieba.Tokenizer` and the legal dictionary it was given.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEGAL_TERMS = Path(__file__).with_name("legal_terms.txt")
KNOWLEDGE_TERMS = Path(__file__).with_name("knowledge_terms.txt")
"""Terms that follow from the content, written by `wenfa knowledge terms`."""

LONGEST_PART = 16
"""Letters of a word of the dictionary that is looked for within a longer one."""
_CJK_RUN = re.compile(r"[\u4e00-\u9fff]+")
_WORDLIKE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]")
_STOP_WORDS = frozenset(
    "的 了 吗 呢 啊 吧 呀 是 在 我 你 您 他 她 它 我们 他们 就 都 也 和 与 及 或 等 被 把 给 跟 对 从 到 着 过 "
    "还 又 再 很 这 那 这个 那个 有 请问 请 想 问 一下 然后 但是 可是 因为 所以 如果 而且".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its span [start, end) in the segmented text."""

    text: str
    start: int
    end: int


RARE = 3
"""How often a word that the dictionary's own texts have by mistake stands in them."""


class Segmenter:
    """Splits normalised text into words and into search features."""

    def __init__(self, legal_terms: Iterable[str]) -> None:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.initialize()
        for term in legal_terms:
            self._tokenizer.add_word(term)

    def words(self, text: str) -> list[Word]:
        """Every word and punctuation mark of `text`, in order, white space left out."""
        return [Word(w, start, end) for w, start, end in self._tokenizer.tokenize(text) if not w.isspace()]

    def pieces(self, text: str) -> list[Word]:
        """As the dictionary alone divides the text: no new word is guessed from its characters."""
        return [Word(w, start, end) for w, start, end in self._tokenizer.tokenize(text, HMM=False)]

    def knows(self, word: str) -> bool:
        """Whether the dictionary holds a word, and not as a rarity (it holds 冻洁 as well)."""
        return (self._tokenizer.FREQ.get(word) or 0) > RARE

    def features(self, text: str) -> list[str]:
        """Search features: words that carry meaning, and character bigrams marked with a leading `_`."""
        lowered = text.lower()
        words = [part for word in self._tokenizer.cut(lowered) for part in self._parts(word)]
        return [w for w in words if w not in _STOP_WORDS and _WORDLIKE.search(w)] + bigrams(lowered)

    def _parts(self, word: str) -> list[str]:
        """Every shorter word of the dictionary within a word, then the word: 没签劳动合同 holds 劳动合同 and 合同."""
        known = self._tokenizer.FREQ
        lengths = range(2, min(len(word), LONGEST_PART + 1))
        spans = ((start, start + n) for n in lengths for start in range(len(word) - n + 1))
        return [word[start:end] for start, end in spans if known.get(word[start:end])] + [word]


def bigrams(text: str) -> list[str]:
    """`_`-marked pairs of neighbouring Chinese characters; no pair crosses punctuation."""
    return [f"_{run[i : i + 2]}" for run in _CJK_RUN.findall(text) for i in range(len(run) - 1)]


def read_terms(path: Path) -> list[str]:
    """A file of the legal dictionary: one term a line, `#` starts a comment."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


@cache
def legal_segmenter() -> Segmenter:
    """The segmenter over the whole legal dictionary: built once (0.6 s), never changed afterwards."""
    return Segmenter([*read_terms(LEGAL_TERMS), *read_terms(KNOWLEDGE_TERMS)])
