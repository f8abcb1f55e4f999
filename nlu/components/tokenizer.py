"""Normalisation and word segmentation for Rasa."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from nlu.fingerprint import TEXT_PATH, digest_of
from nlu.normalise import normalise
from nlu.segment import legal_segmenter


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class LegalTokenizer(Tokenizer):  # type: ignore[misc]
    """Words of the normalised text; token offsets point into the normalised text."""

    @staticmethod
    def supported_languages() -> list[str]:
        return ["zh"]

    @staticmethod
    def required_packages() -> list[str]:
        return ["jieba", "opencc"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LegalTokenizer:
        return cls(config)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        return digest_of(*TEXT_PATH)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        text = normalise(message.get(attribute) or "").text
        return [Token(word.text, word.start) for word in legal_segmenter().words(text)]
