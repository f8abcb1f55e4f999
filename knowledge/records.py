"""The shapes of everything the knowledge folder holds; frozen, strict, validated by msgspec on reading."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

SpecialGroup = Literal["migrant_workers", "elderly", "disabled", "minors", "women", "military_families", "low_income"]
SECTIONS = ("结论", "怎么办", "准备什么", "时限", "去哪里办", "注意")
SectionName = Literal["结论", "怎么办", "准备什么", "时限", "去哪里办", "注意"]


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all records: frozen, and an unknown key is a mistake."""


class LawVersion(Record, frozen=True):
    """One version (版本) of a law; `last_article` and `inserted` are None where nobody has verified them."""

    adopted_on: date
    effective_on: date
    last_article: int | None = None
    inserted: tuple[str, ...] | None = None
    source: str = ""
    effective_uncertain: bool = False


class Law(Record, frozen=True):
    """Facts of one law (法律、法规、司法解释); `key` is the canonical short title."""

    key: str
    title: str
    level: str
    versions: tuple[LawVersion, ...]
    aliases: tuple[str, ...] = ()
    issued_by: str = ""
    repealed_on: date | None = None
    replaced_by: tuple[str, ...] = ()


class ArticleDigest(Record, frozen=True):
    """One article in our own words (法条摘要)."""

    law: str
    article: str
    gist: str
    questions: tuple[str, ...]


class Basis(Record, frozen=True):
    """An article that carries an answer (依据) and what for."""

    law: str
    article: str
    point: str = ""


class Urgency(Record, frozen=True):
    """When a matter cannot wait: `now` is hours or danger to life, `soon` is days."""

    when: str
    level: Literal["now", "soon"]
    why: str


class Matter(Record, frozen=True):
    """A legal matter (案由) as citizens meet it; `legal_aid` and `mediation` name the article, or None."""

    id: str
    name: str
    choice: str
    synonyms: tuple[str, ...]
    distinguish: tuple[str, ...]
    legal_aid: str | None
    mediation: str | None
    urgency: tuple[Urgency, ...]


class Domain(Record, frozen=True):
    """A domain (领域) and its matters; `specialty` routes cases to advisers."""

    domain: str
    name: str
    plain: str
    specialty: str
    matters: tuple[Matter, ...]


def domain_of(matter: str) -> str:
    """The domain of a matter's id: labour of labour.wages; "" of none."""
    return matter.partition(".")[0]


class EntryHead(Record, frozen=True):
    """Front matter of a guidance file; `personal` are sentences with places for the citizen's own facts."""

    id: str
    title: str
    matter: str
    questions: tuple[str, ...]
    basis: tuple[Basis, ...]
    special_groups: tuple[SpecialGroup, ...]
    services: tuple[str, ...]
    reviewed_on: date
    personal: tuple[str, ...] = ()


class Point(Record, frozen=True):
    """A particular question within an entry (要点): how people ask it, and its answer in one to three sentences.

    What it is asked by may stand among the questions of the entry's head as well.
    """

    ask: tuple[str, ...]
    say: str


class FactOption(Record, frozen=True):
    """One answer to what decides: on its button, as a tap says it, as people say it (patterns), and what then holds."""

    label: str
    says: str
    heard: tuple[str, ...]
    then: str


class DecidingFact(Record, frozen=True):
    """A fact that decides (要紧情况): how to ask for it, and its answers. `only_heard`: it decides for few, so that it
    counts when told and is not asked.
    """

    ask: str
    options: tuple[FactOption, ...]
    only_heard: bool = False


class Entry(Record, frozen=True):
    """A guidance entry (指引): its head and the six sections of its body, Markdown text by section name.

    Kept apart from the text, in the folders of these names: `points` answer what is asked in particular, `facts` are
    what decides, `asked` are further lay questions and `stories` the same trouble told at length.
    """

    head: EntryHead
    sections: dict[str, str]
    points: tuple[Point, ...] = ()
    facts: tuple[DecidingFact, ...] = ()
    asked: tuple[str, ...] = ()
    stories: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def questions(self) -> tuple[str, ...]:
        """All lay questions, each once, those told at length last."""
        of_points = (question for point in self.points for question in point.ask)
        return tuple(dict.fromkeys((*self.head.questions, *self.asked, *of_points, *self.stories)))

    @property
    def general_questions(self) -> tuple[str, ...]:
        """The lay questions that ask for no point in particular."""
        of_points = {question for point in self.points for question in point.ask}
        return tuple(question for question in self.questions if question not in of_points)

    @property
    def first_step(self) -> str:
        """The first item of 怎么办, without its number."""
        return first_item(self.sections.get("怎么办", ""))


def items_of(text: str) -> list[str]:
    """The items of a list, without their marks."""
    return [re.sub(r"^\s*(?:\d+\.|[-*])\s*", "", line) for line in text.splitlines() if line.strip()]


def first_item(text: str) -> str:
    """The first item of a list, without its mark."""
    return next(iter(items_of(text)), "")


class Service(Record, frozen=True):
    """A public legal service (服务事项) with its one-time list of papers (一次性告知)."""

    id: str
    name: str
    what: str
    who: tuple[str, ...]
    bring: tuple[str, ...]
    steps: tuple[str, ...]
    time: str | None
    fee: str | None
    where: str
    phone: str | None
    basis: tuple[Basis, ...]
    form: str = ""  # of `knowledge/forms/`, by which it is applied for here


class Town(Record, frozen=True):
    """A town or subdistrict (镇街)."""

    id: str
    name: str
    kind: Literal["街道", "镇"]
    aliases: tuple[str, ...] = ()


class Office(Record, frozen=True):
    """An office of the city; address and phone stay None until the bureau fills them."""

    name: str
    kind: str = ""
    address: str | None = None
    phone: str | None = None
    note: str = ""


class Hotline(Record, frozen=True):
    """A public number; hours stay None until verified."""

    number: str
    name: str
    answered_by: str | None = None
    purpose: str = msgspec.field(name="for", default="")
    hours: str | None = None


HourOfDay = Annotated[str, msgspec.Meta(pattern="^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]


class DutyHours(Record, frozen=True):
    """Hours in which a person answers (值班时间): intervals "09:00"–"12:00", local time; "21:00"–"02:00" runs on."""

    weekdays: tuple[tuple[HourOfDay, HourOfDay], ...]
    holidays: tuple[tuple[HourOfDay, HourOfDay], ...] = ()


class HardshipStandard(Record, frozen=True):
    """The local measure of hardship (经济困难标准): a share of what townspeople have to spend, yuan a year and head."""

    disposable_income: Decimal
    year: int
    source: str
    share: Decimal = Decimal("0.5")

    @property
    def most_a_month(self) -> Decimal:
        """Below so many yuan a month and head of the household is hardship."""
        return self.disposable_income / 12 * self.share


class InjuryLeaving(Record, frozen=True):
    """What the province adds to a work injury of a grade on leaving (解除或者终止劳动关系), in months of one's wage:
    一次性工伤医疗补助金 and 一次性伤残就业补助金.
    """

    grade: int
    medical_months: int
    employment_months: int


class City(Record, frozen=True):
    """A city is data: names, towns, offices, hotlines, duty hours (None: not filled in by the bureau)."""

    id: str
    name: str
    towns: tuple[Town, ...]
    offices: tuple[Office, ...]
    hotlines: tuple[Hotline, ...]
    duty_hours: DutyHours | None
    hardship: HardshipStandard | None = None
    average_wage: Decimal | None = None  # of all employees, yuan a month, last year: 上年度职工月平均工资
    disposable_income: Decimal | None = None  # of the province, yuan a year: 上一年度城镇居民人均可支配收入
    injury_leaving: tuple[InjuryLeaving, ...] = ()
    birth_leave_days: int | None = None  # that the province adds to 产假: 奖励假
