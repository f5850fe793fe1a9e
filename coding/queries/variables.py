"""Ratings as variables of the engine."""

from __future__ import annotations

from coding.queries.judged_rows import Ints
from coding.queries.ratings import Mask, Ratings
from coding.reliability import Nominal, Scale, Variable


def variable_of(found: Ratings, kept: Mask | None = None) -> Variable:
    """Make the variable of some ratings, of the `kept` units: on their scale where they are numbers, else nominal."""
    return (scaled if found.is_scale else nominal)(found, None, kept)


def nominal(found: Ratings, clusters: Ints | None = None, kept: Mask | None = None) -> Variable:
    """Make the variable of a code or a family; `clusters` may say otherwise of which transcript each unit is."""
    where = found.transcripts if clusters is None else clusters
    values = found.values if kept is None else found.values[:, kept]
    where = where if kept is None else where[kept]
    return Nominal.from_ratings(values, len(found.categories), where, labels=found.categories)


def scaled(found: Ratings, clusters: Ints | None = None, kept: Mask | None = None) -> Variable:
    """Make the variable of a rating on its scale."""
    where = found.transcripts if clusters is None else clusters
    values = found.values if kept is None else found.values[:, kept]
    where = where if kept is None else where[kept]
    return Scale.from_ratings(values, [float(number) for number in found.categories], where)
