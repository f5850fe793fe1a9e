"""
Whether a rater gives a code more or less often than they did themselves: the same segments, then and now.

Under no change, what was said then and what is said now could be exchanged for each other, transcript by transcript:
one sits down to a transcript on one day, so that its segments share that day's mood. The statistic is the difference
of the two sums; its p-value comes from exchanging then and now within transcripts in every way (Fisher 1935, The
Design of Experiments, ch. 3; Pitman 1937), or in 9,999 ways by lot where there are many. The family keeps its level
by Holm (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .drift import LEVEL_OF_OTHERS, SEED, Batch, Chart, Counts, holm

#: So many transcripts on which then and now differ give a p-value of 1/32 at the least; with fewer nothing is tested.
FEWEST_DIFFERING = 6
#: Up to so many every way of exchanging is looked at.
EXACT_UP_TO, DRAWS = 12, 9_999
TOO_FEW = f"Then and now differ on fewer than {FEWEST_DIFFERING} transcripts: too few to tell a change from chance."


@dataclass(frozen=True, slots=True)
class Moved:
    """How much more often a code is given now than then, as shares of the same segments, and how surprising that is."""

    then: float
    now: float
    p: float


def against_own_past(
    family: Sequence[Sequence[Batch]], *, level: float = LEVEL_OF_OTHERS, seed: int = SEED
) -> list[tuple[Chart, Moved | None]]:
    """
    Chart what raters gave now (`own`) against what they gave then (`reference`), one batch a transcript; test them all.

    A chart has no change: nobody knows when it came about. Alerts hold for the whole family at `level`.
    """
    moved = [_moved(batches, seed) for batches in family]
    alerts = holm([one.p if one else None for one in moved], level)
    found = []
    for batches, one, alert in zip(family, moved, alerts, strict=True):
        found.append((Chart(Counts.of(batches), None, alert, "" if one else TOO_FEW), one))
    return found


def _moved(batches: Sequence[Batch], seed: int) -> Moved | None:
    differences = np.array([batch.own - batch.reference for batch in batches], dtype=np.float64)
    differences = differences[differences != 0]
    if len(differences) < FEWEST_DIFFERING:
        return None
    units = sum(batch.units for batch in batches)
    then, now = (sum(batch.reference for batch in batches) / units, sum(batch.own for batch in batches) / units)
    return Moved(then, now, _p_value(differences, seed))


def _p_value(differences: np.ndarray, seed: int) -> float:
    number, real = len(differences), abs(differences.sum()) - 1e-9
    if number <= EXACT_UP_TO:
        ways = 1 - 2 * ((np.arange(2**number)[:, None] >> np.arange(number)) & 1)
        return float((np.abs(ways @ differences) >= real).mean())
    ways = np.random.default_rng([seed, number]).choice([-1, 1], size=(DRAWS, number))
    return float((1 + (np.abs(ways @ differences) >= real).sum()) / (1 + DRAWS))
