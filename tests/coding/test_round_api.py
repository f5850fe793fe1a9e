"""Rounds for programs: the same services and rules as on the pages, blindness included."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coding.access import NOT_YET
from coding.models import Assignment, Round
from tests.factories import (
    StudyWorld,
    close,
    judge,
    make_member,
    make_transcript,
    make_version,
    make_world,
    submit,
)
from tests.transcripts.test_studies_api import Program

pytestmark = pytest.mark.django_db


class Rounds(Program):
    """A program that works with the rounds of one study."""

    def __init__(self, world: StudyWorld, place: str = "coordinator") -> None:
        user = world.stranger if place == "stranger" else getattr(world, place).user
        super().__init__(user)
        self.slug = world.study.slug

    def __call__(self, method: str, path: str = "", body: object = None) -> Any:
        return super().__call__(method, f"{self.slug}/rounds/{path}", body)


def new_round(world: StudyWorld, **changes: Any) -> dict[str, Any]:
    shares = [{"transcript": world.transcript.pk, "raters": ["rater_a", "rater_b"]}]
    return {"name": "One", "kind": "training", "version": world.version.pk, "shares": shares} | changes


def test_a_round_is_made_with_its_assignments(world: StudyWorld) -> None:
    answer = Rounds(world)("post", body=new_round(world))

    made = answer.json()
    round_ = Round.objects.get()
    assert answer.status_code == 201
    assert {name: made[name] for name in ("id", "name", "kind", "codebook", "version", "state", "closed_at")} == {
        "id": round_.pk,
        "name": "One",
        "kind": "training",
        "codebook": "small",
        "version": world.version.pk,
        "state": "open",
        "closed_at": None,
    }
    assert made["design"] == [
        {
            "transcript": world.transcript.pk,
            "name": world.transcript.name,
            "segments": 4,
            "raters": ["rater_a", "rater_b"],
        }
    ]
    assert Rounds(world)("get", f"{round_.pk}/").json() == made
    assert Assignment.objects.count() == 2


def test_a_drift_check_is_refused_with_the_way_to_one(world: StudyWorld) -> None:
    by_hand = new_round(world, kind="drift")
    drawn = {name: value for name, value in by_hand.items() if name != "shares"} | {"draw": {"raters_each": 1}}

    for body in (by_hand, drawn):
        answer = Rounds(world)("post", body=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "drift_check_is_drawn")
        assert "Draw a drift check" in answer.json()["detail"]
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"name": "\u202e\u200b"}, "name"),
        ({"due_on": "1026-11-26"}, "due_on"),
        ({"kind": "party"}, "kind"),
        ({"version": 10**30}, "version"),
        ({"version": "one"}, "version"),
        ({"version": 999_999}, "version"),
        ({"shares": []}, "shares"),
        ({"shares": "all"}, "shares"),
        ({"shares": [{"transcript": 1}]}, "shares"),
        ({"shares": [{"transcript": 999_999, "raters": ["rater_a"]}]}, "shares"),
        ({"shares": [{"transcript": 10**40, "raters": ["rater_a"]}]}, "shares"),
        ({"shares": [{"transcript": 1, "raters": ["rater_a"] * 201}]}, "shares"),
    ],
)
def test_a_round_that_cannot_be_is_refused_with_400_at_its_field(
    world: StudyWorld, changes: dict[str, Any], field: str
) -> None:
    answer = Rounds(world)("post", body=new_round(world, **changes))

    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert not Round.objects.exists()


def test_who_is_not_there_is_named(world: StudyWorld) -> None:
    shares = [{"transcript": world.transcript.pk, "raters": ["nobody", "rater_a"]}]

    answer = Rounds(world)("post", body=new_round(world, shares=shares))

    assert answer.json() == {"shares": ["There is no member “nobody” in this study."]}


def test_what_the_service_refuses_is_a_conflict(world: StudyWorld) -> None:
    call = Rounds(world)
    reader = [{"transcript": world.transcript.pk, "raters": [world.reader.label]}]
    call("post", body=new_round(world))

    answers = [
        call("post", body=new_round(world)),
        call("post", body=new_round(world, name="Two", version=make_version(world.study, publish=False).pk)),
        call("post", body=new_round(world, name="Two", shares=reader)),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "round_name_taken"),
        (409, "round_not_possible"),
        (409, "round_not_possible"),
    ]
    assert Round.objects.count() == 1


def test_assignments_are_listed_in_pages_with_how_far_they_are(world: StudyWorld) -> None:
    round_ = world.round()
    mine = world.assignment(round_)
    judge(mine, 1)
    submit(world.assignment(round_, world.other_rater))

    answer = Rounds(world)("get", f"{round_.pk}/assignments/?page_size=1").json()
    second = Rounds(world)("get", f"{round_.pk}/assignments/?page_size=1&page=2").json()

    assert (answer["count"], answer["results"]) == (
        2,
        [
            {
                "id": str(mine.pk),
                "transcript": world.transcript.pk,
                "rater": "rater_a",
                "segments": 4,
                "state": "open",
                "judged": 1,
                "late": False,
                "could_read": False,
            }
        ],
    )
    assert second["results"][0]["state"] == "submitted"


def test_raters_are_added_taken_back_and_let_in_again(world: StudyWorld) -> None:
    call, round_ = Rounds(world), world.round()
    mine, theirs = world.assignment(round_), world.assignment(round_, world.other_rater)
    submit(theirs)
    make_member(world.study, "rater", "rater_c")
    shares = {"shares": [{"transcript": world.transcript.pk, "raters": ["rater_c"]}], "reason": "Ill."}

    added = call("post", f"{round_.pk}/assignments/", shares)
    twice = call("post", f"{round_.pk}/assignments/", shares)
    taken = call("post", f"{round_.pk}/assignments/{mine.pk}/withdraw/", {"reason": "Ill."})
    opened = call("post", f"{round_.pk}/assignments/{theirs.pk}/reopen/", {"reason": "Cut off."})

    assert (added.status_code, [row["rater"] for row in added.json()]) == (201, ["rater_c"])
    assert (twice.status_code, twice.json()["code"]) == (409, "already_assigned")
    assert (taken.json()["state"], opened.json()["state"]) == ("withdrawn", "open")
    for reason in ({}, {"reason": ""}, {"reason": "x" * 501}, []):
        assert call("post", f"{round_.pk}/assignments/{theirs.pk}/withdraw/", reason).status_code == 400


def test_a_blind_coordinator_gets_the_design_and_null_for_every_state(world: StudyWorld) -> None:
    closed = world.round()
    judge(world.assignment(closed), 1)
    close(closed)
    world.round(raters=[world.coordinator])
    call = Rounds(world)

    listed = {row["id"]: row for row in call("get").json()["results"]}[closed.pk]
    whole = call("get", f"{closed.pk}/").json()
    places = call("get", f"{closed.pk}/assignments/").json()["results"]

    for row in (listed, whole):
        assert (row["state"], row["closed_at"]) == (None, None)
    assert whole["design"][0]["raters"] == ["rater_a", "rater_b"]
    assert {(row["state"], row["judged"], row["could_read"]) for row in places} == {(None, None, None)}
    for act in ("withdraw", "reopen"):
        answer = call("post", f"{closed.pk}/assignments/{places[0]['id']}/{act}/", {"reason": "Why not."})
        assert (answer.status_code, answer.json()["detail"]) == (403, NOT_YET)


def test_the_answers_to_a_blind_coordinator_are_the_same_whatever_the_others_did(world: StudyWorld) -> None:
    """The same round, before and after everybody else submitted and it was closed."""
    earlier = world.round()
    world.round(raters=[world.coordinator])
    call = Rounds(world)
    mine = world.assignment(earlier).pk
    shares = {"shares": [{"transcript": world.transcript.pk, "raters": [world.coordinator.label]}], "reason": "x"}

    def ask() -> list[tuple[int, bytes]]:
        answers = [
            call("get"),
            call("get", f"{earlier.pk}/"),
            call("get", f"{earlier.pk}/assignments/"),
            call("post", f"{earlier.pk}/assignments/", shares),
            call("post", f"{earlier.pk}/assignments/{mine}/withdraw/", {"reason": "Why not."}),
            call("post", f"{earlier.pk}/assignments/{mine}/reopen/", {"reason": "Why not."}),
        ]
        return [(answer.status_code, answer.content) for answer in answers]

    before = ask()
    for assignment in earlier.assignments.all():
        judge(assignment, 1, "PULL-APP")
    close(earlier)

    assert ask() == before


def test_who_reads_results_gets_closed_rounds_and_raters_none(world: StudyWorld) -> None:
    closed = world.round()
    close(closed)
    still_open = world.round()

    for place in ("reader", "adjudicator"):
        call = Rounds(world, place)
        assert [row["id"] for row in call("get").json()["results"]] == [closed.pk]
        assert call("get", f"{closed.pk}/").json()["state"] == "closed"
        assert call("get", f"{still_open.pk}/").status_code == 404
        assert call("get", f"{closed.pk}/assignments/").status_code == 403
    assert Rounds(world, "rater")("get").json()["results"] == []
    assert Rounds(world, "rater")("get", f"{closed.pk}/").status_code == 404


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_only_coordinators_change_rounds(world: StudyWorld, place: str) -> None:
    round_ = world.round()
    mine = world.assignment(round_)
    call = Rounds(world, place)

    answers = [
        call("post", body=new_round(world)),
        call("post", f"{round_.pk}/assignments/", {"shares": []}),
        call("post", f"{round_.pk}/assignments/{mine.pk}/withdraw/", {"reason": "x"}),
        call("post", f"{round_.pk}/assignments/{mine.pk}/reopen/", {"reason": "x"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert Round.objects.count() == 1


def test_for_a_stranger_and_in_another_study_nothing_exists(world: StudyWorld) -> None:
    elsewhere = make_world()
    theirs = elsewhere.round()
    here, call = world.round(), Rounds(world)

    assert Rounds(world, "stranger")("get").status_code == 404
    assert Rounds(world, "stranger")("get", f"{here.pk}/").status_code == 404
    for number in (theirs.pk, 10**30, 0):
        assert call("get", f"{number}/").status_code == 404
        assert call("get", f"{number}/assignments/").status_code == 404
    for pk in (uuid.uuid4(), elsewhere.assignment(theirs).pk):
        assert call("post", f"{here.pk}/assignments/{pk}/withdraw/", {"reason": "x"}).status_code == 404
    body = new_round(world, shares=[{"transcript": elsewhere.transcript.pk, "raters": ["rater_a"]}])
    assert call("post", body=body).status_code == 400
    assert call("post", body=new_round(world, version=elsewhere.version.pk)).status_code == 400


def test_twenty_more_rounds_and_assignments_cost_no_more_queries(world: StudyWorld) -> None:
    def cost() -> list[int]:
        counts = []
        for path in ("", f"{round_.pk}/", f"{round_.pk}/assignments/"):
            with CaptureQueriesContext(connection) as queries:
                assert call("get", path).status_code == 200
            counts.append(len(queries))
        return counts

    call, round_ = Rounds(world), world.round()
    cost()
    before = cost()
    for _ in range(10):
        other = make_transcript(world.study)
        world.round(transcripts=[other])
        body = {"shares": [{"transcript": other.pk, "raters": ["rater_a", "rater_b"]}], "reason": "x"}
        assert call("post", f"{round_.pk}/assignments/", body).status_code == 201

    assert cost() == before
