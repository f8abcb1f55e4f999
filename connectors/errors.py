"""Domain errors; they know nothing of HTTP. One middleware and one CLI wrapper map them to what people see.

WenfaError
├── SettingError          a setting is wrong; for the operator's eyes only
├── BadRequest            what was sent cannot be understood
│   └── TextTooLong       more words than one turn may hold
├── NotFound              no such conversation or case
├── NotAllowed            the case is not in a state that allows this
├── TooMany               one client, or one conversation, asks too often
├── Unreadable            no key opens what is stored
└── NotNow                asked again later, it will work
    ├── Starting          models are still loading
    ├── Busy              too many turns at once
    ├── TooSlow           the answer did not come in time
    └── StorageUnavailable  the database does not answer or cannot write
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


class TooMany(WenfaError):
    """`retry_after_s`: whole seconds after which it is worth another try."""

    code = "too_many"

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"您问得太快了，请过 {retry_after_s} 秒再发。急事请打 110 或 12348")
        self.retry_after_s = retry_after_s


class Unreadable(WenfaError):
    code = "unreadable"

    def __init__(self) -> None:
        super().__init__("之前说的话现在打不开，工作人员会处理。您的话没有丢，急事请打 12348")


class NotNow(WenfaError):
    code = "not_now"


class Starting(NotNow):
    code = "starting"


class Busy(NotNow):
    code = "busy"


class TooSlow(NotNow):
    code = "too_slow"

    def __init__(self) -> None:
        super().__init__("这句话想得太久了，正在重试，您的话没有丢")


class StorageUnavailable(NotNow):
    """`detail` is what the driver said, for logs and the operator."""

    code = "storage_unavailable"

    def __init__(self, detail: str) -> None:
        super().__init__("现在存不下您的话，请过一会儿再发。急事请打 110 或 12348")
        self.detail = detail
