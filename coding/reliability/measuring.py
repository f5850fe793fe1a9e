"""
Measure variables: estimates with intervals, per transcript, leaving one out, pairs of raters, differences of rounds.

Variables of the same layout (all codes of a codebook, say) are stacked, so that 24 codes cost little more than one.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from . import catalogue, gwet, icc, kappa
from .catalogue import Coefficient
from .intervals import FEWEST_CLUSTERS, LEVEL, Interval, bca, draws, jackknife, on_scale, percentile
from .results import Floats, Result, number
from .sums import Combine, Sums, each_alone, in_total, leaving_one_out, weighted_by
from .variables import Variable

INTERVALS = ("jackknife", "percentile", "bca", "analytic", "none")
RESAMPLES = 10_000
SEED = 20_161_123
CHUNK = 4_000_000

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
    wanted = [catalogue.known(name) for name in coefficients]
    for variable in variables:
        for coefficient in wanted:
            catalogue.check_level(coefficient, variable)
    tables: list[dict[str, Result]] = [{} for _ in variables]
    for places in _by_layout(variables):
        group = [variables[i] for i in places]
        rows = _measure_group(group, wanted, interval, optimistic, resamples, seed)
        for place, row in zip(places, rows, strict=True):
            tables[place] = row
    return tables


def _by_layout(variables: Sequence[Variable]) -> list[list[int]]:
    groups: dict[object, list[int]] = {}
    for i, variable in enumerate(variables):
        groups.setdefault(variable.layout, []).append(i)
    return list(groups.values())


def _measure_group(
    group: list[Variable], wanted: list[Coefficient], interval: str, optimistic: bool, resamples: int, seed: int
) -> list[dict[str, Result]]:
    rows: list[dict[str, Result]] = [{} for _ in group]
    sizes = group[0].sizes
    jackknifed = interval in ("jackknife", "bca")
    combine = leaving_one_out(sizes) if jackknifed else in_total(sizes)
    many: dict[tuple[int, ...], Sums] = {}
    for coefficient in wanted:
        stops = [catalogue.obstacle(coefficient, variable) for variable in group]
        free = tuple(i for i, stop in enumerate(stops) if not stop)
        values = np.empty((0, 1))
        sums = None
        if free:
            sums = many.setdefault(free, Sums([group[i] for i in free], combine))
            values = _values(coefficient, sums)
        drawn = _resampled(coefficient, sums, resamples, seed) if sums and interval in ("percentile", "bca") else None
        for i, variable in enumerate(group):
            if stops[i]:
                rows[i][coefficient.name] = _nothing(coefficient, variable, stops[i])
                continue
            row = values[free.index(i)]
            if np.isnan(row[0]) or np.isinf(row[0]):
                rows[i][coefficient.name] = _nothing(
                    coefficient, variable, catalogue.why_undefined(coefficient, variable)
                )
                continue
            estimate = float(row[0])
            made, kind = _interval(
                coefficient, variable, estimate, row[1:], interval, None if drawn is None else drawn[free.index(i)]
            )
            if optimistic and made.why.startswith("fewer than") and interval == "jackknife":
                segment = segment_interval(coefficient, variable, estimate)
                if segment.low is not None:
                    made = Interval(segment.low, segment.high, made.why, segment.se, segment.df)
                    kind = "optimistic"
            rows[i][coefficient.name] = Result(
                coefficient=coefficient.name,
                value=estimate,
                why="",
                n=catalogue.units_used(coefficient, variable),
                counts=variable.counts,
                low=made.low,
                high=made.high,
                kind=kind if made.low is not None else "",
                why_no_interval=made.why,
                se=made.se,
                df=made.df,
                scale=coefficient.scale,
            )
    return rows


def _nothing(coefficient: Coefficient, variable: Variable, why: str) -> Result:
    return Result(
        coefficient=coefficient.name,
        value=None,
        why=why,
        n=catalogue.units_used(coefficient, variable),
        counts=variable.counts,
        why_no_interval="the coefficient itself is undefined",
        scale=coefficient.scale,
    )


def _interval(
    coefficient: Coefficient, variable: Variable, estimate: float, left_out: Floats, interval: str, drawn: Floats | None
) -> tuple[Interval, str]:
    if interval == "none":
        return Interval(why="no interval was asked for"), ""
    if interval == "analytic":
        return analytic(coefficient, variable, estimate)
    if interval == "jackknife":
        # A transcript without a unit that two raters rated says nothing about how transcripts differ in agreement.
        telling = variable.block("counts")[:, 1] > 0
        sizes = variable.sizes[telling] if (variable.sizes != 1).any() else None
        left_out = left_out[telling]
        made = jackknife(estimate, left_out, coefficient.scale, sizes=sizes, what=variable.sampled)
        return made, "jackknife"
    if variable.sizes.sum() < FEWEST_CLUSTERS:
        return Interval(why=f"fewer than {FEWEST_CLUSTERS} {variable.sampled}s ({variable.sizes.sum():.0f})"), ""
    resampled = drawn if drawn is not None else np.empty(0)
    if interval == "percentile":
        return percentile(resampled), "percentile"
    return bca(estimate, resampled, left_out), "bca"


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
    left_out = evaluate(coefficient, [alone], leaving_one_out(alone.sizes))[0, 1:]
    return jackknife(estimate, left_out, coefficient.scale, sizes=alone.sizes, what="segment")


def _chunks(width: int, resamples: int, n_clusters: int, seed: int, sizes: Floats) -> Iterator[Floats]:
    step = max(1, min(resamples, CHUNK // max(width, n_clusters, 1)))
    for part, start in enumerate(range(0, resamples, step)):
        yield draws(n_clusters, min(step, resamples - start), seed + part, sizes)


def _resampled(coefficient: Coefficient, sums: Sums, resamples: int, seed: int) -> Floats:
    variable = sums.variable
    width = max([variable.q * variable.m, *(b.shape[1] for b in variable._blocks.values())]) * len(sums.variables)
    parts = [
        evaluate(coefficient, sums.variables, weighted_by(weights))
        for weights in _chunks(width, resamples, variable.n_clusters, seed, variable.sizes)
    ]
    return np.concatenate(parts, axis=1)


def resample(variable: Variable, name: str, *, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """
    Return the coefficient on `resamples` draws of whole transcripts with replacement, NaN where undefined.

    Use `variable.units_alone()` to draw units. Raises ValueError for an unknown coefficient.
    """
    coefficient = catalogue.known(name)
    if catalogue.obstacle(coefficient, variable):
        return np.full(resamples, np.nan)
    drawn = _resampled(coefficient, Sums([variable], in_total(variable.sizes)), resamples, seed)
    return np.asarray(drawn[0])


def _plain(values: Floats) -> list[float | None]:
    return [number(value) for value in values]


def per_cluster(variable: Variable, name: str) -> dict[object, float | None]:
    """Return the coefficient within each transcript, None where it is undefined there."""
    coefficient = catalogue.known(name)
    if catalogue.obstacle(coefficient, variable):
        return dict.fromkeys(variable.cluster_ids)
    return dict(zip(variable.cluster_ids, _plain(evaluate(coefficient, [variable], each_alone)[0]), strict=True))


def leave_one_cluster_out(variable: Variable, name: str) -> dict[object, float | None]:
    """Return the coefficient without each transcript in turn, None where it is undefined."""
    coefficient = catalogue.known(name)
    if catalogue.obstacle(coefficient, variable):
        return dict.fromkeys(variable.cluster_ids)
    values = evaluate(coefficient, [variable], leaving_one_out(variable.sizes))[0, 1:]
    return dict(zip(variable.cluster_ids, _plain(values), strict=True))


def leave_one_rater_out(variable: Variable, name: str) -> list[float | None]:
    """Return the coefficient without each rater in turn, None where it is undefined."""
    left = [variable.without_rater(g) for g in range(variable.m)]
    return [estimate(rest, name).value for rest in left]


def estimate(variable: Variable, name: str) -> Result:
    """Return one coefficient without an interval."""
    return measure(variable, [name], interval="none")[name]


def pairs(
    variable: Variable, coefficients: Sequence[str] = ("percent_agreement", "cohen_kappa"), *, interval: str = "none"
) -> dict[tuple[int, int], dict[str, Result]]:
    """Measure every two raters by themselves: {(i, j): {name: Result}}, i before j."""
    both = variable.pairs()
    return dict(zip(both, measure_many(list(both.values()), coefficients, interval=interval), strict=True))


def difference(first: Variable, second: Variable, name: str, *, level: float = LEVEL) -> tuple[float | None, Interval]:
    """
    Return first minus second for two rounds, with an interval.

    A transcript that is in both rounds (same cluster label) is left out of both at once, so that what the rounds share
    cancels; otherwise their variances add up. t with (smaller number of transcripts) - 1 degrees of freedom. Where one
    of the two has no interval of its own (at the end of its scale, say) the difference has none either: the error of
    the other would pass for that of both.
    """
    coefficient = catalogue.known(name)
    values: list[float] = []
    influence: list[Mapping[object, float]] = []
    numbers: list[int] = []
    why = ""
    for variable in (first, second):
        catalogue.check_level(coefficient, variable)
        if stop := catalogue.obstacle(coefficient, variable):
            return None, Interval(why=stop)
        row = evaluate(coefficient, [variable], leaving_one_out(variable.sizes))[0]
        if np.isnan(row[0]):
            return None, Interval(why=catalogue.why_undefined(coefficient, variable))
        values.append(float(row[0]))
        # As for one round: a transcript without a unit that two raters rated says nothing about their agreement.
        telling = variable.block("counts")[:, 1] > 0
        left_out = row[1:][telling]
        c = len(left_out)
        numbers.append(c)
        why = why or jackknife(values[-1], left_out, coefficient.scale, what=variable.sampled, level=level).why
        away = (left_out - left_out.mean()) * np.sqrt((c - 1) / c)
        kept = (cluster for cluster, told in zip(variable.cluster_ids, telling, strict=True) if told)
        influence.append(dict(zip(kept, away.tolist(), strict=True)))
    apart = values[0] - values[1]
    if why:
        return apart, Interval(why=why)
    fewest = min(numbers)
    shifts = [influence[0].get(c, 0.0) - influence[1].get(c, 0.0) for c in {**influence[0], **influence[1]}]
    se = float(np.sqrt(sum(shift**2 for shift in shifts)))
    if se == 0:
        return apart, Interval(why="the transcripts do not differ at all", se=se, df=fewest - 1)
    low, high = on_scale(apart, se, fewest - 1, "plain", level)
    return apart, Interval(max(low, -2.0), min(high, 2.0), se=se, df=fewest - 1)
