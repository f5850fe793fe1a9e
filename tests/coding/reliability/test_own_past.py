"""A rater against their own past: the exact p-value, a planted shift found, and no alarm without one."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from coding.reliability.drift import LEVEL_OF_OTHERS, Batch
from coding.reliability.own_past import DRAWS, TOO_FEW, against_own_past


def batch(then: int, now: int, units: int = 10) -> Batch:
    return Batch(units, now, then)


def test_the_p_value_is_the_share_of_exchanges_that_are_as_large() -> None:
    batches = [batch(*pair) for pair in ((1, 3), (2, 5), (0, 1), (4, 3), (1, 4), (2, 4), (3, 3))]
    differences = [2, 3, 1, -1, 3, 2]

    ((chart, moved),) = against_own_past([batches])

    sums = [
        sum(sign * one for sign, one in zip(signs, differences, strict=True)) for signs in product((1, -1), repeat=6)
    ]
    assert moved is not None
    assert moved.p == sum(abs(one) >= 10 for one in sums) / 64 == 6 / 64
    assert (moved.then, moved.now) == (pytest.approx(13 / 70), pytest.approx(23 / 70))
    assert [round(point.difference, 2) for point in chart.points] == [0.2, 0.3, 0.1, -0.1, 0.3, 0.2, 0.0]
    assert chart.centre == pytest.approx(1 / 7)
    assert chart.change is None


def test_with_few_transcripts_that_differ_nothing_is_said() -> None:
    ((chart, moved),) = against_own_past([[batch(1, 3)] * 5 + [batch(2, 2)] * 20])

    assert moved is None
    assert (chart.alert, chart.why) == (False, TOO_FEW)
    assert len(chart.points) == 25


def test_nothing_coded_twice_is_no_chart() -> None:
    ((chart, moved),) = against_own_past([[]])

    assert (chart.points, moved, chart.alert) == ((), None, False)


def test_the_same_numbers_give_the_same_answer_beyond_what_can_be_enumerated() -> None:
    batches = [batch(1, 3)] * 14

    (first,), (second,) = against_own_past([batches]), against_own_past([batches])

    assert first == second
    assert first[1] is not None
    assert first[1].p == pytest.approx(1 / (DRAWS + 1), abs=5 / DRAWS)
    assert first[0].alert


def family(chance: np.random.Generator, shift: float, raters: int = 3, codes: int = 8) -> list[list[Batch]]:
    """What three raters gave of eight codes on twenty transcripts of twelve turns; the first chart is shifted."""
    charts = []
    for number in range(raters * codes):
        share = 0.3 if number == 0 else chance.uniform(0.02, 0.4)
        now = share + (shift if number == 0 else 0)
        charts.append([batch(chance.binomial(12, share), chance.binomial(12, now), 12) for _ in range(20)])
    return charts


def test_a_planted_shift_is_found_nine_times_of_ten_and_alarms_without_one_are_rarer_than_one_in_twenty() -> None:
    studies = 60
    chance = np.random.default_rng(20_261_126)

    shifted = [[chart.alert for chart, _ in against_own_past(family(chance, 0.3))] for _ in range(studies)]
    still = [[chart.alert for chart, _ in against_own_past(family(chance, 0))] for _ in range(studies)]

    assert sum(alerts[0] for alerts in shifted) >= 0.9 * studies
    assert sum(any(alerts) for alerts in still) <= 0.05 * studies
    assert LEVEL_OF_OTHERS == 0.0125
