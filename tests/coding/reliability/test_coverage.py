"""
Does the default interval keep its word? Rounds of a known design are drawn again and again.

Every transcript has its own prevalence of the code and raters see it with its own clarity; the truth
is alpha of a very large round of the same design. The suite runs a reduced, seeded version; `make soak` (WORKBENCH_SOAK
set) the long one.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from coding.reliability import Nominal, estimate, measure
from coding.reliability.catalogue import known
from coding.reliability.measuring import segment_interval

SOAK = bool(os.environ.get("WORKBENCH_SOAK"))
RUNS = 400 if SOAK else 100
SEGMENTS, RATERS = 80, 3
DESIGNS = {
    "common, transcripts differ strongly": (0.3, 2.0),
    "common, differ weakly": (0.3, 30.0),
    "rare": (0.05, 20.0),
}


def drawn(rng: np.random.Generator, transcripts: int, prevalence: float, concentration: float) -> Nominal:
    """Draw one round; a small concentration makes the transcripts differ more."""
    rates = rng.beta(prevalence * concentration, (1 - prevalence) * concentration, transcripts)
    clarity = rng.uniform(0.7, 0.95, transcripts)
    cluster = np.repeat(np.arange(transcripts), SEGMENTS)
    truth = rng.random(len(cluster)) < rates[cluster]
    chance = np.where(truth, clarity[cluster], 0.03)
    ratings = (rng.random((RATERS, len(cluster))) < chance).astype(np.int8)
    return Nominal.from_ratings(ratings, 2, cluster)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("transcripts", [6, 12, 30] if SOAK else [12])
def test_the_default_interval_covers_the_truth_about_as_often_as_it_says(transcripts: int, design: str) -> None:
    rng = np.random.default_rng(transcripts)
    truth = estimate(drawn(rng, 4000, *DESIGNS[design]), "krippendorff_alpha").value
    assert truth is not None
    covered, naive, defined = 0, 0, 0

    for _ in range(RUNS):
        variable = drawn(rng, transcripts, *DESIGNS[design])
        result = measure(variable, ["krippendorff_alpha"])["krippendorff_alpha"]
        if result.low is None or result.high is None or result.value is None:
            continue
        defined += 1
        covered += result.low <= truth <= result.high
        segment = segment_interval(known("krippendorff_alpha"), variable, result.value)
        naive += segment.low is not None and segment.high is not None and segment.low <= truth <= segment.high

    assert defined >= 0.8 * RUNS
    assert covered / defined >= (0.87 if not SOAK else 0.88)
    assert covered >= naive or covered / defined >= 0.93
