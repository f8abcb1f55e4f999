"""`wenfa`: the command line. Output for programs on standard output, everything else on standard error."""

from __future__ import annotations

import logging
import sys

import typer

from connectors.commands import (
    ask,
    calls,
    cases,
    demo,
    evaluate,
    intake,
    keys,
    knowledge,
    outbox,
    serve,
    staff,
    statutes,
    train,
    wechat,
)
from connectors.errors import WenfaError

app = typer.Typer(
    name="wenfa",
    help="问法：公共法律服务对话系统。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("ask")(ask.ask)
app.command("search")(ask.search)
app.command("index")(train.index)
app.add_typer(knowledge.app, name="knowledge")
app.add_typer(statutes.app, name="statutes")
app.add_typer(train.app, name="train")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(cases.app, name="cases")
app.add_typer(calls.app, name="calls")
app.add_typer(intake.app, name="intake")
app.add_typer(outbox.app, name="outbox")
app.add_typer(staff.app, name="staff")
app.add_typer(keys.app, name="keys")
app.add_typer(wechat.app, name="wechat")

USER_MISTAKE = 2


def main() -> None:
    """Entry point; a user's mistake exits 2 with one clear line."""
    from knowledge.source_files import KnowledgeError
    from models.recipes.data import DataMissing

    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        datefmt="%H:%M:%S",
    )
    logging.captureWarnings(True)  # what packages warn of is not for the person at the terminal
    for noisy in (
        "py.warnings",
        "aiosqlite",
        "alembic",
        "jax",
        "bm25s",
        "faiss",
        "sentence_transformers",
        "asyncio",
        "apscheduler",
    ):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        app()
    except (WenfaError, KnowledgeError, DataMissing) as error:
        typer.echo(error, err=True)
        sys.exit(USER_MISTAKE)


if __name__ == "__main__":
    main()
