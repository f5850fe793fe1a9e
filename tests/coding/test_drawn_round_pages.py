"""Rounds whose design is drawn, on their pages and for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coding.drawing import Order
from coding.models import Round
from coding.queries.drawn_design import Asked
from tests.coding.test_drawn_rounds import CONDITIONS, start
from tests.factories import StudyWorld, judge, make_member, make_transcript
from tests.transcripts.test_studies_api import Program
from transcripts.models import Membership, SessionAttribute, Transcript
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


@pytest.fixture
def eight(world: StudyWorld) -> list[Transcript]:
    """Eight sessions in two conditions; the world's own transcript is left out."""
    made = []
    for number, condition in enumerate(CONDITIONS):
        transcript = make_transcript(world.study, 3 + number, name=f"S-{number}")
        SessionAttribute.objects.create(study=world.study, transcript=transcript, name="condition", value=condition)
        made.append(transcript)
    return made


@pytest.fixture
def raters(world: StudyWorld) -> list[Membership]:
    return [world.rater, world.other_rater, make_member(world.study, "rater", "rater_c")]


@pytest.fixture
def asked(eight: list[Transcript], raters: list[Membership]) -> Asked:
    return Asked(eight, raters, Order(share=50), ("condition",))


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client: Client, coordinator: User) -> Client:
    client.force_login(coordinator)
    return client


def fields(world: StudyWorld, asked: Asked, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Drawn",
        "kind": "main",
        "version": world.version.pk,
        "how": "share",
        "share": 50,
        "seconds": 30,
        "strata": ["condition"],
        "raters": [one.pk for one in asked.raters],
        "transcripts": [one.pk for one in asked.transcripts],
        "act": "draw",
    } | changes


def address(world: StudyWorld) -> str:
    return f"/studies/{world.study.slug}/rounds/draw/"


def test_no_form_of_a_new_round_offers_a_drift_check(world: StudyWorld, page: Client, eight: Any) -> None:
    for path in ("draw/", "new/"):
        form = page.get(f"/studies/{world.study.slug}/rounds/{path}").context["form"]
        assert [kind for kind, _ in form.fields["kind"].choices] == ["training", "reliability", "main"]


def test_the_page_proposes_raters_and_everything_there_is(world: StudyWorld, page: Client, eight: Any) -> None:
    form = page.get(address(world)).context["form"]

    assert set(form["raters"].value()) == {world.rater.pk, world.other_rater.pk}
    assert len(form["transcripts"].value()) == 9
    assert form.fields["strata"].choices == [("condition", "condition")]


def test_a_design_is_drawn_drawn_again_and_started_on_the_page(world: StudyWorld, page: Client, asked: Asked) -> None:
    first = page.post(address(world), fields(world, asked))
    second = page.post(address(world), fields(world, asked))
    assert not Round.objects.exists()
    design = second.context["design"]
    seen = {"seed": design.seed, "looked_at": design.fingerprint, "act": "start"}

    answers = [page.post(address(world), fields(world, asked, **seen)) for _ in range(2)]

    assert first.status_code == second.status_code == 200
    assert first.context["design"].seed != design.seed
    assert "4 of 8" not in second.content.decode()
    assert "Eight transcripts, four of them coded by more than one" in second.content.decode()
    round_ = Round.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [
        f"/studies/{world.study.slug}/rounds/{round_.pk}/"
    ] * 2
    assert round_.seed == design.seed
    shown = page.get(answers[0].headers["Location"]).content.decode()
    assert "50 % of the transcripts coded by two raters" in shown
    assert str(round_.seed) in shown


def test_what_was_changed_since_it_was_drawn_is_drawn_anew_before_the_start(
    world: StudyWorld, page: Client, asked: Asked
) -> None:
    design = page.post(address(world), fields(world, asked)).context["design"]
    seen = {"seed": design.seed, "looked_at": design.fingerprint, "act": "start", "share": 25}

    answer = page.post(address(world), fields(world, asked, **seen))

    assert answer.status_code == 422
    assert "Look at this one, then start" in answer.content.decode()
    assert (answer.context["design"].seed, answer.context["design"].several) == (design.seed, 2)
    assert not Round.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"how": "each", "raters_each": 4}, "Each transcript is to have 4 raters, but only 3 raters are chosen."),
        ({"how": "each", "raters_each": ""}, "Say how many."),
        ({"share": ""}, "Say how many."),
        ({"share": 101}, "less than or equal to 100"),
        ({"share": 3}, "less than half a transcript"),
        ({"raters": []}, "This field is required."),
        ({"transcripts": []}, "This field is required."),
        ({"transcripts": ["9" * 30]}, "not a valid value|not one of the available"),
        ({"strata": ["mood"]}, "not one of the available"),
        ({"seconds": 0}, "greater than or equal to 1"),
        ({"name": ""}, "This field is required."),
        ({"act": "start", "seed": "x", "looked_at": "y", "share": 0, "how": "each", "raters_each": 9}, "9 raters"),
    ],
)
def test_a_design_that_cannot_be_is_refused_in_a_sentence(
    world: StudyWorld, page: Client, asked: Asked, changes: dict[str, Any], sentence: str
) -> None:
    answer = page.post(address(world), fields(world, asked, **changes))

    assert answer.status_code == 422
    assert any(part in answer.content.decode() for part in sentence.split("|"))
    assert not Round.objects.exists()


def test_a_rater_leaves_on_the_page(world: StudyWorld, page: Client, coordinator: User, asked: Asked) -> None:
    round_ = start(world, coordinator, asked)
    heir = make_member(world.study, "rater", "rater_d")
    leave = f"/studies/{world.study.slug}/rounds/{round_.pk}/leave/"

    done = page.post(leave, {"rater": world.rater.pk, "heir": heir.pk, "reason": "Moved away."}, follow=True)
    again = page.post(leave, {"rater": heir.pk, "heir": heir.pk, "reason": "x"})
    nobody = page.post(leave, {"rater": world.reader.pk, "reason": ""})

    text = done.content.decode()
    assert "rater_d codes" in text
    assert "Added after the start" in text
    assert text.count("Moved away.") >= 2
    assert (again.status_code, nobody.status_code) == (422, 422)
    assert "Choose somebody else" in again.content.decode()


def test_twenty_more_transcripts_cost_no_more_queries(
    world: StudyWorld, page: Client, coordinator: User, asked: Asked
) -> None:
    def cost() -> list[int]:
        everything = Asked(list(world.study.transcripts.all()), asked.raters, asked.order, asked.strata)
        counts = []
        for act in (
            lambda: page.get(address(world)),
            lambda: page.post(address(world), fields(world, everything)),
            lambda: Program(coordinator)("post", f"{world.study.slug}/rounds/draw/", {"share": 50}),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert act().status_code == 200
            counts.append(len(queries))
        return counts

    cost()
    before = cost()
    for number in range(20):
        transcript = make_transcript(world.study)
        SessionAttribute.objects.create(
            study=world.study, transcript=transcript, name="condition", value=CONDITIONS[number % 8]
        )

    assert cost() == before


# Programs ------------------------------------------------------------------------------------------------------------


def test_a_program_draws_looks_and_starts_with_the_same_seed(
    world: StudyWorld, coordinator: User, asked: Asked
) -> None:
    call, base = Program(coordinator), f"{world.study.slug}/rounds/"
    wanted = {
        "share": 50,
        "strata": ["condition"],
        "transcripts": [one.pk for one in asked.transcripts],
        "raters": [one.label for one in asked.raters],
    }
    shown = call("post", f"{base}draw/", wanted).json()
    assert not Round.objects.exists()

    made = call(
        "post", base, {"name": "Drawn", "version": world.version.pk, "draw": wanted | {"seed": shown["seed"]}}
    ).json()

    assert {row["name"]: row["raters"] for row in made["design"]} == {
        row["name"]: row["raters"] for row in shown["design"]
    }
    assert {name: made["drawn"][name] for name in ("how", "share", "strata", "seed", "rule")} == {
        "how": "share",
        "share": 50,
        "strata": ["condition"],
        "seed": shown["seed"],
        "rule": "lots-1",
    }
    for rater in shown["raters"]:
        mine = Round.objects.get().assignments.filter(rater__label=rater["rater"]).order_by("place")
        assert list(mine.values_list("transcript__name", flat=True)) == rater["order"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "non_field_errors"),
        ({"share": 10, "raters_each": 2}, "non_field_errors"),
        ({"share": 101}, "share"),
        ({"raters_each": 0}, "raters_each"),
        ({"share": 10, "transcripts": [10**18]}, "transcripts"),
        ({"share": 10, "raters": ["nobody"]}, "raters"),
        ({"share": 10, "strata": ["mood"]}, "strata"),
        ({"share": 10, "seed": -1}, "seed"),
        ({"share": 10, "seed": 2**60}, "seed"),
        ({"share": 10, "seconds": 0}, "seconds"),
    ],
)
def test_a_bad_request_is_told_where(world: StudyWorld, coordinator: User, changes: dict[str, Any], field: str) -> None:
    answer = Program(coordinator)("post", f"{world.study.slug}/rounds/draw/", changes)

    assert (answer.status_code, list(answer.json())) == (400, [field])


def test_an_impossible_design_is_a_conflict_for_a_program(world: StudyWorld, coordinator: User) -> None:
    call, base = Program(coordinator), f"{world.study.slug}/rounds/"
    body = {"name": "Drawn", "version": world.version.pk, "draw": {"raters_each": 9}}

    answers = [call("post", f"{base}draw/", {"raters_each": 9}), call("post", base, body)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(409, "design_not_possible")] * 2
    both = call("post", base, body | {"shares": [{"transcript": world.transcript.pk, "raters": ["rater_a"]}]})
    assert (both.status_code, list(both.json())) == (400, ["shares"])
    assert not Round.objects.exists()


def test_a_program_lets_a_rater_go(world: StudyWorld, coordinator: User) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1)
    make_member(world.study, "rater", "rater_d")
    call, path = Program(coordinator), f"{world.study.slug}/rounds/{round_.pk}/leave/"

    unknown = call("post", path, {"rater": "nobody", "heir": "no one", "reason": "x"})
    done = call("post", path, {"rater": "rater_a", "heir": "rater_d", "reason": "Moved away."})
    again = call("post", path, {"rater": "rater_a", "reason": "Moved away."})

    assert (unknown.status_code, set(unknown.json())) == (400, {"rater", "heir"})
    assert done.json() == {"taken_back": 1, "given": 1}
    assert (again.status_code, again.json()["code"]) == (409, "nothing_open")
