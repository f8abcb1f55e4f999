"""`wenfa knowledge …`: for the people who write guidance."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="检查和新写知识。", no_args_is_help=True)
MOST_PROPOSALS = 50


@app.command()
def check() -> None:
    """检查全部知识文件；有错就逐条列出，退出码 1。"""
    from knowledge.check import KnowledgeCheck, uncovered_matters
    from knowledge.source_files import KnowledgeError

    faults = KnowledgeCheck().run()
    for fault in faults:
        typer.echo(str(fault))
    try:
        without = uncovered_matters()
    except KnowledgeError:
        without = []
    if without:
        typer.echo(f"还没有指引的案由 {len(without)} 个：{'、'.join(without)}", err=True)
    if faults:
        typer.echo(f"共 {len(faults)} 处要改", err=True)
        raise typer.Exit(1)
    typer.echo("没有问题", err=True)


@app.command()
def terms() -> None:
    """按法律名称、案由和服务事项重写分词词典 nlu/knowledge_terms.txt，按指引和问法重写常用词表 common_words.tsv。"""
    from knowledge.library import read_library
    from knowledge.terms import write_common_words, write_terms

    library = read_library()
    typer.echo(f"写好 {write_terms(library)} 个词、{write_common_words(library)} 个常用词", err=True)


@app.command()
def template(
    kind: Annotated[str, typer.Argument(help="guidance、digest 或 taxonomy")],
    name: Annotated[str, typer.Argument(help="例如 labour/unpaid-wages")],
) -> None:
    """打印一个可以直接填写的模板。"""
    from connectors.errors import BadRequest
    from knowledge.templates import TEMPLATES

    if kind not in TEMPLATES:
        raise BadRequest(f"没有“{kind}”的模板，可用：{'、'.join(TEMPLATES)}")
    typer.echo(TEMPLATES[kind](name), nl=False)


@app.command()
def proposals(
    done: Annotated[int | None, typer.Option(help="看过的编号，以后不再列出")] = None,
) -> None:
    """顾问把建议答案改成了什么，供改进指引：删去的以“- ”开头，加上的以“+ ”开头。"""
    import asyncio
    import time

    from connectors.cases.proposals import Proposals
    from connectors.commands.database import transaction
    from knowledge.clock import local_time

    async def run() -> None:
        async with transaction() as (tx, keys):
            kept = Proposals(keys)
            if done is not None:
                await kept.done(tx, done, time.time())
                typer.echo("好了", err=True)
                return
            for one in await kept.open(tx, MOST_PROPOSALS):
                typer.echo(f"{one.id}  {one.entry}  {one.author}  {local_time(one.at):%Y-%m-%d %H:%M}")
                for line in one.changes():
                    typer.echo(f"  {line}")

    asyncio.run(run())
