"""Progress: who is where and what is late, in counts, for those who do not code; raters see their own day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding.models import Round
from coding.queries.round_pages import design
from coding.services.rounds import set_due
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, submit
from tests.transcripts.test_studies_api import Program
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
LONG_AGO = date(2020, 2, 29)


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


def counts(user: User, round_: Round) -> dict[str, tuple[Any, ...]]:
    return {
        one.rater.label: (one.submitted, one.transcripts, one.judged, one.segments, one.late) if one.known else ()
        for one in design(user, round_).progress
    }


def test_who_is_where_and_what_is_late_is_counted(world: StudyWorld, coordinator: User) -> None:
    second = make_transcript(world.study)
    round_ = world.round(transcripts=[world.transcript, second], due_on=LONG_AGO)
    judge(world.assignment(round_), 1)
    submit(world.assignment(round_))
    judge(world.assignment(round_, world.other_rater), 2)

    assert counts(coordinator, round_) == {"rater_a": (1, 2, 1, 8, 1), "rater_b": (0, 2, 1, 8, 2)}


def test_nothing_is_late_on_the_day_itself_nor_once_it_is_handed_in(world: StudyWorld, coordinator: User) -> None:
    round_ = world.round(due_on=timezone.localdate())
    assert design(coordinator, round_).late == 0

    set_due(user=coordinator, round_=round_, due_on=timezone.localdate() - timedelta(days=1))
    assert design(coordinator, round_).late == 2

    close(round_)
    assert design(coordinator, round_).late == 0


def test_of_a_transcript_that_they_code_a_coordinator_is_told_no_state_and_no_count_even_when_it_is_late(
    world: StudyWorld, coordinator: User, client: Client
) -> None:
    round_ = world.round(raters=[world.coordinator, world.rater], due_on=LONG_AGO)
    client.force_login(coordinator)
    path = f"/studies/{world.study.slug}/rounds/{round_.pk}/"
    before = client.get(path).content.decode()

    judge(world.assignment(round_), 1)
    submit(world.assignment(round_))

    assert counts(coordinator, round_) == {"rater_a": (), world.coordinator.label: (0, 1, 0, 4, 1)}
    after = client.get(path).content.decode()
    assert after.partition("<main")[2].count("not for your eyes yet") == 2
    assert without_tokens(after) == without_tokens(before)


def without_tokens(page: str) -> list[str]:
    return [part for part in page.split('"') if len(part) != 64]


def test_a_rater_sees_the_day_beside_their_own_transcripts_and_nothing_of_others(
    world: StudyWorld, client: Client
) -> None:
    world.round(due_on=LONG_AGO)
    assert world.rater.user is not None
    client.force_login(world.rater.user)

    page = client.get(f"/studies/{world.study.slug}/").content.decode()
    listed = Program(world.rater.user).client.get("/api/v1/assignments/").json()["results"]

    assert "was due on 29 February" in page
    assert "rater_b" not in page
    assert [row["due_on"] for row in listed] == ["2020-02-29"]


def test_the_day_is_set_and_taken_away_on_the_page_and_by_programs(
    world: StudyWorld, coordinator: User, client: Client
) -> None:
    round_ = world.round()
    client.force_login(coordinator)
    path = f"{world.study.slug}/rounds/{round_.pk}/"

    client.post(f"/studies/{path}due/", {"due_on": "2020-02-29"})
    shown = client.get(f"/studies/{path}").content.decode()
    places = Program(coordinator)("get", f"{path}assignments/").json()["results"]
    wrong = client.post(f"/studies/{path}due/", {"due_on": "tomorrow"})
    taken = Program(coordinator)("patch", path, {"due_on": None})
    bad = Program(coordinator)("patch", path, {"due_on": "2020-02-30"})

    assert "29 February 2020" in shown
    assert "two transcripts late" in shown
    assert {row["late"] for row in places} == {True}
    assert wrong.status_code == 422
    assert "Enter a valid date" in wrong.content.decode()
    assert (taken.json()["due_on"], bad.status_code) == (None, 400)


@pytest.mark.parametrize("place", ["rater", "adjudicator", "reader"])
def test_only_coordinators_set_the_day(world: StudyWorld, place: str) -> None:
    round_ = world.round()

    with pytest.raises(PermissionDenied):
        set_due(user=getattr(world, place).user, round_=round_, due_on=LONG_AGO)


def test_more_raters_and_transcripts_cost_no_more_queries(world: StudyWorld, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)

    def cost(raters: int, transcripts: int) -> int:
        members = [make_member(world.study, "rater") for _ in range(raters)]
        round_ = world.round(raters=members, transcripts=[make_transcript(world.study) for _ in range(transcripts)])
        path = f"/studies/{world.study.slug}/rounds/{round_.pk}/"
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        return len(queries)

    assert cost(1, 1) == cost(5, 4)
