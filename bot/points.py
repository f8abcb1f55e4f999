"""Which point (要点) of an entry was asked, if any: a rule over the scores of search.

A wrong point said first reads worse than none, so the rule is chosen for a stated risk (`wenfa train points`) and
stands with the other weights in models/confidence.json.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from knowledge.search import Hit


class PointRule(msgspec.Struct, frozen=True):
    """A point is said from the score `least` on, when the entry's nearest passage is nearer than its own by `behind` at
    most, and its next point farther by `lead` at least.
    """

    least: float
    behind: float
    lead: float

    def pick(self, hit: Hit, said: int | None = None) -> int | None:
        """The number of the point that was asked; in the stead of the one said just before, the next."""
        if not hit.points:
            return None
        first, *others = hit.points
        if said is not None and first.number == said:
            return self.pick(replace(hit, points=tuple(others))) if others else None
        lead = first.score - (others[0].score if others else 0.0)
        asked = first.score >= self.least and hit.score - first.nearest <= self.behind and lead >= self.lead
        return first.number if asked else None
