"""What a turn can come to; frozen records that connectors render and the wire carries."""

from __future__ import annotations

from typing import Literal

import msgspec

from nlu.danger import DangerKind

OutcomeName = Literal["answer", "clarify", "handoff", "out_of_scope", "crisis", "chitchat", "apply"]
HandoffReason = Literal["asked", "crisis", "given_up", "hotline"]
GIVEN_UP: HandoffReason = "given_up"
"""The assistant failed at a turn again and again."""
BESIDE = "相关问答"
"""The section of points near to what was asked; it stands directly after the conclusion."""


class Cited(msgspec.Struct, frozen=True):
    """A citation shown to the citizen: short title, article as written in the law, its dates, standing and gist."""

    law: str
    article: str
    effective_on: str
    status: str
    gist: str = ""


class Section(msgspec.Struct, frozen=True):
    """One section of an answer: its name (怎么办 …) and Markdown text of paragraphs and lists."""

    name: str
    text: str


class Choice(msgspec.Struct, frozen=True):
    """One choice of a clarifying question; `value` is what a tap sends back, `matter` None means none of these."""

    label: str
    value: str
    matter: str | None = None


class Offer(msgspec.Struct, frozen=True):
    """Something more that can be done now: a tap says `says`, or opens `page`, an address of this service."""

    label: str
    says: str = ""
    page: str = ""


class HitSummary(msgspec.Struct, frozen=True):
    """One search hit, for whoever looks behind an answer."""

    kind: str
    name: str
    score: float


class Handoff(msgspec.Struct, frozen=True):
    """A wish to pass the conversation to a person; the connector opens or finds the case, urgent after danger or where
    a crowd is about to gather.
    """

    reason: HandoffReason
    danger: DangerKind | Literal["crowd"] | None = None


class Reply(msgspec.Struct, frozen=True, omit_defaults=False):
    """Everything the assistant says in one turn. `text` alone is a complete reply.

    `asks_about_case`: what the citizen wants to know (my number, how long, who) only the connector can say.

    `form` names the form that the citizen wants to fill in; the connector makes the `link` to it. `offers` are further
    steps that go with an answer.

    `point` is the number of the entry's point with which the answer begins; `asks` the question back with which it
    ends, for a fact that decides.

    `citations` are the articles that carry the answer to what was asked, likeliest first; `also_cited` the others that
    its text cites.

    `lead` is the first screen of an answer, `sections` what unfolds. Where several things were asked at once, `parts`
    holds an answer to each in order; matter, sections and citations are then the first one's.
    """

    outcome: OutcomeName
    text: str
    lead: str = ""
    title: str = ""
    domain: str | None = None
    matter: str | None = None
    entry: str | None = None
    confidence: float | None = None
    sections: tuple[Section, ...] = ()
    notes: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    citations: tuple[Cited, ...] = ()
    also_cited: tuple[Cited, ...] = ()
    hits: tuple[HitSummary, ...] = ()
    parts: tuple[Reply, ...] = ()
    point: int | None = None
    asks: str | None = None
    handoff: Handoff | None = None
    danger: DangerKind | None = None
    asks_about_case: bool = False
    case_number: str | None = None
    offers: tuple[Offer, ...] = ()
    form: str | None = None
    link: str | None = None
