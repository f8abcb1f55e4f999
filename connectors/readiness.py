"""From an open port to a ready service: train what is missing, load, finish interrupted turns; each step is shown."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.errors import Starting
from connectors.metrics import READY
from connectors.settings import Settings

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from connectors.turns import Replies

log = logging.getLogger(__name__)

STARTING = "正在启动，请稍等"
FIRST = "第一次启动，正在准备模型，大约需要两到五分钟"
PREPARING = "内容有更新，正在准备模型，大约需要两分钟"
LOADING = "正在载入知识和模型，大约需要二十秒"
FAILED = "启动没有成功，请查看服务日志"
READY_TEXT = "可以提问了"


@dataclass
class Readiness:
    """How far the start has come; `assistant` is there once questions are answered."""

    step: str = STARTING
    failed: bool = False
    assistant: Replies | None = None

    def require(self) -> Replies:
        """The assistant; raises Starting with what is going on."""
        if self.assistant is None:
            raise Starting(self.step)
        return self.assistant


async def load_models(readiness: Readiness, settings: Settings) -> Assistant:
    """Brings the assistant up; raises when a model cannot be trained or loaded."""
    from connectors.building import everything_built, load_assistant
    from knowledge.library import read_library

    began = time.monotonic()
    library = await asyncio.to_thread(read_library)
    if not await asyncio.to_thread(everything_built, settings, library):
        readiness.step = PREPARING if (settings.home / "dialogue").exists() else FIRST
        log.info("%s", readiness.step)
        await train_missing()
    readiness.step = LOADING
    log.info("%s", LOADING)
    assistant = await asyncio.to_thread(load_assistant, settings, library)
    log.info("准备好了，用了 %.0f 秒", time.monotonic() - began)
    return assistant


def mark_ready(readiness: Readiness, assistant: Replies) -> None:
    readiness.assistant, readiness.step = assistant, READY_TEXT
    READY.set(1)


async def train_missing() -> None:
    """`wenfa train dialogue --if-missing` in its own process: training would stall this one and leave memory behind."""
    command = [sys.executable, "-m", "connectors.cli", "train", "dialogue", "--if-missing"]
    process = await asyncio.create_subprocess_exec(*command, env=os.environ.copy(), stdout=sys.stderr)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        raise
    if code:
        raise RuntimeError(f"training the dialogue model exited with {code}")
