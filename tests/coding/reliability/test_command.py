"""`python -m coding.reliability`: without Django, one clear rule for the layout, sentences for bad files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coding.reliability import agreement
from coding.reliability.__main__ import main
from tests.coding.reliability.test_oracle import ORACLE, oracle

ROOT = ORACLE.parents[2]
LONG = "unit,rater,value\n1,a,x\n1,b,x\n2,a,y\n2,b,x\n3,a,y\n3,b,y\n3,c,\n"
WIDE = "segment;ann;ben;cleo\n1;x;x;x\n2;y;x;y\n3;y;y;\n"


def written(folder: Path, text: str, name: str = "ratings.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(list(arguments)) == 0
    return json.loads(capsys.readouterr().out)


def test_the_module_runs_without_django_and_writes_strict_json(tmp_path: Path) -> None:
    program = "import sys, runpy\nsys.argv[0] = 'reliability'\n"
    program += "try:\n    runpy.run_module('coding.reliability', run_name='__main__')\n"
    program += "finally:\n    assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'scipy.stats')]\n"
    command = [sys.executable, "-c", program, "cases", str(ORACLE), "--json"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout, parse_constant=refuse)
    assert set(found) == {case["id"] for case in oracle()["cases"]}
    assert found["cohen1960-p45"]["cohen_kappa"] == {"value": pytest.approx(0.491525423729), "why": ""}


def test_long_layout_is_told_by_its_three_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "rate", written(tmp_path, LONG), "--level", "nominal", "--json")

    expected = agreement([[0, 1, 1], [0, 0, 1], [-1, -1, -1]], 2)
    assert (found["layout"], found["raters"], found["units"], found["ratings"]) == ("long", ["a", "b", "c"], 3, 6)
    assert found["coefficients"]["krippendorff_alpha"]["value"] == pytest.approx(expected["krippendorff_alpha"])


def test_every_other_header_is_wide_and_a_bare_file_means_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(capsys, written(tmp_path, WIDE), "--level", "nominal", "--json")

    expected = agreement([[0, 1, 1], [0, 0, 1], [0, 1, -1]], 2)
    assert (found["layout"], found["raters"], found["ratings"]) == ("wide", ["ann", "ben", "cleo"], 8)
    assert found["coefficients"]["gwet_ac1"]["value"] == pytest.approx(expected["gwet_ac1"])
    assert set(found["pairs"]) == {"ann|ben", "ann|cleo", "ben|cleo"}


def test_the_same_unit_name_in_two_transcripts_means_two_units(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "transcript,unit,rater,value\n" + "".join(
        f"t{t},{u},{r},{(u + (r == 'b') * (u == t % 4)) % 3}\n" for t in range(6) for u in range(5) for r in "ab"
    )

    found = run(capsys, written(tmp_path, text), "--level", "ordinal", "--json")

    assert (found["units"], found["transcripts"]) == (30, 6)
    assert found["coefficients"]["krippendorff_alpha_ordinal"]["interval"] == "jackknife"


NESTED = "transcript,segment,a,b\n" + "".join(
    f"t{transcript},{turn},{turn % 2},{turn % 2 if transcript != turn else 1 - turn % 2}\n"
    for transcript in range(1, 7)
    for turn in range(1, 5)
)


@pytest.mark.parametrize("kind", ["jackknife", "percentile", "bca", "analytic"])
def test_the_kind_of_interval_is_chosen_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    path = written(tmp_path, NESTED)
    words = ("rate", path, "--level", "nominal", "--interval", kind, "--seed", "7", "--json")

    first, again = run(capsys, *words), run(capsys, *words)

    alpha = first["coefficients"]["krippendorff_alpha"]
    assert first == again
    assert (first["interval"], alpha["interval"]) == (kind, kind)
    assert alpha["low"] < alpha["value"] < alpha["high"]
    assert (first.get("seed"), first.get("resamples")) == (
        (7, 10_000) if kind in ("percentile", "bca") else (None, None)
    )


def test_no_interval_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, written(tmp_path, NESTED), "--level", "nominal", "--interval", "none", "--json")

    alpha = found["coefficients"]["krippendorff_alpha"]
    assert (alpha["low"], alpha["why_no_interval"]) == (None, "no interval was asked for")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(("--resamples", "5"), "Resamples must lie between 100 and"), (("--seed", "-1"), "The seed must be 0 or above.")],
)
def test_resamples_that_no_one_can_draw_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    assert main(["rate", written(tmp_path, NESTED), "--level", "nominal", "--interval", "bca", *words]) == 1
    assert sentence in capsys.readouterr().err


def test_na_and_nan_are_labels_and_the_reader_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "a,b\nNA,NA\nnan,x\nx,x\n,x\n")

    assert main([path, "--level", "nominal"]) == 0
    told = capsys.readouterr().out
    fewer = run(capsys, path, "--level", "nominal", "--missing", "NA", "--missing", "nan", "--json")

    assert "3 categories" in told
    assert "Counted as labels, not as missing: NA, nan" in told
    assert fewer["categories"] == 1
    assert fewer["coefficients"]["krippendorff_alpha"]["value"] is None
    assert fewer["coefficients"]["krippendorff_alpha"]["why"]


def test_label_sets_are_written_with_bars(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "a,b\nA|B,A\n{},{}\nC,C\nB,A|B\n")

    found = run(capsys, path, "--level", "set", "--json")

    assert found["coefficients"]["krippendorff_alpha_masi"]["value"] is not None
    assert found["coefficients"]["percent_agreement"]["value"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("text", "level", "sentence"),
    [
        ("", "nominal", "is empty"),
        ("a,b\n1,2,3\n", "nominal", "line 2: 3 cells where the header has 2"),
        ("unit,rater,value\n1,a,x\n1,a,y\n", "nominal", "line 3: rater 'a' rated unit '1' already on line 2"),
        ("unit,rater,value\n,a,x\n", "nominal", "line 2: the unit or the rater is empty"),
        ("unit,rater\n1,a\n", "nominal", "but no 'value'"),
        ("unit,only\n1,2\n", "nominal", "neither long .* nor wide"),
        ("a,a\n1,2\n", "nominal", "two columns are called 'a'"),
        ("a,b\nlow,high\n", "ordinal", "say the order of the categories with --categories"),
        ("a,b\n1,high\n", "interval", "Level interval needs numbers, and 'high' is none"),
        ('a,b\n"x,y\n', "nominal", "line 2"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_exit_code_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, level: str, sentence: str
) -> None:
    assert main(["rate", written(tmp_path, text), "--level", level]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert re.search(sentence, said.err)


def test_declared_order_serves_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "a,b\nlow,low\nhigh,middle\nmiddle,middle\nhigh,high\n")

    words = run(capsys, path, "--level", "ordinal", "--categories", "low,middle,high", "--json")
    numbers = run(capsys, written(tmp_path, "a,b\n0,0\n2,1\n1,1\n2,2\n", "n.csv"), "--level", "ordinal", "--json")

    assert words["coefficients"] == numbers["coefficients"]


def test_files_that_are_no_text_or_no_json_get_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    binary = tmp_path / "picture.csv"
    binary.write_bytes(b"\xff\xfe\x00a")

    assert main(["rate", str(binary), "--level", "nominal"]) == 1
    assert "is not UTF-8 text" in capsys.readouterr().err
    assert main(["rate", str(tmp_path / "nowhere.csv"), "--level", "nominal"]) == 1
    assert "cannot be read: No such file" in capsys.readouterr().err
    assert main(["cases", written(tmp_path, "{"), "--json"]) == 1
    assert "is not JSON" in capsys.readouterr().err
    assert main(["cases", written(tmp_path, "{}"), "--json"]) == 1
    assert "no list of cases" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("unit,rater,value\n1,a,x\n2,a,y\n", "fewer than two raters"),
        ("a,b\nx,\n,y\n", "no unit has two ratings"),
        ("a,b\n,\n,\n", "no units"),
        ("a,b\n", "no units"),
        ("unit,rater,value\n", "fewer than two raters"),
        ("a,b,c\nx,x,\nx,x,\n", "no variation in the data: expected disagreement is 0, 0/0"),
    ],
)
def test_a_file_that_says_too_little_is_answered_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    found = run(capsys, "rate", written(tmp_path, text), "--level", "nominal", "--json")["coefficients"]

    assert (found["krippendorff_alpha"]["value"], found["krippendorff_alpha"]["why"]) == (None, why)


def test_a_rating_outside_the_declared_categories_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "a,b\n0,1\n2,4\n")

    for level, sentence in (("nominal", "Rating '4' (rater 1, unit 1"), ("ordinal", "Rating 4 (rater 1, unit 1")):
        assert main(["rate", path, "--level", level, "--categories", "0,1,2,3"]) == 1
        assert capsys.readouterr().err.startswith(sentence)


def test_thousands_of_categories_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "".join(f"{i},{i if i % 3 else i + 1}\n" for i in range(6000))

    found = run(capsys, "rate", written(tmp_path, f"a,b\n{lines}"), "--level", "nominal", "--json")

    alpha = found["coefficients"]["krippendorff_alpha"]
    assert alpha["value"] == pytest.approx(2 / 3, abs=0.001)
    assert alpha["why_no_interval"] == "too many categories (6000) to leave out or draw each of 6000 units"


@pytest.mark.parametrize(
    ("cases", "sentence"),
    [
        ('[{"id": "x", "expected": 1}]', "Case x: `expected` must list coefficients."),
        ('[{"id": "x", "expected": [{"value": 1}]}]', "Case x: An entry of `expected` does not name its coefficient."),
        ("[1]", "Case 1 is not an object."),
        ('{"cases": "x"}', "The file has no list of cases."),
    ],
)
def test_cases_that_do_not_say_what_to_compute_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], cases: str, sentence: str
) -> None:
    assert main(["cases", written(tmp_path, cases, "cases.json"), "--json"]) == 1

    assert capsys.readouterr().err == f"{sentence}\n"


@pytest.mark.parametrize(
    ("ratings", "why"),
    [
        ([], "fewer than two raters"),
        ([[1, 2]], "fewer than two raters"),
        ([[1, None], [None, 2]], "no unit has two ratings"),
        ([[None, None], [None, None]], "no unit has two ratings"),
        ([[1, 1], [1, 1]], "no variation in the data: expected disagreement is 0, 0/0"),
        ([[1, 9], [1, 2]], "Rating 9 (rater 0, unit 1, counted from 0) is not a declared category."),
    ],
)
def test_a_case_that_says_too_little_is_null_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ratings: list[Any], why: str
) -> None:
    case = {"id": "x", "level": "nominal", "ratings": ratings, "categories": [1, 2], "expected": ["krippendorff_alpha"]}

    found = run(capsys, "cases", written(tmp_path, json.dumps([case]), "cases.json"), "--json")

    assert found == {"x": {"krippendorff_alpha": {"value": None, "why": why}}}


def test_a_table_with_more_units_than_fit_is_refused_before_it_is_written_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = {"id": "x", "level": "nominal", "table": [[10**12, 0], [0, 1]], "expected": ["cohen_kappa"]}

    found = run(capsys, "cases", written(tmp_path, json.dumps([case]), "cases.json"), "--json")

    assert found["x"]["cohen_kappa"] == {"value": None, "why": "The table has more than 10000000 units."}
