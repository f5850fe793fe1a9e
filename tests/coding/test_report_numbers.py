"""What a report says can be computed again from what it hands over, and the known pattern comes out as it must."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coding.formats.report import sentences
from coding.formats.report.facts import facts_of
from coding.models import Round
from coding.queries.report_record import record_of
from coding.services.export_files import write_folder
from coding.services.report_files import round_files
from tests.coding.exchange import load_demo
from tests.coding.runs_material import pattern_round
from tests.factories import StudyWorld, close, judge, make_member, make_round, make_transcript

pytestmark = pytest.mark.django_db
SCRIPTS = {"recompute.py": [sys.executable], "recompute.R": ["Rscript"]}


def written(round_: Round, folder: Path) -> Path:
    write_folder(round_files(round_), folder, lambda text: None)
    return folder


def table(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


# The pattern that a peer gets wrong ----------------------------------------------------------------------------------


@pytest.mark.parametrize("envy", [12, 8])
def test_kappa_of_rare_codes_is_what_the_counts_say(tmp_path: Path, db: None, envy: int) -> None:
    round_ = pattern_round(tmp_path, envy)
    agree = {"APP": "0.58333", "DEF": "0.83333", "ENV": "0.75000" if envy == 12 else "0.83333"}
    kappa = {"APP": "0.16667", "DEF": "0.00000", "ENV": "0.00000"}

    folder = written(round_, tmp_path / "report")

    rows = {row["code"]: row for row in table(folder, "codes.csv")}
    long = {
        (row["key"], row["coefficient"]): row["value"]
        for row in table(folder, "reliability.csv")
        if row["part"] == "codes" and not row["rater_1"]
    }
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))["reliability"]["codes"]
    for key in agree:
        for name, wanted in (("percent_agreement", agree[key]), ("cohen_kappa", kappa[key])):
            assert f"{float(rows[key][name]):.5f}" == wanted
            assert f"{float(long[key, name]):.5f}" == wanted
            assert f"{record[key][name]['value']:.5f}" == wanted
    assert [rows["APP"][f"given.{rater}"] for rater in ("one", "two")] == ["12", "24"]
    text = (folder / "report.md").read_text(encoding="utf-8")
    third = ".750" if envy == 12 else ".833"
    assert (
        "approval (APP), 48 segments in one transcript, given by one 12 of 48 and two 24 of 48: agreement .583" in text
    )
    for name, share, number in (("approval", ".583", ".167"), ("deference", ".833", ".000"), ("envy", third, ".000")):
        (said,) = [line for line in text.splitlines() if line.startswith(f"- {name} (")]
        assert f"agreement {share};" in said
        assert said.endswith(f"Cohen's kappa {number}.")


# Computed again ------------------------------------------------------------------------------------------------------


def odd_round(world: StudyWorld) -> Round:
    """Three raters, seven transcripts, a bit of everything missing, and a rater who leaves transcripts out."""
    chance = random.Random(20261125)
    raters = [world.rater, world.other_rater, make_member(world.study, "rater", "=odd|'rater\"")]
    transcripts = [make_transcript(world.study, 12, f'+T"{number}, x') for number in range(7)]
    round_ = make_round(world.version, transcripts, raters)
    for place, assignment in enumerate(round_.assignments.select_related("version").order_by("transcript", "rater")):
        for position in range(1, 13):
            kind = chance.random()
            if kind < 0.08 or place == 4:
                continue
            if kind < 0.14:
                judge(assignment, position, outcome="uncodable", reason="noise")
                continue
            codes = [code for code in ("PULL-APP", "PULL-DEF") if chance.random() < 0.3]
            codes += [chance.choice(["ST-WARM", "ST-COOL"])] if chance.random() < 0.6 else []
            codes += ["NAM-DIS"] if position % 2 and chance.random() < 0.4 else []
            judge(assignment, position, *codes, rating=chance.randint(1, 3))
    close(round_)
    return Round.objects.select_related("version__codebook", "study").get(pk=round_.pk)


def run_script(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    command = SCRIPTS[name]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed here: the script in R is run where it is")
    return subprocess.run([*command, str(folder / name), str(folder)], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_scripts_compute_the_demo_again(tmp_path: Path, db: None, name: str) -> None:
    load_demo()

    done = run_script(written(Round.objects.get(), tmp_path), name)

    long = table(tmp_path, "reliability.csv")
    assert {row["interval"] for row in long if row["coefficient"] == "icc_3_1" and row["low"]} == {"F"}
    assert {row["interval"] for row in long if not row["low"]} == {""}
    assert done.stderr == ""
    assert done.returncode == 0
    compared = int(done.stdout.split()[0])
    assert compared > 1000


@pytest.mark.parametrize("name", list(SCRIPTS))
def test_the_scripts_compute_values_and_intervals_of_an_odd_round_again(
    tmp_path: Path, world: StudyWorld, name: str
) -> None:
    folder = written(odd_round(world), tmp_path)
    with_interval = {
        (row["part"], row["coefficient"]) for row in table(folder, "reliability.csv") if row["interval"] == "jackknife"
    }

    done = run_script(folder, name)

    assert {("codes", "krippendorff_alpha"), ("ratings", "krippendorff_alpha_ordinal")} <= with_interval
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", list(SCRIPTS))
@pytest.mark.parametrize("column", ["value", "low"])
def test_the_scripts_notice_a_number_that_is_not_right(
    tmp_path: Path, world: StudyWorld, name: str, column: str
) -> None:
    folder = written(odd_round(world), tmp_path)
    rows = table(folder, "reliability.csv")
    wrong = next(row for row in rows if row["coefficient"] == "krippendorff_alpha" and row["low"])
    wrong[column] = repr(float(wrong[column]) + 2e-6)
    with (folder / "reliability.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)

    done = run_script(folder, name)

    assert done.returncode == 1
    assert wrong["key"] in done.stdout


@pytest.mark.parametrize("name", list(SCRIPTS))
@pytest.mark.parametrize("raters", [0, 1, 2])
def test_the_scripts_bear_rounds_in_which_nothing_can_be_computed(
    tmp_path: Path, world: StudyWorld, name: str, raters: int
) -> None:
    people = [world.rater, world.other_rater][:raters]
    round_ = make_round(world.version, [world.transcript], people)
    for assignment in round_.assignments.select_related("version"):
        # Two raters who never meet on a segment.
        judge(assignment, 1 if assignment.rater == world.rater else 2, "PULL-APP")
    close(round_)

    done = run_script(written(Round.objects.select_related("study").get(pk=round_.pk), tmp_path), name)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Largest difference: 0" in done.stdout


def test_the_matrix_tells_absent_from_missing(tmp_path: Path, world: StudyWorld) -> None:
    round_ = world.round()
    mine = world.assignment(round_)
    other = world.assignment(round_, world.other_rater)
    for assignment in (mine, other):
        judge(assignment, 1, "PULL-APP", rating=3)
    judge(mine, 2, "ST-WARM")
    judge(other, 2, outcome="uncodable", reason="noise")
    judge(mine, 3)
    close(round_)

    rows = table(written(Round.objects.get(pk=round_.pk), tmp_path), "matrix.csv")

    def values(part: str, variable: str) -> list[tuple[Any, ...]]:
        found = [row for row in rows if (row["part"], row["variable"]) == (part, variable)]
        return [(row["segment"], row["rater.rater_a"], row["rater.rater_b"]) for row in found]

    assert values("codes", "PULL-APP") == [("1", "1", "1"), ("2", "0", ""), ("3", "0", "")]
    assert values("codes", "NAM-DIS") == [("1", "0", "0"), ("3", "0", "")]
    assert values("families", "STANCE") == [
        *[("1", "none of them", "none of them"), ("2", "ST-WARM", ""), ("3", "none of them", "")],
    ]
    assert values("ratings", "PULL-APP") == [("1", "3", "3"), ("2", "0", ""), ("3", "0", "")]


# Bytes ---------------------------------------------------------------------------------------------------------------


def test_the_same_data_give_the_same_bytes(tmp_path: Path, world: StudyWorld) -> None:
    round_ = odd_round(world)

    first = write_folder(round_files(round_), tmp_path / "a", lambda text: None)
    second = write_folder(round_files(round_), tmp_path / "b", lambda text: None)

    assert first == second


def test_the_methods_are_written_from_stored_facts_alone(world: StudyWorld) -> None:
    record = record_of(odd_round(world))
    read_back = json.loads(json.dumps(record))

    assert sentences.methods(facts_of(read_back)) == sentences.methods(facts_of(record))
