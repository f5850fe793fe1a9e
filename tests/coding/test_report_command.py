"""The report by command: all files in a folder, nothing stored, and a sentence where it cannot be."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from coding.models import ReliabilityRun, Round
from coding.queries.reliability import reliability_of
from coding.queries.reliability_json import reliability_object
from tests.coding.exchange import load_demo, run, run_json
from tests.coding.test_results_pages import coded
from tests.factories import StudyWorld

pytestmark = pytest.mark.django_db
FILES = {
    *("report.docx", "report.md", "reliability.csv", "codes.csv", "run.json", "matrix.csv", "variables.csv"),
    *("data_dictionary.md", "recompute.py", "recompute.R"),
}


def test_the_report_is_written_and_no_run_is_stored(tmp_path: Path) -> None:
    load_demo()
    folder = tmp_path / "new" / "report"

    said = run_json("reliability", "demo", round="1", report=str(folder))

    assert {path.name for path in folder.iterdir()} == FILES
    assert set(said["report"]["files"]) == FILES
    assert all(len(digest) == 64 for digest in said["report"]["files"].values())
    assert {name: value for name, value in said.items() if name != "report"} == reliability_object(
        reliability_of(Round.objects.get())
    )
    assert not ReliabilityRun.objects.exists()


def test_without_the_option_the_object_is_what_it_was(world: StudyWorld) -> None:
    round_ = coded(world)

    assert run_json("reliability", world.study.slug, round=round_.name) == reliability_object(reliability_of(round_))


def test_progress_goes_to_stderr_and_the_hashes_stand_below_the_table(world: StudyWorld, tmp_path: Path) -> None:
    round_ = coded(world)
    out, err = io.StringIO(), io.StringIO()

    call_command("reliability", world.study.slug, round=round_.name, report=str(tmp_path), stdout=out, stderr=err)

    assert f"Wrote {tmp_path / 'report.docx'}." in err.getvalue()
    assert out.getvalue().splitlines()[-1].endswith("  variables.csv")


def test_a_folder_that_cannot_be_made_is_a_sentence(world: StudyWorld, tmp_path: Path) -> None:
    round_ = coded(world)
    (tmp_path / "taken").write_text("a file", encoding="utf-8")

    with pytest.raises(CommandError, match="cannot be written"):
        run("reliability", world.study.slug, round=round_.name, report=str(tmp_path / "taken"))


def test_an_open_round_has_no_report(world: StudyWorld, tmp_path: Path) -> None:
    round_ = world.round()

    with pytest.raises(CommandError, match="still open"):
        run("reliability", world.study.slug, round=round_.name, report=str(tmp_path))

    assert not list(tmp_path.iterdir())
