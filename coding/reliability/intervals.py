"""
Intervals from leave-one-transcript-out values and from resamples of whole transcripts.

Segments are nested in transcripts, so the transcript is what is left out or drawn. Quantiles come from scipy.special.
"""

from dataclasses import dataclass

import numpy as np

from .quantiles import normal_probability, normal_quantile, t_probability, t_quantile
from .results import Floats

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


def jackknife_se(left_out: Floats, sizes: Floats | None = None) -> float:
    """
    Return sqrt((C-1)/C * sum (theta_(c) - mean)^2) over C leave-one-out values, `sizes` repeating each.

    Efron and Stein 1981. NaN when a value is NaN.
    """
    weight = np.ones(len(left_out)) if sizes is None else sizes
    total = float(weight.sum())
    middle = float(weight @ left_out) / total
    return float(np.sqrt((total - 1) / total * (weight @ (left_out - middle) ** 2)))


def on_scale(estimate: float, se: float, df: int, scale: str, level: float = LEVEL) -> tuple[float, float]:
    """
    Return estimate -/+ t(df) * se, taken on the Fisher-z ("z") or logit ("logit") scale by the delta method.

    z: tanh(atanh(e) -/+ t se / (1 - e^2)); logit: the same with log(e / (1 - e)) and se / (e (1 - e)); "plain": the
    coefficient's own scale.
    """
    t = t_quantile(df, 0.5 + level / 2)
    if scale == "plain":
        return estimate - t * se, estimate + t * se
    if scale == "logit":
        middle, width = np.log(estimate / (1 - estimate)), t * se / (estimate * (1 - estimate))
        low, high = (1 / (1 + np.exp(-np.clip(x, -700, 700))) for x in (middle - width, middle + width))
        return float(low), float(high)
    middle, width = np.arctanh(estimate), t * se / (1 - estimate**2)
    return float(np.tanh(middle - width)), float(np.tanh(middle + width))


def at_the_edge(estimate: float, scale: str) -> str:
    """Return why an estimate at the end of its range has no interval, or an empty string."""
    if scale == "logit" and not 1e-12 < estimate < 1 - 1e-12:
        return f"the estimate is {estimate:.0f}: the end of the scale has no interval"
    if scale == "z" and abs(estimate) >= 1 - 1e-12:
        return f"the estimate is {'1' if estimate > 0 else '-1 or below'}: the end of the scale has no interval"
    return ""


def jackknife(
    estimate: float, left_out: Floats, scale: str, *, sizes: Floats | None = None, what: str = "transcript",
    fewest: int = FEWEST_CLUSTERS, level: float = LEVEL,
) -> Interval:  # fmt: skip
    """
    Return the delete-one interval: t with C - 1 degrees of freedom on the scale of the coefficient.

    No interval below `fewest` transcripts, when a leave-one-out value is undefined, or at the end of the scale.
    """
    number = round(float(sizes.sum())) if sizes is not None else len(left_out)
    if number < fewest:
        return Interval(why=f"fewer than {fewest} {what}s ({number})")
    undefined = int(np.isnan(left_out).sum())
    if undefined:
        return Interval(why=f"undefined when one {what} is left out (so for {undefined} of {number})")
    se = jackknife_se(left_out, sizes)
    if edge := at_the_edge(estimate, scale):
        return Interval(why=edge, se=se, df=number - 1)
    if se == 0:
        return Interval(
            why=f"the {what}s do not differ at all: nothing to estimate an error from", se=se, df=number - 1
        )
    low, high = on_scale(estimate, se, number - 1, scale, level)
    return Interval(low, high, se=se, df=number - 1)


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
    rng = np.random.default_rng(seed)
    weight = np.ones(n_clusters) if sizes is None else sizes
    total = round(float(weight.sum()))
    return rng.multinomial(total, weight / weight.sum(), size=resamples).astype(np.float64)


def chance_of_reaching(threshold: float, estimate: float, se: float, df: int, scale: str = "z") -> float | None:
    """
    Return the probability that the coefficient is at least `threshold`, from t(df) on the scale of its interval.

    None at the end of the scale or with a zero standard error.
    """
    if se <= 0 or df < 1 or at_the_edge(estimate, scale) or at_the_edge(threshold, scale):
        return None
    if scale == "logit":
        distance = np.log(estimate / (1 - estimate)) - np.log(threshold / (1 - threshold))
        return t_probability(df, float(distance) * estimate * (1 - estimate) / se)
    return t_probability(df, float(np.arctanh(estimate) - np.arctanh(threshold)) * (1 - estimate**2) / se)
