"""A codebook as a table, as .qdc and as a manual: what comes back, what is refused, and what others can read."""

from __future__ import annotations

import contextlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

import docx
import pytest
from hypothesis import given, settings

from coding.formats.codebook import read_codebook
from coding.formats.codebook_csv import COLUMNS, read_codebook_csv, write_codebook_csv
from coding.formats.codebook_files import LAYOUTS, read_any_codebook, stem_of
from coding.formats.codebook_qdc import GUID, NAMESPACE, read_codebook_qdc, write_codebook_qdc
from coding.formats.drafts import CodebookDraft, CodebookError, CodeDraft, ExampleDraft, FamilyDraft
from coding.formats.manual import manual_markdown, manual_word
from tests.coding.formats.test_codebook_file import DEMO, PATIENT
from tests.coding.formats.test_codebook_file import codebooks as any_codebook

XSD = Path(__file__).resolve().parents[4] / "shared" / "data" / "formats" / "schemas" / "refi-qda-Project.xsd"
BOOK = read_codebook(DEMO.read_bytes())
#: What a table and a .qdc file hold of a code, beside its examples.
HELD = ("key", "name", "family", "definition", "include", "exclude", "near_misses", "roles", "rated", "letter")
ODD = CodebookDraft(
    key="odd",
    version="1",
    title="<script>",
    families=(FamilyDraft("F", "</Code> & \x0b"), FamilyDraft("EMPTY", "# Nothing")),
    codes=(
        CodeDraft(
            "=A1", '"quoted" <b>', "F", definition="One.\n\nTwo: Key: not a key.",
            examples=(ExampleDraft("", "[sic] so"), ExampleDraft("patient", "-1")), include=("- minus", "a, b; c"),
        ),
    ),
)  # fmt: skip


def held(book: CodebookDraft) -> list[Any]:
    return [
        (*(getattr(code, name) for name in HELD), [(one.role, one.text, one.rating) for one in code.examples])
        for code in book.codes
    ]


# Both ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["csv", "qdc"])
def test_the_demo_codebook_comes_back_with_everything_that_the_layout_holds(layout: str) -> None:
    back = read_any_codebook(LAYOUTS[layout].write(BOOK), file_name=f"relational-moves.{layout}")

    assert held(back) == held(BOOK)
    assert back.key == BOOK.key
    assert back.exclusive_codes == BOOK.exclusive_codes
    assert [(one.key, one.name, one.definition, one.exclusive) for one in back.families] == [
        (one.key, one.name, one.definition, one.exclusive) for one in BOOK.families
    ]
    assert back.rating is not None
    assert BOOK.rating is not None
    assert (back.rating.name, back.rating.minimum, back.rating.maximum) == (BOOK.rating.name, 0, 3)


def test_the_table_holds_the_anchors_and_the_version_too() -> None:
    back = read_codebook_csv(write_codebook_csv(BOOK), stem="x")

    assert (back.version, back.title) == (BOOK.version, BOOK.title)
    assert back.rating is not None
    assert BOOK.rating is not None
    assert back.rating.anchors == BOOK.rating.anchors


@pytest.mark.parametrize("layout", ["csv", "qdc"])
def test_odd_words_come_back_as_they_were(layout: str) -> None:
    back = read_any_codebook(LAYOUTS[layout].write(ODD), file_name=f"odd.{layout}")

    assert held(back) == held(ODD)


@settings(PATIENT, max_examples=25)
@given(any_codebook())
def test_any_codebook_can_be_written_in_every_layout(book: dict[str, Any]) -> None:
    draft = read_codebook(json.dumps(book).encode())
    for name, layout in LAYOUTS.items():
        if name == "docx" or (name == "qdc" and not draft.codes):
            continue
        written = layout.write(draft)
        assert layout.write(draft) == written
        if name in ("csv", "qdc") and draft.codes:
            back = read_any_codebook(written, file_name=f"{draft.key}.{name}")
            assert len(back.codes) == len(draft.codes)


@pytest.mark.parametrize("name", ["book.csv", "book.qdc", "book.json", "", "../../etc/passwd.csv", "\x00.csv"])
@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"\xff\xfe", b"<", b"{", b"code", b"a,b\n1,2", b"\xef\xbb\xbf<a/>"])
def test_what_is_no_codebook_never_becomes_one(name: str, data: bytes) -> None:
    with contextlib.suppress(CodebookError):
        assert read_any_codebook(data, file_name=name).codes == ()


def test_a_file_gives_its_name_as_a_key() -> None:
    assert [stem_of(name) for name in ("moves.v2.csv", "", "a\nb.qdc", "x" * 80 + ".csv")] == [
        "moves.v2", "codebook", "a b", "x" * 60,
    ]  # fmt: skip


# The table -----------------------------------------------------------------------------------------------------------


def test_one_column_is_enough() -> None:
    book = read_codebook_csv(b"code\nA\nB\n", stem="two", version="4")

    assert (book.key, book.version, book.title) == ("two", "4", "two")
    assert [(code.key, code.name, code.family) for code in book.codes] == [("A", "A", "CODES"), ("B", "B", "CODES")]
    assert book.rating is None


def test_a_spreadsheet_with_semicolons_and_other_names_is_read() -> None:
    book = read_codebook_csv("id;parent;description\nA;F;Größe\n".encode(), stem="x")

    assert (book.codes[0].family, book.codes[0].definition) == ("F", "Größe")


def test_a_row_below_which_others_stand_is_their_family() -> None:
    book = read_codebook_csv(b"code,name,family,definition\nP,Pull,,What pulls.\nA,First,P,\nB,Second,P,\n", stem="x")

    assert [(one.key, one.name, one.definition) for one in book.families] == [("P", "Pull", "What pulls.")]
    assert [code.key for code in book.codes] == ["A", "B"]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("code,family\nA,B\nB,A\n", "Line 2: “A” and “B” stand each below the other."),
        ("code,family\nA,A\n", "Line 2: “A” stands below itself."),
        ("code,family\nA,B\nB,C\nC,\n", "Line 2: “A” stands below “B”, and that below “C”"),
        ("code\nA\nA\n", "Line 3: “A” is already the code of line 2"),
        ("code,name\n,First\n", "Line 2: The code has no key"),
        ("code,rated,rating_max\nA,perhaps,3\n", "Line 2: Column rated: “perhaps” is neither true nor false"),
        ("code,rating_max\nA,three\n", "Line 2: The scale's lowest and highest rating are whole numbers."),
        ("code,outcome\nA,both\n", "Line 2: “both” is no outcome"),
        ("code,key_letter\nA,\nB,J\n", "Line 3: Column key_letter: J does something else"),
        ("code\n" + "A" * 61 + "\n", "Line 2: Column id: “AAA"),
        ("name\nFirst\n", "There is no column code"),
    ],
)
def test_a_table_is_refused_with_the_line(table: str, sentence: str) -> None:
    with pytest.raises(CodebookError) as refused:
        read_codebook_csv(table.encode(), stem="x")

    assert sentence.replace("“AAA", "“A") in str(refused.value)


def test_a_cell_that_looks_like_a_formula_is_guarded() -> None:
    written = write_codebook_csv(ODD).decode()

    assert ",'=A1," in written
    assert written.splitlines()[0] == ",".join(COLUMNS)


def test_a_thousand_codes_are_read() -> None:
    table = "code,definition\n" + "".join(f"C{number},Number {number}.\n" for number in range(1000))

    assert len(read_codebook_csv(table.encode(), stem="x").codes) == 1000


# REFI-QDA ------------------------------------------------------------------------------------------------------------


def qdc(codes: str, more: str = "") -> bytes:
    inner = f"<Codes>{codes}</Codes>{more}"
    return f'<?xml version="1.0"?><CodeBook xmlns="{NAMESPACE}" origin="x">{inner}</CodeBook>'.encode()


def one(number: int, name: str, inner: str = "", **attributes: str) -> str:
    said = {"guid": f"00000000-0000-0000-0000-{number:012}", "name": name, "isCodable": "true"} | attributes
    written = " ".join(f"{key}={quoteattr(value)}" for key, value in said.items())
    return f"<Code {written}>{inner}</Code>"


@pytest.mark.parametrize("book", [BOOK, ODD], ids=["demo", "odd"])
def test_what_is_written_keeps_the_rules_of_the_schema(book: CodebookDraft) -> None:
    """The rules of CodeType in the standard: the order of the parts, what each must have, and the form of ids."""
    root = ElementTree.fromstring(write_codebook_qdc(book))  # noqa: S314 - our own bytes
    space = f"{{{NAMESPACE}}}"
    codes = list(root.iter(f"{space}Code"))

    assert root.tag == f"{space}CodeBook"
    assert set(root.attrib) <= {"origin"}
    assert [child.tag for child in root] == [f"{space}Codes"]
    assert all(child.tag == f"{space}Code" for child in root[0])
    assert len(codes) == len(book.codes) + len(book.families)
    assert len({code.attrib["guid"] for code in codes}) == len(codes)
    for code in codes:
        assert {"guid", "name", "isCodable"} <= set(code.attrib) <= {"guid", "name", "isCodable", "color"}
        assert GUID.fullmatch(code.attrib["guid"])
        assert code.attrib["isCodable"] in ("true", "false")
        assert re.fullmatch("#([A-Fa-f0-9]{6}|[A-Fa-f0-9]{3})", code.attrib.get("color", "#000"))
        kinds = [child.tag.removeprefix(space) for child in code]
        assert kinds == ["Description"] * kinds.count("Description") + ["Code"] * kinds.count("Code")
        assert kinds.count("Description") <= 1


@pytest.mark.parametrize("book", [BOOK, ODD], ids=["demo", "odd"])
def test_the_codes_are_valid_by_the_official_schema(book: CodebookDraft) -> None:
    """The schema of whole projects has the same types for codes, in a namespace of its own."""
    if not XSD.exists():
        pytest.skip("the schema lies beside the repository, and is not there")
    etree: Any = pytest.importorskip("lxml.etree")
    tree = etree.fromstring(write_codebook_qdc(book).replace(NAMESPACE.encode(), b"urn:QDA-XML:project:1.0"))
    project = etree.fromstring(b'<Project xmlns="urn:QDA-XML:project:1.0" name="x"/>')
    tree.attrib.pop("origin")
    project.append(tree)

    schema = etree.XMLSchema(etree.parse(str(XSD)))

    assert schema.validate(project), schema.error_log


def test_ids_stay_the_same_from_version_to_version() -> None:
    renamed = replace(BOOK, version="2", codes=(replace(BOOK.codes[0], name="Approval"), *BOOK.codes[1:]))

    ids = [re.findall(b'guid="([^"]+)"', write_codebook_qdc(book)) for book in (BOOK, renamed)]

    assert ids[0] == ids[1]


def test_a_file_of_another_program_is_read() -> None:
    tree = one(1, "Anger", one(2, "at oneself", one(3, "at work") + one(4, "at work")) + one(5, "at others"))
    data = qdc(tree + one(6, "Joy", "<Description>Plain &amp; simple.</Description>", color="#46AA00"), "<Sets/>")

    book = read_codebook_qdc(data, stem="feelings")

    assert [(family.key, family.name) for family in book.families] == [("Anger", "Anger"), ("CODES", "Codes")]
    assert [(code.key, code.family) for code in book.codes] == [
        ("Anger", "Anger"),
        ("at oneself", "Anger"),
        ("at oneself / at work", "Anger"),
        ("at oneself / at work-2", "Anger"),
        ("at others", "Anger"),
        ("Joy", "CODES"),
    ]
    assert (book.codes[-1].definition, book.codes[-1].color) == ("Plain & simple.", "#46AA00")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (qdc(one(1, "A") + one(1, "B")), "has the guid of the code in line 1"),
        (qdc(one(1, " ")), "This code has no name."),
        (qdc(one(1, "A", guid="7")), "has no proper guid"),
        (qdc(""), "The file holds no codes."),
        (b"<Project/>", "begins with CodeBook"),
        (qdc(one(1, "A"))[:-5], "stops being XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><CodeBook>&a;</CodeBook>', "document type"),
        (qdc("".join(f'<Code guid="{guid}" name="A" isCodable="true">' for guid in ["x"] * 50)), "guid"),
        (qdc("<a>" * 50), "nested more than 40 deep"),
    ],
)
def test_a_broken_qdc_is_refused_with_its_place(data: bytes, sentence: str) -> None:
    with pytest.raises(CodebookError, match=sentence) as refused:
        read_codebook_qdc(data, stem="x")

    assert "no codes" in sentence or str(refused.value).startswith("Line ")


def test_a_codebook_without_codes_is_no_qdc() -> None:
    with pytest.raises(CodebookError, match="add a code first"):
        write_codebook_qdc(replace(BOOK, codes=(), attributes=()))


# The manual ----------------------------------------------------------------------------------------------------------


def test_the_manual_says_the_whole_codebook() -> None:
    text = manual_markdown(BOOK).decode()
    paper = docx.Document(io.BytesIO(manual_word(BOOK)))
    printed = "\n".join(paragraph.text for paragraph in paper.paragraphs)

    for code in BOOK.codes:
        assert f"### {code.name} ({code.key})" in text
        assert f"{code.name} ({code.key})" in printed
        for line in (*code.include, *code.exclude, *code.near_misses):
            assert " ".join(line.split()) in printed
    for attribute in BOOK.attributes:
        assert attribute.id in text.replace("\\", "")
    section = paper.sections[0]
    assert section.page_height is not None
    assert section.page_width is not None
    assert section.page_height > section.page_width
    assert [style for style in ("Heading 1", "Heading 2", "List Bullet") if style in _styles(paper)] != []


def _styles(paper: Any) -> set[str]:
    return {paragraph.style.name for paragraph in paper.paragraphs}


def test_no_name_breaks_out_of_the_manual() -> None:
    text = manual_markdown(ODD).decode()

    assert "<script>" not in text
    assert "# \\<script\\>, version 1" in text
    assert manual_word(ODD) == manual_word(ODD)
