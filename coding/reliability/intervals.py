"""
Intervals from leave-one-transcript-out values and from resamples of whole transcripts.

Segments are nested in transcripts, so the transcript is what is left out or drawn. Quantiles come from scipy.special.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .quantiles import normal_probability, normal_quantile, t_probability, t_quantile
from .results import Floats, Result

FEWEST_CLUSTERS = 5
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval, or why there is none; `se` on the coefficient's own scale."""

    low: float | None = None
    high: float | None = None
    why: str = ""
    se: float | None = None
    df: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """The intervals of many variables, field by field as in Interval, and how each was made."""

    low: list[float | None]
    high: list[float | None]
    why: list[str]
    se: list[float | None]
    df: list[int | None]
    kind: list[str]

    @classmethod
    def of(cls, made: Sequence[tuple[Interval, str]]) -> "Column":
        """Gather intervals, each with how it was made."""
        column = cls([], [], [], [], [], [])
        for interval, kind in made:
            column.low.append(interval.low)
            column.high.append(interval.high)
            column.why.append(interval.why)
            column.se.append(interval.se)
            column.df.append(interval.df)
            column.kind.append(kind if interval.low is not None else "")
        return column

    def put(self, i: int, interval: Interval, kind: str) -> None:
        """Put one interval in the place of another."""
        self.low[i], self.high[i], self.why[i] = interval.low, interval.high, interval.why
        self.se[i], self.df[i], self.kind[i] = interval.se, interval.df, kind if interval.low is not None else ""


def jackknife_se(left_out: Floats, sizes: Floats | None = None) -> float:
    """
    Return sqrt((C-1)/C * sum (theta_(c) - mean)^2) over C leave-one-out values, `sizes` repeating each.

    Efron and Stein 1981. NaN when a value is NaN.
    """
    weights = np.ones(len(left_out)) if sizes is None else sizes
    return float(_errors(left_out[None, :], weights[None, :])[0])


def _errors(left_out: Floats, weights: Floats) -> Floats:
    """Return the jackknife error of each row (V, C), 0 where the values differ by nothing but rounding."""
    total = weights.sum(axis=-1)
    with np.errstate(all="ignore"):
        middle = np.einsum("vc,vc->v", weights, left_out) / total
        away = left_out - middle[:, None]
        se = np.sqrt((total - 1) / total * np.einsum("vc,vc,vc->v", weights, away, away))
    return np.where(se <= 1e-14 * np.abs(middle), 0.0, se)


def on_scale(estimate: float, se: float, df: int, scale: str, level: float = LEVEL) -> tuple[float, float]:
    """
    Return estimate -/+ t(df) * se, taken on the Fisher-z ("z") or logit ("logit") scale by the delta method.

    z: tanh(atanh(e) -/+ t se / (1 - e^2)); logit: the same with log(e / (1 - e)) and se / (e (1 - e)); "plain": the
    coefficient's own scale.
    """
    low, high = _ends(np.array(estimate), np.array(t_quantile(df, 0.5 + level / 2) * se), scale)
    return float(low), float(high)


def _ends(estimate: Floats, width: Floats, scale: str) -> tuple[Floats, Floats]:
    if scale == "plain":
        return estimate - width, estimate + width
    if scale == "logit":
        middle, width = np.log(estimate / (1 - estimate)), width / (estimate * (1 - estimate))
        low, high = (1 / (1 + np.exp(-np.clip(x, -700, 700))) for x in (middle - width, middle + width))
        return low, high
    middle, width = np.arctanh(estimate), width / (1 - estimate**2)
    return np.tanh(middle - width), np.tanh(middle + width)


def at_the_edge(estimate: float, scale: str) -> str:
    """Return why an estimate at the end of its range has no interval, or an empty string."""
    if not _is_at_the_edge(np.array(estimate), scale):
        return ""
    end = "-1 or below" if estimate < -0.5 else f"{estimate:.0f}"
    return f"the estimate is {end}: the end of the scale has no interval"


def _is_at_the_edge(estimate: Floats, scale: str) -> npt.NDArray[np.bool_]:
    if scale == "logit":
        return np.asarray(~((estimate > 1e-12) & (estimate < 1 - 1e-12)))
    return np.asarray(np.abs(estimate) >= 1 - 1e-12) if scale == "z" else np.zeros(estimate.shape, dtype=bool)


def jackknife(
    estimate: float, left_out: Floats, scale: str, *, sizes: Floats | None = None, what: str = "transcript",
    fewest: int = FEWEST_CLUSTERS, level: float = LEVEL,
) -> Interval:  # fmt: skip
    """
    Return the delete-one interval: t with C - 1 degrees of freedom on the scale of the coefficient.

    No interval below `fewest` transcripts, when a leave-one-out value is undefined, or at the end of the scale.
    """
    weights = np.ones(len(left_out)) if sizes is None else sizes
    rows = (np.array([estimate]), left_out[None, :], weights[None, :])
    made = jackknife_rows(*rows, scale, what=what, fewest=fewest, level=level)
    return Interval(made.low[0], made.high[0], made.why[0], made.se[0], made.df[0])


def jackknife_rows(
    estimates: Floats, left_out: Floats, weights: Floats, scale: str, *, what: str = "transcript",
    fewest: int = FEWEST_CLUSTERS, level: float = LEVEL,
) -> Column:  # fmt: skip
    """
    Do the same for many estimates (V,) with leave-one-out values (V, C).

    weights (V, C) say how often each value counts: 0 for a transcript that says nothing.
    """
    numbers = np.rint(weights.sum(axis=-1)).astype(np.int64)
    gone = np.zeros(len(estimates), dtype=np.int64)
    if np.isnan(left_out.sum()):
        counted = weights > 0
        gone = (np.isnan(left_out) & counted).sum(axis=-1)
        left_out = np.where(counted, left_out, 0.0)
    errors = _errors(left_out, weights)
    quantiles = {n: t_quantile(n - 1, 0.5 + level / 2) if n > 1 else np.nan for n in set(numbers.tolist())}
    widths = errors * np.array([quantiles[n] for n in numbers.tolist()])
    with np.errstate(all="ignore"):
        low, high = _ends(estimates, widths, scale)
        edge = _is_at_the_edge(estimates, scale)
    rows = len(estimates)
    made = Column(
        low.tolist(), high.tolist(), [""] * rows, errors.tolist(), (numbers - 1).tolist(), ["jackknife"] * rows
    )
    for i in np.flatnonzero((numbers < fewest) | (gone > 0) | edge | (errors == 0)).tolist():
        n, se = int(numbers[i]), float(errors[i])
        if n < fewest:
            none = Interval(why=f"fewer than {fewest} {what}s ({n})")
        elif gone[i]:
            none = Interval(why=f"undefined when one {what} is left out (so for {gone[i]} of {n})")
        elif edge[i]:
            none = Interval(why=at_the_edge(float(estimates[i]), scale), se=se, df=n - 1)
        else:
            why = f"the {what}s do not differ at all: nothing to estimate an error from"
            none = Interval(why=why, se=se, df=n - 1)
        made.put(i, none, "")
    return made


def percentile(resamples: Floats, level: float = LEVEL) -> Interval:
    """Return the percentile interval of the defined resamples; undefined ones are dropped."""
    kept = resamples[~np.isnan(resamples)]
    if len(kept) < 100:
        return Interval(why=f"only {len(kept)} of {len(resamples)} resamples are defined")
    low, high = np.quantile(kept, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(low), float(high), se=float(kept.std(ddof=1)))


def bca(estimate: float, resamples: Floats, left_out: Floats, level: float = LEVEL) -> Interval:
    """
    Return the bias-corrected and accelerated interval (Efron 1987), acceleration from the leave-one-out values.

    No interval when a leave-one-out value is undefined or all resamples lie on one side of the estimate.
    """
    kept = resamples[~np.isnan(resamples)]
    if len(kept) < 100:
        return Interval(why=f"only {len(kept)} of {len(resamples)} resamples are defined")
    if np.isnan(left_out).any():
        return Interval(why="undefined when one transcript is left out")
    below = float((kept < estimate).mean() + 0.5 * (kept == estimate).mean())
    away = left_out.mean() - left_out
    spread = float((away**2).sum())
    if not 0 < below < 1 or spread == 0:
        return Interval(why="all resamples lie on one side of the estimate: no correction for bias is possible")
    bias = normal_quantile(below)
    acceleration = float((away**3).sum()) / (6 * spread**1.5)
    shares = []
    for p in (0.5 - level / 2, 0.5 + level / 2):
        z = bias + normal_quantile(p)
        shares.append(normal_probability(bias + z / (1 - acceleration * z)))
    low, high = np.quantile(kept, shares)
    return Interval(float(low), float(high), se=float(kept.std(ddof=1)))


def draws(n_clusters: int, resamples: int, seed: int, sizes: Floats | None = None) -> Floats:
    """Return how often each of C transcripts is drawn in each resample, (resamples, C), with replacement."""
    return np.concatenate(list(drawn_in_parts(n_clusters, resamples, seed, sizes, resamples)))


def drawn_in_parts(
    n_clusters: int, resamples: int, seed: int, sizes: Floats | None = None, at_once: int = 1024
) -> Iterator[Floats]:
    """Yield the same resamples, so many at a time; how many makes no difference to what is drawn."""
    rng = np.random.default_rng(seed)
    weight = np.ones(n_clusters) if sizes is None else sizes
    total = round(float(weight.sum()))
    for start in range(0, resamples, max(at_once, 1)):
        size = min(at_once, resamples - start)
        yield rng.multinomial(total, weight / weight.sum(), size=size).astype(np.float64)


def chance_of_reaching(threshold: float, estimate: float, se: float, df: int, scale: str = "z") -> float | None:
    """
    Return the probability that the coefficient is at least `threshold`, from t(df) on the scale of its interval.

    None at the end of the scale or with a zero standard error.
    """
    if se <= 0 or df < 1 or at_the_edge(estimate, scale) or at_the_edge(threshold, scale):
        return None
    if scale == "plain":
        return t_probability(df, (estimate - threshold) / se)
    if scale == "logit":
        distance = np.log(estimate / (1 - estimate)) - np.log(threshold / (1 - threshold))
        return t_probability(df, float(distance) * estimate * (1 - estimate) / se)
    return t_probability(df, float(np.arctanh(estimate) - np.arctanh(threshold)) * (1 - estimate**2) / se)


def chance(result: Result, threshold: float) -> float | None:
    """
    Return how well a result supports "at least `threshold`": the probability from the t of its own interval.

    None without an interval that allows for differences between transcripts (or for units that are independent by
    design): too few transcripts, an undefined value, a bootstrap, or an interval labelled optimistic.
    """
    scale = {"jackknife": result.scale, "analytic": "plain"}.get(result.kind)
    if scale is None or result.value is None or result.se is None or result.df is None:
        return None
    return chance_of_reaching(threshold, result.value, result.se, result.df, scale)
