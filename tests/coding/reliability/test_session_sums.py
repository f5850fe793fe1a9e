"""Sums over whole sessions: numbers without an upper bound, each transcript a unit of its own."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f as f_distribution

from coding.reliability import Scale, estimate, leave_one_cluster_out, measure
from tests.coding.reliability import definitions

ICC = ["icc_2_1", "icc_3_1"]
ALPHA = ["krippendorff_alpha_interval", "krippendorff_alpha_ratio"]


def counts(transcripts: int = 14, raters: int = 2, seed: int = 3) -> np.ndarray:
    """Count a code per transcript: some sessions are full of it, some are without, raters miss some."""
    rng = np.random.default_rng(seed)
    there = rng.negative_binomial(1, 0.08, transcripts)
    return rng.binomial(there, rng.uniform(0.75, 0.95, (raters, 1))).astype(float)


def test_sums_per_session_are_measured_as_defined() -> None:
    numbers = counts(raters=3)
    sessions = Scale.from_numbers(numbers)
    scale = np.unique(numbers).tolist()
    places = [[scale.index(x) for x in row] for row in numbers]

    table = measure(sessions, [*ICC, *ALPHA], interval="none")

    assert table["icc_2_1"].value == pytest.approx(definitions.icc(numbers.tolist(), 2, False))
    assert table["icc_3_1"].value == pytest.approx(definitions.icc(numbers.tolist(), 3, False))
    for name, metric in zip(ALPHA, ("interval", "ratio"), strict=True):
        expected = definitions.krippendorff_alpha(places, len(scale), metric, scale)
        assert table[name].value == pytest.approx(expected)
        assert (table[name].n, table[name].counts.clusters) == (14, 14)


def test_lins_coefficient_compares_the_sums_of_two_raters() -> None:
    x, y = counts()
    expected = 2 * np.cov(x, y, bias=True)[0, 1] / (x.var() + y.var() + (x.mean() - y.mean()) ** 2)

    result = measure(Scale.from_numbers([x, y]), ["lin_ccc"])["lin_ccc"]

    assert result.value == pytest.approx(expected)
    assert (result.kind, result.df) == ("jackknife", 13)


def test_the_interval_of_sums_leaves_one_session_out_at_a_time() -> None:
    numbers = counts(raters=3)
    sessions = Scale.from_numbers(numbers)

    table = measure(sessions, [*ICC, *ALPHA])

    for name, result in table.items():
        left = [estimate(Scale.from_numbers(np.delete(numbers, i, axis=1)), name).value for i in range(14)]
        assert list(leave_one_cluster_out(sessions, name).values()) == pytest.approx(left)
        assert result.se == pytest.approx(np.sqrt(13 / 14 * ((np.array(left) - np.mean(left)) ** 2).sum()))
        assert result.low is not None
        assert result.high is not None
        assert result.low < (result.value or 0) < result.high


def test_sessions_that_are_independent_have_the_f_interval_of_their_correlation() -> None:
    numbers = counts(raters=3)
    rest = numbers - numbers.mean(axis=0) - numbers.mean(axis=1, keepdims=True) + numbers.mean()
    between = 3 * numbers.mean(axis=0).var(ddof=1)
    f = between / ((rest**2).sum() / (13 * 2))
    low, high = f / f_distribution.ppf(0.975, 13, 26), f * f_distribution.ppf(0.975, 26, 13)

    table = measure(Scale.from_numbers(numbers), [*ICC, *ALPHA], interval="analytic")

    found = table["icc_3_1"]
    assert (found.low, found.high) == pytest.approx(((low - 1) / (low + 2), (high - 1) / (high + 2)))
    assert [table[name].kind for name in (*ICC, *ALPHA)] == ["F", "F", "analytic", "analytic"]


def test_a_session_that_a_rater_did_not_code_is_missing_and_not_zero() -> None:
    numbers = counts(raters=3)
    numbers[2, :4] = np.nan
    table = measure(Scale.from_numbers(numbers), [*ICC, *ALPHA])

    assert table["icc_2_1"].n == 10
    assert table["krippendorff_alpha_interval"].n == 14
    assert table["krippendorff_alpha_interval"].counts.ratings == 38


def test_few_sessions_are_said_to_be_few() -> None:
    result = measure(Scale.from_numbers(counts(transcripts=4)), ["icc_2_1"])["icc_2_1"]

    assert result.value is not None
    assert result.why_no_interval == "fewer than 5 transcripts (4)"


def test_sessions_in_which_nobody_gave_the_code_say_so() -> None:
    table = measure(Scale.from_numbers(np.zeros((2, 8))), [*ICC, *ALPHA, "lin_ccc"])

    assert all(result.value is None and "no variation" in result.why for result in table.values())
