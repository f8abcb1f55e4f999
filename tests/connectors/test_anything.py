"""Anything at all through POST /api/v1/turns with the real model: always a reply, nothing left unfinished.

300 texts in every run; `make soak` sends 10,000 and watches memory.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.assistant import Assistant
from connectors.app import build_app
from connectors.readiness import Readiness
from connectors.settings import Settings
from connectors.storage.database import Database
from connectors.storage.schema import turns
from knowledge.library import Library

Client = TestClient[Any, Any]
FAST, LONG = 300, 10_000
MOST_GROWTH_MB = 40
_RANGES = (
    (0x20, 0x7E),
    (0x00, 0x1F),
    (0x80, 0x2FF),
    (0x300, 0x36F),
    (0x590, 0x6FF),
    (0xE00, 0xE7F),
    (0x2000, 0x206F),
    (0x20A0, 0x2BFF),
    (0x3000, 0x30FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xD800, 0xDFFF),
    (0xE000, 0xE0FF),
    (0xFB50, 0xFDFF),
    (0xFE00, 0xFE0F),
    (0xFF00, 0xFFEF),
    (0x1F300, 0x1FAFF),
    (0x20000, 0x2A6DF),
    (0xE0000, 0xE007F),
)
CORPUS = (
    "😊",
    "[捂脸][捂脸]🙏",
    "\u200b\u200b",
    "/restart",
    "\n/restart",
    "嗯",
    "。",
    "？？？",
    "1",
    "2",
    "转人工",
    "不用",
    "好的",
    "再见",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "'; DROP TABLE turns; --",
    "\x00\x01\x02",
    "\u202e反过来写",
    "a" * 4000,
    "工" * 4000,
    "\ufdfa" * 200,
    "🧑‍🧑‍🧒" * 300,
    "欠薪\n\n\n欠薪",
    "١٢٣٤",
    "\ud83d",
    "第" * 500 + "条",
    "3万" * 900,
    "农历" * 900,
    "《" * 900,
    "我想死",
    "民法典1165",
    "[](){}",
    "|" * 500,
    "２０２３年５月",
    "-" * 3000,
    "1" * 3000,
    "，" * 4000,
    "[公司](x)",
    "```",
    "\t",
    "%00",
    "http://x",
)


def texts(count: int, library: Library) -> Iterator[str]:
    """The corpus, then random characters of many scripts, then lay questions cut, doubled, mixed and broken."""
    yield from CORPUS
    chance = random.Random(20261125)
    questions = [question for entry in library.entries.values() for question in entry.questions]
    for i in range(count - len(CORPUS)):
        noise = "".join(chr(chance.randint(*chance.choice(_RANGES))) for _ in range(chance.choice((1, 3, 20, 300))))
        question = chance.choice(questions)
        yield (
            noise,
            question[: chance.randint(1, len(question))],
            question + noise,
            noise + question * chance.randint(1, 9),
            "".join(chance.sample(question, len(question))),
        )[i % 5]


@pytest.fixture
async def client(tmp_path: Path, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    class Kept:
        """The session's assistant, which this application must not close."""

        reply = assistant.reply
        danger = assistant.danger
        suggest = assistant.suggest
        answer_of = assistant.answer_of
        details_of = assistant.details_of

        def close(self) -> None:
            pass

    async def prepare(_: Readiness, __: Settings) -> Kept:
        return Kept()

    monkeypatch.setattr("connectors.limits.TURNS_OF_CONVERSATION", 1_000_000)
    settings = Settings.read({"WENFA_HOME": str(tmp_path), "WENFA_TURNS_PER_MINUTE": "1000000"})
    async with TestClient(TestServer(await build_app(settings, prepare))) as opened:
        while (await opened.get("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        yield opened


async def send_all(client: Client, home: Path, said: Iterator[str]) -> None:
    """Ten turns to a conversation; an unpaired surrogate goes as JSON writes it. By the plain session: a TestClient
    keeps every answer.
    """
    key = ""
    for i, text in enumerate(said):
        if i % 10 == 0:
            key = secrets.token_urlsafe(18)
        escaped = "".join(f"\\u{ord(c):04x}" if 0xD800 <= ord(c) < 0xE000 else _json(c) for c in text)
        data = f'{{"conversation": "{key}", "message_id": "m{i}", "text": "{escaped}"}}'.encode()
        headers = {"Content-Type": "application/json"}
        async with client.session.post(client.make_url("/api/v1/turns"), data=data, headers=headers) as answer:
            assert answer.status in (200, 400, 413), (text, await answer.text())
            if answer.status == 200:
                reply = (await answer.json())["reply"]
                assert reply["text"], text
                assert "没能回答" not in reply["text"], text
    database = await Database.open(f"sqlite+aiosqlite:///{home / 'wenfa.db'}")
    async with database.transaction() as tx:
        assert (await tx.execute(select(turns.c.id).where(turns.c.status != "done"))).all() == []
    await database.close()


def _json(character: str) -> str:
    return msgspec.json.encode(character).decode()[1:-1]


async def test_anything_gets_a_reply(client: Client, tmp_path: Path, library: Library) -> None:
    await send_all(client, tmp_path, texts(FAST, library))


@pytest.mark.soak
async def test_ten_thousand_of_anything_get_a_reply_and_memory_stays(
    client: Client, tmp_path: Path, library: Library
) -> None:
    said = list(texts(LONG, library))
    await send_all(client, tmp_path, iter(said[: LONG // 5]))
    before = memory_mb()
    await send_all(client, tmp_path, iter(said[LONG // 5 :]))
    assert memory_mb() - before <= MOST_GROWTH_MB


def memory_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20
