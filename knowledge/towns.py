"""The towns of a city (镇街) as people name them."""

from __future__ import annotations

from knowledge.records import City, Town


def aliases(city: City) -> list[tuple[str, str]]:
    """Every way to name a town of the city, with the town's id."""
    return [
        (name, town.id)
        for town in city.towns
        for name in dict.fromkeys((town.name, town.name.removesuffix(town.kind), *town.aliases))
        if len(name) > 1
    ]


def town_named(words: str, city: City) -> Town | None:
    """The town that somebody has named, the longest name first."""
    towns = {town.id: town for town in city.towns}
    names = sorted(aliases(city), key=lambda one: -len(one[0]))
    return next((towns[town] for name, town in names if name in words), None)
