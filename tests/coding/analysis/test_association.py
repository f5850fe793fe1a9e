"""Measures of a 2 x 2 table: against scipy, by their bounds, with intervals that know what sessions are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, hypergeom, norm
from scipy.stats.contingency import odds_ratio

from coding.analysis.association import associate, holm, jaccard, log_odds, phi, residuals, yules_q

tables = st.lists(st.integers(0, 40), min_size=4, max_size=4)
full = st.lists(st.integers(1, 40), min_size=4, max_size=4)


@given(full)
def test_the_square_of_the_residual_is_pearsons_chi_square(cells: list[int]) -> None:
    z = float(residuals(np.array(cells)))

    assert z**2 == pytest.approx(chi2_contingency(np.reshape(cells, (2, 2)), correction=False).statistic)
    assert np.sign(z) == np.sign(round(cells[0] * cells[3] - cells[1] * cells[2]))


@given(full)
def test_the_log_odds_ratio_and_its_interval_are_those_of_scipy(cells: list[int]) -> None:
    found = associate(np.array([cells]), "A", "B")
    theirs = odds_ratio(np.reshape(cells, (2, 2)), kind="sample")

    interval = theirs.confidence_interval(0.95)
    assert found.log_odds_ratio.value == pytest.approx(np.log(theirs.statistic))
    assert found.log_odds_ratio.low == pytest.approx(np.log(interval.low))
    assert found.log_odds_ratio.high == pytest.approx(np.log(interval.high))
    assert found.log_odds_ratio.kind == "turns taken as independent"


@given(tables)
def test_no_measure_is_ever_nan_or_out_of_bounds(cells: list[int]) -> None:
    found = associate(np.array([cells]), "A", "B")

    for figure in (found.adjusted_residual, found.textbook_residual, found.p, found.yules_q, found.log_odds_ratio):
        assert (figure.value is None) == bool(figure.why)
        assert figure.value is None or np.isfinite(figure.value)
    q = found.yules_q
    if q.value is not None:
        assert -1 <= q.low <= q.high <= 1
        assert -1 <= q.value <= 1
    if found.p.value is not None:
        assert 0 <= found.p.value <= 1


@given(tables)
def test_given_and_target_can_change_places(cells: list[int]) -> None:
    a, b, c, d = cells
    for measure in (residuals, yules_q, phi, jaccard):
        assert measure(np.array([a, b, c, d])) == pytest.approx(measure(np.array([a, c, b, d])), nan_ok=True)


def test_an_empty_cell_counts_as_a_half_in_the_residual_and_is_said() -> None:
    found = associate(np.array([[0, 26, 4, 48]]), "A", "B")

    assert found.adjusted_residual.value == pytest.approx(-1.046353, abs=1e-6)  # statsmodels 0.15.0, Table
    assert found.adjusted_residual.kind == "an empty cell counted as 0.5"
    chi_square = chi2_contingency([[0, 26], [4, 48]], correction=False).statistic
    assert found.textbook_residual.value == pytest.approx(-np.sqrt(chi_square))
    assert found.yules_q.value == -1
    assert found.log_odds_ratio.kind == "0.5 added to each cell, turns taken as independent"


@given(tables)
def test_the_residual_to_read_never_says_more_often_of_what_was_seen_less_often(cells: list[int]) -> None:
    found = associate(np.array([cells]), "A", "B")

    if found.read_residual.value is not None:
        assert found.read_residual.value * found.textbook_residual.value >= 0
        assert abs(found.read_residual.value) <= abs(found.textbook_residual.value) + 1e-9
        assert found.p.value == pytest.approx(2 * norm.sf(abs(found.read_residual.value)))


def test_a_pair_that_was_never_seen_and_hardly_ever_expected_is_not_notable() -> None:
    found = associate(np.array([[0, 1, 2, 287]]), "A", "B")

    assert found.adjusted_residual.value > 3  # half a pair where .007 are expected, as statsmodels has it
    assert -0.1 < found.read_residual.value < 0
    assert found.p.value > 0.9


def test_with_five_sessions_the_interval_leaves_out_one_at_a_time() -> None:
    alike = np.tile([6, 4, 10, 40], (6, 1))
    differing = np.array([[12, 1, 2, 40], [1, 8, 20, 30], [9, 2, 8, 50], [2, 9, 18, 30], [11, 1, 4, 45], [1, 3, 8, 45]])

    narrow, wide = associate(alike, "A", "B").log_odds_ratio, associate(differing, "A", "B").log_odds_ratio

    assert narrow.kind == wide.kind == "jackknife over sessions"
    assert narrow.high - narrow.low == pytest.approx(0, abs=1e-9)
    assert wide.high - wide.low > 2


def test_holm_is_holm() -> None:
    # The example of Holm's procedure: the smallest times m, the next times m - 1, never falling.
    found = holm(np.array([[0.01, 0.04], [np.nan, 0.03]]))

    assert found == pytest.approx(np.array([[0.03, 0.06], [np.nan, 0.06]]), nan_ok=True)


def test_log_odds_need_all_margins() -> None:
    value, error = log_odds(np.array([[0, 0, 3, 4], [0, 2, 3, 4]]))

    assert np.isnan([value[0], error[0]]).all()
    assert value[1] == pytest.approx(np.log(0.5 * 4.5 / (2.5 * 3.5)))


def test_within_sessions_differences_between_sessions_are_no_association() -> None:
    """One session has much of both, the other nothing of either; in neither do they go together."""
    both = np.array([[16, 16, 16, 16], [0, 0, 0, 64]])

    found = associate(both, "A", "B")

    assert found.adjusted_residual.value > 3
    assert found.within_residual.value == 0


def test_the_residual_within_sessions_is_mantel_and_haenszels() -> None:
    every = np.array([[4, 6, 3, 20], [7, 3, 5, 30], [0, 4, 6, 11]])
    expected, spread = 0.0, 0.0
    for a, b, c, d in every:
        law = hypergeom(a + b + c + d, a + b, a + c)
        expected, spread = expected + law.mean(), spread + law.var()

    found = associate(every, "A", "B").within_residual

    assert found.value == pytest.approx((11 - expected) / np.sqrt(spread))
    assert associate(np.array([[3, 0, 0, 0]]), "A", "B").within_residual.why
