"""Texts that staff say again and again (常用语): put into a reply with one press, edited before it goes out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from knowledge.records import Record
from knowledge.source_files import Source

FILE = Path(__file__).with_name("canned.yaml")


class Canned(Record, frozen=True):
    """One text; `{name}` and `{number}` in it stand for who writes, and for the case."""

    name: str
    text: str


@cache
def read_canned(file: Path = FILE) -> dict[str, Canned]:
    """By name, as they are listed; raises KnowledgeError where the file is not as described."""
    source = Source.read(file)
    return {one.name: one for one in source.convert(tuple[Canned, ...], source.data())}


def canned(name: str, member: str, number: str) -> str:
    """The text of that name for this member and case; empty where there is none."""
    found = read_canned().get(name)
    return found.text.format(name=member, number=number) if found else ""
