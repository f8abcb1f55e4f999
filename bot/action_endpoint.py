"""Rasa's action endpoint, answered in this process: no second server, no HTTP hop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.actions.base import ReplyAction


class InProcessActions(EndpointConfig):  # type: ignore[misc]
    """Runs rasa-sdk's executor where Rasa expects a URL."""

    def __init__(self, actions: Sequence[ReplyAction]) -> None:
        super().__init__("in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_action(action)

    async def request(self, method: str = "post", json: dict[str, Any] | None = None, **_: Any) -> Any:
        """The executor's answer to one action call; an unknown action raises."""
        return await self._executor.run(json)
