"""Builds and opens what answers questions: encoder, knowledge, dialogue model, assistant; models import lazily."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.settings import Settings

if TYPE_CHECKING:
    from bot.answer import Answerer
    from bot.assistant import Assistant
    from knowledge.index import Knowledge
    from knowledge.library import Library
    from nlu.encoder import Encoder

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tools:
    """Encoder and knowledge, opened together because an index belongs to its encoder."""

    encoder: Encoder
    knowledge: Knowledge


def everything_built(settings: Settings, library: Library) -> bool:
    """Whether index and dialogue model of the current content are there; loads no model."""
    from bot.dialogue_model import dialogue_model_path
    from knowledge.index import index_fingerprint
    from nlu.danger_model import danger_identity
    from nlu.encoder import encoder_identity

    identity = encoder_identity(settings.encoder)
    index = settings.home / "index" / index_fingerprint(identity) / "manifest.json"
    encoder = settings.home / "encoder" / identity
    danger = settings.home / "danger" / danger_identity()
    dialogue = dialogue_model_path(settings.home, library, identity)
    built = index.exists() and danger.exists() and dialogue.exists()
    return built and (bool(settings.encoder) or encoder.exists())


def open_tools(settings: Settings, library: Library | None = None) -> Tools:
    """The encoder and the knowledge over it; builds the index when the content has changed."""
    from knowledge.index import open_knowledge
    from knowledge.library import read_library
    from nlu.encoder import load_encoder
    from nlu.segment import legal_segmenter

    encoder = load_encoder(settings.encoder, settings.home, log.info)
    known = library or read_library()
    return Tools(encoder, open_knowledge(settings.home, known, encoder, legal_segmenter(), log.info))


def open_answerer(tools: Tools) -> Answerer:
    from bot.answer import Answerer
    from bot.confidence import Judge
    from bot.wording import Wording

    return Answerer(tools.knowledge, Wording.read(), Judge.read())


def load_assistant(settings: Settings, library: Library | None = None) -> Assistant:
    """The whole path of a question, ready; trains the dialogue model when it is missing.

    What reads dates and amounts loads a moment later on a thread of its own, and a first answer waits for it.
    """
    from bot.assistant import Assistant
    from bot.wording import Wording

    tools = open_tools(settings, library)
    model = ensure_dialogue_model(settings, tools)
    answerer = open_answerer(tools)
    try:
        assistant = Assistant.load(model, answerer, Wording.read())
    except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of Rasa
        log.warning("对话模型坏了（%s），重新训练", type(error).__name__)
        model = ensure_dialogue_model(settings, tools, again=True)
        assistant = Assistant.load(model, answerer, Wording.read())
    threading.Thread(target=answerer.particulars.warm, name="entities", daemon=True).start()
    return assistant


def ensure_dialogue_model(settings: Settings, tools: Tools, *, again: bool = False) -> Path:
    """The current dialogue model's path; trains where it is missing, or `again`."""
    from bot.dialogue_model import dialogue_model_path, train_dialogue

    path = dialogue_model_path(settings.home, tools.knowledge.library, tools.encoder.identity)
    if again or not path.exists():
        train_dialogue(path, tools.knowledge.library, settings.encoder, log.info)
    return path
