"""
Agreement written out as the definitions say, with loops over units and rater pairs: slow, and easy to check by eye.

ratings are lists of rows (one per rater) of category indices or None; undefined is None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, permutations

Row = Sequence[int | None]
Distance = Callable[[int, int], float]


def nominal(a: int, b: int) -> float:
    return float(a != b)


def units(ratings: Sequence[Row]) -> list[list[int]]:
    """Return the ratings of each unit that has one."""
    every = [[row[i] for row in ratings if row[i] is not None] for i in range(len(ratings[0]) if ratings else 0)]
    return [unit for unit in every if unit]  # type: ignore[misc]


def observed(ratings: Sequence[Row], d: Distance) -> float | None:
    """Return the mean over units of the mean disagreement of pairs."""
    means = []
    for unit in units(ratings):
        apart = [d(a, b) for a, b in combinations(unit, 2)]
        if apart:
            means.append(sum(apart) / len(apart))
    return sum(means) / len(means) if means else None


def shares(ratings: Sequence[Row], q: int) -> list[float]:
    every = units(ratings)
    return [sum(unit.count(k) / len(unit) for unit in every) / len(every) for k in range(q)]


def _one_minus(over: float | None, under: float) -> float | None:
    return None if over is None or abs(under) < 1e-12 else 1 - over / under


def percent_agreement(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    over = observed(ratings, d)
    return None if over is None else 1 - over


def fleiss_kappa(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    over = observed(ratings, d)
    if over is None:
        return None
    pi = shares(ratings, q)
    return _one_minus(over, sum(d(k, h) * pi[k] * pi[h] for k in range(q) for h in range(q)))


def brennan_prediger(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    return _one_minus(observed(ratings, d), sum(d(k, h) for k in range(q) for h in range(q)) / q**2)


def gwet(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    over = observed(ratings, d)
    if over is None or q < 2:
        return None
    weights = sum(1 - d(k, h) for k in range(q) for h in range(q))
    return _one_minus(over, 1 - weights / (q * (q - 1)) * sum(p * (1 - p) for p in shares(ratings, q)))


def conger_kappa(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    over = observed(ratings, d)
    given = [[x for x in row if x is not None] for row in ratings]
    margins = [[row.count(k) / len(row) for k in range(q)] for row in given if row]
    if over is None or len(margins) < 2:
        return None
    expected = [
        sum(d(k, h) * one[k] * two[h] for k in range(q) for h in range(q)) for one, two in permutations(margins, 2)
    ]
    return _one_minus(over, sum(expected) / len(expected))


def cohen_kappa(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    both = [(a, b) for a, b in zip(*ratings, strict=True) if a is not None and b is not None]
    if not both:
        return None
    over = sum(d(a, b) for a, b in both) / len(both)
    under = sum(d(a, b) for a, _ in both for _, b in both) / len(both) ** 2
    return _one_minus(over, under)


def light_kappa(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    values = [cohen_kappa(pair, q, d) for pair in combinations(ratings, 2)]
    if any(value is None for value in values):
        return None
    return sum(value for value in values if value is not None) / len(values)


def scott_pi(ratings: Sequence[Row], q: int, d: Distance = nominal) -> float | None:
    both = [(a, b) for a, b in zip(*ratings, strict=True) if a is not None and b is not None]
    pool = [x for pair in both for x in pair]
    if not both:
        return None
    over = sum(d(a, b) for a, b in both) / len(both)
    return _one_minus(over, sum(d(a, b) for a in pool for b in pool) / len(pool) ** 2)


def krippendorff_alpha(
    ratings: Sequence[Row], q: int, metric: str = "nominal", values: Sequence[float] = (), d: Distance | None = None
) -> float | None:
    """Return alpha from all pairs of pairable values, within units and overall (Krippendorff 2011)."""
    paired = [unit for unit in units(ratings) if len(unit) > 1]
    pool = [x for unit in paired for x in unit]
    apart = d or _difference(metric, values, [pool.count(k) for k in range(q)])
    n = len(pool)
    if n == 0:
        return None
    within = sum(
        sum(apart(a, b) for i, a in enumerate(unit) for j, b in enumerate(unit) if i != j) / (len(unit) - 1)
        for unit in paired
    )
    overall = sum(apart(a, b) for i, a in enumerate(pool) for j, b in enumerate(pool) if i != j)
    return _one_minus(within / n, overall / (n * (n - 1)))


def _difference(metric: str, values: Sequence[float], count: Sequence[int]) -> Distance:
    def ordinal(a: int, b: int) -> float:
        low, high = sorted((a, b))
        return float(sum(count[low : high + 1]) - (count[low] + count[high]) / 2) ** 2

    def interval(a: int, b: int) -> float:
        return float(values[a] - values[b]) ** 2

    def ratio(a: int, b: int) -> float:
        return 0.0 if a == b else ((values[a] - values[b]) / (values[a] + values[b])) ** 2

    return {"nominal": nominal, "ordinal": ordinal, "interval": interval, "ratio": ratio}[metric]


def masi(a: frozenset[int], b: frozenset[int]) -> float:
    """Return 1 - J * M (Passonneau 2006)."""
    if a == b:
        return 0.0
    shared = a & b
    monotone = 2 / 3 if a <= b or b <= a else (1 / 3 if shared else 0.0)
    return 1 - len(shared) / len(a | b) * monotone


def icc(ratings: Sequence[Sequence[float]], model: int, average: bool) -> float | None:
    """Return an intraclass correlation from deviations, complete units only (Shrout and Fleiss 1979)."""
    rows = [unit for unit in zip(*ratings, strict=True) if None not in unit]
    n, k = len(rows), len(ratings)
    if n < 2 or k < 2:
        return None
    grand = sum(map(sum, rows)) / (n * k)
    means = [sum(row) / k for row in rows]
    judges = [sum(row[j] for row in rows) / n for j in range(k)]
    between = k * sum((x - grand) ** 2 for x in means) / (n - 1)
    within = sum((x - mean) ** 2 for row, mean in zip(rows, means, strict=True) for x in row) / (n * (k - 1))
    columns = n * sum((x - grand) ** 2 for x in judges) / (k - 1)
    rest = sum(
        (x - mean - judge + grand) ** 2
        for row, mean in zip(rows, means, strict=True)
        for x, judge in zip(row, judges, strict=True)
    ) / ((n - 1) * (k - 1))
    error = within if model == 1 else rest
    extra = (columns - rest) / n if model == 2 else 0.0
    under = between + extra if average else between + (k - 1) * error + k * extra
    return None if abs(under) < 1e-9 else (between - error) / under
