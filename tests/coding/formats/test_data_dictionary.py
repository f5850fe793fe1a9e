"""The data dictionary names every column that the writers write, and nothing else."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from coding.formats import assignments, codings, links, wide
from coding.formats.codebook import CodebookDraft, CodeDraft, FamilyDraft, read_codebook, write_codebook
from coding.formats.dictionary import COLUMNS, DictionaryRow, data_dictionary, dictionary_csv, dictionary_rows
from transcripts.formats.segments_table import SegmentRow, write_segments

ROOT = Path(__file__).parents[3]
DEMO = read_codebook((ROOT / "fixtures" / "demo" / "relational_moves_codebook.json").read_bytes())


def described(file: str, codebook: CodebookDraft | None = DEMO) -> list[str]:
    return [row.column for row in dictionary_rows(codebook) if row.file == file]


def header(pieces: Iterable[str]) -> list[str]:
    return next(csv.reader(io.StringIO("".join(pieces))))


def row_of(column: str, file: str = "codings_wide.csv") -> DictionaryRow:
    return next(row for row in dictionary_rows(DEMO) if (row.file, row.column) == (file, column))


def test_the_columns_of_segments_are_described() -> None:
    row = SegmentRow("S", 1, "Ann", "patient", None, None, "So.", {"<name>": "x"})

    assert described("segments.csv") == header(write_segments([row], ["<name>"]))


def test_the_columns_of_codings_are_described() -> None:
    attributes = [attribute.id for attribute in DEMO.attributes]

    assert described("codings.csv") == list(codings.columns(attributes, final=True, repeats=True))
    assert described("codings.csv", None) == list(codings.columns(["<id>"], final=True, repeats=True))


def test_the_columns_of_codings_wide_are_described() -> None:
    assert described("codings_wide.csv") == header(wide.write_wide(DEMO, [], final=True))


def test_the_columns_of_links_and_notes_are_described() -> None:
    assert described("links.csv") == header(links.write_links([]))
    assert described("notes.csv") == header(links.write_notes([]))
    assert described("assignments.csv") == header(assignments.write_assignments([]))


def _members(value: Any, path: str = "") -> set[str]:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return set().union(*(_members(item, f"{path}[]") for item in value))
    free = path.rpartition(".")[2] in ("values", "anchors")
    if not isinstance(value, dict) or free:
        return {path}
    return set().union(*(_members(inner, f"{path}.{name}".strip(".")) for name, inner in value.items()))


def test_the_members_of_a_codebook_are_described() -> None:
    book: dict[str, Any] = {
        "id": "x",
        "version": "1",
        "title": "T",
        "labelling": {"max_codes_per_turn": 3, "exclusive_codes": ["A"]},
        "rating": {"name": "n", "type": "ratio", "min": 1, "max": 3, "anchors": {"1": "a"}},
        "attributes": [
            {"id": "a", "type": "ordinal", "values": {"x": ""}, "applies_to": ["A"], "required": True, "default": "x"},
            {"id": "b", "min": 1, "max": 2},
        ],
        "families": [{"id": "F", "short_name": "F", "definition": "d", "color": "#fff", "exclusive": True}],
        "codes": [{"id": "A", "short_name": "A", "parent": "F", "applies_to_roles": ["p"], "definition": "d"}],
    }
    book["rating"]["required_when_code_given"] = True
    book["codes"][0] |= {"include": ["i"], "exclude": ["e"], "near_misses": ["n"], "rated": True, "color": "#fff"}
    book["codes"][0] |= {"key_letter": "A", "examples": [{"text": "t", "role": "p", "rating": 1}]}

    draft = read_codebook(json.dumps(book).encode())

    assert set(described("codebook.json")) == _members(book) == _members(json.loads(write_codebook(draft)))
    assert not any(
        part.rest for part in (draft, draft.rating, *draft.attributes, *draft.families, *draft.codes) if part
    )


def test_each_code_says_what_it_is_whom_it_applies_to_and_how_to_read_an_empty_cell() -> None:
    charm = row_of("PULL-DRW")

    assert charm.meaning.startswith("Drawing in by charm or display. Applies to: patient.")
    assert charm.allowed == "1 (given); 0 (judged and not given)"
    assert "no value" in charm.empty
    assert "not judged" in charm.empty
    assert row_of("UNC").empty == "no value: not judged"


def test_ratings_and_attributes_list_what_they_can_be() -> None:
    assert row_of("PULL-DRW.rating").allowed.startswith("intensity: 1 (faint or arguable")
    assert "; 3 (marked" in row_of("rating", "codings.csv").allowed
    assert row_of("attribute.arena", "codings.csv").allowed.startswith("here (lived between")
    assert row_of("attribute.confidence", "codings.csv").allowed == "1; 2; 3"
    assert "Asked of: PULL, REW-NEW, REW-REC." in row_of("attribute.arena", "codings.csv").meaning


@pytest.mark.parametrize("row", dictionary_rows(), ids=lambda row: f"{row.file}-{row.column}")
def test_no_description_is_left_empty(row: DictionaryRow) -> None:
    assert all((row.meaning, row.type, row.allowed, row.empty))


def test_the_table_holds_the_same_rows() -> None:
    table = list(csv.reader(io.StringIO("".join(dictionary_csv(DEMO)))))

    assert tuple(table[0]) == COLUMNS
    assert len(table) == 1 + len(dictionary_rows(DEMO))


def test_words_of_a_codebook_cannot_break_out_of_their_cell() -> None:
    families = (FamilyDraft("F", "F"),)
    codebook = CodebookDraft("k", "1", "a\n# b", families, (CodeDraft("A|`", "x | <b>\n\n# y", "F"),))

    text = data_dictionary(codebook)

    assert text.startswith("# Data dictionary of a # b, version 1\n\n")
    assert "| `` A\\|` `` | x \\| \\<b\\> # y. Applies to: every role." in text


def test_the_page_for_users_says_what_the_code_says() -> None:
    page = (ROOT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")

    assert page == data_dictionary(), "write it anew: python -m coding.formats.dictionary > docs/data-dictionary.md"
