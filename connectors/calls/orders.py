"""The work order (工单) of a call: who called, about what, what was told, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, get_args

import msgspec

from connectors.cases.contacts import Contact
from connectors.conversations import MOST_CHARACTERS
from connectors.errors import BadRequest, TextTooLong
from knowledge.records import SpecialGroup

ADVISER = "adviser"
CALL_OUTCOMES = {
    "answered": "已答复",
    ADVISER: "转法律顾问回电",
    "referred": "转介其他部门",
    "dropped": "断线或无效来电",
}
"""How a call may end."""
GROUP_NAMES: dict[SpecialGroup, str] = {
    "migrant_workers": "农民工",
    "elderly": "老年人",
    "disabled": "残疾人",
    "minors": "未成年人",
    "women": "妇女",
    "military_families": "军人军属",
    "low_income": "低收入",
}
MOST_NAME = 32


class WorkOrder(msgspec.Struct, frozen=True):
    """A work order as typed so far; `matter` "" stands for the one that is suggested, `town` is a town's id."""

    name: str = ""
    phone: str = ""
    town: str = ""
    groups: tuple[SpecialGroup, ...] = ()
    matter: str = ""
    told: str = ""
    outcome: str = "answered"

    @classmethod
    def of(cls, form: Mapping[str, Any], groups: list[str]) -> Self:
        """As typed, unchecked but for its length: a draft must not be lost; raises TextTooLong."""
        told, name = str(form.get("told", "")).strip(), " ".join(str(form.get("name", "")).split())
        if len(told) > MOST_CHARACTERS:
            raise TextTooLong(f"答复内容最多 {MOST_CHARACTERS} 字")
        known = tuple(group for group in get_args(SpecialGroup) if group in groups)
        typed = {key: str(form.get(key, ""))[:64].strip() for key in ("phone", "town", "matter")}
        return cls(name[:MOST_NAME], groups=known, told=told, outcome=str(form.get("outcome", "answered")), **typed)

    def checked(self, matters: Mapping[str, str], towns: Mapping[str, str]) -> Self:
        """Ready to be saved; raises BadRequest saying what is missing or wrong."""
        if self.outcome not in CALL_OUTCOMES:
            raise BadRequest(f"没有“{self.outcome}”这种结果，可用：{'、'.join(CALL_OUTCOMES)}")
        if self.phone:
            Contact.of(self.phone, "")
        if self.outcome == ADVISER and not self.phone:
            raise BadRequest("转法律顾问回电，要先填来电人的电话")
        if self.matter and self.matter not in matters:
            raise BadRequest(f"没有“{self.matter}”这种事项")
        if self.town and self.town not in towns:
            raise BadRequest(f"没有“{self.town}”这个镇街")
        return self
