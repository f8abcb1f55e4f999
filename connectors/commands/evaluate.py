"""`wenfa evaluate …`: scores on JSON lines; the shapes are in docs/evaluation.md."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connectors.commands.output import parse_day, print_json, read_lines
from connectors.errors import BadRequest
from knowledge.records import domain_of

if TYPE_CHECKING:
    from models.evaluation.answers import JudgedRow
    from models.evaluation.conversations import JudgedTurn, Said

app = typer.Typer(help="用题目文件测量。", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="每行一个 JSON 对象的题目文件")]
Record = Annotated[bool, typer.Option("--record", help="把得分记入 models/expected_scores.yaml")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出 JSON")]


@app.command()
def retrieval(
    file: File,
    corpus: Annotated[Path | None, typer.Option("--corpus", help="改在这个法条文件上检索")] = None,
    as_json: AsJson = False,
) -> None:
    """该找到的法条有没有找到。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.evaluation.retrieval import corpus_search, evaluate_retrieval
    from models.recipes.data import statute_rows
    from nlu.segment import legal_segmenter

    rows = list(read_lines(file))
    tools = open_tools(Settings.read())
    search = tools.knowledge.search
    if corpus is not None:
        search = corpus_search(tools.knowledge, statute_rows(corpus), tools.encoder, legal_segmenter())
    _print(evaluate_retrieval(rows, search, lambda words: typer.echo(words, err=True)), as_json=as_json)


@app.command()
def answers(
    file: File,
    by: Annotated[
        str | None, typer.Option("--by", help="再按题目的这个字段分开：style、domain、matter、outcome")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="把每道题的得分写进这个文件")] = None,
    as_json: AsJson = False,
    record: Record = False,
) -> None:
    """整条路径的回答：结果、案由、引用、要点。"""
    import asyncio

    from models.evaluation.answers import grouped, report

    rows = [{**row, "on": parse_day(row.get("on"))} for row in read_lines(file)]
    if not rows:
        raise BadRequest(f"{file} 里没有题目")
    judged = asyncio.run(_judged(rows))
    if out:
        _write_lines(out, [one.as_object() for one in judged])
    found = report(judged)
    if by:
        found["by"] = {by: grouped(judged, by)}
    if record:
        _record(f"answers {file.stem}", f"wenfa evaluate answers {file} --record", found)
    _print(found, as_json=as_json)


async def _judged(rows: list[dict[str, Any]]) -> list[JudgedRow]:
    from connectors.building import load_assistant
    from connectors.commands.ask import ask_fresh
    from connectors.settings import Settings
    from models.evaluation.answers import JudgedRow

    assistant = load_assistant(Settings.read())
    judged = []
    for row in rows:
        reply, milliseconds = await ask_fresh(assistant, row.get("turns") or [row["text"]], row["on"])
        judged.append(JudgedRow.of(row, reply, milliseconds))
    assistant.close()
    return judged


@app.command()
def matters(file: File, as_json: AsJson = False) -> None:
    """案由分类：第一个对的比例、前两个对的比例。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.evaluation.scores import summarise
    from nlu.normalise import normalise

    classifier = open_tools(Settings.read()).knowledge.matters
    scores: dict[str, list[float]] = {"matter@1": [], "matter@2": [], "domain@1": [], "domain@2": []}
    for row in read_lines(file):
        ranked = [guess.matter for guess in classifier.rank(normalise(row["text"]).text)]
        domains = list(dict.fromkeys(domain_of(matter) for matter in ranked))
        for label, found in (("matter", ranked), ("domain", domains)):
            if row.get(label):
                scores[f"{label}@1"].append(float(row[label] in found[:1]))
                scores[f"{label}@2"].append(float(row[label] in found[:2]))
    counted = {name: values for name, values in scores.items() if values}
    if not counted:
        raise BadRequest(f"{file} 里没有带 domain 或 matter 的题目")
    means, intervals = summarise(counted)
    _print({"queries": max(map(len, counted.values())), "scores": means, "ci95": intervals}, as_json=as_json)


@app.command()
def points(as_json: AsJson = False, record: Record = False) -> None:
    """问到要点的有没有先说它，先说的有没有说错（用没见过的问法）。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.recipes.points import evaluate_points

    settings = Settings.read()
    report = evaluate_points(open_tools(settings).encoder, settings.home)
    if record:
        _record("points held out", "wenfa evaluate points --record", report)
    _print(report, as_json=as_json)


@app.command()
def danger(
    file: Annotated[Path | None, typer.Argument(help="题目文件；不给就在自己写的句子上交叉验证")] = None,
    as_json: AsJson = False,
    record: Record = False,
) -> None:
    """危急有没有听出来，没有危急的有没有误报。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.evaluation.danger import evaluate_examples, evaluate_rows

    detector = open_tools(Settings.read()).knowledge.danger
    report = evaluate_examples(detector) if file is None else evaluate_rows(detector, list(read_lines(file)))
    if record:
        _record("danger held out", "wenfa evaluate danger --record", report)
    _print(report, as_json=as_json)


@app.command()
def conversations(
    file: Annotated[Path, typer.Argument(help="对话文件，见 tests/evaluation/conversations.yaml")],
    show: Annotated[bool, typer.Option("--show", help="测可以看的一半，列出每句不对的")] = False,
    as_json: AsJson = False,
    record: Record = False,
) -> None:
    """对话里案由有没有守住、要说的有没有说、有没有重复。"""
    import asyncio

    from models.evaluation.conversations import REPORTED, TUNING, read_conversations, report

    judged = asyncio.run(_judged_turns(read_conversations(file), TUNING if show else REPORTED))
    found = report(judged)
    if record and not show:
        _record("conversations held apart", f"wenfa evaluate conversations {file} --record", found)
    for one in judged if show else ():
        if one.faults:
            lead = (one.reply.lead or one.reply.text).replace("\n", " ")[:120]
            typer.echo(f"{one.conversation} {one.said.say} {one.faults} {one.reply.outcome} {one.reply.entry}: {lead}")
    _print(found, as_json=as_json)


async def _judged_turns(conversations: list[tuple[Said, ...]], half: str) -> list[JudgedTurn]:
    from connectors.building import load_assistant
    from connectors.commands.ask import converse
    from connectors.settings import Settings
    from models.evaluation.conversations import judge

    assistant = load_assistant(Settings.read())
    try:
        return await judge(conversations, half, lambda said: converse(assistant, said))
    finally:
        assistant.close()


@app.command()
def scores() -> None:
    """把 models/expected_scores.yaml 里的得分重新测一遍，逐行说 OK 或 FAIL。"""
    import asyncio
    import shlex

    from models.evaluation.answers import report
    from models.evaluation.expected import compared, expected

    lines: list[str] = []
    for section, known in expected().items():
        if not section.startswith("answers "):
            continue
        file = Path(shlex.split(known["command"])[3])
        rows = [{**row, "on": parse_day(row.get("on"))} for row in read_lines(file)]
        measured = report(asyncio.run(_judged(rows)))["scores"]
        lines += [f"{section} {line}" for line in compared(known["scores"], measured)]
    for line in lines:
        typer.echo(line)
    if any(line.endswith("FAIL") for line in lines):
        raise BadRequest("有得分变差了；如果是有意的，用 --record 重新记录")


def _write_lines(path: Path, objects: list[dict[str, Any]]) -> None:
    import msgspec

    path.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in objects))


def _record(section: str, command: str, report: dict[str, Any]) -> None:
    from models.evaluation.expected import record

    record(section, command, {name: report[name] for name in ("queries", "scores", "ci95")})


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    from knowledge.clock import today

    typer.echo(f"{report['queries']} 题  {today()}")
    for name, value in report["scores"].items():
        low, high = report["ci95"][name]
        typer.echo(f"  {name:22} {value:.3f}  [{low:.3f}, {high:.3f}]")
    for field, groups in report.get("by", {}).items():
        for value, scores in sorted(groups.items()):
            told = "  ".join(f"{name} {score:.2f}" for name, score in scores.items() if name != "queries")
            typer.echo(f"  {field} {value} ({scores['queries']})  {told}")
    if "latency_ms" in report:
        typer.echo(f"  latency p50 {report['latency_ms']['p50']} ms, p99 {report['latency_ms']['p99']} ms")
