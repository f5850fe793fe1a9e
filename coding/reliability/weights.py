"""
Disagreement between two categories: the agreement weights of the kappa family and the difference functions of alpha.

Everything here is a *disagreement* d (0 on the diagonal). Agreement weights are w = 1 - d. A zero in the denominator of
a coefficient is then exactly zero, not the difference of two nearly equal numbers.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .results import Floats

BLOCK = 1024
AGREEMENT_WEIGHTS = ("linear", "quadratic", "ordinal", "custom")


class Distance:
    """
    Disagreement between categories 0 to q - 1.

    Subclasses give `rows(start, stop)`, an array (stop - start, q), and may give a quicker `between`.
    """

    def __init__(self, q: int) -> None:
        """Keep the number of categories."""
        self.q = q
        self._matrix: Floats | None = None

    def rows(self, start: int, stop: int) -> Floats:
        """Return rows start to stop of the q x q disagreement matrix."""
        raise NotImplementedError

    @property
    def matrix(self) -> Floats:
        """Return the whole matrix (q, q), kept for the next time."""
        if self._matrix is None:
            self._matrix = self.rows(0, self.q)
        return self._matrix

    def between(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """Return d for pairs of category indices of the same shape."""
        if self.q <= 2 * BLOCK:
            return np.asarray(self.matrix[first, second])
        out = np.empty(first.shape)
        order = np.argsort(first, kind="stable")
        bounds = np.searchsorted(first[order], np.arange(0, self.q + BLOCK, BLOCK))
        for block, (low, high) in enumerate(pairwise(bounds)):
            if high > low:
                where = order[low:high]
                start = block * BLOCK
                out[where] = self.rows(start, min(start + BLOCK, self.q))[first[where] - start, second[where]]
        return out

    def between_unordered(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """Return the mean of d and its mirror image, for pairs of ratings without order."""
        return self.between(first, second)

    def form(self, left: Floats, right: Floats) -> Floats:
        """Return sum_kl d_kl left_k right_l over the last axis of two batches (..., q)."""
        if self.q <= 2 * BLOCK:
            return np.asarray(((left @ self.matrix) * right).sum(axis=-1))
        total = np.zeros(left.shape[:-1])
        step = max(16, 2_000_000 // self.q)
        for start in range(0, self.q, step):
            stop = min(start + step, self.q)
            total += ((left[..., start:stop] @ self.rows(start, stop)) * right).sum(axis=-1)
        return total

    def total(self) -> float:
        """Return the sum of all q x q disagreements."""
        return float(sum(self.rows(start, min(start + BLOCK, self.q)).sum() for start in range(0, self.q, BLOCK)))


class Nominal01(Distance):
    """d = 0 for the same category, 1 for another."""

    def rows(self, start: int, stop: int) -> Floats:
        """Return rows of 1 - identity."""
        return 1.0 - np.eye(stop - start, self.q, k=start)


class OnValues(Distance):
    """A disagreement that is a function of two numbers."""

    def __init__(self, values: Floats, kind: str) -> None:
        """Keep one number per category and the kind: linear, quadratic, ordinal (on ranks), interval or ratio."""
        super().__init__(len(values))
        self.values = np.asarray(values, dtype=np.float64)
        self.kind = kind
        spread = float(np.ptp(self.values)) if len(values) else 0.0
        self.spread = spread if spread > 0 else 1.0

    def rows(self, start: int, stop: int) -> Floats:
        """Return rows start to stop."""
        return self._of(self.values[start:stop, None], self.values[None, :])

    def between(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """Return d for pairs of category indices without building the matrix."""
        return self._of(self.values[first], self.values[second])

    def _of(self, a: Floats, b: Floats) -> Floats:
        gap = np.abs(a - b)
        if self.kind == "linear":
            return np.asarray(gap / self.spread)
        if self.kind == "quadratic":
            return np.asarray((gap / self.spread) ** 2)
        if self.kind == "ordinal":  # values are ranks 0..q-1 here
            return np.asarray((gap + 1) * gap / (self.q * (self.q - 1)) if self.q > 1 else np.zeros_like(gap))
        if self.kind == "interval":
            return np.asarray(gap**2)
        both = np.broadcast_to(a + b, gap.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(gap == 0, 0.0, (gap / both) ** 2)


class Given(Distance):
    """A disagreement matrix that the caller declares."""

    def __init__(self, matrix: npt.ArrayLike, q: int) -> None:
        """
        Check and keep the matrix.

        Raises ValueError when it is not q x q, not finite, negative, or not 0 on the diagonal.
        """
        super().__init__(q)
        try:
            table = np.asarray(matrix, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError("The disagreement weights are not a table of numbers.") from error
        if table.shape != (q, q):
            raise ValueError(f"The disagreement weights must be {q} x {q}, one row and column per category.")
        if not np.isfinite(table).all() or (table < 0).any():
            raise ValueError("Disagreement weights must be finite and not negative.")
        if np.diagonal(table).any():
            raise ValueError("Disagreement weights must be 0 on the diagonal: a category agrees with itself.")
        top = float(table.max(initial=0.0))
        self._matrix = table / top if top > 0 else table  # no coefficient minds the unit; shares want w = 1 - d in 0..1

    def rows(self, start: int, stop: int) -> Floats:
        """Return rows of the declared matrix."""
        return self.matrix[start:stop]

    def between_unordered(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """Return the mean of both directions, since a declared table need not be symmetric."""
        return (self.between(first, second) + self.between(second, first)) / 2


class OnSets(Distance):
    """
    Distance between label sets, J = size of intersection / size of union.

    masi: 1 - J * M with M = 1 equal, 2/3 one contains the other, 1/3 overlap, 0 disjoint (Passonneau 2006);
    jaccard: 1 - J; nominal_sets: 0 equal, 1 otherwise; passonneau2004: 0 equal, 1/3 one contains the other,
    2/3 overlap, 1 disjoint, the empty set being contained in any. Two empty sets are equal.
    """

    def __init__(self, members: npt.NDArray[np.bool_], kind: str) -> None:
        """Keep the membership table (sets, codes) and the kind of distance."""
        super().__init__(len(members))
        self.members = members.astype(np.float32)
        self.size = self.members.sum(axis=1, dtype=np.float64)
        self.kind = kind
        bits = np.packbits(members, axis=1)
        self._top = int(self.size.max(initial=0)) + 1
        self._rank = self.size.astype(np.int32)
        self._table: Floats | None = None
        if self._top <= 65:
            mine, theirs, shared = (axis.ravel().astype(np.float64) for axis in np.indices((self._top,) * 3))
            self._table = self._of(shared, mine, theirs)
        self.words = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8))).view(np.uint64)

    def rows(self, start: int, stop: int) -> Floats:
        """Return rows start to stop."""
        shared = self.members[start:stop] @ self.members.T
        if self._table is None:
            return self._of(shared.astype(np.float64), self.size[start:stop, None], self.size[None, :])
        # d depends on three small numbers only: looked up, ten thousands of sets are crossed in a second or two
        place = shared.astype(np.int32)
        place += self._rank[start:stop, None] * np.int32(self._top**2)
        place += self._rank[None, :] * np.int32(self._top)
        return self._table.take(place)

    def between(self, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Floats:
        """Return d for pairs of sets without building the matrix, by the bits that they share."""
        shared = np.bitwise_count(self.words[first] & self.words[second]).sum(axis=-1, dtype=np.int64)
        return self._of(shared.astype(np.float64), self.size[first], self.size[second])

    def _of(self, shared: Floats, mine: Floats, theirs: Floats) -> Floats:
        union = mine + theirs - shared
        equal = union == shared
        if self.kind == "nominal_sets":
            return np.where(equal, 0.0, 1.0)
        contained = (shared == mine) | (shared == theirs)
        if self.kind == "passonneau2004":
            return np.where(equal, 0.0, np.where(contained, 1 / 3, np.where(shared > 0, 2 / 3, 1.0)))
        jaccard = shared / np.maximum(union, 1)
        if self.kind == "jaccard":
            return np.where(equal, 0.0, 1 - jaccard)
        monotone = np.where(contained, 2 / 3, np.where(shared > 0, 1 / 3, 0.0))
        return np.where(equal, 0.0, 1 - jaccard * monotone)


def agreement_weights(
    kind: str, q: int, values: Floats | None, custom: npt.ArrayLike | Sequence[Sequence[float]] | None
) -> Distance:
    """
    Return the disagreement for a suffix: "", linear, quadratic, ordinal or custom.

    linear |a-b| / (max-min) and quadratic (a-b)^2 / (max-min)^2 on `values` (ranks when there are none); ordinal
    C(|i-j|+1, 2) / C(q, 2) on ranks (Gwet 2014, ch. 3).
    Raises ValueError for another kind, or custom without a matrix.
    """
    ranks = np.arange(q, dtype=np.float64)
    if kind == "":
        return Nominal01(q)
    if kind in ("linear", "quadratic"):
        return OnValues(ranks if values is None else values, kind)
    if kind == "ordinal":
        return OnValues(ranks, "ordinal")
    if kind == "custom":
        if custom is None:
            raise ValueError("Custom weights need a table of disagreement weights.")
        return Given(custom, q)
    raise ValueError(f"There are no weights called {kind!r}: use linear, quadratic, ordinal or custom.")
