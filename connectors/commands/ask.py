"""`wenfa ask` and `wenfa search`: one question, or a file of them, from the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connectors.commands.output import parse_day, print_json, read_lines
from connectors.errors import BadRequest, WenfaError

if TYPE_CHECKING:
    from bot.assistant import Assistant
    from bot.outcomes import Reply

Text = Annotated[str | None, typer.Argument(help="要问的话")]
File = Annotated[Path | None, typer.Option("--file", help="每行一个 JSON 对象，问 text（或依次问 turns）")]
On = Annotated[str | None, typer.Option("--on", help="事情发生的日期，例如 2019-05-01")]
Explain = Annotated[bool, typer.Option("--explain", help="说明为什么这样答")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


def ask(text: Text = None, file: File = None, on: On = None, as_json: AsJson = False, explain: Explain = False) -> None:
    """走完整条路径回答；不建立案件。"""
    import asyncio

    if (text is None) == (file is None):
        raise BadRequest("请给一句要问的话，或者用 --file 给一个文件")
    parse_day(on)
    rows: list[dict[str, Any]] = [{"id": "ask", "text": text, "on": on}] if file is None else list(read_lines(file))
    failed = asyncio.run(_ask_all(rows, as_json=as_json, explain=explain))
    if failed:
        raise BadRequest(f"{failed} 行没有回答，原因见上")


async def _ask_all(rows: list[dict[str, Any]], *, as_json: bool, explain: bool) -> int:
    """Asks every row; one that cannot be asked is named and stops no other. Returns how many those were."""
    from connectors.building import load_assistant
    from connectors.settings import Settings

    assistant, failed = load_assistant(Settings.read()), 0
    for row in rows:
        try:
            reply, milliseconds = await ask_fresh(assistant, _said(row), parse_day(row.get("on")))
        except Exception as error:  # noqa: BLE001 - one line must not stop the others
            failed += 1
            why = str(error) if isinstance(error, WenfaError) else type(error).__name__
            typer.echo(f"{row.get('id', '这一行')}：{why}", err=True)
            if as_json:
                print_json({"id": row.get("id"), "error": why})
            continue
        if as_json:
            print_json(as_object(row.get("id"), reply, milliseconds))
        else:
            typer.echo(reply.text + "\n")
        if explain:
            typer.echo(_explained(assistant, _said(row)[-1], parse_day(row.get("on")), reply), err=True)
    assistant.close()
    return failed


def _explained(assistant: Assistant, text: str, on: date | None, reply: Reply) -> str:
    from bot.explain import explain
    from bot.findings import Asked
    from knowledge.clock import today

    return explain(assistant.answerer, Asked(text, on or today(), today()), reply)


def _said(row: dict[str, Any]) -> list[str]:
    """What a row says in turn; raises BadRequest where it says nothing."""
    said = row.get("turns") or [row.get("text")]
    if not isinstance(said, list) or not all(isinstance(text, str) for text in said):
        raise BadRequest("缺少 text，或者 turns 不是一列文字")
    return said


async def ask_fresh(assistant: Assistant, said: Sequence[str], on: date | None) -> tuple[Reply, float]:
    """The last reply of a fresh conversation in which `said` is said in turn, and its milliseconds."""
    from msgspec.structs import replace

    from bot.wording import Wording

    reply, milliseconds = [answered async for answered in _answered(assistant, said, on)][-1]
    if reply.handoff:
        reply = replace(reply, text=Wording.read().say("handoff_unrecorded"))
    return reply, milliseconds


async def converse(assistant: Assistant, said: Sequence[str]) -> list[Reply]:
    """Every reply of a fresh conversation."""
    return [reply async for reply, _ in _answered(assistant, said, None)]


async def _answered(assistant: Assistant, said: Sequence[str], on: date | None) -> AsyncIterator[tuple[Reply, float]]:
    """Each reply with its milliseconds."""
    import secrets
    import time

    from bot.assistant import Question
    from knowledge.clock import today

    conversation, state = secrets.token_urlsafe(16), None
    for text in said:
        began = time.perf_counter()
        result = await assistant.reply(Question(conversation, text, today(), on), state)
        yield result.reply, (time.perf_counter() - began) * 1000
        state = result.state


def as_object(row_id: Any, reply: Reply, milliseconds: float) -> dict[str, Any]:
    """A reply in the shape that evaluations rely upon."""
    return {
        "id": row_id,
        "outcome": reply.outcome,
        "domain": reply.domain,
        "matter": reply.matter,
        "confidence": reply.confidence,
        "answer": reply.text,
        "citations": reply.citations,
        "choices": reply.choices,
        "hits": reply.hits,
        "timings_ms": {"total": round(milliseconds, 2)},
    }


def search(
    text: Annotated[str, typer.Argument(help="要找的话")],
    k: Annotated[int, typer.Option("-k", help="各给几条", min=1, max=100)] = 5,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """只检索：指引和法条。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from knowledge.clock import today

    day = parse_day(on) or today()
    hits = open_tools(Settings.read()).knowledge.search.search(text, day, k)
    found = [*hits.entries, *hits.articles]
    if as_json:
        print_json(
            [{"kind": h.document.kind, "name": h.document.name, "score": h.score, "passage": h.passage} for h in found]
        )
        return
    for hit in found:
        typer.echo(f"{hit.score:.3f}  {hit.document.name}  {hit.passage[:60]!r}")
