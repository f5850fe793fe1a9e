"""`python -m coding.analysis sequences`: without Django, strict JSON, sentences for bad files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coding.analysis.__main__ import main
from tests.coding.analysis import demo

EVENTS = "transcript,segment,code\nT,1,A\nT,2,B\nT,3,A\nT,4,A\nT,6,C\nU,1,B\nU,2,A\n"
LENGTHS = "transcript;segments\nT;6\nU;3\nV;0\n"


def written(folder: Path, text: str, name: str = "events.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["sequences", *arguments, "--json"]) == 0
    return strict(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["sequences", *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.strip()


def test_it_runs_without_django_and_writes_strict_json(tmp_path: Path) -> None:
    program = "import sys, runpy\nsys.argv[0] = 'analysis'\n"
    program += "try:\n    runpy.run_module('coding.analysis', run_name='__main__')\n"
    program += "finally:\n    assert not [m for m in sys.modules if m.split('.')[0] == 'django']\n"
    command = [sys.executable, "-c", program, "sequences", written(tmp_path, EVENTS), "--json"]

    done = subprocess.run(command, cwd=demo.ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = strict(done.stdout)
    assert list(found["lags"]) == ["1", "2", "3", "4", "5"]


def test_by_event_it_gives_square_lists_with_given_in_rows_and_null_where_undefined(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    found = run(capsys, written(tmp_path, EVENTS), "--lags", "1")

    assert found["codes"] == ["A", "B", "C"]
    table = found["lags"]["1"]
    assert table["frequencies"] == [[1, 1, 1], [2, 0, 0], [0, 0, 0]]
    assert table["expected"][0] == pytest.approx([1.8, 0.6, 0.6])
    assert table["probabilities"][2] == [None, None, None]
    assert table["adjusted_residuals"][2] == [None, None, None]
    assert table["yules_q"][0][0] == -1.0
    assert {"frequencies", "expected", "probabilities", "adjusted_residuals", "p", "yules_q"} <= set(table)


def test_codes_that_cannot_follow_themselves_have_no_residual_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["sequences", written(tmp_path, EVENTS), "--no-repeats", "--lags", "1,2", "--json"]) == 0
    said = capsys.readouterr()

    found = strict(said.out)
    assert said.err == "Lag 1: 1 pairs in which a code follows itself were left out.\n"
    assert found["lags"]["1"]["frequencies"][0][0] == 0
    assert found["lags"]["1"]["adjusted_residuals"][0][0] is None
    assert found["lags"]["2"]["adjusted_residuals"][0][0] is not None


def test_by_segment_it_gives_a_table_for_each_transcript(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lengths = written(tmp_path, LENGTHS, "lengths.csv")

    found = run(
        capsys,
        written(tmp_path, EVENTS),
        lengths,
        "--unit",
        "segment",
        "--given",
        "A",
        "--target",
        "B,C",
        "--lags",
        "1-2",
    )

    rows = {(row["transcript"], row["lag"]): row for row in found["pairs"]}
    assert rows["T", 1]["table"] == [1, 2, 1, 1]
    assert rows["T", 2]["table"] == [1, 2, 0, 1]
    assert rows["U", 1]["table"] == [0, 1, 0, 1]
    assert rows["V", 1]["table"] == [0, 0, 0, 0]
    assert rows["V", 1]["adjusted_residual"] is None
    assert rows["V", 1]["why"] == "not defined: there is no pair of judged turns 1 apart in V"


def test_the_demo_comes_out_of_a_file_as_it_must(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    expected = demo.expected()
    if expected is None:
        pytest.skip("the expected values are not here: ../shared/data/demo_expected.json is not part of the product")
    material = demo.by_majority().material
    lines = ["transcript,segment,code"]
    for session in material.sessions:
        for segment, code in zip(*(session.values == 1).nonzero(), strict=True):
            lines.append(f"{session.transcript},{segment + 1},{material.keys[code]}")
    events = written(tmp_path, "\n".join(lines))
    lengths = written(tmp_path, "transcript,segments\nPDT-11,79\nCBT-06,79\n", "lengths.csv")

    for row in expected["lag_sequential"]:
        given, target = (",".join(expected["groups"][row[end]]) for end in ("given", "target"))
        options = ("--unit", "segment", "--given", given, "--target", target, "--lags", str(row["lag"]))
        (found,) = [
            pair for pair in run(capsys, events, lengths, *options)["pairs"] if pair["transcript"] == row["transcript"]
        ]
        assert found["table"] == row["table"]
        for name in ("adjusted_residual", "yules_q"):
            assert found[name] == (None if row[name] is None else pytest.approx(row[name], abs=1e-5))


def test_a_code_that_never_occurs_is_answered_not_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lengths = written(tmp_path, LENGTHS, "lengths.csv")

    found = run(capsys, written(tmp_path, EVENTS), lengths, "--unit", "segment", "--given", "A", "--target", "NAM")

    assert {row["yules_q"] for row in found["pairs"]} == {None}
    assert found["pairs"][0]["why"] == "not defined: NAM never occurs in T"


BAD = {
    "no file": ("", (), "cannot be read"),
    "empty": ("\n", (), "is empty"),
    "columns": ("transcript,turn\nT,1\n", (), "has no column 'code'"),
    "segment": ("transcript,segment,code\nT,two,A\n", (), "line 2: the segment is 'two', not a whole number"),
    "zero": ("transcript,segment,code\nT,0,A\n", (), "numbered from 1"),
    "no event": ("transcript,segment,code\nT,1,\n", (), "has no event"),
    "ragged": ("transcript,segment,code\nT,1\n", (), "line 2: 2 cells"),
    "lags": (EVENTS, ("--lags", "0"), "lags go from 1"),
    "lags in words": (EVENTS, ("--lags", "one"), "is not understood"),
    "no lengths": (EVENTS, ("--unit", "segment", "--given", "A", "--target", "B"), "needs a second file"),
    "given by event": (EVENTS, ("--given", "A"), "--unit segment"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_sentence(case: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text, options, sentence = BAD[case]
    file = written(tmp_path, text) if text else str(tmp_path / "gone.csv")

    said = refused(capsys, file, *options)

    assert sentence in said
    assert "Traceback" not in said
    assert said.endswith((".", "1-5 or 1,3."))


def test_lengths_that_do_not_fit_get_a_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    events = written(tmp_path, EVENTS)
    options = ("--unit", "segment", "--given", "A", "--target", "B")

    short = refused(capsys, events, written(tmp_path, "transcript,segments\nT,2\nU,3\n", "short.csv"), *options)
    gone = refused(capsys, events, written(tmp_path, "transcript,segments\nT,6\n", "gone.csv"), *options)

    assert short == "Transcript 'T' has 2 segments, but an event stands at 3."
    assert gone == "The second file does not say how many segments transcript 'U' has."


def test_without_json_it_is_laid_out_for_reading(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["sequences", written(tmp_path, EVENTS), "--lags", "1"]) == 0

    assert "Lag 1: adjusted residuals (given in rows)" in capsys.readouterr().out


def test_the_demo_file_of_codings_has_more_columns_and_is_read_all_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with (demo.DEMO / "demo_codings.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row[2] in ("rater", "rater_a")]
    found = run(capsys, written(tmp_path, "\n".join(",".join(row) for row in rows)), "--lags", "1")

    assert "PULL-APP" in found["codes"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\N{ZERO WIDTH NO-BREAK SPACE}"])
def test_line_ends_and_a_byte_order_mark_change_nothing(
    end: str, mark: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plain = run(capsys, written(tmp_path, EVENTS))
    file = tmp_path / "other.csv"
    file.write_bytes((mark + EVENTS.replace("\n", end)).encode())

    assert run(capsys, str(file)) == plain


def test_names_may_hold_anything_that_a_cell_can_hold(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [("Élodie \N{LINE SEPARATOR}1", 1, "a, b"), ("Élodie \N{LINE SEPARATOR}1", 2, "Überraschung ☂")]
    file, lengths = tmp_path / "names.csv", tmp_path / "lengths.csv"
    for path, table in ((file, [("transcript", "segment", "code"), *rows]), (lengths, [("transcript", "segments")])):
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(table)
            if path == lengths:
                csv.writer(out).writerow((rows[0][0], 2))

    by_event = run(capsys, str(file), "--lags", "1")
    options = ("--unit", "segment", "--given", '"a, b"', "--target", "Überraschung ☂", "--lags", "1")
    (pair,) = run(capsys, str(file), str(lengths), *options)["pairs"]

    assert by_event["codes"] == ["a, b", "Überraschung ☂"]
    assert by_event["lags"]["1"]["frequencies"] == [[0, 1], [0, 0]]
    assert (pair["transcript"], pair["given"], pair["table"]) == (rows[0][0], "a, b", [1, 0, 0, 0])


def test_rows_that_give_a_code_again_are_counted_and_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    twice = written(tmp_path, "transcript,segment,code\nT,1,A\nT,1,A\nT,2,B\n")

    assert main(["sequences", twice, "--lags", "1", "--json"]) == 0
    said = capsys.readouterr()

    assert strict(said.out)["lags"]["1"]["frequencies"] == [[1, 1], [0, 0]]
    assert said.err.startswith("events.csv: 1 row gives a code again that its segment already has")


def test_a_column_that_is_there_twice_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = written(tmp_path, "transcript,segment,code,segment\nT,1,A,2\n")

    assert refused(capsys, file) == "events.csv has the column 'segment' twice."


def test_a_lag_longer_than_every_transcript_is_answered_with_the_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lengths = written(tmp_path, LENGTHS, "lengths.csv")
    options = ("--unit", "segment", "--given", "A", "--target", "B")

    by_event = run(capsys, written(tmp_path, EVENTS), "--lags", "9")["lags"]["9"]
    pairs = run(capsys, written(tmp_path, EVENTS), lengths, *options, "--lags", "4,9")["pairs"]

    assert by_event["why"] == "not defined: no two events are 9 apart"
    assert {cell for row in by_event["adjusted_residuals"] for cell in row} == {None}
    why = {(pair["transcript"], pair["lag"]): pair["why"] for pair in pairs}
    assert why["T", 9] == "not defined: there is no pair of judged turns 9 apart in T"
    # B occurs in T, at its second turn, which is no fourth turn after anything.
    assert why["T", 4] == "not defined: no judged turn stands 4 before B in T"


def test_what_is_not_understood_is_said_in_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    events, lengths = written(tmp_path, EVENTS), written(tmp_path, LENGTHS, "lengths.csv")
    long = written(tmp_path, f"transcript,segment,code\nT,{'9' * 6000},A\n", "long.csv")
    short = written(tmp_path, "transcript,segments\nT,5\nU,3\n", "short.csv")

    assert "in one line" in refused(capsys, events, lengths, "--unit", "segment", "--given", "a\nb", "--target", "A")
    assert len(refused(capsys, long)) < 120
    assert "cannot be read" in refused(capsys, events, str(tmp_path / "nowhere.csv"))
    assert refused(capsys, events, short) == "Transcript 'T' has 5 segments, but an event stands at 6."


@pytest.mark.parametrize(("unit", "words"), [("event", "by event each counts"), ("segment", "it counts once")])
def test_a_code_that_stands_there_twice_is_told_of(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, unit: str, words: str
) -> None:
    events = written(tmp_path, "transcript,segment,code\nT,1,A\nT,1,A\nT,2,B\n")
    more = ["--unit", unit] + (["--given", "A", "--target", "B"] if unit == "segment" else [])

    assert main(["sequences", events, written(tmp_path, "transcript,segments\nT,3\n", "lengths.csv"), *more]) == 0
    assert words in capsys.readouterr().err


ONE_TURN = "transcript,segment,code\nT,1,A\nU,1,B\n"


def test_sessions_of_one_turn_have_no_pair_and_say_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lengths = written(tmp_path, "transcript,segments\nT,1\nU,1\n", "lengths.csv")
    options = ("--unit", "segment", "--given", "A", "--target", "B")

    by_event = run(capsys, written(tmp_path, ONE_TURN), "--lags", "1")["lags"]["1"]
    pairs = run(capsys, written(tmp_path, ONE_TURN), lengths, *options, "--lags", "1")["pairs"]

    assert by_event["why"] == "not defined: no two events are 1 apart"
    assert all(pair["table"] == [0, 0, 0, 0] and pair["yules_q"] is None for pair in pairs)
    assert all(pair["why"].startswith("not defined: ") for pair in pairs)


def test_one_session_is_counted_as_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = "".join(f"T,{segment},{code}\n" for segment, code in enumerate("ABABBA", start=1))

    found = run(capsys, written(tmp_path, f"transcript,segment,code\n{rows}"), "--lags", "1")

    assert found["lags"]["1"]["frequencies"] == [[0, 2], [2, 1]]


def test_lengths_without_any_event_are_no_reason_to_stop(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lengths = written(tmp_path, "transcript,segments\nT,6\nU,3\nEMPTY,4\n", "lengths.csv")
    options = ("--unit", "segment", "--given", "A", "--target", "B", "--lags", "1")

    pairs = run(capsys, written(tmp_path, EVENTS), lengths, *options)["pairs"]

    (empty,) = [pair for pair in pairs if pair["transcript"] == "EMPTY"]
    assert empty["table"] == [0, 0, 0, 3]
    assert "never occurs in EMPTY" in empty["why"]
