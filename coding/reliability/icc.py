"""F intervals of the intraclass correlations (Shrout and Fleiss 1979; McGraw and Wong 1996)."""

import numpy as np

from . import kernels
from .quantiles import f_quantile
from .sums import Sums, in_total
from .variables import Variable


def f_interval(variable: Variable, model: int, average: bool, level: float = 0.95) -> tuple[float, float] | str:
    """
    Return the F interval of ICC(model, 1) or ICC(model, k), or why there is none.

    Model 1: F = MSB / MSW with n-1 and n(k-1) degrees of freedom; model 3: F = MSB / MSE with n-1 and (n-1)(k-1);
    model 2: Satterthwaite's approximate degrees of freedom (Shrout and Fleiss 1979, p. 424). The average-rater interval
    is the single-rater one stepped up, except that models 1 and 3 use 1 - 1/F directly.
    """
    if variable.m < 2:
        return "fewer than two raters"
    if not variable.n:
        return "no units"
    with np.errstate(all="ignore"):
        parts = kernels._mean_squares(Sums([variable], in_total(variable.sizes)))
    n, units, within, raters, residual = (float(part[0, 0]) for part in parts)
    k = variable.m
    if n < 2:
        return f"fewer than two complete units ({n:.0f})"
    tail = 0.5 + level / 2
    if model == 2:
        return _two_way_random(n, k, units, raters, residual, average, tail)
    error, df = (within, n * (k - 1)) if model == 1 else (residual, (n - 1) * (k - 1))
    if error == 0:
        return "no variation between raters beyond that between units: F is x/0"
    f = units / error
    low, high = f / f_quantile(n - 1, df, tail), f * f_quantile(df, n - 1, tail)
    if average:
        if low == 0:
            return "no variation between units: F is 0"
        return 1 - 1 / low, 1 - 1 / high
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _two_way_random(
    n: float, k: int, units: float, raters: float, residual: float, average: bool, tail: float
) -> tuple[float, float] | str:
    if residual == 0:
        return "no residual variation: F is x/0"
    under = units + (k - 1) * residual + k * (raters - residual) / n
    if under == 0:
        return "no variation in the ratings: 0/0"
    rho = (units - residual) / under
    f = raters / residual
    share = n * (1 + (k - 1) * rho) - k * rho
    spread = (n - 1) * k**2 * rho**2 * f**2 + share**2
    if spread == 0:
        return "no variation in the ratings: 0/0"
    df = (k - 1) * (n - 1) * (k * rho * f + share) ** 2 / spread
    if df <= 0:
        return "the approximate degrees of freedom are 0"
    wide, narrow = f_quantile(n - 1, df, tail), f_quantile(df, n - 1, tail)
    other = k * raters + (k * n - k - n) * residual
    low = n * (units - wide * residual) / (wide * other + n * units)
    high = n * (narrow * units - residual) / (other + n * narrow * units)
    if not (np.isfinite(low) and np.isfinite(high)):
        return "the F interval does not exist for these mean squares"
    if average:
        steps = [1 + (k - 1) * low, 1 + (k - 1) * high]
        if 0 in steps:
            return "the stepped-up interval has a zero denominator"
        return k * low / steps[0], k * high / steps[1]
    return low, high
