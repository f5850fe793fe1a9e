"""The codings table: what is read, what is refused with line and column, and that nothing is lost on the way."""

import contextlib
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coding.formats.codings import CodingRow, CodingsDraft, columns, read_codings, write_codings
from coding.formats.table import TableError

# A busy machine is no fault of the code.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DEMO = Path(__file__).parents[3] / "fixtures" / "demo" / "demo_codings.csv"
HEADER = "transcript,segment,rater,code,rating"


def table(*lines: str, header: str = HEADER) -> CodingsDraft:
    return read_codings("\n".join([header, *lines]).encode())


def refused(*lines: str, header: str = HEADER) -> TableError:
    with pytest.raises(TableError) as caught:
        table(*lines, header=header)
    return caught.value


def written(*rows: CodingRow) -> bytes:
    return "".join(write_codings(rows)).encode()


def test_the_demo_codings_are_read() -> None:
    draft = read_codings(DEMO.read_bytes())

    assert len(draft.rows) == 622
    assert draft.notes == ()
    assert {row.rater for row in draft.rows} == {"rater_a", "rater_b", "rater_c"}
    assert draft.rows[0] == CodingRow("PDT-11", 1, "rater_a", "NRM")
    assert draft.rows[3] == CodingRow("PDT-11", 2, "rater_a", "PULL-APP", 1)
    assert draft.rows[3].line == 5


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_of_every_spreadsheet_are_read(separator: str, end: str) -> None:
    lines = [HEADER, "S,1,a,X,2", "S,2,a,,", ""]

    draft = read_codings(end.join(lines).replace(",", separator).encode())

    assert draft.rows == (CodingRow("S", 1, "a", "X", 2), CodingRow("S", 2, "a", outcome="none"))
    assert [row.line for row in draft.rows] == [2, 3]


def test_columns_may_stand_in_any_order_and_case_and_turn_is_segment() -> None:
    draft = table("2,X,a,7,S", header="\ufeffRating, code ,RATER,Turn,transcript")

    assert draft.rows == (CodingRow("S", 7, "a", "X", 2),)


def test_every_optional_column_is_understood() -> None:
    header = ",".join(columns(["arena"]))

    draft = table(
        "S,1,a,X,2,,,12;40,19;55,so it is,hm,yes,here,raw,1,1.0.0,1,c-1,2026-11-23T14:30:00Z,2026-11-23T15:00:00+01:00",
        "S,2,a,,,uncodable,inaudible,,,,,,,final,1,1.0.0,,,,",
        header=header,
    )

    moment = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    origin: dict[str, Any] = {"round": "1", "codebook_version": "1.0.0"}
    judged: dict[str, Any] = {"judgement_memo": "hm", "flag": True, "judged_at": moment}
    coded: dict[str, Any] = {"memo": "so it is", "coding_id": "c-1", "coded_at": moment + timedelta(minutes=30)}
    spans = ((12, 19), (40, 55))
    assert draft.attributes == ("arena",)
    assert draft.rows == (
        CodingRow(
            "S", 1, "a", "X", 2, spans=spans, attributes={"arena": "here"}, revision=1, **coded, **judged, **origin
        ),
        CodingRow("S", 2, "a", outcome="uncodable", reason="inaudible", layer="final", **origin),
    )


def test_a_column_we_do_not_know_is_reported() -> None:
    draft = table("S,1,a,X,2,blue,", header=f"{HEADER},mood,")

    assert draft.rows == (CodingRow("S", 1, "a", "X", 2),)
    assert draft.notes == (
        "The column “mood” is not part of the layout; it was not read.",
        "Column 7, which has no name, is not part of the layout; it was not read.",
    )


def test_empty_rows_and_empty_cells_cut_off_by_a_spreadsheet_do_no_harm() -> None:
    draft = table("S,1,a,X", ",,,,", "", "S,2,a,X,,,,")

    assert [row.segment for row in draft.rows] == [1, 2]


def test_the_same_code_in_another_round_or_layer_is_another_coding() -> None:
    draft = table("S,1,a,X,,1,raw", "S,1,a,X,,2,raw", "S,1,a,X,,1,final", header=f"{HEADER},round,layer")

    assert len(draft.rows) == 3


def test_a_final_coding_needs_no_rater() -> None:
    assert table("S,1,,X,,final", header=f"{HEADER},layer").rows[0].rater == ""


@pytest.mark.parametrize(
    ("line", "column", "right"),
    [
        (",1,a,X,", "transcript", "missing"),
        ("S,,a,X,", "segment", "write its number"),
        ("S,one,a,X,", "segment", "whole number"),
        ("S,-1,a,X,", "segment", "whole number"),
        ("S,1.0,a,X,", "segment", "whole number"),
        ("S," + "9" * 5000 + ",a,X,", "segment", "whole number"),
        ("S,1,,X,", "rater", "label of a member"),
        ("S,1," + "a" * 81 + ",X,", "rater", "at most 80"),
        ('S,1,"a\nb",X,', "rater", "one line"),
        ("S,1,a," + "X" * 61 + ",", "code", "at most 60"),
        ("S,1,a,X,0", "rating", "leave the code out"),
        ("S,1,a,X,2.5", "rating", "whole number"),
        ("S,1,a,X,-2", "rating", "whole number"),
        ("S,1,a,X,high", "rating", "whole number"),
        ("S,1,a,X,²", "rating", "whole number"),
        ("S,1,a,X,101", "rating", "too high"),
        ("S,1,a,X," + "9" * 5000, "rating", "whole number"),
        ("S,1,a,,2", "rating", "name the code"),
    ],
)
def test_a_bad_cell_is_refused_with_line_column_and_what_would_be_right(line: str, column: str, right: str) -> None:
    error = refused("S,7,a,X,1", line)

    assert (error.line, error.column) == (3, column)
    assert right in error.sentence
    assert len(str(error)) < 300


@pytest.mark.parametrize(
    ("column", "cell", "right"),
    [
        ("outcome", "none", "no outcome"),
        ("outcome", "maybe", "uncodable"),
        ("reason", "x" * 501, "at most 500"),
        ("span_start", "3", "1 starts and 0 ends"),
        ("span_end", "3", "0 starts and 1 ends"),
        ("flag", "perhaps", "true, false"),
        ("layer", "middle", "raw or final"),
        ("revision", "0", "from 1"),
        ("coded_at", "yesterday", "2026-11-23T14:30:00Z"),
        ("coded_at", "0001-01-01T00:00+14:00", "2026-11-23T14:30:00Z"),
        ("judged_at", "2026-13-01", "2026-11-23T14:30:00Z"),
        ("attribute.arena", "x" * 201, "at most 200"),
    ],
)
def test_a_bad_optional_cell_is_refused_the_same_way(column: str, cell: str, right: str) -> None:
    error = refused(f"S,1,a,X,,{cell}", header=f"{HEADER},{column}")

    assert error.line == 2
    assert error.column == column.replace("span_end", "span_start")
    assert right in error.sentence


@pytest.mark.parametrize(
    ("starts", "ends", "right"),
    [
        ("5", "5", "empty or backward"),
        ("9", "5", "empty or backward"),
        ("-1", "5", "not an offset"),
        ("1;", "5;6", "not an offset"),
        ("1;2", "5", "2 starts and 1 ends"),
        ("1.5", "5", "not an offset"),
        ("9" * 5000, "5", "not an offset"),
    ],
)
def test_a_bad_span_is_refused(starts: str, ends: str, right: str) -> None:
    error = refused(f"S,1,a,X,,{starts},{ends}", header=f"{HEADER},span_start,span_end")

    assert (error.line, error.column) == (2, "span_start")
    assert right in error.sentence


@pytest.mark.parametrize(("column", "cells"), [("memo", "1,"), ("span_start", "1,2"), ("attribute.arena", "1,")])
def test_what_belongs_to_a_coding_cannot_stand_in_a_row_without_one(column: str, cells: str) -> None:
    error = refused(f"S,1,a,,,{cells}", header=f"{HEADER},{column},span_end")

    assert (error.line, error.column) == (2, column)


def test_the_name_of_the_column_is_the_one_in_the_file() -> None:
    assert refused("S,x,a,X,", header="transcript,Turn,rater,code,rating").column == "Turn"


def test_the_same_coding_twice_is_refused_with_both_lines() -> None:
    error = refused("S,1,a,X,1", "S,1,b,X,1", "S,1,a,X,2")

    assert error.line == 4
    assert "Line 2" in error.sentence


def test_the_same_empty_judgement_twice_is_refused() -> None:
    assert "Line 2" in refused("S,1,a,,", "S,1,a,,").sentence


@pytest.mark.parametrize("lines", [("S,1,a,X,", "S,1,a,,"), ("S,1,a,,", "S,1,a,X,")])
def test_no_code_beside_a_code_is_refused(lines: tuple[str, str]) -> None:
    error = refused(*lines)

    assert error.line == 3
    assert "line 2 disagree" in error.sentence


@pytest.mark.parametrize("column", ["judgement_memo", "reason"])
def test_two_words_for_one_judgement_are_refused(column: str) -> None:
    error = refused("S,1,a,X,,so", "S,1,a,Y,,", "S,1,a,Z,,no", header=f"{HEADER},{column}")

    assert (error.line, error.column) == (4, column)
    assert "Line 2" in error.sentence


def test_all_faults_of_a_file_are_told_up_to_twenty() -> None:
    few = refused("S,1,a,X,0", "S,2,a,X,1", "S,x,a,X,0")
    many = refused(*(f"S,{number},a,X,0" for number in range(1, 100)))

    assert [(fault.line, fault.column) for fault in few.errors] == [(2, "rating"), (4, "segment"), (4, "rating")]
    assert "(2 more faults" in str(few)
    assert len(many.errors) == 20


@pytest.mark.parametrize(
    ("data", "line", "right"),
    [
        (b"", 1, "empty"),
        (b"\n\n", 1, "empty"),
        (b"transcript,segment,rater\n", 1, "no column code and no column rating"),
        (b"transcript,segment,turn,rater,code,rating\n", 1, "two columns for segment"),
        (f"{HEADER},attribute.a,Attribute.a\n".encode(), 1, "two columns for this attribute"),
        (f"{HEADER}\nS,1,a,X,1\n\xe4,1,a,X,1".encode("latin-1"), 3, "UTF-8"),
        (HEADER.encode("utf-16"), 1, "UTF-16"),
        (f"{HEADER}\nS,1,a\0,X,1".encode(), 2, "NUL"),
        (f'{HEADER}\nS,1,a,X,1\nS,2,"a,X,1'.encode(), 3, "double quotes"),
        (f'{HEADER}\nS,1,"a"b,X,1'.encode(), 2, "double quotes"),
        (f"{HEADER}\nS,1,a,X,1,2".encode(), 2, "6 cells"),
        (f"{HEADER}\nS,1,a".encode(), 2, "3 cells"),
        (f"{HEADER}\nS,1,a,X,{'x' * 1_000_001}".encode(), 2, "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(data: bytes, line: int, right: str) -> None:
    with pytest.raises(TableError) as caught:
        read_codings(data)

    assert caught.value.line == line
    assert right in str(caught.value)


def test_a_table_without_rows_is_read_as_such() -> None:
    assert table().rows == ()


def test_cells_that_a_spreadsheet_could_run_are_guarded() -> None:
    text = written(
        CodingRow("=S", 1, "@a", "X", 2, memo="=1+1", judgement_memo="'-x", attributes={"who": "+me"})
    ).decode()

    line = text.splitlines()[1]
    assert line == "'=S,1,'@a,X,2,,,,,'=1+1,''-x,,'+me,raw,,,,,,"


def test_times_are_written_in_utc() -> None:
    berlin = datetime(2026, 11, 23, 15, tzinfo=timezone(timedelta(hours=1)))

    assert b",2026-11-23T14:00:00Z\n" in written(CodingRow("S", 1, "a", judged_at=berlin, outcome="none"))


chars = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
free = st.text(chars, max_size=20) | st.sampled_from(
    ["=1", "'=1", "''\t", "\r", "a\r\nb", '"', ";,\t", " ", "\ufeff", "\u2028"]
)
name = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=15).map(str.strip).filter(bool)
tricky = name | st.sampled_from(["=S", "'=S", "-", "a,b", 'say "so"'])
moments = st.none() | st.datetimes(
    min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)
)
span = st.tuples(st.integers(0, 10**8), st.integers(1, 10**6)).map(lambda pair: (pair[0], sum(pair)))


@st.composite
def judgements(draw: st.DrawFn) -> list[CodingRow]:
    """Make all the rows of one judgement."""
    common: dict[str, Any] = {
        "transcript": draw(tricky),
        "segment": draw(st.integers(0, 10**9 - 1)),
        "rater": draw(tricky),
        "reason": draw(free),
        "judgement_memo": draw(free),
        "flag": draw(st.booleans()),
        "layer": draw(st.sampled_from(["raw", "final"])),
        "round": draw(st.just("") | tricky),
        "codebook_version": draw(st.just("") | name),
        "revision": draw(st.none() | st.integers(1, 99)),
        "judged_at": draw(moments),
    }
    codes = draw(st.lists(tricky, max_size=3, unique=True))
    if not codes:
        return [CodingRow(**common, outcome=draw(st.sampled_from(["none", "uncodable"])))]
    return [
        CodingRow(
            **common,
            code=code,
            rating=draw(st.none() | st.integers(1, 100)),
            spans=tuple(draw(st.lists(span, max_size=3))),
            memo=draw(free),
            attributes=draw(st.dictionaries(st.sampled_from(["arena", "who said it", "Ä"]), free.filter(bool))),
            coding_id=draw(st.just("") | st.uuids().map(str)),
            coded_at=draw(moments),
        )
        for code in codes
    ]


def _identity(rows: list[CodingRow]) -> tuple[object, ...]:
    return (rows[0].transcript, rows[0].segment, rows[0].rater, rows[0].round, rows[0].layer)


@PATIENT
@given(st.lists(judgements(), max_size=4, unique_by=_identity))
def test_whatever_is_written_reads_back_the_same(groups: list[list[CodingRow]]) -> None:
    rows = tuple(row for group in groups for row in group)

    draft = read_codings(written(*rows))

    assert draft.rows == rows
    assert draft.notes == ()


@PATIENT
@given(st.binary(max_size=100) | st.text(st.sampled_from('S1a,;\t"\n\r0X'), max_size=60).map(str.encode))
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    for start in (b"", HEADER.encode() + b"\n", ",".join(columns(["x"])).encode() + b"\n"):
        with contextlib.suppress(TableError):
            read_codings(start + data)


def test_fifty_thousand_codings_are_read_and_written_in_a_moment() -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    rows = [
        CodingRow(f"S{i // 900}", i % 300 + 1, f"r{i // 300 % 3}", "X", 2, memo="so", spans=((1, 5),), judged_at=moment)
        for i in range(50_000)
    ]

    begun = time.process_time()
    data = written(*rows)
    draft = read_codings(data)
    taken = time.process_time() - begun

    assert len(draft.rows) == 50_000
    assert taken < 5, "it takes about one second on a slow core"
