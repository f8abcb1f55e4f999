"""The words (词典) that follow from the content: names of laws, matters and services; the common words in it.

`nlu/legal_terms.txt` is kept by hand; `nlu/knowledge_terms.txt` is written by `wenfa knowledge terms` and checked by
`wenfa knowledge check`, so that segmentation, which knows nothing of this folder, keeps whole every term it uses.
`nlu/normalise_data/common_words.tsv` is written with it: by these words slips of the keyboard are put right
(`nlu/homophones.py`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from knowledge.library import Library
from nlu.danger_detector import DATA as DANGER
from nlu.homophones import CommonWords
from nlu.matters import EVERYDAY
from nlu.normalise import DATA, normalise
from nlu.segment import KNOWLEDGE_TERMS, LEGAL_TERMS, Segmenter, legal_segmenter, read_terms

PAIR, LENGTHS = 2, range(2, 9)
"""Longer ones are sentences, which segmentation had better take apart."""

LEAST_USED, LEAST_OF_UNKNOWN = 5, 15
"""How often a word of two characters stands in the content to be a common one; one that is not in the dictionary."""

_COMMON_HEADER = (
    "# 由 wenfa knowledge terms 按指引和问法生成，不要手改。word：常用的两字词和出现次数，打错一个同音字的按它来读；\n"
    "# keep：读音像常用词、本身没错的两个字，不动。\n"
)
_HEADER = "# 由 wenfa knowledge terms 按法律名称、案由和服务事项生成，不要手改；手工的词写在 legal_terms.txt。\n"
_APART = re.compile(r"[、，,；/（）()“”《》\s]|[和或](?=.{2})")
_TERM = re.compile(r"[\u4e00-\u9fff]+")


def knowledge_terms(library: Library) -> list[str]:
    """Every term the content names, as segmentation sees it (normalised), sorted; those kept by hand left out."""
    laws = [name for law in library.laws for name in (law.key, *law.aliases)]
    matters = [word for matter in library.matters.values() for word in (matter.name, *matter.synonyms)]
    services = [service.name for service in library.services.values()]
    named = {normalise(part, by_sound=False).text for text in (*matters, *services) for part in _APART.split(text)}
    named |= {normalise(name, by_sound=False).text for name in laws}
    by_hand = set(read_terms(LEGAL_TERMS))
    return sorted(term for term in named if len(term) in LENGTHS and _TERM.fullmatch(term) and term not in by_hand)


def write_terms(library: Library, path: Path = KNOWLEDGE_TERMS) -> int:
    """Writes the dictionary file anew; returns the number of terms."""
    terms = knowledge_terms(library)
    path.write_text(_HEADER + "".join(f"{term}\n" for term in terms), encoding="utf-8")
    return len(terms)


def write_common_words(library: Library, path: Path = DATA / "common_words.tsv") -> int:
    """Writes the table anew; returns the number of words."""
    segmenter, texts = legal_segmenter(), [normalise(text, by_sound=False).text for text in _texts(library)]
    used = Counter(piece.text for text in texts for piece in segmenter.pieces(text) if len(piece.text) == PAIR)
    words = {word: count for word, count in sorted(used.items()) if _is_common(word, count, segmenter)}
    finder = CommonWords(words, (), lambda: segmenter)
    right = sorted({text[slip.start : slip.end] for text in texts for slip in finder.slips(text)})
    rows = [*(f"word\t{word}\t{count}\n" for word, count in words.items()), *(f"keep\t{span}\n" for span in right)]
    path.write_text(_COMMON_HEADER + "".join(rows), encoding="utf-8")
    return len(words)


def _is_common(word: str, count: int, segmenter: Segmenter) -> bool:
    return bool(_TERM.fullmatch(word)) and count >= (LEAST_USED if segmenter.knows(word) else LEAST_OF_UNKNOWN)


def _texts(library: Library) -> Iterator[str]:
    """What the content says and what people ask of it, cry for, or talk about every day."""
    for file in (*sorted(DANGER.glob("*.txt")), EVERYDAY):
        yield from file.read_text(encoding="utf-8").splitlines()
    for entry in library.entries.values():
        yield from entry.questions
        yield from entry.sections.values()
        yield from (point.say for point in entry.points)
