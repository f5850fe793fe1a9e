"""A member is removed when nothing is left for them to code; until then the proper way is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from coding.models import Assignment, Round
from coding.services.late_changes import rater_leaves
from coding.services.leaving import StillCodes, remove_member
from coding.services.rounds import Share, assign
from tests.factories import StudyWorld, close, judge, make_transcript, submit
from workbench.accounts.tokens import create_token

pytestmark = pytest.mark.django_db


def coding(world: StudyWorld) -> Round:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP")
    return round_


def posted(world: StudyWorld) -> Any:
    client = Client()
    client.force_login(world.coordinator.user)
    return client.post(f"/studies/{world.study.slug}/members/{world.rater.pk}/remove/")


def test_a_rater_with_open_coding_is_not_removed_and_the_page_leads_to_the_round(world: StudyWorld) -> None:
    round_ = coding(world)

    answer = posted(world)
    page = answer.content.decode()

    assert answer.status_code == 409
    assert f"still has transcripts to code in {round_}." in page
    assert f'href="/studies/{world.study.slug}/rounds/{round_.pk}/#leave"' in page
    world.rater.refresh_from_db()
    assert world.rater.left_at is None


def test_the_api_refuses_with_the_same_sentence(world: StudyWorld) -> None:
    round_ = coding(world)
    _, key = create_token(world.coordinator.user, "script")

    answer = Client().delete(
        f"/api/v1/studies/{world.study.slug}/members/{world.rater.pk}/", headers={"authorization": f"Bearer {key}"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "still_codes")
    assert f"in {round_}. Record there that they leave" in answer.json()["detail"]


def test_after_the_rater_has_left_the_round_they_are_removed_and_their_codings_stay(world: StudyWorld) -> None:
    round_ = coding(world)
    rater_leaves(user=world.coordinator.user, round_=round_, rater=world.rater, reason="Another job.")

    assert posted(world).status_code == 302
    world.rater.refresh_from_db()
    assert world.rater.left_at is not None
    assert Assignment.objects.get(round=round_, rater=world.rater).judgements.get().codings.exists()


def test_what_was_handed_in_keeps_nobody(world: StudyWorld) -> None:
    close(coding(world))

    assert posted(world).status_code == 302


def test_of_a_transcript_that_one_still_codes_nothing_is_told(world: StudyWorld) -> None:
    coding(world)
    world.round([world.coordinator])

    remove_member(user=world.coordinator.user, member=world.rater)

    world.rater.refresh_from_db()
    assert world.rater.left_at is not None


def test_only_who_runs_the_study_removes_a_member(world: StudyWorld) -> None:
    for _ in range(3):
        coding(world)

    with pytest.raises(PermissionDenied):
        remove_member(user=world.reader.user, member=world.rater)
    with pytest.raises(StillCodes, match="in 3 rounds"):
        remove_member(user=world.coordinator.user, member=world.rater)


def test_a_transcript_that_nobody_codes_any_more_is_named(world: StudyWorld) -> None:
    shared, alone = world.transcript, make_transcript(world.study)
    round_ = world.round(transcripts=[shared])
    assign(round_, [Share(alone, [world.rater])])
    client = Client()
    client.force_login(world.coordinator.user)
    at = f"/studies/{world.study.slug}/rounds/{round_.pk}/"

    page = client.post(f"{at}leave/", {"rater": world.rater.pk, "reason": "Another job."}, follow=True).content.decode()

    assert "2 open transcripts of rater_a taken back." in page
    assert f"Nobody codes {alone.name} in this round now." in page


def test_a_drift_check_is_offered_when_somebody_has_handed_in(world: StudyWorld) -> None:
    round_ = world.round()
    client = Client()
    client.force_login(world.coordinator.user)
    at = f"/studies/{world.study.slug}/rounds/{round_.pk}/"

    before = client.get(at).content.decode()
    submit(world.assignment(round_))

    assert "Draw a drift check" not in before
    assert "Draw a drift check" in client.get(at).content.decode()
