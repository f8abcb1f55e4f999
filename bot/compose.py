"""Composition (组稿): an entry's sections through the citation gate into one text and its parts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.gate import CitationGate, Gated
from bot.outcomes import Cited, Offer, Section
from bot.wording import Wording
from knowledge.documents import DocumentKey
from knowledge.laws import Resolved
from knowledge.library import Library
from knowledge.personal import Particulars, fill
from knowledge.records import SECTIONS, Entry, Point, first_item
from knowledge.sums import sums_of
from nlu.citations import Citation, format_citation, parse_article

CONCLUSION, STEPS, WHERE = "结论", "怎么办", "去哪里办"
LEAD_LENGTH = 480
"""Characters of the first screen (首屏) at most."""
Again = Literal["told", "asked"]
"""The entry was answered just before, and the citizen has told more, or asks more."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A reply's text, its first screen, its parts, and the citations that stand behind it."""

    text: str
    lead: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    offers: tuple[Offer, ...]
    citations: tuple[Cited, ...]


class Composer:
    """Composes replies from the library; every text passes the gate."""

    def __init__(self, library: Library, wording: Wording) -> None:
        self._library = library
        self._wording = wording
        self._gate = CitationGate(library.laws)

    def compose(
        self,
        entry: Entry,
        on: date,
        today: date,
        particulars: Particulars,
        point: Point | None = None,
        again: Again | None = None,
    ) -> Composed | None:
        """The answer of an entry as of `on`, first its `point`; None where the gate refuses anything of its conclusion.

        Elsewhere a refused sentence is left out; a conclusion that lost one would say something else, and so would a
        point.
        """
        belongs = {(basis.law, basis.article) for basis in entry.head.basis}
        if self._gate.pass_text(entry.sections[CONCLUSION], belongs, on, today).refused:
            return None
        own = [filled for sentence in entry.head.personal if (filled := fill(sentence, particulars))]
        own = [sentence for sentence in own if not self._gate.pass_text(sentence, belongs, on, today).refused]
        direct = self._point(point, on, today)
        sections, cited = self._sections(entry, belongs, on, today)
        cited = list({(r.law.key, r.citation.article_text): r for r in (*direct.citations, *cited)}.values())
        if particulars.town:
            sections = tuple(self._with_station(section, particulars.town) for section in sections)
        lead = self._lead(sections, own, direct.text, again)
        notes = self._notes(entry)
        return Composed(
            as_text(lead, sections, notes), lead, sections, notes, self._offers(entry), tuple(map(self._cited, cited))
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
        return [point for point in entry.points if not self._point(point, today, today).refused]

    def refused(self, entry: Entry, on: date, today: date) -> list[str]:
        """The citations of an entry that the gate refuses on that day, each with its reason."""
        belongs = {(basis.law, basis.article) for basis in entry.head.basis}
        gated = [self._gate.pass_text(text, belongs, on, today) for text in entry.sections.values()]
        gated += [self._point(point, on, today) for point in entry.points]
        found = [one for gate in gated for one in gate.refused]
        reasons = (one.reason.value if one.reason else "不属于这篇指引" for one in found)
        return [f"{format_citation(one.citation)}（{why}）" for one, why in zip(found, reasons, strict=True)]

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

    def _point(self, point: Point | None, on: date, today: date) -> Gated:
        """The direct answer, which carries its own articles; nothing where the gate refuses any of it."""
        if point is None:
            return Gated("", (), ())
        gated = self._gate.pass_text(point.say, self._gate.cited_in(point.say), on, today)
        return Gated("", (), gated.refused) if gated.refused else gated

    def _lead(self, sections: tuple[Section, ...], own: Sequence[str], direct: str, again: Again | None) -> str:
        """The first screen: what was asked in particular, the conclusion, what follows from the citizen's own facts,
        the next step; as much as fits. What was read just before is not said again.
        """
        by_name = {section.name: section.text for section in sections}
        step = self._wording.say("next_step", step=first_item(by_name.get(STEPS, "")))
        facts = [self._wording.say("own_facts", sentence=sentence) for sentence in own]
        if again and direct:
            lead, *others = direct, *facts
        elif again:
            words = self._wording.say("again_told") if again == "told" else self._wording.say("again_asked")
            lead, *others = words, *facts, step
        else:
            lead, *others = *filter(None, [direct, by_name[CONCLUSION]]), *facts, step
        for part in others:
            if len(lead) + 2 + len(part) <= LEAD_LENGTH:
                lead = f"{lead}\n\n{part}"
        return lead

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

    def _offers(self, entry: Entry) -> tuple[Offer, ...]:
        """To reckon what can be asked for, to apply for legal aid or mediation, where the matter is covered."""
        matter = entry.head.matter
        sums = tuple(
            Offer(self._wording.say("sum_label", title=one.title), page=f"/sums/{one.id}") for one in sums_of(matter)
        )
        doors = []
        if self._library.matters[matter].legal_aid:
            doors.append(Offer(self._wording.say("apply_label"), says=self._wording.say("apply_says")))
        if self._library.matters[matter].mediation:
            doors.append(Offer(self._wording.say("mediate_label"), says=self._wording.say("mediate_says")))
        return (*sums, *doors)

    def _notes(self, entry: Entry) -> tuple[str, ...]:
        """The reminder that 法律援助法 article 23 asks for, where the matter is covered; and that this is a machine."""
        covered = self._library.matters[entry.head.matter].legal_aid
        reminder = [self._wording.say("legal_aid_reminder")] if covered else []
        return (*reminder, self._wording.say("machine_note"))


def as_text(lead: str, sections: tuple[Section, ...], notes: tuple[str, ...]) -> str:
    """One plain text: the first screen, then each section under its name."""
    return "\n\n".join([lead, *(f"【{s.name}】\n{s.text}" for s in sections if s.name != CONCLUSION), *notes])
