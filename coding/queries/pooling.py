"""The segments of two rounds as one variable: raters matched by label, a segment of both rounds once for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from coding.queries.judged_rows import Ints
from coding.queries.ratings import MISSING, LabelSets, Mask, Ratings
from coding.reliability import Sets, Variable

Labels = tuple[tuple[str, ...], tuple[str, ...]]


def together(before: Ratings, after: Ratings, raters: Labels, clusters: Ints) -> Ratings:
    """Put two rounds' values of one variable side by side; a rater who was not in a round has none there."""
    categories = tuple(dict.fromkeys([*after.categories, *before.categories]))
    values = _side_by_side(raters, before.values, after.values, missing=MISSING)
    width = before.values.shape[1]
    # The last entry is what -1, a missing value, points at.
    place = np.array([*(categories.index(category) for category in before.categories), MISSING])
    values[:, :width] = place[values[:, :width]]
    nothing = np.zeros(values.shape, dtype=bool)
    every = np.arange(values.shape[1])
    return Ratings(after.key, after.name, after.slot, categories, values, nothing, every, clusters, 0, 0)


def sets_together(before: LabelSets, after: LabelSets, raters: Labels, clusters: Ints) -> Variable:
    """Do the same for whole sets of codes; both versions have the same codes, in an order of their own."""
    order = [before.codes.index(code) for code in after.codes]
    given = [
        _side_by_side(raters, before.given[place], one, missing=False)
        for place, one in zip(order, after.given, strict=True)
    ]
    judged = _side_by_side(raters, before.judged, after.judged, missing=False)
    return sets_of(np.stack(given) if given else np.zeros((0, *judged.shape), dtype=bool), judged, clusters)


def sets_of(given: Mask, judged: Mask, clusters: Ints) -> Variable:
    """Make the variable of whole sets, also where nobody judged anything."""
    if not judged.size:
        return Sets.from_sets([()] * len(judged))
    return Sets.from_indicators(given, judged, clusters)


def _side_by_side(raters: Labels, one: npt.NDArray[Any], other: npt.NDArray[Any], *, missing: int) -> npt.NDArray[Any]:
    labels: Sequence[str] = sorted({*raters[0], *raters[1]})
    width = one.shape[1]
    kind = np.promote_types(one.dtype, other.dtype)
    values = np.full((len(labels), width + other.shape[1]), missing, dtype=kind)
    for names, block, start in ((raters[0], one, 0), (raters[1], other, width)):
        rows = [labels.index(name) for name in names]
        values[rows, start : start + block.shape[1]] = block
    return values
