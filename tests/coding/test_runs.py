"""Stored runs: written once, the same for the same inputs, and for nobody who is blind to what they cover."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from coding import access
from coding.formats.report import sentences
from coding.formats.report.facts import facts_of
from coding.models import Coding, ReliabilityRun, Round, RunTranscript
from coding.queries.inputs_digest import inputs_digest
from coding.queries.judged_rows import fetch_rows
from coding.queries.program import program
from coding.queries.reliability import reliability_of
from coding.queries.reliability_json import reliability_object
from coding.queries.reliability_rows import band, row_of
from coding.queries.report_record import record_of
from coding.queries.runs import today_of
from coding.services import report_files, runs
from coding.services.report_files import run_facts
from tests.coding.exchange import load_demo
from tests.coding.runs_material import planned_round, user_of
from tests.coding.test_acts import at_once
from tests.coding.test_kept import computed_anew
from tests.coding.test_results_pages import coded
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript, make_world
from transcripts.models import Membership, SpeakerRole, Transcript

pytestmark = pytest.mark.django_db


def store(world: StudyWorld, round_: Round) -> runs.StoredRun:
    return runs.store_run(user=user_of(world.coordinator), round_=round_)


# What is stored ------------------------------------------------------------------------------------------------------


def test_a_run_keeps_numbers_parameters_versions_and_who_made_it(world: StudyWorld) -> None:
    round_ = coded(world)

    made = store(world, round_)

    stored = ReliabilityRun.objects.get()
    assert (made.is_new, made.run) == (True, stored)
    assert stored.results["reliability"] == reliability_object(reliability_of(round_))
    assert stored.fingerprint == inputs_digest(fetch_rows(round_))
    assert (stored.interval, stored.level, stored.seed) == ("jackknife", 0.95, None)
    assert (stored.made_by, stored.version) == (world.coordinator, round_.version)
    assert stored.software
    assert (stored.program, stored.results["software"]["program"]) == (program(), program())
    assert stored.numpy
    assert list(stored.covered.values_list("transcript", flat=True)) == [world.transcript.pk]
    assert run_facts(stored).fingerprint == stored.fingerprint


def test_the_same_inputs_are_stored_once(world: StudyWorld) -> None:
    round_ = coded(world)

    first, second = store(world, round_), store(world, round_)

    assert (first.is_new, second.is_new) == (True, False)
    assert first.run == second.run
    assert ReliabilityRun.objects.count() == 1


def test_a_run_that_is_there_is_found_without_computing_it_again(
    world: StudyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = coded(world)
    first = store(world, round_)
    monkeypatch.setattr(runs, "record_of", pytest.fail)

    assert store(world, round_) == runs.StoredRun(first.run, is_new=False)


def test_looking_at_runs_again_fetches_nothing(world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = coded(world)
    fetched = computed_anew(round_, monkeypatch)

    store(world, round_)
    for _ in range(3):
        assert today_of(round_).fingerprint == ReliabilityRun.objects.get().fingerprint
        store(world, round_)

    assert fetched == ["fetched"]


@pytest.mark.parametrize("what", ["a rater's label", "a transcript", "a speaker role"])
def test_a_name_that_is_changed_after_the_round_was_closed_is_seen(world: StudyWorld, what: str) -> None:
    round_ = coded(world)
    before = today_of(round_).fingerprint
    if what == "a rater's label":
        Membership.objects.filter(pk=world.rater.pk).update(label="renamed")
    elif what == "a transcript":
        Transcript.objects.filter(pk=world.transcript.pk).update(name="Renamed")
    else:
        SpeakerRole.objects.filter(study=world.study, name="patient").update(name="client")

    assert today_of(round_).fingerprint != before
    assert today_of(round_).fingerprint == inputs_digest(fetch_rows(round_))


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_store_one_run(world: StudyWorld) -> None:
    round_ = coded(world)

    made = at_once(*[lambda: store(world, round_)] * 3)

    assert sorted(one.is_new for one in made) == [False, False, True]
    assert len({one.run.pk for one in made}) == 1
    assert RunTranscript.objects.count() == 1


def test_a_file_is_for_those_who_may_see_the_run(world: StudyWorld) -> None:
    run = store(world, coded(world)).run
    world.round([world.coordinator])

    for member in (world.coordinator, world.rater):
        with pytest.raises(PermissionDenied):
            report_files.download(user=user_of(member), run=run, name="report.zip")
    found = report_files.download(user=user_of(world.reader), run=run, name="report.zip")
    assert found is not None
    with found.content as stream:
        assert stream.read(2) == b"PK"


def test_another_version_of_the_software_is_another_run(world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = coded(world)
    first = store(world, round_)
    monkeypatch.setattr("coding.queries.report_record.product_version", lambda: "9.9.9")

    second = store(world, round_)

    assert second.is_new
    assert second.run.fingerprint == first.run.fingerprint
    assert second.run.software == "9.9.9"


def test_another_program_under_the_same_version_is_another_run(
    world: StudyWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = coded(world)
    first = store(world, round_)
    monkeypatch.setattr("coding.queries.report_record.program", lambda: "9" * 64)

    second = store(world, round_)

    assert second.is_new
    assert second.run.software == first.run.software
    assert second.run.program == run_facts(second.run).program == "9" * 64
    assert today_of(round_).differences(first.run) == ["the program that computes is another one"]
    assert today_of(round_).differences(second.run) == []


# The fingerprint -----------------------------------------------------------------------------------------------------


def same_round(world: StudyWorld) -> Round:
    round_ = world.round()
    for assignment in round_.assignments.select_related("version", "rater"):
        judge(assignment, 1, "PULL-APP", rating=2)
        judge(assignment, 2)
    return round_


def hash_of(round_: Round) -> str:
    close(round_)
    return inputs_digest(fetch_rows(round_))


def test_the_same_data_give_the_same_fingerprint_wherever_they_are(db: None) -> None:
    load_demo()
    load_demo("again")

    first, second = (inputs_digest(fetch_rows(round_)) for round_ in Round.objects.order_by("pk"))

    assert first == second


@pytest.mark.parametrize("what", ["a code", "a rating", "an outcome", "a turn", "a rater's label", "a transcript"])
def test_any_change_of_the_inputs_changes_the_fingerprint(world: StudyWorld, what: str) -> None:
    plain, other = same_round(world), same_round(world)
    assert hash_of(plain) == inputs_digest(fetch_rows(plain))
    assignment = other.assignments.get(rater=world.rater)
    before = inputs_digest(fetch_rows(plain))
    if what == "a code":
        judge(assignment, 3, "PULL-DEF")
    elif what == "a rating":
        Coding.objects.filter(judgement__assignment=assignment).update(rating=3)
    elif what == "an outcome":
        judge(assignment, 3, outcome="uncodable", reason="noise")
    elif what == "a turn":
        judge(assignment, 4)
    else:
        if what == "a transcript":
            world.transcript.name = "Renamed"
            world.transcript.save(update_fields=["name"])
        else:
            Membership.objects.filter(pk=world.rater.pk).update(label="renamed")
        assert inputs_digest(fetch_rows(plain)) != before
        return

    assert hash_of(other) != before


def test_two_rounds_of_the_same_data_share_the_fingerprint(world: StudyWorld) -> None:
    assert hash_of(same_round(world)) == hash_of(same_round(world))


# Who sees a run ------------------------------------------------------------------------------------------------------


def test_the_rule_for_one_run_and_for_many_agree(world: StudyWorld) -> None:
    second = make_transcript(world.study)
    for round_ in (coded(world), coded(world, [second]), coded(world, [world.transcript, second])):
        store(world, round_)
    elsewhere = make_world()
    runs.store_run(user=user_of(elsewhere.coordinator), round_=coded(elsewhere))
    world.round([world.coordinator], [second])
    members = (world.coordinator, world.rater, world.adjudicator, world.reader, elsewhere.reader)
    seen = []

    for user in [*(user_of(member) for member in members), world.stranger]:
        one_by_one = {one.pk for one in ReliabilityRun.objects.all() if access.may_see_run(user, one)}
        many = set(ReliabilityRun.objects.filter(access.runs_open_to(user)).values_list("pk", flat=True))
        assert one_by_one == many
        seen.append(len(many))

    assert seen == [1, 0, 3, 3, 1, 0]


def test_only_coordinators_store(world: StudyWorld) -> None:
    round_ = coded(world)

    for member in (world.rater, world.reader, world.adjudicator):
        with pytest.raises(PermissionDenied):
            runs.store_run(user=user_of(member), round_=round_)
    with pytest.raises(PermissionDenied):
        runs.store_run(user=world.stranger, round_=round_)

    assert not ReliabilityRun.objects.exists()


def test_a_coordinator_who_is_blind_to_a_part_of_the_round_stores_nothing(world: StudyWorld) -> None:
    second = make_transcript(world.study)
    round_ = coded(world, [world.transcript, second])
    world.round([world.coordinator], [second])

    with pytest.raises(PermissionDenied, match="Not for your eyes yet"):
        store(world, round_)


def test_an_open_round_has_no_runs(world: StudyWorld) -> None:
    with pytest.raises(PermissionDenied, match="results open when every assignment"):
        store(world, world.round())


# Written once --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coding_reliabilityrun SET software = 'x'",
        "DELETE FROM coding_reliabilityrun",
        "TRUNCATE coding_reliabilityrun CASCADE",
        "UPDATE coding_runtranscript SET transcript_id = transcript_id",
        "DELETE FROM coding_runtranscript",
        "TRUNCATE coding_runtranscript",
        "UPDATE coding_reliabilityplan SET threshold = 0.1",
        "DELETE FROM coding_reliabilityplan",
        "TRUNCATE coding_reliabilityplan",
    ],
)
def test_the_database_refuses_to_change_or_forget_plans_and_runs(world: StudyWorld, statement: str) -> None:
    store(world, planned_round(world))

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def _copy(run: ReliabilityRun, **changes: Any) -> ReliabilityRun:
    fields = ("study_id", "round_id", "version_id", "made_by_id", "interval", "level", "seed")
    kept = {name: getattr(run, name) for name in (*fields, "software", "program", "numpy", "fingerprint", "results")}
    return ReliabilityRun(**kept | changes)


@pytest.mark.parametrize("name", ["run_once", "run_of_round", "run_made_in_study"])
def test_the_database_holds_a_run_to_its_round_and_study(world: StudyWorld, name: str) -> None:
    stored = store(world, coded(world)).run
    other = make_world()
    changes = {
        "run_once": {},
        "run_of_round": {"fingerprint": "0" * 64, "version_id": other.version.pk},
        "run_made_in_study": {"fingerprint": "0" * 64, "made_by_id": other.coordinator.pk},
    }[name]

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        _copy(stored, **changes).save(force_insert=True)


@pytest.mark.parametrize("name", ["run_transcript_of_study", "run_covers_once"])
def test_the_database_holds_what_a_run_covers_to_its_study(world: StudyWorld, name: str) -> None:
    stored = store(world, coded(world)).run
    transcript = make_world().transcript if name == "run_transcript_of_study" else world.transcript

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RunTranscript.objects.create(study=world.study, run=stored, transcript=transcript)


# What is weak --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("alpha", "is_weak"), [(0.6666, True), (0.6668, True), (0.667, False), (0.6672, False)])
def test_page_and_report_draw_the_line_at_the_same_place(world: StudyWorld, alpha: float, is_weak: bool) -> None:
    round_ = coded(world)
    cell, record = reliability_of(round_).codes[0], record_of(round_)
    result = replace(cell.results["krippendorff_alpha"], value=alpha, why="")
    record["reliability"]["codes"][cell.key]["krippendorff_alpha"]["value"] = alpha

    on_the_page = band(row_of(replace(cell, results={**cell.results, "krippendorff_alpha": result}))) == 0
    in_the_report = (alpha, cell.name) in sentences.below(facts_of(record))

    assert (on_the_page, in_the_report) == (is_weak, is_weak)


# Odd rounds ----------------------------------------------------------------------------------------------------------


def test_a_round_of_one_rater_and_one_without_anybody_can_be_stored(world: StudyWorld) -> None:
    alone = world.round([world.rater])
    judge(alone.assignments.select_related("version").get(), 1, "PULL-APP")
    close(alone)
    empty = make_round(world.version, [], [])
    close(empty)

    stored = [store(world, round_).run for round_ in (alone, empty)]

    assert [len(run_facts(one).raters) for one in stored] == [1, 0]
    assert all(row.alpha.value is None and row.alpha.why for one in stored for row in run_facts(one).codes)


def test_a_machine_is_no_rater(world: StudyWorld) -> None:
    machine = make_member(world.study, "rater", "model", kind=Membership.Kind.MACHINE)
    round_ = world.round()
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, "PULL-APP")
    copy = round_.assignments.first()
    copy.pk, copy.rater = None, machine
    copy.save(force_insert=True)
    close(round_)

    assert run_facts(store(world, round_).run).labels == ("rater_a", "rater_b")
