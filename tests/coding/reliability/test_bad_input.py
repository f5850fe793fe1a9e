"""Bad input gets a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from coding.reliability import (
    Nominal,
    Scale,
    Sets,
    Span,
    Spans,
    agreement,
    band,
    estimate,
    find_coefficient,
    krippendorff_alpha,
    leave_one_rater_out_many,
    measure,
    measure_many,
    memberships,
    pairs_many,
    per_cluster,
    per_cluster_many,
    per_group,
)
from coding.reliability.unitizing import alpha_cu, alpha_ku, alpha_u, alpha_u_1995, alpha_u_binary, coverage


@pytest.mark.parametrize(
    ("ratings", "q", "sentence"),
    [
        ([[0, 1], [1, 7]], 2, "Rating 7 .rater 1, unit 1, counted from 0. is not one of the 2 declared categories"),
        ([[0, -2]], 2, "Rating -2"),
        ([0, 1], 2, "one row per rater"),
        ([[0.5, 1.0]], 2, "whole numbers"),
        ([[0, 1]], 0, "at least one declared category"),
    ],
)
def test_ratings_that_make_no_sense_are_refused(ratings: Any, q: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Nominal.from_ratings(ratings, q)


def test_the_level_of_measurement_is_never_guessed() -> None:
    nominal = Nominal.from_ratings([[0, 1, 1], [0, 1, 0]], 2)
    sets = Sets.from_sets([[{"a"}, set()], [{"a"}, {"b"}]])

    with pytest.raises(ValueError, match="krippendorff_alpha_ordinal needs numbers on a declared scale"):
        measure(nominal, ["krippendorff_alpha_ordinal"])
    with pytest.raises(ValueError, match="compares label sets"):
        measure(nominal, ["krippendorff_alpha_masi"])
    with pytest.raises(ValueError, match="is not for label sets"):
        measure(sets, ["gwet_ac1"])
    with pytest.raises(ValueError, match="needs a table of disagreement weights"):
        measure(nominal, ["cohen_kappa_custom"])


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown coefficient 'kappa'"):
        agreement([[0, 1], [0, 1]], 2, coefficients=["kappa"])
    with pytest.raises(ValueError, match="no interval called 'guess'"):
        measure(Nominal.from_ratings([[0], [0]], 2), interval="guess")
    assert find_coefficient("kappa") is None


def test_clusters_must_be_one_per_unit() -> None:
    with pytest.raises(ValueError, match="There are 2 units but 3 cluster entries"):
        Nominal.from_ratings([[0, 1], [0, 1]], 2, [0, 0, 1])


def test_a_scale_must_rise_and_numbers_must_be_on_it() -> None:
    with pytest.raises(ValueError, match="numbers that rise"):
        Scale.from_ratings([[0, 1]], [3.0, 1.0])
    with pytest.raises(ValueError, match=r"Rating 4 .rater 0, unit 1, counted from 0. is not on the declared scale"):
        Scale.from_numbers([[0.0, 4.0]], [0, 1, 2, 3])
    with pytest.raises(ValueError, match="finite numbers"):
        Scale.from_numbers([[0.0, np.inf]])


@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        ([[0, 1]], "must be 2 x 2"),
        ([[0, -1], [1, 0]], "not negative"),
        ([[1, 1], [1, 0]], "0 on the diagonal"),
        ([["a", "b"], ["c", "d"]], "not a table of numbers"),
    ],
)
def test_custom_weights_are_checked(weights: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Nominal.from_ratings([[0, 1], [0, 1]], 2, disagreement=weights)


def test_label_sets_must_be_collections_of_one_entry_per_unit() -> None:
    with pytest.raises(ValueError, match="one entry per unit"):
        Sets.from_sets([[{"a"}], []])
    with pytest.raises(ValueError, match="must be a collection"):
        Sets.from_sets([["ab"], [{"a"}]])
    with pytest.raises(ValueError, match="of the same size"):
        Sets.from_indicators(np.zeros((2, 3, 4)), np.zeros((3, 5)))


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        (np.zeros((0, 0), dtype=int), "fewer than two raters"),
        (np.zeros((1, 5), dtype=int), "fewer than two raters"),
        (np.zeros((2, 0), dtype=int), "no units"),
        (np.full((3, 5), -1), "no unit has two ratings"),
        (np.array([[0, -1], [-1, 1]]), "no unit has two ratings"),
        (np.zeros((2, 5), dtype=int), "no variation in the data: expected disagreement is 0, 0/0"),
    ],
)
def test_too_little_to_say_anything_is_a_result_with_a_reason(ratings: Any, why: str) -> None:
    result = estimate(Nominal.from_ratings(ratings, 2), "krippendorff_alpha")

    assert (result.value, result.why) == (None, why)


def test_a_rater_who_rated_nothing_changes_nothing() -> None:
    ratings = np.array([[0, 1, 1, 0], [0, 1, 0, 0], [-1, -1, -1, -1]])

    with_absentee = agreement(ratings, 2)

    assert with_absentee == pytest.approx(agreement(ratings[:2], 2))


def test_thousands_of_categories_are_no_trouble() -> None:
    rng = np.random.default_rng(1)
    ratings = rng.integers(0, 5000, (3, 2000))
    ratings[1] = ratings[0]

    assert krippendorff_alpha(ratings, 5000) == pytest.approx(1 / 3, abs=0.02)


def test_thousands_of_categories_in_thousands_of_units_give_an_estimate_and_say_why_no_interval() -> None:
    ratings = np.tile(np.arange(6000), (2, 1))
    ratings[1, :2000] = ratings[1, 2000:4000]

    nominal = measure(Nominal.from_ratings(ratings, 6000), ["percent_agreement", "krippendorff_alpha", "cohen_kappa"])
    scale = measure(Scale.from_numbers(ratings.astype(float)), ["krippendorff_alpha_ordinal", "icc_2_1"])

    assert nominal["percent_agreement"].value == pytest.approx(2 / 3)
    for result in (*nominal.values(), *scale.values()):
        assert result.value is not None
        assert result.counts.clusters == 6000
        assert result.why_no_interval == "too many categories (6000) to leave out or draw each of 6000 transcripts"
    with pytest.raises(ValueError, match="too many categories"):
        per_cluster(Nominal.from_ratings(ratings, 6000), "krippendorff_alpha")


BAD = {
    "no rater": (np.zeros((0, 4), dtype=int), "fewer than two raters"),
    "one rater": (np.zeros((1, 40), dtype=int), "fewer than two raters"),
    "no unit": (np.zeros((3, 0), dtype=int), "no units"),
    "no common unit": (np.array([[0] * 20 + [-1] * 20, [-1] * 20 + [1] * 20, [-1] * 40]), "no unit has two ratings"),
    "all missing": (np.full((3, 40), -1), "no unit has two ratings"),
}


@pytest.mark.parametrize("interval", ["jackknife", "percentile", "bca", "analytic", "none"])
@pytest.mark.parametrize(("ratings", "why"), BAD.values(), ids=BAD)
def test_every_coefficient_and_every_part_says_why_it_has_no_value(ratings: Any, why: str, interval: str) -> None:
    clusters = np.arange(ratings.shape[1]) // 20
    several = [Nominal.from_ratings(ratings, 2, clusters), Scale.from_ratings(ratings, [0.0, 1.0], clusters)]
    names = ["percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa", "conger_kappa", "light_kappa"]

    tables = measure_many(several, names, interval=interval, optimistic=True, resamples=200)

    assert {result.why for table in tables for result in table.values()} == {why}
    for two in pairs_many(several, names, interval=interval):
        assert all(result.value is None and result.why for table in two.values() for result in table.values())
    for rest in leave_one_rater_out_many(several, names):
        assert all(result.value is None and result.why for table in rest for result in table.values())
    for groups in per_group(several, clusters, names):
        assert all(result.value is None and result.why for table in groups.values() for result in table.values())
    assert all(value is None for found in per_cluster_many(several, "gwet_ac1") for value in found.values())


def test_one_category_alone_leaves_chance_corrected_coefficients_undefined() -> None:
    variable = Nominal.from_ratings(np.zeros((3, 60), dtype=int), 2, np.arange(60) // 10)

    table = measure(variable, ["percent_agreement", "krippendorff_alpha", "fleiss_kappa", "gwet_ac1"])

    assert table["percent_agreement"].value == 1
    assert table["gwet_ac1"].value == 1
    assert table["krippendorff_alpha"].why == "no variation in the data: expected disagreement is 0, 0/0"
    assert table["fleiss_kappa"].why == "no variation in the data: expected disagreement is 0, 0/0"


def test_cohen_of_three_raters_points_to_the_pairs() -> None:
    result = estimate(Nominal.from_ratings([[0, 1]] * 3, 2), "cohen_kappa")

    assert result.why == "cohen_kappa compares two raters and there are 3: see the pairs"


def test_benchmarks_need_a_standard_error_and_name_a_band() -> None:
    assert band(0.67, 0.15, "landis_koch") == "moderate"
    assert band(0.92, 0.02, "krippendorff") == "reliable"
    with pytest.raises(ValueError, match="standard error above 0"):
        memberships(0.5, 0.0, "landis_koch")
    with pytest.raises(ValueError, match="no benchmark scale"):
        memberships(0.5, 0.1, "guess")


def test_spans_beyond_the_continuum_are_refused() -> None:
    with pytest.raises(ValueError, match="Span 5-12 of rater 1 is empty or not within 0-10"):
        Spans.of([[], [Span(5, 12, "a")]], 10)
    with pytest.raises(ValueError, match="length above 0"):
        Spans.of([[], []], 0)


def test_spans_that_say_nothing_give_reasons() -> None:
    nothing = Spans.of([[], []], 10)
    everything = Spans.of([[Span(0, 10, "a")], [Span(0, 10, "a")]], 10)
    apart = Spans.of([[Span(0, 2, "a")], [Span(5, 7, "b")]], 10)
    alone = Spans.of([[Span(0, 2, "a")]], 10)

    assert alpha_u(nothing) == "nobody marked a span"
    assert alpha_u(alone) == "fewer than two raters"
    assert alpha_u_binary(everything) == "everything is marked, or nothing: 0/0"
    assert alpha_u(everything) == "no variation: expected disagreement is 0, 0/0"
    assert alpha_cu(apart) == "no marked spans of two raters intersect"
    assert alpha_ku(apart, "a") == "no span marked 'a' intersects a marked span of another rater"
    assert alpha_ku(apart, "z") == "nobody marked a span as 'z'"
    assert alpha_u_1995(apart, "z") == "nobody marked a span as 'z'"
    assert coverage(apart) == 0.0
    assert coverage(nothing) == 0.0


def test_the_order_of_raters_and_codes_does_not_matter_to_spans() -> None:
    one = [Span(2, 5, "1"), Span(9, 11, "1"), Span(12, 20, "2")]
    two = [Span(2, 5, "1"), Span(7, 15, "2")]
    swapped = {"1": "2", "2": "1"}

    there, back = Spans.of([one, two], 20), Spans.of([two, one], 20)
    renamed = Spans.of([[Span(s.start, s.end, swapped[s.code]) for s in spans] for spans in (one, two)], 20)

    for coefficient in (alpha_u, alpha_u_binary, alpha_cu, alpha_u_1995):
        assert coefficient(there) == pytest.approx(coefficient(back))
        assert coefficient(there) == pytest.approx(coefficient(renamed))
    assert alpha_ku(there, "1") == pytest.approx(alpha_ku(renamed, "2"))
