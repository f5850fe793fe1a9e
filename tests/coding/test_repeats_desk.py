"""The desk of an assignment that asks for some turns alone: quiet ones cannot be coded, and only the others count."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.models import Act, Assignment, Judgement, Round
from coding.queries.desk import WHOLE, desk_page
from coding.queries.study_home import study_home
from coding.views.strip_markup import strip_markup
from tests.factories import StudyWorld, close, judge, make_repeats, make_transcript
from tests.transcripts.test_studies_api import Program

pytestmark = pytest.mark.django_db


@pytest.fixture
def repeats(world: StudyWorld) -> Assignment:
    """Turns 2 and 4 of four, coded before in a round that is closed."""
    first = world.assignment(world.round())
    for position in range(1, 5):
        judge(first, position, "PULL-APP")
    close(first.round)
    return make_repeats(first, [2, 4])


@pytest.fixture
def client(world: StudyWorld) -> Client:
    client = Client()
    client.force_login(world.rater.user)  # type: ignore[arg-type]
    return client


def send(client: Client, assignment: Assignment, kind: str, position: int, **said: Any) -> Any:
    act = {"id": str(uuid4()), "seq": 1, "kind": kind, "position": position, **said}
    return client.post(reverse("acts", args=[assignment.pk]), json.dumps(act), content_type="application/json")


def test_the_desk_counts_the_turns_that_are_asked_for_and_keeps_the_others_quiet(
    client: Client, repeats: Assignment
) -> None:
    judge(repeats, 2, "PULL-DEF")

    page = client.get(reverse("desk", args=[repeats.pk])).content.decode()

    states = re.findall(r'<li class="turn" id="turn-\d" [^>]*data-state="(\w+)"', page)
    assert states == ["aside", "judged", "aside", "open"]
    assert "2 of 4 turns to code; the others are there to be read." in page
    assert "<b>1 / 2</b> judged" in page
    assert "Submit: 1 turn left" in page
    assert 'data-asked="2"' in page
    assert 'data-first="4"' in page
    assert 'aria-label="Turn 1, not asked for"' in page
    # What they said before, in the round that is closed, stands nowhere.
    assert "Seeking approval</span>" not in page.partition('class="turns"')[2].partition("</ol>")[0]


def test_an_ordinary_desk_says_nothing_of_turns_that_are_not_asked_for(client: Client, world: StudyWorld) -> None:
    page = client.get(reverse("desk", args=[world.assignment(world.round()).pk])).content.decode()

    assert "data-asked" not in page
    assert 'data-state="aside"' not in page
    assert "4 turns." in page


def test_an_act_on_a_turn_that_is_not_asked_for_is_refused_with_a_sentence_and_leaves_nothing(
    client: Client, repeats: Assignment
) -> None:
    for kind, said in (("give", {"code": "PULL-APP"}), ("outcome", {"outcome": "none"}), ("memo", {"memo": "x"})):
        answer = send(client, repeats, kind, 3, **said)

        assert answer.status_code == 409
        assert answer.json()["code"] == "turn_not_asked_for"
        assert answer.json()["detail"] == "Turn 3 is not asked for here: it is there to be read."
    assert not Judgement.objects.filter(assignment=repeats).exists()
    assert not Act.objects.filter(assignment=repeats).exists()


def test_handing_in_waits_for_the_turns_that_are_asked_for_and_for_no_other(
    client: Client, repeats: Assignment
) -> None:
    path = reverse("submit", args=[repeats.pk])
    send(client, repeats, "give", 2, code="PULL-APP", rating=1)
    send(client, repeats, "finish", 2)

    waiting = client.get(path).content.decode()
    refused = client.post(path)
    send(client, repeats, "outcome", 4, outcome="none")
    send(client, repeats, "finish", 4)
    ready = client.get(path).content.decode()
    done = client.post(path)

    assert re.findall(r'<span class="num">(\d+)</span>', waiting) == ["4"]
    assert "1 turn of" in waiting
    assert refused.status_code == 409
    assert "All 2 turns asked for in" in ready
    assert done.status_code == 302
    repeats.refresh_from_db()
    assert repeats.is_submitted
    assert Round.objects.get(pk=repeats.round_id).is_closed


def test_the_api_says_which_turns_are_asked_for_and_how_many_were_handed_in(
    world: StudyWorld, repeats: Assignment
) -> None:
    assert world.rater.user is not None
    program = Program(world.rater.user)
    base = f"/api/v1/assignments/{repeats.pk}/"

    one = program.client.get(base).json()
    turns = program.client.get(f"{base}segments/").json()["results"]
    for position in (2, 4):
        judge(repeats, position)
    handed_in = program.client.post(f"{base}submit/").json()

    assert one["asked"] == [2, 4]
    assert [turn["asked"] for turn in turns] == [False, True, False, True]
    assert all(turn["text"] and turn["judgement"] is None for turn in turns)
    assert handed_in["turns"] == 2


def test_the_rater_finds_a_few_turns_to_code_and_nothing_says_that_they_come_back(
    client: Client, world: StudyWorld, repeats: Assignment
) -> None:
    assert world.rater.user is not None
    home = study_home(user=world.rater.user, study=world.study, powers=frozenset({"code"}))
    page = client.get(f"/studies/{world.study.slug}/").content.decode()

    task = next(task for task in home.own if task.id == repeats.pk)
    assert (task.is_part, task.meter.total, task.from_turn) == (True, 2, None)
    assert f"Start a few turns of {world.transcript.name}" in page
    for word in ("repeat", "drift", "again what", "coded before"):
        assert word not in page.lower()


def test_while_the_turns_are_open_their_rater_reads_nothing_of_what_they_said_before(
    client: Client, world: StudyWorld, repeats: Assignment
) -> None:
    before = Assignment.objects.exclude(pk=repeats.pk).get(rater=world.rater, transcript=world.transcript)
    program = Program(world.rater.user)  # type: ignore[arg-type]

    assert client.get(reverse("desk", args=[before.pk])).status_code == 403
    assert client.get(reverse("beside", args=[before.pk])).status_code == 403
    assert client.get(reverse("submit", args=[before.pk])).status_code == 403
    path = f"/api/v1/assignments/{before.pk}/judgements/"
    assert program.client.get(path).status_code == 403
    listed = program.client.get("/api/v1/assignments/").json()["results"]
    assert [one["id"] for one in listed] == [str(repeats.pk)]
    for position in (2, 4):
        judge(repeats, position)
    close(repeats.round)
    assert client.get(reverse("desk", args=[before.pk])).status_code == 200


def test_turns_of_a_long_hour_that_are_not_asked_for_are_quiet_too(world: StudyWorld, client: Client) -> None:
    transcript = make_transcript(world.study, WHOLE + 100)
    first = world.round(transcripts=[transcript], raters=[world.rater]).assignments.get()
    repeats = make_repeats(first, [5, 650, 651])
    judge(repeats, 651)

    page = desk_page(repeats)
    fragment = client.get(reverse("turns", args=[repeats.pk]), {"first": 640, "last": 652}).content.decode()
    strip = strip_markup(page)

    assert (page.to_judge, page.judged, page.left, page.first_open) == (3, 1, 2, 5)
    assert (page.marks.count("-"), page.marks[4], page.marks[649:651]) == (WHOLE + 97, "o", "oj")
    assert len(re.findall('data-state="aside"', fragment)) == 11
    assert 'data-first="645" data-last="651" data-judged="1" data-size="2"' in strip
    assert 'data-state="aside" data-first="8"' in strip


def cost(client: Client, assignment: Assignment) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("desk", args=[assignment.pk])).status_code == 200
    return len(queries)


def test_asking_for_some_turns_costs_the_desk_no_more_queries(world: StudyWorld, client: Client) -> None:
    ordinary = world.assignment(world.round())
    few, many = (make_repeats(ordinary, positions) for positions in ([2], [1, 2, 3]))
    for assignment in (ordinary, few, many):
        judge(assignment, 2, "PULL-APP")
    cost(client, ordinary)

    assert cost(client, ordinary) == cost(client, few) == cost(client, many)
