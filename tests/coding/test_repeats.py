"""Drift checks: drawn, shown before anything is stored, started as shown, and fit for nobody but their rater."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coding import access
from coding.models import AdjudicationOpening, AssignedSegment, Assignment, Judgement, Round
from coding.queries.repeats import RepeatsAsked
from coding.queries.results import ComparesOwnPast, round_to_compare
from coding.services.codings_import import CodingsRefused, read_file, store_codings
from coding.services.drawn_rounds import DesignChanged, DesignNotPossible
from coding.services.export_files import all_files, study_files
from coding.services.late_changes import rater_leaves
from coding.services.repeats import preview_repeats, start_drift_check
from coding.services.rounds import RoundNotPossible, Share, add_assignments, store_round
from tests.factories import StudyWorld, close, judge, make_member, make_transcript, make_version, make_world, submit
from tests.transcripts.test_studies_api import Program
from transcripts.models import Membership
from workbench.accounts.models import User

pytestmark = pytest.mark.django_db
ASKED = RepeatsAsked(share=25, gap_days=14)


@pytest.fixture
def coordinator(world: StudyWorld) -> User:
    assert world.coordinator.user is not None
    return world.coordinator.user


@pytest.fixture
def coded(world: StudyWorld) -> Round:
    return coded_round(world)


def coded_round(world: StudyWorld, *, turns: int = 20, days: int = 30, name: str = "Main") -> Round:
    """A closed round of two raters on two hours; on the first turn of the first hour stands a code that is rare."""
    hours = [make_transcript(world.study, turns) for _ in range(2)]
    round_ = world.round(transcripts=hours, name=name)
    at = timezone.now() - timedelta(days=days)
    for assignment in round_.assignments.select_related("version"):
        for position in range(1, turns + 1):
            rare = assignment.transcript_id == hours[0].pk and position == 1
            judge(assignment, position, *(["ST-COOL"] if rare else []), finished_at=at)
    close(round_)
    return round_


def start(user: User, round_: Round, **said: Any) -> Round:
    given = {"name": "Three", "version": round_.version, "asked": ASKED, "seed": 7} | said
    return start_drift_check(user=user, round_=round_, **given)


def test_each_rater_gets_a_share_of_their_own_turns_the_rare_code_among_them(
    world: StudyWorld, coordinator: User, coded: Round
) -> None:
    shown = preview_repeats(user=coordinator, round_=coded, asked=ASKED, seed=7)
    assert not AssignedSegment.objects.exists()

    made = start(coordinator, coded, looked_at=shown.fingerprint)

    assert [(one.member.label, one.coded, one.turns, one.gap, one.minutes) for one in shown.raters] == [
        ("rater_a", 40, 10, 30, 5),
        ("rater_b", 40, 10, 30, 5),
    ]
    assert (made.kind, made.seed, made.is_closed) == ("drift", 7, False)
    for one in shown.raters:
        asked = AssignedSegment.objects.filter(assignment__round=made, assignment__rater=one.member)
        ids = set(asked.values_list("segment_id", flat=True))
        assert ids == {segment for part in one.parts for segment in part.segments}
        own = Judgement.objects.filter(assignment__round=coded, assignment__rater=one.member, segment__in=ids)
        assert own.count() == 10
        assert own.filter(codings__code__key="ST-COOL").count() == 1
        assert set(asked.values_list("purpose", flat=True)) == {"repeat"}
    drawn = made.design
    assert (drawn.how, drawn.share, drawn.gap_days, drawn.rule) == ("again", 25, 14, "repeats-1")
    assert drawn.repeats_of == coded


def test_the_revision_that_was_coded_comes_back_and_not_a_later_one(
    world: StudyWorld, coordinator: User, coded: Round
) -> None:
    transcript = coded.assignments.all()[0].transcript
    first = transcript.revisions.get()
    later = transcript.revisions.create(
        study=world.study, number=2, sha256="1" * 64, file_name="t.txt", file_size=1, layout="made for a test"
    )

    made = start(coordinator, coded)

    assert later.pk != first.pk
    assert set(made.assignments.filter(transcript=transcript).values_list("revision", flat=True)) == {first.pk}


def test_in_a_running_round_what_was_handed_in_comes_back_and_nothing_else(
    world: StudyWorld, coordinator: User
) -> None:
    hours = [make_transcript(world.study, 8) for _ in range(2)]
    round_ = world.round(transcripts=hours)
    for assignment in round_.assignments.select_related("version"):
        for position in range(1, 9):
            judge(assignment, position)
    handed_in = round_.assignments.get(rater=world.rater, transcript=hours[0])
    submit(handed_in)

    design = preview_repeats(user=coordinator, round_=round_, asked=ASKED, seed=1)

    assert [(one.member.label, one.coded, one.turns) for one in design.raters] == [("rater_a", 8, 2)]
    assert design.too_soon == design.raters
    assert {part.transcript for part in design.raters[0].parts} == {hours[0]}


def test_what_was_called_uncodable_does_not_come_back(world: StudyWorld, coordinator: User) -> None:
    round_ = world.round(raters=[world.rater])
    for position in range(1, 5):
        judge(world.assignment(round_), position, outcome="uncodable" if position < 4 else "none")
    close(round_)

    design = preview_repeats(user=coordinator, round_=round_, asked=RepeatsAsked(share=100), seed=1)

    assert (design.raters[0].coded, design.turns) == (1, 1)


def test_who_may_draw_is_decided_by_what_one_may_know(world: StudyWorld, coordinator: User, coded: Round) -> None:
    for member in (world.rater, world.reader, world.adjudicator):
        assert member.user is not None
        with pytest.raises(PermissionDenied):
            preview_repeats(user=member.user, round_=coded, asked=ASKED, seed=1)
    check = start(coordinator, coded)
    with pytest.raises(PermissionDenied, match="a drift check itself"):
        preview_repeats(user=coordinator, round_=check, asked=ASKED, seed=1)
    training = store_round(study=world.study, name="T", kind="training", version=world.version, user=None)
    with pytest.raises(PermissionDenied, match="there to change its raters"):
        preview_repeats(user=coordinator, round_=training, asked=ASKED, seed=1)
    coding_too = world.round(raters=[world.coordinator, world.rater])
    with pytest.raises(PermissionDenied, match="Not for your eyes yet"):
        preview_repeats(user=coordinator, round_=coding_too, asked=ASKED, seed=1)
    submit(coding_too.assignments.get(rater=world.coordinator))
    with pytest.raises(PermissionDenied, match="You code in this round"):
        preview_repeats(user=coordinator, round_=coding_too, asked=ASKED, seed=1)
    world.study.discussion_only = True
    coded.study = world.study
    with pytest.raises(PermissionDenied, match="no reliability"):
        preview_repeats(user=coordinator, round_=coded, asked=ASKED, seed=1)


def test_nothing_handed_in_and_nobody_there_are_said_before_anything_is_stored(
    world: StudyWorld, coordinator: User, coded: Round
) -> None:
    with pytest.raises(DesignNotPossible, match="Nobody has handed in"):
        preview_repeats(user=coordinator, round_=world.round(), asked=ASKED, seed=1)
    Membership.objects.filter(pk=world.rater.pk).update(left_at=timezone.now())

    design = preview_repeats(user=coordinator, round_=coded, asked=ASKED, seed=1)

    assert [one.member.label for one in design.raters] == ["rater_b"]
    assert [label for label, _ in design.left_out] == ["rater_a"]
    Membership.objects.filter(pk=world.other_rater.pk).update(left_at=timezone.now())
    with pytest.raises(DesignNotPossible, match="rater_b cannot code"):
        preview_repeats(user=coordinator, round_=coded, asked=ASKED, seed=1)


def test_a_rater_who_left_since_it_was_shown_stops_the_start(
    world: StudyWorld, coordinator: User, coded: Round
) -> None:
    shown = preview_repeats(user=coordinator, round_=coded, asked=ASKED, seed=7)
    Membership.objects.filter(pk=world.rater.pk).update(left_at=timezone.now())

    with pytest.raises(DesignChanged):
        start(coordinator, coded, looked_at=shown.fingerprint)

    assert not Round.objects.filter(kind="drift").exists()


def test_a_version_that_cannot_be_coded_with_is_refused(coordinator: User, coded: Round) -> None:
    with pytest.raises(RoundNotPossible, match="published codebook version of this study"):
        start(coordinator, coded, version=make_world().version)
    with pytest.raises(RoundNotPossible):
        start(coordinator, coded, version=make_version(coded.study, publish=False))
    assert not Round.objects.filter(kind="drift").exists()


def test_a_rater_who_leaves_takes_their_turns_with_them_and_nobody_inherits_them(
    world: StudyWorld, coordinator: User, coded: Round
) -> None:
    made = start(coordinator, coded)
    heir = make_member(world.study, "rater", "rater_c")
    share = Share(made.assignments.all()[0].transcript, [heir])

    with pytest.raises(RoundNotPossible, match="turns of their own past"):
        add_assignments(user=coordinator, round_=made, shares=[share], reason="More hands.")
    with pytest.raises(RoundNotPossible, match="turns of their own past"):
        rater_leaves(user=coordinator, round_=made, rater=world.rater, heir=heir, reason="Moved away.")
    done = rater_leaves(user=coordinator, round_=made, rater=world.rater, reason="Moved away.")

    assert done.taken_back == made.assignments.filter(rater=world.rater).count()
    assert not made.assignments.filter(rater=world.rater, withdrawn_at=None).exists()
    assert made.assignments.filter(rater=world.other_rater, withdrawn_at=None).exists()
    # What was asked for stays on record.
    assert AssignedSegment.objects.filter(assignment__rater=world.rater).count() == 10


def test_a_transcript_of_which_turns_come_back_is_not_deleted(coordinator: User, coded: Round) -> None:
    made = start(coordinator, coded)

    with pytest.raises(ProtectedError):
        made.assignments.all()[0].transcript.delete()


# The page and the API ------------------------------------------------------------------------------------------------


def test_a_drift_check_is_drawn_drawn_again_and_started_on_the_page(
    world: StudyWorld, coordinator: User, coded: Round, client: Client
) -> None:
    client.force_login(coordinator)
    path = f"/studies/{world.study.slug}/rounds/{coded.pk}/drift-check/"
    said = {"name": "3", "share": "25", "gap_days": "14", "seconds": "30", "version": str(coded.version_id)}

    empty = client.get(path).content.decode()
    first = client.post(path, said | {"act": "draw"})
    second = client.post(path, said | {"act": "draw"})
    assert not Round.objects.filter(kind="drift").exists()
    seen = second.context["design"]
    started = client.post(path, said | {"act": "start", "seed": seen.seed, "looked_at": seen.fingerprint})

    assert "Does each rater still code as they did?" in empty
    assert "20 turns of Main come back to two raters." in first.content.decode()
    assert first.context["design"].seed != seen.seed
    made = Round.objects.get(kind="drift")
    assert started.url == f"/studies/{world.study.slug}/rounds/{made.pk}/"
    assert made.seed == seen.seed
    page = client.get(started.url).content.decode()
    assert "Each rater codes turns that they judged before" in page
    assert "25 % of the turns that each rater judged in Main" in page
    assert "One more rater" not in page
    assert "Adjudication of this round" not in page
    assert "10 of 10" not in page
    assert ">Draw a drift check<" in client.get(f"/studies/{world.study.slug}/rounds/{coded.pk}/").content.decode()


def test_what_cannot_be_drawn_is_said_on_the_page(world: StudyWorld, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    round_ = world.round()
    path = f"/studies/{world.study.slug}/rounds/{round_.pk}/drift-check/"
    said = {"name": "3", "gap_days": "14", "seconds": "30", "version": str(round_.version_id), "act": "draw"}

    nothing = client.post(path, said | {"share": "10"})
    wrong = client.post(path, said | {"share": "0"})

    assert nothing.status_code == wrong.status_code == 422
    assert "Nobody has handed in a transcript of this round yet" in nothing.content.decode()
    assert "greater than or equal to 1" in wrong.content.decode()


def test_programs_draw_and_start_it_too(world: StudyWorld, coordinator: User, coded: Round) -> None:
    program = Program(coordinator)
    base = f"{world.study.slug}/rounds/{coded.pk}/repeats/"

    shown = program("post", f"{base}draw/", {"share": 25, "seed": 7})
    started = program("post", base, {"name": "3", "share": 25, "seed": 7, "looked_at": shown.json()["fingerprint"]})
    changed = program("post", base, {"name": "4", "share": 25, "seed": 7, "looked_at": "0" * 64})
    wrong = program("post", base, {"name": "5", "version": 999_999})

    assert shown.status_code == 200
    assert shown.json()["raters"][0] | {"transcripts": None} == {
        "rater": "rater_a", "judged": 40, "turns": 10, "minutes": 5, "days": 30, "transcripts": None
    }  # fmt: skip
    assert started.status_code == 201
    assert started.json()["kind"] == "drift"
    assert started.json()["drawn"] | {"made_at": None} == {
        "how": "again", "share": 25, "raters_each": None, "strata": [], "seconds": 30, "seed": 7, "rule": "repeats-1",
        "repeats_of": coded.pk, "gap_days": 14, "made_at": None,
    }  # fmt: skip
    assert (changed.status_code, changed.json()["code"]) == (409, "design_changed")
    assert wrong.status_code == 400
    assert Round.objects.filter(kind="drift").count() == 1


def test_more_raters_and_turns_cost_the_drawing_no_more_queries(client: Client) -> None:
    def cost(raters: int, turns: int) -> int:
        world = make_world()
        members = [make_member(world.study, "rater") for _ in range(raters)]
        round_ = world.round(transcripts=[make_transcript(world.study, turns)], raters=members)
        for assignment in round_.assignments.select_related("version"):
            for position in range(1, turns + 1):
                judge(assignment, position)
        close(round_)
        client.force_login(world.coordinator.user)  # type: ignore[arg-type]
        said = {"name": "3", "share": "50", "gap_days": "0", "seconds": "30", "version": str(world.version.pk)}
        path = f"/studies/{world.study.slug}/rounds/{round_.pk}/drift-check/"
        with CaptureQueriesContext(connection) as queries:
            assert client.post(path, said | {"act": "draw"}).status_code == 200
        return len(queries)

    assert cost(1, 2) == cost(4, 8)


# What it never feeds -------------------------------------------------------------------------------------------------


@pytest.fixture
def check(world: StudyWorld, coordinator: User, coded: Round) -> Round:
    """A drift check that its raters have handed in; the second rater gives what they did not give before."""
    made = start(coordinator, coded)
    for assignment in Assignment.objects.filter(round=made).select_related("version"):
        for asked in assignment.assigned.select_related("segment"):
            judge(assignment, asked.segment.position, *(["ST-WARM"] if assignment.rater == world.other_rater else []))
    close(made)
    return made


OWN_PAST = "compares each rater with their own past"


def test_no_page_between_raters_reads_a_drift_check_and_each_leads_to_the_one_about_drift(
    world: StudyWorld, coordinator: User, coded: Round, check: Round, client: Client
) -> None:
    client.force_login(coordinator)
    base, study = f"/studies/{world.study.slug}/rounds/{check.pk}", f"/studies/{world.study.slug}"
    compare = f"{study}/results/compare/?first={coded.pk}&second={check.pk}"
    pages = [
        f"{base}/{name}/"
        for name in (
            *("reliability", "planner", "disagreements", "meeting", "runs", "enactments", "enactments/counts"),
            *("adjudication/setup", "adjudication/report"),
        )
    ]

    for page in (*pages, f"{base}/reliability/code/?code=ST-COOL", compare):
        answer = client.get(page)
        text = answer.content.decode()
        assert (page, answer.status_code) == (page, 403)
        assert OWN_PAST in text, page
        assert f'href="{study}/results/drift/"' in text, page
    results = client.get(f"{study}/results/").content.decode()
    assert "Each rater against their own past" in results
    assert f"{base}/reliability/" not in results
    assert f'value="{check.pk}"' not in client.get(f"{study}/results/compare/").content.decode()
    assert f"{base}/reliability/" not in client.get(f"{study}/").content.decode()
    assert f"{base}/reliability/" not in client.get(f"{base}/").content.decode()
    assert client.get(f"{base}/adjudication/").status_code in (302, 403)


def test_programs_get_the_same_answer_and_the_raw_codings(
    world: StudyWorld, coordinator: User, coded: Round, check: Round
) -> None:
    program, base = Program(coordinator), f"{world.study.slug}/rounds/{check.pk}"
    compare = f"{world.study.slug}/results/compare/?first={coded.pk}&second={check.pk}"

    for path in ("reliability", "reliability/breakdown", "planner", "runs", "meeting", "enactments", "final"):
        answer = program("get", f"{base}/{path}/")
        if answer.status_code != 404:
            assert (path, answer.status_code) == (path, 403)
            assert OWN_PAST in answer.json()["detail"]
    assert program("get", compare).status_code == 403
    assert program("post", f"{base}/runs/").status_code == 403
    opened = program("post", f"{base}/adjudication/", {})
    assert opened.status_code == 403
    assert OWN_PAST in opened.json()["detail"]
    judged = program("get", f"{base}/judgements/").json()
    assert judged["count"] == 20


def test_the_charts_between_raters_leave_it_out_and_the_own_past_takes_it(
    world: StudyWorld, coordinator: User, coded: Round, check: Round
) -> None:
    said = Program(coordinator)("get", f"{world.study.slug}/results/drift/").json()

    rounds = {point["round"] for chart in said["codes"]["ST-WARM"].values() for point in chart["points"]}
    past = said["own_past"]["ST-WARM"]["rater_b"]
    assert rounds == {coded.pk}
    assert (past["segments"], past["then"], past["now"]) == (10, 0.0, 1.0)
    assert {point["round"] for point in past["points"]} == {check.pk}
    assert sum(point["segments"] for point in past["points"]) == 10
    assert past["cohen_kappa"]["value"] == 0.0
    assert said["own_past"]["ST-WARM"]["rater_a"]["cohen_kappa"]["value"] is None
    assert said["own_past"]["ST-WARM"]["rater_a"]["cohen_kappa"]["why"]


def test_a_rater_sees_nobody_beside_them_in_a_drift_check(world: StudyWorld, check: Round, client: Client) -> None:
    Round.objects.filter(pk=check.pk).update(others_shown=True)
    client.force_login(world.rater.user)  # type: ignore[arg-type]
    mine = check.assignments.filter(rater=world.rater)[0]

    answer = client.get(f"/assignments/{mine.pk}/beside/")

    assert answer.status_code == 403
    assert "Each rater codes turns of their own here" in answer.content.decode()


# What leaves and comes back ------------------------------------------------------------------------------------------


def files_of(round_: Round) -> dict[str, str]:
    return {name: "".join(map(str, pieces)) for name, pieces in study_files(round_.study, round_).items()}


def test_the_codings_of_a_drift_check_leave_with_their_purpose_and_come_back_without_loss(
    world: StudyWorld, check: Round
) -> None:
    files = files_of(check)

    report = store_codings(study=world.study, round_name="Again", draft=read_file(files["codings.csv"].encode()))

    again = report.round
    assert files["codings.csv"].splitlines()[0].endswith(",judged_at,purpose")
    assert all(line.endswith(",repeat") for line in files["codings.csv"].splitlines()[1:])
    assert (again.kind, report.judgements) == ("drift", 20)
    places = [
        set(
            AssignedSegment.objects.filter(assignment__round=round_).values_list(
                "assignment__rater", "segment", "purpose"
            )
        )
        for round_ in (check, again)
    ]
    assert places[0] == places[1]
    kept = ("transcript", "segment", "rater", "code", "outcome", "purpose", "judged_at")
    tables = [list(csv.DictReader(io.StringIO(text["codings.csv"]))) for text in (files, files_of(again))]
    assert len({str([[row[name] for name in kept] for row in table]) for table in tables}) == 1
    assert len(files["codings_wide.csv"].splitlines()) == 1 + 20


def test_a_table_without_a_drift_check_has_no_column_for_it_and_one_of_all_rounds_says_which_rows(
    coded: Round, check: Round
) -> None:
    assert "purpose" not in files_of(coded)["codings.csv"]

    everything = list(csv.DictReader(io.StringIO("".join(map(str, all_files(coded.study)["codings.csv"])))))

    assert {row["purpose"] for row in everything if row["round"] == check.name} == {"repeat"}
    assert {row["purpose"] for row in everything if row["round"] == coded.name} == {""}


def test_a_file_that_mixes_what_came_back_with_what_did_not_is_refused_with_its_line(
    world: StudyWorld, check: Round
) -> None:
    lines = files_of(check)["codings.csv"].splitlines()
    mixed = "\n".join([*lines[:3], lines[3].removesuffix("repeat"), *lines[4:]]).encode()
    unknown = "\n".join([*lines[:3], lines[3] + "ed"]).encode()

    with pytest.raises(CodingsRefused, match="Line 2 is a turn that came back and this one is not"):
        store_codings(study=world.study, round_name="Again", draft=read_file(mixed))
    with pytest.raises(CodingsRefused, match="none of repeat"):
        read_file(unknown)
    draft = read_file("\n".join(lines).encode())
    with pytest.raises(CodingsRefused, match="asks for some segments alone"):
        store_codings(study=world.study, round_name="Again", draft=draft, judged_all=True)
    assert not Round.objects.filter(name="Again").exists()


def test_the_command_about_reliability_refuses_a_drift_check_with_the_way_on(check: Round) -> None:
    with pytest.raises(ComparesOwnPast, match="stand on the page about drift"):
        round_to_compare(check.study, check.name)


def test_the_rules_for_one_round_and_for_many_agree_about_drift_checks(
    world: StudyWorld, coordinator: User, coded: Round, check: Round
) -> None:
    Round.objects.update(others_shown=True)
    for round_ in (coded, check):
        AdjudicationOpening.objects.create(
            round=round_, study=world.study, version=round_.version, seed=1, ended_at=timezone.now()
        )
    people = [world.stranger, *(one.user for one in (world.coordinator, world.rater, world.adjudicator, world.reader))]

    for user in people:
        assert user is not None
        rounds = list(Round.objects.filter(study=world.study))
        for one, many in (
            (access.may_compare_raters, access.comparisons_open_to),
            (access.may_adjudicate, access.adjudications_open_to),
        ):
            found = set(Round.objects.filter(many(user), study=world.study))
            assert found == {round_ for round_ in rounds if one(user, round_)}
            assert check not in found
        mine = list(Assignment.objects.by(user).select_related("round", "rater"))
        besides = set(Assignment.objects.filter(access.besides_open_to(user)))
        assert besides == {assignment for assignment in mine if access.may_read_beside(user, assignment)}
        assert not any(assignment.round_id == check.pk for assignment in besides)
    assert access.may_compare_raters(coordinator, coded)
