"""
Does the default interval keep its word? The suite runs a reduced, seeded simulation; `make soak` the whole of it.

tests/benchmarks/coverage.py says how rounds are drawn and what the true value is, and prints the table of the manual.
"""

from __future__ import annotations

import numpy as np
import pytest

from coding.reliability import estimate
from tests.benchmarks.coverage import DESIGNS, RUNS, TRANSCRIPTS, Design, simulate
from workbench import env

pytestmark = pytest.mark.soak
LONG = env.flag("WORKBENCH_SOAK")
TARGET = 0.90


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.what)
def test_the_true_value_by_formula_is_that_of_a_very_large_round(design: Design) -> None:
    variable = design.draw(np.random.default_rng(1), 4_000)

    for name, true in design.truth().items():
        assert estimate(variable, name).value == pytest.approx(true, abs=0.015)


@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.what)
@pytest.mark.parametrize("transcripts", TRANSCRIPTS if LONG else [12])
def test_the_default_interval_covers_the_truth_about_as_often_as_it_says(transcripts: int, design: Design) -> None:
    runs = RUNS if LONG else 80
    by_chance = 3 * np.sqrt(TARGET * (1 - TARGET) / runs)

    for tally in simulate(design, transcripts, runs).values():
        assert tally.without <= 0.05
        assert tally.coverage >= TARGET - by_chance
        assert tally.coverage > tally.by_segments


def test_taking_segments_as_independent_covers_the_truth_too_seldom_where_transcripts_differ() -> None:
    tallies = simulate(DESIGNS[0], 30, 80)

    assert max(tally.by_segments for tally in tallies.values()) < 0.8
