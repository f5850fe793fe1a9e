"""From what raters said to layers: majority with its ties, each rater, and what a missing value is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.analysis.layers import majority as majority_of
from coding.analysis.material import Material, Session
from coding.models import Round
from coding.queries.enactments import Enactments
from coding.queries.judged_rows import fetch_rows
from coding.queries.kept import KeptRound
from coding.queries.layers import Layer, adjudicated, given_codes, layer_choices, layer_of, majority, one_rater
from coding.queries.materials import codes_of
from coding.services.demo import store_demo
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, submit

EXPECTED = Path(__file__).parents[3] / ".." / "shared" / "data" / "demo_expected.json"


def coded(world: StudyWorld, *given: dict[str, dict[int, tuple[str, ...]]], turns: int = 4) -> Round:
    """A closed round in which each rater gave these codes to these turns, and nothing to the others."""
    transcript = make_transcript(world.study, turns)
    raters = [world.rater, world.other_rater]
    labels = sorted({label for part in given for label in part})
    raters += [make_member(world.study, "rater", label) for label in labels if label not in ("rater_a", "rater_b")]
    wanted = {label: codes for part in given for label, codes in part.items()}
    round_ = world.round([rater for rater in raters if rater.label in wanted], [transcript])
    for assignment in round_.assignments.select_related("version", "rater"):
        for position, codes in wanted[assignment.rater.label].items():
            if codes == ("uncodable",):
                judge(assignment, position, outcome="uncodable")
            else:
                judge(assignment, position, *codes)
        submit(assignment)
    close(round_)
    return round_


def values(round_: Round, key: str, code: str) -> list[int]:
    rows = fetch_rows(round_)
    column = [one.key for one in given_codes(rows)].index(code)
    return layer_of(KeptRound(round_), key).values[:, column].tolist()


def test_the_majority_of_the_demo_is_as_it_was_counted_elsewhere(db: None) -> None:
    if not EXPECTED.exists():
        pytest.skip("the expected values of the demo are not beside the project")
    store_demo()
    expected = json.loads(EXPECTED.read_text())["majority_counts"]
    round_ = Round.objects.get(study__slug="demo", name="1")

    found = Enactments(round_, list(round_.assignments.values_list("transcript", flat=True)))

    for session in found.material.sessions:
        counts = dict(zip(found.material.keys, (session.values == 1).sum(axis=0).tolist(), strict=True))
        assert counts == expected[session.transcript]


def test_a_code_of_more_than_half_is_kept_and_one_of_less_is_not(world: StudyWorld) -> None:
    round_ = coded(
        world,
        {
            "rater_a": {1: ("PULL-APP",), 2: ("PULL-APP",)},
            "rater_b": {1: ("PULL-APP",), 2: ()},
            "rater_c": {1: (), 2: ()},
        },
    )

    assert values(round_, "majority", "PULL-APP")[:2] == [1, 0]


def test_half_against_half_is_a_tie_that_is_listed_and_left_out(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {1: ("PULL-APP",), 2: ()}, "rater_b": {1: (), 2: ()}})

    layer = layer_of(KeptRound(round_), "majority")

    assert layer.ties == ((0, 0),)
    assert layer.values[:2, 0].tolist() == [-1, 0]
    assert layer.judged[:2].tolist() == [True, True]


def test_a_turn_that_nobody_judged_has_no_value_and_one_judged_without_the_code_has_zero(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {1: ()}, "rater_b": {1: ()}})

    assert values(round_, "majority", "PULL-APP") == [0, -1, -1, -1]
    assert layer_of(KeptRound(round_), "majority").judged.tolist() == [True, False, False, False]


def test_a_code_has_no_value_on_turns_of_a_role_that_it_does_not_apply_to(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {1: (), 2: ()}, "rater_b": {1: (), 2: ()}})

    assert values(round_, "majority", "NAM-DIS")[:2] == [0, -1]


def test_what_most_called_uncodable_has_no_value_whatever_one_rater_gave(world: StudyWorld) -> None:
    round_ = coded(
        world, {"rater_a": {1: ("uncodable",)}, "rater_b": {1: ("uncodable",)}, "rater_c": {1: ("PULL-APP",)}}
    )

    layer = layer_of(KeptRound(round_), "majority")

    assert layer.values[0, 0] == -1
    assert not layer.judged[0]
    assert layer.uncodable == 1


def test_the_layer_of_a_rater_holds_what_they_gave_and_nothing_of_the_others(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {1: ("PULL-APP",), 2: ()}, "rater_b": {1: (), 3: ("PULL-APP",)}})

    assert values(round_, "rater:rater_a", "PULL-APP") == [1, 0, -1, -1]
    assert values(round_, "rater:rater_b", "PULL-APP") == [0, -1, 1, -1]


def test_the_intensity_is_the_mean_of_those_who_gave_the_code(world: StudyWorld) -> None:
    transcript = make_transcript(world.study, 2)
    round_ = world.round(transcripts=[transcript])
    for assignment, rating in zip(round_.assignments.select_related("version"), (1, 2), strict=True):
        judge(assignment, 1, "PULL-APP", rating=rating)
    close(round_)

    layer = layer_of(KeptRound(round_), "majority")

    assert layer.intensity[0, 0] == 1.5
    assert np.isnan(layer.intensity[1, 0])


def test_nothing_is_adjudicated_yet_and_the_layer_says_so(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {1: ()}, "rater_b": {1: ()}})

    adjudicated = next(choice for choice in layer_choices(KeptRound(round_)) if choice.key == "adjudicated")

    assert "has been adjudicated yet" in adjudicated.why_not
    with pytest.raises(KeyError):
        layer_of(KeptRound(round_), "adjudicated")


def test_the_final_word_comes_in_the_shape_of_one_raters_round_and_its_state_is_told_apart(world: StudyWorld) -> None:
    round_ = coded(world, {"rater_a": {1: ("PULL-APP",), 2: ()}})
    rows = fetch_rows(round_)

    first = adjudicated(rows)
    later = adjudicated(replace(rows, given=rows.given[:, :0]))

    assert first.key == later.key == "adjudicated"
    assert first.values[:2, 0].tolist() == [1, 0]
    assert first.name != later.name


def test_a_code_below_the_threshold_is_marked_and_one_above_is_not(db: None) -> None:
    store_demo()
    round_ = Round.objects.get(study__slug="demo", name="1")
    found = Enactments(round_, list(round_.assignments.values_list("transcript", flat=True)))
    by_code = {named.group.codes[0]: named.standing for named in found.each_code}

    assert by_code["NAM-DIS"].is_below
    assert by_code["NAM-DIS"].words == "alpha .48, below .667"
    assert not by_code["PULL-ENV"].is_below
    assert round(by_code["PULL-ENV"].value or 0, 5) == 0.89806


def test_more_sessions_cost_no_more_statements(world: StudyWorld) -> None:
    def counted(number: int) -> int:
        transcripts = [make_transcript(world.study) for _ in range(number)]
        round_ = world.round(transcripts=transcripts)
        close(round_)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            found = Enactments(round_, [transcript.pk for transcript in transcripts])
            _ = found.told_material, found.in_roles
        return len(seen)

    assert counted(2) == counted(9)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_majority_of_a_round_is_the_majority_of_the_analysis(db: None, number: int) -> None:
    store_demo()
    whole = fetch_rows(Round.objects.get(study__slug="demo", name="1"))
    rows = replace(
        whole,
        raters=whole.raters[:number],
        judged=whole.judged[:number],
        assigned=whole.assigned[:number],
        given=whole.given[:, whole.given[0] < number],
    )
    codes = codes_of(rows)

    def material(layer: Layer) -> Material:
        roles = ("",) * len(layer.judged)
        return Material(codes, (Session("all", layer.values, layer.judged, roles),), layer.words)

    ours, theirs = majority(rows), majority_of([material(one_rater(rows, place)) for place in range(number)])

    assert (ours.values == theirs.material.sessions[0].values).all()
    assert len(ours.ties) == len(theirs.ties)
    assert bool(ours.ties) == (number == 2)
