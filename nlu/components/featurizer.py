"""Sentence features for Rasa from the shared encoder."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.encoder import Encoder, encoder_identity, load_encoder
from nlu.fingerprint import TEXT_PATH, digest_of
from nlu.normalise import normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class LegalFeaturizer(DenseFeaturizer, GraphComponent):  # type: ignore[misc]
    """One dense sentence vector a message, shape (1, encoder.dimension)."""

    def __init__(self, config: dict[str, Any], name: str, encoder: Encoder) -> None:
        super().__init__(name, config)
        self._encoder = encoder

    @staticmethod
    def supported_languages() -> list[str]:
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "encoder": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LegalFeaturizer:
        return cls(config, execution_context.node_name, load_encoder(config["encoder"]))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return digest_of(*TEXT_PATH, "nlu/encoder.py") + encoder_identity(config.get("encoder"))

    def process(self, messages: list[Message]) -> list[Message]:
        texts = [normalise(message.get(TEXT) or "").text for message in messages]
        for message, vector in zip(messages, self._encoder.questions(texts), strict=True):
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process([m for m in training_data.training_examples if m.get(TEXT)])
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check: the encoder is a folder or a model name, and loading it says what is wrong."""
