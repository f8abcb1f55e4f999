"""The adviser's desk (坐席工作台): the queue, a case, an answer, for staff who are signed in."""

from connectors.desk.routes import build

__all__ = ["build"]
