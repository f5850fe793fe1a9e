"""The segments table is read as the contract says, and refused with line and column where it is inconsistent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.formats import FormatError, read_transcripts
from transcripts.formats.segments_table import SegmentRow, write_segments

HEADER = "transcript,segment,speaker,role,start,end,text\n"


def read(text, name="file.csv"):
    return read_transcripts(name, text.encode())


def test_one_table_holds_several_transcripts_with_roles_times_and_session_attributes():
    text = (
        "transcript,segment,speaker,role,start,end,text,session.dyad,session.condition\n"
        "A,1,Anna,therapist,00:00:06,00:00:14.5,Hello.,7,CBT\n"
        "A,2,Ben,client,15,,Hello?,7,CBT\n"
        "B,1,Anna,therapist,,,Again.,8,\n"
    )

    first, second = read(text)

    assert (first.name, second.name) == ("A", "B")
    assert [(s.start_ms, s.end_ms) for s in first.segments] == [(6000, 14500), (15000, None)]
    assert [s.role for s in first.segments] == ["therapist", "client"]
    assert dict(first.session) == {"dyad": "7", "condition": "CBT"}
    assert dict(second.session) == {"dyad": "8"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_turn_is_read_as_segment_and_the_file_names_the_transcript(separator):
    text = "turn,speaker,text\n1,T,Hello\n2,P,Yes\n".replace(",", separator)

    (draft,) = read(text, name="C:\\folder\\Session 4.csv")

    assert draft.name == "Session 4"
    assert [(s.position, s.speaker, s.text) for s in draft.segments] == [(1, "T", "Hello"), (2, "P", "Yes")]


def test_a_header_line_names_the_transcript_of_a_table():
    (draft,) = read("# Transcript: PDT-11\n# Site: north\nsegment,speaker,text\n1,T,Hello\n")

    assert draft.name == "PDT-11"
    assert dict(draft.session) == {"Site": "north"}
    assert draft.segments[0].line == 4


def test_unknown_columns_are_reported():
    (draft,) = read("segment,speaker,text,mood\n1,T,Hello,good\n")

    assert [(n.column, n.kind) for n in draft.notes if "mood" in n.raw and n.kind == "dropped"] == [(4, "dropped")]


@pytest.mark.parametrize(
    ("numbers", "line", "right"),
    [
        ("1 3", 3, "2"),
        ("2 3", 2, "1"),
        ("1 1", 3, "2"),
        ("0 1", 2, "1"),
        ("1 x", 3, "2"),
        ("1 2.5", 3, "2"),
        ("1 ", 3, "2"),
    ],
)
def test_inconsistent_segment_numbers_are_refused_with_line_and_column(numbers, line, right):
    first, second = numbers.split(" ")

    with pytest.raises(FormatError) as caught:
        read(f"speaker,segment,text\nT,{first},Hello\nP,{second},Yes\n")

    assert (caught.value.line, caught.value.column) == (line, 2)
    assert f"Line {line}, column 2" in caught.value.message
    assert f"where {right} would be next" in caught.value.message


def test_odd_times_are_reported_and_never_refused():
    (draft,) = read("start,end,text\n5,4,a\n3,9,b\n3,,c\nsoon,,d\n1:00,,e\n")

    assert [s.start_ms for s in draft.segments] == [5000, 3000, 3000, None, 60000]
    assert [n.line for n in draft.notes if n.kind == "time"] == [2, 3, 4, 5]


def test_an_empty_text_keeps_its_number_and_is_reported():
    (draft,) = read("segment,speaker,text\n1,T,\n2,P,Yes\n")

    assert [(s.position, s.text) for s in draft.segments] == [(1, ""), (2, "Yes")]
    assert [n.line for n in draft.notes if n.kind == "not_understood"] == [2]


def test_blank_rows_are_passed_over():
    (draft,) = read("segment,speaker,text\n1,T,Hello\n,,\n\n2,P,Yes\n,,\n")

    assert [(s.position, s.line) for s in draft.segments] == [(1, 2), (2, 5)]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a,b\n1,2\n", 1, "no “text” column"),
        ("segment,text,text\n1,a,b\n", 1, "stands twice"),
        ("segment,text\n1,Hello, you\n", 2, "double quotes"),
        ("segment,text\n1\n", 2, "ends before the text column"),
        ('segment,text\n1,"Hello\n2,x\n', 2, "has to end"),
        ("segment,text\n", 1, "no rows"),
        ("transcript,segment,text\nA,1,x\n,2,y\n", 3, "in every row, or in none"),
    ],
)
def test_a_broken_table_gets_a_sentence_with_the_line(text, line, says):
    with pytest.raises(FormatError, match=says) as caught:
        read(text)

    assert caught.value.line == line


def test_tabs_without_quoting_may_hold_double_quotes():
    text = 'segment\tspeaker\ttext\n1\tT\t"Go" is what he said\n2\tP\t"Go\n'

    (draft,) = read_transcripts("x.tsv", text.encode())

    assert [s.text for s in draft.segments] == ['"Go" is what he said', '"Go']


def test_a_text_file_that_holds_a_table_is_read_as_one():
    (draft,) = read_transcripts("x.txt", b"segment;speaker;text\r\n1;T;Hello: you\r\n2;P;Yes\r\n")

    assert [s.text for s in draft.segments] == ["Hello: you", "Yes"]


WORDS = st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"])).map(str.strip)
LABELS = WORDS.map(lambda text: " ".join(text.split()))
ROWS = st.lists(
    st.tuples(
        LABELS, LABELS, st.none() | st.integers(0, 10**8), st.none() | st.integers(0, 10**8), WORDS.filter(bool), WORDS
    ),
    min_size=1,
    max_size=6,
)


@given(LABELS.filter(bool), ROWS)
def test_what_the_writer_writes_the_reader_reads_back_without_loss(name, rows):
    condition = next((row[5] for row in rows if row[5]), "")
    written = [
        SegmentRow(name, number, speaker, role, start, end, text, {"condition": condition})
        for number, (speaker, role, start, end, text, _) in enumerate(rows, start=1)
    ]

    (draft,) = read("".join(write_segments(written, ["condition"])))

    assert draft.name == name
    assert [(s.position, s.speaker, s.role, s.start_ms, s.end_ms, s.text) for s in draft.segments] == [
        (number, *row[:5]) for number, row in enumerate(rows, start=1)
    ]
    assert dict(draft.session) == ({"condition": condition} if condition else {})


def test_the_writer_guards_words_and_never_numbers():
    rows = [SegmentRow("A", 1, "@T", "", 1500, None, "-5, he said\n= five", {"dyad": "+1"})]

    text = "".join(write_segments(rows, ["dyad"]))

    assert text == (
        "transcript,segment,speaker,role,start,end,text,session.dyad\n"
        "A,1,'@T,,00:00:01.500,,\"'-5, he said\n= five\",'+1\n"
    )
