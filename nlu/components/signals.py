"""Signals that outrank the intent classifier."""

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
from nlu.signals import signal


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class LegalSignalClassifier(GraphComponent):  # type: ignore[misc]
    """Replaces the predicted intent where the words carry a signal (crisis, a person, a choice)."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LegalSignalClassifier:
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return digest_of(*TEXT_PATH, "nlu/signals.py", "nlu/crisis.py")

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = signal(normalise(message.get(TEXT) or "").text)
            if found:
                message.set(INTENT, {"name": found, "confidence": 1.0}, add_to_output=True)
        return messages
