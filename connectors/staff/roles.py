"""Roles (角色) and what each may do: the least that its work needs."""

from __future__ import annotations

from typing import Literal, get_args

Role = Literal["agent", "adviser", "officer", "mediator", "editor", "supervisor", "admin"]
Right = Literal["cases", "any_case", "calls", "applications", "staff"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES: dict[Role, str] = {
    "agent": "热线坐席",
    "adviser": "法律顾问",
    "officer": "窗口人员",
    "mediator": "调解员",
    "editor": "知识编辑",
    "supervisor": "督办",
    "admin": "管理员",
}
RIGHTS: dict[Role, frozenset[Right]] = {
    "agent": frozenset({"cases", "calls"}),
    "adviser": frozenset({"cases"}),
    "officer": frozenset({"cases", "calls", "applications"}),
    "mediator": frozenset({"cases"}),
    "editor": frozenset(),
    "supervisor": frozenset({"cases", "any_case", "calls", "applications"}),
    "admin": frozenset({"cases", "any_case", "calls", "applications", "staff"}),
}
"""`cases`: see the queue, take a case and work on one's own; `any_case`: act on a case that somebody else holds;
`calls`: take calls with suggestions beside them and save their work orders; `applications`: read what
citizens have handed in by form, and decide where no other system does."""
