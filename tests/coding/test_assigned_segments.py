"""Assignments of some turns alone: what the database itself refuses, each by name."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from coding.models import AssignedSegment, Assignment, Round, RoundDesign
from tests.coding.test_constraints import refused_by
from tests.factories import StudyWorld, judge, make_repeats, make_transcript, make_world
from transcripts.models import Segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def repeats(world: StudyWorld) -> Assignment:
    return make_repeats(world.assignment(world.round()), [2, 4])


def ask_for(assignment: Assignment, position: int, **said: Any) -> AssignedSegment:
    return AssignedSegment.objects.create(
        **{
            "study_id": assignment.study_id,
            "version_id": assignment.version_id,
            "revision_id": assignment.revision_id,
            "assignment": assignment,
            "segment": Segment.objects.get(revision=assignment.revision_id, position=position),
            "purpose": "repeat",
            **said,
        }
    )


def test_a_turn_that_is_not_asked_for_cannot_be_judged(repeats: Assignment) -> None:
    judge(repeats, 2, "PULL-APP")

    with refused_by("judgement_is_asked_for"):
        judge(repeats, 3, "PULL-APP")


def test_a_judgement_does_not_move_to_a_turn_that_is_not_asked_for(repeats: Assignment) -> None:
    judgement = judge(repeats, 2)

    with refused_by("judgement_is_asked_for"):
        judgement.segment = Segment.objects.get(revision=repeats.revision_id, position=1)
        judgement.save(update_fields=["segment"])


def test_an_assignment_that_names_no_turns_asks_for_all(world: StudyWorld) -> None:
    assignment = world.assignment(world.round())

    assert [judge(assignment, position).segment.position for position in range(1, 5)] == [1, 2, 3, 4]


def test_a_turn_is_asked_for_once(repeats: Assignment) -> None:
    with refused_by("assigned_once"):
        ask_for(repeats, 2)


def test_a_turn_is_asked_for_with_a_known_purpose(repeats: Assignment) -> None:
    with refused_by("assigned_for_a_purpose"):
        ask_for(repeats, 1, purpose="other")


def test_what_is_asked_for_is_said_when_the_assignment_is_made(repeats: Assignment) -> None:
    Assignment.objects.filter(pk=repeats.pk).update(assigned_at=timezone.now() - timedelta(minutes=5))

    with refused_by("assigned_with_the_assignment"):
        ask_for(repeats, 1)


@pytest.mark.parametrize("purpose", ["repeat", "gold"])
def test_what_was_coded_before_or_has_gold_is_asked_for_in_a_drift_check_alone(world: StudyWorld, purpose: str) -> None:
    with refused_by("repeats_stand_in_a_drift_check"):
        ask_for(world.assignment(world.round()), 1, purpose=purpose)


def test_a_drift_check_never_becomes_another_kind_of_round(repeats: Assignment) -> None:
    with refused_by("drift_check_stays_one"):
        Round.objects.filter(pk=repeats.round_id).update(kind="reliability")


def test_a_turn_of_another_transcript_is_refused(world: StudyWorld, repeats: Assignment) -> None:
    foreign = make_transcript(world.study).revisions.get()

    with refused_by("assigned_segment_of_revision"):
        ask_for(repeats, 1, segment=Segment.objects.get(revision=foreign, position=1))
        _check_now()


def test_the_keys_of_what_is_asked_for_are_those_of_the_assignment(world: StudyWorld, repeats: Assignment) -> None:
    elsewhere = make_world()

    with refused_by("assigned_segment_of_assignment"):
        ask_for(repeats, 1, version_id=elsewhere.version.pk)
        _check_now()


def test_what_is_asked_for_is_neither_changed_nor_removed(repeats: Assignment) -> None:
    asked = AssignedSegment.objects.filter(assignment=repeats)

    for change in (
        asked.delete,
        lambda: asked.update(segment=Segment.objects.get(revision=repeats.revision, position=1)),
    ):
        with pytest.raises(DatabaseError, match="assignedsegment"), transaction.atomic():
            change()


def test_a_design_says_what_comes_back_or_that_nothing_does(world: StudyWorld) -> None:
    round_, foreign = world.round(), make_world().round()
    again = {"round": round_, "study": world.study, "how": "again", "share": 10}

    with refused_by("design_says_what_comes_back"):
        RoundDesign.objects.create(**again)
    with refused_by("design_repeats_of_study"):
        RoundDesign.objects.create(**again, repeats_of=foreign, gap_days=14)
        _check_now()
    with refused_by("design_says_what_was_asked"):
        RoundDesign.objects.create(**{**again, "share": 0}, repeats_of=round_, gap_days=14)


def _check_now() -> None:
    """Have keys that wait for the end of the transaction asked at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
