"""Large-sample standard errors of Cohen's kappa, plain and weighted (Fleiss, Cohen and Everitt 1969)."""

import numpy as np

from .counting import both_rated
from .results import Floats
from .variables import Variable


def joint_table(variable: Variable) -> Floats:
    """Cross two raters over the units that both rated, (q, q) counts."""
    units, one, two = both_rated(variable.ratings, 0, 1)
    q = variable.q
    weights = variable.sizes[variable.cluster[units]]
    return np.bincount(one * q + two, weights=weights, minlength=q * q).astype(np.float64).reshape(q, q)


def cohen_se(variable: Variable, weighting: str = "", *, under_zero: bool = False) -> float | str:
    """
    Return the standard error of (weighted) kappa, or why there is none.

    With w agreement weights, p the joint shares, r and c the margins, u_i = sum_j c_j w_ij, v_j = sum_i r_i w_ij,
    po and pe observed and expected agreement (Fleiss, Cohen and Everitt 1969, Psychol. Bull. 72, eq. 8, 9, 13, 14):
    var = (sum p_ij (w_ij (1-pe) - (u_i + v_j)(1-po))^2 - (po pe - 2 pe + po)^2) / (n (1-pe)^4);
    under_zero (kappa = 0): var = (sum r_i c_j (w_ij - (u_i + v_j))^2 - pe^2) / (n (1-pe)^2).
    """
    if variable.m != 2:
        return "Cohen's kappa is for two raters"
    table = joint_table(variable)
    n = table.sum()
    if n == 0:
        return "no unit was rated by both"
    if variable.q > 2048:
        return "there are more than 2048 categories"
    distance = variable.distance(weighting).matrix
    distance = distance / max(1.0, float(distance.max(initial=0.0)))
    p = table / n
    r, c = p.sum(axis=1), p.sum(axis=0)
    expected = float(r @ distance @ c)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if not ((np.outer(rows, columns) > 0) & (distance > 0)).any():
        return "no variation in the data: expected disagreement is 0, 0/0"
    w, pe, po = 1 - distance, 1 - expected, 1 - float((p * distance).sum())
    u = (w @ c)[:, None] + (r @ w)[None, :]
    if under_zero:
        variance = (float((np.outer(r, c) * (w - u) ** 2).sum()) - pe**2) / (n * expected**2)
    else:
        inner = (p * (w * expected - u * (1 - po)) ** 2).sum()
        variance = (float(inner) - (po * pe - 2 * pe + po) ** 2) / (n * expected**4)
    return float(np.sqrt(max(variance, 0.0)))
