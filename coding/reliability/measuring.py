"""
Measure variables: estimates with intervals, or the reason why there is none.

Variables of the same layout (all codes of a codebook, say, or all pairs of raters) are stacked, so that 24 codes cost
little more than one.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np

from . import catalogue, gwet, icc, kappa
from .catalogue import Coefficient
from .filling import fill, too_many
from .intervals import FEWEST_CLUSTERS, Column, Interval, bca, drawn_in_parts, jackknife, jackknife_rows, percentile
from .pairing import Pair
from .results import Counts, Floats, Result
from .sums import Combine, Sums, in_total, leaving_one_out, weighted_by
from .variables import Variable

INTERVALS = ("jackknife", "percentile", "bca", "analytic", "none")
RESAMPLES = 10_000
SEED = 20_161_123
AT_ONCE = 1 << 15  # numbers in an array: as many as stay in the processor's own memory
RESAMPLES_AT_ONCE = 1024
WEIGHTS_KEPT = 8_000_000

DEFAULT = ("percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa")


def evaluate(coefficient: Coefficient, variables: Sequence[Variable], combine: Combine) -> Floats:
    """Return values (variables, B), NaN where undefined, for variables of one layout that nothing stands against."""
    return _values(coefficient, Sums(variables, combine))


def _values(coefficient: Coefficient, sums: Sums) -> Floats:
    with np.errstate(all="ignore"):
        return np.asarray(coefficient.kernel(sums), dtype=np.float64)


def measure(
    variable: Variable,
    coefficients: Sequence[str] = DEFAULT,
    *,
    interval: str = "jackknife",
    optimistic: bool = False,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, Result]:
    """
    Compute coefficients of one variable, each with its interval or the reason why there is none.

    interval: "jackknife" (delete-one-transcript, default), "percentile" or "bca" (transcripts resampled), "analytic"
    (units independent by design: Gwet's and Fleiss, Cohen and Everitt's standard errors, F for ICC), "none".
    `optimistic` adds, below 5 transcripts, the interval that takes segments as independent, labelled so.
    Raises ValueError for an unknown coefficient or interval, or one of another level of measurement.
    """
    return measure_many(
        [variable], coefficients, interval=interval, optimistic=optimistic, resamples=resamples, seed=seed
    )[0]


def measure_many(
    variables: Sequence[Variable],
    coefficients: Sequence[str] = DEFAULT,
    *,
    interval: str = "jackknife",
    optimistic: bool = False,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[dict[str, Result]]:
    """Do the same for many variables; those of one layout are computed together."""
    if interval not in INTERVALS:
        raise ValueError(f"There is no interval called {interval!r}: use {', '.join(INTERVALS)}.")
    wanted = [catalogue.known(name) for name in dict.fromkeys(coefficients)]
    tables: list[dict[str, Result]] = [{} for _ in variables]
    for places in by_layout(variables):
        group = [variables[i] for i in places]
        for coefficient in wanted:
            catalogue.check_level(coefficient, group[0])
        rows = _measure_group(group, wanted, interval, optimistic, resamples, seed)
        for place, row in zip(places, rows, strict=True):
            tables[place] = row
    return tables


def by_layout(variables: Sequence[Variable]) -> list[list[int]]:
    """Return the places of variables that can be stacked, group by group."""
    groups: dict[object, list[int]] = {}
    for i, variable in enumerate(variables):
        groups.setdefault(variable.layout, []).append(i)
    return list(groups.values())


def _measure_group(
    group: Sequence[Variable], wanted: Sequence[Coefficient], interval: str, optimistic: bool, resamples: int, seed: int
) -> list[dict[str, Result]]:
    """Measure variables of one layout, as many at a time as keep the arrays small."""
    first = group[0]
    if first.is_too_wide:
        return [_estimates(variable, wanted, interval) for variable in group]
    if first.n and not isinstance(first, Pair):
        fill(group, "counts")
    resampled = interval in ("percentile", "bca")
    wide = min(resamples, RESAMPLES_AT_ONCE) if resampled else first.n_clusters + 1
    draws = _draws(first, resamples, seed) if resampled else None
    step = max(1, AT_ONCE // max(wide, 1))
    rows: list[dict[str, Result]] = []
    for start in range(0, len(group), step):
        rows += _measure_some(group[start : start + step], wanted, interval, optimistic, draws)
    return rows


def _estimates(variable: Variable, wanted: Sequence[Coefficient], interval: str) -> dict[str, Result]:
    """Estimate alone, with the reason why no transcript can be left out or drawn."""
    table = _measure_some([variable.as_one()], wanted, "none", False, None)[0]
    for coefficient in wanted:
        result = table[coefficient.name]
        if result.value is None:
            continue
        made, kind = Interval(why=too_many(variable)), ""
        if interval == "analytic":
            made, kind = analytic(coefficient, variable, result.value)
        table[coefficient.name] = replace(
            result,
            counts=replace(result.counts, clusters=variable.n_clusters),
            low=made.low,
            high=made.high,
            kind=kind if made.low is not None else "",
            why_no_interval=result.why_no_interval if interval == "none" else made.why,
            se=made.se,
            df=made.df,
        )
    return table


def _draws(variable: Variable, resamples: int, seed: int) -> Callable[[], Iterable[Floats]]:
    """Return how to get the weights of all resamples again and again, the same each time."""

    def again() -> Iterable[Floats]:
        at_once = max(1, min(RESAMPLES_AT_ONCE, WEIGHTS_KEPT // max(variable.n_clusters, 1)))
        return drawn_in_parts(variable.n_clusters, resamples, seed, variable.sizes, at_once)

    if variable.n_clusters * resamples > WEIGHTS_KEPT:
        return again
    kept = list(again()) if variable.n_clusters else []
    return lambda: kept


def _measure_some(
    some: Sequence[Variable],
    wanted: Sequence[Coefficient],
    interval: str,
    optimistic: bool,
    draws: Callable[[], Iterable[Floats]] | None,
) -> list[dict[str, Result]]:
    sizes = some[0].sizes
    empty = [catalogue.obstacle_of_data(variable) for variable in some]
    free = [i for i, stop in enumerate(empty) if not stop]
    barred = {c.name: catalogue.obstacle_of_layout(c, some[0]) for c in wanted}
    able = [c for c in wanted if free and not barred[c.name]]
    rest = [some[i] for i in free]
    combine = leaving_one_out(sizes) if interval in ("jackknife", "bca") else in_total(sizes)
    values = _combined(rest, able, combine)
    parts = [_combined(rest, able, weighted_by(weights)) for weights in draws()] if draws and able else []
    weights = np.stack([variable.telling for variable in rest]) * sizes if able and interval == "jackknife" else None
    counts = [variable.counts for variable in some]
    columns: list[list[Result]] = []
    for coefficient in wanted:
        name = coefficient.name
        found = values.get(name, np.empty((0, 1)))
        there = np.flatnonzero(np.isfinite(found[:, 0])).tolist()
        drawn = np.concatenate([part[name] for part in parts], axis=1)[there] if name in values and parts else None
        weighed = None if weights is None else weights[there]
        places = [free[i] for i in there]
        kept = [some[i] for i in places]
        made = _intervals(coefficient, kept, found[there], interval, drawn, weighed)
        if optimistic and interval == "jackknife":
            _be_optimistic(coefficient, kept, found[there, 0], made)
        results = iter(_something(coefficient, kept, [counts[i] for i in places], found[there, 0], made))
        why_not = {i: barred[name] or empty[i] for i in set(range(len(some))).difference(places)}
        columns.append(
            [_nothing(coefficient, v, why_not[i]) if i in why_not else next(results) for i, v in enumerate(some)]
        )
    return [dict(zip(barred, row, strict=True)) for row in zip(*columns, strict=True)] if wanted else [{} for _ in some]


def _combined(
    variables: Sequence[Variable], coefficients: Sequence[Coefficient], combine: Combine
) -> dict[str, Floats]:
    """Return the values (variables, B) of every coefficient, NaN where undefined."""
    if not coefficients:
        return {}
    sums = Sums(variables, combine)
    return {coefficient.name: _values(coefficient, sums) for coefficient in coefficients}


def _intervals(
    coefficient: Coefficient,
    variables: Sequence[Variable],
    values: Floats,
    interval: str,
    drawn: Floats | None,
    weights: Floats | None,
) -> Column:
    """Return the interval of each variable; values (variables, B), the estimate first."""
    if interval == "none":
        return Column.of([(Interval(why="no interval was asked for"), "")] * len(variables))
    if interval == "analytic":
        return Column.of([analytic(coefficient, v, float(row[0])) for v, row in zip(variables, values, strict=True)])
    if weights is not None and variables:
        what = variables[0].sampled
        return jackknife_rows(values[:, 0], values[:, 1:], weights, coefficient.scale, what=what)
    return Column.of(
        [
            (_resampled_interval(variable, row, interval, np.empty(0) if drawn is None else drawn[i]), interval)
            for i, (variable, row) in enumerate(zip(variables, values, strict=True))
        ]
    )


def _resampled_interval(variable: Variable, row: Floats, interval: str, drawn: Floats) -> Interval:
    number = variable.sizes.sum()
    if number < FEWEST_CLUSTERS:
        return Interval(why=f"fewer than {FEWEST_CLUSTERS} {variable.sampled}s ({number:.0f})")
    return percentile(drawn) if interval == "percentile" else bca(float(row[0]), drawn, row[1:])


def _be_optimistic(coefficient: Coefficient, variables: Sequence[Variable], values: Floats, made: Column) -> None:
    """Where transcripts are too few, put the interval that takes segments as independent, labelled so."""
    for i, why in enumerate(made.why):
        if why.startswith("fewer than"):
            segment = segment_interval(coefficient, variables[i], float(values[i]))
            if segment.low is not None:
                made.put(i, Interval(segment.low, segment.high, why, segment.se, segment.df), "optimistic")


def _something(
    coefficient: Coefficient, variables: Sequence[Variable], counts: Sequence[Counts], values: Floats, made: Column
) -> list[Result]:
    used = catalogue.units_used_by(coefficient, variables, counts)
    ends = (made.low, made.high, made.kind, made.why, made.se, made.df)
    head = (repeat(coefficient.name), values.tolist(), repeat(""), used, counts)
    return list(map(Result, *head, *ends, repeat(coefficient.scale)))


def _nothing(coefficient: Coefficient, variable: Variable, why: str) -> Result:
    return Result(
        coefficient=coefficient.name,
        value=None,
        why=why or catalogue.why_undefined(coefficient, variable),
        n=catalogue.units_used(coefficient, variable),
        counts=variable.counts,
        why_no_interval="the coefficient itself is undefined",
        scale=coefficient.scale,
    )


def estimate(variable: Variable, name: str) -> Result:
    """Return one coefficient without an interval."""
    return measure(variable, [name], interval="none")[name]


def analytic(coefficient: Coefficient, variable: Variable, estimate: float) -> tuple[Interval, str]:
    """Return the interval that takes units as independent by design, and how it was made."""
    if coefficient.is_icc:
        ends = icc.f_interval(variable, int(coefficient.name[4]), coefficient.name.endswith("k"))
        if isinstance(ends, str):
            return Interval(why=ends), ""
        if not ends[0] <= ends[1]:
            return Interval(why="the F interval does not exist for these mean squares"), ""
        return Interval(*ends), "F"
    se = standard_error(coefficient, variable)
    if isinstance(se, str):
        return Interval(why=se), ""
    units = variable.counts.units
    if units < 2:
        return Interval(why="fewer than two units", se=se), ""
    low, high = gwet.t_interval(estimate, se, units)
    return Interval(low, high, se=se, df=units - 1), "analytic"


def standard_error(coefficient: Coefficient, variable: Variable) -> float | str:
    """Return the large-sample standard error of a coefficient, or why there is none."""
    if coefficient.base == "cohen_kappa":
        return kappa.cohen_se(variable, coefficient.weighting)
    return gwet.standard_error(coefficient, variable)


def segment_interval(coefficient: Coefficient, variable: Variable, estimate: float) -> Interval:
    """Return the jackknife interval over single units, which is too narrow when they are nested in transcripts."""
    alone = variable.units_alone()
    if alone.is_too_wide:
        return Interval(why=too_many(alone))
    left_out = evaluate(coefficient, [alone], leaving_one_out(alone.sizes))[0, 1:]
    return jackknife(estimate, left_out, coefficient.scale, sizes=alone.sizes, what="segment")


def resample(variable: Variable, name: str, *, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """
    Return the coefficient on `resamples` draws of whole transcripts with replacement, NaN where undefined.

    Use `variable.units_alone()` to draw units. Raises ValueError for an unknown coefficient.
    """
    coefficient = catalogue.known(name)
    if catalogue.obstacle(coefficient, variable):
        return np.full(resamples, np.nan)
    parts = [
        evaluate(coefficient, [variable], weighted_by(weights))[0] for weights in _draws(variable, resamples, seed)()
    ]
    return np.concatenate(parts)
