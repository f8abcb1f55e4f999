"""A Rasa tracker store that only stages.

Rasa's SQL store commits on its own, keeps words in clear, and is wrapped in a fallback to memory. This one holds the
state of the turns in progress; the caller commits it with the turn. Events are capped and stripped of what replies
carry, so that the hundredth turn costs what the first did.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

MOST_EVENTS = 40


class StagingTrackerStore(TrackerStore):  # type: ignore[misc]
    """Trackers of conversations between `stage` and `take`, as JSON bytes."""

    def __init__(self, domain: Domain | None = None) -> None:
        super().__init__(domain)
        self._staged: dict[str, bytes] = {}

    def stage(self, conversation_id: str, state: bytes | None) -> None:
        """Puts a conversation's stored state in place before its turn; None begins a new one."""
        self._staged.pop(conversation_id, None)
        if state:
            self._staged[conversation_id] = state

    def take(self, conversation_id: str) -> bytes:
        """The state after the turn, to be committed by the caller; nothing is kept here."""
        return self._staged.pop(conversation_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        events = [lean_event(event.as_dict()) for event in tracker.events]
        self._staged[tracker.sender_id] = msgspec.json.encode(capped(events), enc_hook=plain)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        state = self._staged.get(sender_id)
        if state is None:
            return None
        events = msgspec.json.decode(state)
        return DialogueStateTracker.from_dict(sender_id, events, self.domain.slots, self.max_event_history)

    async def keys(self) -> Iterable[str]:
        return list(self._staged)


def plain(value: Any) -> Any:
    """numpy scalars, which Rasa's classifier leaves in intents, as Python values."""
    return value.item()


def lean_event(event: dict[str, Any]) -> dict[str, Any]:
    """An event without the reply's sections and without all that parsing found beside the intent."""
    if event["event"] == "bot":
        return {**event, "data": {}, "text": None}
    if event["event"] == "user":
        parsed = event.get("parse_data") or {}
        return {**event, "parse_data": {"intent": parsed.get("intent"), "entities": [], "text": event.get("text")}}
    return event


def capped(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last events, cut where a citizen's turn begins. Every turn sets the memory slot, so none is lost."""
    if len(events) <= MOST_EVENTS:
        return events
    tail = events[-MOST_EVENTS:]
    start = next((i for i, event in enumerate(tail) if event["event"] == "user"), 0)
    return tail[start:]
