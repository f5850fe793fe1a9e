"""
Fill in the sums per transcript that somebody asked for: one block of one or of many variables.

Blocks are kept as (columns, C). What is counted stays in whole numbers (int64), what is shared out is in fractions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from . import counting
from .bits import Bits
from .results import Floats, Ints

if TYPE_CHECKING:
    from .variables import Variable

Columns = Ints | Floats
WORDS_AT_ONCE = 8192
CELLS = ("cells", "cell_shares")
BY_BITS: dict[str, Callable[[Bits], Mapping[str, Columns]]] = {
    **dict.fromkeys(("counts", "share", "pairable", "within", "agree"), Bits.tally),
    **dict.fromkeys(CELLS, Bits.cells),
    "by_rater": lambda packed: {"by_rater": packed.by_rater()},
    "joint": lambda packed: {"joint": packed.joint()},
}


def fill(variables: Sequence["Variable"], name: str) -> None:
    """Count one block of many variables of one layout; those that are packed into bits lie side by side as if one."""
    lacking = [variable for variable in variables if name not in variable.blocks]
    for variable in lacking:
        if variable.is_too_wide:
            raise ValueError(too_many(variable))
    if name in BY_BITS:
        packed = [v for v in lacking if v.has_bits and (v.has_few_categories or name not in CELLS)]
        for some in _side_by_side(packed):
            made = BY_BITS[name](Bits.joined([variable.bits() for variable in some]))
            stop = 0
            for variable in some:
                start, stop = stop, stop + variable.n_clusters
                variable.blocks.update({key: columns[:, start:stop] for key, columns in made.items()})
    for variable in lacking:
        if name in CELLS and variable.has_few_categories:
            variable.cell_first, variable.cell_second = upper(variable.q)
        if name not in variable.blocks:
            variable.count(name)


def too_many(variable: "Variable") -> str:
    """Say why there are no sums of every transcript."""
    where = f"{variable.n_clusters} {variable.sampled}s"
    return f"too many categories ({variable.q}) to leave out or draw each of {where}"


def _side_by_side(variables: Sequence["Variable"]) -> Iterator[list["Variable"]]:
    """Gather variables until their bits fill what a processor keeps close at hand."""
    some: list[Variable] = []
    size = 0
    for variable in variables:
        size += variable.n // 64 + variable.n_clusters
        some.append(variable)
        if size >= WORDS_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some


@lru_cache(maxsize=64)
def upper(q: int) -> tuple[Ints, Ints]:
    """Return the q (q + 1) / 2 unordered pairs of categories, (first, second)."""
    first, second = np.triu_indices(q)
    return first, second


def count(variable: "Variable", name: str) -> None:
    """Count one block of one variable without bits."""
    kind, _, rest = name.partition(":")
    given = (variable.ratings, variable.q, variable.cluster, variable.n_clusters)
    blocks = variable.blocks
    if kind in ("counts", "share", "pairable", "within", "agree"):
        blocks.update(counting.tally(*given))
    elif kind == "by_rater":
        blocks[name] = counting.by_rater(*given)
    elif kind == "joint":
        blocks[name] = counting.joint(*given)
    elif kind == "gaps":
        between = variable.distance(rest).between_unordered
        blocks[name] = counting.gaps(variable.ratings, between, variable.cluster, variable.n_clusters)
    elif kind in CELLS and variable.has_few_categories:
        blocks.update(counting.cells_of_few(*given))
    elif kind in CELLS:
        sparse = counting.cells_that_occur(*given)
        variable.cell_first, variable.cell_second, blocks["cells"], blocks["cell_shares"] = sparse
    elif kind == "margins":
        blocks[name] = _margins(variable, *_two(rest))
    elif kind == "gap":
        pair, _, weighting = rest.partition(":")
        units, one, two = counting.both_rated(variable.ratings, *_two(pair))
        blocks[name] = _sum(variable, [variable.distance(weighting).between(one, two)], variable.cluster[units])
    elif kind == "moments":
        blocks[name] = _moments(variable)
    elif kind == "pair_moments":
        blocks[name] = _pair_moments(variable, *_two(rest))
    else:
        raise KeyError(name)


def _two(pair: str) -> tuple[int, int]:
    i, _, j = pair.partition(",")
    return int(i), int(j)


def _sum(variable: "Variable", columns: Sequence[Floats], cluster: Ints) -> Floats:
    """Sum k rows of n numbers within each transcript, (k, C)."""
    return np.stack([np.bincount(cluster, weights=row, minlength=variable.n_clusters) for row in columns])


def _margins(variable: "Variable", i: int, j: int) -> Ints:
    """Make [units both rated, agreements per category, first margin, second margin], (1 + 3q, C)."""
    units, one, two = counting.both_rated(variable.ratings, i, j)
    cluster, c, q = variable.cluster[units], variable.n_clusters, variable.q
    same = one == two
    keys = ((one * c + cluster)[same], one * c + cluster, two * c + cluster)
    parts = [np.bincount(key, minlength=c * q).reshape(q, c) for key in keys]
    return np.concatenate([parts[1].sum(axis=0, keepdims=True), *parts])


def _centred(variable: "Variable", raters: Sequence[int]) -> tuple[Floats, Ints]:
    """Return the complete units of some raters as numbers (k, complete), moved near zero, and their transcript."""
    x = variable.numbers()[list(raters)]
    complete = ~np.isnan(x).any(axis=0)
    x = x[:, complete]
    if x.size:
        x = x - np.round(x.mean())  # a whole number: whole ratings stay whole, so a zero variance is exactly zero
    return x, variable.cluster[complete]


def _moments(variable: "Variable") -> Floats:
    """Make [complete units, sum x^2, sum of squared unit totals, sum of each rater], (3 + m, C)."""
    x, cluster = _centred(variable, range(variable.m))
    total = x.sum(axis=0)
    return _sum(variable, [np.ones(x.shape[1]), (x**2).sum(axis=0), total**2, *x], cluster)


def _pair_moments(variable: "Variable", i: int, j: int) -> Floats:
    """Make [units both rated, sum x, y, x^2, y^2, xy], (6, C)."""
    (x, y), cluster = _centred(variable, (i, j))
    return _sum(variable, [np.ones_like(x), x, y, x * x, y * y, x * y], cluster)
