"""Stored runs as people and programs meet them: the list, the report, the files; and blindness kept."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
import uuid
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coding.formats.report.facts import PARTS
from coding.models import ReliabilityRun, Round
from coding.services import report_files, runs
from coding.services.adjudication import open_adjudication
from coding.services.report_files import TYPES, round_files
from tests.coding.runs_material import planned_round, user_of
from tests.coding.test_results_pages import coded, sign_in
from tests.factories import (
    SMALL_CODEBOOK,
    StudyWorld,
    close,
    judge,
    make_member,
    make_round,
    make_transcript,
    make_version,
)
from transcripts.models import Membership

pytestmark = pytest.mark.django_db


def address(world: StudyWorld, round_: Round, *more: Any) -> str:
    return "/".join([f"/studies/{world.study.slug}/rounds/{round_.pk}/runs", *map(str, more), ""])


def stored(world: StudyWorld, round_: Round) -> ReliabilityRun:
    return runs.store_run(user=user_of(world.coordinator), round_=round_).run


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_coordinator_stores_a_run_and_is_shown_it(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.coordinator)
    assert "No run of this round is stored yet." in client.get(address(world, round_)).content.decode()

    answer = client.post(address(world, round_), follow=True)

    run = ReliabilityRun.objects.get()
    body = answer.content.decode()
    assert answer.redirect_chain == [(address(world, round_, run.pk), 302)]
    assert "The run is stored." in body
    assert run.fingerprint in body
    assert f"(program {run.program[:12]})" in body
    assert len(run.program) == 64
    assert "A run of today would be the same" in body
    for name in TYPES:
        assert address(world, round_, run.pk, "files", name) in body


def test_storing_again_shows_the_run_that_is_there_and_says_so(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    run = stored(world, round_)
    sign_in(client, world.coordinator)

    answer = client.post(address(world, round_), follow=True)

    assert answer.redirect_chain == [(address(world, round_, run.pk), 302)]
    assert "stored already: this is that run" in answer.content.decode()
    assert ReliabilityRun.objects.count() == 1


def test_looking_stores_nothing(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.coordinator)

    client.get(address(world, round_))

    assert not ReliabilityRun.objects.exists()


def test_the_page_says_when_a_run_of_today_would_be_another(
    world: StudyWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = coded(world)
    run = stored(world, round_)
    Membership.objects.filter(pk=world.rater.pk).update(label="rater_z")
    monkeypatch.setattr("coding.queries.report_record.product_version", lambda: "9.9.9")
    sign_in(client, world.reader)

    one = client.get(address(world, round_, run.pk)).content.decode()
    listed = client.get(address(world, round_)).content.decode()

    assert "the inputs have another fingerprint; the workbench is version 9.9.9, then 0.1.0" in one
    assert "rater_a" in one
    assert "rater_z" not in one
    assert "not the same" in listed


def test_the_report_stands_on_the_page_from_its_sentence_to_the_guideline(world: StudyWorld, client: Client) -> None:
    run = stored(world, planned_round(world))
    sign_in(client, world.reader)

    body = client.get(address(world, run.round, run.pk)).content.decode()

    assert "Two raters judged 8 segments in two transcripts." in body
    assert "Two raters coded, fewer than the three that were planned." in body
    assert "As in the pilot." in body
    assert body.count("To be written by the authors: ") >= 7
    assert " style=" not in body
    assert "<script>" not in body


@pytest.mark.parametrize("where", [(), ("run",), ("run", "files", "run.json")])
def test_a_rater_and_a_stranger_see_nothing_of_it(world: StudyWorld, client: Client, where: tuple[str, ...]) -> None:
    round_ = coded(world)
    run = stored(world, round_)
    path = address(world, round_, *(run.pk if part == "run" else part for part in where))

    client.force_login(world.stranger)
    assert client.get(path).status_code == 404
    sign_in(client, world.rater)
    assert client.get(path).status_code == 403
    assert client.get(f"/api/v1{path}").status_code == 403


def test_whoever_is_blind_to_a_covered_transcript_learns_not_even_whether_there_is_a_run(
    world: StudyWorld, client: Client
) -> None:
    second = make_transcript(world.study)
    with_run, without = (coded(world, [world.transcript, second]) for _ in range(2))
    run = stored(world, with_run)
    world.round([world.coordinator], [second])
    sign_in(client, world.coordinator)

    answers = [
        client.get(address(world, with_run)),
        client.get(address(world, without)),
        client.get(address(world, with_run, run.pk)),
        client.get(address(world, with_run, uuid.uuid4())),
        client.get(address(world, with_run, run.pk, "files", "report.zip")),
        client.post(address(world, with_run)),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert all("Not for your eyes yet." in answer.content.decode() for answer in answers)
    for path in (address(world, with_run), address(world, with_run, run.pk)):
        refused = client.get(f"/api/v1{path}")
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_a_run_is_reached_through_its_own_round_alone(world: StudyWorld, client: Client) -> None:
    one, other = coded(world), coded(world)
    run = stored(world, one)
    sign_in(client, world.reader)

    assert client.get(address(world, other, run.pk)).status_code == 404
    assert client.get(address(world, one, run.pk, "files", "secrets.txt")).status_code == 404
    assert client.get(f"/api/v1{address(world, one, run.pk, 'files', 'secrets.txt')}").status_code == 404


def _count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_more_runs_and_more_turns_cost_no_more_queries(
    world: StudyWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = coded(world)
    large = make_round(world.version, [make_transcript(world.study, 24)], [world.rater, world.other_rater])
    for assignment in large.assignments.select_related("version"):
        for position in range(1, 25):
            judge(assignment, position, "PULL-APP")
    close(large)
    first = stored(world, small)
    run = stored(world, large)
    sign_in(client, world.reader)
    client.get(address(world, small))
    one_run, one_report = _count(client, address(world, small)), _count(client, address(world, small, first.pk))
    for version in range(20):
        monkeypatch.setattr("coding.queries.report_record.product_version", lambda version=version: f"1.0.{version}")
        stored(world, small)

    assert _count(client, address(world, small)) == one_run
    assert _count(client, address(world, large, run.pk)) == one_report


def _judgements_read(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert "not the same" not in client.get(path).content.decode()
    return sum("coding_judgement" in query["sql"] for query in queries)


def test_a_second_look_at_the_runs_of_a_round_fetches_nothing_of_it(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    run = stored(world, round_)
    caches["results"].clear()
    sign_in(client, world.reader)

    first, *later = [
        _judgements_read(client, path)
        for _ in range(2)
        for path in (address(world, round_), address(world, round_, run.pk))
    ]

    assert first
    assert later == [0, 0, 0]


def test_the_reliability_page_leads_to_the_runs(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.reader)

    body = client.get(f"/studies/{world.study.slug}/rounds/{round_.pk}/reliability/").content.decode()

    assert address(world, round_) in body


# Files ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(TYPES))
def test_each_file_is_the_same_by_page_and_api_and_every_time(world: StudyWorld, client: Client, name: str) -> None:
    run = stored(world, planned_round(world))
    path = address(world, run.round, run.pk, "files", name)
    sign_in(client, world.reader)

    answers = [client.get(path), client.get(path), client.get(f"/api/v1{path}")]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.getvalue() for answer in answers}) == 1
    assert {answer.headers["Content-Type"] for answer in answers} == {TYPES[name]}
    wanted = f'attachment; filename="{world.study.slug}_round_Planned_{run.fingerprint[:8]}_{name}"'
    assert answers[0].headers["Content-Disposition"] == wanted


def test_the_zip_holds_everything_while_the_inputs_are_those_of_the_run(world: StudyWorld, client: Client) -> None:
    run = stored(world, coded(world))
    path = address(world, run.round, run.pk, "files", "report.zip")
    sign_in(client, world.reader)

    whole = zipfile.ZipFile(io.BytesIO(client.get(path).getvalue())).namelist()
    Membership.objects.filter(pk=world.rater.pk).update(label="rater_z")
    later = zipfile.ZipFile(io.BytesIO(client.get(path).getvalue())).namelist()

    by_itself = {"report.docx", "report.md", "reliability.csv", "codes.csv", "run.json"}
    with_data = {"matrix.csv", "variables.csv", "recompute.py", "recompute.R", "data_dictionary.md"}
    assert set(whole) == by_itself | with_data
    assert set(later) == by_itself | {"READ_ME.txt"}


def test_a_run_leads_to_the_report_of_the_adjudication_and_its_zip_holds_it(world: StudyWorld, client: Client) -> None:
    run = stored(world, coded(world))
    path = address(world, run.round, run.pk, "files", "report.zip")
    sign_in(client, world.reader)
    page = address(world, run.round, run.pk)
    before = client.get(page).content.decode(), client.get(f"/api/v1{path}").getvalue()
    opening = open_adjudication(user=user_of(world.coordinator), round_=run.round)

    bundle = zipfile.ZipFile(io.BytesIO(client.get(f"/api/v1{path}").getvalue()))

    assert "adjudication.md" not in zipfile.ZipFile(io.BytesIO(before[1])).namelist()
    report = bundle.read("adjudication.md").decode()
    assert f"Opened: {opening.opened_at:%Y-%m-%d %H:%M} UTC. It has not ended." in report
    assert f"| {world.rater.label} |" in report
    link = reverse("adjudication-report", args=[world.study.slug, run.round_id])
    assert link not in before[0]
    assert link in client.get(page).content.decode()
    whole = round_files(run.round)
    assert list(whole["adjudication.md"]) == [report]


def test_a_large_matrix_is_never_held_in_memory(
    world: StudyWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stored(world, coded(world))
    path = address(world, run.round, run.pk, "files", "report.zip")
    sign_in(client, world.reader)
    client.get(path).getvalue()
    rows = (random.Random(piece).randbytes(1_000_000) for piece in range(40))
    monkeypatch.setattr(report_files, "matrix_files", lambda round_: {"matrix.csv": rows})

    tracemalloc.start()
    answer = client.get(path)
    size = sum(map(len, answer.streaming_content))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size > 40_000_000
    assert most < 10_000_000


def test_the_json_is_the_stored_record_with_its_stamp(world: StudyWorld, client: Client) -> None:
    run = stored(world, coded(world))
    sign_in(client, world.reader)

    answer = client.get(address(world, run.round, run.pk, "files", "run.json"))

    read = json.loads(answer.getvalue(), parse_constant=pytest.fail)
    assert read.pop("run") == {
        "id": str(run.pk),
        "made_at": run.made_at.isoformat().replace("+00:00", "Z"),
        "made_by": world.coordinator.label,
    }
    assert read == run.results


def test_the_long_table_has_every_number_of_the_run(world: StudyWorld, client: Client) -> None:
    run = stored(world, coded(world))
    sign_in(client, world.reader)

    answer = client.get(address(world, run.round, run.pk, "files", "reliability.csv"))

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    alone = {(row["part"], row["key"], row["coefficient"]): row for row in rows if not row["rater_1"]}
    results = run.results["reliability"]
    for part in PARTS:
        for key, cell in results[part].items():
            for name in cell.keys() - {"units", "transcripts", "prevalence", "mean_per_session", "pairs"}:
                row = alone.pop((part, key, name))
                value = cell[name]["value"]
                assert row["value"] == ("" if value is None else repr(float(value)))
                assert (row["why"], row["n"]) == (cell[name]["why"], str(cell[name]["n"]))
                assert row["definition"]
    assert {part for part, _, _ in alone} == {"overall"}
    assert len(alone) == len(results["overall"])


HOSTILE = '=1+1|"<b>x</b>`*_[a](b)'


def test_no_name_breaks_the_page_or_a_file(world: StudyWorld, client: Client) -> None:
    codes = tuple(replace(code, name=f"{HOSTILE} {code.key}", key=f"+{code.key}|<i>") for code in SMALL_CODEBOOK.codes)
    draft = replace(SMALL_CODEBOOK, title=HOSTILE, codes=codes, exclusive_codes=())
    version = make_version(world.study, draft)
    rater = make_member(world.study, "rater", f"@{HOSTILE}")
    round_ = make_round(version, [make_transcript(world.study, 4, f"-{HOSTILE}")], [rater, world.rater], HOSTILE)
    for assignment in round_.assignments.select_related("version"):
        judge(assignment, 1, codes[0].key)
        judge(assignment, 2)
    close(round_)
    run = stored(world, round_)
    sign_in(client, world.reader)

    body = client.get(address(world, round_, run.pk)).content.decode()
    files = {name: client.get(address(world, round_, run.pk, "files", name)) for name in TYPES}

    assert "<b>x</b>" not in body
    assert "&lt;b&gt;x&lt;/b&gt;" in body
    written = {name: answer.getvalue() for name, answer in files.items()}
    assert {answer.status_code for answer in files.values()} == {200}
    assert b"<b>x</b>" not in written["report.md"].replace(b"\\<b\\>x\\</b\\>", b"")
    for name in ("reliability.csv", "codes.csv"):
        rows = list(csv.reader(io.StringIO(written[name].decode())))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "@")]
    assert all(answer.headers["Content-Disposition"].count('"') == 2 for answer in files.values())


# The API -------------------------------------------------------------------------------------------------------------


def test_a_program_stores_lists_and_reads_runs(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    sign_in(client, world.coordinator)
    path = f"/api/v1{address(world, round_)}"

    first, second = client.post(path), client.post(path)

    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json()["is_new"], second.json()["is_new"]) == (True, False)
    listed = client.get(path).json()
    assert (listed["count"], listed["results"][0]["id"]) == (1, first.json()["id"])
    assert "results" not in listed["results"][0]
    one = client.get(f"{path}{first.json()['id']}/").json()
    assert one["results"]["inputs"]["sha256"] == one["fingerprint"]
    assert one["transcripts"] == [world.transcript.pk]
    assert client.get(one["files"]["report.md"]).getvalue().startswith(b"# Reliability of ")


def test_more_runs_cost_the_api_no_more_queries(
    world: StudyWorld, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = coded(world)
    stored(world, round_)
    sign_in(client, world.reader)
    path = f"/api/v1{address(world, round_)}"
    one = _count(client, path)
    for version in range(20):
        monkeypatch.setattr("coding.queries.report_record.product_version", lambda version=version: f"1.0.{version}")
        stored(world, round_)

    assert _count(client, path) == one
