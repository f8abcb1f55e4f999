"""How words sound (读音): syllables without tone, as people of the south type them, so that 工商认定 meets 工伤认定.

zh, ch, sh are heard as z, c, s, final ng as n, and n at the front as l.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FOLDED = re.compile(r"^([zcs])h|(n)g$|^n")


@lru_cache(8192)
def syllable(character: str) -> str:
    """The folded syllable of a Chinese character; "" for anything else."""
    from pypinyin.pinyin_dict import pinyin_dict

    read: str = pinyin_dict.get(ord(character), "").partition(",")[0]
    letters = "".join(c for c in unicodedata.normalize("NFD", read) if c.isalpha())
    return _FOLDED.sub(lambda found: found[1] or found[2] or "l", letters)
