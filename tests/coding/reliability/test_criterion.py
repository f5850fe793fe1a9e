"""So many in a row: the first time counts, what is undefined neither counts nor breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coding.reliability.criterion import InARow, in_a_row

VALUES = st.lists(st.none() | st.floats(-1, 1), max_size=30)
THRESHOLDS, ROWS = st.floats(-1, 1), st.integers(1, 5)


def by_definition(values: list[float | None], threshold: float, wanted: int) -> int | None:
    """Look at every stretch of defined values of the wanted length, and give the end of the first that holds."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    ends = [
        known[end - 1][0]
        for end in range(wanted, len(known) + 1)
        if all(value >= threshold for _, value in known[end - wanted : end])
    ]
    return min(ends, default=None)


@given(VALUES, THRESHOLDS, ROWS)
def test_the_row_is_met_where_its_definition_says(values: list[float | None], threshold: float, wanted: int) -> None:
    assert in_a_row(values, threshold, wanted).met_at == by_definition(values, threshold, wanted)


@given(VALUES, THRESHOLDS, ROWS, VALUES)
def test_what_was_met_stays_met(
    values: list[float | None], threshold: float, wanted: int, more: list[float | None]
) -> None:
    met = in_a_row(values, threshold, wanted).met_at

    assert met is None or in_a_row(values + more, threshold, wanted).met_at == met


@given(VALUES, THRESHOLDS, ROWS)
def test_undefined_values_change_nothing_but_the_place(
    values: list[float | None], threshold: float, wanted: int
) -> None:
    known = [value for value in values if value is not None]
    with_gaps, without = in_a_row(values, threshold, wanted), in_a_row(known, threshold, wanted)

    assert with_gaps.length == without.length
    assert (with_gaps.met_at is None) == (without.met_at is None)


@given(VALUES, THRESHOLDS, ROWS)
def test_a_harder_criterion_is_never_met_sooner(values: list[float | None], threshold: float, wanted: int) -> None:
    met = in_a_row(values, threshold, wanted).met_at
    harder = [in_a_row(values, threshold, wanted + 1).met_at, in_a_row(values, threshold + 0.1, wanted).met_at]

    assert all(one is None or (met is not None and one >= met) for one in harder)


def test_a_value_at_the_threshold_counts_and_one_below_breaks() -> None:
    assert in_a_row([0.6, 0.59, 0.6, None, 0.6], 0.6, 2) == InARow(met_at=4, length=2)
    assert in_a_row([], 0.6, 1) == InARow(met_at=None, length=0)


def test_a_row_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="one transcript or more"):
        in_a_row([1.0], 0.6, 0)
