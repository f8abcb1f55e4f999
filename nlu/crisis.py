"""Crisis (危急): violence now, suicide, a missing child or elder, fraud under way.

Plain patterns, checked before any model: a missed cry for help costs more than a needless number. They look for the
present ("正在", "现在", "刚"), so that a question about yesterday's quarrel still gets its legal answer.
"""

from __future__ import annotations

import re
from typing import Literal

CrisisKind = Literal["violence", "suicide", "missing", "fraud"]

_NOW = r"(?:正在|现在|刚刚|刚才|马上|这会儿|此刻|快要)"
_PATTERNS: tuple[tuple[CrisisKind, re.Pattern[str]], ...] = (
    (
        "suicide",
        re.compile(
            r"不想活了|想(?:去)?自杀|要(?:去)?自杀|想死了|活不下去|活着没(?:有)?意思|死了算了|跳楼算了|"
            r"(?:想|要|准备)(?:去)?(?:跳楼|跳河|割腕|喝农药|轻生|了结自己|结束(?:自己的)?生命)|一了百了|遗书(?:都|已经)?写好"
        ),
    ),
    (
        "violence",
        re.compile(
            rf"{_NOW}[^。！？]{{0,12}}(?:打我|砍我|掐我|拿(?:着)?刀|要杀|砸门|围殴|绑架|强奸|追杀)|"
            r"救命|要(?:杀|砍|弄)死我|拿(?:着)?刀(?:追|要|对着|指着)|(?:把我|我被)(?:关|锁|绑)(?:在|着|起来)[^。]{0,12}(?:出不去|快来|怎么办|救)"
        ),
    ),
    (
        "missing",
        re.compile(
            r"(?:孩子|小孩|儿子|女儿|宝宝|娃|孙子|孙女|老人|父亲|母亲|爸爸|妈妈|爷爷|奶奶|外公|外婆)[^。！？]{0,10}"
            r"(?:不见了|走失|走丢|失踪|联系不上了|找不到人|被拐|被人带走|被抱走)"
        ),
    ),
    (
        "fraud",
        re.compile(
            rf"(?:{_NOW}|还在|一直)[^。！？]{{0,14}}(?:让我|叫我|要我|催我)[^。！？]{{0,8}}(?:转账|汇款|打钱|转钱|验证码|安全账户)|"
            r"(?:刚刚|刚才|刚)[^。！？]{0,12}(?:转账|转了|汇了|打了钱|被骗|转过去)[^。！？]{0,20}(?:骗|怎么办|追回|止付|拦截)|"
            r"(?:刚刚|刚才|刚)[^。！？]{0,8}被(?:骗|诈骗)|安全账户"
        ),
    ),
)


def crisis_kind(text: str) -> CrisisKind | None:
    """The kind of crisis in normalised words, or None."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(text)), None)
