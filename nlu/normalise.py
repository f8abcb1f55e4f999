"""Normalisation (规范化): what a citizen typed or a recogniser heard, as plain simplified Mandarin.

Every step is a pure function on an aligned text, which knows for each character where it stood in the source. The
steps run in order, and again until nothing changes, so that normalising twice is normalising once.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from itertools import pairwise, repeat
from pathlib import Path

import yaml

from nlu.homophones import CommonWords, Homophones
from nlu.segment import KNOWLEDGE_TERMS, LEGAL_TERMS, legal_segmenter, read_terms

DATA = Path(__file__).with_name("normalise_data")

_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Normalised:
    """The plain `text`; `offsets[i]` is the index in `source` that character i comes from, never falling."""

    text: str
    source: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source span of text[start:end], what was dropped inside or right behind it included."""
        first = self.offsets[start] if start < len(self.offsets) else len(self.source)
        if end <= start:
            return first, first
        beyond = self.offsets[end] if end < len(self.offsets) else len(self.source)
        return first, max(beyond, self.offsets[end - 1] + 1)


def normalise(text: str, *, by_sound: bool = True) -> Normalised:
    """The normal form of any string; the tables and OpenCC are loaded with the first call.

    `by_sound`: a term that was typed with characters which sound like its own is read as the term.
    """
    return _normaliser(by_sound)(text)


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text between two steps; `offsets` as in `Normalised`."""

    text: str
    offsets: tuple[int, ...]


Step = Callable[[Aligned], Aligned]
Rewording = Callable[[re.Match[str]], str]


def rewrite(aligned: Aligned, pattern: re.Pattern[str], reword: Rewording) -> Aligned:
    """Every match of `pattern` reworded; the new characters share out the offsets of the old."""
    text, old = aligned.text, aligned.offsets
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for match in pattern.finditer(text):
        new = reword(match)
        if new == match[0]:
            continue
        start, end = match.span()
        pieces += text[done:start], new
        offsets += old[done:start]
        offsets += _shared(old[start:end], len(new))
        done = end
    if not pieces:
        return aligned
    return Aligned("".join([*pieces, text[done:]]), (*offsets, *old[done:]))


def _shared(offsets: Sequence[int], length: int) -> Sequence[int]:
    if length <= 1 or length == len(offsets):
        return offsets[:length]
    return [offsets[i * (len(offsets) - 1) // (length - 1)] for i in range(length)]


# -- characters ---------------------------------------------------------------------------------------------------

_PERHAPS_INVISIBLE = re.compile(r"[^\t\n\x20-\x7e\u00a1-\u00ac\u2010-\u2027\u3000-\u9fff\uff00-\uffef]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_KEPT_WIDE = "，。！？；：（）、【】「」『』《》〈〉“”\u2018\u2019…—·￥"
_PERHAPS_WIDE = re.compile(rf"[^\x00-\x7e\u4e00-\u9fff{_KEPT_WIDE}]")
_EMOJI_RANGES = (
    r"\u203c\u2049\u231a-\u23ff\u25a0-\u25ca\u25cc-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\ufe00-\ufe0f\u20e3"
    r"\U0001f000-\U0001faff"
)
_MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9:_-]{0,20}(?:\s[^<>]{0,80})?/?>|<!\[CDATA\[|\]\]>")
"""Tags that came along when something was pasted."""
_CLAUSE = re.compile(r"[^\x00-\x7f，。！？；：、（）]+")


def drop_invisible(aligned: Aligned) -> Aligned:
    """Control, zero-width, surrogate and private characters go; line ends become one newline."""
    return rewrite(rewrite(aligned, _LINE_END, lambda _: "\n"), _PERHAPS_INVISIBLE, _visible)


def _visible(match: re.Match[str]) -> str:
    return "" if unicodedata.category(match[0]) in {"Cc", "Cf", "Cs", "Co"} else match[0]


def fold_width(aligned: Aligned) -> Aligned:
    """NFKC character by character, Chinese punctuation kept; ○ as a numeral is 〇, ❶ is 1."""
    return rewrite(aligned, _PERHAPS_WIDE, _folded)


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    if character == "\u25cb":
        return "\u3007"
    if "\u2776" <= character <= "\u2793":
        return str(int(unicodedata.numeric(character)))
    return unicodedata.normalize("NFKC", character)


def _folded(match: re.Match[str]) -> str:
    return _fold(match[0])


def drop_emoji(aligned: Aligned, pattern: re.Pattern[str]) -> Aligned:
    """Emoji and chat faces such as [捂脸] go; between two words a space stays."""
    return rewrite(aligned, pattern, _gap)


def _gap(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return " " if before.isalnum() and after.isalnum() else ""


class Simplifier:
    """Traditional to simplified (繁转简), by phrase where the length stays, else by character.

    A clause without a traditional character is left alone: OpenCC would turn 打坏 into 打坯.
    """

    def __init__(self, convert: Callable[[str], str]) -> None:
        self._convert = convert
        characters = "".join(map(chr, range(0x3400, 0xA000)))
        simplified = convert("\n".join(characters)).split("\n")
        changed = [(old, new) for old, new in zip(characters, simplified, strict=True) if old != new]
        self._traditional = re.compile(f"[{''.join(old for old, _ in changed)}]")
        self._simplified = frozenset(new for _, new in changed)

    def __call__(self, aligned: Aligned) -> Aligned:
        if not self._traditional.search(aligned.text):
            return aligned
        return rewrite(aligned, _CLAUSE, lambda match: self.simplified(match[0]))

    def simplified(self, text: str) -> str:
        """As long as `text`."""
        if not self._traditional.search(text):
            return text
        converted = self._convert(text)
        if len(converted) == len(text):
            return "".join(map(self._kept, text, converted, range(len(text)), repeat(text)))
        return "".join(map(self.simplified, text)) if len(text) > 1 else text

    def _kept(self, old: str, new: str, at: int, text: str) -> str:
        """The old character where it is simplified already (打坏了東西), or 乾 in a name (乾安县, 陳乾)."""
        if old != new and (old in self._simplified or (old == "乾" and not _DRY.match(text, max(0, at - 1)))):
            return old
        return new


_ASPECT = re.compile(r"(?<![名显顯原土昭编合专巨论遗拙译卓新旧大本该此])著(?![作名者述录称书有])")
"""著 for 着 (看著, 著急), as texts of Hong Kong and Taiwan have it; a work or fame (著作, 著名, 名著) stays."""
_DRY = re.compile(
    r"[餅饼曬晒魚鱼肉烘吹風风擦菜豆筍笋果杏口晾弄欠榨喝抽哭葡萄薯蝦虾乳外瀝沥拔陰阴包擰拧泡糕]乾|"
    r".?乾[乾淨净燥杯糧粮脆洗貨货媽妈爹爸兒儿女爺爷奶草枯旱柴裂粉果電电冰癟瘪咳嘔呕等著着掉了活股瞪癣癬衣涸渴]"
)
"""乾 as dry, with the character before it or after it; elsewhere it is a name or 乾坤."""


# -- wording ------------------------------------------------------------------------------------------------------


class WordingTable:
    """Wordings and what to say instead, the longest match first; ASCII letters match as whole words."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._instead = dict(rows)
        self.pattern = re.compile(_trie(self._instead))

    def __call__(self, match: re.Match[str]) -> str:
        return self._instead[match[0]]


def _trie(words: Iterable[str], before: str = "") -> str:
    """A regular expression of nested choices: ten times as fast as one flat choice of a thousand words."""
    tails: dict[str, list[str]] = defaultdict(list)
    for word in words:
        tails[word[:1]].append(word[1:])
    ends = "(?![A-Za-z])" if before.isascii() and before.isalpha() else ""
    choices = [_letter(first, before) + _trie(rest, first) for first, rest in sorted(tails.items()) if first]
    if not choices:
        return ends
    return f"(?:{'|'.join([*choices, ends] if '' in tails else choices)})"


def _letter(character: str, before: str) -> str:
    starts = "(?<![A-Za-z])" if not before and character.isascii() and character.isalpha() else ""
    return starts + re.escape(character)


@dataclass(frozen=True, slots=True)
class WordingRow:
    """A line of a table; `kind` is explained at the head of each file."""

    kind: str
    wording: str
    instead: str


def read_rows(name: str) -> list[WordingRow]:
    """The rows of a table, cells separated by tabs; `keep` rows stand for themselves."""
    lines = (line for line in (DATA / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    cells = (line.split("\t") for line in lines if line)
    return [WordingRow(kind, wording, rest[0] if rest else _unchanged(kind, wording)) for kind, wording, *rest in cells]


def _unchanged(kind: str, wording: str) -> str:
    return wording if kind == "keep" else ""


class Cantonese:
    """Cantonese wording (粤语) to Mandarin; what Mandarin says too is touched only beside unmistakable Cantonese."""

    def __init__(self, rows: Sequence[WordingRow], simplified_form: Callable[[str], str]) -> None:
        simplified = [(row.kind, simplified_form(row.wording), row.instead) for row in rows]
        self._sure = frozenset(wording for kind, wording, _ in simplified if kind == "sure")
        self._always = WordingTable((wording, new) for kind, wording, new in simplified if kind != "context")
        self._all = WordingTable((wording, new) for _, wording, new in simplified)

    def __call__(self, aligned: Aligned) -> Aligned:
        table = self._all if self.spoken_in(aligned.text) else self._always
        return rewrite(aligned, table.pattern, table)

    def spoken_in(self, text: str) -> bool:
        """Whether a simplified text shows Cantonese that no Mandarin text shows."""
        return any(match[0] in self._sure for match in self._always.pattern.finditer(text))


# -- speech -------------------------------------------------------------------------------------------------------

_ALIKE = re.compile(r"([，。；：、,;:~…])\1+|\.{2,}|[！？!?]{2,}")
_SPACES = re.compile(r"[ \t]{2,}")
_REPEATED = re.compile(r"(?![零一二三四五六七八九十百千万亿两\u3007])([\u3400-\u9fff])\1{2,}")


def collapse_repeats(aligned: Aligned, stutters: frozenset[str]) -> Aligned:
    """！！！ to ！, 我我我 to 我, 哈哈哈哈 to 哈哈; numerals, 妈妈 and 天天 stay."""
    aligned = rewrite(rewrite(aligned, _ALIKE, _one_mark), _SPACES, lambda _: " ")
    return rewrite(aligned, _REPEATED, lambda match: match[1] if match[1] in stutters else match[1] * 2)


def _one_mark(match: re.Match[str]) -> str:
    return next((mark for mark in "？?！!" if mark in match[0]), match[0][0])


def repair_speech(aligned: Aligned, repairs: Sequence[tuple[re.Pattern[str], Rewording]]) -> Aligned:
    """Fillers and stutters of a voice transcript; a text that is nothing else stays (嗯 may mean yes)."""
    repaired = aligned
    for pattern, reword in repairs:
        repaired = rewrite(repaired, pattern, reword)
    return repaired if any(map(str.isalnum, repaired.text)) else aligned


# -- all together -------------------------------------------------------------------------------------------------


class Normaliser:
    """The steps, with their tables."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)

    def __call__(self, text: str) -> Normalised:
        aligned = Aligned(text, tuple(range(len(text))))
        for _ in range(_ROUNDS):
            before = aligned.text
            for step in self._steps:
                aligned = step(aligned)
            if aligned.text == before:
                break
        return Normalised(aligned.text, text, aligned.offsets)


def put_right(aligned: Aligned, homophones: Homophones | CommonWords) -> Aligned:
    """Terms and words that were typed with characters which sound like their own."""
    text = aligned.text
    for start, end, term in homophones.slips(text):
        text = f"{text[:start]}{term}{text[end:]}"
    return Aligned(text, aligned.offsets)


@cache
def _normaliser(by_sound: bool) -> Normaliser:
    import opencc

    simplify = Simplifier(opencc.OpenCC("t2s").convert)
    speech = yaml.safe_load((DATA / "speech.yaml").read_text(encoding="utf-8"))
    slips, cantonese = read_rows("typos.tsv"), read_rows("cantonese.tsv")
    typos = WordingTable((row.wording, row.instead) for row in slips)
    right = [row.wording for row in slips if row.kind == "keep"]
    terms = [*read_terms(LEGAL_TERMS), *read_terms(KNOWLEDGE_TERMS)] if by_sound else []
    common = read_rows("common_words.tsv") if by_sound else []
    words = {row.wording: int(row.instead) for row in common if row.kind == "word"}
    stays = {row.wording for row in common if row.kind == "keep"}
    for row in (*slips, *cantonese):
        if row.kind == "keep":
            stays |= {first + second for first, second in pairwise(row.wording)}
    return Normaliser(
        [
            drop_invisible,
            fold_width,
            lambda aligned: rewrite(aligned, _MARKUP, lambda _: " "),
            partial(drop_emoji, pattern=_emoji_pattern(speech["chat_faces"])),
            simplify,
            lambda aligned: rewrite(aligned, _ASPECT, lambda _: "着"),
            Cantonese(cantonese, simplify.simplified),
            partial(repair_speech, repairs=[_repair(**row) for row in speech["repairs"]]),
            partial(collapse_repeats, stutters=frozenset(speech["stutters"])),
            lambda aligned: rewrite(aligned, typos.pattern, typos),
            partial(put_right, homophones=Homophones(terms, right, legal_segmenter)),
            partial(put_right, homophones=CommonWords(words, stays, legal_segmenter)),
        ]
    )


def _emoji_pattern(chat_faces: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf" ?(?:[{_EMOJI_RANGES}]|\[(?:{'|'.join(chat_faces)})\])+ ?")


def _repair(pattern: str, becomes: str = "") -> tuple[re.Pattern[str], Rewording]:
    return re.compile(pattern), lambda match: match.expand(becomes)
