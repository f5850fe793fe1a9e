"""
How many transcripts, or segments, until an interval is as narrow as wanted: from a pilot, or from assumptions.

The half-width is half the length of the interval that would be shown: t with C - 1 degrees of freedom, on the scale of
the coefficient, so that it is not the same on both sides. Formulas and what they were checked against:
docs/methods.md, "Planning".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, comb, lgamma, log, sqrt

import numpy as np

from . import catalogue
from .intervals import FEWEST_CLUSTERS, LEVEL, at_the_edge, on_scale
from .measuring import segment_interval
from .quantiles import chi_square_quantile
from .results import Result
from .variables import Variable

MOST_CLUSTERS, MOST_UNITS = 10_000, 10_000_000
SURE = 0.8
#: How alike two segments of one transcript are, beyond any two (intraclass correlation of their influence).
SCENARIOS = (("sessions differ little", 0.01), ("sessions differ noticeably", 0.04), ("sessions differ strongly", 0.12))
MODELLED = ("krippendorff_alpha", "gwet_ac1", "percent_agreement")


def half_width(estimate: float, se: float, df: int, scale: str, level: float = LEVEL) -> float:
    """Return half the length of the interval that `on_scale` gives."""
    low, high = on_scale(estimate, se, df, scale, level)
    return (high - low) / 2


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is needed if sessions differed so much: `design_effect` = 1 + (segments per transcript - 1) x `likeness`."""

    name: str
    likeness: float
    design_effect: float
    clusters: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What it takes to know one coefficient to +- `target`.

    `kind` is "transcripts" (from how much the pilot's transcripts differ: `clusters` needed, `extra` more than now,
    likely between `fewest` and `most`), "segments" (a lower bound: `units` if transcripts did not differ at all, with
    `scenarios` of how much they might) or "none". `why` says why there is no number of transcripts; `clusters` and
    `units` are None where more than 10,000 transcripts, or ten million segments, would be needed.
    """

    kind: str
    target: float
    level: float
    value: float | None
    now_clusters: int
    now_units: int
    now_half_width: float | None
    units_per_cluster: float
    clusters: int | None = None
    extra: int | None = None
    fewest: int | None = None
    most: int | None = None
    units: int | None = None
    scenarios: tuple[Scenario, ...] = ()
    why: str = ""


def plan(variable: Variable, result: Result, target: float, level: float = LEVEL) -> Plan:
    """
    Plan one coefficient from a pilot: `result` is what `measure` says of `variable`, with the jackknife interval.

    Raises ValueError for a target outside 0 to 1, a level outside 0 to 1, or a coefficient that does not exist.
    """
    _check(target, level)
    coefficient = catalogue.known(result.coefficient)
    telling = variable.block("counts")[:, 1] > 0 if variable.n and variable.m > 1 else np.zeros(0, dtype=bool)
    clusters, units = int(telling.sum()), result.counts.pairable
    base = Plan(
        kind="none",
        target=target,
        level=level,
        value=result.value,
        now_clusters=clusters,
        now_units=units,
        now_half_width=None,
        units_per_cluster=units / clusters if clusters else 0.0,
    )
    if result.value is None:
        return replace(base, why=result.why)
    if edge := at_the_edge(result.value, result.scale):
        return replace(base, why=edge)
    if result.kind == "jackknife" and result.se is not None and result.df is not None:
        return _from_transcripts(base, result.value, result.se, result.df, result.scale)
    segment = segment_interval(coefficient, variable, result.value)
    if segment.low is None or segment.se is None or segment.df is None:
        return replace(base, why=segment.why)
    spread = segment.se * sqrt(segment.df + 1)
    return replace(
        base,
        kind="segments",
        units=units_needed(result.value, spread, result.scale, target, level),
        scenarios=scenarios(result.value, spread, result.scale, base.units_per_cluster, target, level),
        why=result.why_no_interval,
    )


def _check(target: float, level: float) -> None:
    if not 0 < target < 1:
        raise ValueError(f"A half-width lies between 0 and 1, not at {target}.")
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1, not at {level}.")


def _from_transcripts(base: Plan, estimate: float, se: float, df: int, scale: str) -> Plan:
    spread = se * sqrt(df + 1)

    def needed(factor: float) -> int | None:
        return clusters_needed(estimate, spread * factor, scale, base.target, base.level)

    # The pilot's error is itself an estimate with df degrees of freedom: between these factors with probability .8.
    low, high = (sqrt(df / chi_square_quantile(df, 0.5 + side * SURE / 2)) for side in (1, -1))
    clusters = needed(1.0)
    return replace(
        base,
        kind="transcripts",
        now_half_width=half_width(estimate, se, df, scale, base.level),
        clusters=clusters,
        extra=None if clusters is None else max(0, clusters - (df + 1)),
        fewest=needed(low),
        most=needed(high),
        units=None if clusters is None else ceil(clusters * base.units_per_cluster),
    )


def clusters_needed(estimate: float, spread: float, scale: str, target: float, level: float = LEVEL) -> int | None:
    """
    Return the smallest number of transcripts C >= 5 whose interval is at most 2 x target long; None above 10,000.

    `spread` is the standard error of one transcript: SE(C) = spread / sqrt(C).
    """

    def length(clusters: int) -> float:
        return half_width(estimate, spread / sqrt(clusters), clusters - 1, scale, level)

    return _smallest(length, FEWEST_CLUSTERS, MOST_CLUSTERS, target)


def units_needed(estimate: float, spread: float, scale: str, target: float, level: float = LEVEL) -> int | None:
    """Return the smallest number of independent units; `spread` is the standard error of one."""

    def length(units: int) -> float:
        return half_width(estimate, spread / sqrt(units), units - 1, scale, level)

    return _smallest(length, FEWEST_CLUSTERS, MOST_UNITS, target)


def scenarios(
    estimate: float, spread: float, scale: str, per_cluster: float, target: float, level: float = LEVEL
) -> tuple[Scenario, ...]:
    """
    Say how many transcripts it takes if segments of one transcript were alike to a stated degree.

    `spread` is the standard error of one independent segment, `per_cluster` the segments of one transcript.
    """
    if per_cluster <= 0:
        return ()
    out = []
    for name, likeness in SCENARIOS:
        effect = 1 + max(per_cluster - 1, 0.0) * likeness
        of_one = spread * sqrt(effect / per_cluster)
        out.append(Scenario(name, likeness, effect, clusters_needed(estimate, of_one, scale, target, level)))
    return tuple(out)


def _smallest(length: Callable[[int], float], fewest: int, most: int, target: float) -> int | None:
    """Find the smallest number whose length is within the target; the length falls as the number rises."""
    if length(most) > target:
        return None
    low, high = fewest, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if length(middle) <= target else (middle + 1, high)
    return low


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a coefficient comes out as under the model, and the standard error of one independent segment."""

    coefficient: str
    value: float
    spread: float
    scale: str


def expected(coefficient: str, prevalence: float, alpha: float, raters: int) -> Expectation:
    """
    Return value and per-segment error of a present/absent code that was not piloted.

    Model: the raters are interchangeable, and the number of them that give the code to a segment is beta-binomial with
    mean `prevalence` and intraclass correlation `alpha`, which is what alpha estimates. With two raters this says no
    more than prevalence and alpha; with more it also fixes how often all of them agree. Error by the delta method.
    Raises ValueError outside 0 < prevalence < 1, 0 < alpha < 1, 2 <= raters <= 100, or for another coefficient.
    """
    if not (0 < prevalence < 1 and 0 < alpha < 1):
        raise ValueError("Prevalence and expected alpha lie between 0 and 1.")
    if not 2 <= raters <= 100:
        raise ValueError("A plan needs 2 to 100 raters.")
    if coefficient not in MODELLED:
        raise ValueError(f"{coefficient} cannot be planned without a pilot: use {', '.join(MODELLED)}.")
    given = np.arange(raters + 1)
    chance = np.array([_beta_binomial(int(k), raters, prevalence, alpha) for k in given])
    differ = 2 * given * (raters - given) / (raters * (raters - 1))
    share = given / raters
    observed, by_chance = float(chance @ differ), 2 * prevalence * (1 - prevalence)
    tilt = 2 * (1 - 2 * prevalence) * (share - prevalence)
    if coefficient == "percent_agreement":
        value, influence = 1 - observed, observed - differ
    elif coefficient == "krippendorff_alpha":
        value = 1 - observed / by_chance
        influence = (observed * tilt / by_chance - (differ - observed)) / by_chance
    else:
        value = (1 - observed - by_chance) / (1 - by_chance)
        influence = (-(differ - observed) - tilt * (1 - value)) / (1 - by_chance)
    spread = sqrt(float(chance @ (influence - chance @ influence) ** 2))
    return Expectation(coefficient, value, spread, catalogue.known(coefficient).scale)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What it takes without a pilot: `units` if transcripts did not differ at all, and scenarios of how they might."""

    expectation: Expectation
    units: int | None
    scenarios: tuple[Scenario, ...]


def plan_without_pilot(
    coefficient: str,
    *,
    prevalence: float,
    alpha: float,
    raters: int,
    per_cluster: float,
    target: float,
    level: float = LEVEL,
) -> Assumed:
    """
    Plan a present/absent code from its expected prevalence and alpha, with so many segments per transcript.

    Raises ValueError as `expected` does, and for a target or level outside 0 to 1.
    """
    _check(target, level)
    found = expected(coefficient, prevalence, alpha, raters)
    return Assumed(
        expectation=found,
        units=units_needed(found.value, found.spread, found.scale, target, level),
        scenarios=scenarios(found.value, found.spread, found.scale, per_cluster, target, level),
    )


def _beta_binomial(k: int, n: int, mean: float, likeness: float) -> float:
    total = (1 - likeness) / likeness
    a, b = mean * total, (1 - mean) * total

    def log_beta(x: float, y: float) -> float:
        return lgamma(x) + lgamma(y) - lgamma(x + y)

    return float(np.exp(log(comb(n, k)) + log_beta(k + a, n - k + b) - log_beta(a, b)))
