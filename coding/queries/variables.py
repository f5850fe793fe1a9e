"""Ratings as variables of the engine."""

from __future__ import annotations

from coding.queries.judged_rows import Ints
from coding.queries.ratings import Ratings
from coding.reliability import Nominal, Scale, Variable


def nominal(found: Ratings, clusters: Ints) -> Variable:
    """Make the variable of a code or a family; `clusters` says for each unit which transcript it is of."""
    return Nominal.from_ratings(found.values, len(found.categories), clusters, labels=found.categories)


def scaled(found: Ratings, clusters: Ints) -> Variable:
    """Make the variable of a rating on its scale."""
    return Scale.from_ratings(found.values, [float(number) for number in found.categories], clusters)
