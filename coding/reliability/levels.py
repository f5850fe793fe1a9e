"""Variables of categories without order, and of numbers on a declared scale."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .inputs import checked, cluster_codes, in_order
from .variables import Variable


class Nominal(Variable):
    """Categories without order: present/absent of a code, or the codes of an exclusive family."""

    level = "nominal"

    @classmethod
    def from_ratings(
        cls,
        ratings: npt.ArrayLike,
        n_categories: int,
        clusters: npt.ArrayLike | None = None,
        *,
        labels: Sequence[Any] = (),
        positive: int | None = None,
        disagreement: npt.ArrayLike | None = None,
    ) -> Self:
        """
        Make a variable from category indices (raters, units), -1 for missing.

        `n_categories` counts the declared categories, used or not. `positive` is the category that positive agreement,
        prevalence and bias index refer to (the second of two by default). `disagreement` (q, q) serves `_custom`.
        Raises ValueError with a sentence on a rating outside the declared categories or a table of another shape.
        """
        table = checked(ratings, n_categories)
        cluster, ids = cluster_codes(clusters, table.shape[1])
        if positive is None and n_categories == 2:
            positive = 1
        if positive is not None and not 0 <= positive < n_categories:
            raise ValueError(f"The positive category {positive} is not one of the {n_categories} declared.")
        table, cluster, order = in_order(table, cluster)
        new = object.__new__(cls)
        Variable.__init__(
            new,
            (table, cluster),
            n_categories,
            shape=table.shape,
            cluster_ids=ids,
            order=order,
            labels=tuple(labels),
            positive=positive,
            custom=disagreement,
        )
        if disagreement is not None:
            new.distance("custom")
        return new


class Scale(Variable):
    """Ordered categories that are numbers: an intensity from 0 to 3, on the declared scale."""

    level = "scale"

    @classmethod
    def from_ratings(
        cls,
        ratings: npt.ArrayLike,
        values: Sequence[float],
        clusters: npt.ArrayLike | None = None,
        *,
        disagreement: npt.ArrayLike | None = None,
    ) -> Self:
        """
        Make a variable from indices into the declared scale, (raters, units), -1 for missing.

        `values` are the numbers of the scale in order, used or not. Raises ValueError when they do not rise.
        """
        numbers = np.asarray(values, dtype=np.float64)
        if numbers.ndim != 1 or not np.isfinite(numbers).all() or (np.diff(numbers) <= 0).any():
            raise ValueError("The values of a scale must be numbers that rise from one to the next.")
        table = checked(ratings, len(numbers))
        cluster, ids = cluster_codes(clusters, table.shape[1])
        table, cluster, order = in_order(table, cluster)
        new = object.__new__(cls)
        Variable.__init__(
            new,
            (table, cluster),
            len(numbers),
            shape=table.shape,
            cluster_ids=ids,
            order=order,
            labels=tuple(numbers.tolist()),
            values=numbers,
            custom=disagreement,
        )
        if disagreement is not None:
            new.distance("custom")
        return new

    @classmethod
    def from_numbers(
        cls,
        numbers: npt.ArrayLike,
        values: Sequence[float] | None = None,
        clusters: npt.ArrayLike | None = None,
    ) -> Self:
        """
        Make a variable from the numbers themselves, (raters, units), NaN for missing.

        Without `values` the numbers that occur are the scale. Raises ValueError for a number outside the declared one.

        Sums over whole sessions (how often a code was given in each transcript) have no upper bound, and every
        transcript is a unit of its own:

            sessions = Scale.from_numbers(counts)                             # (raters, transcripts), no clusters
            measure(sessions, ["icc_2_1", "icc_3_1"], interval="analytic")    # F, transcripts being independent
            measure(sessions, ["lin_ccc", "krippendorff_alpha_ratio"])        # by leaving one transcript out
        """
        table = np.asarray(numbers, dtype=np.float64)
        if table.ndim != 2:
            raise ValueError("Ratings must be a table with one row per rater and one column per unit.")
        if np.isinf(table).any():
            raise ValueError("Ratings must be finite numbers, or NaN for missing.")
        there = ~np.isnan(table)
        scale = np.unique(table[there]) if values is None else np.asarray(values, dtype=np.float64)
        if not len(scale):
            scale = np.zeros(1)
        place = np.minimum(np.searchsorted(scale, np.where(there, table, scale[0])), len(scale) - 1)
        outside = there & (scale[place] != table)
        if outside.any():
            rater, unit = np.argwhere(outside)[0]
            raise ValueError(
                f"Rating {table[rater, unit]:g} (rater {rater}, unit {unit}, counted from 0) is not on the declared "
                f"scale {', '.join(f'{x:g}' for x in scale)}."
            )
        return cls.from_ratings(np.where(there, place, -1), scale.tolist(), clusters)
