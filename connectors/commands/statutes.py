"""`wenfa statutes …`: the text of the law, imported by the bureau."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="法条原文：导入以后，群众点开依据就能读到全文。", no_args_is_help=True)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="一行一条的 JSON 文件，可以是 .gz；字段见 knowledge/README.md")],
) -> None:
    """导入法条原文，取代上一次导入的；条文数目和登记的现行版本对不上的法律不导入，并且列出来。"""
    from connectors.errors import BadRequest
    from connectors.settings import Settings
    from knowledge.clock import today
    from knowledge.library import read_library
    from knowledge.statutes import Statutes, read_articles

    home = Settings.read().home
    try:
        done = Statutes.of_home(home).replace(read_articles(file), read_library().laws, today())
    except ValueError as error:
        raise BadRequest(str(error)) from error
    typer.echo(f"导入了 {done.laws} 部法律的 {done.articles} 条", err=True)
    if done.left_out:
        typer.echo(f"和登记的现行版本对不上、没有导入的 {len(done.left_out)} 部：{'、'.join(done.left_out)}", err=True)
