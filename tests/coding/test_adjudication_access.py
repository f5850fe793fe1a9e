"""Blindness of adjudicators, rule by rule: the predicate for one object and the `Q` for many always agree."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone

from coding import access
from coding.models import AdjudicationOpening, Adjudicator, Assignment, Judgement, ReflexiveNote, ReliabilityRun, Round
from coding.services.runs import store_run
from tests.factories import StudyWorld, close, judge, make_member, make_transcript
from transcripts.models import Membership
from workbench.accounts.models import User


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def open_(round_: Round, *members: Membership) -> AdjudicationOpening:
    opening = AdjudicationOpening.objects.create(round=round_, study=round_.study, version=round_.version, seed=1)
    for member in members:
        Adjudicator.objects.create(round=round_, study=round_.study, member=member)
    return opening


def test_from_the_opening_on_an_adjudicator_sees_nothing_of_the_round(world: StudyWorld) -> None:
    round_ = world.round(others_shown=True)
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1)
    close(round_)
    run = store_run(user=person(world.coordinator), round_=round_).run
    user = person(world.adjudicator)
    assert access.may_see_results(user, round_)

    opening = open_(round_)

    assert not access.may_see_results(user, round_)
    assert not access.may_read_runs(user, round_)
    assert not access.may_see_run(user, run)
    assert not Judgement.objects.filter(access.judgements_open_to(user)).exists()
    assert not access.may_know_raters(user, round_)
    for member in (world.coordinator, world.reader):
        assert access.may_see_results(person(member), round_)
    AdjudicationOpening.objects.filter(pk=opening.pk).update(ended_at=timezone.now())
    assert access.may_see_results(user, round_)


def test_a_coordinator_is_blind_to_the_rounds_they_were_named_for(world: StudyWorld) -> None:
    round_, other = world.round(), world.round()
    for one in (round_, other):
        close(one)
        open_(one)
    Adjudicator.objects.create(round=round_, study=world.study, member=world.coordinator)
    user = person(world.coordinator)

    assert not access.may_see_results(user, round_)
    assert access.may_see_results(user, other)
    assert access.may_adjudicate(user, round_)
    assert not access.may_adjudicate(user, other)


def test_who_codes_a_transcript_adjudicates_it_not(world: StudyWorld) -> None:
    elsewhere = make_transcript(world.study)
    round_ = world.round(transcripts=[world.transcript, elsewhere])
    close(round_)
    open_(round_, world.coordinator)
    world.round(raters=[world.coordinator])
    user = person(world.coordinator)

    assert access.may_adjudicate(user, round_)
    assert list(access.transcripts_open_to(user, round_)) == [elsewhere]


@pytest.mark.parametrize("seed", range(8))
def test_predicates_and_queries_agree_on_any_history(world: StudyWorld, seed: int) -> None:
    chance = random.Random(seed)
    transcripts = [world.transcript, make_transcript(world.study)]
    second = make_member(world.study, "coordinator")
    people = [world.coordinator, second, world.rater, world.other_rater, world.adjudicator, world.reader]
    for _ in range(5):
        raters = chance.sample([second, world.rater, world.other_rater], k=2)
        covered = chance.sample(transcripts, k=chance.choice([1, 2]))
        round_ = world.round(raters=raters, transcripts=covered, others_shown=chance.random() < 0.5)
        for assignment in round_.assignments.select_related("version"):
            judge(assignment, 1)
            ReflexiveNote.objects.create(assignment=assignment, text="it pulled", shared=chance.random() < 0.7)
        if chance.random() < 0.8:
            close(round_)
        if chance.random() < 0.7:
            opening = open_(round_, *chance.sample([world.coordinator, second], k=chance.choice([0, 1])))
            if chance.random() < 0.3:
                AdjudicationOpening.objects.filter(pk=opening.pk).update(ended_at=timezone.now(), outcome_shown=True)
        if round_.is_closed and chance.random() < 0.5 and access.may_store_run(person(world.coordinator), round_):
            store_run(user=person(world.coordinator), round_=round_)
    if chance.random() < 0.3:
        Membership.objects.filter(pk=world.adjudicator.pk).update(left_at=timezone.now())

    for user in [*map(person, people), world.stranger]:
        judgements = Judgement.objects.select_related("assignment__rater", "assignment__round", "assignment__study")
        assert set(judgements.filter(access.judgements_open_to(user))) == {
            row for row in judgements if access.may_see_judgement(user, row)
        }
        notes = ReflexiveNote.objects.select_related("assignment__rater", "assignment__round", "assignment__study")
        assert set(notes.filter(access.notes_open_to(user))) == {
            row for row in notes if access.may_read_note(user, row)
        }
        given = Assignment.objects.select_related("rater", "round", "study")
        assert set(given.filter(access.besides_open_to(user))) == {
            row for row in given if access.may_read_beside(user, row)
        }
        assert set(given.filter(access.outcomes_open_to(user))) == {
            row for row in given if access.may_read_outcome(user, row)
        }
        rounds = Round.objects.select_related("study")
        assert set(rounds.filter(access.results_open_to(user))) == {
            row for row in rounds if access.may_see_results(user, row)
        }
        assert set(rounds.filter(access.adjudications_open_to(user))) == {
            row for row in rounds if access.may_adjudicate(user, row)
        }
        assert set(rounds.filter(access.names_hidden(user, "pk"))) == {
            row for row in rounds if access.hides_names(user, row)
        }
        runs = ReliabilityRun.objects.select_related("round", "study")
        assert set(runs.filter(access.runs_open_to(user))) == {row for row in runs if access.may_see_run(user, row)}
