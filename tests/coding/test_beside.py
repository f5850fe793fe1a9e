"""One's own codings beside the others': after the round, where it is allowed, and never while one codes again."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from importlib import import_module

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coding import access
from coding.models import Assignment, Judgement, Round
from coding.queries.disputes import Disputes, Wanted
from coding.queries.kept import KeptRound
from coding.services.rounds import Share, assign, show_others
from tests.coding.test_blindness import person, seen_by
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript, submit


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    """A closed round that shows its raters the others; turn 2 differs, turn 1 does not."""
    made = world.round(others_shown=True)
    for rater, code in ((world.rater, "PULL-APP"), (world.other_rater, "PULL-DEF")):
        assignment = world.assignment(made, rater)
        judge(assignment, 1, "ST-WARM", memo=f"A memo of {rater.label}.")
        judge(assignment, 2, code)
    close(made)
    return made


def page(client: Client, assignment: Assignment, query: str = "") -> tuple[int, str]:
    client.force_login(person(assignment.rater))
    answer = client.get(reverse("beside", args=[assignment.pk]) + query)
    return answer.status_code, answer.content.decode()


def mine(world: StudyWorld, round_: Round) -> Assignment:
    return Assignment.objects.select_related("rater__user", "round", "study").get(round=round_, rater=world.rater)


def test_a_rater_sees_both_after_the_round_with_the_memos_of_others_left_out(
    world: StudyWorld, round_: Round, client: Client
) -> None:
    status, words = page(client, mine(world, round_))

    assert status == 200
    assert "Two raters coded" in words
    assert "1 of 4 turns differs." in words
    assert "Seeking approval" in words
    assert "Deference" in words
    assert f"A memo of {world.rater.label}." in words
    assert f"A memo of {world.other_rater.label}." not in words


def test_only_the_turns_that_differ(world: StudyWorld, round_: Round, client: Client) -> None:
    _, words = page(client, mine(world, round_), "?only=differing")

    assert 'id="turn-2"' in words
    assert 'id="turn-1"' not in words


def test_a_turn_that_one_rater_did_not_judge_does_not_differ_here_nor_among_the_disagreements(
    world: StudyWorld, client: Client
) -> None:
    made = world.round(others_shown=True)
    first, second = world.assignment(made), world.assignment(made, world.other_rater)
    judge(first, 1, "PULL-APP")
    for position, codes in ((2, ["PULL-DEF"]), (3, [])):
        judge(first, position, *codes)
        judge(second, position, *codes)
    judge(second, 4, outcome=Judgement.Outcome.UNCODABLE)
    close(made)

    _, beside_page = page(client, mine(world, made), "?only=differing")
    client.force_login(person(world.reader))
    disagreements = client.get(reverse("disagreements", args=[world.study.slug, made.pk])).content.decode()

    assert "0 of 4 turns differ." in beside_page
    assert 'id="turn-' not in beside_page
    assert "0 of 4 segments differ" in disagreements


def test_the_turns_that_differ_are_those_of_the_disagreements(world: StudyWorld, client: Client) -> None:
    chance = random.Random(5)
    third = make_member(world.study, "rater")
    transcript = make_transcript(world.study, 24)
    made = world.round([world.rater, world.other_rater, third], [transcript], others_shown=True)
    for assignment in made.assignments.select_related("version"):
        for position in range(1, 25):
            match chance.randrange(4):
                case 1:
                    judge(assignment, position, outcome=Judgement.Outcome.UNCODABLE)
                case 2:
                    judge(assignment, position)
                case 3:
                    judge(assignment, position, chance.choice(["ST-WARM", "PULL-APP"]))
    close(made)

    words = page(client, mine(world, made), "?only=differing")[1]
    disputes = Disputes(KeptRound(made, None), Wanted()).agenda(1)

    assert [int(number) for number in re.findall(r'id="turn-(\d+)"', words)] == [
        card.position for card in disputes.cards
    ]
    assert 0 < disputes.total < 24


def test_it_is_off_unless_the_coordinator_allows_it(world: StudyWorld, round_: Round, client: Client) -> None:
    show_others(user=person(world.coordinator), round_=round_, shown=False)

    status, words = page(client, mine(world, round_))

    assert status == 403
    assert "not shown to its raters" in words
    assert Round._meta.get_field("others_shown").default is False


def test_the_others_stay_hidden_until_the_round_is_closed(world: StudyWorld, client: Client) -> None:
    made = world.round(others_shown=True)
    others = judge(world.assignment(made, world.other_rater), 1, "PULL-APP")
    submit(world.assignment(made, world.other_rater))
    before = page(client, mine(world, made))[0]
    submit(world.assignment(made))

    assert before == 403
    assert page(client, mine(world, made))[0] == 403
    assert others.pk not in seen_by(person(world.rater))


def test_whoever_codes_the_transcript_again_sees_neither_the_page_nor_a_judgement(
    world: StudyWorld, round_: Round, client: Client
) -> None:
    before = seen_by(person(world.rater))
    world.round(raters=[world.rater])

    status, words = page(client, mine(world, round_))

    assert len(before) == 4
    assert status == 403
    assert "Not for your eyes yet" in words
    assert seen_by(person(world.rater)) == set()


def test_a_rater_who_did_not_code_the_transcript_sees_nothing_of_it(world: StudyWorld) -> None:
    made = world.round(raters=[world.other_rater], others_shown=True)
    judge(world.assignment(made, world.other_rater), 1, "PULL-APP")
    close(made)

    assert seen_by(person(world.rater)) == set()


def test_predicates_and_queries_agree(world: StudyWorld, round_: Round) -> None:
    world.round(others_shown=True)
    world.round(raters=[world.other_rater])
    people = (world.coordinator, world.rater, world.other_rater, world.adjudicator, world.reader)
    assignments = Assignment.objects.select_related("rater", "round", "study")
    judgements = Judgement.objects.select_related("assignment__rater", "assignment__round", "assignment__study")

    for member in people:
        user = person(member)
        open_to = set(assignments.filter(access.besides_open_to(user)).values_list("pk", flat=True))
        assert open_to == {one.pk for one in assignments if access.may_read_beside(user, one)}
        assert seen_by(user) == {one.pk for one in judgements if access.may_see_judgement(user, one)}
    assert assignments.filter(access.besides_open_to(person(world.rater))).count() == 0


def given_again(world: StudyWorld) -> Assignment:
    made = make_round(world.version, [], [])
    assign(made, [Share(world.transcript, [world.rater])])
    return made.assignments.get()


def test_who_could_read_the_others_is_no_naive_rater_of_the_transcript(world: StudyWorld, round_: Round) -> None:
    again = given_again(world)
    show_others(user=person(world.coordinator), round_=round_, shown=False)
    while_blind = given_again(world)
    submit(again)
    submit(while_blind)

    assert again.could_read_since == round_.closed_at
    assert while_blind.could_read_since == round_.closed_at
    assert given_again(world).could_read_since == round_.closed_at


def test_turning_it_off_makes_nobody_naive_again(world: StudyWorld, round_: Round) -> None:
    show_others(user=person(world.coordinator), round_=round_, shown=False)

    assert given_again(world).could_read_since == round_.closed_at


def test_what_is_shown_later_could_be_read_since_then(world: StudyWorld) -> None:
    made = world.round()
    closed_at = timezone.now() - timedelta(days=7)
    submit(world.assignment(made))
    Round.objects.filter(pk=made.pk).update(closed_at=closed_at)
    naive = given_again(world)
    submit(naive)
    for shown in (True, False, True):
        show_others(user=person(world.coordinator), round_=made, shown=shown)
    made.refresh_from_db()

    assert naive.could_read_since is None
    assert made.others_shown_since is not None
    assert made.others_shown_since > closed_at + timedelta(days=6)
    assert given_again(world).could_read_since == made.others_shown_since


def test_what_an_open_round_would_show_was_not_read(world: StudyWorld) -> None:
    made = world.round(others_shown=True)
    submit(world.assignment(made))
    show_others(user=person(world.coordinator), round_=made, shown=False)
    close(made)
    made.refresh_from_db()

    assert made.others_shown_since is None
    assert given_again(world).could_read_since is None


def test_a_round_never_forgets_since_when_it_showed_the_others(round_: Round) -> None:
    with pytest.raises(IntegrityError, match="since when raters could read"), transaction.atomic():
        Round.objects.filter(pk=round_.pk).update(others_shown_since=None)


def test_rounds_that_stand_already_learn_it_from_the_history(world: StudyWorld, round_: Round) -> None:
    fill = import_module("coding.migrations.0014_what_raters_could_read_stays_known").FILL
    show_others(user=person(world.coordinator), round_=round_, shown=False)
    never = world.round(raters=[world.other_rater])
    close(never)
    with pgtrigger.ignore("coding.Round:round_remembers_what_it_showed"), connection.cursor() as cursor:
        Round.objects.update(others_shown_since=None)
        cursor.execute(fill)
    round_.refresh_from_db()
    never.refresh_from_db()

    assert round_.others_shown_since == round_.closed_at
    assert never.others_shown_since is None


def test_a_coordinator_lets_raters_see_the_others_by_a_click(world: StudyWorld, client: Client) -> None:
    made = world.round()
    path = reverse("round-others", args=[world.study.slug, made.pk])
    client.force_login(person(world.coordinator))

    client.post(path, {"shown": "yes"})
    made.refresh_from_db()
    shown = made.others_shown
    client.post(path, {"shown": "no"})
    made.refresh_from_db()

    assert shown
    assert not made.others_shown


def test_more_turns_cost_no_more_queries(world: StudyWorld, round_: Round, client: Client) -> None:
    counts = []
    for length in (2, 22):
        made = make_round(
            world.version, [make_transcript(world.study, length)], [world.rater, world.other_rater], others_shown=True
        )
        for assignment in made.assignments.select_related("version"):
            for position in range(1, length + 1):
                judge(assignment, position, "PULL-APP")
        close(made)
        page(client, mine(world, made))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, mine(world, made))
        counts.append(len(queries))

    assert counts[0] == counts[1]
