"""Law 2, rule by rule: the predicate for one object and the `Q` for many always agree."""

from __future__ import annotations

import random

import pytest
from django.db import transaction
from django.utils import timezone

from coding import access
from coding.models import Assignment, Judgement, Round
from coding.services.export_files import study_files
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, make_user, make_version, submit
from tests.transcripts.test_studies_api import Program
from transcripts.models import Membership
from workbench.accounts.models import User


def seen_by(user: User) -> set[object]:
    return set(Judgement.objects.filter(access.judgements_open_to(user)).values_list("pk", flat=True))


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def test_a_rater_sees_the_own_judgements_of_an_open_assignment_and_no_others(world: StudyWorld) -> None:
    round_ = world.round()
    own = judge(world.assignment(round_), 1)
    judge(world.assignment(round_, world.other_rater), 1)

    assert seen_by(person(world.rater)) == {own.pk}


def test_while_coding_again_a_rater_does_not_see_the_own_earlier_judgements(world: StudyWorld) -> None:
    first = world.round()
    judge(world.assignment(first), 1, "PULL-APP")
    close(first)
    second = world.round()
    now = judge(world.assignment(second), 1)

    assert seen_by(person(world.rater)) == {now.pk}


def test_nobody_reads_others_judgements_before_the_round_is_closed(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)
    submit(world.assignment(round_))

    for member in (world.coordinator, world.adjudicator, world.reader, world.other_rater):
        assert seen_by(person(member)) == set()


def test_a_closed_round_is_read_by_the_roles_that_see_results(world: StudyWorld) -> None:
    round_ = world.round()
    judgement = judge(world.assignment(round_), 1)
    close(round_)

    for member in (world.coordinator, world.adjudicator, world.reader):
        assert seen_by(person(member)) == {judgement.pk}
    assert seen_by(person(world.other_rater)) == set()
    assert seen_by(world.stranger) == set()


def test_a_coordinator_who_codes_is_blind_too(world: StudyWorld) -> None:
    first = world.round()
    judge(world.assignment(first), 1)
    close(first)
    world.round(raters=[world.coordinator])

    assert seen_by(person(world.coordinator)) == set()
    assert not access.may_see_results(person(world.coordinator), first)
    assert not access.may_see_state(person(world.coordinator), first)
    assert access.may_see_results(person(world.reader), first)


def test_aggregates_leave_out_the_transcript_one_is_blind_to(world: StudyWorld) -> None:
    other = make_transcript(world.study)
    closed = world.round(transcripts=[world.transcript, other])
    close(closed)
    world.round(raters=[world.coordinator])

    assert access.may_see_results(person(world.coordinator), closed)
    assert list(access.transcripts_open_to(person(world.coordinator), closed)) == [other]


def test_who_left_the_study_sees_nothing(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)
    close(round_)
    Membership.objects.filter(pk__in=[world.rater.pk, world.reader.pk]).update(left_at=timezone.now())

    assert seen_by(person(world.rater)) == set()
    assert seen_by(person(world.reader)) == set()


def test_a_submitted_assignment_can_be_reopened_only_before_anyone_was_unblinded(world: StudyWorld) -> None:
    round_ = world.round()
    assignment = world.assignment(round_)
    submit(assignment)
    assignment.refresh_from_db()
    coordinator = person(world.coordinator)

    assert access.may_reopen(coordinator, assignment)
    assert not access.may_reopen(person(world.rater), assignment)

    close(round_)

    assert not access.may_reopen(coordinator, Assignment.objects.get(pk=assignment.pk))


def test_who_could_read_a_transcript_and_codes_it_afterwards_is_marked(world: StudyWorld) -> None:
    first = world.round()
    close(first)
    again = world.round(raters=[world.coordinator, world.rater])

    assert world.assignment(again, world.coordinator).could_read_since == first.closed_at
    assert world.assignment(again, world.rater).could_read_since is None


def test_who_was_blind_to_a_transcript_all_the_time_is_not_marked(world: StudyWorld) -> None:
    early = world.round(raters=[world.coordinator])
    close(world.round(raters=[world.rater]))
    late = world.round(raters=[world.coordinator])

    assert not early.is_closed
    assert world.assignment(late, world.coordinator).could_read_since is None


@pytest.mark.parametrize("seed", range(12))
def test_predicates_and_queries_agree_on_any_history(world: StudyWorld, seed: int) -> None:
    chance = random.Random(seed)
    transcripts = [world.transcript, make_transcript(world.study), make_transcript(world.study)]
    coding_coordinator = make_member(world.study, "coordinator")
    people = [world.coordinator, coding_coordinator, world.rater, world.other_rater, world.adjudicator, world.reader]
    for _ in range(5):
        raters = chance.sample([coding_coordinator, world.coordinator, world.rater, world.other_rater], k=2)
        round_ = world.round(raters=raters, transcripts=chance.sample(transcripts, k=2))
        for assignment in round_.assignments.select_related("version"):
            judge(assignment, 1, *chance.choice([(), ("PULL-APP",)]))
            state = chance.choice(["open", "submitted", "withdrawn"])
            if state == "submitted":
                submit(assignment)
            elif state == "withdrawn":
                Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=timezone.now())
        if chance.random() < 0.5:
            close(round_)
    if chance.random() < 0.3:
        Membership.objects.filter(pk=chance.choice(people).pk).update(left_at=timezone.now())
    make_version(world.study)

    for user in [*map(person, people), world.stranger, make_user()]:
        judgements = Judgement.objects.select_related("assignment__rater", "assignment__round", "assignment__study")
        assert seen_by(user) == {row.pk for row in judgements if access.may_see_judgement(user, row)}
        assignments = Assignment.objects.select_related("rater", "round", "study")
        assert set(assignments.filter(access.progress_open_to(user))) == {
            row for row in assignments if access.may_see_progress(user, row)
        }
        rounds = Round.objects.select_related("study")
        assert set(rounds.filter(access.states_open_to(user))) == {
            row for row in rounds if access.may_see_state(user, row)
        }


def test_who_could_read_before_is_named_in_the_api_and_in_exports(world: StudyWorld) -> None:
    """Decision: their codings count, and wherever they go it is said whose they are."""
    first = world.round()
    close(first)
    again = world.round(raters=[world.coordinator, world.rater], name="Again")
    for assignment in again.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
    close(again)
    assert world.coordinator.user is not None
    call, path = Program(world.coordinator.user), f"{world.study.slug}/rounds/{again.pk}/"

    marked = {
        part: {row["rater"]: row["could_read_since"] for row in call("get", path + part).json()["results"]}
        for part in ("codings/", "judgements/")
    }
    places = {row["rater"]: row["could_read"] for row in call("get", f"{path}assignments/").json()["results"]}
    table = "".join(map(str, study_files(world.study, again)["assignments.csv"])).splitlines()

    assert first.closed_at is not None
    since = first.closed_at.isoformat().replace("+00:00", "Z")
    assert marked == {part: {world.coordinator.label: since, "rater_a": None} for part in marked}
    assert places == {world.coordinator.label: True, "rater_a": False}
    assert [line.split(",")[1:3] + line.split(",")[-1:] for line in table[1:]] == [
        [world.coordinator.label, "Again", since],
        ["rater_a", "Again", ""],
    ]


def test_a_blind_coordinator_does_not_learn_by_giving_a_transcript_that_an_earlier_round_has_closed(
    world: StudyWorld,
) -> None:
    """Whoever was shown the others' codings is marked when given the transcript again, once that round closed."""
    shown = world.round(others_shown=True)
    world.round(raters=[world.coordinator])
    elsewhere = world.round(raters=[world.coordinator], name="Elsewhere")
    assert world.coordinator.user is not None
    call, path = Program(world.coordinator.user), f"{world.study.slug}/rounds/{elsewhere.pk}/assignments/"
    body = {"shares": [{"transcript": world.transcript.pk, "raters": ["rater_a"]}], "reason": "To see."}

    def answered() -> list[dict[str, object]]:
        with transaction.atomic():
            rows = call("post", path, body).json()
            transaction.set_rollback(True)
        return [{name: value for name, value in row.items() if name != "id"} for row in rows]

    before = answered()
    close(shown)

    assert answered() == before
