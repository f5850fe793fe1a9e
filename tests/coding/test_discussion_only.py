"""A study that talks and decides and wants no numbers is a full citizen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coding import access
from coding.models import ReliabilityRun, Round
from coding.services.runs import store_run
from tests.coding.test_adjudication import disputed, person
from tests.coding.test_adjudication_pages import client
from tests.factories import StudyWorld, close
from transcripts.models import Study


@pytest.fixture
def round_(world: StudyWorld) -> Round:
    round_ = disputed(world)
    close(round_)
    return round_


def test_a_coordinator_switches_numbers_off_and_on_and_nothing_is_lost(world: StudyWorld, round_: Round) -> None:
    boss, slug = client(world.coordinator), world.study.slug
    page = reverse("reliability", args=[slug, round_.pk])
    run = store_run(user=person(world.coordinator), round_=round_).run

    boss.post(reverse("numbers", args=[slug]), {"numbers": "off"})
    off = boss.get(page)
    boss.post(reverse("numbers", args=[slug]), {"numbers": "on"})

    assert off.status_code == 403
    assert "wants no numbers" in off.content.decode()
    assert reverse("meeting", args=[slug, round_.pk]) in off.content.decode()
    assert boss.get(page).status_code == 200
    assert ReliabilityRun.objects.get() == run


def test_no_page_of_such_a_study_leads_to_numbers(world: StudyWorld, round_: Round) -> None:
    Study.objects.filter(pk=world.study.pk).update(discussion_only=True)
    boss, slug = client(world.coordinator), world.study.slug
    pages = [
        reverse("study", args=[slug]), reverse("results", args=[slug]), reverse("round", args=[slug, round_.pk]),
        reverse("disagreements", args=[slug, round_.pk]), reverse("meeting", args=[slug, round_.pk]),
        reverse("rounds", args=[slug]), reverse("new-round", args=[slug]), reverse("exports", args=[slug]),
        reverse("adjudication-setup", args=[slug, round_.pk]), reverse("adjudication-report", args=[slug, round_.pk]),
    ]  # fmt: skip

    for page in pages:
        answer = boss.get(page)
        text = answer.content.decode()
        assert answer.status_code == 200, page
        assert "/reliability/" not in text, page
        assert ">Reliability<" not in text, page
        assert "Reliability plan" not in text, page


@pytest.mark.parametrize(
    "address",
    ["reliability/", "reliability/code/?code=PULL-APP", "runs/", "planner/"],
)
def test_every_number_is_refused_with_the_reason(world: StudyWorld, round_: Round, address: str) -> None:
    Study.objects.filter(pk=world.study.pk).update(discussion_only=True)
    base = f"/studies/{world.study.slug}/rounds/{round_.pk}/"

    assert client(world.reader).get(base + address).status_code == 403


@pytest.mark.parametrize("address", ["reliability/", "reliability/breakdown/", "runs/", "planner/"])
def test_the_api_says_so_too(world: StudyWorld, round_: Round, address: str) -> None:
    me = client(world.coordinator)
    base = f"/api/v1/studies/{world.study.slug}/"

    changed = me.patch(base, {"discussion_only": True}, content_type="application/json")
    answer = me.get(f"{base}rounds/{round_.pk}/{address}")

    assert changed.json()["discussion_only"] is True
    assert answer.status_code == 403
    assert answer.json()["detail"] == access.NO_NUMBERS
    assert me.get(f"{base}rounds/{round_.pk}/codings/").status_code == 200


def test_runs_are_hidden_by_predicate_and_query_alike(world: StudyWorld, round_: Round) -> None:
    run = store_run(user=person(world.coordinator), round_=round_).run
    Study.objects.filter(pk=world.study.pk).update(discussion_only=True)
    run.refresh_from_db()
    user = person(world.reader)

    assert not access.may_see_run(user, ReliabilityRun.objects.get())
    assert not ReliabilityRun.objects.filter(access.runs_open_to(user)).exists()


def test_nobody_is_charted_in_such_a_study(world: StudyWorld, round_: Round) -> None:
    me, slug = client(world.coordinator), world.study.slug
    page, address = reverse("drift", args=[slug]), f"/api/v1/studies/{slug}/results/drift/"
    before = me.get(page).status_code, me.get(address).status_code

    Study.objects.filter(pk=world.study.pk).update(discussion_only=True)
    after = me.get(address)

    assert before == (200, 200)
    assert me.get(page).status_code == after.status_code == 403
    assert after.json()["detail"] == access.NO_NUMBERS
    assert page not in me.get(reverse("results", args=[slug])).content.decode()
