"""Whatever the ratings, the engine says what the definitions say, and never says NaN."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coding.reliability import Nominal, Scale, Sets, estimate, measure, pairs
from coding.reliability.catalogue import BASES
from tests.coding.reliability import definitions

Ratings = list[list[int | None]]
VALUES = [0.0, 1.0, 2.5, 7.0]


def matrices(raters: int | None = None, q: int = 4) -> st.SearchStrategy[Ratings]:
    cell = st.none() | st.integers(0, q - 1)
    shape = st.tuples(st.integers(2, 4) if raters is None else st.just(raters), st.integers(1, 9))
    return shape.flatmap(lambda s: st.lists(st.lists(cell, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]))


def indices(ratings: Ratings) -> np.ndarray[Any, Any]:
    table = [[-1 if x is None else x for x in row] for row in ratings]
    return np.array(table, dtype=np.int8).reshape(len(ratings), len(ratings[0]) if ratings else 0)


def same(found: float | None, expected: float | None) -> None:
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert found == pytest.approx(expected, abs=1e-9)


def weighting(kind: str, q: int) -> definitions.Distance:
    spread = VALUES[q - 1] - VALUES[0]
    return {
        "": definitions.nominal,
        "_linear": lambda a, b: abs(VALUES[a] - VALUES[b]) / spread,
        "_quadratic": lambda a, b: (VALUES[a] - VALUES[b]) ** 2 / spread**2,
        "_ordinal": lambda a, b: math.comb(abs(a - b) + 1, 2) / math.comb(q, 2),
    }[kind]


FAMILY = {
    "percent_agreement": definitions.percent_agreement,
    "fleiss_kappa": definitions.fleiss_kappa,
    "brennan_prediger": definitions.brennan_prediger,
    "conger_kappa": definitions.conger_kappa,
    "light_kappa": definitions.light_kappa,
}


@pytest.mark.parametrize("kind", ["", "_linear", "_quadratic", "_ordinal"])
@given(ratings=matrices())
def test_the_kappa_family_is_what_it_is_defined_to_be(kind: str, ratings: Ratings) -> None:
    variable = Scale.from_ratings(indices(ratings), VALUES)
    names = [name + kind for name in FAMILY] + (["gwet_ac2" + kind] if kind else ["gwet_ac1"])

    table = measure(variable, names, interval="none")

    for name, definition in FAMILY.items():
        same(table[name + kind].value, definition(ratings, 4, weighting(kind, 4)))
    same(table[names[-1]].value, definitions.gwet(ratings, 4, weighting(kind, 4)))


@pytest.mark.parametrize("kind", ["", "_linear", "_quadratic", "_ordinal"])
@given(ratings=matrices(raters=2))
def test_two_raters_are_compared_as_defined(kind: str, ratings: Ratings) -> None:
    variable = Scale.from_ratings(indices(ratings), VALUES)

    table = measure(variable, ["cohen_kappa" + kind, "scott_pi" + kind], interval="none")

    same(table["cohen_kappa" + kind].value, definitions.cohen_kappa(ratings, 4, weighting(kind, 4)))
    same(table["scott_pi" + kind].value, definitions.scott_pi(ratings, 4, weighting(kind, 4)))


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
@given(ratings=matrices())
@example(ratings=[[0, None], [None, 0]])
@example(ratings=[[0, 0], [0, 0]])
def test_alpha_is_what_it_is_defined_to_be(metric: str, ratings: Ratings) -> None:
    variable = Scale.from_ratings(indices(ratings), VALUES)

    found = estimate(variable, f"krippendorff_alpha_{metric}")

    same(found.value, definitions.krippendorff_alpha(ratings, 4, metric, VALUES))


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
@given(ratings=matrices(q=40))
def test_many_categories_take_another_way_to_the_same_alpha(metric: str, ratings: Ratings) -> None:
    values = [float(v) for v in range(40)]
    variable = Scale.from_ratings(indices(ratings), values)

    found = estimate(variable, f"krippendorff_alpha_{metric}")

    same(found.value, definitions.krippendorff_alpha(ratings, 40, metric, values))


@given(ratings=matrices(q=70))
def test_hundreds_of_categories_are_counted_sparsely_and_rightly(ratings: Ratings) -> None:
    variable = Nominal.from_ratings(indices(ratings), 70)

    table = measure(variable, ["fleiss_kappa", "gwet_ac1", "krippendorff_alpha", "conger_kappa"], interval="none")

    same(table["fleiss_kappa"].value, definitions.fleiss_kappa(ratings, 70))
    same(table["gwet_ac1"].value, definitions.gwet(ratings, 70))
    same(table["krippendorff_alpha"].value, definitions.krippendorff_alpha(ratings, 70))
    same(table["conger_kappa"].value, definitions.conger_kappa(ratings, 70))


LABEL_SETS = st.none() | st.frozensets(st.integers(0, 3), max_size=3)


@given(
    st.integers(1, 7).flatmap(lambda n: st.lists(st.lists(LABEL_SETS, min_size=n, max_size=n), min_size=2, max_size=3))
)
def test_alpha_on_label_sets_uses_the_masi_distance(rows: list[list[frozenset[int] | None]]) -> None:
    distinct = sorted({s for row in rows for s in row if s is not None}, key=sorted)
    ratings: Ratings = [[None if s is None else distinct.index(s) for s in row] for row in rows]
    expected = definitions.krippendorff_alpha(
        ratings, len(distinct), d=lambda a, b: definitions.masi(distinct[a], distinct[b])
    )
    given_codes = np.array([[[s is not None and c in s for s in row] for row in rows] for c in range(4)])
    judged = np.array([[s is not None for s in row] for row in rows])

    by_sets = estimate(Sets.from_sets(rows), "krippendorff_alpha_masi")
    by_indicators = estimate(Sets.from_indicators(given_codes, judged), "krippendorff_alpha_masi")

    same(by_sets.value, expected)
    same(by_indicators.value, expected)


@pytest.mark.parametrize("name", ["icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"])
@given(ratings=matrices())
def test_intraclass_correlations_follow_from_deviations(name: str, ratings: Ratings) -> None:
    numbers = [[None if x is None else VALUES[x] for x in row] for row in ratings]

    found = estimate(Scale.from_ratings(indices(ratings), VALUES), name)

    same(found.value, definitions.icc(numbers, int(name[4]), name.endswith("k")))  # type: ignore[arg-type]


NOMINAL = ["percent_agreement", "cohen_kappa", "gwet_ac1", "krippendorff_alpha", "fleiss_kappa", "conger_kappa",
           "scott_pi", "kappa_max", "positive_agreement", "pabak", "prevalence_index", "bias_index"]  # fmt: skip
SCALED = [*NOMINAL[:8], "krippendorff_alpha_ordinal", "krippendorff_alpha_interval", "gwet_ac2_ordinal", "icc_2_1",
          "cohen_kappa_quadratic", "fleiss_kappa_linear", "lin_ccc", "icc_3_k"]  # fmt: skip


def common(ratings: Ratings, i: int, j: int) -> Ratings:
    """Keep two raters and the units that both rated."""
    both = [u for u in range(len(ratings[0])) if ratings[i][u] is not None and ratings[j][u] is not None]
    return [[ratings[g][u] for u in both] for g in (i, j)]


@given(ratings=matrices(q=3))
def test_a_pair_is_measured_on_the_units_that_both_rated(ratings: Ratings) -> None:
    every = [i % 3 for i in range(len(ratings[0]))]
    nominal = Nominal.from_ratings(indices(ratings), 3, every, positive=2)
    scale = Scale.from_ratings(indices(ratings), VALUES[:3], every)

    for variable, names in ((nominal, NOMINAL), (scale, SCALED)):
        for (i, j), table in pairs(variable, names).items():
            two = common(ratings, i, j)
            alone = (
                Nominal.from_ratings(indices(two), 3, positive=2)
                if variable is nominal
                else Scale.from_ratings(indices(two), VALUES[:3])
            )
            for name, expected in measure(alone, names, interval="none").items():
                same(table[name].value, expected.value)
                assert (table[name].n, table[name].why) == (expected.n, expected.why)
                assert table[name].counts.ratings == expected.counts.ratings


@given(ratings=matrices(raters=3, q=40))
def test_pairs_over_many_categories_take_another_way_to_the_same(ratings: Ratings) -> None:
    variable = Nominal.from_ratings(indices(ratings), 40)
    names = ["percent_agreement", "cohen_kappa", "gwet_ac1", "krippendorff_alpha"]

    for (i, j), table in pairs(variable, names).items():
        alone = measure(Nominal.from_ratings(indices(common(ratings, i, j)), 40), names, interval="none")
        for name in names:
            same(table[name].value, alone[name].value)


EVERY = [*BASES, "gwet_ac2_linear", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "krippendorff_alpha_ratio",
         "krippendorff_alpha_interval", "icc_1_1", "icc_2_k", "icc_3_1", "light_kappa_linear"]  # fmt: skip


@pytest.mark.parametrize("interval", ["jackknife", "percentile", "bca", "analytic"])
@given(
    ratings=st.tuples(st.integers(0, 4), st.integers(0, 6)).flatmap(
        lambda s: st.lists(
            st.lists(st.none() | st.integers(0, 2), min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0]
        )
    ),
    clusters=st.lists(st.integers(0, 5), min_size=6, max_size=6),
)
@example(ratings=[[None] * 6, [None] * 6], clusters=[0, 1, 2, 3, 4, 5])
@example(ratings=[], clusters=[0] * 6)
def test_nothing_is_ever_nan_and_every_gap_has_a_reason(interval: str, ratings: Ratings, clusters: list[int]) -> None:
    n = len(ratings[0]) if ratings else 0
    variable = Scale.from_ratings(indices(ratings), [0.0, 1.0, 2.0], clusters[:n])

    table = measure(variable, EVERY, interval=interval, optimistic=True, resamples=200)

    for result in table.values():
        assert (result.value is None) == bool(result.why)
        assert result.value is None or math.isfinite(result.value)
        assert (result.low is None) == (result.high is None)
        assert result.low is not None or result.why_no_interval
        if result.low is not None and result.high is not None:
            assert math.isfinite(result.low)
            assert math.isfinite(result.high)
            assert result.low <= result.high
            assert result.kind
