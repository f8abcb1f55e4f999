"""The assistant: Rasa's agent on a thread and event loop of its own, behind one call.

On the web loop the agent stalled it for 0.7 s under load; here the web loop only awaits a future.
"""

from __future__ import annotations

import asyncio
import re
import threading
import unicodedata
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from bot.outcomes import Reply
from bot.suggestions import Suggestions
from bot.wording import Wording
from nlu.danger import DangerKind
from nlu.normalise import normalise

if TYPE_CHECKING:
    from bot.answer import Answerer
    from knowledge.records import DecidingFact, Point

T = TypeVar("T")
LONGEST_GREETING = 8
"""Letters of a "hello", "ok" or "thanks", which the dialogue understands."""
_CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_STICKER = re.compile(r"\[[^\[\]]{1,8}\]")
_SLASHES = "/\u2044\u2215\u29f8\u2571\u27cb\u2f03"
"""Solidus, fraction slash, division slash, big solidus, box drawing, mathematical, radical."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the assistant needs of a turn; `on` is the day of the facts where the caller knows it."""

    conversation_id: str
    text: str
    today: date
    on: date | None = None


class Details(NamedTuple):
    """What an entry answers in particular, and what decides in it."""

    points: tuple[Point, ...]
    facts: tuple[DecidingFact, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A reply and the conversation state to commit with it."""

    reply: Reply
    state: bytes


class Assistant:
    """Replies to turns. Turns of one conversation must not overlap; the caller orders them."""

    def __init__(self, thread: AgentThread, agent: Any, store: Any, answerer: Answerer, wording: Wording) -> None:
        self.answerer = answerer
        self._thread = thread
        self._agent = agent
        self._store = store
        self._wording = wording

    @classmethod
    def load(cls, model: Path, answerer: Answerer, wording: Wording) -> Assistant:
        """Loads the dialogue model on a new thread; takes some seconds, blocks the caller."""
        thread = AgentThread()
        try:
            agent, store = thread.run(_load_agent(model, answerer, wording)).result()
        except BaseException:
            thread.close()
            raise
        return cls(thread, agent, store, answerer, wording)

    async def reply(self, question: Question, state: bytes | None) -> Result:
        """The reply to one turn, and the state that follows it; `state` None begins a conversation."""
        if not has_words(question.text):
            return Result(Reply("chitchat", self._wording.say("nothing_said")), state or b"")
        return await asyncio.wrap_future(self._thread.run(self._reply(question, state)))

    def close(self) -> None:
        """Stops the thread once its running turns are done."""
        self._thread.close()

    async def danger(self, text: str) -> DangerKind | None:
        """The danger in what a citizen says, heard without the dialogue and whoever holds it."""
        return await asyncio.wrap_future(self._thread.run(self._danger(text)))

    async def suggest(self, text: str, today: date) -> Suggestions:
        """What the words of a caller suggest to the agent who listens."""
        return await asyncio.wrap_future(self._thread.run(self._suggest(text, today)))

    async def answer_of(self, entry_id: str, text: str, today: date) -> Reply | None:
        """The answer of one entry to these words; None where there is no such entry."""
        return await asyncio.wrap_future(self._thread.run(self._answer_of(entry_id, text, today)))

    async def details_of(self, entry_id: str, today: date) -> Details:
        """The points of an entry and what decides in it, as far as they may be said today."""
        return await asyncio.wrap_future(self._thread.run(self._details_of(entry_id, today)))

    async def _details_of(self, entry_id: str, today: date) -> Details:
        entry = self.answerer.entry(entry_id)
        if entry is None:
            return Details((), ())
        return Details(tuple(self.answerer.points(entry, today)), tuple(self.answerer.facts(entry, today)))

    async def _suggest(self, text: str, today: date) -> Suggestions:
        from bot.findings import Asked

        return self.answerer.suggest(Asked(text, today, today)) if has_words(text) else Suggestions()

    async def _answer_of(self, entry_id: str, text: str, today: date) -> Reply | None:
        from bot.findings import Asked

        entry = self.answerer.entry(entry_id)
        return self.answerer.about(entry, Asked(text, today, today)) if entry else None

    async def _danger(self, text: str) -> DangerKind | None:
        return self.answerer.danger.kind(normalise(text).text)

    async def _reply(self, question: Question, state: bytes | None) -> Result:
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        danger = await self._danger(question.text)
        if danger is None and is_foreign(question.text):
            return Result(Reply("chitchat", self._wording.say("please_chinese")), state or b"")
        self._store.stage(question.conversation_id, state)
        channel = CollectingOutputChannel()
        metadata = {
            "today": question.today.isoformat(),
            "on": question.on.isoformat() if question.on else None,
            "danger": danger,
        }
        message = UserMessage(without_command(question.text), channel, question.conversation_id, metadata=metadata)
        try:
            await self._agent.handle_message(message)
        finally:
            after = self._store.take(question.conversation_id)
        customs = [m["custom"] for m in channel.messages if "custom" in m]
        if not customs:
            raise AssistantError("the dialogue model ran no action")
        return Result(msgspec.convert(customs[-1], Reply), after)


class AssistantError(Exception):
    """The dialogue came to no reply."""


class AgentThread:
    """A daemon thread that runs one event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="agent", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=1)


def has_words(text: str) -> bool:
    """Whether a text says anything: stickers such as [捂脸], emoji and marks alone do not."""
    return any(character.isalnum() for character in _STICKER.sub("", normalise(text).text))


def is_foreign(text: str) -> bool:
    """Whether a text is pinyin, English or the like: more letters than a greeting has, and no Chinese character."""
    plain = normalise(text).text
    return not _CHINESE.search(plain) and sum(character.isalpha() for character in plain) > LONGEST_GREETING


def without_command(text: str) -> str:
    """The public cannot call intents: what stands before the first word, slashes of every kind among it, is removed."""
    return text[next((i for i, character in enumerate(text) if not _before_words(character)), len(text)) :] or "？"


def _before_words(character: str) -> bool:
    """Blanks, control and format characters, and all that Unicode or a reader takes for a slash."""
    folded = unicodedata.normalize("NFKC", character).strip()
    return not folded or folded[0] in _SLASHES or unicodedata.category(character)[0] in "CZM"


async def _load_agent(model: Path, answerer: Answerer, wording: Wording) -> tuple[Any, Any]:
    from bot.rasa_environment import quiet_rasa

    quiet_rasa()
    from rasa.core.agent import Agent

    from bot.action_endpoint import InProcessActions
    from bot.actions.all import all_actions
    from bot.tracker_store import StagingTrackerStore

    store = StagingTrackerStore()
    agent = Agent(action_endpoint=InProcessActions(all_actions(answerer, wording)))
    agent.tracker_store = store  # the constructor would wrap it in a silent fallback to memory
    agent.load_model(model)
    if not agent.is_ready():
        raise AssistantError(f"{model.name} holds no dialogue model")
    return agent, store
