"""The knowledge folder read into memory: one immutable `Library`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from knowledge.laws import LawRegistry
from knowledge.records import (
    ArticleDigest,
    City,
    DecidingFact,
    Domain,
    Entry,
    EntryHead,
    Law,
    Matter,
    Point,
    Service,
    Urgency,
    domain_of,
)
from knowledge.source_files import Fault, KnowledgeError, Source, split_front_matter, split_sections

KNOWLEDGE_FOLDER = Path(__file__).parent
ASKED, STORIES, POINTS, FACTS = "asked", "stories", "points", "facts"


@dataclass(frozen=True)
class Library:
    """Everything the system knows, by id. Made by `read_library`; nothing in it changes."""

    domains: Mapping[str, Domain]
    entries: Mapping[str, Entry]
    digests: Mapping[tuple[str, str], ArticleDigest]
    laws: LawRegistry
    services: Mapping[str, Service]
    cities: Mapping[str, City]

    @cached_property
    def matters(self) -> Mapping[str, Matter]:
        return {matter.id: matter for domain in self.domains.values() for matter in domain.matters}

    def domain_of(self, matter_id: str) -> Domain:
        """The domain of a matter; ids read `<domain>.<matter>`."""
        return self.domains[domain_of(matter_id)]


def knowledge_files(folder: Path = KNOWLEDGE_FOLDER) -> list[Path]:
    """Every content file that search and models depend on, in a stable order."""
    return [
        *sorted((folder / "taxonomy").glob("*.yaml")),
        *sorted((folder / "guidance").rglob("*.md")),
        *sorted((folder / POINTS).glob("*.yaml")),
        *sorted((folder / ASKED).glob("*.yaml")),
        *sorted((folder / STORIES).glob("*.yaml")),
        *sorted((folder / "digest").glob("*.yaml")),
        folder / "laws.yaml",
    ]


def content_fingerprint(folder: Path = KNOWLEDGE_FOLDER) -> str:
    """Changes with any byte of those files; indexes and models are kept by it."""
    digest = hashlib.sha256()
    for path in knowledge_files(folder):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_library(folder: Path = KNOWLEDGE_FOLDER) -> Library:
    """The whole folder. Raises KnowledgeError at the first file that cannot be read."""
    return Library(
        domains=_by_id(read_domains(folder), "domain"),
        entries=_by_id(read_entries(folder), "id"),
        digests={(digest.law, digest.article): digest for _, digest in read_digests(folder)},
        laws=LawRegistry(read_laws(folder)),
        services=read_services(folder),
        cities=_by_id(_read_records(folder / "cities", City), "id"),
    )


def read_services(folder: Path = KNOWLEDGE_FOLDER) -> dict[str, Service]:
    """The public legal services by id."""
    return _by_id(_read_records(folder / "services", Service), "id")


def read_domains(folder: Path) -> Iterator[tuple[Path, Domain]]:
    yield from _read_records(folder / "taxonomy", Domain)


@cache
def specialties() -> dict[str, str]:
    """The specialty (专长) that each domain of the taxonomy asks of whoever takes its cases."""
    return {domain.domain: domain.specialty for _, domain in read_domains(KNOWLEDGE_FOLDER)}


def read_entries(folder: Path) -> Iterator[tuple[Path, Entry]]:
    """The guidance files, each with what is kept apart from it."""

    def by_entry(found: Iterable[tuple[Path, dict[str, Any]]]) -> dict[str, Any]:
        return {entry: rows for _, of_file in found for entry, rows in of_file.items()}

    asked, stories = by_entry(read_asked(folder, ASKED)), by_entry(read_asked(folder, STORIES))
    points, facts = by_entry(read_points(folder)), by_entry(read_facts(folder))
    for path in sorted((folder / "guidance").rglob("*.md")):
        entry = read_entry(path)
        yield (
            path,
            replace(
                entry,
                points=points.get(entry.id, ()),
                facts=facts.get(entry.id, ()),
                asked=asked.get(entry.id, ()),
                stories=stories.get(entry.id, ()),
            ),
        )


def read_asked(folder: Path, kind: str) -> Iterator[tuple[Path, dict[str, tuple[str, ...]]]]:
    """Further lay questions (ASKED) or long tellings (STORIES) by entry id, a file for each domain."""
    for path in sorted((folder / kind).glob("*.yaml")):
        source = Source.read(path)
        yield path, source.convert(dict[str, tuple[str, ...]], source.data())


def read_points(folder: Path) -> Iterator[tuple[Path, dict[str, tuple[Point, ...]]]]:
    """The points by entry id, a file for each domain."""
    for path in sorted((folder / POINTS).glob("*.yaml")):
        source = Source.read(path)
        yield path, source.convert(dict[str, tuple[Point, ...]], source.data())


def read_facts(folder: Path) -> Iterator[tuple[Path, dict[str, tuple[DecidingFact, ...]]]]:
    """What decides, by entry id, a file for each domain."""
    for path in sorted((folder / FACTS).glob("*.yaml")):
        source = Source.read(path)
        yield path, source.convert(dict[str, tuple[DecidingFact, ...]], source.data())


def read_entry(path: Path) -> Entry:
    """One guidance file."""
    head, body = split_front_matter(Source.read(path))
    return Entry(head=head.convert(EntryHead, head.data()), sections=split_sections(body))


def read_digests(folder: Path) -> Iterator[tuple[Path, ArticleDigest]]:
    for path in sorted((folder / "digest").glob("*.yaml")):
        source = Source.read(path)
        data = source.data()
        for article, fields in (data or {}).get("articles", {}).items():
            record = {"law": data.get("law"), "article": article, **(fields or {})}
            try:
                yield path, source.convert(ArticleDigest, record)
            except KnowledgeError as error:
                line = source.line_with(f"{article}:")
                raise KnowledgeError(Fault(path, line, error.fault.message, error.fault.remedy)) from error


def read_laws(folder: Path) -> list[Law]:
    source = Source.read(folder / "laws.yaml")
    data: dict[str, dict[str, Any]] = source.data()
    return [_convert_law(source, key, fields) for key, fields in data.items()]


def _convert_law(source: Source, key: str, fields: dict[str, Any]) -> Law:
    try:
        return source.convert(Law, {"key": key, **fields})
    except KnowledgeError as error:
        line = source.line_with(f"\n{key}:") + 1
        raise KnowledgeError(Fault(source.path, line, error.fault.message, error.fault.remedy)) from error


def urgencies(matter_id: str | None, folder: Path = KNOWLEDGE_FOLDER) -> tuple[Urgency, ...]:
    """When a matter cannot wait, as staff should ask; reads the matter's domain alone."""
    domain_id = domain_of(matter_id or "")
    path = folder / "taxonomy" / f"{domain_id}.yaml"
    if not domain_id or not path.is_file():
        return ()
    source = Source.read(path)
    domain: Domain = source.convert(Domain, source.data())
    return next((matter.urgency for matter in domain.matters if matter.id == matter_id), ())


def read_city(city_id: str, folder: Path = KNOWLEDGE_FOLDER) -> City | None:
    """One city; None where no file has that name."""
    path = folder / "cities" / f"{city_id}.yaml"
    if not path.is_file():
        return None
    source = Source.read(path)
    return source.convert(City, source.data())


def _read_records(folder: Path, kind: type[Any]) -> Iterator[tuple[Path, Any]]:
    for path in sorted(folder.glob("*.yaml")):
        source = Source.read(path)
        yield path, source.convert(kind, source.data())


def _by_id(found: Iterator[tuple[Path, Any]], field: str) -> dict[str, Any]:
    return {getattr(record, field): record for _, record in found}
