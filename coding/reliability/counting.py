"""
From a matrix of ratings to sums per transcript, quickly.

A unit contributes to a sum only through how often each category was given (a) and how many ratings there are (r), so
units are counted by (a, r) with integers first and weighted afterwards: one pass over the bytes, and exact.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .results import AnyInts, Floats, Ints

DENSE_CATEGORIES = 64


@dataclass(frozen=True, slots=True)
class Tallies:
    """
    Sums per transcript over its units; a_k ratings of category k, r ratings, in one unit.

    counts (C, 4): units with a rating, units with two or more, ratings, ratings in units with two or more.
    share (C, q): sum a_k / r. pairable (C, q): sum a_k where r >= 2. within (C, q): sum a_k (a_k - 1) / (r - 1), the
    diagonal of Krippendorff's coincidence matrix. agree (C, q): sum a_k (a_k - 1) / (r (r - 1)).
    """

    counts: Floats
    share: Floats
    pairable: Floats
    within: Floats
    agree: Floats


def _summands(a: Floats, r: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return a/r, a where r >= 2, a(a-1)/(r-1) and a(a-1)/(r(r-1)), zero where they do not exist."""
    two = r >= 2
    pairs = a * (a - 1)
    share = a / np.maximum(r, 1)
    within = np.where(two, pairs / np.maximum(r - 1, 1), 0.0)
    agree = np.where(two, pairs / np.maximum(r * (r - 1), 1), 0.0)
    return share, np.where(two, a, 0.0), within, agree


def category_counts(ratings: AnyInts, q: int) -> AnyInts:
    """Return how often each category was given to each unit, (q, n)."""
    m, n = ratings.shape
    kind = np.uint8 if m < 256 else np.uint32
    out: AnyInts = np.empty((q, n), dtype=kind)
    for category in range(q):
        np.add.reduce((ratings == category).view(np.uint8), axis=0, dtype=kind, out=out[category])
    return out


def tally(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> Tallies:
    """Sum over the units of each transcript; ratings (m, n) with -1 for missing, cluster (n,)."""
    if q > DENSE_CATEGORIES:
        return _tally_sparse(ratings, q, cluster, n_clusters)
    m, n = ratings.shape
    given = category_counts(ratings, q)
    r = given.sum(axis=0, dtype=np.int64)
    counts = _unit_counts(r, cluster, n_clusters)
    blocks = np.zeros((4, n_clusters, q))
    width = (m + 1) * (m + 1)
    if n_clusters * width <= 4 * n + 1_000_000:
        a, rr = np.divmod(np.arange(width), m + 1)
        table = np.stack(_summands(a.astype(np.float64), rr.astype(np.float64)), axis=1)
        base = cluster * width + r
        for category in range(q):
            histogram = np.bincount(base + given[category] * np.int64(m + 1), minlength=n_clusters * width)
            blocks[:, :, category] = (histogram.reshape(n_clusters, width) @ table).T
    else:
        for category in range(q):
            parts = _summands(given[category].astype(np.float64), r.astype(np.float64))
            for block, part in zip(blocks, parts, strict=True):
                block[:, category] = np.bincount(cluster, weights=part, minlength=n_clusters)
    return Tallies(counts, *blocks)


def _unit_counts(r: Ints, cluster: Ints, n_clusters: int) -> Floats:
    top = int(r.max()) + 1 if r.size else 1
    if n_clusters * top <= 4 * r.size + 1_000_000:
        histogram = np.bincount(cluster * top + r, minlength=n_clusters * top).reshape(n_clusters, top)
        number = np.arange(top)
        table = np.stack([number >= 1, number >= 2, number, number * (number >= 2)], axis=1).astype(np.float64)
        return np.asarray(histogram @ table, dtype=np.float64)
    parts = (r >= 1, r >= 2, r, r * (r >= 2))
    sums = [np.bincount(cluster, weights=part.astype(np.float64), minlength=n_clusters) for part in parts]
    return np.stack(sums, axis=1)


def _tally_sparse(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> Tallies:
    """Do the same through the (unit, category) pairs that occur, for hundreds or thousands of categories."""
    r = (ratings >= 0).sum(axis=0, dtype=np.int64)
    rater, unit = np.nonzero(ratings >= 0)
    keys, given = np.unique(unit * np.int64(q) + ratings[rater, unit], return_counts=True)
    units, category = np.divmod(keys, q)
    parts = _summands(given.astype(np.float64), r[units].astype(np.float64))
    where = cluster[units] * q + category
    blocks = [
        np.bincount(where, weights=part, minlength=n_clusters * q).astype(np.float64).reshape(n_clusters, q)
        for part in parts
    ]
    return Tallies(_unit_counts(r, cluster, n_clusters), *blocks)


def by_rater(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> Floats:
    """Return how often each rater gave each category in each transcript, (C, m * q)."""
    m = len(ratings)
    out = np.zeros((n_clusters, m, q))
    for rater in range(m):
        rated = ratings[rater] >= 0
        key = cluster[rated] * q + ratings[rater, rated]
        out[:, rater] = np.bincount(key, minlength=n_clusters * q).reshape(n_clusters, q)
    return out.reshape(n_clusters, m * q)


def cells_of_few(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> tuple[Floats, Floats]:
    """
    Return coincidences and shares as `cells` does, all q (q + 1) / 2 of them in the order of np.triu_indices(q).

    From the category counts of each unit: a_c a_k over r - 1 (twice, for both orders) and over r (r - 1).
    """
    given = category_counts(ratings, q)
    r = given.sum(axis=0, dtype=np.int64)
    two = np.flatnonzero(r >= 2)
    given, r, where = given[:, two].astype(np.float64), r[two].astype(np.float64), cluster[two]
    first, second = np.triu_indices(q)
    out = np.zeros((2, n_clusters, len(first)))
    weight = 1 / (r - 1)
    for place, (c, k) in enumerate(zip(first, second, strict=True)):
        together = given[c] * (given[c] - 1) if c == k else 2 * given[c] * given[k]
        together *= weight
        out[0, :, place] = np.bincount(where, weights=together, minlength=n_clusters)
        out[1, :, place] = np.bincount(where, weights=together / r, minlength=n_clusters)
    return out[0], out[1]


def both_rated(ratings: AnyInts, i: int, j: int) -> tuple[Ints, Ints, Ints]:
    """Return the units that raters i and j both rated, and their categories there."""
    units = np.flatnonzero((ratings[i] >= 0) & (ratings[j] >= 0))
    return units, ratings[i, units].astype(np.int64), ratings[j, units].astype(np.int64)


def cells_that_occur(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> tuple[Ints, Ints, Floats, Floats]:
    """
    Return the coincidences of unordered pairs of categories per transcript, for those pairs that occur.

    (first, second, coincidences, shares): category indices (P,), first <= second, and (C, P): the number of ordered
    rater pairs with these two categories over r - 1, and over r (r - 1).
    """
    m = len(ratings)
    r = (ratings >= 0).sum(axis=0, dtype=np.int64)
    found = []
    for i in range(m):
        for j in range(i + 1, m):
            units, one, two = both_rated(ratings, i, j)
            found.append((np.minimum(one, two) * q + np.maximum(one, two), cluster[units], r[units]))
    used = np.unique(np.concatenate([np.unique(key) for key, _, _ in found]))
    width = len(used)
    sums = np.zeros((2, n_clusters * width))
    for key, where, number in found:
        place = where * width + np.searchsorted(used, key)
        weight = 2.0 / (number - 1)
        sums[0] += np.bincount(place, weights=weight, minlength=n_clusters * width)
        sums[1] += np.bincount(place, weights=weight / number, minlength=n_clusters * width)
    coincidences, shares = sums.reshape(2, n_clusters, width)
    first, second = np.divmod(used, q)
    return first, second, coincidences, shares


def gaps(ratings: AnyInts, between: Callable[[Ints, Ints], Floats], cluster: Ints, n_clusters: int) -> Floats:
    """
    Return summed disagreements of ordered rater pairs over r - 1, and over r (r - 1), (C, 2).

    What `cells` weighted by a disagreement adds up to, without a column per pair of categories.
    """
    m = len(ratings)
    r = (ratings >= 0).sum(axis=0, dtype=np.int64)
    out = np.zeros((n_clusters, 2))
    for i in range(m):
        for j in range(i + 1, m):
            units, one, two = both_rated(ratings, i, j)
            number = r[units]
            apart = 2.0 * between(one, two) / (number - 1)
            out[:, 0] += np.bincount(cluster[units], weights=apart, minlength=n_clusters)
            out[:, 1] += np.bincount(cluster[units], weights=apart / number, minlength=n_clusters)
    return out


@dataclass(frozen=True, slots=True)
class Bits:
    """Who gave what, one bit a unit: words (m, q, W) of 64 units; `offsets` (C,) is where each transcript begins."""

    words: npt.NDArray[np.uint64]
    offsets: Ints
    lengths: Ints

    @classmethod
    def of(cls, ratings: AnyInts, q: int, starts: Ints) -> "Bits":
        """Pack ratings whose transcripts stand together between the borders `starts` (C + 1,)."""
        lengths = np.diff(starts)
        borders = np.concatenate([[0], np.cumsum((lengths + 63) // 64)])
        padded = np.full((len(ratings), int(borders[-1]) * 64), -1, dtype=np.int8)
        for c, (start, stop) in enumerate(pairwise(starts.tolist())):
            place = int(borders[c]) * 64
            padded[:, place : place + stop - start] = ratings[:, start:stop]
        words = np.stack([np.packbits(padded == k, axis=1).view(np.uint64) for k in range(q)], axis=1)
        return cls(words, borders[:-1], lengths)

    def count(self, words: npt.NDArray[np.uint64]) -> Ints:
        """Count the bits of (..., W) within each transcript, (..., C)."""
        return np.add.reduceat(np.bitwise_count(words), self.offsets, axis=-1, dtype=np.int64)

    def by_rater(self) -> Floats:
        """Return how often each rater gave each category in each transcript, (C, m * q)."""
        m, q, _ = self.words.shape
        return np.moveaxis(self.count(self.words), -1, 0).reshape(len(self.lengths), m * q).astype(np.float64)

    def pair_tables(self) -> Ints:
        """Cross every two raters: (pairs, C, q + 1, q + 1) counts, index q being "missing"."""
        m, q, _ = self.words.shape
        alone = self.count(self.words)
        out = np.zeros((m * (m - 1) // 2, len(self.lengths), q + 1, q + 1), dtype=np.int64)
        row = 0
        for i in range(m - 1):
            later = slice(row, row + m - 1 - i)
            block = self.count(self.words[i, :, None] & self.words[i + 1 :, None, :])  # (later raters, q, q, C)
            out[later, :, :q, :q] = np.moveaxis(block, -1, 1)
            out[later, :, :q, q] = (alone[i][None] - block.sum(axis=2)).transpose(0, 2, 1)
            out[later, :, q, :q] = (alone[i + 1 :] - block.sum(axis=1)).transpose(0, 2, 1)
            row = later.stop
        out[:, :, q, q] = self.lengths[None] - out.sum(axis=(2, 3))
        return out
