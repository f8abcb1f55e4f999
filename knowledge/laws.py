"""The register of laws and the question every citation must pass: does it resolve, and was it in force?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from knowledge.records import Law, LawVersion
from nlu.citations import Citation, article_text


class ValidityStatus(Enum):
    """Standing of a law or version on a day: 有效 / 已修改 / 尚未生效 / 已废止."""

    IN_FORCE = "有效"
    AMENDED = "已修改"
    NOT_YET_IN_FORCE = "尚未生效"
    REPEALED = "已废止"


class Rejection(Enum):
    """Why a citation may not be shown."""

    UNKNOWN_LAW = "没有登记这部法律"
    NO_SUCH_ARTICLE = "这部法律没有这一条"
    ARTICLES_UNVERIFIED = "那时的条文还没有核实"
    NOT_YET_IN_FORCE = "在那一天还没有施行"
    REPEALED = "在那一天已经废止"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A citation that stands: the law, the version in force on the day asked about, and its status today."""

    citation: Citation
    law: Law
    version: LawVersion
    status: ValidityStatus


class LawRegistry:
    """All laws of laws.yaml, by key and by every name people use."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self._laws = {law.key: law for law in laws}
        self.names: Mapping[str, str] = {
            name: law.key for law in self._laws.values() for name in (law.key, law.title, *law.aliases)
        }

    def __iter__(self) -> Iterator[Law]:
        return iter(self._laws.values())

    def __contains__(self, key: object) -> bool:
        return key in self._laws

    def __getitem__(self, key: str) -> Law:
        return self._laws[key]

    def __len__(self) -> int:
        return len(self._laws)

    def resolve(self, citation: Citation, on: date, today: date | None = None) -> Resolved | Rejection:
        """The citation as the law stood on `on`, or why it may not be cited; `today` gives its status now."""
        law = self._laws.get(self.names.get(citation.law or "", ""))
        if law is None:
            return Rejection.UNKNOWN_LAW
        if law.repealed_on and on >= law.repealed_on:
            return Rejection.REPEALED
        version = version_on(law, on)
        if version is None:
            return Rejection.NOT_YET_IN_FORCE
        if version.last_article is None or version.inserted is None:
            return Rejection.ARTICLES_UNVERIFIED
        if not has_article(version, citation):
            return Rejection.NO_SUCH_ARTICLE
        return Resolved(citation, law, version, status_on(law, version, today or on))

    def successors(self, name: str) -> tuple[Law, ...]:
        """The laws that replaced a repealed one; empty where it still stands."""
        law = self._laws.get(self.names.get(name, ""))
        return tuple(self._laws[key] for key in law.replaced_by) if law and law.repealed_on else ()


def version_on(law: Law, on: date) -> LawVersion | None:
    """The version in force on `on`; None before the first."""
    return next((version for version in reversed(law.versions) if version.effective_on <= on), None)


def has_article(version: LawVersion, citation: Citation) -> bool:
    """Whether the version has the article, 之一 articles counted by name."""
    if citation.inserted:
        return article_text(citation.article, citation.inserted) in (version.inserted or ())
    return 1 <= citation.article <= (version.last_article or 0)


def status_on(law: Law, version: LawVersion, on: date) -> ValidityStatus:
    """How a version of a law stands on a day."""
    if version.effective_on > on:
        return ValidityStatus.NOT_YET_IN_FORCE
    if law.repealed_on and on >= law.repealed_on:
        return ValidityStatus.REPEALED
    return ValidityStatus.IN_FORCE if version_on(law, on) is version else ValidityStatus.AMENDED
