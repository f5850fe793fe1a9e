"""Reliability plans: fixed with the round, before anybody can code, hashed, never changed; compared afterwards."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from coding.formats.report.facts import Facts, facts_of
from coding.formats.report.planned import NO_PLAN, planned_done
from coding.forms.rounds import tick_name
from coding.models import Assignment, ReliabilityPlan, Round
from coding.queries.report_record import record_of
from coding.services.plans import PlanDraft, PlanNotPossible, canonical, fix_plan, plan_document, plan_hash
from coding.services.rounds import Share, create_round
from tests.coding.exchange import load_demo
from tests.coding.runs_material import planned_round, user_of
from tests.coding.test_results_pages import coded, sign_in
from tests.factories import StudyWorld, close, judge, make_transcript, make_world

pytestmark = pytest.mark.django_db
FIELDS = {
    "plan-coefficient": "gwet_ac1",
    "plan-threshold": "0.8",
    "plan-unit": "segments",
    "plan-raters": "2",
    "plan-share": "50",
    "plan-interval": "none",
    "plan-rationale": "Two lines\r\nof <b>why</b>",
}


def send(client: Client, world: StudyWorld, **data: Any) -> Any:
    ticks = {tick_name(world.transcript, rater): "on" for rater in (world.rater, world.other_rater)}
    fields = {"name": "One", "kind": "reliability", "version": world.version.pk}
    return client.post(f"/studies/{world.study.slug}/rounds/new/", {**fields, **ticks, **data})


def facts(round_: Round) -> Facts:
    return facts_of(record_of(round_))


# Fixing --------------------------------------------------------------------------------------------------------------


def test_a_plan_is_fixed_with_its_time_and_the_hash_of_its_canonical_json(world: StudyWorld) -> None:
    before = timezone.now()

    plan = planned_round(world).plan

    document = plan_document(plan)
    written = canonical(document)
    assert plan.sha256 == hashlib.sha256(written).hexdigest() == plan_hash(plan)
    assert json.loads(written)["threshold"] == "0.800"
    assert before <= plan.made_at <= timezone.now()
    assert document["fixed_at"].endswith("Z")
    assert (plan.made_by, plan.raters) == (world.coordinator, 3)


def test_any_change_of_a_plan_would_change_its_hash(world: StudyWorld) -> None:
    plan = planned_round(world).plan
    hashes = {plan.sha256}

    for name, value in (
        ("coefficient", "gwet_ac1"), ("threshold", Decimal("0.801")), ("share", 99), ("raters", 2),
        ("interval", "none"), ("rationale", "Otherwise."), ("made_at", timezone.now()),
    ):  # fmt: skip
        setattr(plan, name, value)
        hashes.add(plan_hash(plan))

    assert len(hashes) == 8


def test_once_somebody_can_code_the_database_refuses_a_plan(world: StudyWorld) -> None:
    round_ = world.round()

    with pytest.raises(IntegrityError, match="a plan is fixed before anybody can code"), transaction.atomic():
        fix_plan(round_=round_, draft=PlanDraft(), user=user_of(world.coordinator))


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("plan_threshold_in_range", {"threshold": Decimal("1.5")}),
        ("plan_share_in_per_cent", {"share": 101}),
        ("plan_needs_two_raters", {"raters": 1}),
    ],
)
def test_the_database_knows_the_bounds_of_a_plan(world: StudyWorld, name: str, changes: dict[str, Any]) -> None:
    round_ = Round.objects.create(study=world.study, version=world.version, name="Bare")
    plan = ReliabilityPlan(round=round_, study=world.study, made_at=timezone.now(), sha256="0" * 64, **changes)

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        plan.save(force_insert=True)


@pytest.mark.parametrize("name", ["plan_of_round", "plan_made_in_study"])
def test_the_database_holds_a_plan_to_its_study(world: StudyWorld, name: str) -> None:
    other = make_world()
    round_ = Round.objects.create(study=world.study, version=world.version, name="Bare")
    study = other.study if name == "plan_of_round" else world.study
    plan = ReliabilityPlan(
        round=round_, study=study, made_at=timezone.now(), sha256="0" * 64, made_by=other.coordinator
    )

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        plan.save(force_insert=True)


def test_a_plan_that_cannot_be_leaves_no_round_behind(world: StudyWorld) -> None:
    for changes in ({"coefficient": "cohen_kappa", "raters": 3}, {"coefficient": "guess"}, {"raters": 999}):
        with pytest.raises(PlanNotPossible):
            create_round(
                user=user_of(world.coordinator), study=world.study, name="One", kind="reliability",
                version=world.version, shares=[Share(world.transcript, [world.rater])], plan=PlanDraft(**changes),
            )  # fmt: skip

    assert not Round.objects.exists()


# The form ------------------------------------------------------------------------------------------------------------


def test_without_the_tick_a_round_has_no_plan(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.coordinator)

    answer = send(client, world, **FIELDS | {"plan-threshold": "nonsense"})

    assert answer.status_code == 302
    assert not ReliabilityPlan.objects.exists()


def test_with_the_tick_the_plan_is_fixed_and_stands_on_the_page_of_the_round(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.coordinator)

    answer = send(client, world, **FIELDS | {"plan-fixed": "on"})

    plan = ReliabilityPlan.objects.get()
    body = client.get(answer.headers["Location"]).content.decode()
    assert (plan.coefficient, plan.threshold, plan.share, plan.interval) == ("gwet_ac1", Decimal("0.8"), 50, "none")
    assert plan.rationale == "Two lines\nof <b>why</b>"
    assert plan.sha256 in body
    assert "at least .800 for each code" in body
    assert "of &lt;b&gt;why&lt;/b&gt;" in body


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan-threshold": "2"},
        {"plan-threshold": ""},
        {"plan-raters": "1"},
        {"plan-share": "0"},
        {"plan-coefficient": "guess"},
        {"plan-coefficient": "cohen_kappa", "plan-raters": "3"},
        {"plan-rationale": "x" * 4001},
    ],
)
def test_a_plan_with_a_fault_is_shown_again_and_nothing_is_made(
    world: StudyWorld, client: Client, wrong: dict[str, str]
) -> None:
    sign_in(client, world.coordinator)

    answer = send(client, world, **FIELDS | {"plan-fixed": "on"} | wrong)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert 'name="plan-fixed" id="id_plan-fixed" checked' in answer.content.decode()
    assert not Round.objects.exists()


# The API -------------------------------------------------------------------------------------------------------------


def test_a_program_fixes_a_plan_and_reads_it_back(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.coordinator)
    wish = {
        "name": "One",
        "version": world.version.pk,
        "shares": [{"transcript": world.transcript.pk, "raters": ["rater_a", "rater_b"]}],
        "plan": {"threshold": 0.7, "rationale": "So."},
    }

    answer = client.post(f"/api/v1/studies/{world.study.slug}/rounds/", wish, content_type="application/json")

    plan = ReliabilityPlan.objects.get()
    assert answer.status_code == 201
    assert answer.json()["plan"] == {
        "coefficient": "krippendorff_alpha",
        "threshold": 0.7,
        "unit": "segments",
        "raters": 2,
        "share": 100,
        "interval": "jackknife",
        "rationale": "So.",
        "made_by": world.coordinator.label,
        "made_at": plan.made_at.isoformat().replace("+00:00", "Z"),
        "sha256": plan.sha256,
    }


@pytest.mark.parametrize("plan", [{"threshold": 2}, {"raters": 1}, {"coefficient": "guess"}, {"share": "all"}, []])
def test_a_program_is_told_what_is_wrong_with_a_plan(world: StudyWorld, client: Client, plan: Any) -> None:
    sign_in(client, world.coordinator)
    shares = [{"transcript": world.transcript.pk, "raters": ["rater_a"]}]
    wish = {"name": "One", "version": world.version.pk, "shares": shares, "plan": plan}

    answer = client.post(f"/api/v1/studies/{world.study.slug}/rounds/", wish, content_type="application/json")

    assert answer.status_code == 400
    assert "plan" in answer.json()
    assert not Round.objects.exists()


def test_a_plan_that_two_raters_cannot_keep_is_refused_with_its_code(world: StudyWorld, client: Client) -> None:
    sign_in(client, world.coordinator)
    shares = [{"transcript": world.transcript.pk, "raters": ["rater_a"]}]
    plan = {"coefficient": "cohen_kappa", "raters": 3}
    wish = {"name": "One", "version": world.version.pk, "shares": shares, "plan": plan}

    answer = client.post(f"/api/v1/studies/{world.study.slug}/rounds/", wish, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "plan_not_possible")


# Planned and done ----------------------------------------------------------------------------------------------------


def test_every_deviation_is_a_sentence(world: StudyWorld) -> None:
    said = planned_done(facts(planned_round(world)))

    assert {(row.what, row.planned, row.done) for row in said.rows} >= {
        ("Raters", "3 raters", "2 raters"),
        ("Coded by two raters or more", "100 % of the transcripts", "50 %, 1 of 2"),
        ("Threshold", "at least .800", "reached by 2 of 5 codes"),
        ("Rationale", "As in the pilot.", ""),
    }
    assert said.deviations[:3] == (
        "Two raters coded, fewer than the three that were planned.",
        "50 % of the transcripts (1 of 2) were coded by two raters or more; 100 % were planned.",
        "The threshold of .800 was not reached by one code: Deference (−.167).",
    )
    assert any(text.startswith("There is no value for Disclosing the pull and Cool: ") for text in said.deviations)


def test_a_plan_that_was_kept_has_no_deviation(world: StudyWorld) -> None:
    round_ = create_round(
        user=user_of(world.coordinator), study=world.study, name="Kept", kind="reliability", version=world.version,
        shares=[Share(world.transcript, [world.rater, world.other_rater])],
        plan=PlanDraft(coefficient="percent_agreement", interval="none"),
    )  # fmt: skip
    for assignment in round_.assignments.select_related("version"):
        for position in range(1, 5):
            judge(assignment, position, "PULL-APP")
    close(round_)

    assert planned_done(facts(Round.objects.get(pk=round_.pk))).deviations == ()


def test_who_could_read_before_and_what_was_withdrawn_is_said_with_or_without_a_plan(world: StudyWorld) -> None:
    coded(world)
    second = make_transcript(world.study, name="Z-2")
    round_ = world.round([world.coordinator, world.rater], [world.transcript, second])
    gone = round_.assignments.get(rater=world.rater, transcript=second)
    Assignment.objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now(), reason="ill, and nobody's business")
    close(round_)

    said = planned_done(facts(Round.objects.get(pk=round_.pk)))

    assert said.intro == NO_PLAN
    assert any(
        text.startswith(f"{world.coordinator.label} could read others' codings of {world.transcript.name} before")
        for text in said.notes
    )
    assert any(text.startswith("The assignment of rater_a on Z-2 was withdrawn on ") for text in said.notes)
    assert any(text.endswith("were not made and are missing.") for text in said.notes)
    assert "business" not in str(said)


def test_an_imported_round_has_no_plan_and_says_why(db: None) -> None:
    load_demo()

    said = planned_done(facts(Round.objects.get()))

    assert said.intro.endswith("its codings were imported, and a plan made afterwards would be none.")
