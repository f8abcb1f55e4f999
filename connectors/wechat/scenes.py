"""Codes on posters and counters (带参数的二维码): each brings the town where it hangs."""

from __future__ import annotations

from connectors.wechat.messages import Inbound
from knowledge.records import City, Town

TOWN = "town:"
_SUBSCRIBED = "qrscene_"
"""The platform puts it before the scene of who follows by a code, and not before that of who follows already."""


def scene_of(town: Town) -> str:
    return f"{TOWN}{town.id}"


def town_of(inbound: Inbound, city: City) -> Town | None:
    """The town of the code that a citizen scanned, to follow or later; None for any other event."""
    if inbound.event not in ("subscribe", "scan"):
        return None
    scene = inbound.event_key.removeprefix(_SUBSCRIBED)
    return next((town for town in city.towns if scene == scene_of(town)), None)
