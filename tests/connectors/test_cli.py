"""The command line: quick where no model is needed, one clear line for a mistake, JSON and nothing else on request."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.settings import ROOT
from tests.timing import slowness_of_starting

HEAVY = ("torch", "tensorflow", "rasa", "sentence_transformers", "faiss", "spacy", "sklearn")


def wenfa(*arguments: str, home: Path, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """`said` is what stands on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "connectors.cli", *arguments],
        input=said,
        env={**os.environ, "WENFA_HOME": str(home), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", [["cases", "list"], ["--help"], ["knowledge", "template", "guidance", "a/b"]])
def test_command_without_model_takes_two_seconds_of_one_core(command: list[str], tmp_path: Path) -> None:
    wenfa(*command, home=tmp_path)
    times = []
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert wenfa(*command, home=tmp_path).returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(times) <= 2.0 * slowness_of_starting()


@pytest.mark.parametrize("module", ["connectors.cli", "connectors.app", "knowledge.check", "connectors.commands.cases"])
def test_module_imports_no_model(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["ask"], {}, "请给一句要问的话"),
        (["ask", "--file", "nowhere.jsonl"], {}, "nowhere.jsonl"),
        (["ask", "话", "--on", "昨天"], {}, "2026-11-23 的样子"),
        (["cases", "show", "261123-000000"], {}, "没有编号为"),
        (["cases", "list", "--status", "lost"], {}, "lost"),
        (["knowledge", "template", "poem", "x"], {}, "poem"),
        (["cases", "list"], {"WENFA_PORT": "x"}, "WENFA_PORT"),
        (["evaluate", "retrieval", "nowhere.jsonl"], {}, "nowhere.jsonl"),
        (["staff", "add", "王律师", "--role", "king"], {}, "king"),
        (["staff", "add", "王律师", "--role", "adviser"], {}, "密码至少"),
        (["staff", "disable", "没有的人"], {}, "没有的人"),
        (["statutes", "import", "nowhere.jsonl"], {}, "nowhere.jsonl"),
    ],
)
def test_mistake_exits_2_with_one_clear_line(
    arguments: list[str], environment: dict[str, str], words: str, tmp_path: Path
) -> None:
    shown = wenfa(*arguments, home=tmp_path, **environment)
    assert shown.returncode == 2
    assert shown.stdout == ""
    assert [words in line for line in shown.stderr.strip().splitlines()] == [True]


def test_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"text": "话"}\n{oops\n', encoding="utf-8")
    shown = wenfa("ask", "--file", str(file), home=tmp_path)
    assert shown.returncode == 2
    assert "第 2 行" in shown.stderr


def test_cases_as_json_are_one_object_a_line(tmp_path: Path) -> None:
    assert json.loads(wenfa("cases", "list", "--json", home=tmp_path).stdout) == []


@pytest.mark.model
def test_line_that_cannot_be_asked_stops_no_other(tmp_path: Path) -> None:
    """An emoji alone is answered; a line without words is named, and what follows is answered all the same."""
    lines = ['{"id": "a", "text": "😊"}', '{"id": "b"}', '{"id": "c", "turns": [1]}', '{"id": "d", "text": "你好"}']
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    home = Path(os.environ.get("WENFA_TEST_MODELS", str(ROOT / "var")))
    shown = wenfa("ask", "--file", str(tmp_path / "questions.jsonl"), "--json", home=home)
    objects = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [found["id"] for found in objects] == ["a", "b", "c", "d"]
    assert ["error" in found for found in objects] == [False, True, True, False]
    assert shown.returncode == 2


def test_staff_are_added_listed_and_let_out(tmp_path: Path) -> None:
    def staff(*arguments: str) -> str:
        return wenfa("staff", *arguments, home=tmp_path, said="correct horse battery\n").stdout

    staff("add", "王律师", "--role", "adviser")
    staff("add", "陈主任", "--role", "supervisor")
    staff("disable", "王律师")
    assert staff("list").splitlines() == ["王律师  法律顾问  已停用", "陈主任  督办"]
    staff("enable", "王律师")
    staff("password", "王律师")
    assert "已停用" not in staff("list")
