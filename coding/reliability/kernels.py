"""
The formulas, each a function of weighted sums: Sums in, values (variables, B) out, NaN where 0/0.

They are written with disagreements (1 - agreement): a coefficient is 1 - observed / expected disagreement, and a
denominator that is zero in theory is zero in the machine. docs/methods.md has each formula with its source.
"""

import numpy as np

from .results import Floats
from .sums import Sums


def ratio(over: Floats, under: Floats) -> Floats:
    """Divide, NaN where the denominator is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = over / under
    return np.where(np.isfinite(found), found, np.nan)


def _observed(sums: Sums, weighting: str) -> Floats:
    """Return the mean disagreement of rater pairs over units with two or more ratings (Gwet 2014, 1 - p_a)."""
    pairable = sums.column("counts", 1)
    if not weighting:
        return ratio(pairable - sums.block("agree").sum(axis=-1), pairable)
    return ratio(_apart(sums, weighting, "cell_shares"), pairable)


def _apart(sums: Sums, kind: str, block: str) -> Floats:
    """Return summed disagreements of rater pairs, over r - 1 ("cells") or r (r - 1) ("cell_shares")."""
    variable = sums.variable
    if variable.has_few_categories:
        cells = sums.block(block)
        return np.asarray(cells @ variable.distance(kind).between_unordered(variable.cell_first, variable.cell_second))
    return sums.column(f"gaps:{kind}", 0 if block == "cells" else 1)


def _shares(sums: Sums) -> tuple[Floats, Floats]:
    """Return the units with a rating and the sum over them of the within-unit share of each category, (..., q)."""
    return sums.column("counts", 0), sums.block("share")


def _spread(sums: Sums, weighting: str) -> Floats:
    """Return sum_kl d_kl pi_k pi_l, pi_k the mean within-unit share of category k."""
    units, share = _shares(sums)
    if weighting:
        apart = sums.variable.distance(weighting).form(share, share)
    else:
        apart = (share * (units[..., None] - share)).sum(axis=-1)
    return ratio(apart, units**2)


def percent_agreement(sums: Sums, weighting: str = "") -> Floats:
    """Return p_a, the mean share of (weighted) agreeing rater pairs."""
    return np.asarray(1 - _observed(sums, weighting))


def fleiss_kappa(sums: Sums, weighting: str = "") -> Floats:
    """Return 1 - (1 - p_a) / sum d_kl pi_k pi_l."""
    return np.asarray(1 - ratio(_observed(sums, weighting), _spread(sums, weighting)))


def brennan_prediger(sums: Sums, weighting: str = "") -> Floats:
    """Return 1 - (1 - p_a) / (1 - sum w_kl / q^2)."""
    q = sums.q
    expected = (q - 1) / q if not weighting else sums.variable.distance(weighting).total() / q**2
    return np.asarray(1 - ratio(_observed(sums, weighting), np.full(1, expected)))


def gwet(sums: Sums, weighting: str = "") -> Floats:
    """Return AC1 (AC2 with weights): chance term sum w / (q (q-1)) * sum pi_k (1 - pi_k)."""
    q = sums.q
    observed = _observed(sums, weighting)
    if q < 2:
        return np.full_like(observed, np.nan)
    weight = q if not weighting else q * q - sums.variable.distance(weighting).total()
    chance = weight / (q * (q - 1)) * _spread(sums, "")
    return np.asarray(1 - ratio(observed, 1 - chance))


def conger_kappa(sums: Sums, weighting: str = "") -> Floats:
    """Return 1 - (1 - p_a) / mean disagreement expected between the marginals of two different raters."""
    given = sums.block("by_rater")
    given = given.reshape(*given.shape[:-1], sums.m, sums.q)
    number = given.sum(axis=-1)
    active = (number > 0).sum(axis=-1)
    p = given / np.maximum(number, 1)[..., None]
    pooled = p.sum(axis=-2)
    if weighting:
        distance = sums.variable.distance(weighting)
        expected = distance.form(pooled, pooled) - distance.form(p, p).sum(axis=-1)
    else:
        expected = (pooled * (active[..., None] - pooled)).sum(axis=-1) - (p * (1 - p)).sum(axis=(-1, -2))
    return np.asarray(1 - ratio(_observed(sums, weighting), ratio(expected, active * (active - 1.0))))


def krippendorff_alpha(sums: Sums, metric: str = "nominal") -> Floats:
    """Return 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck over pairable values."""
    values = sums.block("pairable")
    n = values.sum(axis=-1)
    if metric == "nominal":
        observed = n - sums.block("within").sum(axis=-1)
        expected = (values * (n[..., None] - values)).sum(axis=-1)
        return np.asarray(1 - ratio((n - 1) * observed, expected))
    if metric == "ordinal":
        cells = sums.block("cells")
        rank = np.cumsum(values, axis=-1) - values / 2
        first, second = sums.variable.cell_first, sums.variable.cell_second
        observed = (cells * (rank[..., first] - rank[..., second]) ** 2).sum(axis=-1)
        middle = ratio((values * rank).sum(axis=-1), n)
        expected = 2 * n * (values * (rank - middle[..., None]) ** 2).sum(axis=-1)
    else:
        observed = _apart(sums, metric, "cells")
        expected = sums.variable.distance(metric).form(values, values)
    some = ((values > 0).sum(axis=-1) > 1) & np.isfinite(expected)
    return np.asarray(1 - ratio((n - 1) * observed, np.where(some, expected, 0.0)))


def _disagreement(sums: Sums, pair: str, weighting: str) -> Floats:
    if not weighting:
        n, diagonal, _, _ = sums.crossed(pair)
        return np.asarray(n - diagonal.sum(axis=-1))
    if sums.variable.has_joint:
        return np.asarray((sums.joint(pair) * sums.variable.distance(weighting).matrix).sum(axis=(-1, -2)))
    return sums.column(f"gap:{pair}:{weighting}")


def cohen_kappa(sums: Sums, weighting: str = "", pair: str = "0,1") -> Floats:
    """Return 1 - n sum d_kl n_kl / sum d_kl n_k. n_.l."""
    n, _, first, second = sums.crossed(pair)
    if weighting:
        expected = sums.variable.distance(weighting).form(first, second)
    else:
        expected = (first * (n[..., None] - second)).sum(axis=-1)
    return np.asarray(1 - ratio(n * _disagreement(sums, pair, weighting), expected))


def light_kappa(sums: Sums, weighting: str = "") -> Floats:
    """Return the mean of Cohen's kappa over all pairs of raters."""
    pairs = [f"{i},{j}" for i in range(sums.m) for j in range(i + 1, sums.m)]
    return np.asarray(np.mean([cohen_kappa(sums, weighting, pair) for pair in pairs], axis=0))


def scott_pi(sums: Sums, weighting: str = "") -> Floats:
    """Return Cohen's form with the pooled margins of both raters in the chance term."""
    n, _, first, second = sums.crossed("0,1")
    pooled = first + second
    if weighting:
        expected = sums.variable.distance(weighting).form(pooled, pooled)
    else:
        expected = (pooled * (2 * n[..., None] - pooled)).sum(axis=-1)
    return np.asarray(1 - ratio(4 * n * _disagreement(sums, "0,1", weighting), expected))


def kappa_max(sums: Sums) -> Floats:
    """Return the largest kappa that the margins allow: 1 - n (n - sum min) / (n^2 - sum n_k. n_.k)."""
    n, _, first, second = sums.crossed("0,1")
    missed = n - np.minimum(first, second).sum(axis=-1)
    return np.asarray(1 - ratio(n * missed, (first * (n[..., None] - second)).sum(axis=-1)))


def _positive(sums: Sums, block: Floats) -> Floats:
    """Return the column of the positive category; index q stands for one that does not occur."""
    k = sums.q if sums.variable.positive is None else sums.variable.positive
    return block[..., k] if k < sums.q else np.zeros(block.shape[:-1])


def _two_by_two(sums: Sums) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return a, b, c, d and n of two raters against the positive category."""
    n, diagonal, first, second = sums.crossed("0,1")
    a = _positive(sums, diagonal)
    b, c = _positive(sums, first) - a, _positive(sums, second) - a
    return a, b, c, n - a - b - c, n


def pabak(sums: Sums) -> Floats:
    """Return 2 (a + d) / n - 1."""
    a, _, _, d, n = _two_by_two(sums)
    return np.asarray(ratio(2 * (a + d) - n, n))


def prevalence_index(sums: Sums) -> Floats:
    """Return (a - d) / n."""
    a, _, _, d, n = _two_by_two(sums)
    return ratio(a - d, n)


def bias_index(sums: Sums) -> Floats:
    """Return (b - c) / n, signed."""
    _, b, c, _, n = _two_by_two(sums)
    return ratio(b - c, n)


def positive_agreement(sums: Sums) -> Floats:
    """Return 2a / (2a + b + c), for more raters sum a_i (a_i - 1) / (r_i - 1) over sum a_i."""
    return ratio(_positive(sums, sums.block("within")), _positive(sums, sums.block("pairable")))


def negative_agreement(sums: Sums) -> Floats:
    """Return the same for "not the positive category"."""
    ratings, given = sums.column("counts", 3), _positive(sums, sums.block("pairable"))
    return ratio(ratings - 2 * given + _positive(sums, sums.block("within")), ratings - given)


def _mean_squares(sums: Sums) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """
    Return n, MS between units, MS within units, MS between raters, MS residual (listwise complete units).

    Sums of squares are kept times n k until the end, whole numbers for whole ratings, and what is zero up to rounding
    becomes zero.
    """
    block, k = sums.block("moments"), sums.m
    n, squares, totals, raters = block[..., 0], block[..., 1], block[..., 2], block[..., 3:]
    grand = raters.sum(axis=-1)
    noise = 1e-13 * n * k * squares
    between = n * totals - grand**2
    within = n * (k * squares - totals)
    judges = k * (raters**2).sum(axis=-1) - grand**2
    residual = within - judges
    parts = [np.where(np.abs(part) <= noise, 0.0, part) for part in (between, within, judges, residual)]
    scale = n * k
    degrees = (n - 1, n * (k - 1), np.full_like(n, k - 1), (n - 1) * (k - 1))
    squares_mean = [ratio(part, scale * df) for part, df in zip(parts, degrees, strict=True)]
    return n, squares_mean[0], squares_mean[1], squares_mean[2], squares_mean[3]


def icc(sums: Sums, model: int, average: bool) -> Floats:
    """Return ICC(model, 1) or ICC(model, k) of Shrout and Fleiss 1979."""
    n, units, within, raters, residual = _mean_squares(sums)
    k = sums.m
    if model == 1:
        over, under = units - within, units if average else units + (k - 1) * within
    elif model == 2:
        over = units - residual
        extra = (raters - residual) / np.maximum(n, 1)
        under = units + extra if average else units + (k - 1) * residual + k * extra
    else:
        over, under = units - residual, units if average else units + (k - 1) * residual
    scale = np.abs(units) + np.abs(within) + np.abs(raters)
    under = np.where(np.abs(under) <= 1e-13 * scale, 0.0, under)
    return np.where(n >= 2, ratio(over, under), np.nan)


def lin_ccc(sums: Sums, pair: str = "0,1") -> Floats:
    """Return 2 s_xy / (s_x^2 + s_y^2 + (mean x - mean y)^2), all over n (Lin 1989)."""
    block = sums.block(f"pair_moments:{pair}")
    n, x, y, xx, yy, xy = (block[..., i] for i in range(6))
    under = n * (xx + yy) - x**2 - y**2 + (x - y) ** 2
    under = np.where(np.abs(under) <= 1e-13 * n * (xx + yy), 0.0, under)
    return ratio(2 * (n * xy - x * y), under)
