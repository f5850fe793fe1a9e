"""
A variable: one thing that several raters judged on the same units, and its sums per transcript.

`block(name)` returns one group of columns of G, the matrix of sums per transcript (C, k); it is computed when it is
first asked for. Every estimate, leave-one-out value and resample is a function of weighted sums of these rows.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from . import counting
from .results import AnyInts, Counts, Floats, Ints
from .weights import Distance, Nominal01, OnSets, OnValues, agreement_weights

DENSE_CELLS = 24
BIT_CATEGORIES = 8
SET_DISTANCES = ("masi", "jaccard", "nominal_sets", "passonneau2004")


def two_raters(tables: Floats, *, with_cells: bool) -> dict[str, Floats]:
    """Turn crossed pairs (pairs, C, q + 1, q + 1), index q being "missing", into the blocks of two raters each."""
    q = tables.shape[-1] - 1
    joint, first_only, second_only = tables[..., :q, :q], tables[..., :q, q], tables[..., q, :q]
    diagonal = np.diagonal(joint, axis1=-2, axis2=-1)
    first, second = joint.sum(axis=-1), joint.sum(axis=-2)
    both = first.sum(axis=-1)
    single = first_only + second_only
    units = both + single.sum(axis=-1)
    blocks = {
        "counts": np.stack([units, both, both + units, 2 * both], axis=-1),
        "share": (first + second) / 2 + single,
        "pairable": first + second,
        "within": 2 * diagonal,
        "agree": diagonal,
        "by_rater": np.concatenate([first + first_only, second + second_only], axis=-1),
        "margins:0,1": np.concatenate([both[..., None], diagonal, first, second], axis=-1),
    }
    if with_cells:
        one, two = np.triu_indices(q)
        cells = np.where(one == two, 1.0, 2.0) * (joint + np.swapaxes(joint, -1, -2))[..., one, two]
        blocks |= {"cells": cells, "cell_shares": cells / 2}
    return blocks


class Variable:
    """
    Ratings of m raters on n units by q categories, in transcripts (clusters).

    ratings (m, n): integers, category 0 to q - 1, -1 for missing. clusters (n,): which transcript each unit belongs to,
    any labels that can be sorted; none means that every unit stands alone. Make one with `Nominal`, `Scale` or `Sets`.
    """

    level = "any"

    def __init__(
        self,
        ratings: AnyInts,
        q: int,
        *,
        cluster: Ints,
        cluster_ids: tuple[Any, ...],
        sizes: Floats | None = None,
        labels: tuple[Any, ...] = (),
        values: Floats | None = None,
        custom: npt.ArrayLike | None = None,
        positive: int | None = None,
        members: npt.NDArray[np.bool_] | None = None,
    ) -> None:
        """Keep checked, prepared arrays; `from_ratings` checks and prepares."""
        self.q = q
        self.m = len(ratings)
        self.n = ratings.shape[1]
        self.cluster_ids = cluster_ids
        self.n_clusters = len(cluster_ids)
        self.ratings = ratings
        self.cluster = cluster
        self.sizes = np.ones(self.n_clusters) if sizes is None else sizes
        self.labels = labels
        self.values = values
        self.custom = custom
        self.positive = positive
        self.members = members
        self._blocks: dict[str, Floats] = {}
        self.sampled = "transcript"
        self._distances: dict[str, Distance] = {}
        self._bits: counting.Bits | None = None
        self._counts: Counts | None = None
        self.cell_first: Ints = np.empty(0, dtype=np.int64)
        self.cell_second: Ints = np.empty(0, dtype=np.int64)

    # What it is -------------------------------------------------------------------------------------------------

    @property
    def layout(self) -> tuple[Any, ...]:
        """Return what two variables must share so that their sums can be stacked into one array."""
        shape = (type(self), self.q, self.m, self.n_clusters, self.positive)
        values = None if self.values is None else self.values.tobytes()
        private = id(self) if self.q > DENSE_CELLS or self.members is not None or self.custom is not None else 0
        return (*shape, values, private, self.sizes.tobytes())

    @property
    def has_few_categories(self) -> bool:
        """Say whether coincidences are kept for every pair of categories."""
        return self.q <= DENSE_CELLS

    @property
    def counts(self) -> Counts:
        """Return units, pairable units, ratings, raters, transcripts and categories."""
        if self._counts is None:
            sums = self.sizes @ self.block("counts") if self.n else np.zeros(4)
            units, pairable, ratings, _ = (int(x) for x in sums)
            self._counts = Counts(units, pairable, ratings, self.m, self.n_clusters, self.q)
        return self._counts

    def distance(self, kind: str) -> Distance:
        """
        Return the disagreement called `kind`: an agreement weighting, an alpha metric or a set distance.

        Raises ValueError when the variable has no numbers, sets or custom table for it.
        """
        if kind not in self._distances:
            self._distances[kind] = self._make_distance(kind)
        return self._distances[kind]

    def _make_distance(self, kind: str) -> Distance:
        if kind == "nominal":
            return Nominal01(self.q)
        if kind in SET_DISTANCES:
            if self.members is None:
                raise ValueError(f"The {kind} distance is for label sets; make the variable with Sets.")
            return OnSets(self.members, kind)
        if kind in ("interval", "ratio"):
            if self.values is None:
                raise ValueError(f"The {kind} difference needs numbers as categories.")
            return OnValues(self.values, kind)
        return agreement_weights(kind, self.q, self.values, self.custom)

    # Sums per transcript ----------------------------------------------------------------------------------------

    def block(self, name: str) -> Floats:
        """Return one block of columns of G, (C, k), computed once; docs/methods.md lists the blocks."""
        if name not in self._blocks:
            self._make_block(name)
        return self._blocks[name]

    def _make_block(self, name: str) -> None:
        kind, _, rest = name.partition(":")
        if kind in ("counts", "share", "pairable", "within", "agree"):
            tallies = counting.tally(self.ratings, self.q, self.cluster, self.n_clusters)
            for part in ("counts", "share", "pairable", "within", "agree"):
                self._blocks[part] = getattr(tallies, part)
        elif kind == "by_rater":
            if self.q <= BIT_CATEGORIES and self.n:
                self._blocks[name] = self.bits().by_rater()
            else:
                self._blocks[name] = counting.by_rater(self.ratings, self.q, self.cluster, self.n_clusters)
        elif kind == "gaps":
            between = self.distance(rest).between_unordered
            self._blocks[name] = counting.gaps(self.ratings, between, self.cluster, self.n_clusters)
        elif kind in ("cells", "cell_shares"):
            self._make_cells()
        elif kind == "margins":
            self._make_margins(rest)
        elif kind == "gap":
            pair, _, weighting = rest.partition(":")
            self._blocks[name] = self._gap(pair, weighting)
        elif kind == "moments":
            self._blocks[name] = self._moments(range(self.m))
        elif kind == "pair_moments":
            i, j = (int(x) for x in rest.split(","))
            self._blocks[name] = self._pair_moments(i, j)
        else:
            raise KeyError(name)

    def _sum(self, columns: Floats, cluster: Ints) -> Floats:
        """Sum rows of (n, k) within each transcript."""
        out = np.empty((self.n_clusters, columns.shape[1]))
        for k in range(columns.shape[1]):
            out[:, k] = np.bincount(cluster, weights=columns[:, k], minlength=self.n_clusters)
        return out

    def _both(self, pair: str) -> tuple[Ints, Ints, Ints]:
        """Return the categories of two raters and the transcript, for the units that both rated."""
        i, j = (int(x) for x in pair.split(","))
        both = (self.ratings[i] >= 0) & (self.ratings[j] >= 0)
        return self.ratings[i, both].astype(np.int64), self.ratings[j, both].astype(np.int64), self.cluster[both]

    def _make_cells(self) -> None:
        if self.has_few_categories:
            self.cell_first, self.cell_second = np.triu_indices(self.q)
            made = counting.cells_of_few(self.ratings, self.q, self.cluster, self.n_clusters)
            self._blocks["cells"], self._blocks["cell_shares"] = made
            return
        sparse = counting.cells_that_occur(self.ratings, self.q, self.cluster, self.n_clusters)
        self.cell_first, self.cell_second, self._blocks["cells"], self._blocks["cell_shares"] = sparse

    def _make_margins(self, pair: str) -> None:
        """Make [units both rated, agreements per category, first margin, second margin], (C, 1 + 3q)."""
        if self.q <= BIT_CATEGORIES and self.m > 2 and self.n:
            tables = self.bits().pair_tables()[:, :, : self.q, : self.q].astype(np.float64)
            diagonal = np.diagonal(tables, axis1=2, axis2=3)
            first, second = tables.sum(axis=3), tables.sum(axis=2)
            every = np.concatenate([first.sum(axis=2, keepdims=True), diagonal, first, second], axis=2)
            for row, (i, j) in enumerate(zip(*np.triu_indices(self.m, 1), strict=True)):
                self._blocks[f"margins:{i},{j}"] = every[row]
            return
        one, two, cluster = self._both(pair)
        c, q = self.n_clusters, self.q
        same = one == two
        keys = ((cluster * q + one)[same], cluster * q + one, cluster * q + two)
        parts = [np.bincount(key, minlength=c * q).astype(np.float64).reshape(c, q) for key in keys]
        self._blocks[f"margins:{pair}"] = np.concatenate([parts[1].sum(axis=1, keepdims=True), *parts], axis=1)

    def _gap(self, pair: str, weighting: str) -> Floats:
        """Return the summed disagreement of two raters, (C, 1)."""
        one, two, cluster = self._both(pair)
        return self._sum(self.distance(weighting).between(one, two)[:, None], cluster)

    def bits(self) -> counting.Bits:
        """Return the ratings as bits; for few categories and at least one unit."""
        if self._bits is None:
            starts = np.searchsorted(self.cluster, np.arange(self.n_clusters + 1))
            self._bits = counting.Bits.of(self.ratings, self.q, starts)
        return self._bits

    def numbers(self) -> Floats:
        """Return the ratings as numbers (m, n), NaN for missing; the ranks when the categories are no numbers."""
        values = np.arange(self.q, dtype=np.float64) if self.values is None else self.values
        return np.where(self.ratings >= 0, values[np.maximum(self.ratings, 0)] if self.q else np.nan, np.nan)

    def _centred(self, raters: Sequence[int]) -> tuple[Floats, Ints]:
        """Return the complete units of some raters as numbers (k, complete), moved near zero, and their transcript."""
        x = self.numbers()[list(raters)]
        complete = ~np.isnan(x).any(axis=0)
        x = x[:, complete]
        if x.size:
            x = x - np.round(x.mean())  # a whole number: whole ratings stay whole, so a zero variance is exactly zero
        return x, self.cluster[complete]

    def _moments(self, raters: Sequence[int]) -> Floats:
        """Make [complete units, sum x^2, sum of squared unit totals, sum of each rater], (C, 3 + m)."""
        x, cluster = self._centred(raters)
        total = x.sum(axis=0)
        columns = [np.ones(x.shape[1]), (x**2).sum(axis=0), total**2, *x]
        return self._sum(np.stack(columns, axis=1), cluster)

    def _pair_moments(self, i: int, j: int) -> Floats:
        """Make [units both rated, sum x, y, x^2, y^2, xy], (C, 6)."""
        (x, y), cluster = self._centred((i, j))
        return self._sum(np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1), cluster)

    # Other variables made of this one ---------------------------------------------------------------------------

    def _like(self, ratings: AnyInts, **changes: Any) -> "Variable":
        fields: dict[str, Any] = {
            "q": self.q,
            "cluster": self.cluster,
            "cluster_ids": self.cluster_ids,
            "sizes": self.sizes,
            "labels": self.labels,
            "values": self.values,
            "custom": self.custom,
            "positive": self.positive,
            "members": self.members,
        }
        fields.update(changes)
        new = object.__new__(type(self))
        Variable.__init__(new, ratings, **fields)
        new.sampled = self.sampled
        return new

    def only(self, raters: Sequence[int]) -> "Variable":
        """
        Keep some raters, in the order given.

        Raises ValueError when one of them does not exist.
        """
        for rater in raters:
            if not 0 <= rater < self.m:
                raise ValueError(f"There is no rater {rater}; there are {self.m}, counted from 0.")
        return self._like(self.ratings[list(raters)])

    def pairs(self) -> dict[tuple[int, int], "Variable"]:
        """Return every two raters as a variable of its own, their sums taken from one count of bits where possible."""
        keys = [(i, j) for i in range(self.m) for j in range(i + 1, self.m)]
        made = {(i, j): self._like(self.ratings[i : j + 1 : j - i]) for i, j in keys}
        if keys and self.q <= BIT_CATEGORIES and self.n:
            weighted = self.level != "nominal" or self.custom is not None
            blocks = two_raters(self.bits().pair_tables().astype(np.float64), with_cells=weighted)
            one, two = np.triu_indices(self.q)
            for row, key in enumerate(keys):
                made[key].cell_first, made[key].cell_second = one, two
                made[key]._blocks.update({name: block[row] for name, block in blocks.items()})
        return made

    def without_rater(self, rater: int) -> "Variable":
        """Leave one rater out."""
        return self.only([g for g in range(self.m) if g != rater])

    def collapse(self, category: int) -> "Variable":
        """Turn the variable into this category (1) against all others (0)."""
        binary = np.where(self.ratings < 0, -1, self.ratings == category).astype(np.int8)
        changes = {"q": 2, "labels": (), "values": None, "custom": None, "positive": 1, "members": None}
        return self._like(binary, **changes)

    def units_alone(self) -> "Variable":
        """Treat every unit as a transcript of its own; equal units are kept once, with how often they occur."""
        if not self.n:
            return self
        patterns, sizes = np.unique(self.ratings, axis=1, return_counts=True)
        every = np.arange(patterns.shape[1])
        ids = tuple(every.tolist())
        alone = self._like(patterns, cluster=every, cluster_ids=ids, sizes=sizes.astype(np.float64))
        alone.sampled = "unit"
        return alone
