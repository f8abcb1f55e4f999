"""Which point (要点) of an entry was asked, if any: a rule over the scores of search.

A wrong point said first reads worse than none, so the rule is chosen for a stated risk (`wenfa train points`) and
stands with the other weights in models/confidence.json.
"""

from __future__ import annotations

import msgspec

from knowledge.search import Hit


class PointRule(msgspec.Struct, frozen=True):
    """A point is said from the score `least` on, when the entry's nearest passage is its own or nearer by `behind` at
    most, and its next point farther by `lead` at least.
    """

    least: float
    behind: float
    lead: float

    def pick(self, hit: Hit) -> int | None:
        """The number of the point that was asked."""
        if not hit.points:
            return None
        (number, score), *others = hit.points
        next_score = others[0][1] if others else 0.0
        near = hit.point == number or hit.score - score <= self.behind
        asked = near and score >= self.least and score - next_score >= self.lead
        return number if asked else None
