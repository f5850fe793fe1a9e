"""Who may see the results of a round: the predicate and the `Q` agree, and each no has its reason."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from coding import access
from coding.models import Assignment, Round
from tests.factories import StudyWorld, close, make_round, make_transcript, make_world
from transcripts.models import Membership
from workbench.accounts.models import User


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def test_the_rule_for_one_round_and_for_many_agree(world: StudyWorld) -> None:
    second = make_transcript(world.study)
    stranger_world = make_world()
    rounds = [
        world.round(),
        world.round([world.rater, world.coordinator], [world.transcript, second]),
        world.round([world.coordinator], [second]),
        make_round(world.version, [], []),
        stranger_world.round(),
    ]
    for round_ in (rounds[0], rounds[1], rounds[3], rounds[4]):
        close(round_)
    members = (world.coordinator, world.rater, world.adjudicator, world.reader, stranger_world.reader)

    for user in [*(person(member) for member in members), world.stranger]:
        one_by_one = {round_.pk for round_ in rounds if access.may_see_results(user, round_)}
        many = set(Round.objects.filter(access.results_open_to(user)).values_list("pk", flat=True))
        assert one_by_one == many


def test_a_coordinator_with_an_open_assignment_on_every_transcript_of_a_round_sees_none_of_it(
    world: StudyWorld,
) -> None:
    closed = world.round()
    close(closed)
    world.round([world.coordinator])

    decision = access.may_see_results(person(world.coordinator), closed)

    assert not decision
    assert decision.reason == access.NOT_YET
    assert access.may_see_results(person(world.reader), closed)


def test_whoever_is_blind_to_a_part_of_an_open_round_learns_not_even_that_it_is_open(
    world: StudyWorld, client: Client
) -> None:
    open_round = world.round(transcripts=[world.transcript, make_transcript(world.study)])
    world.round([world.coordinator])
    path = reverse("reliability", args=[world.study.slug, open_round.pk])
    client.force_login(person(world.coordinator))

    words = client.get(path).content.decode()
    reader = access.may_see_results(person(world.reader), open_round)
    hidden = access.may_see_results(person(world.coordinator), open_round)
    close(open_round)

    assert hidden.reason == access.NOT_YET
    assert "Not for your eyes yet." in words
    assert "every assignment" not in words
    assert reader.reason == "The results open when every assignment of the round is submitted."
    assert access.may_see_results(person(world.coordinator), open_round)


def test_after_submitting_the_results_are_open(world: StudyWorld) -> None:
    closed = world.round()
    close(closed)
    again = world.round([world.coordinator])
    Assignment.objects.filter(round=again).update(submitted_at="2026-11-23T00:00:00Z")

    assert access.may_see_results(person(world.coordinator), closed)
