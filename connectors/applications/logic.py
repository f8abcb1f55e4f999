"""What a form knows beyond its file (表单的判断): options from other data, values that follow, what to say of them."""

from __future__ import annotations

from datetime import date

import msgspec

from connectors.applications.fields import Fault, income_of
from knowledge.forms import Field, Form, Option, Said, Step, Values, asked_fields, holds
from knowledge.legal_aid import Assessment, Circumstances, assess, per_head, read_table, yuan
from knowledge.records import City
from nlu.mask import is_identity_number

ELSEWHERE = "elsewhere"
UNKNOWN = "unknown"
NO_GROUP = "none"
CHILD_YEARS = 14
LEGAL_AID = "legal_aid"


class Logic:
    """Of any form."""

    def __init__(self, form: Form, city: City) -> None:
        self.form = form
        self._city = city

    def derived(self, values: Values, today: date) -> dict[str, str]:
        """Values that follow from the answers; steps and fields may depend on them."""
        return {}

    def options(self, source: str, values: Values) -> tuple[Option, ...]:
        """The options of a field that takes them from elsewhere; KeyError for an unknown source."""
        towns = (Option(town.id, town.name) for town in self._city.towns)
        beside = Option(ELSEWHERE, f"不在{self._city.name}"), Option(UNKNOWN, "不清楚")
        return {"towns": (*towns, *beside)}[source]

    def assessment(self, values: Values, today: date) -> Assessment | None:
        """What to tell of the chances; None where there is nothing to say."""
        return None

    def sums(self, values: Values) -> tuple[str, ...]:
        """What was reckoned out of the answers, shown before it counts."""
        return ()

    def papers(self, values: Values) -> tuple[str, ...]:
        """What to bring, named once and together (一次性告知)."""
        return tuple(paper.text for paper in self.form.papers if holds(paper.when, values))

    def always(self) -> tuple[Said, ...]:
        """What every applicant is told."""
        return self.form.always

    @property
    def law(self) -> str:
        return self.form.law


class LegalAidLogic(Logic):
    """Of the application for legal aid: `knowledge/legal_aid.yaml`."""

    def __init__(self, form: Form, city: City) -> None:
        super().__init__(form, city)
        self._table = read_table()

    def derived(self, values: Values, today: date) -> dict[str, str]:
        matter = self._table.matter(values.get("matter", ""))
        counts = bool(matter and matter.listed and matter.hardship is not False and values.get("represented") != "yes")
        means = counts and values.get("represented") == "no" and self._group(values) == NO_GROUP
        return {
            "aid_hardship": _yes_no(counts),
            "aid_means": _yes_no(means),
            "aid_child": _yes_no(_is_child(values.get("paper_number", ""), today)),
        }

    def options(self, source: str, values: Values) -> tuple[Option, ...]:
        if source == "aid_matters":
            return tuple(Option(matter.id, matter.name) for matter in self._table.matters)
        if source == "aid_groups":
            groups = (Option(group.id, group.name) for group in self._table.groups_for(values.get("matter", "")))
            return (*groups, Option(NO_GROUP, "都不是"))
        return super().options(source, values)

    def assessment(self, values: Values, today: date) -> Assessment | None:
        return assess(self._circumstances(values), self._city.hardship, today, self._table)

    def sums(self, values: Values) -> tuple[str, ...]:
        said = self._circumstances(values)
        if said.income is None or said.persons is None or self.derived(values, date.min)["aid_means"] == "no":
            return ()
        whole = income_of(values["income"], values.get("income_period", "month")).sum
        each = f"{said.persons} 口人，平均每人每月 {yuan(per_head(said))} 元"
        return whole, each

    def papers(self, values: Values) -> tuple[str, ...]:
        group = next((one for one in self._table.groups if one.id == self._group(values)), None)
        common = tuple(paper.text for paper in self._table.papers if holds(paper.when, values))
        return (*common, group.proof) if group else common

    def always(self) -> tuple[Said, ...]:
        return self._table.always

    def _group(self, values: Values) -> str | None:
        """The group, where it is one that the matter has."""
        group = values.get("group") or None
        known = {one.id for one in self._table.groups_for(values.get("matter", ""))} | {NO_GROUP}
        return group if group in known else None

    def _circumstances(self, values: Values) -> Circumstances:
        try:
            income = income_of(values["income"], values.get("income_period", "month")).monthly
        except (KeyError, Fault):
            income = None
        deadline, persons = values.get("deadline"), values.get("persons")
        return Circumstances(
            matter=values.get("matter"),
            represented=_answered(values, "represented"),
            group=self._group(values),
            income=income,
            persons=int(persons) if persons else None,
            assets=_answered(values, "assets"),
            deadline=date.fromisoformat(deadline) if deadline else None,
            preservation=_answered(values, "preservation"),
            elsewhere=values.get("place") == ELSEWHERE,
        )


def logic_of(form: Form, city: City) -> Logic:
    return LegalAidLogic(form, city) if form.id == LEGAL_AID else Logic(form, city)


def with_options(step: Step, logic: Logic, values: Values) -> tuple[Field, ...]:
    """The fields that are asked, their options filled in."""
    return tuple(
        msgspec.structs.replace(field, options=logic.options(field.options_from, values))
        if field.options_from
        else field
        for field in asked_fields(step, values)
    )


def _answered(values: Values, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(values.get(name, ""))


def _yes_no(value: object) -> str:
    return "yes" if value else "no"


def _is_child(number: str, today: date) -> bool:
    """Whether the holder of a resident identity number is not yet CHILD_YEARS old."""
    if not is_identity_number(number):
        return False
    born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < CHILD_YEARS


def lines(form: Form, logic: Logic, values: Values) -> list[tuple[Step, list[tuple[str, str]]]]:
    """Each step with its questions and answers as a citizen reads them, in the order of the form."""
    return [
        (step, [(f.label, said) for f in with_options(step, logic, values) if (said := in_words(f, values))])
        for step in form.asked(values)
    ]


def in_words(field: Field, values: Values) -> str:
    """An answer as a citizen reads it: the label of what was chosen, otherwise as written."""
    answer = values.get(field.id, "")
    if field.kind == "yes_no":
        return {"yes": "是", "no": "不是"}.get(answer, "")
    return next((option.label for option in field.options if option.value == answer), answer)
