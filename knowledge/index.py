"""The built index: passages, BM25, FAISS and the matter classifier in one folder, kept by content.

A folder's name is the fingerprint of everything that went into it, so an index made of other content or with
another encoder is never opened by mistake; its manifest is checked all the same.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from knowledge.dense import DenseIndex
from knowledge.documents import DocumentKey, Passage, library_passages
from knowledge.laws import LawRegistry
from knowledge.lexical import LexicalIndex
from knowledge.library import Library, content_fingerprint
from knowledge.search import Search
from nlu.artefacts import build_in_place
from nlu.danger import pattern_kind
from nlu.danger_detector import DangerDetector, Ears, danger_examples, split, train_danger
from nlu.danger_model import DangerModel, open_danger_model
from nlu.encoder import Encoder, Remembering
from nlu.fingerprint import TEXT_PATH, digest_of
from nlu.matters import NO_MATTER, MatterClassifier, everyday_texts, train_matters
from nlu.normalise import normalise
from nlu.segment import Segmenter

Progress = Callable[[str], None]
_CODE = (
    *TEXT_PATH,
    "nlu/matters.py",
    "nlu/everyday.txt",
    "nlu/danger.py",
    "nlu/danger_detector.py",
    "nlu/danger_data",
    "knowledge/index.py",
    "knowledge/documents.py",
    "knowledge/lexical.py",
    "knowledge/dense.py",
)

SHORT, LEAST_TOLD = 40, 4
"""Characters: a longer harmless text is taken sentence by sentence as well; a shorter one tells nothing."""
EVERY_HARMLESS = 2
"""Of the harmless texts one in so many is weighed against danger: each costs the encoder milliseconds."""
_SENTENCES = re.compile(r"[^。！？!?；;\n]{4,}")
_ASKS = re.compile(
    r"[，,]?(?:怎么.{0,6}|该.{0,8}|(?:能|可以|要|会|算|合法|犯法|有效|行|得|是).{0,10}吗|(?:能不能|可不可以|要不要|算不算|是不是|有没有).{0,10}"
    r"|找谁.{0,4}|去哪.{0,6}|(?:点|边)(?:算|度).{0,4}|多少.{0,4}|多久.{0,4}|吗|呢|为什么)[？?。]*$"
)


class IndexMismatch(Exception):
    """The index was built with another encoder or other content."""


class Manifest(msgspec.Struct, frozen=True):
    """What an index was built from."""

    encoder: str
    content: str
    passages: int


@dataclass(frozen=True)
class Knowledge:
    """All a conversation needs: the library, search over it, and the matter classifier."""

    library: Library
    search: Search
    matters: MatterClassifier
    danger: DangerDetector


def index_fingerprint(encoder_identity: str) -> str:
    """Changes with content, encoder, or the code and word lists that shape an index."""
    parts = f"{encoder_identity} {content_fingerprint()} {digest_of(*_CODE)}"
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def open_knowledge(
    home: Path, library: Library, encoder: Encoder, segmenter: Segmenter, progress: Progress
) -> Knowledge:
    """The knowledge of the shipped content; builds the index below `home` when no sound, current one is there."""
    folder = home / "index" / index_fingerprint(encoder.identity)
    danger = open_danger_model(home, progress)
    if (folder / "manifest.json").exists():
        try:
            return load_index(folder, library, encoder, segmenter, danger)
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of its reader
            progress(f"检索索引 {folder.name} 坏了（{type(error).__name__}），重新建立")
            shutil.rmtree(folder)
    progress(f"正在建立检索索引：{len(library.entries)} 篇指引，{len(library.digests)} 条法条")
    remembering = Remembering(encoder, home)
    build_in_place(folder, lambda draft: build_index(draft, library, remembering, segmenter))
    remembering.keep()
    return load_index(folder, library, encoder, segmenter, danger)


def build_index(folder: Path, library: Library, encoder: Encoder, segmenter: Segmenter) -> None:
    """Writes the whole index into an empty folder; asks the encoder for many texts several times."""
    passages = normalised_passages(library_passages(library))
    write_search_index(folder, passages, encoder, segmenter)
    texts, labels = matter_examples(library)
    everyday = everyday_texts()
    train_matters(segmenter, encoder, [*texts, *everyday], [*labels, *([NO_MATTER] * len(everyday))]).save(
        folder / "matters.joblib"
    )
    shown, _ = split(danger_examples())
    train_danger(segmenter, encoder, shown, harmless_texts(library)[::EVERY_HARMLESS]).save(folder / "danger.joblib")
    manifest = Manifest(encoder.identity, content_fingerprint(), len(passages))
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))


def load_index(
    folder: Path, library: Library, encoder: Encoder, segmenter: Segmenter, danger_model: DangerModel
) -> Knowledge:
    """An index as built; raises IndexMismatch where the encoder is another."""
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    if manifest.encoder != encoder.identity:
        raise IndexMismatch(f"index {folder.name} was built with encoder {manifest.encoder}, not {encoder.identity}")
    classifier = MatterClassifier.load(segmenter, encoder, folder / "matters.joblib")
    danger = DangerDetector(Ears.load(segmenter, encoder, folder / "danger.joblib"), danger_model)
    return Knowledge(library, read_search_index(folder, encoder, segmenter, library.laws), classifier, danger)


def normalised_passages(passages: Iterable[Passage]) -> list[Passage]:
    """The passages with their text as search sees it."""
    return [replace(p, text=normalise(p.text).text) for p in passages]


def write_search_index(folder: Path, passages: Sequence[Passage], encoder: Encoder, segmenter: Segmenter) -> None:
    """BM25, FAISS and the passage table."""
    texts = [passage.text for passage in passages]
    (folder / "lexical").mkdir()
    LexicalIndex.build(segmenter, texts).save(folder / "lexical")
    DenseIndex.build(encoder, texts, [p.asked for p in passages]).save(folder / "dense.faiss")
    rows = [(p.document.kind, p.document.name, p.text, p.asked, p.point) for p in passages]
    (folder / "passages.msgpack").write_bytes(msgspec.msgpack.encode(rows))


def read_search_index(folder: Path, encoder: Encoder, segmenter: Segmenter, laws: LawRegistry) -> Search:
    rows = msgspec.msgpack.decode((folder / "passages.msgpack").read_bytes())
    passages = [Passage(DocumentKey(kind, name), *rest) for kind, name, *rest in rows]
    lexical = LexicalIndex.load(segmenter, folder / "lexical")
    return Search(passages, lexical, DenseIndex.load(encoder, folder / "dense.faiss"), laws)


def matter_examples(library: Library) -> tuple[list[str], list[str]]:
    """Normalised lay texts and their matters: entry titles and questions, and the taxonomy's own words."""
    pairs = [
        (text, entry.head.matter) for entry in library.entries.values() for text in (entry.head.title, *entry.questions)
    ]
    pairs += [
        (text, matter.id)
        for matter in library.matters.values()
        for text in (matter.name, matter.choice, *matter.synonyms)
    ]
    return [normalise(text).text for text, _ in pairs], [matter for _, matter in pairs]


def harmless_texts(library: Library) -> list[str]:
    """Normalised texts that call for no help within hours: lay questions of such matters, the sentences of long ones,
    the same without what they ask, what citizens tell of what decides, and everyday talk.
    """
    calm = {matter.id for matter in library.matters.values() if not any(row.level == "now" for row in matter.urgency)}
    entries = list(library.entries.values())
    questions = (normalise(q).text for entry in entries if entry.head.matter in calm for q in entry.questions)
    asked = [text for text in questions if not pattern_kind(text)]
    parts = [part for text in asked if len(text) > SHORT for part in _SENTENCES.findall(text)]
    told = [told for text in (*asked, *parts) if len(told := _ASKS.sub("", text)) >= LEAST_TOLD and told != text]
    options = (option for entry in entries for fact in entry.facts for option in fact.options)
    decides = [normalise(option.says).text for option in options]
    texts = (*asked, *parts, *(text for text in (*told, *decides) if not pattern_kind(text)), *everyday_texts())
    return list(dict.fromkeys(texts))
