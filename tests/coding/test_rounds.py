"""Rounds: who codes what, what a coordinator may change of it, and what a blind one learns of it (nothing)."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding import access
from coding.models import Assignment, Round
from coding.queries.round_pages import assignment_rows, design, places_of, round_lines, rounds_open_to, taken_back
from coding.services.rounds import (
    AlreadyAssigned,
    DriftCheckIsDrawn,
    RoundNameTaken,
    RoundNotPossible,
    Share,
    add_assignments,
    create_round,
)
from coding.services.submission import reopen, withdraw
from tests.coding.test_acts import at_once
from tests.factories import (
    StudyWorld,
    close,
    judge,
    make_member,
    make_round,
    make_transcript,
    make_version,
    make_world,
    submit,
)
from transcripts.models import Revision, Segment, Transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


def start(world: StudyWorld, user: User, **changes: Any) -> Round:
    shares = [Share(world.transcript, [world.rater, world.other_rater])]
    fields = {"name": "One", "kind": "reliability", "version": world.version, "shares": shares} | changes
    return create_round(user=user, study=world.study, **fields)


def test_a_drift_check_is_drawn_and_never_made_by_hand(world: StudyWorld, coordinator: User) -> None:
    with pytest.raises(DriftCheckIsDrawn, match="open a coded round and choose “Draw a drift check”"):
        start(world, coordinator, kind="drift")

    assert not Round.objects.exists()


def later_revision(transcript: Transcript) -> Revision:
    return Revision.objects.create(
        study=transcript.study,
        transcript=transcript,
        number=2,
        sha256="1" * 64,
        file_name="t2.txt",
        file_size=1,
        layout="made for a test",
    )


# Making --------------------------------------------------------------------------------------------------------------


def test_each_rater_gets_an_open_blind_assignment_on_the_latest_revision(world: StudyWorld, coordinator: User) -> None:
    latest = later_revision(world.transcript)

    round_ = start(world, coordinator)

    assert {(one.rater, one.revision, one.phase, one.is_open) for one in round_.assignments.all()} == {
        (world.rater, latest, "blind", True),
        (world.other_rater, latest, "blind", True),
    }
    assert (round_.created_by, round_.is_closed) == (coordinator, False)
    assert round_.seed > 0


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_only_coordinators_make_and_extend_rounds(world: StudyWorld, coordinator: User, place: str) -> None:
    round_ = start(world, coordinator)
    user = getattr(world, place).user

    with pytest.raises(PermissionDenied):
        start(world, user, name="Two")
    with pytest.raises(PermissionDenied):
        add_assignments(user=user, round_=round_, shares=[Share(world.transcript, [world.coordinator])], reason="-")
    assert Round.objects.count() == 1
    assert round_.assignments.count() == 2


def test_a_name_is_used_once_in_a_study(world: StudyWorld, coordinator: User) -> None:
    first = start(world, coordinator)

    with pytest.raises(RoundNameTaken, match="already has a round named “One”") as refused:
        start(world, coordinator)

    assert refused.value.round == first
    assert Assignment.objects.count() == 2


def test_a_round_that_cannot_be_is_refused_and_nothing_of_it_stored(world: StudyWorld, coordinator: User) -> None:
    elsewhere = make_world()
    gone = make_member(world.study, "rater", left_at=timezone.now())
    imported = make_member(world.study, "rater", kind="imported")

    for changes in (
        {"version": make_version(world.study, publish=False)},
        {"version": elsewhere.version},
        {"shares": []},
        {"shares": [Share(world.transcript, [])]},
        {"shares": [Share(world.transcript, [world.reader])]},
        {"shares": [Share(world.transcript, [gone])]},
        {"shares": [Share(world.transcript, [imported])]},
        {"shares": [Share(elsewhere.transcript, [world.rater])]},
        {"shares": [Share(world.transcript, [elsewhere.rater])]},
    ):
        with pytest.raises(RoundNotPossible):
            start(world, coordinator, **changes)
    assert not Round.objects.exists()


def test_the_same_place_said_twice_is_one_assignment(world: StudyWorld, coordinator: User) -> None:
    twice = [Share(world.transcript, [world.rater, world.rater]), Share(world.transcript, [world.rater])]

    assert start(world, coordinator, shares=twice).assignments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_rounds_of_one_name_made_at_once_there_is_one() -> None:
    world = make_world()
    users = [world.coordinator.user, make_member(world.study, "coordinator").user]

    results = at_once(*[lambda user=user: start(world, user) for user in users])

    assert sorted(type(result).__name__ for result in results) == ["Round", "RoundNameTaken"]
    assert Assignment.objects.count() == 2


# Adding and taking back ----------------------------------------------------------------------------------------------


def test_a_further_rater_reads_the_revision_that_the_round_reads(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator)
    first = round_.assignments.first()
    later_revision(world.transcript)

    (added,) = add_assignments(
        user=coordinator,
        round_=round_,
        shares=[Share(world.transcript, [make_member(world.study, "rater")])],
        reason="More.",
    )

    assert first is not None
    assert added.revision_id == first.revision_id


def test_nobody_gets_the_same_transcript_twice_in_a_round(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator)
    third = make_member(world.study, "rater")

    with pytest.raises(AlreadyAssigned):
        add_assignments(
            user=coordinator, round_=round_, shares=[Share(world.transcript, [third, world.rater])], reason="More."
        )

    assert round_.assignments.count() == 2


def test_what_was_taken_back_can_be_given_again(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator)
    first = world.assignment(round_)
    withdraw(user=coordinator, assignment_id=first.pk, reason="Ill.")

    (second,) = add_assignments(
        user=coordinator, round_=round_, shares=[Share(world.transcript, [world.rater])], reason="More."
    )

    assert second.pk != first.pk
    assert [row.reason for row in taken_back(coordinator, round_)] == ["Ill."]


def test_a_closed_round_takes_nobody_more(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator)
    close(round_)

    with pytest.raises(PermissionDenied, match="The round is closed"):
        add_assignments(
            user=coordinator, round_=round_, shares=[Share(world.transcript, [world.coordinator])], reason="More."
        )


def test_opening_again_said_twice_is_once(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator)
    mine = world.assignment(round_)
    submit(mine)

    for _ in range(2):
        assert reopen(user=coordinator, assignment_id=mine.pk, reason=" Cut off. ").is_open

    with pytest.raises(PermissionDenied, match="Only a submitted"):
        reopen(user=coordinator, assignment_id=mine.pk, reason="Another reason.")


# Blindness -----------------------------------------------------------------------------------------------------------


def test_a_blind_coordinator_sees_the_design_and_no_state(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator, shares=[Share(world.transcript, [world.rater, world.coordinator])])
    judge(world.assignment(round_), 1)
    submit(world.assignment(round_))

    (row,) = design(coordinator, round_).rows
    places = {place.rater: place for place in row.places if place}

    assert set(places) == {world.rater.label, world.coordinator.label}
    assert (places["rater_a"].state, places["rater_a"].judged, places["rater_a"].act) == (None, None, "")
    own = places[world.coordinator.label]
    assert (own.state, own.judged, own.act) == ("open", 0, "withdraw")


def test_a_blind_coordinator_cannot_find_a_state_out_by_trying(world: StudyWorld, coordinator: User) -> None:
    submitted, still_open = world.round(), world.round()
    submit(world.assignment(submitted))
    closed = world.round()
    close(closed)
    start(world, coordinator, shares=[Share(world.transcript, [world.coordinator])])
    third = make_member(world.study, "rater")

    def answer(act: Any, **said: Any) -> str:
        try:
            act(user=coordinator, **said)
        except Exception as refusal:
            return f"{type(refusal).__name__}: {refusal}"
        return "done"

    rounds = (submitted, still_open, closed)
    for act in (withdraw, reopen):
        mine = [world.assignment(round_).pk for round_ in rounds]
        said = {answer(act, assignment_id=pk, reason="Why not.") for pk in mine}
        assert said == {f"PermissionDenied: {access.NOT_YET}"}
    share = [Share(world.transcript, [third])]
    said = {answer(add_assignments, round_=one, shares=share, reason="-") for one in rounds}
    assert said == {f"PermissionDenied: {access.NOT_YET}"}


def test_a_coding_coordinator_adds_raters_to_the_round_they_code_in(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator, shares=[Share(world.transcript, [world.coordinator])])

    add_assignments(user=coordinator, round_=round_, shares=[Share(world.transcript, [world.rater])], reason="-")

    assert round_.assignments.count() == 2


def test_a_coordinator_who_has_submitted_can_take_back_what_is_left(world: StudyWorld, coordinator: User) -> None:
    round_ = start(world, coordinator, shares=[Share(world.transcript, [world.rater, world.coordinator])])
    submit(world.assignment(round_, world.coordinator))
    places = {place.rater: place for row in design(coordinator, round_).rows for place in row.places if place}

    withdraw(user=coordinator, assignment_id=world.assignment(round_).pk, reason="Left the team.")

    assert (places["rater_a"].state, places["rater_a"].act) == (None, "withdraw")
    round_.refresh_from_db()
    assert round_.is_closed


def test_the_list_of_rounds_keeps_their_states_from_the_blind(world: StudyWorld, coordinator: User) -> None:
    closed, elsewhere = world.round(), make_round(world.version, [make_transcript(world.study)], [world.rater])
    close(closed)
    start(world, coordinator, shares=[Share(world.transcript, [world.coordinator])])

    states = {line.round: line.state for line in round_lines(coordinator, world.study)}
    known = {row.pk: row.is_known for row in rounds_open_to(coordinator, world.study)}

    assert (states[closed], states[elsewhere]) == (None, "open")
    assert (known[closed.pk], known[elsewhere.pk]) == (False, True)


def test_who_reads_results_knows_closed_rounds_and_raters_none(world: StudyWorld) -> None:
    closed = world.round()
    close(closed)
    world.round()

    for place in (world.reader, world.adjudicator):
        assert list(rounds_open_to(place.user, world.study)) == [closed]
    for person in (world.rater.user, world.stranger):
        assert not rounds_open_to(person, world.study).exists()


@pytest.mark.parametrize("seed", range(10))
def test_what_a_coordinator_may_do_is_one_rule_in_two_forms(world: StudyWorld, seed: int) -> None:
    chance = random.Random(seed)
    coding_coordinator = make_member(world.study, "coordinator")
    transcripts = [world.transcript, make_transcript(world.study), make_transcript(world.study)]
    for _ in range(4):
        raters = chance.sample([coding_coordinator, world.rater, world.other_rater], k=2)
        round_ = world.round(raters=raters, transcripts=chance.sample(transcripts, k=2))
        for assignment in round_.assignments.all():
            state = chance.choice(["open", "submitted", "withdrawn"])
            if state == "submitted":
                submit(assignment)
            elif state == "withdrawn":
                Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=timezone.now())
        if chance.random() < 0.3:
            close(round_)

    rows = Assignment.objects.select_related("rater", "round", "study")
    for member in (world.coordinator, coding_coordinator, world.rater, world.reader):
        user = member.user
        assert set(rows.filter(access.withdrawals_open_to(user))) == {
            row for row in rows if access.may_withdraw(user, row)
        }
        assert set(rows.filter(access.reopenings_open_to(user))) == {
            row for row in rows if access.may_reopen(user, row)
        }


# Costs ---------------------------------------------------------------------------------------------------------------


def test_twenty_more_assignments_cost_no_more_queries(world: StudyWorld, coordinator: User) -> None:
    def cost() -> list[int]:
        counts = []
        round_ = Round.objects.select_related("study", "version").get(pk=made.pk)
        for look in (
            lambda: design(coordinator, round_),
            lambda: places_of(coordinator, round_, list(assignment_rows(coordinator, round_))),
            lambda: taken_back(coordinator, round_),
            lambda: round_lines(coordinator, world.study),
        ):
            with CaptureQueriesContext(connection) as queries:
                look()
            counts.append(len(queries))
        return counts

    made = start(world, coordinator)
    before = cost()
    members = [make_member(world.study, "rater") for _ in range(4)]
    add_assignments(
        user=coordinator,
        round_=made,
        shares=[Share(make_transcript(world.study), members) for _ in range(5)],
        reason="More.",
    )
    for _ in range(20):
        world.round()

    assert Segment.objects.count() == 24
    assert cost() == before
