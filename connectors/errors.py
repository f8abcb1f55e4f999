"""Domain errors; they know nothing of HTTP. One middleware and one CLI wrapper map them to what people see.

WenfaError
├── SettingError          a setting is wrong
├── BadRequest            what was sent cannot be understood
│   └── TextTooLong       more words than one turn may hold
├── NotFound              no such conversation or case
├── NotAllowed            the case is not in a state that allows this
├── Starting              models are still loading
└── Busy                  too many turns at once
"""

from __future__ import annotations


class WenfaError(Exception):
    """Base; `code` is for programs, the message for the person who reads it, in Chinese."""

    code = "error"


class SettingError(WenfaError):
    code = "setting"

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}：{message}")


class BadRequest(WenfaError):
    code = "bad_request"


class TextTooLong(BadRequest):
    code = "text_too_long"


class NotFound(WenfaError):
    code = "not_found"


class NotAllowed(WenfaError):
    code = "not_allowed"


class Starting(WenfaError):
    code = "starting"


class Busy(WenfaError):
    code = "busy"
