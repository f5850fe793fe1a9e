"""The files of an analysis: every column described, numbers in full, scripts that compute a figure again."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from coding.analysis.material import Detail, Group, Material, Roles
from coding.analysis.sentences import NOT_EFFECTS, Pair
from coding.formats.dictionary import sequence_dictionary
from coding.formats.sequences.bundle import Choices, files
from coding.formats.sequences.dictionary_words import SEQUENCE_FILES
from coding.formats.sequences.long import long_table
from coding.formats.sequences.sdis import EVENT, safe_names, sdis
from tests.coding.analysis import demo
from tests.coding.analysis.making import ROLES, group, link, material, session

FREE = {"session.<name>", "<CODE>", "group.<name>"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the analysis of the demo: the majority first, then each rater."""
    from coding.analysis.material import relational_moves

    folder = tmp_path_factory.mktemp("analysis")
    layer = demo.by_majority().material
    choices = Choices(by="condition", shuffles=49, pair=Pair("naming", "turned away", 1))
    made = files([layer, *demo.raters()], relational_moves(), [], choices)
    for name, pieces in made.items():
        (folder / name).write_text("".join(pieces), encoding="utf-8")
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


@pytest.mark.parametrize("name", SEQUENCE_FILES)
def test_the_columns_that_are_written_are_those_that_are_described(written: Path, name: str) -> None:
    header = next(csv.reader(io.StringIO((written / name).read_text(encoding="utf-8"))))

    fixed = [words[0] for words in SEQUENCE_FILES[name] if words[0] not in FREE]
    if name == "long.csv":
        header = [one for one in header if not re.match(r"session\.|group\.|[A-Z]{3,4}-", one)]
    assert header == fixed
    assert f"## {name}" in sequence_dictionary()


def test_no_row_is_ragged_and_no_number_is_nan(written: Path) -> None:
    for name in SEQUENCE_FILES:
        table = list(csv.reader(io.StringIO((written / name).read_text(encoding="utf-8"))))
        assert {len(row) for row in table} == {len(table[0])}
        assert not [cell for row in table for cell in row if cell.lower() in ("nan", "inf", "none", "-inf")]


def test_what_is_not_defined_is_empty_and_says_why(written: Path) -> None:
    found = [
        row for row in rows(written, "sequences.csv") if row["transcript"] == "CBT-06" and row["given"] == "naming"
    ]

    assert found
    for row in found:
        assert row["adjusted_residual"] == ""
        assert "not defined: naming never occurs in CBT-06" in row["why"]
    (ratio,) = [row for row in rows(written, "contrasts.csv") if row["measure"] == "hazard_ratio"]
    assert (ratio["value"], ratio["condition"], ratio["to"]) == ("", "CBT", "PDT")
    assert "naming never follows a pull in CBT" in ratio["why"]


def test_the_tables_hold_the_numbers_of_the_demo(written: Path) -> None:
    (row,) = [
        row
        for row in rows(written, "sequences.csv")
        if (row["transcript"], row["given"], row["target"], row["lag"]) == ("PDT-11", "naming", "turned away", "1")
    ]
    assert [row[cell] for cell in "abcd"] == ["5", "9", "2", "62"]
    assert float(row["adjusted_residual"]) == pytest.approx(3.864541, abs=1e-5)
    median = next(row for row in rows(written, "contrasts.csv") if row["condition"] == "PDT")
    assert float(median["value"]) == 14
    assert len({row["naming"] for row in rows(written, "namings.csv")}) == 14
    first = rows(written, "episodes.csv")[0]
    assert (first["pull"], first["named"], first["outcome"], first["how"]) == ("2", "16", "named", "adjacency")


def test_the_long_table_has_a_row_for_each_segment_of_each_layer(written: Path) -> None:
    found = rows(written, "long.csv")

    assert len(found) == 4 * 158
    assert {row["layer"] for row in found} == {
        "majority of rater_a, rater_b, rater_c", "rater_a", "rater_b", "rater_c",
    }  # fmt: skip
    first = next(row for row in found if row["transcript"] == "PDT-11" and row["segment"] == "2")
    assert (first["session.condition"], first["role"], first["start"]) == ("PDT", "patient", "14.0")
    assert (first["PULL-APP"], first["NAM-OWN"], first["group.naming"], first["group.pull"]) == ("1", "", "0", "1")


@pytest.mark.parametrize(
    ("script", "program", "drawn"),
    [("lag_plot.py", [sys.executable], "lag_plot.svg"), ("lag_plot.R", ["Rscript"], "lag_plot_r.svg")],
)
def test_a_script_computes_the_figure_again_and_draws_it(
    written: Path, tmp_path: Path, script: str, program: list[str], drawn: str
) -> None:
    if shutil.which(program[0]) is None:
        pytest.skip(f"{program[0]} is not installed.")
    folder = shutil.copytree(written, tmp_path / "copy")

    done = subprocess.run(
        [*program, script, "naming", "turned away", "."], cwd=folder, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"^5 lags compared, largest difference (0|[\d.]+e-1\d)", done.stdout, flags=re.MULTILINE)
    assert (folder / drawn).read_text(encoding="utf-8").count("<svg") == 1


def test_a_script_says_when_a_number_is_another(written: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(written, tmp_path / "copy")
    table = (folder / "long.csv").read_text(encoding="utf-8")
    (folder / "long.csv").write_text("\n".join(table.split("\n")[:60]) + "\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "lag_plot.py", "naming", "turned away"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "largest difference inf" in done.stdout


def test_the_paragraph_is_there(written: Path) -> None:
    assert (written / "results.txt").read_text(encoding="utf-8").strip().endswith(NOT_EFFECTS)


# SDIS ----------------------------------------------------------------------------------------------------------------


def test_turns_are_intervals_and_a_turn_that_was_not_judged_ends_a_sequence() -> None:
    text = sdis(material(session("P . PN ? N", "S 1", attributes={"condition": "X"})), [ROLES.pull, ROLES.naming])

    assert text == (
        "Interval=1 pull naming;\n% Layer: test %\n% pull: pull %\n% naming: naming %\n"
        "% S_1: S 1, condition X %\n<S_1>\npull, , pull naming;\nnaming /\n"
    )


def test_events_are_a_stream() -> None:
    text = sdis(material(session("P . PN . N", "A"), session("? ?", "B")), [ROLES.pull, ROLES.naming], EVENT)

    assert text.startswith("Event pull naming;\n")
    assert "<A>\npull pull naming naming /\n" in text
    assert text.endswith("<B>\n/\n")


def test_names_become_words_that_gseq_reads_and_stay_different() -> None:
    found = safe_names(["PULL-APP", "PULL APP", "1", "é", "a very long name of a code", "a very long name of another"])

    assert found == ["PULL_APP", "PULL_APP_2", "x1", "x", "a_very_long_name", "a_very_long_na_2"]
    assert all(re.fullmatch(r"[A-Za-z]\w{0,15}", name) for name in found)


def test_a_comment_cannot_end_early() -> None:
    text = sdis(material(session("P", "50 % of\nit")), [group("P", "100% pull")])

    assert all(line.count("%") == 2 for line in text.splitlines() if "%" in line)
    with pytest.raises(ValueError, match="Event or Interval"):
        sdis(material(session("P")), [ROLES.pull], "State")


# Edges ---------------------------------------------------------------------------------------------------------------


def contents(layers: list[Material], roles: Roles = ROLES, **more: object) -> dict[str, str]:
    choices = Choices(shuffles=9, **more)
    return {name: "".join(pieces) for name, pieces in files(layers, roles, [], choices).items()}


@pytest.mark.parametrize(
    "found",
    [
        material(),
        material(session("P", "one turn")),
        material(session("? ?", "not judged")),
        material(session("N R", "no pull"), session("P T", "no naming")),
        material(session("P N", "back", starts=np.array([9.0, 3.0]))),
    ],
    ids=["no session", "one turn", "not judged", "never", "backwards"],
)
def test_every_edge_gets_files_with_reasons(found: Material) -> None:
    made = contents([found], unit="seconds", by="condition")

    assert set(SEQUENCE_FILES) <= set(made)
    for name in SEQUENCE_FILES:
        table = list(csv.reader(io.StringIO(made[name])))
        assert not [cell for row in table for cell in row if cell.lower() in ("nan", "inf", "none")]
    assert "not defined" in made["sequences.csv"]
    assert "not defined" in made["results.txt"] or "no coded session" in made["results.txt"]


def test_names_that_look_like_formulas_are_guarded() -> None:
    hour = session("P N", "=1+1", details=(Detail(0, "P", "arena", "there"), Detail(0, "P", "target_person", "@x")))

    made = contents([material(hour)])

    assert ",'=1+1," in made["sequences.csv"]
    assert "'@x" in made["recurrences.csv"]


def test_links_are_told_in_the_tables() -> None:
    made = contents([material(session("P N R", links=(link(1, "N", 0, "P"), link(2, "R", 1, "N"))))])

    assert ",named,link\n" in made["episodes.csv"]
    assert ",2,1,link,recognised,1,link,1\n" in made["namings.csv"]


def test_layers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one layer"):
        files([], ROLES, [], Choices())
    with pytest.raises(ValueError, match="same codes"):
        long_table([material("P"), material("A", codes="A")], [Group("x", ())])
