"""
Every two raters as a variable of its own, on the units that both of them rated.

There the joint table of the two is all there is to know: counts, shares, margins, coincidences and moments are sums of
its cells, whatever the cells were summed over. So the pairs of many variables cost one count and no copied rating.
"""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from .filling import upper
from .results import Counts, Floats
from .sums import Sums, each_alone
from .variables import Table, Variable


class Pair(Variable):
    """Two raters on the units that both rated, in the transcripts that have one; its one counted block is `joint`."""

    has_bits = False

    def derived(self, name: str, sums: Sums) -> Floats | None:
        """Return any block but `joint` from it."""
        return None if name == "joint" else _derived(name, sums, self.values)

    def count(self, name: str) -> None:
        """Count a block for this pair alone."""
        if name == "joint":
            super().count(name)
        else:
            self.blocks[name] = Sums([self], each_alone).block(name)[0].T

    @property
    def telling(self) -> npt.NDArray[np.bool_]:
        """Say that every transcript here has a unit that both rated."""
        return np.ones(self.n_clusters, dtype=bool)


def _derived(name: str, sums: Sums, values: Floats | None) -> Floats:
    """Make a block (..., k) from the joint table (..., q, q), whatever that is a sum of."""
    n, diagonal, first, second = sums.crossed("0,1")
    if name == "counts":
        return np.stack([n, n, 2 * n, 2 * n], axis=-1)
    if name == "pairable":
        return first + second
    if name == "share":
        return sums.block("pairable") / 2
    if name in ("within", "agree"):
        return 2 * diagonal if name == "within" else diagonal
    if name == "by_rater":
        return np.concatenate([first, second], axis=-1)
    joint, q = sums.joint("0,1"), sums.q
    if name == "cells":
        one, two = upper(q)
        twice = (joint + np.swapaxes(joint, -1, -2))[..., one, two]
        return np.asarray(twice * np.where(one == two, 1.0, 2.0))
    if name == "cell_shares":
        return sums.block("cells") / 2
    x = np.arange(q, dtype=np.float64) if values is None else values
    x = x - np.round(x.mean())
    sum_x, sum_y, squares = first @ x, second @ x, (first @ x**2, second @ x**2)
    if name == "moments":
        totals = (joint * np.add.outer(x, x) ** 2).sum(axis=(-1, -2))
        return np.stack([n, squares[0] + squares[1], totals, sum_x, sum_y], axis=-1)
    if name == "pair_moments:0,1":
        return np.stack([n, sum_x, sum_y, *squares, (joint @ x) @ x], axis=-1)
    raise KeyError(name)


def every_pair(variable: Variable) -> dict[tuple[int, int], Variable]:
    """Return every two raters on the units that both rated, {(i, j): variable}, i before j."""
    keys = [(i, j) for i in range(variable.m) for j in range(i + 1, variable.m)]
    if not keys or not variable.n or not variable.has_joint:
        return {(i, j): _apart(variable, i, j) for i, j in keys}
    joint = variable.columns("joint").reshape(len(keys), variable.q**2, variable.n_clusters)
    both = joint.sum(axis=1)
    there = both > 0
    units, whole = both.sum(axis=1).tolist(), there.all(axis=1).tolist()
    return {
        key: _pair(variable, key, table, None if whole[row] else there[row], units[row])
        for row, (key, table) in enumerate(zip(keys, joint, strict=True))
    }


def _apart(variable: Variable, i: int, j: int) -> Variable:
    """Return two raters with the ratings of the units that both rated."""
    two = variable.only([i, j])
    return two.among(np.asarray((two.ratings >= 0).all(axis=0)))


def _pair(
    variable: Variable, key: tuple[int, int], joint: Any, there: npt.NDArray[np.bool_] | None, units: int
) -> Variable:
    """Make a pair of its joint table (q * q, C) and the transcripts that have a unit both rated, None for all."""
    ids, sizes = variable.cluster_ids, variable.sizes
    if there is not None:
        joint, sizes = joint[:, there], sizes[there]
        ids = tuple(ids[c] for c in np.flatnonzero(there).tolist())
    new = object.__new__(Pair)
    Variable.__init__(
        new,
        partial(_table, variable, *key),
        variable.q,
        shape=(2, units),
        cluster_ids=ids,
        sizes=sizes,
        labels=variable.labels,
        values=variable.values,
        custom=variable.custom,
        positive=variable.positive,
        members=variable.members,
        distances=variable._distances,
    )
    new.level = variable.level
    new.sampled = variable.sampled
    new.cell_first, new.cell_second = upper(variable.q)
    new.blocks["joint"] = joint
    new._counts = Counts(units, units, 2 * units, 2, len(ids), variable.q)
    return new


def _table(variable: Variable, i: int, j: int) -> Table:
    return _apart(variable, i, j)._read()
