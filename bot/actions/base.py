"""What every action shares: the turn as it arrived, and how a reply leaves."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.context import SLOT, Context
from bot.findings import Asked
from bot.outcomes import Reply
from bot.wording import Wording
from nlu.danger import DangerKind

SHORT = ("chitchat", "handoff", "clarify", "out_of_scope")
"""Outcomes of fixed words."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn as an action sees it: words, intent, day of the facts, today, memory."""

    text: str
    intent: str
    on: date
    today: date
    context: Context
    danger: DangerKind | None = None

    def asked(self, text: str | None = None) -> Asked:
        """What was said, or `text`, as a question to the answerer, after everything said before."""
        return Asked(text or self.text, self.on, self.today, self.context.facts, asks=self.danger is None)


class ReplyAction(Action):  # type: ignore[misc]
    """An action that turns what was heard into one reply and the memory to keep.

    What was said just before is said in other words.
    """

    action_name: str

    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    def respond(self, heard: Heard) -> tuple[Reply, Context]:
        """The reply and what to remember."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        heard = heard_in(tracker)
        reply, context = self.respond(heard)
        if reply.text and reply.text == heard.context.said:
            reply = msgspec.structs.replace(reply, text=self.wording.otherwise(reply.text))
        context = msgspec.structs.replace(context, said=reply.text if reply.outcome in SHORT else "")
        dispatcher.utter_message(json_message=msgspec.to_builtins(reply))
        return [SlotSet(SLOT, context.to_slot())]


def heard_in(tracker: Tracker) -> Heard:
    """The latest turn of a tracker."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    today = date.fromisoformat(metadata["today"])
    on = date.fromisoformat(metadata["on"]) if metadata.get("on") else today
    intent = (message.get("intent") or {}).get("name") or ""
    context = Context.from_slot(tracker.get_slot(SLOT))
    return Heard(message.get("text") or "", intent, on, today, context, metadata.get("danger"))
