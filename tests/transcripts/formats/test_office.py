"""Word and Excel files are read without trusting them."""

import struct

import pytest

from tests.transcripts.formats.office_files import changed, docx_of, replacing, xlsx_of
from transcripts.formats import FormatError, read_transcripts

TALK = ["T: Hello.", "P: Yes.", "T: Good.", "P: Bye."]
TABLE = [["segment", "speaker", "text"], [1, "T", "Hello"], [2, "P", "Yes"]]
DOCUMENT, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"


def texts(draft):
    return [segment.text for segment in draft.segments]


def test_paragraphs_of_a_document_are_its_lines():
    (draft,) = read_transcripts("talk.docx", docx_of(["", *TALK, "and so on."]))

    assert [(s.speaker, s.line) for s in draft.segments] == [("T", 2), ("P", 3), ("T", 4), ("P", 5)]
    assert texts(draft)[-1] == "Bye.\nand so on."
    assert [(n.line, n.kind) for n in draft.notes] == [(6, "joined")]


def test_words_that_word_inserted_linked_or_wrapped_are_kept_and_struck_ones_reported():
    content = docx_of(["T: one", "P: two", "T: three", "P: four"])
    inner = (
        b'<w:ins w:id="1" w:author="x"><w:r><w:t>T: ins</w:t></w:r></w:ins>'
        b'<w:hyperlink><w:r><w:t xml:space="preserve"> link</w:t></w:r></w:hyperlink>'
        b'<w:del w:id="2" w:author="x"><w:r><w:delText>gone</w:delText></w:r></w:del>'
        b"<w:sdt><w:sdtContent><w:r><w:tab/><w:t>box</w:t></w:r></w:sdtContent></w:sdt>"
    )
    content = changed(content, replacing(DOCUMENT, b"<w:r><w:t>T: one</w:t></w:r>", inner))

    (draft,) = read_transcripts("talk.docx", content)

    assert texts(draft)[0] == "ins link\tbox"
    assert [(n.line, n.raw, n.kind) for n in draft.notes] == [(1, "gone", "dropped")]


def test_a_word_table_is_read_by_its_column_names_and_words_around_it_are_reported():
    rows = [["Time", "Speaker", "Utterance"], ["0:06", "T", "Hello there"], ["", "P", "Yes: I am\nhere"]]

    (draft,) = read_transcripts("talk.docx", docx_of(["Session 4"], rows))

    assert [(s.speaker, s.text, s.start_ms) for s in draft.segments] == [
        ("T", "Hello there", 6000),
        ("P", "Yes: I am\nhere", None),
    ]
    assert (1, "Session 4", "header") in [(n.line, n.raw, n.kind) for n in draft.notes]


def test_a_word_table_without_column_names_is_told_from_what_is_in_it():
    rows = [["1", "00:01", "T", "Hello there"], ["2", "00:03", "P", "Yes I am"], ["3", "00:09", "T", "Good to know"]]

    (draft,) = read_transcripts("talk.docx", docx_of(rows=rows))

    assert [(s.speaker, s.text, s.start_ms) for s in draft.segments] == [
        ("T", "Hello there", 1000),
        ("P", "Yes I am", 3000),
        ("T", "Good to know", 9000),
    ]


def test_a_workbook_may_hold_numbers_clock_times_and_a_title_above_the_names():
    rows = [["Session 4"], [], ["segment", "speaker", "start", "end", "text", "session.dyad"]]
    rows += [[1, "T", 6 / 86400, "00:00:07", "'=Hello", 7], [2, "P", 8.25, 9, "  Yes  ", 7]]

    (draft,) = read_transcripts("talk.xlsx", xlsx_of(rows))

    assert [(s.start_ms, s.end_ms, s.text, s.line) for s in draft.segments] == [
        (6000, 7000, "=Hello", 4),
        (8250, 9000, "Yes", 5),
    ]
    assert dict(draft.session) == {"dyad": "7"}
    assert (1, "Session 4", "header") in [(n.line, n.raw, n.kind) for n in draft.notes]


def test_the_sheet_with_the_table_is_read_and_the_others_are_reported():
    (draft,) = read_transcripts("talk.xlsx", xlsx_of([["Remarks"], ["none"]], TABLE, TABLE))

    assert texts(draft) == ["Hello", "Yes"]
    assert [n.kind for n in draft.notes if "sheet" in n.message] == ["dropped", "dropped"]


def test_a_workbook_with_wrong_numbers_names_row_and_column():
    with pytest.raises(FormatError, match="Row 3, column 1") as caught:
        read_transcripts("talk.xlsx", xlsx_of([*TABLE[:2], [7, "P", "Yes"]]))

    assert (caught.value.line, caught.value.column) == (3, 1)


BOMB = b"<w:p>" + b" " * 210_000_000 + b"</w:p>"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><x>&a;&b;</x>'


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda name, data: None if name == DOCUMENT else data, "holds no document"),
        (lambda name, data: data[: len(data) // 2] if name == DOCUMENT else data, "is not whole"),
        (lambda name, data: ENTITIES if name == DOCUMENT else data, "declares entities"),
        (lambda name, data: b"<a>" * 5000 if name == DOCUMENT else data, "nested more than"),
        (lambda name, data: BOMB if name == DOCUMENT else data, "would unpack to more than"),
        (replacing(DOCUMENT, b"T: Hello.", b"T: &#xD800;"), "is not whole"),
    ],
)
def test_a_document_that_is_broken_or_an_attack_gets_a_sentence(change, says):
    content = changed(docx_of(TALK), change)

    with pytest.raises(FormatError, match=says):
        read_transcripts("talk.docx", content)


def test_a_cell_at_the_far_end_of_a_sheet_costs_nothing():
    content = changed(xlsx_of(TABLE), replacing(SHEET, b'<row r="3"', b'<row r="1048576"'))

    (draft,) = read_transcripts("talk.xlsx", content)

    assert [(s.text, s.line) for s in draft.segments] == [("Hello", 2), ("Yes", 1048576)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [(b'r="C3"', b'r="XFD3"', "at most 200 columns"), (b"</sheetData>", b"", "is not whole")],
)
def test_a_sheet_that_is_broken_or_an_attack_gets_a_sentence(old, new, says):
    content = changed(xlsx_of(TABLE), replacing(SHEET, old, new))

    with pytest.raises(FormatError, match=says):
        read_transcripts("talk.xlsx", content)


def test_many_cells_that_point_at_one_endless_string_are_refused():
    long = b"<t>" + b"x" * 9_000_000 + b"</t>"
    content = changed(xlsx_of(TABLE), replacing("xl/sharedStrings.xml", b"<t>Hello</t>", long))
    cells = b"".join(b'<row r="%d"><c r="C%d" t="s"><v>4</v></c></row>' % (n, n) for n in range(4, 60))
    content = changed(content, replacing(SHEET, b"</sheetData>", cells + b"</sheetData>"))

    with pytest.raises(FormatError, match="characters together"):
        read_transcripts("talk.xlsx", content)


@pytest.mark.parametrize("name", ["x.docx", "x.xlsx"])
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"hello", "no complete Office package"),
        (b"PK\x03\x04" + b"\0" * 40, "no complete Office package"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old format of Office or has a password"),
    ],
)
def test_what_is_no_package_gets_a_sentence(name, data, says):
    with pytest.raises(FormatError, match=says):
        read_transcripts(name, data)


def test_an_encrypted_part_gets_a_sentence():
    content = bytearray(docx_of(TALK))
    # The flag of encryption, in each local and each central header.
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            (flags,) = struct.unpack_from("<H", content, start + place)
            struct.pack_into("<H", content, start + place, flags | 1)
            start = content.find(mark, start + 4)

    with pytest.raises(FormatError, match="cannot be unpacked"):
        read_transcripts("talk.docx", bytes(content))


def test_a_workbook_wrongly_named_csv_gets_a_sentence():
    with pytest.raises(FormatError, match="right ending"):
        read_transcripts("talk.csv", xlsx_of(TABLE))
