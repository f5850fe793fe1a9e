"""Linearised standard errors against the conventions of the oracle written out unit by unit."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.reliability import Scale, estimate
from coding.reliability.catalogue import known
from coding.reliability.measuring import standard_error
from tests.coding.reliability import definitions
from tests.coding.reliability.test_definitions import VALUES, Ratings, indices, matrices, weighting

Q = 4


def agreements(kind: str) -> list[list[float]]:
    d = weighting(kind, Q)
    return [[1 - d(k, h) for h in range(Q)] for k in range(Q)]


def linearised(ratings: Ratings, kind: str, base: str) -> float | None:
    """Return sqrt(sum (x_i - kappa)^2 / (n (n - 1))), x_i as in the conventions."""
    w = agreements(kind)
    columns = [c for c in zip(*ratings, strict=True) if any(x is not None for x in c)]
    n = len(columns)
    table = [[sum(x == k for x in c) for k in range(Q)] for c in columns]
    r = [sum(row) for row in table]
    n2 = sum(x >= 2 for x in r)
    pi = [sum(row[k] / total for row, total in zip(table, r, strict=True)) / n for k in range(Q)]
    pa = [
        sum(row[k] * (sum(w[k][h] * row[h] for h in range(Q)) - 1) for k in range(Q)) / (total * (total - 1))
        if total > 1
        else 0.0
        for row, total in zip(table, r, strict=True)
    ]
    if base == "fleiss_kappa":
        pe = sum(w[k][h] * pi[k] * pi[h] for k in range(Q) for h in range(Q))
        per = [
            sum(w[k][h] * row[k] / t * pi[h] for k in range(Q) for h in range(Q))
            for row, t in zip(table, r, strict=True)
        ]
    elif base.startswith("gwet"):
        weight = sum(map(sum, w)) / (Q * (Q - 1))
        pe = weight * sum(p * (1 - p) for p in pi)
        per = [weight * sum(row[k] / t * (1 - pi[k]) for k in range(Q)) for row, t in zip(table, r, strict=True)]
    elif base == "brennan_prediger":
        pe = sum(map(sum, w)) / Q**2
        per = [pe] * n
    else:
        pe, per = conger(ratings, columns, w)
    kappa = (sum(pa) / n2 - pe) / (1 - pe)
    x = [
        (n / n2 * (a - pe) / (1 - pe) if t > 1 else 0.0) - 2 * (1 - kappa) * (p - pe) / (1 - pe)
        for a, p, t in zip(pa, per, r, strict=True)
    ]
    return math.sqrt(sum((value - kappa) ** 2 for value in x) / (n * (n - 1)))


def conger(ratings: Ratings, columns: list[tuple[int | None, ...]], w: list[list[float]]) -> tuple[float, list[float]]:
    """Return pe and pe_i = sum_g sum_kl w_kl u_igl (m pbar_k - p_gk) / (m (m - 1))."""
    raters = [g for g, row in enumerate(ratings) if any(x is not None for x in row)]
    m, n = len(raters), len(columns)
    number = {g: sum(c[g] is not None for c in columns) for g in raters}
    p = {g: [sum(c[g] == k for c in columns) / number[g] for k in range(Q)] for g in raters}
    total = [sum(p[g][k] for g in raters) for k in range(Q)]
    pe = sum(
        w[k][h] * p[g][k] * p[f][h] for g in raters for f in raters if g != f for k in range(Q) for h in range(Q)
    ) / (m * (m - 1))
    per = []
    for c in columns:
        value = 0.0
        for g in raters:
            for h in range(Q):
                u = n / number[g] * ((c[g] == h) - ((c[g] is not None) - number[g] / n) * p[g][h])
                value += sum(w[k][h] * u * (total[k] - p[g][k]) for k in range(Q))
        per.append(value / (m * (m - 1)))
    return pe, per


@pytest.mark.parametrize("kind", ["", "_linear", "_ordinal"])
@pytest.mark.parametrize("base", ["fleiss_kappa", "gwet", "brennan_prediger", "conger_kappa"])
@given(ratings=matrices())
def test_standard_errors_are_the_conventions_written_out(base: str, kind: str, ratings: Ratings) -> None:
    name = {"gwet": "gwet_ac2" if kind else "gwet_ac1"}.get(base, base) + kind
    variable = Scale.from_ratings(indices(ratings), VALUES)

    found = standard_error(known(name), variable)

    if estimate(variable, name).value is None or len(definitions.units(ratings)) < 2:
        assert isinstance(found, str)
    else:
        assert found == pytest.approx(linearised(ratings, kind, base), abs=1e-9)


@given(seed=st.integers(0, 1000))
def test_cohens_error_does_not_mind_the_unit_of_the_weights(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 3, (2, 30))
    table = np.abs(np.subtract.outer(np.arange(3), np.arange(3))).astype(float)

    one = Scale.from_ratings(ratings, [0.0, 1.0, 2.0], disagreement=table)
    ten = Scale.from_ratings(ratings, [0.0, 1.0, 2.0], disagreement=10 * table)

    errors = [standard_error(known("cohen_kappa_custom"), v) for v in (one, ten)]
    linear = standard_error(known("cohen_kappa_linear"), one)
    assert errors[0] == pytest.approx(linear)
    assert errors[1] == pytest.approx(linear)
