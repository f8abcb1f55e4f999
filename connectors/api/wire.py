"""What the API reads and writes."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from bot.outcomes import Reply
from connectors.conversations import MOST_CHARACTERS, Message
from connectors.errors import BadRequest, TextTooLong
from knowledge.statutes import ArticleText

T = TypeVar("T")
LEAST_DIFFERENT = 8
"""Different characters in a key; one of 22 random characters has fewer once in 10^13."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")
"""NUL, and halves of surrogate pairs, which no encoding can carry."""
MESSAGE_ID = "message_id 应是 1 到 64 个字母、数字、下划线或连字符"
_SECRET_ID = re.compile(r"[A-Za-z0-9_-]{22,64}")


class TurnRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing a citizen says. The client makes both ids, so that a lost answer can be asked for again.

    `conversation` is the only key to what was said: at least 128 random bits, 22 to 64 of [A-Za-z0-9_-]. Only its
    hash is stored.
    """

    conversation: str
    message_id: str
    text: str
    on: date | None = None


class TurnResponse(msgspec.Struct, frozen=True):
    conversation: str
    message_id: str
    reply: Reply


class HistoryMessage(msgspec.Struct, frozen=True):
    """One thing said; `author` is citizen, bot, person or system.

    A citizen's message and the bot's reply to it carry the same `message_id`; where the reply is not there yet, the
    turn is still being answered. `seq` orders the messages of a conversation.
    """

    seq: int
    author: str
    at: float
    text: str
    message_id: str | None = None
    reply: Reply | None = None


class ContactRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where and when a citizen wishes to be called about the open case."""

    phone: str
    when: str = ""
    discreet: bool = False


class CaseSummary(msgspec.Struct, frozen=True):
    number: str
    status: str


class History(msgspec.Struct, frozen=True):
    """The last messages, oldest first; with `earlier`, more come before the first of these."""

    messages: tuple[HistoryMessage, ...]
    case: CaseSummary | None
    earlier: bool = False


class JoiningCode(msgspec.Struct, frozen=True):
    """Eight digits, good once for `seconds`."""

    code: str
    seconds: int


def history_message(message: Message) -> HistoryMessage:
    """A message as its citizen may see it: of a person not the name."""
    return HistoryMessage(message.id, message.author, message.at, message.text, message.message_id, message.reply)


class Articles(msgspec.Struct, frozen=True):
    """The text of those articles asked for that the bureau has imported."""

    articles: tuple[ArticleText, ...]


def asked_article(value: str) -> list[str]:
    """Law, article and version of `of=劳动合同法|第三十八条|2013-07-01`; raises BadRequest."""
    parts = value.split("|")
    if len(parts) != 3:
        raise BadRequest("of 应写成 法律|条|施行日期，例如 劳动合同法|第三十八条|2013-07-01")
    return parts


async def read_json(request: web.Request, kind: type[T]) -> T:
    """The body as a record; raises BadRequest saying what is wrong."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadRequest(f"请求内容不合要求（{error}）") from error


def checked(turn: TurnRequest) -> TurnRequest:
    """The request with its words trimmed; raises BadRequest or TextTooLong."""
    checked_key(turn.conversation)
    if not _ID.fullmatch(turn.message_id):
        raise BadRequest(MESSAGE_ID)
    text = _NOT_TEXT.sub("", turn.text).strip()
    if not text:
        raise BadRequest("请先写下您的问题")
    if len(text) > MOST_CHARACTERS or len(unicodedata.normalize("NFKC", text)) > MOST_CHARACTERS:
        raise TextTooLong(f"一次最多 {MOST_CHARACTERS} 字，请分几次说")
    return msgspec.structs.replace(turn, text=text)


def checked_message_id(message_id: str) -> str:
    """Raises BadRequest where it is none."""
    if not _ID.fullmatch(message_id):
        raise BadRequest(MESSAGE_ID)
    return message_id


def checked_key(key: str) -> str:
    """A conversation's key; raises BadRequest where it is none, or could be guessed."""
    if not _SECRET_ID.fullmatch(key) or len(set(key)) < LEAST_DIFFERENT:
        raise BadRequest("conversation 应是 22 到 64 个字母、数字、下划线或连字符组成的随机串")
    return key


def json_response(record: Any, status: int = 200) -> web.Response:
    body = msgspec.json.encode(record)
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8")
