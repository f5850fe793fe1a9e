"""Data goes out complete, the same bytes for the same data, and only to whom it may."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from procrastinate.contrib.django import app

from coding.formats.codings import read_codings, write_codings
from coding.formats.drafts import AttributeDraft
from coding.models import CodingAttribute, Evidence, ExportFile, Round
from coding.services import exports
from coding.services.export_files import all_files, study_files
from tests.factories import (
    SMALL_CODEBOOK,
    StudyWorld,
    close,
    judge,
    make_round,
    make_transcript,
    make_version,
    make_world,
)
from transcripts.models import Membership
from workbench.accounts.models import User

FILES = {
    *("segments.csv", "codings.csv", "codings_wide.csv", "codebook.json"),
    *("data_dictionary.md", "links.csv", "notes.csv", "assignments.csv"),
}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def person(member: Membership) -> User:
    assert member.user is not None
    return member.user


def coded(world: StudyWorld) -> Round:
    """A closed round with everything in it that a coding can have."""
    attribute = AttributeDraft(id="arena", type="nominal", values={"here": "", "there": ""}, applies_to=("PULL",))
    version = make_version(world.study, replace(SMALL_CODEBOOK, attributes=(attribute,)))
    round_ = make_round(version, [world.transcript], [world.rater, world.other_rater], name="First, =blind")
    own, other = world.assignment(round_), world.assignment(round_, world.other_rater)
    judgement = judge(own, 1, "PULL-APP", "NAM-DIS", rating=3, memo="=look\nhere", flag=True)
    coding = judgement.codings.get(code__key="PULL-APP")
    Evidence.objects.create(coding=coding, start=5, end=9)
    Evidence.objects.create(coding=coding, start=0, end=4)
    CodingAttribute.objects.create(
        version=version, coding=coding, attribute=version.attributes.get(key="arena"), value="there"
    )
    coding.memo = "+plain"
    coding.save()
    judge(own, 2)
    judge(own, 3, outcome="uncodable", reason="-inaudible")
    judge(other, 1, "ST-WARM")
    close(round_)
    return round_


def text_of(world: StudyWorld, round_: Round | None, name: str) -> str:
    pieces = study_files(world.study, round_)[name]
    return "".join(piece if isinstance(piece, str) else piece.decode() for piece in pieces)


def test_the_long_table_reads_back_as_everything_that_was_said(world: StudyWorld) -> None:
    round_ = coded(world)

    rows = read_codings(text_of(world, round_, "codings.csv").encode()).rows

    assert [(row.segment, row.rater, row.code, row.outcome, row.rating) for row in rows] == [
        (1, "rater_a", "PULL-APP", "", 3),
        (1, "rater_a", "NAM-DIS", "", None),
        (1, "rater_b", "ST-WARM", "", None),
        (2, "rater_a", "NRM", "", None),
        (3, "rater_a", "UNC", "", None),
    ]
    first, last = rows[0], rows[-1]
    assert first.spans == ((0, 4), (5, 9))
    assert first.attributes == {"arena": "there"}
    assert (first.memo, first.judgement_memo, first.flag) == ("+plain", "=look\nhere", True)
    assert (last.reason, last.layer, last.round, last.revision) == ("-inaudible", "raw", "First, =blind", 1)
    coding = round_.assignments.get(rater=world.rater).judgements.get(segment__position=1).codings.get(rating=3)
    assert (first.coding_id, first.coded_at) == (str(coding.pk), coding.coded_at)
    assert first.judged_at == coding.judgement.finished_at


def test_the_quick_way_writes_the_bytes_of_the_format(world: StudyWorld) -> None:
    written = text_of(world, coded(world), "codings.csv")

    assert "".join(write_codings(read_codings(written.encode()).rows, attributes=["arena"])) == written


def test_without_codes_for_outcomes_a_judgement_is_a_row_without_a_code(world: StudyWorld) -> None:
    plain = tuple(code for code in SMALL_CODEBOOK.codes if code.family != "ADM")
    version = make_version(world.study, replace(SMALL_CODEBOOK, codes=plain, exclusive_codes=()))
    round_ = make_round(version, [world.transcript], [world.rater])
    judge(world.assignment(round_), 1)
    judge(world.assignment(round_), 2, outcome="uncodable")
    close(round_)

    rows = read_codings(text_of(world, round_, "codings.csv").encode()).rows

    assert [(row.code, row.outcome) for row in rows] == [("", "none"), ("", "uncodable")]


def test_the_wide_table_keeps_not_judged_apart_from_not_given(world: StudyWorld) -> None:
    lines = text_of(world, coded(world), "codings_wide.csv").splitlines()
    head = lines[0].split(",")
    at = head.index("PULL-DEF")

    cells = {(line.split(",")[1], line.split(",")[4]): line.split(",")[at] for line in lines[1:]}

    assert len(cells) == 8
    assert cells["1", "rater_a"] == "0"
    assert cells["3", "rater_a"] == ""
    assert cells["4", "rater_a"] == ""
    assert cells["2", "rater_b"] == ""


def test_a_judgement_that_was_not_finished_is_not_in_the_data(world: StudyWorld) -> None:
    round_ = world.round()
    judge(world.assignment(round_), 1, "PULL-APP", finished_at=None)
    close(round_)

    assert read_codings(text_of(world, round_, "codings.csv").encode()).rows == ()


def test_links_and_notes_are_there_with_their_columns(world: StudyWorld) -> None:
    round_ = coded(world)

    assert text_of(world, round_, "links.csv").startswith("transcript,rater,kind,")
    assert text_of(world, round_, "notes.csv").startswith("transcript,rater,round,")


def test_the_files_of_the_material_hold_no_coding(world: StudyWorld) -> None:
    coded(world)

    assert set(study_files(world.study, None)) == {"segments.csv", "codebook.json", "data_dictionary.md"}


def test_all_of_a_study_is_every_closed_round_and_no_open_one(world: StudyWorld) -> None:
    coded(world)
    second = world.round()
    judge(world.assignment(second), 1)
    close(second)
    world.round()

    files = all_files(world.study)

    names = "".join(str(piece) for piece in files["codings.csv"])
    assert second.name in names
    assert {name for name in files if name.startswith("codings_wide")} == {
        "codings_wide_First_blind.csv",
        f"codings_wide_{second.name.replace(' ', '_')}.csv",
    }


def test_the_command_writes_the_files_and_again_the_same_bytes(world: StudyWorld, tmp_path: Path) -> None:
    round_ = coded(world)
    out = io.StringIO()

    for folder in ("one", "two"):
        call_command("export", world.study.slug, round=round_.name, to=str(tmp_path / folder), stdout=out)

    written = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert set(written) == FILES
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}


def test_the_command_refuses_a_round_that_is_open_or_unknown(world: StudyWorld, tmp_path: Path) -> None:
    round_ = world.round()

    with pytest.raises(CommandError, match="still open"):
        call_command("export", world.study.slug, round=round_.name, to=str(tmp_path))
    with pytest.raises(CommandError, match="has no round"):
        call_command("export", world.study.slug, round="nothing", to=str(tmp_path))


# The zip on the page ------------------------------------------------------------------------------------------------


def write(export: ExportFile) -> None:
    exports.write_export(str(export.pk))
    export.refresh_from_db()


def test_the_worker_writes_the_zip_that_was_asked_for(world: StudyWorld) -> None:
    export = exports.ask_export(user=person(world.reader), study=world.study, round_=coded(world))

    write(export)

    assert (export.state, export.share_done, export.problem) == ("ready", 1, "")
    with exports.open_export(user=person(world.reader), export=export) as stream:
        archive = zipfile.ZipFile(stream)
        assert set(archive.namelist()) == FILES
        assert json.loads(archive.read("codebook.json"))["id"] == "small"
    assert export.size == exports.file_of(export).stat().st_size


@pytest.mark.django_db(transaction=True)
def test_a_worker_finds_the_wish_in_its_queue_and_does_it(world: StudyWorld) -> None:
    export = exports.ask_export(user=person(world.reader), study=world.study, round_=coded(world))

    with app.replace_connector(app.connector.get_worker_connector()) as worker, ThreadPoolExecutor(1) as thread:
        # In a thread of its own: browser tests leave a running event loop behind in this one.
        thread.submit(worker.run_worker, wait=False, install_signal_handlers=False, listen_notify=False).result()

    export.refresh_from_db()
    assert export.state == "ready"
    assert exports.file_of(export).stat().st_size == export.size


def test_asking_twice_gives_the_same_bytes(world: StudyWorld) -> None:
    round_ = coded(world)
    first, second = (exports.ask_export(user=person(world.reader), study=world.study, round_=round_) for _ in "ab")

    write(first)
    write(second)

    assert first.sha256 == second.sha256


def test_whoever_is_blind_to_a_transcript_of_the_round_gets_nothing_of_it(world: StudyWorld) -> None:
    elsewhere = make_transcript(world.study)
    round_ = world.round(transcripts=[world.transcript, elsewhere])
    close(round_)
    world.round([world.coordinator], [elsewhere])

    with pytest.raises(PermissionDenied):
        exports.ask_export(user=person(world.coordinator), study=world.study, round_=round_)


def test_who_was_given_coding_since_does_not_get_the_file(world: StudyWorld) -> None:
    round_ = coded(world)
    export = exports.ask_export(user=person(world.coordinator), study=world.study, round_=round_)
    later = exports.ask_export(user=person(world.coordinator), study=world.study, round_=round_)
    write(export)
    world.round([world.coordinator])

    with pytest.raises(PermissionDenied):
        exports.open_export(user=person(world.coordinator), export=export)
    write(later)
    assert later.state == "failed"
    assert not exports.file_of(later).exists()


def test_a_rater_cannot_ask(world: StudyWorld) -> None:
    round_ = coded(world)

    with pytest.raises(PermissionDenied):
        exports.ask_export(user=person(world.rater), study=world.study, round_=round_)


def test_a_round_of_another_study_is_no_round_of_this_one(world: StudyWorld) -> None:
    other = make_world()
    Membership.objects.create(study=other.study, user=person(world.reader), label="guest", role="reader")

    with pytest.raises(exports.NothingToExport):
        exports.ask_export(user=person(world.reader), study=world.study, round_=coded(other))


def test_a_fault_while_writing_is_told_and_leaves_no_file(world: StudyWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    export = exports.ask_export(user=person(world.reader), study=world.study, round_=coded(world))

    def broken(*_: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(exports, "write_zip", broken)
    with pytest.raises(OSError, match="no space"):
        exports.write_export(str(export.pk))

    export.refresh_from_db()
    assert export.state == "failed"
    assert export.problem.startswith("Something went wrong")
    assert list(exports.file_of(export).parent.iterdir()) == []


def test_only_the_last_five_are_kept(world: StudyWorld, django_capture_on_commit_callbacks: Any) -> None:
    round_ = coded(world)
    first = exports.ask_export(user=person(world.reader), study=world.study, round_=round_)
    write(first)

    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(5):
            exports.ask_export(user=person(world.reader), study=world.study, round_=round_)

    assert ExportFile.objects.filter(asked_by=person(world.reader)).count() == 5
    assert not exports.file_of(first).exists()


def test_the_page_takes_a_wish_shows_it_waiting_and_gives_the_file(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    client.force_login(person(world.reader))
    page = f"/studies/{world.study.slug}/exports/"

    answer = client.post(page, {"round": str(round_.pk)})
    waiting = client.get(page).content.decode()
    export = ExportFile.objects.get()
    too_early = client.get(f"/exports/{export.pk}/")
    write(export)
    ready = client.get(page).content.decode()
    file = client.get(f"/exports/{export.pk}/")

    assert answer.status_code == 302
    assert 'http-equiv="refresh"' in waiting
    assert too_early.status_code == 409
    assert 'http-equiv="refresh"' not in ready
    assert f"/exports/{export.pk}/" in ready
    assert file["Content-Disposition"] == f'attachment; filename="{world.study.slug}_round_First_blind.zip"'
    assert zipfile.ZipFile(io.BytesIO(b"".join(file))).testzip() is None  # type: ignore[call-overload]


def test_the_page_does_not_offer_a_round_that_one_is_blind_to(world: StudyWorld, client: Client) -> None:
    round_ = coded(world)
    world.round([world.coordinator])
    client.force_login(person(world.coordinator))

    body = client.get(f"/studies/{world.study.slug}/exports/").content.decode()

    assert f'value="{round_.pk}"' not in body
    assert client.post(f"/studies/{world.study.slug}/exports/", {"round": str(round_.pk)}).status_code == 403


def test_somebody_elses_export_does_not_exist(world: StudyWorld, client: Client) -> None:
    export = exports.ask_export(user=person(world.reader), study=world.study, round_=coded(world))
    write(export)
    client.force_login(person(world.coordinator))

    assert client.get(f"/exports/{export.pk}/").status_code == 404


@pytest.mark.parametrize("wish", ["abc", "999999", "-1", "9" * 30])
def test_a_round_that_is_none_is_404(world: StudyWorld, client: Client, wish: str) -> None:
    client.force_login(person(world.reader))

    assert client.post(f"/studies/{world.study.slug}/exports/", {"round": wish}).status_code == 404
