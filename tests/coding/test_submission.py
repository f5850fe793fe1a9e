"""Handing in: only what is judged, once, for good; and what a coordinator may do about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Assignment, Coding, Round
from coding.services.acts import Answer
from coding.services.reasons import ReasonMissing
from coding.services.submission import NotOpen, Submission, TurnsOpen, reopen, submit, withdraw
from tests.coding.test_acts import Desk, at_once
from tests.factories import StudyWorld, close, judge, make_round, make_transcript, make_version, make_world
from workbench.accounts.tokens import create_token


def judge_all(assignment: Assignment) -> None:
    for position in assignment.revision.segments.values_list("position", flat=True):
        judge(assignment, position)


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    return world.round()


@pytest.fixture
def mine(world: StudyWorld, round_: Round) -> Assignment:
    return world.assignment(round_)


@pytest.fixture
def theirs(world: StudyWorld, round_: Round) -> Assignment:
    return world.assignment(round_, world.other_rater)


def hand_in(assignment: Assignment) -> Submission:
    judge_all(assignment)
    return submit(user=assignment.rater.user, assignment_id=assignment.pk)


def test_open_turns_are_listed_with_whether_something_is_said_about_them(mine: Assignment) -> None:
    judge(mine, 1)
    desk = Desk(mine)
    desk.do("give", 2, code="PULL-APP")
    desk.do("flag", 3, flag=True)

    with pytest.raises(TurnsOpen) as refused:
        submit(user=mine.rater.user, assignment_id=mine.pk)

    assert refused.value.message == "3 turns are not judged yet."
    assert [(turn.position, turn.begun) for turn in refused.value.turns] == [(2, True), (3, False), (4, False)]
    mine.refresh_from_db()
    assert mine.is_open


def test_a_second_submission_gets_the_same_answer(mine: Assignment) -> None:
    first = hand_in(mine)

    second = submit(user=mine.rater.user, assignment_id=mine.pk)

    assert first == second
    assert first.turns == 4


def test_the_last_submission_closes_the_round(mine: Assignment, theirs: Assignment, round_: Round) -> None:
    hand_in(mine)
    round_.refresh_from_db()
    open_before = not round_.is_closed
    hand_in(theirs)

    round_.refresh_from_db()
    assert open_before
    assert round_.is_closed


def test_withdrawing_what_is_left_closes_the_round(
    mine: Assignment, theirs: Assignment, round_: Round, world: StudyWorld
) -> None:
    hand_in(mine)

    withdraw(user=world.coordinator.user, assignment_id=theirs.pk, reason="Left the team.")

    round_.refresh_from_db()
    theirs.refresh_from_db()
    assert round_.is_closed
    assert (theirs.submitted_at, theirs.reason) == (None, "Left the team.")


def test_a_round_in_which_everything_was_withdrawn_stays_open(
    mine: Assignment, theirs: Assignment, round_: Round, world: StudyWorld
) -> None:
    for assignment in (mine, theirs):
        withdraw(user=world.coordinator.user, assignment_id=assignment.pk, reason="A new start.")

    round_.refresh_from_db()
    assert not round_.is_closed


def test_what_is_withdrawn_keeps_its_codings_and_takes_no_more(mine: Assignment, world: StudyWorld) -> None:
    desk = Desk(mine)
    desk.do("give", code="ST-WARM")

    withdraw(user=world.coordinator.user, assignment_id=mine.pk, reason="Wrong recording.")
    again = withdraw(user=world.coordinator.user, assignment_id=mine.pk, reason="Another reason.")

    assert again.reason == "Wrong recording."
    assert Coding.objects.count() == 1
    with pytest.raises(PermissionDenied, match="withdrawn"):
        desk.do("take", code="ST-WARM")


def test_what_is_submitted_cannot_be_withdrawn(mine: Assignment, world: StudyWorld) -> None:
    hand_in(mine)

    with pytest.raises(NotOpen):
        withdraw(user=world.coordinator.user, assignment_id=mine.pk, reason="Too late.")


def test_a_submitted_assignment_can_be_opened_again_while_nobody_saw_others(
    mine: Assignment, theirs: Assignment, world: StudyWorld
) -> None:
    hand_in(mine)

    reopen(user=world.coordinator.user, assignment_id=mine.pk, reason="Turn 3 was cut off.")

    mine.refresh_from_db()
    assert mine.is_open
    assert mine.reason == "Turn 3 was cut off."
    assert Desk(mine).do("unfinish", 3).turn.finished is False


def test_after_the_round_is_closed_nothing_is_opened_again(
    mine: Assignment, theirs: Assignment, world: StudyWorld
) -> None:
    hand_in(mine)
    hand_in(theirs)

    with pytest.raises(PermissionDenied, match="revision"):
        reopen(user=world.coordinator.user, assignment_id=mine.pk, reason="Please.")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_opening_again_and_withdrawing_need_a_reason(mine: Assignment, world: StudyWorld, reason: str) -> None:
    with pytest.raises(ReasonMissing):
        withdraw(user=world.coordinator.user, assignment_id=mine.pk, reason=reason)
    hand_in(mine)
    with pytest.raises(ReasonMissing):
        reopen(user=world.coordinator.user, assignment_id=mine.pk, reason=reason)


def test_strangers_cannot_submit_and_members_cannot_submit_for_others(mine: Assignment, world: StudyWorld) -> None:
    judge_all(mine)

    with pytest.raises(Assignment.DoesNotExist):
        submit(user=world.stranger, assignment_id=mine.pk)
    for member in (world.other_rater, world.coordinator, world.reader, world.adjudicator):
        with pytest.raises(PermissionDenied):
            submit(user=member.user, assignment_id=mine.pk)

    mine.refresh_from_db()
    assert mine.is_open


def test_raters_neither_reopen_nor_withdraw(mine: Assignment, world: StudyWorld) -> None:
    for member in (world.rater, world.other_rater, world.reader):
        with pytest.raises(PermissionDenied):
            withdraw(user=member.user, assignment_id=mine.pk, reason="I would rather not.")
        with pytest.raises(PermissionDenied):
            reopen(user=member.user, assignment_id=mine.pk, reason="I would rather not.")


def test_a_submission_costs_the_same_however_long_the_hour_is(world: StudyWorld) -> None:
    counts = []
    for length in (3, 30):
        transcript = make_transcript(world.study, length)
        assignment = make_round(world.version, [transcript], [world.rater, world.other_rater]).assignments.get(
            rater=world.rater
        )
        judge_all(assignment)
        with CaptureQueriesContext(connection) as queries:
            submit(user=assignment.rater.user, assignment_id=assignment.pk)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_database_itself_keeps_a_closed_round_closed(round_: Round) -> None:
    close(round_)

    with pytest.raises(IntegrityError, match="a closed round stays closed"), transaction.atomic():
        Round.objects.filter(pk=round_.pk).update(closed_at=None)
    with pytest.raises(IntegrityError, match="assignments of a closed round are final"), transaction.atomic():
        Assignment.objects.filter(round=round_).update(submitted_at=None)


# Races -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def real_round(transactional_db: None) -> Round:
    world = make_world()
    return make_round(make_version(world.study), [make_transcript(world.study, 6)], [world.rater, world.other_rater])


def people(round_: Round) -> list[Assignment]:
    return list(round_.assignments.select_related("rater__user", "revision", "version").order_by("rater__label"))


def test_two_last_submissions_at_the_same_time_close_the_round(real_round: Round) -> None:
    assignments = people(real_round)
    for assignment in assignments:
        judge_all(assignment)

    results = at_once(
        *[
            lambda assignment=assignment: submit(user=assignment.rater.user, assignment_id=assignment.pk)
            for assignment in assignments * 2
        ]
    )

    assert all(isinstance(result, Submission) for result in results), results
    real_round.refresh_from_db()
    assert real_round.is_closed


@pytest.mark.parametrize("others", ["hold the round open", "are done", "of the same rater are open"])
def test_one_assignment_handed_in_twice_at_the_same_time_gets_one_answer(real_round: Round, others: str) -> None:
    mine, theirs = people(real_round)
    judge_all(mine)
    if others == "are done":
        hand_in(theirs)
    if others.startswith("of the same rater"):
        # Coding the transcript elsewhere blinds to what was said here, but not to having handed it in.
        make_round(mine.version, [mine.transcript], [mine.rater])
    _, key = create_token(mine.rater.user, "for a test")
    headers = {"Authorization": f"Token {key}"}

    results = at_once(*[lambda: Client(headers=headers).post(f"/api/v1/assignments/{mine.pk}/submit/")] * 4)

    assert [result.status_code for result in results] == [200] * 4, [result.content for result in results]
    assert len({result.content for result in results}) == 1


def test_saves_during_a_submission_land_before_it_or_are_refused(real_round: Round) -> None:
    mine = people(real_round)[0]
    judge_all(mine)
    desk = Desk(mine)

    def save(position: int) -> Any:
        return lambda: desk.do("memo", position, memo=f"memo {position}")

    results = at_once(
        *map(save, range(1, 4)),
        lambda: submit(user=mine.rater.user, assignment_id=mine.pk),
        *map(save, range(4, 7)),
    )

    submitted = results.pop(3)
    saved = {result.position for result in results if isinstance(result, Answer)}
    refused = [result for result in results if isinstance(result, PermissionDenied)]
    memos = set(mine.judgements.exclude(memo="").values_list("segment__position", flat=True))
    assert isinstance(submitted, Submission)
    assert len(saved) + len(refused) == 6
    assert memos == saved


def test_the_page_lists_what_is_open_and_what_is_flagged_and_leads_back_to_each(
    mine: Assignment, client: Client
) -> None:
    judge(mine, 1, "ST-WARM", flag=True)
    client.force_login(mine.rater.user)

    text = client.get(reverse("submit", args=[mine.pk])).content.decode()

    assert "3 turns of" in text
    assert "Flagged for the meeting" in text
    for position in range(1, 5):
        assert f"?turn={position}#turn-{position}" in text
    assert text.index("?turn=2#turn-2") < text.index("?turn=1#turn-1")
