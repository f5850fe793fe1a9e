"""The writers of a report: every code in it, every name harmless, every byte the same; facts in, bytes out."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import pytest

from coding.formats.report import grras, sentences, words
from coding.formats.report.blocks import Grid, blocks
from coding.formats.report.facts import Facts, Number, Stamp, facts_of
from coding.formats.report.markdown import markdown, plain
from coding.formats.report.tables import write_long, write_record, write_wide
from coding.formats.report.word import word_document
from coding.formats.report.words import decimal, interval, listed, many

HOSTILE = '=1+1|"<b>x</b>`*_[a](b)\\&amp;\x0b#'
AT = "2026-11-25T10:20:30.123456+00:00"
STAMP = Stamp("3f2504e0-4f89-41d3-9a0c-0305e82c3301", datetime(2026, 11, 25, 11, 12, 13, tzinfo=UTC), "ann")


def number(value: float | None = 0.5, why: str = "", **more: Any) -> dict[str, Any]:
    ends = {"low": None, "high": None, "why_no_interval": "fewer than 5 transcripts (1)"} | more
    return {"value": value, "n": 10, "why": why, **ends}


def cell(raters: list[str], value: float | None = 0.5, why: str = "") -> dict[str, Any]:
    names = ("percent_agreement", "positive_agreement", "negative_agreement", "krippendorff_alpha", "gwet_ac1")
    kappa = "cohen_kappa" if len(raters) == 2 else "fleiss_kappa"
    return {
        "units": 10,
        "transcripts": 1,
        "prevalence": dict.fromkeys(raters, 0.2),
        **{name: number(value, why) for name in (*names, kappa)},
        "pairs": {"pair": {"cohen_kappa": number(value, why)}} if len(raters) == 2 else {},
    }


def record(codes: int = 3, raters: tuple[str, ...] = ("a", "b"), name: str = "", **changes: Any) -> dict[str, Any]:
    """A record as it is stored; the first code is undefined, the second weak, the others good."""
    labels = list(raters)
    values = [None, 0.1, *([0.9] * max(codes - 2, 0))][:codes]
    keys = [f"{name}C{place}" for place in range(codes)]
    cells = {
        key: cell(labels, value, "" if value is not None else "no variation")
        for key, value in zip(keys, values, strict=True)
    }
    beside = {
        "outcome": False,
        "not_judged": 0,
        "uncodable": 0,
        "disputed": 1,
        "intervals": {},
        "shares": [[label, 2, 10] for label in labels],
    }
    none: dict[str, Any] = {"families": {}, "ratings": {}, "attributes": {}, "evidence": {}, "sessions": {}}
    return {
        "format": "reliability-run/1",
        "study": {"slug": "s", "title": f"A study {name}"},
        "round": {"name": f"R {name}", "kind": "reliability", "imported": False, "started_at": AT, "closed_at": AT},
        "codebook": {
            "key": f"k{name}",
            "version": "1",
            "title": f"Book {name}",
            "families": 1,
            "codes": codes,
            "rated": 0,
            "scale": "",
        },
        "speaker_roles": ["patient"],
        "raters": [{"label": label, "kind": "person"} for label in labels],
        "transcripts": [{"name": f"T {name}", "segments": 10, "raters": labels}],
        "withdrawn": [],
        "not_naive": [],
        "totals": {
            "segments": 10,
            "expected": 20,
            "judged": 20,
            "uncodable": 0,
            "not_judged": 0,
            "codings": 5,
            "disputed": 1,
        },
        "plan": None,
        "parameters": {"interval": "jackknife", "level": 0.95, "seed": None, "fewest_transcripts": 5},
        "software": {"program": "5b1f" * 16, "workbench": "0.1.0", "numpy": "2.0.0"},
        "inputs": {"sha256": "ab" * 32},
        "cells": none | {"codes": {key: {"name": f"Name {key}", **beside} for key in keys}},
        "definitions": {"krippendorff_alpha": {"title": "Alpha", "formula": "1 - Do / De", "source": "K (2019)"}},
        "reliability": none | {"codes": cells, "overall": {"krippendorff_alpha_masi": number(0.7)}},
        **changes,
    }


def facts(*arguments: Any, stamp: Stamp | None = STAMP, **changes: Any) -> Facts:
    return facts_of(record(*arguments, **changes), stamp)


PLAN = {
    "coefficient": "krippendorff_alpha",
    "threshold": 0.667,
    "share": 100,
    "raters": 2,
    "interval": "jackknife",
    "rationale": f"Why\nso {HOSTILE}",
    "made_at": AT,
    "made_by": "ann",
    "sha256": "cd" * 32,
    "labels": {"coefficient": "Krippendorff's alpha", "unit": "each code on each segment", "interval": "95 %"},
}


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.66666, ".667"),
        (-0.02, "−.020"),
        (1.0, "1.000"),
        (-1.0, "−1.000"),
        (0.0, ".000"),
        (-0.0001, ".000"),
        (None, "–"),
    ],
)
def test_numbers_are_written_as_is_the_custom(value: float | None, written: str) -> None:
    assert decimal(value) == written


def test_intervals_counts_and_lists_are_written_as_people_do() -> None:
    assert interval(Number("x", 0.6, 0.41, 0.72, 10, "", ""), 0.95) == "95 % CI [.410, .720]"
    assert interval(Number("x", 0.6, None, None, 10, "", "too few"), 0.95) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert (many(1, "code"), many(3, "code"), many(1200, "code")) == ("one code", "three codes", "1,200 codes")


# Nothing is left out -------------------------------------------------------------------------------------------------


def test_every_code_appears_with_its_number_or_its_reason_in_every_form() -> None:
    found = facts(40)
    text = markdown(found).decode()
    word = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(word_document(found))).paragraphs)
    wide = list(csv.DictReader(io.StringIO("".join(write_wide(found)))))

    for place in range(40):
        for written in (text, word):
            assert (
                f"Name C{place} (C{place}), 10 segments in one transcript, given by a 2 of 10 and b 2 of 10:" in written
            )
    assert "alpha undefined (no variation)" in text
    assert "alpha .100; AC1 .100" in text
    assert (len(wide), wide[0]["why"], wide[1]["krippendorff_alpha"]) == (40, "no variation", "0.1")


def test_the_weak_and_the_undefined_stand_in_the_guideline() -> None:
    (estimates,) = [item for item in grras.items(facts(12)) if item.number == 13]

    assert "Below .667 lie Name C1 (.100)." in estimates.says
    assert "Alpha is undefined for Name C0: no variation." in estimates.says
    assert "No interval of alpha for every code that has a value: fewer than 5 transcripts (1)." in estimates.says


def test_the_guideline_has_its_fifteen_items_in_their_order_and_leaves_to_the_authors_what_is_theirs() -> None:
    found = grras.items(facts())

    assert [item.number for item in found] == list(range(1, 16))
    sections = list(dict.fromkeys(item.section for item in found))
    assert sections == ["Title and abstract", "Introduction", "Methods", "Results", "Discussion", "Further material"]
    left = {item.number for item in found if "To be written by the authors: " in item.says}
    assert left == {3, 4, 5, 6, 7, 8, 12, 14}
    assert all(item.asks and item.says for item in found)


def test_for_imported_codings_independence_is_left_to_the_authors() -> None:
    said = record()
    said["round"]["imported"] = True

    (independence,) = [item for item in grras.items(facts_of(said)) if item.number == 9]

    assert (
        independence.says
        == "The codings were imported. To be written by the authors: whether they were made independently."
    )


@pytest.mark.parametrize(
    ("raters", "begins"),
    [
        ((), "No rater submitted a coding that can be compared."),
        (("a",), "Only a coded here: agreement needs two raters."),
        (("a", "b"), "Two raters judged 10 segments in one transcript. One of 3 codes reaches an alpha of .667."),
    ],
)
def test_the_first_sentence_is_one_for_a_reader(raters: tuple[str, ...], begins: str) -> None:
    assert sentences.headline(facts(3, raters)).startswith(begins)


def test_a_goal_that_no_code_reaches_is_said_in_words() -> None:
    high = facts_of(record(plan=PLAN | {"threshold": 0.9999}), STAMP)

    assert " None of " in sentences.headline(high)
    assert " reaches the planned " in sentences.headline(high)


def test_the_methods_name_the_goal_the_exceptions_and_what_one_rater_coded_alone() -> None:
    place = {"rater": "a", "transcript": "T ", "at": AT}
    alone = {"name": "U", "segments": 3, "raters": ["a"]}
    said = record(plan=PLAN, not_naive=[place])
    said["transcripts"].append(alone)

    text = " ".join(sentences.methods(facts_of(said, STAMP)))

    assert "One of 2 transcripts was coded by two raters or more." in text
    assert "Exceptions: a on T  could read others' codings of an earlier round." in text
    assert "Krippendorff's alpha of at least .667 for each code had been fixed as the goal" in text
    assert f"run {STAMP.id}, stored on 25 November 2026" in text


# Names cannot break out ----------------------------------------------------------------------------------------------


def hostile() -> Facts:
    return facts(3, (HOSTILE.replace("\x0b", ""), "=b"), HOSTILE, plan=PLAN)


def test_markdown_keeps_every_name_in_its_cell_and_free_of_markup() -> None:
    lines = markdown(hostile()).decode().splitlines()

    assert lines[0].startswith("# Reliability of R =1+1\\|")
    assert not [line for line in lines if "<b>" in line and "\\<b" not in line]
    bars = [len(re.findall(r"(?<!\\)\|", line)) for line in lines if line.startswith("| Name")]
    assert set(bars) == {10}
    assert all("\x0b" not in line for line in lines)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("rater_a", "rater_a"),
        ("_a_", "\\_a\\_"),
        ("a\n# b", "a \\# b"),
        ("|", "\\|"),
        ("![x](y)", "!\\[x\\](y)"),
        ("&lt;", "\\&lt;"),
        ("\\|", "\\\\\\|"),
    ],
)
def test_markup_is_escaped(text: str, written: str) -> None:
    assert plain(text) == written


@pytest.mark.parametrize("write", [write_long, write_wide])
def test_tables_keep_their_shape_and_run_nothing(write: Any) -> None:
    rows = list(csv.reader(io.StringIO("".join(write(hostile())))))

    assert len({len(row) for row in rows}) == 1
    assert not [row for row in rows for text in row if text[:1] in "=@+" and text]
    assert not [row for row in rows for text in row if text[:1] == "-" and not re.fullmatch(r"-[\d.e-]+", text)]


def test_the_json_is_strict_and_holds_names_as_they_are() -> None:
    said = record(2, ("a", "b"), HOSTILE)

    read = json.loads(write_record(said, facts_of(said, STAMP)), parse_constant=pytest.fail)

    assert read["run"] == {"id": STAMP.id, "made_at": "2026-11-25T11:12:13Z", "made_by": "ann"}
    assert read["codebook"]["title"] == f"Book {HOSTILE}"


def test_word_opens_with_any_name_and_shows_it_as_text() -> None:
    document = docx.Document(io.BytesIO(word_document(hostile())))

    cells = [table.cell(1, 0).text for table in document.tables]
    assert any(text.startswith('Name =1+1|"<b>x</b>`*_[a](b)\\&amp; #C0') for text in cells)


# Word ----------------------------------------------------------------------------------------------------------------


def test_word_has_the_headings_and_tables_of_the_report_in_their_order() -> None:
    found = facts(plan=PLAN)
    document = docx.Document(io.BytesIO(word_document(found)))

    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    grids = [block for block in blocks(found) if isinstance(block, Grid)]
    assert headings == [
        *("What it stands on", "Planned and done", "Methods", "Results", "Every code in a sentence"),
        *("Reporting guideline (GRRAS)", "How each number is computed"),
    ]
    assert [[cell.text for cell in table.rows[0].cells] for table in document.tables] == [
        list(grid.columns) for grid in grids
    ]
    assert [len(table.rows) for table in document.tables] == [len(grid.rows) + 1 for grid in grids]


def test_dates_of_the_word_file_are_the_stored_time_and_nothing_else_is_told() -> None:
    package = zipfile.ZipFile(io.BytesIO(word_document(facts())))
    about = docx.Document(io.BytesIO(word_document(facts()))).core_properties

    # A zip counts in steps of two seconds.
    assert {entry.date_time for entry in package.infolist()} == {(2026, 11, 25, 11, 12, 12)}
    assert about.created == about.modified == datetime(2026, 11, 25, 11, 12, 13, tzinfo=UTC)
    assert about.author == about.last_modified_by == "workbench 0.1.0"


def test_a_report_that_is_not_stored_bears_the_day_the_round_closed() -> None:
    about = docx.Document(io.BytesIO(word_document(facts(stamp=None)))).core_properties

    assert about.created == datetime(2026, 11, 25, 10, 20, 30, tzinfo=UTC)
    assert b"not stored: computed for this report" in markdown(facts(stamp=None))


@pytest.mark.parametrize("write", [markdown, word_document])
def test_the_same_facts_give_the_same_bytes(write: Any) -> None:
    assert write(facts(plan=PLAN)) == write(facts(plan=PLAN))


def test_thousands_of_codes_are_written_in_seconds() -> None:
    found = facts(3000)

    assert len(docx.Document(io.BytesIO(word_document(found))).tables[1]._tbl.tr_lst) == 3001
    assert markdown(found).count(b"\n") > 6000


# The program ---------------------------------------------------------------------------------------------------------


def test_a_report_names_the_program_that_computed() -> None:
    found = facts()

    (analysis,) = [item.says for item in grras.items(found) if "SHA-256 of the inputs" in item.says]
    assert "Computed by the workbench 0.1.0 (program 5b1f5b1f5b1f) with numpy 2.0.0" in analysis
    assert "5b1f" * 16 in markdown(found).decode()
    assert json.loads(write_record(record(), found))["software"]["program"] == "5b1f" * 16


def test_a_run_that_was_stored_before_programs_were_noted_can_still_be_read() -> None:
    found = facts(software={"workbench": "0.1.0", "numpy": "2.0.0"})

    assert "Computed by the workbench 0.1.0 with numpy 2.0.0" in sentences.statistics(found)[-1]
    assert "not noted" in markdown(found).decode()


def test_the_methods_name_every_code_with_its_agreement_and_kappa_or_the_reason() -> None:
    found = facts()

    last = sentences.methods(found)[-1]

    assert last.startswith("By code: ")
    for row in found.codes:
        kappa = row.kappa
        assert row.key in last
        assert kappa is not None
        number = words.decimal(kappa.value) if kappa.value is not None else f"undefined ({kappa.why})"
        assert f"kappa {number}" in last
