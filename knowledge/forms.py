"""Forms that citizens fill in (申请表): each a file of `forms/`; steps, fields and when each is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal

import msgspec

from knowledge.records import Record, domain_of
from knowledge.source_files import Source

FORMS_FOLDER = Path(__file__).with_name("forms")
FieldKind = Literal[
    "text",
    "long_text",
    "choice",
    "yes_no",
    "date",
    "month",
    "number",
    "decimal",
    "money",
    "income",
    "name",
    "paper_number",
    "phone",
]
Values = Mapping[str, str]
DERIVED = "aid_"
"""Begins the names of values that are reckoned out of the answers."""
When = dict[str, tuple[str, ...]]


class Option(Record, frozen=True):
    value: str
    label: str


class Field(Record, frozen=True):
    """One question. `when`: asked only where these fields have one of these values; `options_from`: options made
    from other data; `least` and `most`: of a number, or most characters of words.
    """

    id: str
    kind: FieldKind
    label: str
    required: bool = False
    help: str = ""
    options: tuple[Option, ...] = ()
    options_from: str = ""
    when: When = msgspec.field(default_factory=dict)
    least: int = 0
    most: int = 200


class Step(Record, frozen=True):
    """What is asked on one page."""

    id: str
    title: str
    fields: tuple[Field, ...]
    intro: str = ""
    when: When = msgspec.field(default_factory=dict)


class Promise(Record, frozen=True):
    """What the citizen has to agree to before the form is handed in."""

    id: str
    text: str
    when: When = msgspec.field(default_factory=dict)


class Said(Record, frozen=True):
    """A sentence and its article."""

    text: str
    article: str = ""


class Paper(Record, frozen=True):
    """A paper to bring, where all of `when` (field -> values) holds."""

    text: str
    when: When = msgspec.field(default_factory=dict)


class Sentence(Record, frozen=True):
    """A sentence of a document, answers filled in for `{field}`; where `when` holds and all of `has` is answered."""

    text: str
    when: When = msgspec.field(default_factory=dict)
    has: tuple[str, ...] = ()


class Draft(Record, frozen=True):
    """A document that the citizen signs (文书草稿): who, what is asked for, why, and to whom it goes."""

    title: str
    parties: tuple[Sentence, ...]
    claims_title: str
    claims: tuple[Sentence, ...]
    facts_title: str
    facts: tuple[Sentence, ...]
    evidence: tuple[Sentence, ...]
    addressed_to: str
    signed_by: str

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return *self.parties, *self.claims, *self.facts, *self.evidence


class Clocks(Record, frozen=True):
    """Names of clocks (knowledge/clocks.yaml): until it is decided, and from a grant to somebody's being assigned."""

    decision: str = "request_answer"
    assignment: str = "request_answer"


class Form(Record, frozen=True):
    """A form; `receiver` is who gets it, `version` grows with every change of its fields.

    One with a `draft` goes to nobody from here: it is made into a document that the citizen signs and takes along.
    `offer` is the button by which it is offered after answers about `matters` (matters, or whole domains).
    `name` is the application in a sentence, `called` the words by which somebody asks for it, `surely_called` those
    that mean it whatever else is named, `on_paper` how it is done without the page. `told` and `statuses` replace the
    common words for a standing; `clocks` names what runs until the
    decision and after it; `always` and `papers` are said to every applicant.
    """

    id: str
    title: str
    name: str
    called: tuple[str, ...]
    on_paper: str
    version: int
    intro: str
    steps: tuple[Step, ...]
    receiver: str = ""
    promises: tuple[Promise, ...] = ()
    surely_called: tuple[str, ...] = ()
    offer: str = ""
    matters: tuple[str, ...] = ()
    draft: Draft | None = None
    law: str = ""
    clocks: Clocks = msgspec.field(default_factory=Clocks)
    statuses: dict[str, str] = msgspec.field(default_factory=dict)
    told: dict[str, str] = msgspec.field(default_factory=dict)
    standing: dict[str, str] = msgspec.field(default_factory=dict)
    always: tuple[Said, ...] = ()
    papers: tuple[Paper, ...] = ()

    def asked(self, values: Values) -> Iterator[Step]:
        """The steps that these values leave."""
        return (step for step in self.steps if holds(step.when, values))

    @property
    def asks_for(self) -> str:
        """The words by which its button asks for it."""
        return f"我要{self.offer or self.title}"

    @property
    def unknown_names(self) -> list[str]:
        """What conditions and sentences name that no field asks, and that is not reckoned (DERIVED)."""
        of_questions = *(step.when for step in self.steps), *(field.when for field in self.fields)
        conditions = *of_questions, *(promise.when for promise in self.promises), *(one.when for one in self.papers)
        sentences = self.draft.sentences if self.draft else ()
        named = (*(name for when in (*conditions, *(s.when for s in sentences)) for name in when),)
        named = *named, *(name for s in sentences for name in (*s.has, *places_of(s.text)))
        asked = {field.id for field in self.fields}
        return [name for name in named if name not in asked and not name.startswith(DERIVED)]

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for step in self.steps for field in step.fields)


def asked_fields(step: Step, values: Values) -> tuple[Field, ...]:
    """The fields of a step that these values leave."""
    return tuple(field for field in step.fields if holds(field.when, values))


def holds(when: When, values: Values) -> bool:
    return all(values.get(name, "") in wanted for name, wanted in when.items())


@cache
def read_forms(folder: Path = FORMS_FOLDER) -> dict[str, Form]:
    """Every form by its id; raises KnowledgeError at the first file that is not as described."""
    sources = (Source.read(path) for path in sorted(folder.glob("*.yaml")))
    forms: list[Form] = [source.convert(Form, source.data()) for source in sources]
    return {form.id: form for form in forms}


def form_called(words: str) -> Form | None:
    """The form that somebody asks for by one of its names; of several the sure one, or the longest."""
    forms = read_forms().values()
    sure = next((form for form in forms if any(name in words for name in form.surely_called)), None)
    if sure:
        return sure
    called = ((len(name), form) for form in forms for name in form.called if name in words)
    return max(called, key=lambda one: one[0], default=(0, None))[1]


def forms_of(matter: str) -> tuple[Form, ...]:
    """The forms offered after an answer about a matter."""
    names = {matter, domain_of(matter)}
    return tuple(form for form in read_forms().values() if form.offer and names & set(form.matters))


def places_of(text: str) -> list[str]:
    """The fields that a sentence names."""
    return [name for _, name, _, _ in Formatter().parse(text) if name]
