"""Reading YAML and front matter so that every fault can be told with file and line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

T = TypeVar("T")
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
_PATH_STEP = re.compile(r"\.([^.\[\]`]+)|\[(\d+)\]")
_IN_PATH = re.compile(r"(.*) - at `\$(.*)`$")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a knowledge file: where, what, and how to mend it; the text is for editors, in Chinese."""

    path: Path
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}。改法：{self.remedy}"


class KnowledgeError(Exception):
    """A knowledge file could not be read; carries the fault to show."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Source:
    """A text file, read once, that can say on which line a value stands."""

    path: Path
    text: str
    first_line: int = 1

    @classmethod
    def read(cls, path: Path) -> Source:
        try:
            return cls(path, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise KnowledgeError(Fault(path, 1, "文件不是 UTF-8 编码", "另存为 UTF-8")) from error

    def data(self) -> Any:
        """The YAML value of the text."""
        try:
            return yaml.load(self.text, Loader=yaml.CSafeLoader)
        except yaml.MarkedYAMLError as error:
            line = (error.problem_mark.line if error.problem_mark else 0) + self.first_line
            raise KnowledgeError(
                Fault(self.path, line, f"YAML 写法有误（{error.problem}）", "检查缩进、冒号和引号")
            ) from error

    def convert(self, kind: type[T], data: Any) -> T:
        """`data` as a record of `kind`, or the fault with its line."""
        try:
            return msgspec.convert(data, kind)
        except msgspec.ValidationError as error:
            message, steps = split_error(str(error))
            raise KnowledgeError(
                Fault(self.path, self.line_of(steps), f"字段不合要求（{message}）", "对照 knowledge/README.md 的格式")
            ) from error

    def line_of(self, steps: tuple[str | int, ...]) -> int:
        """The line of the deepest node on the way `steps` through the YAML."""
        node = yaml.compose(self.text, Loader=yaml.CSafeLoader)
        line = 0
        for step in steps:
            child = _child(node, step)
            if child is None:
                break
            node, line = child, child.start_mark.line
        return line + self.first_line

    def line_with(self, words: str) -> int:
        """The first line that contains `words`, or the first line."""
        at = self.text.find(words)
        return self.first_line + (self.text.count("\n", 0, at) if at >= 0 else 0)


def split_error(message: str) -> tuple[str, tuple[str | int, ...]]:
    """msgspec's "… - at `$.a[0].b`" as its words and its path."""
    match = _IN_PATH.match(message)
    if not match:
        return message, ()
    steps = tuple(name or int(index) for name, index in _PATH_STEP.findall(match[2]))
    return match[1], steps


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def split_front_matter(source: Source) -> tuple[Source, Source]:
    """Head (YAML) and body (Markdown) of a guidance file, each knowing its first line."""
    match = _FRONT_MATTER.match(source.text)
    if not match:
        raise KnowledgeError(Fault(source.path, 1, "缺少 --- 包起来的文件头", "用 wenfa knowledge template 生成再填"))
    body_line = 2 + match[1].count("\n") + 1
    return Source(source.path, match[1], 2), Source(source.path, match[2], body_line)


def split_sections(body: Source) -> dict[str, str]:
    """Section name -> Markdown text, in the order of the file."""
    parts = _HEADING.split(body.text)
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
