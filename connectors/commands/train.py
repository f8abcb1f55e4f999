"""`wenfa index` and `wenfa train …`."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="训练随仓库发布的小模型。", no_args_is_help=True)


def index() -> None:
    """建立检索索引（内容没变就什么都不做）。"""
    from connectors.building import open_tools
    from connectors.settings import Settings

    library = open_tools(Settings.read()).knowledge.library
    typer.echo(f"{len(library.entries)} 篇指引，{len(library.digests)} 条法条摘要", err=True)


@app.command()
def dialogue(if_missing: Annotated[bool, typer.Option("--if-missing", help="已有就不训练")] = False) -> None:
    """训练对话模型（Rasa）。"""
    from connectors.building import ensure_dialogue_model, open_tools
    from connectors.settings import Settings

    settings = Settings.read()
    ensure_dialogue_model(settings, open_tools(settings), again=not if_missing)


@app.command()
def encoder() -> None:
    """训练语义模型的适配器，写入 models/encoder（需要 WENFA_DATA 里的法条和问题，约二十分钟）。"""
    from models.recipes.encoder import train_encoder

    train_encoder()


@app.command()
def danger() -> None:
    """训练危急识别模型，写入 models/danger（约十分钟）。"""
    from models.recipes.danger import train_danger

    train_danger()


@app.command()
def matters() -> None:
    """重建案由分类器（和索引一起）。"""
    import shutil

    from connectors.building import open_tools
    from connectors.settings import Settings

    settings = Settings.read()
    shutil.rmtree(settings.home / "index", ignore_errors=True)
    open_tools(settings)


@app.command()
def confidence() -> None:
    """重新拟合把握度模型，写入 models/confidence.json；之后再选阈值。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.recipes.confidence import train_confidence

    settings = Settings.read()
    train_confidence(open_tools(settings).encoder, settings.home)


@app.command()
def points() -> None:
    """选定什么时候先说要点，写入 models/confidence.json。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.recipes.points import train_points

    settings = Settings.read()
    train_points(open_tools(settings).encoder, settings.home)


@app.command()
def thresholds() -> None:
    """按调参题目重新选定回答和追问的阈值，写入 models/confidence.json。"""
    from connectors.building import open_tools
    from connectors.settings import Settings
    from models.recipes.confidence import train_thresholds

    train_thresholds(open_tools(Settings.read()).knowledge)


@app.command()
def citations() -> None:
    """选定哪些法条算回答的依据，写入 models/confidence.json。"""
    from connectors.building import load_assistant
    from connectors.settings import Settings
    from models.recipes.citations import train_citations

    assistant = load_assistant(Settings.read())
    train_citations(assistant.answerer)
    assistant.close()
