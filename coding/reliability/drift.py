"""
Whether a rater's use of a code changed over the order of coding: control charts, and a test that keeps its word.

One point is one transcript, in the order in which the rater handed them in: the segments of a transcript are alike, and
only whole transcripts can be exchanged for each other when nothing changed. The statistic is that of a single change
at an unknown place, max over k of |mean of the first k - mean of the rest| x sqrt(W1 W2 / W), with the numbers of
segments as weights (the change-point form of Page's cumulative sum: Page 1954; Hawkins, Qiu & Kang 2003), taken of
shares on the arcsine scale, where a rare code varies as much as a common one (Anscombe 1948). Its p-value comes from
permuting the points, which is exact whatever their distribution (Pitman 1937), and the family of charts is kept at
its level by Holm (1979).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: Of the whole family of charts: half of the one in twenty that is promised, so that it holds with room to spare.
LEVEL = 0.025
#: What is left for the others, each rater against the own past and against gold, is shared between these two.
LEVEL_OF_OTHERS = LEVEL / 2
#: With fewer points no arrangement is rare enough to say anything about a family of charts.
FEWEST = 6
#: A change is looked for with at least so many points on either side of it.
EDGE = 3
SEED = 20_261_125
#: A first look settles the charts in which nothing is near; the rest get the long one (Besag & Clifford 1991).
FIRST_LOOK, LONG_LOOK, NOT_NEAR = 199, 9_999, 0.1
#: Where fewer points differ from the reference at all, no arrangement of them is rare: such charts are not tested, and
#: take nothing from the others. Permuting leaves the number as it is, so leaving them out is no choice by the result.
FEWEST_DIFFERING = 5
NO_CHANGE = "The same difference everywhere: nothing changed."
TOO_FEW = f"Fewer than {FEWEST} transcripts: too few to tell a change from chance."
ALL_ALIKE = f"Differences on fewer than {FEWEST_DIFFERING} transcripts: too few to tell a change from chance."


@dataclass(frozen=True, slots=True)
class Batch:
    """One transcript: the segments compared, how often the rater gave the code there, and how often the reference."""

    units: float
    own: float
    reference: float


@dataclass(frozen=True, slots=True)
class Point:
    """One batch as it is drawn: shares, their difference, and the limits within which differences lie by chance."""

    units: float
    own: float
    reference: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """A change: the first point after it, the mean difference before and after, and the p-value of its chart."""

    at: int
    before: float
    after: float
    p: float

    @property
    def size(self) -> float:
        """Give how far the rater moved against the reference."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Counts:
    """The batches of a chart, column by column: as small as they can be kept, since a study has tens of thousands."""

    units: tuple[float, ...]
    own: tuple[float, ...]
    reference: tuple[float, ...]

    @classmethod
    def of(cls, batches: Sequence[Batch]) -> Counts:
        """Take the batches in which anything was compared."""
        counted = _counted(batches)
        return cls(
            tuple(batch.units for batch in counted),
            tuple(batch.own for batch in counted),
            tuple(batch.reference for batch in counted),
        )

    @property
    def batches(self) -> list[Batch]:
        return [Batch(*row) for row in zip(self.units, self.own, self.reference, strict=True)]

    def __len__(self) -> int:
        return len(self.units)


@dataclass(frozen=True, slots=True)
class Chart:
    """
    One rater and one code over the order of coding; without a change, `why` there is no test, or nothing to say.

    `points` and `centre` follow from the counts, and are worked out when they are drawn.
    """

    counts: Counts
    change: Change | None
    alert: bool
    why: str = ""

    @property
    def points(self) -> tuple[Point, ...]:
        return chart(self.counts.batches)[0]

    @property
    def centre(self) -> float:
        return chart(self.counts.batches)[1]


def chart(batches: Sequence[Batch]) -> tuple[tuple[Point, ...], float]:
    """
    Lay out the points of a control chart around their mean difference.

    The limits are three standard errors of a batch of that size, from the spread between batches (as in a chart for
    subgroups of unlike size: Montgomery 2013, ch. 6); they are for reading, the alert comes from the test.
    """
    weights, differences = _arrays(batches)
    if not len(differences):
        return (), 0.0
    centre = float(np.average(differences, weights=weights))
    spread = weights * (differences - centre) ** 2
    sigma = float(np.sqrt(spread.sum() / max(len(spread) - 1, 1)))
    points = tuple(
        Point(
            units=batch.units,
            own=batch.own / batch.units,
            reference=batch.reference / batch.units,
            difference=float(difference),
            low=centre - 3 * sigma / float(np.sqrt(batch.units)),
            high=centre + 3 * sigma / float(np.sqrt(batch.units)),
        )
        for batch, difference in zip(_counted(batches), differences, strict=True)
    )
    return points, centre


def charts(family: Sequence[Sequence[Batch]], *, level: float = LEVEL, seed: int = SEED) -> list[Chart]:
    """
    Test a family of charts for a change; alerts hold for the whole family at `level` (Holm 1979).

    The same batches give the same answers: the permutations come from the seed.
    """
    changes = [_change(batches, seed) for batches in family]
    alerts = holm([change.p if change else None for change in changes], level)
    found = []
    for batches, change, alert in zip(family, changes, alerts, strict=True):
        found.append(Chart(Counts.of(batches), change, alert, "" if change else _why(batches)))
    return found


def holm(p_values: Sequence[float | None], level: float) -> list[bool]:
    """Say which p-values are small enough, from the smallest on, so that the family keeps its level."""
    tested = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    found = [False] * len(p_values)
    for step, (p, place) in enumerate(tested):
        if p > level / (len(tested) - step):
            break
        found[place] = True
    return found


def _counted(batches: Sequence[Batch]) -> list[Batch]:
    return [batch for batch in batches if batch.units > 0]


def _arrays(batches: Sequence[Batch]) -> tuple[Floats, Floats]:
    counted = _counted(batches)
    weights = np.array([batch.units for batch in counted], dtype=np.float64)
    totals = np.array([batch.own - batch.reference for batch in counted], dtype=np.float64)
    return weights, totals / weights


def _on_arcsine(batches: Sequence[Batch]) -> tuple[Floats, Floats]:
    """Give the differences as they are tested: asin sqrt((x + 3/8) / (n + 3/4)), rater less reference."""
    counted = _counted(batches)
    units = np.array([batch.units for batch in counted], dtype=np.float64)
    own, reference = (
        np.arcsin(np.sqrt((np.array(given, dtype=np.float64) + 0.375) / (units + 0.75)))
        for given in ([batch.own for batch in counted], [batch.reference for batch in counted])
    )
    return units, own - reference


def _why(batches: Sequence[Batch]) -> str:
    differences = _arrays(batches)[1]
    if len(differences) < FEWEST:
        return TOO_FEW
    return ALL_ALIKE if np.count_nonzero(differences) < FEWEST_DIFFERING else NO_CHANGE


def _change(batches: Sequence[Batch], seed: int) -> Change | None:
    weights, differences = _arrays(batches)
    if len(differences) < FEWEST or np.count_nonzero(differences) < FEWEST_DIFFERING or np.ptp(differences) == 0:
        return None
    order = np.arange(len(differences))[None]
    tested = _on_arcsine(batches)
    real = _largest(*tested, order)
    p = _p_value(*tested, real[1][0], FIRST_LOOK, seed)
    if p <= NOT_NEAR:
        p = _p_value(*tested, real[1][0], LONG_LOOK, seed)
    at = int(real[0][0])
    before = float(np.average(differences[:at], weights=weights[:at]))
    after = float(np.average(differences[at:], weights=weights[at:]))
    return Change(at, before, after, p)


def _p_value(weights: Floats, differences: Floats, real: float, permutations: int, seed: int) -> float:
    chance = np.random.default_rng([seed, permutations, len(weights)])
    orders = chance.permuted(np.tile(np.arange(len(weights)), (permutations, 1)), axis=1)
    as_large = _largest(weights, differences, orders)[1] >= real - 1e-12
    return float((1 + as_large.sum()) / (1 + permutations))


def _largest(weights: Floats, differences: Floats, orders: npt.NDArray[np.int64]) -> tuple[Any, Floats]:
    """Give for each order of the points where the largest change lies, and how large it is."""
    placed = weights[orders]
    sums, total = np.cumsum(placed * differences[orders], axis=1), weights.sum()
    first = np.cumsum(placed, axis=1)
    whole = sums[:, -1:]
    first, sums = first[:, EDGE - 1 : -EDGE], sums[:, EDGE - 1 : -EDGE]
    size = np.abs(sums / first - (whole - sums) / (total - first)) * np.sqrt(first * (total - first) / total)
    best = size.argmax(axis=1)
    return best + EDGE, size[np.arange(len(size)), best]
