"""From a citizen's words to a grounded reply: evidence, decision, composition.

High confidence answers, middle asks one question back with at most three choices, low offers a person. Only
sentences of curated guidance or of a digest that pass the citation gate are said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date

from msgspec.structs import replace

from bot.compose import Again, Case, Composed, Composer
from bot.confidence import Evidence, Judge, Verdict
from bot.outcomes import Choice, HitSummary, Reply
from bot.particulars import ParticularsReader
from bot.ranking import Signals
from bot.suggestions import MOST_SUGGESTED, Suggested, Suggestions
from bot.wording import Wording
from knowledge.documents import article_key
from knowledge.facts import decided, open_facts, undecided
from knowledge.index import Knowledge
from knowledge.personal import Particulars
from knowledge.records import DecidingFact, Entry, Point
from knowledge.search import Hit, Hits
from nlu.mask import mask
from nlu.matters import MatterGuess
from nlu.normalise import normalise
from nlu.questions import asks, asks_the_way, asks_where, is_bare, leads_on, split_questions

CANDIDATES = 20
"""Entries and articles weighed for one question."""
MOST_CHOICES = 3
LEAST_LIKELY = 0.03
"""A matter less probable than this is no third choice."""
MOST_PARTS = 3
LEANING_LENGTH = 40
"""Words no longer than this may lean on the question before them."""
SURELY_ANOTHER = 0.85
"""From this confidence on, words are of another matter, though they follow a question of ours."""
SURELY_EVERYDAY = 0.95
"""From this probability of no legal matter on, what nothing answers is declined."""
VAGUE_LENGTH = 30
"""Words no longer than this that nothing answers are asked to be told in full."""
MOST_FACTS_ASKED = 3
"""Questions back for what decides, in one conversation about one matter."""
NEAR = 0.6
"""From this score of a passage on, something much like the words has been asked before."""
SURELY_LEGAL = 0.5
"""From this probability of some matter on, a question is not declined as out of scope."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is answered: words, day of the facts, today, all that was said before, the last question.

    `entry` and `point` are what answered the last question, `facts_asked` the questions back that were put already.
    `answers`: whether the last reply put one. `asks`: whether one may be put now.
    """

    text: str
    on: date
    today: date
    earlier: tuple[str, ...] = ()
    before: str = ""
    entry: str | None = None
    point: int | None = None
    facts_asked: tuple[str, ...] = ()
    answers: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, what speaks for it, how probable its matter is, and how much that is together."""

    entry: Entry
    signals: Signals
    probability: float
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What search and classifier found for a text, and how sure that makes us."""

    hits: Hits
    guesses: Sequence[MatterGuess]
    candidates: Sequence[Candidate]
    confidence: float
    verdict: Verdict

    @property
    def matters(self) -> list[str]:
        """Matters of the candidates, best first."""
        return list(dict.fromkeys(candidate.entry.head.matter for candidate in self.candidates))

    @property
    def near(self) -> bool:
        """Whether something much like it has been asked before."""
        return any(hit.score >= NEAR for hit in self.hits.entries[:1])

    def begins_with(self, entry: Entry) -> bool:
        """Whether this entry is the best candidate."""
        return bool(self.candidates) and self.candidates[0].entry.id == entry.id

    @property
    def everyday(self) -> float:
        """The probability of no legal matter at all."""
        return 1.0 - sum(guess.probability for guess in self.guesses)

    @property
    def likely(self) -> list[str]:
        """The matters worth asking about: the first two, and a third where it is not absurd."""
        probability = {candidate.entry.head.matter: candidate.probability for candidate in self.candidates}
        first = self.matters[:MOST_CHOICES]
        return [matter for i, matter in enumerate(first) if i < 2 or probability[matter] >= LEAST_LIKELY]


class Answerer:
    """Answers legal questions; holds no state of any conversation."""

    def __init__(self, knowledge: Knowledge, wording: Wording, judge: Judge) -> None:
        self._knowledge = knowledge
        self._wording = wording
        self._judge = judge
        self._composer = Composer(knowledge.library, wording)
        self.danger = knowledge.danger
        self.particulars = ParticularsReader(knowledge.library)

    def reply(self, asked: Asked, *, doubtful_scope: bool = False) -> Reply:
        """The reply to one legal message.

        `doubtful_scope`: the dialogue model takes the words for something that is no legal matter; then only a
        confident answer is given, and otherwise the question is kindly declined.
        """
        held = self.entry(asked.entry or "")
        if held and (names_nothing(asked.text) or self.only_tells(asked) or self._answers_us(asked)):
            return self.from_entry(held, asked, (self._knowledge.search.search(asked.text, asked.on, CANDIDATES),))
        several = self._several(asked)
        if several:
            return self._answer_all(several, asked)
        return self._reply_to_one(asked, doubtful_scope=doubtful_scope)

    def _reply_to_one(self, asked: Asked, *, doubtful_scope: bool) -> Reply:
        """The reply to a message that asks one thing, by how sure we are of it."""
        alone = self.find(asked.text, asked.on)
        found = alone if doubtful_scope else self._leaning(asked, alone)
        if found.verdict is Verdict.ANSWER or (found.verdict is Verdict.CLARIFY and len(found.matters) == 1):
            return self.from_entry(found.candidates[0].entry, asked, (alone.hits, found.hits), found.confidence)
        if doubtful_scope and not (found.guesses and found.guesses[0].probability >= SURELY_LEGAL):
            return Reply("out_of_scope", self._wording.say("out_of_scope"), confidence=found.confidence)
        if found.verdict is Verdict.CLARIFY:
            return self._clarify(found)
        if found.everyday >= SURELY_EVERYDAY:
            return Reply("out_of_scope", self._wording.say("out_of_scope"), confidence=found.confidence)
        return self._without_entry(found, asked)

    def find(self, text: str, on: date) -> Finding:
        """Evidence and verdict for one text."""
        hits = self._knowledge.search.search(text, on, CANDIDATES)
        guesses = self._knowledge.matters.rank(normalise(text).text)
        candidates = self._candidates(hits, guesses)
        seen = evidence(candidates, hits, guesses)
        return Finding(hits, guesses, candidates, self._judge.confidence(seen), self._judge.verdict(seen))

    def _leaning(self, asked: Asked, alone: Finding) -> Finding:
        """Of short words that are no sure question by themselves: read after the one before them, if that is surer.

        Words that name nothing ("赔多少") are never one; where nothing was asked before, they are asked back. What is
        told and not asked ("合同上没写") mostly belongs to the question before, surely where it comes near a point of
        the entry in hand.
        """
        bare = is_bare(normalise(asked.text).text)
        if bare and not asked.before and alone.verdict is Verdict.ANSWER:
            return changed(alone, verdict=Verdict.CLARIFY)
        asking = asks(asked.text)
        stands = alone.verdict is Verdict.ANSWER and alone.near and asking and not bare
        if not asked.before or stands or len(asked.text) > LEANING_LENGTH:
            return alone
        together = self.find(f"{asked.before}\n{asked.text}", asked.on)
        held = self.entry(asked.entry or "")
        told = not asking and held is not None and self._point(held, (alone.hits,)) is not None
        if held and (told or leads_on(normalise(asked.text).text)) and together.begins_with(held):
            return together
        return together if bare or together.confidence > alone.confidence else alone

    def from_matter(self, matter_id: str, asked: Asked) -> Reply:
        """The reply once the citizen has chosen a matter: its entry nearest to what was asked."""
        hits = self._knowledge.search.search(asked.text, asked.on, k=50)
        found = [hit for hit in hits.entries if self._entry(hit).head.matter == matter_id]
        entries = [self._entry(hit) for hit in found] or [
            entry for entry in self._knowledge.library.entries.values() if entry.head.matter == matter_id
        ]
        return self.from_entry(entries[0], asked, (hits,)) if entries else self._offer_person(None)

    def from_entry(
        self, entry: Entry, asked: Asked, seen: Sequence[Hits] = (), confidence: float | None = None
    ) -> Reply:
        """The reply composed of one entry, or a hand-over where the gate left no conclusion.

        `seen` is what was found for the words, those of the last message alone first: by it the point is chosen.
        """
        again = self._again(entry, asked)
        number = self._point(entry, seen, asked.point if again else None)
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
                point=None if number is None else entry.points[number],
                question=question,
                again=again,
                asks_where=again == "asked" and asks_where(normalise(asked.text).text),
            ),
        )
        if composed is None:
            text = self._wording.say("law_of_the_day", on=asked.on.isoformat())
            return Reply("handoff", text, confidence=confidence)
        reply = _answer(entry, composed, number, confidence, seen[-1] if seen else None)
        return replace(reply, asks=question.ask if question else None)

    def about(self, entry: Entry, asked: Asked) -> Reply:
        """The reply of an entry that somebody chose, to these words."""
        seen = (self._knowledge.search.search(asked.text, asked.on, CANDIDATES),) if asked.text else ()
        return self.from_entry(entry, asked, seen)

    def _point(self, entry: Entry, seen: Sequence[Hits], said: int | None = None) -> int | None:
        """The number of the point that was asked, of the first hits near enough to one; not the one said last."""
        for hits in seen:
            hit = next((hit for hit in hits.entries if hit.document.name == entry.id), None)
            number = self._judge.point.pick(hit, said) if hit else None
            if number is not None:
                return number
        return None

    def _again(self, entry: Entry, asked: Asked) -> Again | None:
        """Whether the answer of the last question is asked for once more, by more than the same words."""
        if entry.id != asked.entry or mask(asked.text) in asked.earlier[-1:] or len(asked.text) > LEANING_LENGTH:
            return None
        return "asked" if asks(asked.text) else "told"

    def nearest(self, entries: Sequence[str], asked: Asked) -> str | None:
        """Which of some entries these words mean; None where they come near none."""
        found = self._knowledge.search.search(asked.text, asked.on, CANDIDATES).entries
        return next((hit.document.name for hit in found if hit.document.name in entries), None)

    def only_tells(self, asked: Asked) -> bool:
        """Whether short words ask nothing and tell what decides in the matter in hand."""
        held = self.entry(asked.entry or "")
        if held is None or len(asked.text) > LEANING_LENGTH or asks(asked.text):
            return False
        return bool(decided(held, (asked.text,)))

    def _answers_us(self, asked: Asked) -> bool:
        """Whether short words that ask nothing answer what was asked back, and are not surely another matter."""
        if not asked.answers or asks(asked.text) or len(asked.text) > LEANING_LENGTH:
            return False
        alone = self.find(asked.text, asked.on)
        other = bool(alone.matters) and alone.matters[0].partition(".")[0] != self._domain(asked.entry or "")
        return not (other and alone.near and alone.confidence >= SURELY_ANOTHER)

    def _domain(self, entry_id: str) -> str:
        return self._knowledge.library.entries[entry_id].head.matter.partition(".")[0]

    def suggest(self, asked: Asked) -> Suggestions:
        """What the words suggest to whoever listens, however sure it is; several questions are each suggested for."""
        facts = self.particulars.facts(asked.text, asked.today)
        kind = self.danger.kind(normalise(asked.text).text)
        said = self._wording.danger(kind, asked.text) if kind else ""
        found = self.find(asked.text, asked.on)
        first = [part.candidates[0] for _, part in self._several(asked)]
        ranked = list({candidate.entry.id: candidate for candidate in (*first, *found.candidates)}.values())
        if not ranked:
            return Suggestions(danger=kind, danger_words=said, facts=facts)
        best = ranked[0].entry
        matter = self._knowledge.library.matters[best.head.matter]
        return Suggestions(
            entries=tuple(
                Suggested(c.entry.id, c.entry.head.title, c.entry.head.matter, round(c.probability, 3))
                for c in ranked[:MOST_SUGGESTED]
            ),
            answer=self.from_entry(best, asked, (found.hits,), found.confidence),
            sure=bool(first) or found.verdict is Verdict.ANSWER,
            danger=kind,
            danger_words=said,
            ask=(*open_facts(best, asked.text), *matter.distinguish),
            urgencies=matter.urgency,
            facts=facts,
            legal_aid=matter.legal_aid,
            mediation=matter.mediation,
        )

    def weighed(self, found: Finding) -> dict[str, float]:
        """The evidence behind a confidence, by name, with the thresholds it is held against."""
        seen = evidence(found.candidates, found.hits, found.guesses)
        return {
            **seen._asdict(),
            "answer_from": self._judge.answer_from,
            "among_three": self._judge.among_three.probability(seen),
            "clarify_from": self._judge.clarify_from,
        }

    def points(self, entry: Entry, today: date) -> list[Point]:
        """The points of an entry that may be said today."""
        return self._composer.points(entry, today)

    def facts(self, entry: Entry, today: date) -> list[DecidingFact]:
        """What decides in an entry, as far as it may be said today."""
        return self._composer.facts(entry, today)

    def refused(self, entry: Entry, asked: Asked) -> list[str]:
        """What the gate refuses of an entry on the day of the facts, as text."""
        return self._composer.refused(entry, asked.on, asked.today)

    def entry(self, entry_id: str) -> Entry | None:
        """An entry by id; None where it was taken out of the library since."""
        return self._knowledge.library.entries.get(entry_id)

    def _several(self, asked: Asked) -> list[tuple[str, Finding]]:
        """The questions of a message that asks several things, each sure by itself; fewer than two: nothing."""
        texts = split_questions(asked.text)
        if len(texts) < 2:
            return []
        sure: dict[str, tuple[str, Finding]] = {}
        for text in texts:
            found = self.find(text, asked.on)
            if found.verdict is Verdict.ANSWER and found.guesses[0].matter == found.matters[0]:
                sure.setdefault(found.matters[0].partition(".")[0], (text, found))
        return list(sure.values())[:MOST_PARTS] if len(sure) > 1 else []

    def _answer_all(self, several: Sequence[tuple[str, Finding]], asked: Asked) -> Reply:
        """One reply made of the answers to several questions, in the order in which they were asked."""
        parts = [
            self.from_entry(
                found.candidates[0].entry, changed(asked, text=text, entry=None), (found.hits,), found.confidence
            )
            for text, found in several
        ]
        texts = [
            self._wording.say("part", number="一二三"[i], title=part.title, text=part.text)
            for i, part in enumerate(parts)
        ]
        opening = self._wording.say("several", number="两三"[len(parts) - 2])
        titles = [f"{'一二三'[i]}、{part.title}" for i, part in enumerate(parts)]
        return replace(
            parts[0],
            text="\n\n".join([opening, *texts]),
            lead="\n".join([opening, *titles]),
            citations=tuple(dict.fromkeys(cited for part in parts for cited in part.citations)),
            parts=tuple(replace(part, hits=()) for part in parts),
        )

    def _particulars_for(self, asked: Asked) -> Particulars:
        return self.particulars.read((*asked.earlier, asked.text), asked.today)

    def _candidates(self, hits: Hits, guesses: Sequence[MatterGuess]) -> list[Candidate]:
        """Entries found, best first by all that speaks for them."""
        probability = {guess.matter: guess.probability for guess in guesses}
        articles = {hit.document: hit.score for hit in hits.articles}
        found = []
        for hit in hits.entries:
            entry = self._entry(hit)
            basis = max((articles.get(article_key(b.law, b.article), 0.0) for b in entry.head.basis), default=0.0)
            likely = probability.get(entry.head.matter, 0.0)
            signals = Signals.of(hit.score, hit.company, likely, basis)
            found.append(Candidate(entry, signals, likely, self._judge.ranking.score(signals)))
        return sorted(found, key=lambda candidate: -candidate.score)

    def _clarify(self, found: Finding) -> Reply:
        matters = found.likely
        named = self._knowledge.library.matters
        choices = [Choice(named[m].choice, str(i), m) for i, m in enumerate(matters, 1)]
        choices.append(Choice(self._wording.say("clarify_other"), str(len(choices) + 1)))
        lines = [self._wording.say("clarify"), *(f"{choice.value}. {choice.label}" for choice in choices)]
        return Reply(
            "clarify",
            "\n".join(lines),
            domain=matters[0].partition(".")[0],
            matter=matters[0],
            confidence=found.confidence,
            choices=tuple(choices),
            hits=summaries(found.hits),
        )

    def _without_entry(self, found: Finding, asked: Asked) -> Reply:
        """An answer from the statutes alone, marked so, where one article is sure; otherwise a person is offered."""
        best = found.hits.articles[0] if found.hits.articles else None
        if best and best.score >= self._judge.sure_article:
            composed = self._composer.compose_digest(best.document, asked.on, asked.today)
            if composed:
                return Reply(
                    "answer",
                    composed.text,
                    lead=composed.lead,
                    confidence=found.confidence,
                    citations=composed.citations,
                    hits=summaries(found.hits),
                )
        if len(asked.text) <= VAGUE_LENGTH:
            return Reply("clarify", self._wording.say("clarify_open"), confidence=found.confidence)
        return self._offer_person(found)

    def _offer_person(self, found: Finding | None) -> Reply:
        return Reply(
            "handoff",
            self._wording.say("handoff_offer"),
            confidence=found.confidence if found else None,
            hits=summaries(found.hits) if found else (),
        )

    def _entry(self, hit: Hit) -> Entry:
        return self._knowledge.library.entries[hit.document.name]


def names_nothing(text: str) -> bool:
    """Whether words name no matter, only a way, a time or a sum: they belong to the matter in hand."""
    plain = normalise(text).text
    return is_bare(plain) or asks_the_way(plain)


def evidence(candidates: Sequence[Candidate], hits: Hits, guesses: Sequence[MatterGuess]) -> Evidence:
    """What confidence is judged by: the best candidate, the gap to the best of another matter, the classifier."""
    if not candidates:
        return Evidence(0.0, 0.0, 0.0, 0.0)
    best = candidates[0]
    rival = next((c.score for c in candidates if c.entry.head.matter != best.entry.head.matter), 0.0)
    top = max((hit.score for hit in hits.articles), default=0.0)
    return Evidence(best.signals.hit_score, best.score - rival, best.probability, top)


def _answer(entry: Entry, composed: Composed, point: int | None, confidence: float | None, hits: Hits | None) -> Reply:
    return Reply(
        "answer",
        composed.text,
        lead=composed.lead,
        title=entry.head.title,
        domain=entry.head.matter.partition(".")[0],
        matter=entry.head.matter,
        entry=entry.id,
        point=point,
        confidence=confidence,
        sections=composed.sections,
        notes=composed.notes,
        offers=composed.offers,
        citations=composed.citations,
        hits=summaries(hits) if hits else (),
    )


def summaries(hits: Hits) -> tuple[HitSummary, ...]:
    """The first hits of both kinds, best first."""
    ranked = sorted((*hits.entries[:5], *hits.articles[:5]), key=lambda hit: -hit.score)
    return tuple(HitSummary(hit.document.kind, hit.document.name, round(hit.score, 3)) for hit in ranked)
