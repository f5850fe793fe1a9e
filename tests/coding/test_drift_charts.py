"""Drift: a planted shift of one rater's threshold is found and laid at the right door; where there is none, peace."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pytest

from coding.reliability.drift import (
    ALL_ALIKE,
    FEWEST,
    LEVEL_OF_OTHERS,
    NO_CHANGE,
    TOO_FEW,
    Batch,
    chart,
    charts,
    holm,
)
from coding.reliability.movers import ECHO, PairSums, against_others, batches, pair_sums
from workbench import env

RATERS, TRANSCRIPTS, SEGMENTS = 3, 20, 60
#: How often each of the six codes is given: common and rare ones.
SHARES = (0.08, 0.12, 0.15, 0.2, 0.25, 0.3)
#: The shift of the threshold, in standard deviations of how much segments show, after 60 % of the segments.
SHIFT, SHIFTED_FROM = 1.0, int(0.6 * TRANSCRIPTS * SEGMENTS)
DRIFTER, CODE = 0, "code 3"
#: The number of simulated studies with and without drift, in the suite and in `make soak`.
FEW, MANY = (20, 80), (400, 400)


@dataclass(frozen=True)
class Alert:
    code: str
    rater: int


class Look(Protocol):
    """Whom one simulated study alerts on."""

    def __call__(self, seed: int, *, drifts: bool) -> set[Alert]: ...


def simulated(seed: int, *, drifts: bool, gold: bool = False) -> dict[str, PairSums]:
    """
    One study: three raters judge 20 transcripts of 60 segments for six codes.

    A segment shows a code to some degree (sd 1), more in some transcripts (sd .4); a rater sees it with error (sd .5),
    has a leaning for each transcript (sd .15) and a threshold of their own for each code (sd .2). The gold, last among
    the raters where it is asked for, sees each code without error.
    """
    chance = np.random.default_rng(seed)
    transcripts = np.repeat(np.arange(TRANSCRIPTS), SEGMENTS)
    found = {}
    for number, share in enumerate(SHARES):
        shown = chance.normal(size=len(transcripts)) + chance.normal(0, 0.4, TRANSCRIPTS)[transcripts]
        seen = shown + chance.normal(0, 0.5, (RATERS, len(transcripts)))
        seen += chance.normal(0, 0.15, (RATERS, TRANSCRIPTS))[:, transcripts]
        threshold = np.quantile(seen, 1 - share) + chance.normal(0, 0.2, RATERS)
        cut = np.repeat(threshold[:, None], len(transcripts), axis=1)
        if drifts and f"code {number}" == CODE:
            cut[DRIFTER, SHIFTED_FROM:] -= SHIFT
        given = seen > cut
        if gold:
            given = np.concatenate([given, (shown > np.quantile(shown, 1 - share))[None]])
        found[f"code {number}"] = pair_sums(given.astype(np.int8), transcripts, TRANSCRIPTS)
    return found


def alerts(seed: int, *, drifts: bool) -> set[Alert]:
    orders = [list(range(TRANSCRIPTS))] * RATERS
    found = against_others(simulated(seed, drifts=drifts), orders)
    return {Alert(code, rater) for code, row in found.items() for rater, one in enumerate(row) if one.alert}


def alerts_against_gold(seed: int, *, drifts: bool) -> set[Alert]:
    family, places = [], []
    for code, sums in simulated(seed, drifts=drifts, gold=True).items():
        for rater in range(RATERS):
            others = frozenset(range(RATERS)) - {rater}
            family.append(batches(sums, rater, range(TRANSCRIPTS), without=others))
            places.append(Alert(code, rater))
    found = charts(family, level=LEVEL_OF_OTHERS)
    return {place for place, one in zip(places, found, strict=True) if one.alert}


def flagged_and_false(moving: int, still: int, look: Look = alerts) -> tuple[float, float, float]:
    """Give the share of studies whose drift was flagged, of these with nobody else flagged, and of false alarms."""
    planted = [look(seed, drifts=True) for seed in range(moving)]
    quiet = [look(20_000 + seed, drifts=False) for seed in range(still)]
    flagged = sum(Alert(CODE, DRIFTER) in found for found in planted) / moving
    alone = sum(found == {Alert(CODE, DRIFTER)} for found in planted) / moving
    return flagged, alone, sum(map(bool, quiet)) / still


def test_planted_drift_is_flagged_in_nine_of_ten_studies_and_false_alarms_are_one_in_twenty() -> None:
    flagged, alone, false = flagged_and_false(*FEW)

    assert flagged >= 0.9
    assert alone >= 0.8
    assert false <= 0.05


def test_planted_drift_from_the_gold_is_flagged_too_and_who_stands_still_is_left_in_peace() -> None:
    flagged, alone, false = flagged_and_false(*FEW, alerts_against_gold)

    assert flagged >= 0.9
    assert alone >= 0.8
    assert false <= 0.05


@pytest.mark.soak
@pytest.mark.skipif(not env.flag("WORKBENCH_SOAK"), reason="Four hundred studies twice: `make soak` plants them.")
@pytest.mark.parametrize("look", [alerts, alerts_against_gold])
def test_planted_drift_over_many_studies(look: Look) -> None:
    flagged, alone, false = flagged_and_false(*MANY, look)

    assert flagged >= 0.9
    assert alone >= 0.8
    assert false <= 0.05


def test_the_place_and_the_size_of_a_change_are_told() -> None:
    steady = [Batch(50, 10, 10)] * 12
    moved = [Batch(50, 20, 10)] * 8

    (found,) = charts([steady + moved])

    assert found.alert
    assert found.change is not None
    assert (found.change.at, found.change.before, found.change.after) == (12, 0.0, pytest.approx(0.2))
    assert found.change.size == pytest.approx(0.2)
    assert found.change.p < 0.001


def test_a_bias_that_does_not_change_is_no_drift() -> None:
    (found,) = charts([[Batch(50, 20, 10)] * 20])

    assert (found.alert, found.change, found.why) == (False, None, NO_CHANGE)
    assert found.centre == pytest.approx(0.2)


def test_a_chart_that_could_not_alert_takes_nothing_from_the_others() -> None:
    rare = [Batch(50, 1, 0)] * 4 + [Batch(50, 0, 0)] * 16
    moved = [Batch(50, 10, 10)] * 12 + [Batch(50, 20, 10)] * 8

    found = charts([moved, *[rare] * 500])

    assert found[0].alert
    assert {one.why for one in found[1:]} == {ALL_ALIKE}


def test_too_few_transcripts_are_drawn_and_not_tested() -> None:
    (found,) = charts([[Batch(50, 10, 10), Batch(50, 40, 10)] * 2])

    assert len(found.points) == 4 < FEWEST
    assert (found.change, found.why) == (None, TOO_FEW)
    assert charts([[]])[0].points == ()


def test_a_transcript_that_nobody_else_coded_is_no_point() -> None:
    points, centre = chart([Batch(10, 2, 1), Batch(0, 0, 0), Batch(30, 3, 3)])

    assert [point.units for point in points] == [10, 30]
    assert centre == pytest.approx(1 / 40)
    assert points[0].high - centre == pytest.approx(3**0.5 * (points[1].high - centre))


def test_what_is_kept_of_a_chart_are_counts_and_its_points_follow_from_them() -> None:
    (found,) = charts([[Batch(50, 10, 10), Batch(0, 0, 0), *[Batch(40, 20, 10)] * 7]])

    kept = pickle.dumps(found)

    assert pickle.loads(kept) == found  # noqa: S301 - our own bytes
    assert (b"Counts" in kept, b"Point" in kept, b"Batch" in kept) == (True, False, False)
    assert (found.points, found.centre) == chart([Batch(50, 10, 10), *[Batch(40, 20, 10)] * 7])


def test_the_family_keeps_its_level() -> None:
    assert holm([0.001, 0.04, None, 0.012], 0.05) == [True, True, False, True]
    assert holm([0.02, 0.04, 0.03], 0.05) == [False, False, False]


def test_the_same_batches_give_the_same_answer() -> None:
    assert against_others(simulated(3, drifts=True), [list(range(TRANSCRIPTS))] * RATERS) == against_others(
        simulated(3, drifts=True), [list(range(TRANSCRIPTS))] * RATERS
    )


def test_pairs_are_summed_where_both_have_a_value() -> None:
    values = np.array([[1, 0, -1, 1], [1, 1, 1, 0]], dtype=np.int8)

    sums = pair_sums(values, np.array([0, 0, 0, 1]), 2)

    assert sums.both[0, 1].tolist() == [2, 1]
    assert (sums.own[0, 1].tolist(), sums.own[1, 0].tolist()) == ([1, 1], [2, 0])
    assert batches(sums, 0, [1, 0]) == [Batch(1, 1, 0), Batch(2, 1, 2)]


def test_whoever_stands_still_beside_a_mover_is_not_accused_and_of_two_nobody_can_say() -> None:
    steps = np.arange(TRANSCRIPTS)[:, None] >= 12
    chance = np.random.default_rng(5)
    shown = chance.random((TRANSCRIPTS, SEGMENTS))
    moving = (shown < np.where(steps, 0.5, 0.2)).ravel()
    still = (shown < 0.2).ravel()
    transcripts = np.repeat(np.arange(TRANSCRIPTS), SEGMENTS)

    def found(*raters: np.ndarray) -> list[tuple[bool, bool]]:
        sums = pair_sums(np.stack(raters).astype(np.int8), transcripts, TRANSCRIPTS)
        rows = against_others({"A": sums}, [list(range(TRANSCRIPTS))] * len(raters))["A"]
        return [(one.alert, one.why == ECHO) for one in rows]

    assert found(moving, still, still) == [(True, False), (False, True), (False, True)]
    assert found(moving, still) == [(True, False), (True, False)]
