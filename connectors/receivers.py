"""Receiving systems (接收系统): one file each, saying which applications it takes and how it wants to be told of them.

A file of `WENFA_HOME/receivers/`. `forms` and `when` choose the applications (a mediation form about traffic can go to
the traffic police's desk, one about wages to the labour office's); the first file by name that fits an application gets
it, and what fits none is decided by the officers here. `fields` says what the system wants instead of our own schema
(docs/intake.md), `receipt` where its number stands in what it answers, `statuses` what its words for a standing mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from yarl import URL

from connectors.errors import SettingError
from knowledge.forms import Values, When, holds, read_forms
from knowledge.source_files import KnowledgeError, Source

FOLDER = "receivers"
Status = Literal["received", "papers_wanted", "granted", "refused", "assigned", "withdrawn", "ended"]
SENT = (
    "schema",
    "topic",
    "number",
    "form",
    "form_version",
    "handed_in_at",
    "at",
    "urgent",
    "matter",
    "answers",
    "labels",
    "assessment",
    "reckoned",
    "papers",
    "attachments",
)
"""The fields of our own schema."""
OTHERWISE = "*"
"""In `values`: what stands for all that is not named."""


class Mapped(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """A value of ours under another code (代码对照): `values` by ours, as text; a list is mapped item by item."""

    source: str
    values: dict[str, str] = {}


class Receiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One receiving system. `secret` is the name of the environment variable that holds the signing secret."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_]{1,15}$")]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    forms: tuple[str, ...]
    url: str
    secret: str
    when: When = {}
    fields: dict[str, str | Mapped] = {}
    receipt: str = "receipt"
    statuses: dict[str, Status] = {}

    def takes(self, form: str, answers: Values) -> bool:
        return form in self.forms and holds(self.when, answers)

    def told(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """What it is sent of a record in our schema; dotted names on either side are objects in objects.

        A value that the record has not is null there.
        """
        if not self.fields:
            return dict(record)
        sent: dict[str, Any] = {}
        for target, rule in self.fields.items():
            value = value_at(record, rule if isinstance(rule, str) else rule.source)
            *outer, last = target.split(".")
            place = sent
            for name in outer:
                place = place.setdefault(name, {})
            place[last] = value if isinstance(rule, str) else _coded(value, rule.values)
        return sent


def value_at(record: Any, path: str) -> Any:
    """The value under a dotted name; None where there is none."""
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _coded(value: Any, codes: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_coded(one, codes) for one in value]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return codes.get(text, codes.get(OTHERWISE, value))


class Receivers:
    """The receiving systems of a service, in the order in which they are asked."""

    def __init__(self, receivers: Sequence[Receiver], secrets: Mapping[str, str]) -> None:
        self._receivers = tuple(receivers)
        self._secrets = dict(secrets)

    def __iter__(self) -> Iterator[Receiver]:
        return iter(self._receivers)

    def __bool__(self) -> bool:
        return bool(self._receivers)

    def of(self, form: str, answers: Values) -> Receiver | None:
        """Who takes an application; None where the officers here decide."""
        return next((one for one in self._receivers if one.takes(form, answers)), None)

    def named(self, receiver_id: str) -> Receiver | None:
        return next((one for one in self._receivers if one.id == receiver_id), None)

    def secret_of(self, receiver: Receiver) -> bytes:
        return self._secrets[receiver.id].encode()

    def check_secrets(self) -> None:
        """Raises SettingError naming the first whose secret is not set; only a service needs them."""
        for one in self._receivers:
            if not self._secrets.get(one.id):
                raise SettingError(f"{one.id}.yaml", f"签名密钥放在环境变量 {one.secret} 里，现在没有设")


def read_receivers(folder: Path, environment: Mapping[str, str]) -> Receivers:
    """Those of a folder, by file name; raises SettingError naming the file and what is wrong with it."""
    receivers = [_read(path) for path in sorted(folder.glob("*.yaml"))]
    return Receivers(receivers, {one.id: environment.get(one.secret, "").strip() for one in receivers})


def _read(path: Path) -> Receiver:
    """One file; raises SettingError."""
    try:
        source = Source.read(path)
        receiver = source.convert(Receiver, source.data())
    except KnowledgeError as error:
        raise SettingError(path.name, f"第 {error.fault.line} 行{error.fault.message}") from error
    faults = list(faults_of(receiver))
    if receiver.id != path.stem:
        faults.insert(0, f"id 应和文件名一样，现在是 {receiver.id}")
    if faults:
        raise SettingError(path.name, faults[0])
    return receiver


def faults_of(receiver: Receiver) -> Iterator[str]:
    """What is wrong with a file: forms and questions that we do not have, an address that is none."""
    url, forms = URL(receiver.url), {form.id: form for form in read_forms().values() if not form.draft}
    if url.scheme not in ("http", "https") or not url.host:
        yield f"url 应是 http:// 或 https:// 开头的完整地址，现在是“{receiver.url}”"
    unknown = [form for form in receiver.forms if form not in forms]
    if unknown or not receiver.forms:
        yield f"forms 里写有人接收的表（{'、'.join(forms)}），没有 {'、'.join(unknown) or '写'}"
        return
    asked = {field.id for form in receiver.forms for field in forms[form].fields}
    for name in receiver.when.keys() - asked:
        yield f"when 里的 {name} 不是这些表的问题"
    for target, rule in receiver.fields.items():
        if any(other.startswith(f"{target}.") for other in receiver.fields):
            yield f"{target} 既是一个值，又是别的字段的外层"
        first, _, rest = (rule if isinstance(rule, str) else rule.source).partition(".")
        if first not in SENT:
            yield f"{target}：发出的内容里没有 {first}"
        elif first == "answers" and rest and rest not in asked:
            yield f"{target}：这些表没有问 {rest}"


def uncoded(receiver: Receiver) -> Iterator[tuple[str, str]]:
    """(Question, answer) of the choices for which a code table has no code; they go out as they are."""
    forms = read_forms()
    fields = [field for form in receiver.forms for field in forms[form].fields]
    for rule in receiver.fields.values():
        if not isinstance(rule, str) and OTHERWISE not in rule.values:
            for field in (one for one in fields if rule.source == f"answers.{one.id}"):
                yield from ((field.id, option.value) for option in field.options if option.value not in rule.values)
