"""
Planted studies: does the hazard ratio come out, and is p what it says? The suite runs a reduced, seeded simulation,
`make soak` the whole of it; tests/benchmarks/enactments.py says how studies are drawn and prints the table of the
manual.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from tests.benchmarks.enactments import KAPPA, NO_DIFFERENCE, PLANTED, hazards_of, pairs_of, planted
from workbench import env

pytestmark = pytest.mark.soak
LONG = env.flag("WORKBENCH_SOAK")
RUNS = 300 if LONG else 24
LEAST = 0.93


def test_two_of_the_raters_have_about_the_kappa_that_they_should() -> None:
    chance = np.random.default_rng(1)
    study = planted(chance, PLANTED, 200)
    # The truth is a third rater without errors: its kappa with a rater is the root of that of two raters.
    for column, near in ((0, 0.02), (1, 0.05)):
        truth, one = (
            np.concatenate([s.values[:, column] for s in study[layer].sessions]) for layer in ("truth", "one rater")
        )
        agree, chance_agree = (truth == one).mean(), truth.mean() * one.mean() + (1 - truth.mean()) * (1 - one.mean())
        kappa = (agree - chance_agree) / (1 - chance_agree)
        assert kappa == pytest.approx(np.sqrt(KAPPA), abs=near)


def test_the_hazard_ratio_is_within_its_interval_as_often_as_it_says() -> None:
    tallies = hazards_of(PLANTED, RUNS, ["majority"])

    slack = 0 if LONG else 2 * np.sqrt(LEAST * (1 - LEAST) / RUNS)
    for (_, of), tally in tallies.items():
        assert tally.coverage >= LEAST - slack, of
        assert np.median(tally.ratios) == pytest.approx(4, rel=0.05 if LONG else 0.2)
        assert np.mean(np.array(tally.p) < 0.05) > 0.95


def test_one_rater_alone_sees_too_small_a_difference() -> None:
    tallies = hazards_of(PLANTED, max(RUNS // 6, 8), ["one rater"])

    assert all(np.median(tally.ratios) < 3.6 for tally in tallies.values())


def test_p_is_uniform_where_conditions_do_not_differ() -> None:
    for tally in hazards_of(NO_DIFFERENCE, RUNS, ["majority"]).values():
        assert _uniform(tally.p)


def test_p_of_a_sequence_is_never_too_small_where_nothing_follows_anything() -> None:
    """Counts are whole numbers and ties count as seen, so p may be a little too large, and must not be too small."""
    for values in zip(*pairs_of(2 * RUNS), strict=True):
        assert kstest(values, "uniform", alternative="greater").pvalue > 0.01
        assert np.mean(values) < 0.65


def _uniform(values: object) -> bool:
    """P is a multiple of 1 / 200: drawn evenly within its step it must be uniform."""
    p = np.array(values, dtype=float)
    within = p - np.random.default_rng(7).random(len(p)) / 200
    return kstest(within, "uniform").pvalue > 0.01
