"""The part of the legal dictionary (法律词典) that follows from the content: names of laws, matters and services.

`nlu/legal_terms.txt` is kept by hand; `nlu/knowledge_terms.txt` is written by `wenfa knowledge terms` and checked by
`wenfa knowledge check`, so that segmentation, which knows nothing of this folder, keeps whole every term it uses.
"""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.library import Library
from nlu.normalise import normalise
from nlu.segment import KNOWLEDGE_TERMS, LEGAL_TERMS, read_terms

LENGTHS = range(2, 9)
"""Longer ones are sentences, which segmentation had better take apart."""

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
