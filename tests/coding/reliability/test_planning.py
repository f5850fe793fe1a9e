"""The planner keeps its word: what it predicts is what rounds of that size come out as."""

from __future__ import annotations

import os

import numpy as np
import pytest

from coding.reliability import Nominal, Result, measure
from coding.reliability.catalogue import known
from coding.reliability.intervals import on_scale
from coding.reliability.measuring import segment_interval
from coding.reliability.planning import (
    MODELLED,
    clusters_needed,
    expected,
    half_width,
    plan,
    plan_without_pilot,
    units_needed,
)
from tests.coding.reliability.test_coverage import DESIGNS, drawn

ALPHA = "krippendorff_alpha"
RUNS = 200 if os.environ.get("WORKBENCH_SOAK") else 50
#: A prediction is within this share of the mean that is simulated.
TOLERANCE = 0.15


def measured(variable: Nominal, name: str = ALPHA) -> Result:
    return measure(variable, [name])[name]


def simulated_half_width(rng: np.random.Generator, transcripts: int, design: str) -> float:
    found = [measured(drawn(rng, transcripts, *DESIGNS[design])) for _ in range(RUNS)]
    return float(np.mean([(one.high - one.low) / 2 for one in found if one.low is not None and one.high is not None]))


@pytest.mark.parametrize("design", DESIGNS)
def test_pilots_predict_the_half_width_of_larger_rounds(design: str) -> None:
    rng = np.random.default_rng(11)
    pilots = [measured(drawn(rng, 12, *DESIGNS[design])) for _ in range(RUNS)]

    predicted = [
        half_width(one.value, one.se * np.sqrt(12 / 25), 24, one.scale)
        for one in pilots
        if one.value is not None and one.se is not None and one.low is not None
    ]

    assert np.mean(predicted) == pytest.approx(simulated_half_width(rng, 25, design), rel=TOLERANCE)


@pytest.mark.parametrize("design", DESIGNS)
def test_so_many_transcripts_as_planned_give_the_half_width_that_was_wanted(design: str) -> None:
    rng = np.random.default_rng(12)
    pilot = drawn(rng, 150, *DESIGNS[design])

    made = plan(pilot, measured(pilot), 0.10)

    assert made.clusters is not None
    assert simulated_half_width(rng, made.clusters, design) == pytest.approx(0.10, rel=TOLERANCE)


def test_what_is_needed_is_the_smallest_number_that_does() -> None:
    made = clusters_needed(0.6, 0.5, "z", 0.10)

    assert made is not None
    assert half_width(0.6, 0.5 / np.sqrt(made), made - 1, "z") <= 0.10
    assert half_width(0.6, 0.5 / np.sqrt(made - 1), made - 2, "z") > 0.10


def test_the_half_width_is_half_of_an_interval_that_is_longer_below() -> None:
    low, high = on_scale(0.8, 0.1, 9, "z")

    assert half_width(0.8, 0.1, 9, "z") == pytest.approx((high - low) / 2)
    assert 0.8 - low > high - 0.8


def test_a_plan_counts_what_is_there() -> None:
    pilot = drawn(np.random.default_rng(3), 10, 0.3, 10.0)
    result = measured(pilot)

    made = plan(pilot, result, 0.03)

    assert (made.kind, made.now_clusters, made.now_units, made.units_per_cluster) == ("transcripts", 10, 800, 80)
    assert result.low is not None
    assert result.high is not None
    assert made.now_half_width == pytest.approx((result.high - result.low) / 2)
    assert made.clusters is not None
    assert made.extra == made.clusters - 10
    assert made.units == 80 * made.clusters
    assert made.fewest is not None
    assert made.most is not None
    assert made.fewest < made.clusters < made.most


def test_a_wide_wish_is_met_already_and_needs_nothing_more() -> None:
    pilot = drawn(np.random.default_rng(3), 10, 0.3, 10.0)

    made = plan(pilot, measured(pilot), 0.4)

    assert (made.extra, made.clusters) == (0, 5)


def test_a_higher_level_needs_more() -> None:
    pilot = drawn(np.random.default_rng(3), 10, 0.3, 10.0)
    needs = [plan(pilot, measured(pilot), 0.05, level).clusters or 0 for level in (0.9, 0.95, 0.99)]

    assert needs == sorted(set(needs))


def test_two_transcripts_give_a_lower_bound_and_scenarios() -> None:
    pilot = drawn(np.random.default_rng(4), 2, 0.3, 10.0)
    result = measured(pilot)

    made = plan(pilot, result, 0.05)

    segment = segment_interval(known(ALPHA), pilot, result.value or 0)
    assert made.kind == "segments"
    assert made.why == "fewer than 5 transcripts (2)"
    assert made.now_half_width is None
    assert segment.se is not None
    assert made.units == units_needed(result.value or 0, segment.se * np.sqrt(160), "z", 0.05)
    assert made.units is not None
    assert [one.design_effect for one in made.scenarios] == pytest.approx([1.79, 4.16, 10.48])
    needs = [one.clusters or 0 for one in made.scenarios]
    assert needs == sorted(needs)
    assert needs[0] >= made.units / 80


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        (np.zeros((2, 60), dtype=int), "no variation in the data: expected disagreement is 0, 0/0"),
        (np.tile([0, 1], (2, 30)), "the estimate is 1: the end of the scale has no interval"),
        (np.zeros((1, 60), dtype=int), "fewer than two raters"),
        (np.zeros((2, 0), dtype=int), "no units"),
        (np.where(np.arange(60) % 2, [[0], [-1]], [[-1], [1]]), "no unit has two ratings"),
    ],
)
def test_what_has_no_number_has_no_plan_but_a_reason(ratings: np.ndarray, why: str) -> None:
    pilot = Nominal.from_ratings(ratings, 2, np.repeat(np.arange(6), 10)[: ratings.shape[1]])

    made = plan(pilot, measured(pilot), 0.1)

    assert (made.kind, made.clusters, made.units, made.why) == ("none", None, None, why)


def test_a_code_in_one_transcript_alone_gets_a_lower_bound_and_the_reason() -> None:
    ratings = np.zeros((2, 60), dtype=int)
    ratings[:, :4] = 1
    ratings[0, 4] = 1
    pilot = Nominal.from_ratings(ratings, 2, np.repeat(np.arange(6), 10))

    made = plan(pilot, measured(pilot), 0.1)

    assert made.kind == "segments"
    assert made.why == "undefined when one transcript is left out (so for 1 of 6)"


def test_what_would_take_too_much_is_said_to_be_out_of_reach() -> None:
    assert clusters_needed(0.5, 100.0, "z", 0.01) is None
    assert units_needed(0.5, 1e5, "z", 0.01) is None


@pytest.mark.parametrize(("target", "level"), [(0, 0.95), (1, 0.95), (-1, 0.95), (float("nan"), 0.95), (0.1, 1.0)])
def test_a_wish_that_makes_no_sense_is_refused(target: float, level: float) -> None:
    pilot = drawn(np.random.default_rng(4), 6, 0.3, 10.0)

    with pytest.raises(ValueError, match="lies between 0 and 1"):
        plan(pilot, measured(pilot), target, level)


@pytest.mark.parametrize("name", MODELLED)
@pytest.mark.parametrize(("prevalence", "alpha", "raters"), [(0.1, 0.6, 3), (0.3, 0.4, 2), (0.05, 0.8, 5)])
def test_the_model_without_a_pilot_says_what_simulated_rounds_say(
    name: str, prevalence: float, alpha: float, raters: int
) -> None:
    rng = np.random.default_rng(13)
    found, total = [], (1 - alpha) / alpha
    for _ in range(400):
        share = rng.beta(prevalence * total, (1 - prevalence) * total, 1000)
        ratings = (rng.random((raters, 1000)) < share).astype(np.int8)
        found.append(measure(Nominal.from_ratings(ratings, 2), [name], interval="none")[name].value or 0.0)

    made = expected(name, prevalence, alpha, raters)

    assert made.value == pytest.approx(np.mean(found), abs=0.01)
    assert made.spread / np.sqrt(1000) == pytest.approx(np.std(found), rel=0.12)


def test_without_a_pilot_rarer_codes_need_more_segments() -> None:
    needs = [
        plan_without_pilot(ALPHA, prevalence=share, alpha=0.7, raters=3, per_cluster=80, target=0.1).units or 0
        for share in (0.3, 0.1, 0.03, 0.01)
    ]

    assert needs == sorted(set(needs))


@pytest.mark.parametrize(
    "said",
    [
        {"prevalence": 0.0, "alpha": 0.5, "raters": 2},
        {"prevalence": 0.5, "alpha": 1.0, "raters": 2},
        {"prevalence": float("nan"), "alpha": 0.5, "raters": 2},
        {"prevalence": 0.5, "alpha": 0.5, "raters": 1},
        {"prevalence": 0.5, "alpha": 0.5, "raters": 101},
    ],
)
def test_assumptions_that_make_no_sense_are_refused(said: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1|2 to 100 raters"):
        expected(ALPHA, **said)


def test_only_what_the_model_knows_can_be_planned_without_a_pilot() -> None:
    with pytest.raises(ValueError, match="cannot be planned without a pilot"):
        expected("conger_kappa", 0.1, 0.5, 2)
