"""
Who moved: each rater against the others over the order of coding, code by code.

When one rater changes, all others change against them. Of the raters whose charts of a code alert, the one who moved
furthest is the mover; the rest are looked at again without the mover among their references, and alert only if they
still do. With two raters nobody can say which of them it was, and both are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .drift import LEVEL, SEED, Batch, Chart, charts

Matrix = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.float64]
ECHO = "Only beside the rater who moved: without them in the comparison nothing changed."


@dataclass(frozen=True, slots=True)
class PairSums:
    """
    What two raters gave one code where both have a value: (raters, raters, transcripts).

    `both[r, s, t]` counts the segments of transcript t, `own[r, s, t]` those of them where r gave the code.
    """

    both: Floats
    own: Floats


def pair_sums(values: Matrix, transcripts: npt.NDArray[np.int64], number: int) -> PairSums:
    """Sum up one code's `values` (raters, units: 1, 0, or -1 for missing) within each transcript."""
    raters = len(values)
    both, own = np.zeros((raters, raters, number)), np.zeros((raters, raters, number))
    for transcript in range(number):
        part = values[:, transcripts == transcript]
        valid, given = (part >= 0).astype(np.float64), (part == 1).astype(np.float64)
        both[:, :, transcript] = valid @ valid.T
        own[:, :, transcript] = given @ valid.T
    return PairSums(both, own)


def batches(sums: PairSums, rater: int, order: Sequence[int], *, without: frozenset[int] = frozenset()) -> list[Batch]:
    """Give one rater's transcripts in the order of coding, against all others but those left out."""
    others = [one for one in range(len(sums.both)) if one != rater and one not in without]
    return [
        Batch(
            units=float(sums.both[rater, others, place].sum()),
            own=float(sums.own[rater, others, place].sum()),
            reference=float(sums.own[others, rater, place].sum()),
        )
        for place in order
    ]


def against_others(
    codes: Mapping[str, PairSums], orders: Sequence[Sequence[int]], *, level: float = LEVEL, seed: int = SEED
) -> dict[str, list[Chart]]:
    """
    Chart every code for every rater against the others, as one family of tests.

    `orders` gives for each rater the transcripts in the order in which they coded them.
    """
    keys = list(codes)
    family = [batches(codes[key], rater, order) for key in keys for rater, order in enumerate(orders)]
    tested = charts(family, level=level, seed=seed)
    looked_at = sum(chart.change is not None for chart in tested)
    found: dict[str, list[Chart]] = {}
    for place, key in enumerate(keys):
        mine = tested[place * len(orders) : (place + 1) * len(orders)]
        found[key] = _settled(codes[key], orders, mine, level / max(looked_at, 1), seed)
    return found


def _settled(
    sums: PairSums, orders: Sequence[Sequence[int]], mine: Sequence[Chart], level: float, seed: int
) -> list[Chart]:
    """Leave an alert with whoever moved, and take it from those who only echo them."""
    alerted = sorted((rater for rater, chart in enumerate(mine) if chart.alert), key=lambda rater: -_size(mine[rater]))
    found = list(mine)
    movers: set[int] = set(alerted[:1])
    for rater in alerted[1:]:
        rest = batches(sums, rater, orders[rater], without=frozenset(movers))
        if not any(batch.units for batch in rest):
            movers.add(rater)
            continue
        (again,) = charts([rest], level=level, seed=seed)
        if again.alert:
            movers.add(rater)
        else:
            found[rater] = replace(mine[rater], alert=False, why=ECHO)
    return found


def _size(chart: Chart) -> float:
    return abs(chart.change.size) if chart.change else 0.0
