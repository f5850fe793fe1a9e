"""Variables whose values are whole label sets."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .inputs import cluster_codes, in_order
from .results import AnyInts
from .variables import Variable


class Sets(Variable):
    """Sets of codes: everything that a rater gave to a segment, compared as a whole."""

    level = "set"

    @classmethod
    def from_sets(cls, ratings: Sequence[Sequence[Any]], clusters: npt.ArrayLike | None = None) -> Self:
        """
        Make a variable from one list of collections of codes per rater; None is missing, an empty one "none applies".

        Raises ValueError when the raters' lists differ in length or an entry is no collection.
        """
        rows = [list(row) for row in ratings]
        n = len(rows[0]) if rows else 0
        if any(len(row) != n for row in rows):
            raise ValueError("Every rater needs one entry per unit (None for missing).")
        if any(isinstance(x, str | bytes) or (x is not None and not hasattr(x, "__iter__")) for r in rows for x in r):
            raise ValueError("Each rating must be a collection of codes, or None for missing.")
        sets = [[None if x is None else frozenset(x) for x in row] for row in rows]
        codes = {code: i for i, code in enumerate(sorted({c for r in sets for s in r if s for c in s}, key=str))}
        distinct = sorted(
            {s for row in sets for s in row if s is not None}, key=lambda s: (len(s), sorted(map(str, s)))
        )
        place: dict[frozenset[Any] | None, int] = {s: i for i, s in enumerate(distinct)}
        place[None] = -1
        members = np.zeros((max(len(distinct), 1), max(len(codes), 1)), dtype=bool)
        for i, s in enumerate(distinct):
            members[i, [codes[c] for c in s]] = True
        table = np.array([[place[s] for s in row] for row in sets], dtype=np.int64).reshape(len(rows), n)
        return cls._make(table, members, clusters)

    @classmethod
    def from_indicators(
        cls, given: npt.ArrayLike, judged: npt.ArrayLike, clusters: npt.ArrayLike | None = None
    ) -> Self:
        """
        Make a variable from given (codes, raters, units) and judged (raters, units), both true or false.

        Raises ValueError when the shapes do not fit.
        """
        codes = np.asarray(given).astype(bool)
        there = np.asarray(judged).astype(bool)
        if codes.ndim != 3 or there.shape != codes.shape[1:]:
            raise ValueError("`given` must be (codes, raters, units) and `judged` (raters, units) of the same size.")
        m, n = there.shape
        packed = np.packbits(codes, axis=0).reshape(-1, m * n).T if codes.shape[0] else np.zeros((m * n, 1), np.uint8)
        packed = np.ascontiguousarray(packed)[there.ravel()]
        table = np.full(m * n, -1, dtype=np.int64)
        members = np.zeros((1, max(codes.shape[0], 1)), dtype=bool)
        if len(packed):
            distinct, place = np.unique(packed.view(np.dtype((np.void, packed.shape[1]))).ravel(), return_inverse=True)
            table[there.ravel()] = place
            bits = np.unpackbits(distinct.view(np.uint8).reshape(len(distinct), -1), axis=1)
            members = bits[:, : max(codes.shape[0], 1)].astype(bool)
        return cls._make(table.reshape(m, n), members, clusters)

    @classmethod
    def _make(cls, table: AnyInts, members: npt.NDArray[np.bool_], clusters: npt.ArrayLike | None) -> Self:
        cluster, ids = cluster_codes(clusters, table.shape[1])
        table, cluster, order = in_order(table, cluster)
        new = object.__new__(cls)
        Variable.__init__(
            new, (table, cluster), len(members), shape=table.shape, cluster_ids=ids, order=order, members=members
        )
        return new
