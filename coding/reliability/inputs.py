"""Check what a caller hands in; every complaint is a sentence."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .results import AnyInts, Ints


def checked(ratings: npt.ArrayLike, q: int) -> AnyInts:
    """Return the ratings as integers (m, n); raises ValueError with the first bad cell."""
    table: npt.NDArray[Any] = np.asarray(ratings)
    if table.ndim != 2:
        raise ValueError("Ratings must be a table with one row per rater and one column per unit.")
    if table.dtype.kind == "b":
        table = table.astype(np.int8)
    if table.size == 0:
        table = table.astype(np.int8)
    if table.dtype.kind not in "iu":
        raise ValueError("Ratings must be whole numbers: the index of the category, or -1 for missing.")
    if isinstance(q, bool) or not isinstance(q, int | np.integer) or q < 1:
        raise ValueError("There must be at least one declared category.")
    if table.size and (int(table.min()) < -1 or int(table.max()) >= q):
        rater, unit = np.argwhere((table < -1) | (table >= q))[0]
        raise ValueError(
            f"Rating {table[rater, unit]} (rater {rater}, unit {unit}, counted from 0) is not one of the "
            f"{q} declared categories 0 to {q - 1}, nor -1 for missing."
        )
    if table.dtype.kind == "u":
        table = table.astype(np.int64)
    return table


def in_order(ratings: AnyInts, cluster: Ints) -> tuple[AnyInts, Ints, Ints | None]:
    """Return the units with those of one transcript together, and which unit stands where if they were moved."""
    if (cluster[1:] < cluster[:-1]).any():
        order = np.argsort(cluster, kind="stable")
        return ratings[:, order], cluster[order], order
    return ratings, cluster, None


def cluster_codes(clusters: npt.ArrayLike | None, n: int) -> tuple[Ints, tuple[Any, ...]]:
    """
    Number the transcripts 0 to C - 1 in sorted order; none given means that every unit stands alone.

    Raises ValueError when their number is not that of the units.
    """
    if clusters is None:
        every = np.arange(n)
        return every, tuple(range(n))
    given: npt.NDArray[Any] = np.asarray(clusters)
    if given.shape != (n,):
        raise ValueError(f"There are {n} units but {given.size} cluster entries; give one transcript per unit.")
    if n == 0:
        return np.empty(0, dtype=np.int64), ()
    if given.dtype.kind in "iu":
        rising = given[1:] != given[:-1]
        if (given[1:] >= given[:-1]).all():  # already in order, the usual case: no sorting
            starts = np.concatenate([[0], np.flatnonzero(rising) + 1])
            every = np.arange(len(starts))
            return np.repeat(every, np.diff(starts, append=n)), tuple(given[starts].tolist())
    ids, codes = np.unique(given, return_inverse=True)
    return codes.astype(np.int64), tuple(ids.tolist())
