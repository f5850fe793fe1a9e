"""
A variable: one thing that several raters judged on the same units, and its sums per transcript.

`block(name)` returns one group of columns of G, the matrix of sums per transcript (C, k). It is computed when it is
first asked for, for all variables of one layout in one go (see filling). Every estimate, leave-one-out value and
resample is a function of weighted sums of these rows.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from . import bits, filling
from .bits import Bits
from .filling import Columns
from .results import AnyInts, Counts, Floats, Ints
from .weights import Distance, Nominal01, OnSets, OnValues, agreement_weights

if TYPE_CHECKING:
    from .sums import Sums

DENSE_CELLS = 24
MOST_SUMS = 1 << 25
JOINT_CATEGORIES = 16
SET_DISTANCES = ("masi", "jaccard", "nominal_sets", "passonneau2004")

Table = tuple[AnyInts, Ints]


class Variable:
    """
    Ratings of m raters on n units by q categories, in transcripts (clusters).

    ratings (m, n): integers, category 0 to q - 1, -1 for missing. clusters (n,): which transcript each unit belongs to,
    any labels that can be sorted; none means that every unit stands alone. Make one with `Nominal`, `Scale` or `Sets`.
    """

    level = "any"

    def __init__(
        self,
        table: Table | Callable[[], Table],
        q: int,
        *,
        shape: tuple[int, int],
        cluster_ids: tuple[Any, ...],
        order: Ints | None = None,
        sizes: Floats | None = None,
        labels: tuple[Any, ...] = (),
        values: Floats | None = None,
        custom: npt.ArrayLike | None = None,
        positive: int | None = None,
        members: npt.NDArray[np.bool_] | None = None,
        distances: dict[str, Distance] | None = None,
    ) -> None:
        """
        Keep checked, prepared arrays; `from_ratings` checks and prepares.

        table: ratings (m, n) and the transcript of each unit (n,), those of one transcript together, or how to get
        them when they are first looked at. `order` (n,) says which unit of the caller stands where.
        """
        self.q = q
        self.m, self.n = shape
        self.cluster_ids = cluster_ids
        self.n_clusters = len(cluster_ids)
        self.order = order
        self.sizes = np.ones(self.n_clusters) if sizes is None else sizes
        self.labels = labels
        self.values = values
        self.custom = custom
        self.positive = positive
        self.members = members
        self.sampled = "transcript"
        self.cell_first: Ints = np.empty(0, dtype=np.int64)
        self.cell_second: Ints = np.empty(0, dtype=np.int64)
        self._table = table
        self.blocks: dict[str, Columns] = {}
        self._distances: dict[str, Distance] = {} if distances is None else distances
        self._bits: Bits | Callable[[], Bits] | None = None
        self._counts: Counts | None = None

    # What it is -------------------------------------------------------------------------------------------------

    def _read(self) -> Table:
        if not isinstance(self._table, tuple):
            self._table = self._table()
        return self._table

    @property
    def ratings(self) -> AnyInts:
        """Return the ratings (m, n)."""
        return self._read()[0]

    @property
    def cluster(self) -> Ints:
        """Return the number of the transcript of each unit (n,)."""
        return self._read()[1]

    @property
    def layout(self) -> tuple[Any, ...]:
        """Return what two variables must share so that their sums can be stacked into one array."""
        shape = (type(self), self.level, self.q, self.m, self.n_clusters, self.positive)
        values = None if self.values is None else self.values.tobytes()
        private = id(self) if self.q > DENSE_CELLS or self.members is not None else id(self.custom)
        return (*shape, values, private, self.sizes.tobytes())

    @property
    def has_few_categories(self) -> bool:
        """Say whether coincidences are kept for every pair of categories."""
        return self.q <= DENSE_CELLS

    @property
    def has_joint(self) -> bool:
        """Say whether every two raters are kept as a table of all categories by all categories."""
        return self.q <= JOINT_CATEGORIES

    @property
    def is_too_wide(self) -> bool:
        """Say whether sums of every transcript would not fit: thousands of categories in thousands of transcripts."""
        columns = self.q * max(self.m, 1)
        if self.values is not None and not self.has_few_categories:
            columns = max(columns, min(self.q**2, self.n * self.m**2) // 2)  # the pairs of categories that can occur
        return columns * self.n_clusters > MOST_SUMS

    @property
    def has_bits(self) -> bool:
        """Say whether its sums are best counted from bits."""
        return bits.are_worth_it(self.n, self.q, self.n_clusters)

    @property
    def counts(self) -> Counts:
        """Return units, pairable units, ratings, raters, transcripts and categories."""
        if self._counts is None:
            sums = self.sizes @ self.block("counts") if self.n else np.zeros(4)
            units, pairable, ratings, _ = (int(x) for x in sums)
            self._counts = Counts(units, pairable, ratings, self.m, self.n_clusters, self.q)
        return self._counts

    @property
    def telling(self) -> npt.NDArray[np.bool_]:
        """
        Say which transcripts (C,) have a unit that two raters rated.

        The others say nothing about how transcripts differ in agreement.
        """
        return np.asarray(self.block("counts")[:, 1] > 0)

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

    def block(self, name: str) -> Columns:
        """Return one block of columns of G, (C, k), computed once; docs/methods.md lists the blocks."""
        return self.columns(name).T

    def columns(self, name: str) -> Columns:
        """Return the same with a row per column, (k, C), which is how they are kept."""
        if name not in self.blocks:
            filling.fill([self], name)
        return self.blocks[name]

    def derived(self, name: str, sums: "Sums") -> Floats | None:
        """Return a block that follows from other sums, whatever they are sums of; None when it must be counted."""
        return None

    def bits(self) -> Bits:
        """Return the ratings as bits; for few categories and at least one unit."""
        if callable(self._bits):
            return self._bits()
        if self._bits is None:
            starts = np.searchsorted(self.cluster, np.arange(self.n_clusters + 1))
            self._bits = Bits.of(self.ratings, self.q, starts)
        return self._bits

    def count(self, name: str) -> None:
        """Count one block of this variable alone, without bits."""
        filling.count(self, name)

    def numbers(self) -> Floats:
        """Return the ratings as numbers (m, n), NaN for missing; the ranks when the categories are no numbers."""
        values = np.arange(self.q, dtype=np.float64) if self.values is None else self.values
        return np.where(self.ratings >= 0, values[np.maximum(self.ratings, 0)] if self.q else np.nan, np.nan)

    # Other variables made of this one ---------------------------------------------------------------------------

    def _like(self, table: Table | Callable[[], Table], shape: tuple[int, int], **changes: Any) -> "Variable":
        fields: dict[str, Any] = {
            "q": self.q,
            "cluster_ids": self.cluster_ids,
            "order": self.order,
            "sizes": self.sizes,
            "labels": self.labels,
            "values": self.values,
            "custom": self.custom,
            "positive": self.positive,
            "members": self.members,
            "distances": self._distances,
        }
        fields.update(changes)
        new = object.__new__(type(self))
        Variable.__init__(new, table, shape=shape, **fields)
        new.sampled = self.sampled
        return new

    def only(self, raters: Sequence[int]) -> "Variable":
        """
        Keep some raters, in the order given; the ratings are copied only when somebody looks at them.

        Raises ValueError when one of them does not exist.
        """
        kept = list(raters)
        for rater in kept:
            if not 0 <= rater < self.m:
                raise ValueError(f"There is no rater {rater}; there are {self.m}, counted from 0.")
        new = self._like(lambda: (self.ratings[kept], self.cluster), (len(kept), self.n))
        new._bits = lambda: self.bits().only(kept)  # made when counted, and not kept: the others have them already
        return new

    def without_rater(self, rater: int) -> "Variable":
        """Leave one rater out."""
        return self.only([g for g in range(self.m) if g != rater])

    def among(self, units: npt.NDArray[np.bool_]) -> "Variable":
        """Keep some units (n,), in the order of the ratings here, and the transcripts that have one."""
        present, cluster = np.unique(self.cluster[units], return_inverse=True)
        table = (self.ratings[:, units], cluster.astype(np.int64))
        return self._like(
            table,
            table[0].shape,
            cluster_ids=tuple(self.cluster_ids[c] for c in present.tolist()),
            order=np.flatnonzero(units) if self.order is None else self.order[units],
            sizes=self.sizes[present],
        )

    def collapse(self, category: int) -> "Variable":
        """Turn the variable into this category (1) against all others (0)."""
        binary = np.where(self.ratings < 0, -1, self.ratings == category).astype(np.int8)
        changes = {"q": 2, "labels": (), "values": None, "custom": None, "positive": 1, "members": None}
        return self._like((binary, self.cluster), binary.shape, distances=None, **changes)

    def as_one(self) -> "Variable":
        """Take all units as one transcript, which is enough for an estimate."""
        times = self.sizes.astype(np.int64)[self.cluster]
        ratings = self.ratings if (times == 1).all() else np.repeat(self.ratings, times, axis=1)
        n = ratings.shape[1]
        changes = {"cluster_ids": ("all",) if n else (), "order": None, "sizes": None}
        return self._like((ratings, np.zeros(n, dtype=np.int64)), ratings.shape, **changes)

    def units_alone(self) -> "Variable":
        """Treat every unit as a transcript of its own; equal units are kept once, with how often they occur."""
        if not self.n:
            return self
        patterns, sizes = np.unique(self.ratings, axis=1, return_counts=True)
        every = np.arange(patterns.shape[1])
        ids = tuple(every.tolist())
        changes = {"cluster_ids": ids, "order": None, "sizes": sizes.astype(np.float64)}
        alone = self._like((patterns, every), patterns.shape, **changes)
        alone.sampled = "unit"
        return alone
