"""Composition (组稿): an entry's sections through the citation gate into one text and its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from bot.gate import CitationGate, Gated
from bot.outcomes import BESIDE, Cited, Offer, Section
from bot.wording import Wording
from knowledge.documents import DocumentKey
from knowledge.facts import Decided
from knowledge.forms import forms_of
from knowledge.laws import Resolved
from knowledge.library import Library
from knowledge.personal import Filled, Particulars, fill
from knowledge.records import SECTIONS, DecidingFact, Entry, Point, first_item, items_of
from knowledge.sums import Told, sums_of
from nlu.citations import Citation, format_citation, parse_article

CONCLUSION, STEPS, WHERE = "结论", "怎么办", "去哪里办"
LEAD_LENGTH = 480
"""Characters of the first screen (首屏) at most."""
MOST_REMINDERS = 2
BARE_LABELS = frozenset({"有", "没有", "是", "不是"})
MOST_NEAR = 2
"""Answers near to what is asked on, where none is surely meant."""
TOLD = ("again_told", "again_told_too", "again_told_also")
"""Wordings for what is told and answered by nothing particular, one after the other; where no step is left to say:"""
TOLD_ALL = ("again_told_all", "again_told_all_too")
Again = Literal["told", "asked"]
"""The entry was answered just before, and the citizen has told more, or asks more."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply's text, its first screen, its parts, and the citations that stand behind it, in the order of the text:
    all, and those of what decides in this citizen's case (sums, facts that were told).
    """

    text: str
    lead: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    offers: tuple[Offer, ...]
    citations: tuple[Cited, ...]
    deciding: tuple[Cited, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What is particular to the citizen's case: their own day, amount and town, what they told of what decides, the
    points they ask about and others near to their words, and what to ask them next. `again`: the entry was answered
    just before, `turns` times by now; `asks_where`: and now only where to go is asked.
    """

    particulars: Particulars
    told: Sequence[Decided] = ()
    points: tuple[Point, ...] = ()
    beside: tuple[Point, ...] = ()
    question: DecidingFact | None = None
    again: Again | None = None
    turns: int = 0
    asks_where: bool = False


class Summed(NamedTuple):
    """What sums come to, in sentences, and the articles they rest on."""

    said: list[str]
    citations: tuple[Cited, ...]


class Parts(NamedTuple):
    """Sentences of a first screen beside the entry's own: the points; the nearest to what is asked on; what the sums
    come to; what follows from what was told now, and before; from a day or an amount.
    """

    direct: str
    near: list[str]
    sums: list[str]
    news: list[str]
    known: list[str]
    facts: list[str]


class Composer:
    """Composes replies from the library; every text passes the gate."""

    def __init__(self, library: Library, wording: Wording) -> None:
        self._library = library
        self._wording = wording
        self._gate = CitationGate(library.laws)

    def compose(self, entry: Entry, on: date, today: date, case: Case) -> Composed | None:
        """The answer of an entry as of `on` for a case; None where the gate refuses anything of its conclusion.

        Elsewhere a refused sentence is left out; a conclusion that lost one would say something else, and so would a
        point or what holds after a fact.
        """
        belongs = {(basis.law, basis.article) for basis in entry.head.basis}
        if self._gate.pass_text(entry.sections[CONCLUSION], belongs, on, today).refused:
            return None
        own = [filled for sentence in entry.head.personal if (filled := fill(sentence, case.particulars, today))]
        own = [one for one in own if not self._gate.pass_text(one.text, belongs, on, today).refused]
        points = [self._whole(point.say, on, today) for point in case.points]
        direct = "\n".join(gated.text for gated in points if gated.text)
        told = [(one, self._whole(one.option.then, on, today)) for one in case.told]
        told = [(one, gated) for one, gated in told if gated.text]
        sections, cited = self._sections(entry, belongs, on, today)
        then = _citations_of(gated for _, gated in told)
        beside = [(point, gated) for point in case.beside if (gated := self._whole(point.say, on, today)).text]
        said_beside = [self._wording.say("beside", ask=point.ask[0], say=gated.text) for point, gated in beside]
        cited = [*_citations_of(points), *then, *cited, *_citations_of(gated for _, gated in beside)]
        near = said_beside[:MOST_NEAR] if case.again == "asked" and not (direct or case.asks_where) else []
        if said_beside[len(near) :]:
            sections = (*sections[:1], Section(BESIDE, "\n".join(said_beside[len(near) :])), *sections[1:])
        town = case.particulars.town
        sections = tuple(self._with_station(section, town) for section in sections) if town else sections
        news = [self._told(one, gated.text) for one, gated in told if one.now]
        known = [self._told(one, gated.text) for one, gated in told if not one.now]
        facts = [self._own(one, today) for one in own]
        told_before = case.again and not case.particulars.figures_new
        sums = Summed([], ()) if told_before else self.sums(entry, case.particulars.figures, on, today)
        lead = self._lead(sections, Parts(direct, near, sums.said, news, known, facts), case)
        if case.question:
            lead = f"{lead}\n\n{self._wording.say('ask_fact', question=case.question.ask)}"
        notes = self._notes(entry)
        return Composed(
            as_text(lead, sections, notes),
            lead,
            sections,
            notes,
            (
                *_answers_to(case.question),
                *self._reminders(entry, own, today),
                *self.sum_offers(entry, case.particulars.figures, today),
                *self._offers(entry),
                self._plan(entry, own, today),
            ),
            tuple(dict.fromkeys((*sums.citations, *self._all_cited(cited)))),
            tuple(dict.fromkeys((*sums.citations, *self._all_cited(then)))),
        )

    def compose_digest(self, document: DocumentKey, on: date, today: date) -> Composed | None:
        """A statutes-only answer, marked as such; None where the article does not stand on `on`."""
        digest = self._library.digests.get((document.law, document.article))
        if digest is None:
            return None
        number, inserted = parse_article(digest.article)
        own = format_citation(Citation(digest.law, number, inserted))
        text = self._wording.say("statute_only", gist=digest.gist, citation=own)
        gated = self._gate.pass_text(text, self._gate.cited_in(text), on, today)
        if gated.refused:
            return None
        return Composed(gated.text, gated.text, (), (), (), tuple(map(self._cited, gated.citations)))

    def points(self, entry: Entry, today: date) -> list[Point]:
        """The points of an entry that may be said today."""
        return [point for point in entry.points if not self._whole(point.say, today, today).refused]

    def facts(self, entry: Entry, today: date) -> list[DecidingFact]:
        """What decides in an entry, where all that then holds may be said today."""
        return [
            fact
            for fact in entry.facts
            if not any(self._whole(option.then, today, today).refused for option in fact.options)
        ]

    def refused(self, entry: Entry, on: date, today: date) -> list[str]:
        """The citations of an entry that the gate refuses on that day, each with its reason."""
        belongs = {(basis.law, basis.article) for basis in entry.head.basis}
        gated = [self._gate.pass_text(text, belongs, on, today) for text in entry.sections.values()]
        own = (*(p.say for p in entry.points), *(o.then for fact in entry.facts for o in fact.options))
        gated += [self._whole(text, on, today) for text in own]
        found = [one for gate in gated for one in gate.refused]
        reasons = (one.reason.value if one.reason else "不属于这篇指引" for one in found)
        return [f"{format_citation(one.citation)}（{why}）" for one, why in zip(found, reasons, strict=True)]

    def cited_in(self, text: str) -> set[tuple[str, str]]:
        """The (law, article) pairs that a text cites."""
        return self._gate.cited_in(text)

    def _all_cited(self, resolved: Iterable[Resolved]) -> tuple[Cited, ...]:
        """Each article once."""
        return tuple(self._cited(one) for one in {(r.law.key, r.citation.article_text): r for r in resolved}.values())

    def _cited(self, resolved: Resolved) -> Cited:
        law, article = resolved.law.key, resolved.citation.article_text
        digest = self._library.digests.get((law, article))
        return Cited(
            law=law,
            article=article,
            effective_on=resolved.version.effective_on.isoformat(),
            status=resolved.status.value,
            gist=digest.gist if digest else "",
        )

    def _whole(self, text: str, on: date, today: date) -> Gated:
        """A text that carries its own articles; nothing where the gate refuses any of it."""
        gated = self._gate.pass_text(text, self._gate.cited_in(text), on, today)
        return Gated("", (), gated.refused) if gated.refused else gated

    def _own(self, filled: Filled, today: date) -> str:
        """What follows from the citizen's own day or amount; after a limit that has passed, what can still be done."""
        said = self._wording.say("own_facts", sentence=filled.text)
        return said + self._wording.say("limit_passed") if any(limit < today for limit in filled.limits) else said

    def sums(self, entry: Entry, figures: Told, on: date, today: date) -> Summed:
        """What the sums of an entry's matter come to by the figures that were said."""
        found = (one.sentence(figures, today) for one in sums_of(entry.head.matter))
        passed = [gated for said in found if said and (gated := self._whole(said, on, today)).text]
        said = [self._wording.say("own_facts", sentence=gated.text) for gated in passed]
        return Summed(said, self._all_cited(cited for gated in passed for cited in gated.citations))

    def _reminders(self, entry: Entry, own: Sequence[Filled], today: date) -> list[Offer]:
        """To keep a limit that lies ahead in one's calendar."""
        ahead = sorted({limit for one in own for limit in one.limits if limit >= today})
        return [
            Offer(
                self._wording.say("remind_label", day=f"{day.year}年{day.month}月{day.day}日"),
                page=f"/guide/{entry.id}.ics?on={day.isoformat()}",
            )
            for day in ahead[:MOST_REMINDERS]
        ]

    def _plan(self, entry: Entry, own: Sequence[Filled], today: date) -> Offer:
        """The entry as a list to tick off, with the limits that lie ahead."""
        ahead = sorted({limit for one in own for limit in one.limits if limit >= today})
        query = "&".join(f"on={day.isoformat()}" for day in ahead[:MOST_REMINDERS])
        return Offer(self._wording.say("plan_label"), page=f"/guide/{entry.id}/plan" + (f"?{query}" if query else ""))

    def _told(self, one: Decided, then: str) -> str:
        """What follows from a fact, under its label, or in whole words where that says nothing by itself."""
        label = one.option.says if one.option.label in BARE_LABELS else one.option.label
        return self._wording.say("told_fact", label=label, then=then)

    def _lead(self, sections: tuple[Section, ...], parts: Parts, case: Case) -> str:
        """The first screen: what was asked in particular, the conclusion, what follows from the citizen's own facts,
        the next step; as much as fits. What was read just before is not said again.
        """
        by_name = {section.name: section.text for section in sections}
        step = self._wording.say("next_step", step=first_item(by_name.get(STEPS, "")))
        direct, again = [parts.direct] if parts.direct else [], case.again
        if case.asks_where and not direct and by_name.get(WHERE):
            said = [self._wording.say("again_where", places=by_name[WHERE]), step]
        elif again and (direct or parts.news):
            said = [*parts.news, *direct, *parts.sums, *parts.facts]
        elif again and parts.sums:
            said = [*parts.sums, *parts.facts]
        elif parts.near:
            said = [self._wording.say("again_near", near="\n".join(parts.near)), *parts.facts]
        elif again:
            said = [*self._acknowledged(again, items_of(by_name.get(STEPS, "")), case.turns), *parts.facts]
        else:
            said = [*direct, *parts.sums, by_name[CONCLUSION], *parts.news, *parts.known, *parts.facts, step]
        lead = said[0]
        for part in said[1:]:
            if len(lead) + 2 + len(part) <= LEAD_LENGTH:
                lead = f"{lead}\n\n{part}"
        return lead

    def _acknowledged(self, again: Again, steps: Sequence[str], turns: int) -> list[str]:
        """Words to what nothing particular answers: with it the step that has not been said yet, as long as there is
        one.
        """
        following = [self._wording.say("following_step", step=steps[turns])] if turns < len(steps) else []
        if again == "told":
            names = TOLD if following else TOLD_ALL
            return [self._wording.say(names[(turns - 1) % len(names)]), *following]
        return [self._wording.say("again_asked" if turns % 2 else "again_asked_other"), *following]

    def _with_station(self, section: Section, town: str) -> Section:
        """去哪里办 with the citizen's own town."""
        if section.name != WHERE:
            return section
        return Section(WHERE, f"{section.text}\n- {self._wording.say('town_station', town=town)}")

    def _sections(
        self, entry: Entry, belongs: Collection[tuple[str, str]], on: date, today: date
    ) -> tuple[tuple[Section, ...], list[Resolved]]:
        sections: list[Section] = []
        cited: dict[tuple[str, str], Resolved] = {}
        for name in SECTIONS:
            gated = self._gate.pass_text(entry.sections.get(name, ""), belongs, on, today)
            if gated.text:
                sections.append(Section(name, gated.text))
                cited.update({(r.law.key, r.citation.article_text): r for r in gated.citations})
        return tuple(sections), list(cited.values())

    def sum_offers(self, entry: Entry, figures: Told, today: date) -> tuple[Offer, ...]:
        """To reckon what can be asked for, on pages filled in with the figures that were said."""
        return tuple(
            Offer(self._wording.say("sum_label", title=one.title), page=one.page(figures, today))
            for one in sums_of(entry.head.matter)
        )

    def _offers(self, entry: Entry) -> tuple[Offer, ...]:
        """To write a paper, to apply for legal aid or mediation."""
        matter = entry.head.matter
        doors = []
        if self._library.matters[matter].legal_aid:
            doors.append(Offer(self._wording.say("apply_label"), says=self._wording.say("apply_says")))
        if self._library.matters[matter].mediation:
            doors.append(Offer(self._wording.say("mediate_label"), says=self._wording.say("mediate_says")))
        forms = tuple(Offer(form.offer, says=form.asks_for) for form in forms_of(matter))
        return (*forms, *doors)

    def _notes(self, entry: Entry) -> tuple[str, ...]:
        """The reminder that 法律援助法 article 23 asks for, where the matter is covered; and that this is a machine."""
        covered = self._library.matters[entry.head.matter].legal_aid
        reminder = [self._wording.say("legal_aid_reminder")] if covered else []
        return (*reminder, self._wording.say("machine_note"))


def _citations_of(texts: Iterable[Gated]) -> list[Resolved]:
    return [cited for gated in texts for cited in gated.citations]


def _answers_to(question: DecidingFact | None) -> tuple[Offer, ...]:
    """A button for each answer."""
    return tuple(Offer(option.label, says=option.says) for option in question.options) if question else ()


def as_text(lead: str, sections: tuple[Section, ...], notes: tuple[str, ...]) -> str:
    """One plain text: the first screen, then each section under its name."""
    return "\n\n".join([lead, *(f"【{s.name}】\n{s.text}" for s in sections if s.name != CONCLUSION), *notes])
