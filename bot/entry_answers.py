"""The answer of one entry to a citizen's words: the point that was asked, what decides, what the gate lets pass."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from msgspec.structs import replace

from bot.citing import Article, CitedEvidence, cited_evidence, resting_on
from bot.compose import Again, Case, Composed, Composer, Summed
from bot.confidence import Judge
from bot.findings import Asked, Finder
from bot.following import LEANING_LENGTH, common_answer
from bot.outcomes import Cited, HitSummary, Offer, Reply
from bot.particulars import ParticularsReader
from bot.points import BESIDE_AGAIN_FROM, BESIDE_FROM, beside, only_names
from bot.wording import Wording
from knowledge.documents import DocumentKey
from knowledge.facts import decided, undecided
from knowledge.library import Library
from knowledge.personal import Particulars
from knowledge.records import DecidingFact, Entry, Point, domain_of
from knowledge.search import Hits
from nlu.mask import mask
from nlu.normalise import normalise
from nlu.questions import asks, asks_the_way, asks_where, split_questions

MOST_FACTS_ASKED = 3
"""Questions back for what decides, in one conversation about one matter."""
SURELY_OWN = 0.5
"""From this score on, a point of the entry answers better than what is said in any matter."""
BORROWED_FROM, BORROWED_LEAD, BORROWED_AMONG = 0.48, 0.05, 8
"""A point of another entry is said from this score on, if it leads those of the one in hand by so much and its entry is
among the first so many for the words read after the question before them.
"""


class EntryAnswers:
    """Answers from a given entry; holds no state of any conversation."""

    def __init__(self, library: Library, wording: Wording, judge: Judge, finder: Finder) -> None:
        self._library = library
        self._wording = wording
        self._judge = judge
        self._find = finder.find
        self._composer = Composer(library, wording)
        self._articles_of_points = cache(self._articles_of)
        self.particulars = ParticularsReader(library)

    def entry(self, entry_id: str) -> Entry | None:
        """An entry by id; None where it was taken out of the library since."""
        return self._library.entries.get(entry_id)

    def from_entry(
        self, entry: Entry, asked: Asked, seen: Sequence[Hits] = (), confidence: float | None = None
    ) -> Reply:
        """The reply composed of one entry, or a hand-over where the gate left no conclusion.

        `seen` is what was found for the words, those of the last message alone first: by it the point is chosen.
        """
        composed, number, question = self._composed(entry, asked, seen)
        if composed is None:
            text = self._wording.say("law_of_the_day", on=asked.on.isoformat())
            return Reply("handoff", text, confidence=confidence)
        reply = _answer(entry, composed, number, confidence, seen[-1] if seen else None)
        carrying = self._carrying(entry, composed, seen[-1]) if seen else composed.citations
        return replace(
            reply,
            citations=carrying,
            also_cited=tuple(one for one in composed.citations if one not in carrying),
            asks=question.ask if question else None,
        )

    def cited(self, entry: Entry, asked: Asked) -> list[tuple[Cited, CitedEvidence]]:
        """The articles that an entry's answer to these words cites, each with the evidence that it carries it."""
        hits = self._find(asked.text, asked.on).hits
        composed, _, _ = self._composed(entry, asked, (hits,))
        if composed is None:
            return []
        return list(zip(composed.citations, self._evidence(entry, composed, hits), strict=True))

    def _composed(
        self, entry: Entry, asked: Asked, seen: Sequence[Hits]
    ) -> tuple[Composed | None, int | None, DecidingFact | None]:
        """An entry's answer, the number of the point that it begins with, and what it asks back."""
        again = self._again(entry, asked)
        said = asked.point if again else None
        bare = not again and only_names(normalise(asked.text).text)
        where = again == "asked" and asks_where(normalise(asked.text).text)
        number = self.point(entry, asked.text, seen[:1], said, bare=bare)
        other = self._elsewhere(entry, asked.text, seen, number) if again else None
        if other is None and number is None and again != "told" and not where:
            number = self.point(entry, asked.text, seen[1:], said, bare=bare)
            if number is None and again == "asked":
                number = self.point(entry, asked.text, seen[:1])  # asked once more in other words
        if other:
            number = None
        point = other or (None if number is None else entry.points[number])
        further = None if again or point is None else self._further(entry, asked, number)
        told = decided(entry, (*asked.earlier, asked.text))
        more = asked.asks and len(asked.facts_asked) < MOST_FACTS_ASKED
        question = undecided(entry, (*asked.earlier, asked.text), asked.facts_asked) if more else None
        composed = self._composer.compose(
            entry,
            asked.on,
            asked.today,
            Case(
                particulars=self._particulars_for(asked),
                told=told,
                points=(points := tuple(filter(None, (further, point)))),
                beside=self._beside(entry, seen[:1], points, BESIDE_AGAIN_FROM)
                if again
                else self._beside(entry, seen, points, BESIDE_FROM),
                question=question,
                again=again,
                turns=asked.turns,
                asks_where=where,
            ),
        )
        return composed, number, question

    def _carrying(self, entry: Entry, composed: Composed, hits: Hits) -> tuple[Cited, ...]:
        """The articles that carry the answer: what decides in this case, and what answers the question."""
        ranked = self._judge.citation.carrying(composed.citations, self._evidence(entry, composed, hits))
        return tuple(dict.fromkeys((*composed.deciding, *ranked)))

    def _evidence(self, entry: Entry, composed: Composed, hits: Hits) -> list[CitedEvidence]:
        """Of each article that the answer cites."""
        points = next((hit.points for hit in hits.entries if hit.document.name == entry.id), ())
        return cited_evidence(composed.citations, hits, resting_on(points, self._articles_of_points(entry.id)))

    def _articles_of(self, entry_id: str) -> tuple[Collection[Article], ...]:
        """The articles that each point of an entry cites."""
        return tuple(self._composer.cited_in(point.say) for point in self._library.entries[entry_id].points)

    def from_article(self, document: DocumentKey, asked: Asked) -> Composed | None:
        """An answer from the statutes alone; None where the article does not stand on the day."""
        return self._composer.compose_digest(document, asked.on, asked.today)

    def about(self, entry: Entry, asked: Asked) -> Reply:
        """The reply of an entry that somebody chose, to these words."""
        seen = (self._find(asked.text, asked.on).hits,) if asked.text else ()
        return self.from_entry(entry, asked, seen)

    def point(
        self, entry: Entry, text: str, seen: Sequence[Hits], said: int | None = None, *, bare: bool = False
    ) -> int | None:
        """The number of the point that words ask, of the first hits near enough to one; not the one said last."""
        plain = normalise(text).text
        for hits in seen:
            hit = next((hit for hit in hits.entries if hit.document.name == entry.id), None)
            number = self._judge.point.pick(hit, plain, said, bare=bare) if hit else None
            if number is not None:
                return number
        return None

    def _elsewhere(self, entry: Entry, text: str, seen: Sequence[Hits], number: int | None) -> Point | None:
        """What is said of an entry's matter to words that its points do not answer, or not as well: of what is asked on
        in any matter, or by the point of another entry of its domain that is near to them, alone and after the question
        before. Words that name nothing ("能赔多少") are of the entry in hand.
        """
        plain, common = normalise(text).text, common_answer(entry, text)
        own, names_nothing = _best_score(seen[:1], entry.id), asks_the_way(plain)
        if common and (number is None or (own < SURELY_OWN and names_nothing)):
            return Point((), common)
        tells = not asks(text)
        if len(seen) < 2 or names_nothing or (tells and number is not None):
            return None
        domain = f"{domain_of(entry.head.matter)}/"
        of_domain = {
            hit.document.name for hit in seen[1].entries[:BORROWED_AMONG] if hit.document.name.startswith(domain)
        }
        hits = [hit for hit in seen[0].entries if hit.points and hit.document.name in of_domain - {entry.id}]
        best = max(hits, key=lambda hit: hit.points[0].score, default=None)
        rule = self._judge.point
        if best is None or best.points[0].score < max(BORROWED_FROM, own + BORROWED_LEAD):
            return None
        if rule.probability(best) < (rule.least_told if tells else rule.least):
            return None
        return self._library.entries[best.document.name].points[best.points[0].number]

    def _beside(self, entry: Entry, seen: Sequence[Hits], said: Sequence[Point], least: float) -> tuple[Point, ...]:
        """The points nearest to the words, of at least such a score, that are not said."""
        hit = next((hit for hits in seen for hit in hits.entries if hit.document.name == entry.id), None)
        numbers = [number for number, point in enumerate(entry.points) if point in said]
        return tuple(entry.points[number] for number in (beside(hit, numbers, least) if hit else ()))

    def _further(self, entry: Entry, asked: Asked, said: int | None) -> Point | None:
        """The point that another question of the same message asks of the entry."""
        parts = split_questions(asked.text)
        asked_too = (self.point(entry, part, (self._find(part, asked.on).hits,)) for part in parts if len(parts) > 1)
        number = next((number for number in asked_too if number not in (None, said)), None)
        return None if number is None else entry.points[number]

    def _again(self, entry: Entry, asked: Asked) -> Again | None:
        """Whether the answer of the last question is asked for once more, by more than the same words."""
        if entry.id != asked.entry or mask(asked.text) in asked.earlier[-1:] or len(asked.text) > LEANING_LENGTH:
            return None
        return "asked" if asks(asked.text) else "told"

    def points(self, entry: Entry, today: date) -> list[Point]:
        """The points of an entry that may be said today."""
        return self._composer.points(entry, today)

    def facts(self, entry: Entry, today: date) -> list[DecidingFact]:
        """What decides in an entry, as far as it may be said today."""
        return self._composer.facts(entry, today)

    def refused(self, entry: Entry, asked: Asked) -> list[str]:
        """What the gate refuses of an entry on the day of the facts, as text."""
        return self._composer.refused(entry, asked.on, asked.today)

    def sums(self, entry: Entry, asked: Asked) -> Summed:
        """What the sums of an entry's matter come to by the figures that were said."""
        return self._composer.sums(entry, self._particulars_for(asked).figures, asked.on, asked.today)

    def sum_offers(self, entry: Entry, asked: Asked) -> tuple[Offer, ...]:
        """Pages that reckon sums of an entry's matter, filled in with the figures that were said."""
        return self._composer.sum_offers(entry, self._particulars_for(asked).figures, asked.today)

    def _particulars_for(self, asked: Asked) -> Particulars:
        return self.particulars.read((*asked.earlier, asked.text), asked.today)


def _best_score(seen: Sequence[Hits], entry_id: str) -> float:
    """The score of an entry's best point; 0 where it has none among the hits."""
    found = (
        hit.points[0].score for hits in seen for hit in hits.entries if hit.document.name == entry_id and hit.points
    )
    return next(found, 0.0)


def _answer(entry: Entry, composed: Composed, point: int | None, confidence: float | None, hits: Hits | None) -> Reply:
    return Reply(
        "answer",
        composed.text,
        lead=composed.lead,
        title=entry.head.title,
        domain=domain_of(entry.head.matter),
        matter=entry.head.matter,
        entry=entry.id,
        point=point,
        confidence=confidence,
        sections=composed.sections,
        notes=composed.notes,
        offers=composed.offers,
        hits=summaries(hits) if hits else (),
    )


def summaries(hits: Hits) -> tuple[HitSummary, ...]:
    """The first hits of both kinds, best first."""
    ranked = sorted((*hits.entries[:5], *hits.articles[:5]), key=lambda hit: -hit.score)
    return tuple(HitSummary(hit.document.kind, hit.document.name, round(hit.score, 3)) for hit in ranked)
