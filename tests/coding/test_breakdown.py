"""What lies behind the numbers: confusions, parts left out, the widest segments, inputs, sums over sessions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coding.models import Round
from coding.queries import measured, ratings
from coding.queries.breakdown import breakdown, breakdown_of
from coding.queries.confusions import confusions
from coding.queries.judged_rows import JudgedRows, fetch_rows
from coding.queries.ratings import Matrix, Ratings, SessionSums
from coding.queries.reliability import reliability_of
from coding.queries.widest import set_distances, widest_first, widest_of
from coding.queries.workings import crossing, splits, workings
from coding.reliability import Sets, estimate
from coding.services.demo import store_demo
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript
from transcripts.models import Segment, Speaker


def arrays_of(round_: Round) -> tuple[JudgedRows, dict[str, Matrix]]:
    rows = fetch_rows(round_)
    return rows, ratings.code_matrices(rows)


def three_raters(world: StudyWorld) -> Round:
    """Turn 1 approval against deference, turn 2 the same with a third who gives both, turn 3 all alike."""
    raters = [world.rater, world.other_rater, make_member(world.study, "rater", "rater_c")]
    round_ = make_round(world.version, [world.transcript], raters)
    said = {
        "rater_a": (["PULL-APP"], ["PULL-APP"], ["NAM-DIS"]),
        "rater_b": (["PULL-DEF"], ["PULL-DEF"], ["NAM-DIS"]),
        "rater_c": ([], ["PULL-APP", "PULL-DEF"], ["NAM-DIS"]),
    }
    for assignment in round_.assignments.select_related("version", "rater"):
        for position, codes in enumerate(said[assignment.rater.label], start=1):
            judge(assignment, position, *codes)
    close(round_)
    return round_


# Confusions ----------------------------------------------------------------------------------------------------------


def test_codes_are_taken_for_each_other_where_each_was_given_without_the_other(world: StudyWorld) -> None:
    found = confusions(*arrays_of(three_raters(world)))

    first = found[0]
    assert {first.one.key, first.other.key} == {"PULL-APP", "PULL-DEF"}
    assert (first.times, first.segments, first.units) == (2, 2, (0, 1))
    assert {frozenset((pair.one.key, pair.other.key)): pair.times for pair in found[1:]} == {
        frozenset(("PULL-APP", "NRM")): 1,
        frozenset(("PULL-DEF", "NRM")): 1,
    }


def test_a_rater_without_a_value_stands_against_nobody(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP")
    judge(world.assignment(round_, world.other_rater), 1, outcome="uncodable")
    judge(world.assignment(round_), 2, "PULL-APP")
    close(round_)

    assert confusions(*arrays_of(round_)) == []


def test_those_of_one_code_name_it_first(world: StudyWorld) -> None:
    found = confusions(*arrays_of(three_raters(world)), only="PULL-DEF")

    assert [(pair.one.key, pair.other.key, pair.times) for pair in found] == [
        ("PULL-DEF", "PULL-APP", 2),
        ("PULL-DEF", "NRM", 1),
    ]


@pytest.mark.django_db
def test_the_demo_confuses_what_was_counted_by_hand_for_it() -> None:
    store_demo()
    rows, matrices = arrays_of(Round.objects.get(study__slug="demo", name="1"))

    found = [(pair.one.key, pair.other.key, pair.times, pair.segments) for pair in confusions(rows, matrices)]

    assert found[:3] == [
        ("PULL-APP", "PULL-DEF", 11, 8),
        ("PULL-APP", "PULL-IMP", 10, 6),
        ("PULL-DRW", "NRM", 10, 6),
    ]
    by_hand = 0
    one, other = matrices["PULL-APP"], matrices["PULL-DEF"]
    for unit in range(one.shape[1]):
        for i in range(3):
            for j in range(3):
                ahead = one[i, unit] == 1 and other[i, unit] == 0
                by_hand += ahead and one[j, unit] == 0 and other[j, unit] == 1
    assert by_hand == 11


# Parts ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_part_left_out_is_the_round_without_it() -> None:
    store_demo()
    rows, matrices = arrays_of(Round.objects.get(study__slug="demo", name="1"))
    sets = ratings.label_sets(rows, matrices)

    found = breakdown(rows, matrices)

    without_c = Sets.from_indicators(sets.given[:, :2], sets.judged[:2], sets.transcripts)
    assert found.raters[2].without == pytest.approx(estimate(without_c, "krippendorff_alpha_masi").value)
    # Of two transcripts, one left out is the other one alone.
    assert found.transcripts[0].without == pytest.approx(found.transcripts[1].alone)
    assert {part.name: part.segments for part in found.roles} == {"patient": 81, "therapist": 77}
    changed = {change.code.key: (change.value, change.without) for change in found.raters[2].most}
    alpha = next(
        cell for cell in reliability_of(Round.objects.get(study__slug="demo", name="1")).codes if cell.key == "PULL-IMP"
    )
    assert changed["PULL-IMP"] == (alpha.results["krippendorff_alpha"].value, 1.0)


def test_of_two_raters_none_can_be_left_out(world: StudyWorld) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
        judge(assignment, 2)
    close(round_)
    rows, matrices = arrays_of(round_)

    whole = breakdown(rows, matrices)
    (code,) = [found for found in ratings.code_ratings(rows, matrices) if found.key == "PULL-APP"]
    one = breakdown_of(rows, code, "krippendorff_alpha")

    assert [part.without for part in (*whole.raters, *one.raters)] == [None] * 4
    assert [part.without for part in (*whole.transcripts, *one.transcripts)] == [None] * 2
    assert {part.why_without for part in (*whole.raters, *one.raters)} == {"of two raters none can be left out"}
    assert {part.why_without for part in (*whole.transcripts, *one.transcripts)} == {"there is no other transcript"}
    assert {part.name: part.alone for part in one.roles} == {"patient": None, "therapist": None}
    assert {part.why_alone for part in one.roles} == {"no variation in the data: expected disagreement is 0, 0/0"}
    # Each of them judged two segments, and so did the other.
    assert [part.segments for part in (*whole.raters, *one.raters)] == [2] * 4


def test_a_round_without_codings_has_no_parts(world: StudyWorld) -> None:
    round_ = make_round(world.version, [], [])
    close(round_)
    rows, matrices = arrays_of(round_)

    assert breakdown(rows, matrices).raters == ()
    assert confusions(rows, matrices) == []


# The widest segments --------------------------------------------------------------------------------------------------


@given(
    arrays(bool, st.tuples(st.integers(1, 4), st.integers(2, 4), st.integers(1, 6))),
    st.data(),
)
def test_the_distance_of_a_segment_is_the_mean_masi_distance_of_its_raters(
    given_: np.ndarray, data: st.DataObject
) -> None:
    judged = data.draw(arrays(bool, given_.shape[1:]))

    found = set_distances(given_, judged)

    for unit in range(given_.shape[2]):
        sets = [
            frozenset(np.flatnonzero(given_[:, rater, unit])) for rater in range(given_.shape[1]) if judged[rater, unit]
        ]
        apart = [masi(one, other) for place, one in enumerate(sets) for other in sets[place + 1 :]]
        assert found[unit] == pytest.approx(sum(apart) / len(apart)) if apart else math.isnan(found[unit])


def masi(one: frozenset[int], other: frozenset[int]) -> float:
    if one == other:
        return 0.0
    if not one & other:
        return 1.0
    weight = 2 / 3 if one < other or other < one else 1 / 3
    return 1 - weight * len(one & other) / len(one | other)


def test_a_segment_that_only_one_called_uncodable_is_as_wide_as_can_be(world: StudyWorld) -> None:
    round_ = world.round()
    mine, other = world.assignment(round_), world.assignment(round_, world.other_rater)
    judge(mine, 1, "PULL-APP", "PULL-DEF")
    judge(other, 1, "PULL-APP")
    judge(mine, 2, "PULL-APP")
    judge(other, 2, outcome="uncodable")
    close(round_)
    rows, matrices = arrays_of(round_)
    units = np.flatnonzero(ratings.differing_units(rows, matrices))

    assert units[widest_first(rows, matrices, units)].tolist() == [1, 0]


def test_ratings_are_wide_by_how_far_they_lie_apart() -> None:
    found = Ratings(
        "K", "K", "", ("0", "1", "2", "3"), np.array([[0, 1, 2, -1], [3, 1, 3, 2]]), np.ones((2, 4), bool),
        np.array([10, 11, 12, 13]), np.zeros(4, int), 0, 0, is_scale=True,
    )  # fmt: skip

    assert widest_of(found).tolist() == [10, 12]


# Inputs --------------------------------------------------------------------------------------------------------------


def present(*rows: list[int]) -> Ratings:
    values = np.array(rows, dtype=np.int8)
    n = values.shape[1]
    words = ("absent", "present")
    return Ratings("K", "K", "", words, values, values == 1, np.arange(n), np.zeros(n, dtype=int), 0, 0)


def test_the_inputs_of_a_number_lead_to_it() -> None:
    found = present([1, 1, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1], [1, 1, 0, 1, 0, -1])
    (cell,) = measured.measure_present([found], ["a", "b", "c"])

    said = workings(found, cell.results)

    alpha, ac1 = cell.results["krippendorff_alpha"].value, cell.results["gwet_ac1"].value
    assert said["krippendorff_alpha"].endswith(f"= {alpha:.4f}, from 17 values")
    assert said["gwet_ac1"].endswith(f"= {ac1:.4f}")
    observed, chance = (float(said["gwet_ac1"].strip("(").split()[place]) for place in (0, 3))
    assert (observed - chance) / (1 - chance) == pytest.approx(ac1, abs=5e-4)


def test_segments_are_counted_by_how_many_gave_the_code_and_values_cross() -> None:
    three = present([1, 1, 0, 0], [1, 0, 0, -1], [1, 0, 0, -1])
    two = present([1, 1, 0, 0], [1, 0, 0, -1])

    assert [(row.given, row.values, row.segments) for row in splits(three)] == [(0, 3, 1), (1, 3, 1), (3, 3, 1)]
    crossed, coincidences = crossing(two, ("a", "b")), crossing(three, ("a", "b", "c"))
    assert crossed is not None
    assert crossed.cells == ((1.0, 0.0), (1.0, 1.0))
    assert coincidences is not None
    # (0, 0, 0), (1, 0, 0) and (1, 1, 1): each two values of a segment count 1 / 2, in both orders.
    assert coincidences.cells == ((4.0, 1.0), (1.0, 3.0))


def test_what_has_no_two_values_crosses_nothing() -> None:
    assert crossing(present([1, 0], [-1, -1]), ("a", "b")) is None


# Sums over sessions --------------------------------------------------------------------------------------------------


def test_a_rater_has_a_sum_only_where_they_judged_the_whole_session_and_over_what_everybody_could_code(
    world: StudyWorld,
) -> None:
    second = make_transcript(world.study, 2)
    round_ = world.round(transcripts=[world.transcript, second])
    for assignment in round_.assignments.select_related("version", "rater", "transcript"):
        whole = assignment.transcript == world.transcript or assignment.rater == world.rater
        for position in range(1, (4 if assignment.transcript == world.transcript else 2 if whole else 1) + 1):
            judge(assignment, position, "PULL-APP", *(["PULL-DEF"] if position == 1 else []))
    close(round_)
    rows, matrices = arrays_of(round_)

    (found,) = [sums for sums in ratings.session_sums(rows, matrices) if sums.key == "PULL-APP"]

    assert found.sums[0].tolist() == [4, 2]
    assert found.sums[1, 0] == 4
    assert math.isnan(found.sums[1, 1])


def test_a_segment_that_anybody_called_uncodable_is_in_nobodys_sum(world: StudyWorld) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version", "rater"):
        for position in (1, 2, 3):
            judge(assignment, position, "PULL-APP")
        mine = assignment.rater == world.rater
        judge(assignment, 4, *([] if mine else ["PULL-APP"]), outcome="uncodable" if mine else None)
    close(round_)
    rows, matrices = arrays_of(round_)

    (found,) = [sums for sums in ratings.session_sums(rows, matrices) if sums.key == "PULL-APP"]

    assert found.sums.tolist() == [[3], [3]]


def test_a_session_in_which_a_code_cannot_be_given_has_no_sum_of_it(world: StudyWorld) -> None:
    only_patients = make_transcript(world.study, 3)
    segments = Segment.objects.filter(revision__transcript=only_patients)
    Speaker.objects.filter(revision__transcript=only_patients).update(
        role=world.study.speaker_roles.get(name="patient")
    )
    round_ = world.round(transcripts=[world.transcript, only_patients])
    for assignment in round_.assignments.select_related("version", "transcript"):
        for position in range(1, (len(segments) if assignment.transcript == only_patients else 4) + 1):
            judge(assignment, position, *(["NAM-DIS"] if assignment.transcript == world.transcript else []))
    close(round_)
    rows, matrices = arrays_of(round_)
    found = {sums.key: sums for sums in ratings.session_sums(rows, matrices)}
    here = rows.transcripts.index(world.transcript.name)

    # Two of the four turns are the therapist's, to whom alone the code applies.
    assert found["NAM-DIS"].sums[:, here].tolist() == [2, 2]
    assert np.isnan(found["NAM-DIS"].sums[:, 1 - here]).all()
    assert found["NAM-DIS"].not_judged == 0
    assert found["PULL-APP"].sums[:, 1 - here].tolist() == [0, 0]


def test_an_open_turn_of_another_role_costs_a_rater_no_sum(world: StudyWorld) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version", "rater"):
        for position in (1, 3) if assignment.rater == world.rater else (1, 2, 3, 4):
            judge(assignment, position, *(["NAM-DIS"] if position == 1 else []))
    close(round_)
    rows, matrices = arrays_of(round_)

    found = {sums.key: sums for sums in ratings.session_sums(rows, matrices)}

    assert found["NAM-DIS"].sums.tolist() == [[1], [1]]
    assert math.isnan(found["PULL-APP"].sums[0, 0])
    assert found["PULL-APP"].not_judged == 1


def test_a_session_that_nobody_could_code_has_no_sum(world: StudyWorld) -> None:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version"):
        for position in (1, 2, 3, 4):
            judge(assignment, position, outcome="uncodable")
    close(round_)

    assert all(np.isnan(found.sums).all() for found in ratings.session_sums(*arrays_of(round_)))


def test_the_unit_of_a_sum_is_the_session() -> None:
    sums = SessionSums("K", "K", "", np.array([[1.0, 4, 2, 8, 5, 0], [2, 5, 2, 9, np.nan, 1]]), np.arange(6), 1)

    (cell,) = measured.measure_sums([sums], ["a", "b"])

    assert (cell.units, cell.disputed) == (5, 4)
    icc = cell.results["icc_2_1"]
    assert (icc.n, icc.kind) == (5, "F")
    # By hand over the five complete sessions: MSB 20.6, MSJ 1.6, MSE 0.1.
    assert icc.value == pytest.approx(20.5 / 21.3)
    assert cell.results["krippendorff_alpha_interval"].kind == "jackknife"
    assert cell.results["lin_ccc"].n == 5
