"""Where a citizen is sent when another door is the right one (转介): a public legal service, with its form here."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from connectors.errors import BadRequest
from knowledge.forms import read_forms
from knowledge.library import read_services
from knowledge.records import Service


class Door(NamedTuple):
    """A service, and the words that open its form here, empty where there is none."""

    service: Service
    asks: str


@cache
def services() -> dict[str, Service]:
    """The services by id."""
    return read_services()


def door_to(service_id: str) -> Door | None:
    """The door to a service; None where none is named. Raises BadRequest for one that is not there."""
    if not service_id:
        return None
    service = services().get(service_id)
    if service is None:
        raise BadRequest(f"没有“{service_id}”这个去处，可用：{'、'.join(services())}")
    return Door(service, read_forms()[service.form].asks_for if service.form else "")
