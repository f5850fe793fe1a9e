"""
Standard errors by linearisation, units sampled, raters fixed (Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed.).

Each unit gets a value x_i; the standard error is sqrt(sum (x_i - kappa)^2 / (n (n - 1))), without correction for a
finite population.
"""

import numpy as np

from . import catalogue
from .catalogue import Coefficient
from .quantiles import t_quantile
from .results import Floats
from .sums import Sums, in_total
from .variables import Variable
from .weights import Distance

MOST_CATEGORIES = 2048


def t_interval(estimate: float, se: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return estimate -/+ t(n - 1) * se, the upper end not above 1."""
    t = t_quantile(n - 1, 0.5 + level / 2)
    return estimate - t * se, min(1.0, estimate + t * se)


class _Units:
    """Per-unit counts of a variable: given (q, n), ratings r (n), how often the unit occurs, agreement p_a per unit."""

    def __init__(self, variable: Variable, distance: Distance) -> None:
        alone = variable.units_alone()
        self.ratings = alone.ratings
        q = variable.q
        given = np.zeros((q, alone.n))
        for rater in alone.ratings:
            there = np.flatnonzero(rater >= 0)
            given[rater[there], there] += 1
        self.weights = 1 - distance.matrix
        self.r = given.sum(axis=0)
        some = self.r >= 1
        self.given, self.r, self.times = given[:, some], self.r[some], alone.sizes[some]
        self.ratings = alone.ratings[:, some]
        self.n = float(self.times.sum())
        self.two = self.r >= 2
        self.pairable = float(self.times @ self.two)
        self.share = self.given / self.r
        together = (self.given * (self.weights @ self.given - 1)).sum(axis=0)
        self.agreement = np.where(self.two, together / np.maximum(self.r * (self.r - 1), 1), 0.0)
        self.observed = float(self.times @ self.agreement) / self.pairable
        self.pi = self.share @ self.times / self.n


def standard_error(coefficient: Coefficient, variable: Variable) -> float | str:
    """
    Return the linearised standard error of a coefficient of Gwet's family, or why there is none.

    x_i = (n/n2)(pa_i - pe)[r_i >= 2]/(1-pe) - 2(1-kappa)(pe_i - pe)/(1-pe), n units with a rating, n2 with two or more.
    """
    base, weighting = coefficient.base, coefficient.weighting
    if base not in _CHANCE and base not in ("krippendorff_alpha", "percent_agreement"):
        return f"no standard error is known for {coefficient.name}"
    if stop := catalogue.obstacle(coefficient, variable):
        return stop
    if variable.q > MOST_CATEGORIES:
        return f"there are more than {MOST_CATEGORIES} categories"
    if base == "krippendorff_alpha" and weighting == "ordinal":
        return "the ordinal difference depends on the data itself, so that there is no linearisation: use the jackknife"
    with np.errstate(all="ignore"):
        value = float(coefficient.kernel(Sums([variable], in_total(variable.sizes)))[0, 0])
    if np.isnan(value):
        return catalogue.why_undefined(coefficient, variable)
    if base == "krippendorff_alpha":
        return _alpha_error(variable, variable.distance(weighting or "nominal"))
    units = _Units(variable, variable.distance(weighting))
    if units.n < 2:
        return "fewer than two units"
    if base == "percent_agreement":
        x = units.n / units.pairable * units.agreement
        return _spread(x, value, units)
    expected, per_unit = _CHANCE[base](units, variable)
    rest = 1 - expected
    x = units.n / units.pairable * np.where(units.two, units.agreement - expected, 0.0) / rest
    x = x - 2 * (1 - value) * (per_unit - expected) / rest
    return _spread(x, value, units)


def _spread(x: Floats, value: float, units: _Units) -> float:
    return float(np.sqrt(units.times @ (x - value) ** 2 / (units.n * (units.n - 1))))


def _fleiss(units: _Units, variable: Variable) -> tuple[float, Floats]:
    toward = units.weights @ units.pi
    return float(units.pi @ toward), toward @ units.share


def _gwet(units: _Units, variable: Variable) -> tuple[float, Floats]:
    q = variable.q
    weight = float(units.weights.sum()) / (q * (q - 1))
    return weight * float((units.pi * (1 - units.pi)).sum()), weight * ((1 - units.pi) @ units.share)


def _brennan_prediger(units: _Units, variable: Variable) -> tuple[float, Floats]:
    expected = float(units.weights.sum()) / variable.q**2
    return expected, np.full(len(units.r), expected)


def _conger(units: _Units, variable: Variable) -> tuple[float, Floats]:
    """pe_i = sum_g sum_kl w_kl u_igl (m pbar_k - p_gk) / (m (m-1)), for the raters who rated anything."""
    put = units.ratings[(units.ratings >= 0).any(axis=1)]
    m, q = len(put), variable.q
    given = np.array([np.bincount(row[row >= 0], weights=units.times[row >= 0], minlength=q) for row in put])
    number = given.sum(axis=1)
    p = given / number[:, None]
    others = (p.sum(axis=0) - p) @ units.weights  # (m, q): sum_k w_kl (m pbar_k - p_gk)
    expected = float((others * p).sum()) / (m * (m - 1))
    per_unit = np.zeros(put.shape[1])
    for g, row in enumerate(put):
        rated = row >= 0
        hit = np.where(rated, others[g][np.maximum(row, 0)], 0.0)
        toward = float(others[g] @ p[g])
        per_unit += units.n / number[g] * (hit - (rated - number[g] / units.n) * toward)
    return expected, per_unit / (m * (m - 1))


_CHANCE = {
    "fleiss_kappa": _fleiss,
    "gwet_ac1": _gwet,
    "gwet_ac2": _gwet,
    "brennan_prediger": _brennan_prediger,
    "conger_kappa": _conger,
}


def _alpha_error(variable: Variable, distance: Distance) -> float | str:
    """
    Return Gwet's linearised error of alpha over the n units with two or more ratings.

    rbar = mean r_i, pi_k = mean A_ik / rbar, a_i = sum_k A_ik (sum_l w_kl A_il - 1) / (rbar (r_i - 1)), pa = mean a_i,
    pe = sum w_kl pi_k pi_l, h_i = (r_i - rbar) / rbar, alpha' = (pa - pe) / (1 - pe),
    x_i = (a_i - pa h_i - pe) / (1-pe) - 2 (1-alpha') (sum_kl w_kl A_ik pi_l / rbar - pe h_i - pe) / (1-pe).
    """
    units = _Units(variable, distance)
    top = float(distance.matrix.max(initial=0.0))
    weights = 1 - distance.matrix / (top if top > 0 else 1.0)
    given, r, times = units.given[:, units.two], units.r[units.two], units.times[units.two]
    n = float(times.sum())
    if n < 2:
        return "fewer than two units with two ratings"
    mean = float(times @ r) / n
    pi = given @ times / n / mean
    a = (given * (weights @ given - 1)).sum(axis=0) / (mean * (r - 1))
    pa = float(times @ a) / n
    toward = weights @ pi
    pe = float(pi @ toward)
    h = (r - mean) / mean
    alpha = (pa - pe) / (1 - pe)
    x = (a - pa * h - pe) / (1 - pe) - 2 * (1 - alpha) * (toward @ given / mean - pe * h - pe) / (1 - pe)
    return float(np.sqrt(times @ (x - alpha) ** 2 / (n * (n - 1))))
