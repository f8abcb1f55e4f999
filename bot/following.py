"""What a message means after the ones before it (承接上文): the matter in hand, one of those offered, or another."""

from __future__ import annotations

from dataclasses import replace

from bot.confidence import Verdict
from bot.findings import MOST_CHOICES, Asked, Finder, Finding
from knowledge.common import read_common
from knowledge.facts import decided
from knowledge.records import Entry, domain_of
from nlu.normalise import normalise
from nlu.questions import asks, asks_the_way, is_bare, leads_on, refers_back

LEANING_LENGTH = 40
"""Words no longer than this may lean on the question before them."""
FEW_WORDS = 8
"""So few words tell little by themselves."""
SURELY_ANOTHER = 0.82
"""From this confidence on, words are of another matter than the one in hand."""
SURELY_A_SIBLING = 0.68
"""The same of another matter of its domain."""
SURELY_TOLD_A_SIBLING = 0.8
"""The same of words that ask nothing: who tells on mostly tells of the matter in hand."""
SURE_THOUGH_KNOWN = 0.945
"""The same of words that begin with somebody as if known already."""
WAYS, EVIDENCE = "legal_services", "courts.evidence"
"""The domain of mediators, lawyers, notaries, and the matter of proof: told of, they belong to the matter in hand."""


class Following:
    """Reads short messages in the light of the matter in hand; holds no state of any conversation."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder

    def stays(self, asked: Asked, held: Entry) -> bool:
        """Whether what was said belongs to the entry in hand."""
        return (
            names_nothing(asked.text)
            or tells(held, asked.text)
            or self._adds(asked, held)
            or self._asks_on(asked, held)
        )

    def read(self, asked: Asked, alone: Finding) -> Finding:
        """Of short words that are no sure question by themselves: read after the one before them, if that is surer.

        Words that name nothing ("赔多少") are never one; where nothing was asked before, they are asked back. After a
        question of ours between matters, one of these is meant where they fit it.
        """
        bare = is_bare(normalise(asked.text).text)
        if bare and not asked.before and alone.verdict is Verdict.ANSWER:
            return replace(alone, verdict=Verdict.CLARIFY)
        own = asks(asked.text) or alone.confidence >= SURELY_ANOTHER
        stands = alone.verdict is Verdict.ANSWER and alone.near and own and not bare
        if self._few_words_in_hand(asked, alone):
            return self.together(asked)
        few = len(asked.text) <= FEW_WORDS and not asks(asked.text)
        if few and alone.verdict is Verdict.ANSWER and alone.confidence < SURELY_A_SIBLING:
            alone, stands = replace(alone, verdict=Verdict.CLARIFY), False
        if not asked.before or stands or len(asked.text) > LEANING_LENGTH:
            return alone
        together = self.together(asked)
        near = together.candidates[: None if few else MOST_CHOICES]
        offered = [one for one in near if one.entry.head.matter in asked.choices]
        if offered and not (alone.near and alone.confidence >= SURELY_ANOTHER):
            verdict = Verdict.ANSWER if together.verdict is Verdict.ANSWER else Verdict.CLARIFY
            return replace(together, candidates=offered, verdict=verdict)
        unclear = few and not asked.entry
        held = len(asked.text) <= FEW_WORDS and any(one.entry.id == asked.entry for one in near[:MOST_CHOICES])
        doubtful = held and alone.verdict is not Verdict.ANSWER
        return together if bare or unclear or doubtful or together.confidence > alone.confidence else alone

    def keep(self, asked: Asked, found: Finding) -> Finding:
        """Nobody is asked whether the matter in hand is meant: of several that may be, it is that one."""
        held = [one for one in found.candidates[:MOST_CHOICES] if one.entry.id == asked.entry]
        if held and found.verdict is Verdict.CLARIFY and len(asked.text) <= LEANING_LENGTH:
            return replace(found, candidates=held, verdict=Verdict.ANSWER)
        return found

    def _few_words_in_hand(self, asked: Asked, alone: Finding) -> bool:
        """Whether few words ("冻结多久") that may be of another matter are of the one in hand when read after it."""
        if not asked.entry or not asked.before or asked.choices or len(asked.text) > FEW_WORDS:
            return False
        if alone.verdict is Verdict.ANSWER and alone.confidence >= SURELY_ANOTHER:
            return False
        together = self.together(asked)
        return bool(together.candidates) and together.candidates[0].entry.id == asked.entry

    def together(self, asked: Asked) -> Finding:
        """What is found for the words read after the question before them."""
        return self._finder.find(f"{asked.before}\n{asked.text}", asked.on)

    def _adds(self, asked: Asked, held: Entry) -> bool:
        """Whether short words add to the matter in hand or answer what was asked back about it: they ask nothing, or
        begin with somebody known ("要是他跑了怎么办"), and by themselves they are not surely another.
        """
        plain = normalise(asked.text).text
        if len(asked.text) > LEANING_LENGTH or (asks(asked.text) and not leads_on(plain)):
            return False
        alone, still = self._finder.find(asked.text, asked.on), self.together(asked).begins_with(held)
        nearest = alone.matters[0] if alone.matters else ""
        domain = domain_of(nearest)
        if (domain == WAYS or nearest == EVIDENCE) and not asks(asked.text):
            return True
        sibling = SURELY_A_SIBLING if asks(asked.text) else SURELY_TOLD_A_SIBLING
        least = sibling if held.head.matter.startswith(f"{domain}.") else SURELY_ANOTHER
        if still and refers_back(plain):
            least = SURE_THOUGH_KNOWN
        if not alone.begins_with(held) and alone.near and alone.confidence >= least:
            return False
        return asked.answers or still or (not asks(asked.text) and alone.verdict is not Verdict.ANSWER)

    def _asks_on(self, asked: Asked, held: Entry) -> bool:
        """Whether short words ask what is asked on in any matter, read after its question still about the one in
        hand.
        """
        if len(asked.text) > LEANING_LENGTH or not common_answer(held, asked.text):
            return False
        return self.together(asked).begins_with(held)


def tells(held: Entry, text: str) -> bool:
    """Whether short words ask nothing and tell what decides in the matter in hand."""
    return len(text) <= LEANING_LENGTH and not asks(text) and bool(decided(held, (text,)))


def common_answer(entry: Entry, text: str) -> str:
    """What is said in any matter to these words; "" where they ask nothing of the kind."""
    return read_common().answer(entry.head.matter, normalise(text).text)


def names_nothing(text: str) -> bool:
    """Whether words name no matter, only a way, a time or a sum: they belong to the matter in hand."""
    plain = normalise(text).text
    return is_bare(plain) or asks_the_way(plain)
