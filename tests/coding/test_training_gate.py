"""What a training opens: the round that waits for whoever is cleared."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from coding import access
from coding.models import (
    Assignment,
    Judgement,
)
from coding.services.act_drafts import draft_of
from coding.services.acts import perform
from coding.services.clearing import ClearingNotPossible, clear_by_hand
from coding.services.criteria import GateNotPossible
from coding.services.reasons import ReasonMissing
from coding.services.rounds import Share, create_round
from tests.coding.training import Training, make_training, user_of
from tests.factories import StudyWorld


@pytest.fixture
def training(world: StudyWorld) -> Training:
    return make_training(world)


# What it opens --------------------------------------------------------------------------------------------------------


def act(assignment: Assignment) -> None:
    value = {
        "id": "7b4c1d8e-52f3-4a0e-9a57-1f0f3a6f0c11",
        "seq": 1,
        "kind": "outcome",
        "outcome": "none",
        "position": 1,
    }
    perform(user=user_of(assignment.rater), assignment_id=assignment.pk, act=draft_of(value))


def test_a_round_opens_to_those_who_are_cleared_and_to_nobody_else(training: Training) -> None:
    training.say_gold()
    world = training.world
    main = training.next_round(world.rater, world.other_rater)
    for transcript in training.transcripts:
        training.code(world.rater, transcript)
    mine, theirs = (training.of(one, world.transcript, main) for one in (world.rater, world.other_rater))

    act(mine)
    with pytest.raises(PermissionDenied, match="when you are cleared"):
        act(theirs)

    assert access.may_read_desk(user_of(world.rater), mine)
    assert (
        access.may_read_desk(user_of(world.other_rater), theirs).reason
        == "This opens when you are cleared in Training."
    )
    assert [one.assignment_id for one in Judgement.objects.filter(assignment__round=main)] == [mine.pk]


def test_the_two_forms_of_what_waits_agree(training: Training) -> None:
    training.say_gold()
    main = training.next_round(training.world.rater, training.world.other_rater)
    clear_by_hand(user=training.boss, round_=training.round, rater=training.world.rater, reason="Trained elsewhere.")

    for assignment in Assignment.objects.select_related("rater"):
        is_waiting = Assignment.objects.filter(access.waiting(), pk=assignment.pk).exists()
        assert is_waiting == (access.waits_for(assignment) is not None)
    assert Assignment.objects.filter(access.waiting(), round=main).count() == 1


def test_somebody_is_cleared_by_hand_with_a_reason_that_stays(training: Training) -> None:
    said = {"user": training.boss, "round_": training.round, "rater": training.world.rater}

    with pytest.raises(ReasonMissing):
        clear_by_hand(**said, reason=" ")
    clear_by_hand(**said, reason="Trained in the pilot.")
    again = clear_by_hand(**said, reason="Another reason.")

    assert (again.reason, again.by_hand, again.made_by) == ("Trained in the pilot.", True, training.world.coordinator)
    with pytest.raises(ClearingNotPossible, match="cannot code"):
        clear_by_hand(**{**said, "rater": training.world.reader}, reason="Reads well.")


def test_who_codes_in_the_training_clears_nobody(training: Training) -> None:
    training.world.round([training.world.coordinator], [training.transcripts[0]])

    with pytest.raises(PermissionDenied, match="Not for your eyes yet"):
        clear_by_hand(user=training.boss, round_=training.round, rater=training.world.rater, reason="So.")


def test_a_round_is_not_opened_by_what_clears_nobody(training: Training) -> None:
    with pytest.raises(GateNotPossible, match="first say whose codings are the gold of Practice 1, Practice 2"):
        training.next_round()
    with pytest.raises(GateNotPossible, match="training round"):
        training.next_round(opened_by=training.source)
    bare = make_training_without_criterion(training)
    with pytest.raises(GateNotPossible, match="no criterion"):
        training.next_round(opened_by=bare)


def make_training_without_criterion(training: Training) -> Any:
    return create_round(
        user=training.boss, study=training.world.study, name="Bare", kind="training", version=training.world.version,
        shares=[Share(training.world.transcript, [training.world.rater])],
    )  # fmt: skip
