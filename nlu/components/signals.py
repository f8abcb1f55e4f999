"""What outranks the intent classifier: danger, signals, and doubt."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.fingerprint import TEXT_PATH, digest_of
from nlu.normalise import normalise
from nlu.signals import signal, speaks_of_us

LEGAL_QUESTION = "ask_legal"
CRISIS = "crisis"
SAID_IN_WORDS = frozenset({"apply", "how_much", "go_back"})
"""Intents that the words themselves must say: how to apply is a question, and so is how much a lawyer costs."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LegalSignalClassifier(GraphComponent):  # type: ignore[misc]
    """Replaces the predicted intent where danger was heard or the words carry a signal (a person, a choice).

    Danger is heard before Rasa (`bot/assistant.py`) and comes with the message's metadata.

    A prediction below `least_confidence` counts as a legal question: an answer that asks back does less harm than a
    greeting to somebody in trouble. So does one of SAID_IN_WORDS, and ask_capability where nothing speaks of us.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._least_confidence: float = config["least_confidence"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"least_confidence": 0.6}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LegalSignalClassifier:
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return digest_of(*TEXT_PATH, "nlu/signals.py")

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            danger = (message.get("metadata") or {}).get("danger")
            plain = normalise(message.get(TEXT) or "").text
            found = CRISIS if danger else signal(plain)
            predicted = message.get(INTENT) or {}
            if found:
                message.set(INTENT, {"name": found, "confidence": 1.0}, add_to_output=True)
            elif self._is_doubtful(predicted, plain):
                message.set(INTENT, {**predicted, "name": LEGAL_QUESTION}, add_to_output=True)
        return messages

    def _is_doubtful(self, predicted: dict[str, Any], plain: str) -> bool:
        name = predicted.get("name")
        return (
            name in SAID_IN_WORDS
            or (name == "ask_capability" and not speaks_of_us(plain))
            or predicted.get("confidence", 0.0) < self._least_confidence
        )
