"""Small working stand-ins, each with an outbox to inspect."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import msgspec.yaml
from aiohttp import web

from bot.assistant import Details, Question, Result
from bot.outcomes import Handoff, Reply, Section
from bot.suggestions import Fact, Suggested, Suggestions
from connectors.receivers import FOLDER
from knowledge.forms import form_called
from nlu.danger import DangerKind, pattern_kind


class EchoAssistant:
    """Says back what it heard and how often the conversation spoke.

    "转人工" asks for a person, "我的编号" for the case, "我要申请…" for a form.
    "救命" is danger, "出错" fails `failures` times.
    """

    def __init__(self, pause_s: float = 0.0, failures: int = 1_000_000) -> None:
        self.asked: list[Question] = []
        self.pause_s = pause_s
        self.failures = failures

    async def reply(self, question: Question, state: bytes | None) -> Result:
        self.asked.append(question)
        await asyncio.sleep(self.pause_s)
        if question.text == "出错" and self.failures:
            self.failures -= 1
            raise RuntimeError("the assistant failed")
        count = int(state or b"0") + 1
        if question.text == "转人工":
            return Result(Reply("handoff", "", handoff=Handoff("asked")), str(count).encode())
        if question.text.startswith("我要申请"):
            form = form_called(question.text)
            return Result(Reply("apply", "请到窗口申请。", form=form.id if form else None), str(count).encode())
        if question.text in ("我的编号", "我的申请到哪一步了"):
            return Result(Reply("chitchat", "", asks_about_case=True), str(count).encode())
        if question.text == "救命":
            return Result(Reply("crisis", "请马上打 110", danger="violence"), str(count).encode())
        reply = Reply("answer", f"{count}：{question.text}", domain="labour", matter="labour.unpaid_wages")
        return Result(reply, str(count).encode())

    async def danger(self, text: str) -> DangerKind | None:
        return pattern_kind(text)

    async def suggest(self, text: str, today: date) -> Suggestions:
        """Words with 工资 suggest two entries, others none; "救命" is danger; 13800138000 and 小榄 are facts."""
        facts = [Fact("phone", "13800138000")] if "13800138000" in text else []
        facts += [Fact("place", "小榄", "xiaolan")] if "小榄" in text else []
        danger = pattern_kind(text)
        if "工资" not in text:
            return Suggestions(danger=danger, danger_words="请马上打 110" if danger else "", facts=tuple(facts))
        first, second = await self.answer_of("labour/unpaid-wages", text, today), "labour/overtime"
        return Suggestions(
            entries=(
                Suggested("labour/unpaid-wages", "老板拖欠工资怎么要", "labour.unpaid_wages", 0.9),
                Suggested(second, "加班费怎么算", "labour.overtime", 0.05),
            ),
            answer=first,
            sure=True,
            danger=danger,
            danger_words="请马上打 110" if danger else "",
            ask=("现在还在职，还是已经离开了？",),
            facts=tuple(facts),
            legal_aid="法律援助法第三十一条第（五）项",
        )

    async def answer_of(self, entry_id: str, text: str, today: date) -> Reply | None:
        if not entry_id.startswith("labour/"):
            return None
        sections = (Section("结论", f"{entry_id} 的结论。"), Section("怎么办", "1. 先投诉"), Section("时限", "一年"))
        return Reply("answer", f"{entry_id} 的结论。", title=entry_id, entry=entry_id, sections=sections)

    async def details_of(self, entry_id: str, today: date) -> Details:
        return Details((), ())

    def close(self) -> None:
        """Nothing is open."""


class CaseReceiver:
    """A bureau's system that takes case announcements; fails the first `failures` deliveries."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cases", self._take)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        if self.failures:
            self.failures -= 1
            raise web.HTTPServiceUnavailable
        self.bodies.append(await request.read())
        self.received.append(await request.json())
        self.headers.append(dict(request.headers))
        return web.Response()


def write_receiver(home: Path, receiver_id: str, **more: Any) -> Path:
    """The file of a receiving system that takes applications for legal aid; its secret is in WENFA_CENTRE."""
    described = {"id": receiver_id, "name": "模拟的机构", "forms": ["legal_aid"], "url": "http://127.0.0.1:1/"}
    path = home / FOLDER / f"{receiver_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.yaml.encode(described | {"secret": "WENFA_CENTRE"} | more))
    return path
