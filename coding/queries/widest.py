"""On which segments raters are furthest apart, over everything that they gave there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from coding.queries import ratings
from coding.queries.judged_rows import CODABLE, UNCODABLE, Ints, JudgedRows
from coding.queries.ratings import Mask, Matrix, Ratings


def widest_first(rows: JudgedRows, matrices: Mapping[str, Matrix], units: Ints) -> Ints:
    """
    Order some segments by how far apart the raters' whole sets of codes are (MASI); gives places in `units`.

    Where one rater called a segment uncodable and another coded it, they are as far apart as can be.
    """
    sets = ratings.label_sets(rows, matrices)
    apart = np.zeros(len(rows.units.ids))
    apart[sets.units] = np.nan_to_num(set_distances(sets.given, sets.judged))
    torn = (rows.judged == UNCODABLE).any(axis=0) & (rows.judged == CODABLE).any(axis=0)
    apart[torn] = 1.0
    return np.argsort(-apart[units], kind="stable")


def widest_of(found: Ratings) -> Ints:
    """
    Order the segments on which raters differ in one variable, the widest first; gives places in the round.

    How wide: the mean over pairs of raters of the distance of their ratings on a scale, else of whether they differ.
    """
    total, number = np.zeros(found.values.shape[1]), np.zeros(found.values.shape[1])
    for one in range(len(found.values)):
        for other in range(one + 1, len(found.values)):
            both = (found.values[one] >= 0) & (found.values[other] >= 0)
            gap = np.abs(found.values[one].astype(np.int64) - found.values[other])
            total += np.where(both, gap if found.is_scale else gap > 0, 0)
            number += both
    apart = total / np.maximum(number, 1)
    order = np.argsort(-apart, kind="stable")
    return found.units[order[apart[order] > 0]]


def set_distances(given: Mask, judged: Mask) -> npt.NDArray[np.float64]:
    """
    Give the mean MASI distance of the label sets of every two raters, for each unit, (units,); NaN where no two judged.

    given (codes, raters, units), judged (raters, units). MASI: 1 - J M (docs/methods.md, krippendorff_alpha_masi).
    """
    total, number = np.zeros(judged.shape[1]), np.zeros(judged.shape[1])
    sizes = given.sum(axis=0)
    for one in range(len(judged)):
        for other in range(one + 1, len(judged)):
            shared = (given[:, one] & given[:, other]).sum(axis=0)
            union = sizes[one] + sizes[other] - shared
            smaller = np.minimum(sizes[one], sizes[other])
            equal, inside = union == shared, (shared == smaller) & (shared > 0)
            weight = np.where(equal, 1.0, np.where(inside, 2 / 3, np.where(shared > 0, 1 / 3, 0.0)))
            jaccard = np.where(union > 0, shared / np.maximum(union, 1), 1.0)
            both = judged[one] & judged[other]
            total += np.where(both, 1 - jaccard * weight, 0.0)
            number += both
    with np.errstate(invalid="ignore"):
        return np.where(number > 0, total / number, np.nan)
