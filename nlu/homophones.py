"""Homophones (同音字): a term or a word that was typed with characters that sound like its own.

行证诉讼 is read as 行政诉讼, 砍头西 as 砍头息: a span is put right where it sounds like one known term, keeps at least
half of its characters, begins and ends where words do, and is no term itself. 才产 is read as 财产, 债住 as 债主: two
characters that no word holds and that sound, but for one of them, like a word people often use. More slips are in
`normalise_data/typos.tsv`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from nlu.segment import Segmenter
from nlu.sounds import syllable

LENGTHS = range(3, 9)
_PLAIN = frozenset(
    "的了是在我你您他她它们不要有没给就都和也还又再很这那个把被去来说到会能用对从跟让叫向做想问吗呢啊吧呀着过得地与及或等请可"
    "以为因但而且之所其者一二三四五六七八九十百千万两年月日天多少大小上下前后里外中人家点时候发罚钱补闹"
)
"""Characters that stand by themselves in any sentence: none of them is a slip."""
_CHINESE = re.compile("[\u4e00-\u9fff]{3,}")
_PAIRS = re.compile("[\u4e00-\u9fff]{2,}")
FAR_MORE = 3


class Slip(NamedTuple):
    """text[start:end], to be read as `term`."""

    start: int
    end: int
    term: str


class Homophones:
    """Finds slips of `terms`; what is one, or among `right`, stays. `segmenter` is asked for when one may be found."""

    def __init__(self, terms: Iterable[str], right: Iterable[str], segmenter: Callable[[], Segmenter]) -> None:
        terms = {term for term in terms if len(term) in LENGTHS}
        self._segmenter = segmenter
        self._sounding: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for term in sorted(terms):
            self._sounding[_sound(term)].append(term)
        self._beginnings = {sounds[:2] for sounds in self._sounding}
        self._right = terms.union(right)

    def slips(self, text: str) -> list[Slip]:
        """In the order of the text, none within another; the longest that begins at a place."""
        found = [slip for run in _CHINESE.finditer(text) for slip in self._in_run(text, *run.span())]
        if not found:
            return []
        words = self._segmenter().words(text)
        starts, ends = {word.start for word in words}, {word.end for word in words}
        whole = {(word.start, word.end) for word in words}
        kept: list[Slip] = []
        for slip in found:
            at_words = slip.start in starts and slip.end in ends and (slip.start, slip.end) not in whole
            if at_words and (not kept or slip.start >= kept[-1].end):
                kept.append(slip)
        return kept

    def _in_run(self, text: str, first: int, last: int) -> Iterable[Slip]:
        sounds = _sound(text[first:last])
        for start in range(first, last):
            if sounds[start - first : start - first + 2] not in self._beginnings:
                continue
            for end in range(min(last, start + LENGTHS[-1]), start + LENGTHS[0] - 1, -1):
                term = self._meant(text[start:end], sounds[start - first : end - first])
                if term:
                    yield Slip(start, end, term)

    def _meant(self, span: str, sounds: tuple[str, ...]) -> str | None:
        """The one term that a span is a slip of."""
        if span in self._right:
            return None
        odd = {term: _odd(span, term) for term in self._sounding.get(sounds, ())}
        near = sorted((len(o), term) for term, o in odd.items() if 2 * len(o) <= len(span) and not _PLAIN & set(o))
        if not near or [count for count, _ in near[:2]] == [near[0][0]] * 2:
            return None
        return near[0][1]


class CommonWords:
    """Finds slips of common words of two characters. `words`: each with how often people use it. `right`: what sounds
    like one and is none, as words that stand side by side (不关, 卖房); the words themselves stay too.
    """

    def __init__(self, words: Mapping[str, int], right: Iterable[str], segmenter: Callable[[], Segmenter]) -> None:
        self._words = words
        self._segmenter = segmenter
        self._right = set(words).union(right)
        self._sounding: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for word in words:
            self._sounding[_sound(word)].append(word)

    def slips(self, text: str) -> list[Slip]:
        """In the order of the text, none within another."""
        found = [slip for run in _PAIRS.finditer(text) for slip in self._in_run(text, *run.span())]
        if not found:
            return []
        segmenter = self._segmenter()
        pieces = segmenter.pieces(text)
        loose = {one.start: next_.end for one, next_ in pairwise(pieces) if len(one.text) == len(next_.text) == 1}
        loose |= {one.start: one.end for one in pieces if len(one.text) == 2 and not segmenter.knows(one.text)}
        kept: list[Slip] = []
        for slip in found:
            if loose.get(slip.start) == slip.end and (not kept or slip.start >= kept[-1].end):
                kept.append(slip)
        return kept

    def _in_run(self, text: str, first: int, last: int) -> Iterator[Slip]:
        sounds = _sound(text[first:last])
        for start in range(first, last - 1):
            alike, span = self._sounding.get(sounds[start - first : start - first + 2]), text[start : start + 2]
            word = alike and span not in self._right and self._meant(span, alike)
            if word:
                yield Slip(start, start + 2, word)

    def _meant(self, span: str, alike: Iterable[str]) -> str | None:
        """The word that a span is a slip of: of several that one that is used far more often."""
        near = [word for word in alike if _one_odd(span, word)]
        near.sort(key=lambda word: -self._words[word])
        if len(near) > 1 and self._words[near[0]] < FAR_MORE * self._words[near[1]]:
            return None
        return near[0] if near else None


def _one_odd(span: str, word: str) -> bool:
    """Whether one character is another, and neither this nor the right one stands by itself in any sentence."""
    odd = [{one, right} for one, right in zip(span, word, strict=True) if one != right]
    return len(odd) == 1 and not _PLAIN & odd[0]


def _odd(span: str, term: str) -> list[str]:
    """The characters of a span that are not those of the term."""
    return [character for character, right in zip(span, term, strict=True) if character != right]


def _sound(text: str) -> tuple[str, ...]:
    return tuple(map(syllable, text))
