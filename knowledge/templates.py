"""Templates for editors: valid to read, and every place to fill says what belongs there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from knowledge.clock import today
from knowledge.records import SECTIONS

_HINTS = {
    "结论": "第一句就回答问题；80–180 字；条件和例外写在这里（《法律名称》第几条）。",
    "怎么办": "1. 今天就能做的第一步。\n2. 第二步。\n3. 第三步。",
    "准备什么": "- 现在就要保住的证据",
    "时限": "- 多长、从哪天起算（《法律名称》第几条）",
    "去哪里办": "- 机构的种类；12348",
    "注意": "- 误区、例外、费用、什么情况马上找人",
}


def guidance(name: str) -> str:
    """A guidance file for `<domain>/<slug>`."""
    domain = name.partition("/")[0]
    questions = "\n".join(f"  - 问法{i}" for i in "一二三四五六七八")
    body = "\n".join(f"## {section}\n\n{_HINTS[section]}\n" for section in SECTIONS)
    return (
        f"---\nid: {name}\ntitle: 群众的话，不超过24字\nmatter: {domain}.案由id\nquestions:\n{questions}\n"
        "basis:\n  - {law: 法律简称, article: 第几条, point: 这一条管什么}\n"
        f"special_groups: []\nservices: [hotline]\nreviewed_on: {today().isoformat()}\n---\n{body}"
    )


def digest(name: str) -> str:
    """A digest file for a law."""
    questions = ", ".join(f"问法{i}" for i in "一二三四")
    return f"law: {name}\narticles:\n  第一条:\n    gist: 用自己的话写的要点，40到150字\n    questions: [{questions}]\n"


def taxonomy(name: str) -> str:
    """A taxonomy file for a domain."""
    return (
        f"domain: {name}\nname: 领域名称\nplain: 群众怎么称呼这些事\nspecialty: {name}\nmatters:\n"
        f"  - id: {name}.matter\n    name: 案由名称\n    choice: 让群众点选的一句话\n    synonyms: [别的说法]\n"
        "    distinguish: [用来区分的问题？]\n    legal_aid: null\n    mediation: null\n    urgency: []\n"
    )


TEMPLATES: Mapping[str, Callable[[str], str]] = {"guidance": guidance, "digest": digest, "taxonomy": taxonomy}
