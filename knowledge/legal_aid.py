"""Whether somebody may have legal aid (法律援助条件): the table `legal_aid.yaml` applied to what they say, no more.

Pure. Nothing here refuses: what the table does not settle goes to an officer, and every result may be applied with.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.forms import Paper, Said
from knowledge.records import HardshipStandard, Matter, Record
from knowledge.source_files import Source

TABLE = Path(__file__).with_name("legal_aid.yaml")
Result = Literal["no_hardship_needed", "no_check_needed", "likely", "officer", "unlikely"]


class AidMatter(Record, frozen=True):
    """One kind of matter; `hardship` "other": hardship or another reason will do (第二十四条)."""

    id: str
    name: str
    article: str
    hardship: bool | Literal["other"]
    of: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    listed: bool = True


class AidGroup(Record, frozen=True):
    """People whose hardship is not checked, on proof."""

    id: str
    name: str
    article: str
    proof: str
    only: tuple[str, ...] = ()


class ResultText(Record, frozen=True):
    title: str
    rank: int
    text: str


class Deadline(Record, frozen=True):
    days: int
    text: str
    article: str


class UrgentRules(Record, frozen=True):
    deadline: Deadline
    preservation: Said


class AidTable(Record, frozen=True):
    """The whole table; `version` is the day on which it was last checked against the law."""

    version: date
    law: str
    matters: tuple[AidMatter, ...]
    groups: tuple[AidGroup, ...]
    results: dict[Result, ResultText]
    always: tuple[Said, ...]
    urgent: UrgentRules
    venue: Said
    papers: tuple[Paper, ...]

    @property
    def articles(self) -> tuple[str, ...]:
        """Every article that the table names."""
        urgent = self.urgent.deadline.article, self.urgent.preservation.article
        conditions = *(matter.article for matter in self.matters), *(group.article for group in self.groups)
        said = (one.article for one in (*self.always, self.venue))
        return tuple(dict.fromkeys((*conditions, *said, *urgent)))

    def matter(self, matter_id: str) -> AidMatter | None:
        return next((matter for matter in self.matters if matter.id == matter_id), None)

    def matter_of(self, matter: Matter | None, domain: str) -> AidMatter | None:
        """The kind of a matter of the taxonomy, by the article that stands there; None where none is named."""
        article = (matter.legal_aid or "").removeprefix(self.law) if matter else ""
        same = [one for one in self.matters if one.listed and (one.article == article or article.startswith(one.same))]
        return next((one for one in same if domain in one.of), None) or next((one for one in same if not one.of), None)

    def groups_for(self, matter_id: str) -> tuple[AidGroup, ...]:
        return tuple(group for group in self.groups if not group.only or matter_id in group.only)


class Circumstances(Record, frozen=True):
    """What somebody says of themselves; None: not said. Income is of the household, yuan a month."""

    matter: str | None = None
    represented: bool | None = None
    group: str | None = None
    income: Decimal | None = None
    persons: int | None = None
    assets: bool | None = None
    deadline: date | None = None
    preservation: bool | None = None
    elsewhere: bool | None = None


class Assessment(Record, frozen=True):
    """What the table says. `result` None: `missing` names what decides. `urgent` and `venue` stand beside it."""

    result: Result | None
    title: str = ""
    text: str = ""
    articles: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    urgent: tuple[Said, ...] = ()
    venue: Said | None = None


@cache
def read_table(path: Path = TABLE) -> AidTable:
    """Raises KnowledgeError where the file is not as described."""
    source = Source.read(path)
    return source.convert(AidTable, source.data())


def assess(said: Circumstances, standard: HardshipStandard | None, today: date, table: AidTable) -> Assessment:
    """The result for these circumstances, or what is missing, first what decides soonest."""
    matter = table.matter(said.matter or "")
    if matter is None:
        return Assessment(None, missing=("matter",))
    result, reason, articles, missing = _decide(said, matter, standard, table)
    words = table.results[result] if result else None
    return Assessment(
        result,
        words.title if words else "",
        words.text.format(reason=reason) if words else "",
        articles,
        missing,
        urgent=tuple(_urgent(said, today, table)),
        venue=table.venue if said.elsewhere else None,
    )


_Decided = tuple[Result | None, str, tuple[str, ...], tuple[str, ...]]


def _decide(  # noqa: PLR0911 - a return for each rule
    said: Circumstances, matter: AidMatter, standard: HardshipStandard | None, table: AidTable
) -> _Decided:
    if said.represented is None:
        return None, "", (), ("represented",)
    if said.represented:
        return "unlikely", "法律援助是给没有请代理人、辩护人的人的", (matter.article,), ()
    if matter.hardship is False:
        return "no_hardship_needed", f"这件事属于“{matter.name}”", (matter.article,), ()
    if not matter.listed:
        reason = "这件事不在法律列出的事项里，本省的规定可能另有增加"
        return "officer", reason, (matter.article,), ()
    if said.group is None:
        return None, "", (), ("group",)
    group = next((one for one in table.groups_for(matter.id) if one.id == said.group), None)
    if group:
        return "no_check_needed", f"您是“{group.name}”", (matter.article, group.article), ()
    return _by_means(said, matter, standard)


def _by_means(  # noqa: PLR0911 - a return for each rule
    said: Circumstances, matter: AidMatter, standard: HardshipStandard | None
) -> _Decided:
    missing = tuple(name for name in ("persons", "income") if getattr(said, name) is None)
    if missing:
        return None, "", (), missing
    each = per_head(said)
    articles = (matter.article, "第三十四条")
    most = standard.most_a_month if standard else None
    if most is None:
        reason = f"全家平均每人每月 {yuan(each)} 元。本地的经济困难标准还没有填报到这里"
        return "officer", reason, articles, ()
    compared = f"全家平均每人每月 {yuan(each)} 元，本地的标准是低于 {yuan(most)} 元"
    if each < most:
        if said.assets is None:
            return None, "", (), ("assets",)
        if said.assets:
            return "officer", f"{compared}；家里另有房、车、存款或者生意，要看是多少", articles, ()
        return "likely", f"{compared}，看起来符合经济困难的条件", articles, ()
    if matter.hardship == "other":
        return "officer", f"{compared}；刑事案件里有别的原因没请辩护人的，也可以申请", articles, ()
    return "unlikely", f"{compared}，看起来超过了", articles, ()


def per_head(said: Circumstances) -> Decimal:
    """Yuan a month for each of the household."""
    return (said.income or Decimal(0)) / max(1, said.persons or 1)


def yuan(amount: Decimal) -> str:
    """With thousands parted, cents only where there are any."""
    return f"{amount:,.2f}".removesuffix(".00")


def _urgent(said: Circumstances, today: date, table: AidTable) -> list[Said]:
    rules, found = table.urgent, []
    if said.deadline and 0 <= (said.deadline - today).days < rules.deadline.days:
        found.append(Said(rules.deadline.text, rules.deadline.article))
    if said.preservation:
        found.append(rules.preservation)
    return found
