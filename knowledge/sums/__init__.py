"""Sums (算一算): what the law lets one ask for, reckoned from few figures; pure, each with formula and article.

A result is an estimate. What depends on a local figure that nobody has filled in says so and stays open.
"""

from knowledge.sums.catalogue import CannotReckon, Sum, read_sums, sums_of
from knowledge.sums.results import Item, Reckoned
from knowledge.sums.told import Told, told

__all__ = ["CannotReckon", "Item", "Reckoned", "Sum", "Told", "read_sums", "sums_of", "told"]
