"""Kaplan-Meier, medians, log-rank and hazard ratios: published data, other packages, and coverage."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coding.analysis.hazards import compare
from coding.analysis.survival import Waits, kaplan_meier, log_rank

# Freireich et al. (1963), Blood 21, 699-716: weeks of remission in acute leukaemia, 6-MP and placebo.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
NEAR = 1e-5


def waits(
    times: list[float], happened: list[int] | int = 1, sessions: list[int] | None = None, begin: int = 0
) -> Waits:
    n = len(times)
    events = np.array([happened] * n if isinstance(happened, int) else happened, dtype=bool)
    return Waits(np.array(times, float), events, np.array(sessions if sessions else range(begin, begin + n)))


def leukaemia() -> tuple[Waits, Waits]:
    return waits(TREATED, [1] * 9 + [0] * 12), waits(PLACEBO, begin=100)


def test_the_curve_and_its_band_are_those_of_lifelines() -> None:
    curve = kaplan_meier(leukaemia()[0])

    # lifelines 0.30.3, KaplanMeierFitter: estimate and log-log band
    wanted = {
        6: (0.857143, 0.619718, 0.951552), 7: (0.806723, 0.563147, 0.922809), 10: (0.752941, 0.5032, 0.889362),
        13: (0.690196, 0.43161, 0.849066), 16: (0.627451, 0.367511, 0.804912), 22: (0.537815, 0.267779, 0.746791),
        23: (0.448179, 0.188052, 0.680143), 35: (0.448179, 0.188052, 0.680143),
    }  # fmt: skip
    steps = {step.time: step for step in curve.steps}
    for time, numbers in wanted.items():
        step = steps[time]
        assert (step.survival, step.low, step.high) == pytest.approx(numbers, abs=NEAR)
    assert (steps[6].waiting, steps[6].happened, steps[6].censored) == (21, 3, 1)
    assert curve.kind == "Greenwood, log-log"


def test_medians_and_their_intervals_are_those_of_lifelines() -> None:
    treated, placebo = (kaplan_meier(one).median for one in leukaemia())

    assert (placebo.value, placebo.low, placebo.high) == (8, 4, 11)
    assert (treated.value, treated.low, treated.high) == (23, 13, None)
    assert treated.why_no_interval == "the interval has no upper end: too few were still waiting"


def test_the_log_rank_test_is_that_of_lifelines_for_two_and_three_conditions() -> None:
    treated, placebo = leukaemia()
    early, late = waits(TREATED[:10], [1] * 9 + [0]), waits(TREATED[10:], 0)

    two, three = log_rank({"A": treated, "B": placebo}), log_rank({"A": early, "B": late, "C": placebo})

    assert two.value == pytest.approx(4.168809e-05, rel=1e-5)
    assert two.kind == "chi-square 16.7929, df 1"
    assert three.value == pytest.approx(2.170857e-06, rel=1e-5)


def test_the_hazard_ratio_is_coxs_with_breslows_ties() -> None:
    treated, placebo = leukaemia()

    ratio = compare(("placebo", placebo), ("treated", treated)).ratio

    assert np.log(ratio.value) == pytest.approx(1.50919141, abs=1e-7)  # statsmodels 0.15.0, PHReg(ties="breslow")
    # Its model-based standard error is 0.4096; the jackknife must be near where waits are independent.
    assert np.log(ratio.high / ratio.low) / 2 / 2.02 == pytest.approx(0.41, abs=0.06)


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=25))
@settings(max_examples=80)
def test_the_curve_is_the_product_by_hand_and_never_rises(every: list[tuple[int, bool]]) -> None:
    found = kaplan_meier(waits([float(t) for t, _ in every], [int(e) for _, e in every]))

    survival = 1.0
    for step in found.steps:
        still = sum(t >= step.time for t, _ in every)
        now = sum(t == step.time and e for t, e in every)
        survival *= 1 - now / still
        assert step.survival == pytest.approx(survival)
        for edge in (step.low, step.high):
            assert edge is None or 0 <= edge <= 1
    assert (found.median.value is None) == bool(found.median.why)


def test_pulls_of_one_session_do_not_count_as_independent() -> None:
    chance = np.random.default_rng(4)
    times = chance.geometric(0.1, 12).astype(float)

    alone = kaplan_meier(waits(times.tolist()))
    copied = kaplan_meier(waits(np.repeat(times, 5).tolist(), 1, np.repeat(np.arange(12), 5).tolist()))

    assert copied.kind == "jackknife over sessions, log-log"
    middle = next(step for step in alone.steps if 0.3 < step.survival < 0.7)
    same = next(step for step in copied.steps if step.time == middle.time)
    assert same.survival == pytest.approx(middle.survival)
    assert same.high - same.low > 0.8 * (middle.high - middle.low)


def test_too_few_sessions_give_the_reason_in_place_of_a_band() -> None:
    curve = kaplan_meier(waits([1, 2, 3, 4], 1, [0, 0, 1, 1]))

    assert curve.why_no_interval == "no interval: pulls of 2 sessions, fewer than 5"
    assert curve.median.value == 2
    assert curve.median.why_no_interval == curve.why_no_interval


def test_what_cannot_be_compared_says_why() -> None:
    some, none, empty = waits([1, 2, 3]), waits([4, 5, 6], 0, begin=10), waits([])

    assert compare(("A", some), ("B", none), "naming").ratio.why == "not defined: naming never follows a pull in B"
    assert compare(("A", some), ("B", empty)).ratio.why == "not defined: no session of B has a pull"
    assert compare(("A", some), ("B", empty)).p.value is None
    assert "too few for a test" in compare(("A", waits([1])), ("B", waits([2], begin=9))).p.why
    assert log_rank({"A": some}).why == "not defined: fewer than two conditions have anything to compare"
    assert log_rank({"A": none, "B": none}).why == "not defined: it never happens"
    assert "describe" in log_rank({"A": waits([1]), "B": some}).why
    assert kaplan_meier(empty).why == "not defined: there is nothing that could wait"
    assert kaplan_meier(none, "naming").median.why == "not defined: naming never happens in 3 waits"
    half = kaplan_meier(waits([1, 5, 6, 7], [1, 0, 0, 0]))
    assert half.median.why == "not reached: more than half of the 4 were still waiting at the end"


def test_events_of_one_session_only_leave_the_ratio_without_an_interval() -> None:
    of = waits([1, 2, 3, 4])
    to = waits([3, 9, 9, 9], [1, 0, 0, 0], begin=10)

    ratio = compare(("A", of), ("B", to), "naming").ratio

    assert ratio.value > 1
    assert ratio.why_no_interval == "no interval: in one condition naming is in one session only"


def test_the_ratio_turns_over_when_the_conditions_change_places() -> None:
    treated, placebo = leukaemia()

    forth, back = compare(("A", treated), ("B", placebo)), compare(("B", placebo), ("A", treated))

    assert forth.ratio.value * back.ratio.value == pytest.approx(1)
    assert forth.ratio.low * back.ratio.high == pytest.approx(1)
    assert forth.p.value == pytest.approx(back.p.value, abs=0.05)


@pytest.mark.parametrize("bad", [[-1.0], [float("nan")]])
def test_a_wait_that_is_none_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="a number from 0"):
        waits(bad)
