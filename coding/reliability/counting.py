"""
Sums per transcript where bits are not the quick way: many categories, or transcripts of a few units.

Here a unit is looked at through the (unit, category) pairs that occur. Blocks are (columns, C).
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np

from .results import AnyInts, Floats, Ints


def tally(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> dict[str, Ints | Floats]:
    """
    Sum over the units of each transcript; a_k ratings of category k, r ratings, in one unit.

    counts (4, C): units with a rating, units with two or more, ratings, ratings in units with two or more.
    share (q, C): sum a_k / r. pairable (q, C): sum a_k where r >= 2. within (q, C): sum a_k (a_k - 1) / (r - 1), the
    diagonal of Krippendorff's coincidence matrix. agree (q, C): sum a_k (a_k - 1) / (r (r - 1)).
    ratings (m, n) with -1 for missing, cluster (n,).
    """
    r = (ratings >= 0).sum(axis=0, dtype=np.int64)
    rater, unit = np.nonzero(ratings >= 0)
    keys, given = np.unique(unit * np.int64(q) + ratings[rater, unit], return_counts=True)
    units, category = np.divmod(keys, q)
    a, number = given.astype(np.float64), r[units].astype(np.float64)
    two = number >= 2
    pairs = np.where(two, a * (a - 1), 0.0)
    parts = {
        "share": a / number,
        "pairable": np.where(two, a, 0.0),
        "within": pairs / np.maximum(number - 1, 1),
        "agree": pairs / np.maximum(number * (number - 1), 1),
    }
    where = category * n_clusters + cluster[units]
    blocks: dict[str, Ints | Floats] = {
        name: np.bincount(where, weights=part, minlength=n_clusters * q).reshape(q, n_clusters)
        for name, part in parts.items()
    }
    blocks["pairable"] = blocks["pairable"].astype(np.int64)
    columns = (r >= 1, r >= 2, r, r * (r >= 2))
    sums = [np.bincount(cluster, weights=column.astype(np.float64), minlength=n_clusters) for column in columns]
    return {"counts": np.stack(sums).astype(np.int64), **blocks}


def by_rater(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> Ints:
    """Return how often each rater gave each category in each transcript, (m * q, C)."""
    rater, unit = np.nonzero(ratings >= 0)
    key = (rater * q + ratings[rater, unit]) * n_clusters + cluster[unit]
    return np.bincount(key, minlength=len(ratings) * q * n_clusters).reshape(len(ratings) * q, n_clusters)


def joint(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> Ints:
    """Cross every two raters over the units that both rated, (pairs * q * q, C)."""
    out = []
    for i, j in combinations(range(len(ratings)), 2):
        units, one, two = both_rated(ratings, i, j)
        key = (one * q + two) * n_clusters + cluster[units]
        out.append(np.bincount(key, minlength=q * q * n_clusters).reshape(q * q, n_clusters))
    return np.concatenate(out)


def cells_of_few(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> dict[str, Ints | Floats]:
    """
    Return coincidences and shares of all q (q + 1) / 2 pairs of categories, in the order of np.triu_indices(q).

    From the category counts of each unit: a_c a_k over r - 1 (twice, for both orders) and over r (r - 1).
    """
    given = np.stack([(ratings == category).sum(axis=0) for category in range(q)]).astype(np.float64)
    r = given.sum(axis=0)
    two = np.flatnonzero(r >= 2)
    given, r, where = given[:, two], r[two], cluster[two]
    first, second = np.triu_indices(q)
    cells, shares = np.zeros((2, len(first), n_clusters))
    for place, (c, k) in enumerate(zip(first, second, strict=True)):
        together = (given[c] * (given[c] - 1) if c == k else 2 * given[c] * given[k]) / (r - 1)
        cells[place] = np.bincount(where, weights=together, minlength=n_clusters)
        shares[place] = np.bincount(where, weights=together / r, minlength=n_clusters)
    return {"cells": cells, "cell_shares": shares}


def both_rated(ratings: AnyInts, i: int, j: int) -> tuple[Ints, Ints, Ints]:
    """Return the units that raters i and j both rated, and their categories there."""
    units = np.flatnonzero((ratings[i] >= 0) & (ratings[j] >= 0))
    return units, ratings[i, units].astype(np.int64), ratings[j, units].astype(np.int64)


def cells_that_occur(ratings: AnyInts, q: int, cluster: Ints, n_clusters: int) -> tuple[Ints, Ints, Floats, Floats]:
    """
    Return the coincidences of unordered pairs of categories per transcript, for those pairs that occur.

    (first, second, coincidences, shares): category indices (P,), first <= second, and (P, C): the number of ordered
    rater pairs with these two categories over r - 1, and over r (r - 1).
    """
    r = (ratings >= 0).sum(axis=0, dtype=np.int64)
    found = []
    for i, j in combinations(range(len(ratings)), 2):
        units, one, two = both_rated(ratings, i, j)
        found.append((np.minimum(one, two) * q + np.maximum(one, two), cluster[units], r[units]))
    used = np.unique(np.concatenate([np.unique(key) for key, _, _ in found]))
    width = len(used)
    sums = np.zeros((2, n_clusters * width))
    for key, where, number in found:
        place = np.searchsorted(used, key) * n_clusters + where
        weight = 2.0 / (number - 1)
        sums[0] += np.bincount(place, weights=weight, minlength=n_clusters * width)
        sums[1] += np.bincount(place, weights=weight / number, minlength=n_clusters * width)
    coincidences, shares = sums.reshape(2, width, n_clusters)
    first, second = np.divmod(used, q)
    return first, second, coincidences, shares


def gaps(ratings: AnyInts, between: Callable[[Ints, Ints], Floats], cluster: Ints, n_clusters: int) -> Floats:
    """
    Return summed disagreements of ordered rater pairs over r - 1, and over r (r - 1), (2, C).

    What `cells` weighted by a disagreement adds up to, without a column per pair of categories.
    """
    r = (ratings >= 0).sum(axis=0, dtype=np.int64)
    out = np.zeros((2, n_clusters))
    for i, j in combinations(range(len(ratings)), 2):
        units, one, two = both_rated(ratings, i, j)
        number = r[units]
        apart = 2.0 * between(one, two) / (number - 1)
        out[0] += np.bincount(cluster[units], weights=apart, minlength=n_clusters)
        out[1] += np.bincount(cluster[units], weights=apart / number, minlength=n_clusters)
    return out
