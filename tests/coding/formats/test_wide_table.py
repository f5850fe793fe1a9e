"""The wide table: 1 given, 0 judged and not given, empty where there is no value at all."""

import csv
import io
import time
from pathlib import Path

import pytest

from coding.formats.codebook import CodebookDraft, CodeDraft, FamilyDraft, RatingDraft, read_codebook
from coding.formats.wide import WideRow, wide_columns, write_wide

DEMO = Path(__file__).parents[3] / "fixtures" / "demo" / "relational_moves_codebook.json"

CODEBOOK = CodebookDraft(
    key="small",
    version="1",
    title="Small",
    families=(FamilyDraft("F", "Family"),),
    codes=(
        CodeDraft("A", "For all", "F", rated=True),
        CodeDraft("P", "For patients", "F", roles=("patient",)),
        CodeDraft("NRM", "None", "F"),
        CodeDraft("UNC", "Not codable", "F"),
    ),
    rating=RatingDraft("intensity", "ordinal", 0, 3),
    exclusive_codes=("NRM", "UNC"),
)


def cells(row: WideRow, codebook: CodebookDraft = CODEBOOK) -> dict[str, str]:
    return next(csv.DictReader(io.StringIO("".join(write_wide(codebook, [row])))))


def codes(row: WideRow) -> list[str]:
    return [cells(row)[name] for name in ("A", "P", "NRM", "UNC", "A.rating")]


def look(role: str = "patient", *, judged: bool = True, outcome: str = "", **codings: int | None) -> WideRow:
    return WideRow("S", 1, "Ann", role, "a", judged, outcome, codings)


def test_the_columns_are_the_fixed_ones_the_codes_and_the_ratings() -> None:
    assert ",".join(wide_columns(CODEBOOK)) == "transcript,segment,speaker,role,rater,outcome,A,P,NRM,UNC,A.rating"


def test_a_given_code_is_1_with_its_rating_and_another_is_0() -> None:
    assert codes(look(A=2)) == ["1", "0", "0", "0", "2"]


def test_a_code_given_without_a_rating_has_an_empty_rating() -> None:
    assert codes(look(A=None)) == ["1", "0", "0", "0", ""]


def test_none_applies_is_0_for_every_code() -> None:
    assert codes(look(outcome="none")) == ["0", "0", "1", "0", ""]


def test_uncodable_is_no_value_for_every_code_and_a_1_for_its_own() -> None:
    assert codes(look(outcome="uncodable")) == ["", "", "", "1", ""]


def test_a_segment_not_yet_judged_has_no_value_at_all() -> None:
    row = cells(look(judged=False))

    assert row["outcome"] == ""
    assert codes(look(judged=False)) == ["", "", "", "", ""]


def test_a_code_that_does_not_apply_to_the_role_has_no_value() -> None:
    assert codes(look("therapist", A=1)) == ["1", "", "0", "0", "1"]


def test_a_code_given_against_its_roles_is_shown_all_the_same() -> None:
    assert codes(look("therapist", P=None)) == ["0", "1", "0", "0", ""]


def test_rows_do_not_leak_into_each_other() -> None:
    rows = [look(A=3), look(), look(judged=False), look(P=None)]

    table = list(csv.DictReader(io.StringIO("".join(write_wide(CODEBOOK, rows)))))

    assert [row["A"] for row in table] == ["1", "0", "", "0"]
    assert [row["P"] for row in table] == ["0", "0", "", "1"]


def test_a_code_that_is_not_in_the_codebook_is_an_error_and_not_dropped() -> None:
    with pytest.raises(ValueError, match="“X” is not in version 1"):
        cells(look(X=None))


def test_a_code_with_the_name_of_another_column_gets_a_column_of_its_own() -> None:
    codebook = CodebookDraft(
        key="k",
        version="1",
        title="t",
        families=(FamilyDraft("F", "F"),),
        codes=(
            CodeDraft("role", "Role", "F", rated=True),
            CodeDraft("role.rating", "Rating", "F"),
            CodeDraft("code.role.rating", "More", "F"),
        ),
        rating=RatingDraft("r", "ordinal", 0, 3),
    )

    row = cells(WideRow("S", 1, "Ann", "patient", "a", True, "", {"role": 2}), codebook)

    assert len(set(wide_columns(codebook))) == len(wide_columns(codebook)) == 10
    assert (row["role"], row["code.role"], row["code.role.rating"], row["code.code.role.rating"]) == (
        "patient",
        "1",
        "0",
        "2",
    )


def test_labels_that_a_spreadsheet_could_run_are_guarded() -> None:
    codebook = CodebookDraft("k", "1", "t", (FamilyDraft("F", "F"),), (CodeDraft("=A", "A", "F"),))
    row = WideRow("=S", 1, "-Ann", "+role", "@a", True)

    header, line = "".join(write_wide(codebook, [row])).splitlines()

    assert header == "transcript,segment,speaker,role,rater,outcome,'=A"
    assert line == "'=S,1,'-Ann,'+role,'@a,,0"


def test_fifty_thousand_rows_are_written_in_a_moment() -> None:
    codebook = read_codebook(DEMO.read_bytes())
    rows = [WideRow("S", i, "Ann", "patient", "a", True, "", {"PULL-APP": 2}) for i in range(50_000)]

    begun = time.process_time()
    length = sum(len(piece) for piece in write_wide(codebook, rows))
    taken = time.process_time() - begun

    assert length > 50_000 * 20
    assert taken < 5, "it takes about half a second on a slow core"
