"""Intervals: what they are made of, when there is none, and that a resample is a recomputation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.reliability import (
    Nominal,
    Scale,
    Sets,
    chance,
    chance_of_reaching,
    difference,
    estimate,
    leave_one_cluster_out,
    leave_one_cluster_out_many,
    leave_one_rater_out,
    leave_one_rater_out_many,
    measure,
    measure_many,
    pairs,
    pairs_many,
    per_cluster,
    per_cluster_many,
    per_group,
    resample,
)
from coding.reliability.catalogue import known
from coding.reliability.intervals import bca, drawn_in_parts, draws, jackknife, on_scale, percentile
from coding.reliability.measuring import evaluate, segment_interval
from coding.reliability.sums import weighted_by

NAMES = ["percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa", "conger_kappa", "light_kappa",
         "krippendorff_alpha_ordinal", "krippendorff_alpha_interval", "fleiss_kappa_quadratic", "icc_2_1",
         "cohen_kappa", "cohen_kappa_linear", "scott_pi", "lin_ccc", "gwet_ac2_ordinal"]  # fmt: skip


def agreeing(seed: int, raters: int = 3, transcripts: int = 8, each: int = 12, q: int = 3) -> Scale:
    """Draw raters who mostly see the same, with gaps, in transcripts of a given size."""
    rng = np.random.default_rng(seed)
    n = transcripts * each
    truth = rng.integers(0, q, n)
    slips = rng.random((raters, n))
    ratings = np.where(slips < 0.7, truth, rng.integers(0, q, (raters, n)))
    ratings[rng.random((raters, n)) < 0.1] = -1
    return Scale.from_ratings(ratings, [float(v) for v in range(q)], np.repeat(np.arange(transcripts), each))


@pytest.mark.parametrize("name", NAMES)
@given(seed=st.integers(0, 10_000))
@settings(max_examples=20)
def test_a_resample_by_weights_is_the_coefficient_of_the_repeated_data(name: str, seed: int) -> None:
    raters = 2 if name in ("cohen_kappa", "cohen_kappa_linear", "scott_pi", "lin_ccc") else 3
    variable = agreeing(seed, raters=raters)
    weights = draws(8, 3, seed)

    found = evaluate(known(name), [variable], weighted_by(weights))[0]

    for row, value in zip(weights, found, strict=True):
        columns = np.concatenate([np.repeat(np.flatnonzero(variable.cluster == c), int(w)) for c, w in enumerate(row)])
        again = Scale.from_ratings(variable.ratings[:, np.sort(columns)], [0.0, 1.0, 2.0])
        assert estimate(again, name).value == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("name", NAMES[:10])
def test_leaving_a_transcript_out_is_measuring_the_others(name: str) -> None:
    variable = agreeing(3)

    for c, value in leave_one_cluster_out(variable, name).items():
        rest = variable.cluster != c
        alone = Scale.from_ratings(variable.ratings[:, rest], [0.0, 1.0, 2.0])
        assert value == pytest.approx(estimate(alone, name).value, abs=1e-12)


def test_a_transcript_by_itself_and_a_rater_left_out_are_measured_as_such() -> None:
    variable = agreeing(4)

    first = Scale.from_ratings(variable.ratings[:, variable.cluster == 0], [0.0, 1.0, 2.0])
    without = Scale.from_ratings(variable.ratings[1:], [0.0, 1.0, 2.0])

    assert per_cluster(variable, "gwet_ac1")[0] == pytest.approx(estimate(first, "gwet_ac1").value)
    assert leave_one_rater_out(variable, "gwet_ac1")[0] == pytest.approx(estimate(without, "gwet_ac1").value)


def test_many_variables_are_taken_apart_as_each_by_itself() -> None:
    several = [*(agreeing(seed, each=20) for seed in range(3)), agreeing(7, raters=4), agreeing(8, transcripts=5)]
    names = ["krippendorff_alpha_ordinal", "gwet_ac1", "conger_kappa"]

    assert per_cluster_many(several, "gwet_ac1") == [per_cluster(v, "gwet_ac1") for v in several]
    assert leave_one_cluster_out_many(several, "gwet_ac1") == [leave_one_cluster_out(v, "gwet_ac1") for v in several]
    for variable, tables, two in zip(
        several, leave_one_rater_out_many(several, names), pairs_many(several, names, interval="jackknife"), strict=True
    ):
        for rater, table in enumerate(tables):
            rest = np.delete(variable.ratings, rater, axis=0)
            assert table == measure(Scale.from_ratings(rest, [0.0, 1.0, 2.0], variable.cluster), names, interval="none")
        assert two == pairs(variable, names, interval="jackknife")


def test_the_interval_of_a_pair_rests_on_the_transcripts_that_both_read() -> None:
    ratings = agreeing(12, transcripts=9, each=20).ratings.copy()
    clusters = np.repeat(np.arange(9), 20)
    ratings[0, clusters < 3] = -1
    names = ["krippendorff_alpha_ordinal", "gwet_ac1", "cohen_kappa_quadratic", "icc_2_1", "percent_agreement"]
    both = (ratings[[0, 1]] >= 0).all(axis=0)
    alone = Scale.from_ratings(ratings[:2, both], [0.0, 1.0, 2.0], clusters[both])

    for interval in ("jackknife", "percentile", "analytic"):
        variable = Scale.from_ratings(ratings, [0.0, 1.0, 2.0], clusters)
        found = pairs(variable, names, interval=interval)[0, 1]
        for name, expected in measure(alone, names, interval=interval).items():
            result = found[name]
            assert (result.value, result.low, result.high) == pytest.approx(
                (expected.value, expected.low, expected.high)
            )
            assert (result.n, result.counts, result.df) == (expected.n, expected.counts, expected.df)


def test_a_group_of_units_is_measured_as_if_it_were_all_there_is() -> None:
    rng = np.random.default_rng(13)
    ratings, clusters = agreeing(13, each=40).ratings, rng.integers(0, 8, 320)  # transcripts in no order
    roles = np.where(rng.random(320) < 0.4, "patient", "therapist")
    several = [Scale.from_ratings(np.roll(ratings, shift, axis=1), [0.0, 1.0, 2.0], clusters) for shift in range(3)]

    found = per_group(several, roles, ["gwet_ac1", "krippendorff_alpha"], interval="jackknife")

    for shift, groups in enumerate(found):
        assert list(groups) == ["patient", "therapist"]
        for role, table in groups.items():
            mine = roles == role
            alone = Scale.from_ratings(np.roll(ratings, shift, axis=1)[:, mine], [0.0, 1.0, 2.0], clusters[mine])
            assert table == measure(alone, ["gwet_ac1", "krippendorff_alpha"])
    with pytest.raises(ValueError, match="There are 320 units but 2 group labels"):
        per_group(several, ["patient", "therapist"], ["gwet_ac1"])


def test_values_that_differ_by_rounding_alone_do_not_make_an_interval() -> None:
    nearly = 0.3 + np.array([0, 1e-17, -1e-17, 2e-17, 0, 0])

    assert "do not differ" in jackknife(0.3, nearly, "z").why
    assert "do not differ" in jackknife(0.1, np.full(7, 0.1), "z").why


def test_the_default_interval_is_the_jackknife_written_out() -> None:
    variable = agreeing(5)
    left = np.array(list(leave_one_cluster_out(variable, "krippendorff_alpha").values()), dtype=float)

    result = measure(variable, ["krippendorff_alpha"])["krippendorff_alpha"]

    assert result.value is not None
    se = np.sqrt(7 / 8 * ((left - left.mean()) ** 2).sum())
    width = 2.3646242515927844 * se / (1 - result.value**2)  # t(.975, 7)
    assert result.se == pytest.approx(se)
    assert result.df == 7
    assert result.kind == "jackknife"
    assert result.low == pytest.approx(np.tanh(np.arctanh(result.value) - width))
    assert result.high == pytest.approx(np.tanh(np.arctanh(result.value) + width))


def test_percentages_get_their_interval_on_the_logit_scale() -> None:
    low, high = on_scale(0.9, 0.05, 9, "logit")

    assert 0 < low < 0.9 < high < 1
    assert (low, high) == pytest.approx((0.71919, 0.96935), abs=1e-5)  # logit .9 -/+ t(9) * .05 / .09


def test_fewer_than_five_transcripts_give_no_interval_or_one_labelled_optimistic() -> None:
    variable = agreeing(6, transcripts=2, each=40)

    honest = measure(variable, ["gwet_ac1"])["gwet_ac1"]
    hopeful = measure(variable, ["gwet_ac1"], optimistic=True)["gwet_ac1"]

    assert (honest.low, honest.kind, honest.why_no_interval) == (None, "", "fewer than 5 transcripts (2)")
    assert hopeful.kind == "optimistic"
    assert hopeful.why_no_interval == "fewer than 5 transcripts (2)"
    assert hopeful.low is not None
    assert hopeful.low < (hopeful.value or 0)


def test_a_transcript_that_one_rater_alone_read_does_not_count_for_the_interval() -> None:
    variable = agreeing(7, transcripts=5)
    ratings = variable.ratings.copy()
    ratings[1:, variable.cluster == 4] = -1

    result = measure(Scale.from_ratings(ratings, [0.0, 1.0, 2.0], variable.cluster), ["gwet_ac1"])["gwet_ac1"]

    assert result.why_no_interval == "fewer than 5 transcripts (4)"


def test_an_estimate_at_the_end_of_the_scale_has_no_interval() -> None:
    ratings = np.tile([0, 1, 0, 1], (2, 10))
    variable = Nominal.from_ratings(ratings, 2, np.repeat(np.arange(10), 4))

    table = measure(variable, ["krippendorff_alpha", "percent_agreement"])

    for result in table.values():
        assert result.value == 1.0
        assert result.why_no_interval == "the estimate is 1: the end of the scale has no interval"


def test_an_undefined_leave_one_out_value_means_no_interval() -> None:
    ratings = np.zeros((2, 24), dtype=np.int8)
    ratings[0, :3] = 1
    ratings[1, :2] = 1
    variable = Nominal.from_ratings(ratings, 2, np.repeat(np.arange(6), 4))

    result = measure(variable, ["krippendorff_alpha"])["krippendorff_alpha"]

    assert result.value is not None
    assert result.why_no_interval == "undefined when one transcript is left out (so for 1 of 6)"


def test_leaving_one_unit_out_weighs_equal_units_by_their_number() -> None:
    ratings = np.array([[0, 0, 0, 1, 1, 1, 0, 1, 0], [0, 0, 1, 1, 1, 0, 0, 1, 1], [0, 0, 0, 1, 1, -1, 0, 1, 0]])
    variable = Nominal.from_ratings(ratings, 2)
    alone = np.array([estimate(Nominal.from_ratings(np.delete(ratings, i, 1), 2), "gwet_ac1").value for i in range(9)])
    value = estimate(variable, "gwet_ac1").value
    assert value is not None

    made = segment_interval(known("gwet_ac1"), variable, value)

    assert made.se == pytest.approx(np.sqrt(8 / 9 * ((alone - alone.mean()) ** 2).sum()))


def test_bootstraps_repeat_with_their_seed_and_lie_around_the_estimate() -> None:
    variable = agreeing(8, transcripts=20)

    one = measure(variable, ["krippendorff_alpha"], interval="percentile", resamples=2000, seed=4)["krippendorff_alpha"]
    again = measure(variable, ["krippendorff_alpha"], interval="percentile", resamples=2000, seed=4)
    corrected = measure(variable, ["krippendorff_alpha"], interval="bca", resamples=2000, seed=4)["krippendorff_alpha"]
    jackknifed = measure(variable, ["krippendorff_alpha"])["krippendorff_alpha"]

    assert one == again["krippendorff_alpha"]
    assert (one.kind, corrected.kind) == ("percentile", "bca")
    for low, high in ((one.low, one.high), (corrected.low, corrected.high)):
        assert low == pytest.approx(jackknifed.low, abs=0.04)
        assert high == pytest.approx(jackknifed.high, abs=0.04)


def test_a_correction_for_bias_moves_a_lopsided_interval() -> None:
    rng = np.random.default_rng(1)
    resamples, left = rng.exponential(1.0, 20_000), np.linspace(0.8, 1.2, 20) ** 2

    plain, corrected = percentile(resamples), bca(1.3, resamples, left)

    assert plain.low is not None
    assert corrected.low is not None
    assert corrected.low > plain.low


def test_resampling_units_equals_resampling_their_patterns() -> None:
    variable = agreeing(9, transcripts=1, each=60)
    every = Scale.from_ratings(variable.ratings, [0.0, 1.0, 2.0], np.arange(60))

    by_pattern = resample(variable.units_alone(), "krippendorff_alpha_ordinal", resamples=4000)
    by_unit = resample(every, "krippendorff_alpha_ordinal", resamples=4000, seed=77)

    assert by_pattern.std() == pytest.approx(by_unit.std(), rel=0.06)
    assert by_pattern.mean() == pytest.approx(by_unit.mean(), abs=0.01)


def test_two_rounds_on_the_same_transcripts_are_compared_within_them() -> None:
    variable = agreeing(10, transcripts=12)

    nothing, none = difference(variable, variable, "krippendorff_alpha")
    worse = variable.ratings.copy()
    worse[0, ::7] = (worse[0, ::7] + 1) % 3
    later = Scale.from_ratings(worse, [0.0, 1.0, 2.0], variable.cluster)
    elsewhere = Scale.from_ratings(worse, [0.0, 1.0, 2.0], variable.cluster + 100)
    shared, within = difference(variable, later, "krippendorff_alpha")
    _, between = difference(variable, elsewhere, "krippendorff_alpha")

    assert nothing == 0
    assert none.why == "the transcripts do not differ at all"
    assert shared is not None
    assert shared > 0
    assert within.se is not None
    assert between.se is not None
    assert within.se < between.se
    singles = [measure(v, ["krippendorff_alpha"])["krippendorff_alpha"].se or 0 for v in (variable, elsewhere)]
    assert between.se == pytest.approx(np.hypot(*singles))


def test_a_round_without_an_interval_of_its_own_leaves_the_difference_without_one() -> None:
    variable = agreeing(10, transcripts=12)
    perfect = Scale.from_ratings(np.repeat(variable.ratings[:1], 3, axis=0), [0.0, 1.0, 2.0], variable.cluster)
    few = agreeing(11, transcripts=4)

    at_the_end, none = difference(perfect, variable, "krippendorff_alpha")
    _, too_few = difference(variable, few, "krippendorff_alpha")

    assert at_the_end is not None
    assert at_the_end > 0
    assert (none.low, none.why) == (None, "the estimate is 1: the end of the scale has no interval")
    assert (too_few.low, too_few.why) == (None, "fewer than 5 transcripts (4)")


def test_a_transcript_that_one_rater_coded_alone_adds_no_degree_of_freedom_to_a_difference() -> None:
    variable = agreeing(12, transcripts=8)
    ratings = np.where((np.arange(3)[:, None] > 0) & (variable.cluster == 0), -1, variable.ratings)
    lonely = Scale.from_ratings(ratings, [0.0, 1.0, 2.0], variable.cluster)

    _, interval = difference(lonely, agreeing(13, transcripts=9), "krippendorff_alpha")

    assert interval.df == 6


def test_a_difference_with_an_undefined_side_says_so() -> None:
    constant = Nominal.from_ratings(np.zeros((2, 10), dtype=int), 2, np.arange(10))

    value, interval = difference(constant, constant, "krippendorff_alpha")

    assert value is None
    assert interval.why == "no variation in the data: expected disagreement is 0, 0/0"


def test_the_chance_of_reaching_a_threshold_is_one_half_at_the_estimate() -> None:
    assert chance_of_reaching(0.7, 0.7, 0.05, 9) == pytest.approx(0.5)
    assert (chance_of_reaching(0.6, 0.7, 0.05, 9) or 0) > 0.94
    assert chance_of_reaching(0.8, 0.9, 0.02, 9, "logit") == pytest.approx(0.998, abs=0.01)
    assert chance_of_reaching(0.667, 1.0, 0.05, 9) is None


def test_a_result_says_how_well_it_supports_a_threshold() -> None:
    honest = measure(agreeing(8, transcripts=20), ["krippendorff_alpha", "percent_agreement"])
    alpha, percent = honest["krippendorff_alpha"], honest["percent_agreement"]
    few = measure(agreeing(6, transcripts=2, each=40), ["krippendorff_alpha"], optimistic=True)["krippendorff_alpha"]
    drawn = measure(agreeing(8), ["gwet_ac1"], interval="percentile", resamples=200)["gwet_ac1"]
    assert alpha.value is not None
    assert alpha.low is not None
    assert percent.low is not None

    assert chance(alpha, alpha.value) == pytest.approx(0.5)
    assert chance(alpha, alpha.low) == pytest.approx(0.975)
    assert chance(percent, percent.low) == pytest.approx(0.975)
    assert (few.kind, chance(few, 0.1)) == ("optimistic", None)
    assert (drawn.kind, chance(drawn, 0.1)) == ("percentile", None)


def test_an_analytic_result_supports_a_threshold_on_its_own_scale() -> None:
    result = measure(agreeing(11, raters=2), ["gwet_ac1"], interval="analytic")["gwet_ac1"]
    assert result.low is not None

    assert chance(result, result.low) == pytest.approx(0.975)


def test_how_many_resamples_are_drawn_at_once_makes_no_difference() -> None:
    whole = draws(7, 50, 3)
    parts = np.concatenate(list(drawn_in_parts(7, 50, 3, None, 8)))

    np.testing.assert_array_equal(whole, parts)
    assert (whole.sum(axis=1) == 7).all()


def test_measuring_many_variables_together_changes_nothing() -> None:
    several = [agreeing(seed) for seed in range(4)] + [agreeing(9, transcripts=5), agreeing(9, raters=2)]

    together = measure_many(several, ["krippendorff_alpha_ordinal", "gwet_ac1", "cohen_kappa"])

    assert together == [measure(v, ["krippendorff_alpha_ordinal", "gwet_ac1", "cohen_kappa"]) for v in several]


def test_analytic_intervals_take_units_as_independent_and_say_so() -> None:
    variable = agreeing(11, raters=2)

    table = measure(variable, ["gwet_ac1", "cohen_kappa", "icc_2_1", "light_kappa"], interval="analytic")

    assert (table["gwet_ac1"].kind, table["icc_2_1"].kind) == ("analytic", "F")
    assert table["cohen_kappa"].low is not None
    assert table["light_kappa"].why_no_interval == "no standard error is known for light_kappa"


def test_jackknife_refuses_below_its_fewest_and_without_spread() -> None:
    assert jackknife(0.5, np.array([0.4, 0.6]), "z").why == "fewer than 5 transcripts (2)"
    assert "do not differ" in jackknife(0.5, np.full(6, 0.5), "z").why


def test_label_sets_have_intervals_like_everything_else() -> None:
    rng = np.random.default_rng(2)
    truth = rng.random((5, 1, 120)) < 0.2
    given_codes = np.where(rng.random((5, 3, 120)) < 0.9, truth, ~truth)

    variable = Sets.from_indicators(given_codes, np.ones((3, 120)), np.repeat(np.arange(6), 20))
    result = measure(variable, ["krippendorff_alpha_masi"])["krippendorff_alpha_masi"]

    assert result.low is not None
    assert result.high is not None
    assert result.value is not None
    assert result.low < result.value < result.high
