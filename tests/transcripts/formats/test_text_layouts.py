"""How speakers and times are marked in a plain text is told from the whole file."""

import pytest

from transcripts.formats.text import read_text

TURNS = (
    ("{a}", "How was your week?"),
    ("{b}", "Long. He said: go, and I went."),
    ("{a}", "You went."),
    ("{b}", "At 10:30, yes: on the dot."),
    ("{a}", "What was that like?"),
    ("{b}", "Like nothing at all."),
)
TEXTS = [text for _, text in TURNS]


def spoken(draft):
    return [(segment.speaker, segment.text) for segment in draft.segments]


def expected(first, second):
    return [(speaker.format(a=first, b=second), text) for speaker, text in TURNS]


def written(layout, first, second, separator="\n"):
    lines = []
    for number, (speaker, text) in enumerate(TURNS):
        who = speaker.format(a=first, b=second)
        lines.append(layout.format(who=who, text=text, n=number + 1, s=f"{number * 7:02d}", s2=f"{number * 7 + 3:02d}"))
    return separator.join(lines) + "\n"


LABELS = [
    ("T", "P"),
    ("Therapist", "Patient"),
    ("THERAPIST", "PATIENT"),
    ("Speaker 1", "Speaker 2"),
    ("SPEAKER_00", "SPEAKER_01"),
    ("T1", "P1"),
    ("Dr. Müller", "Frau García-López"),
    ("Anna Karenina", "José"),
    ("therapist", "patient"),
    ("Th", "Pt"),
    ("I", "B"),
    ("A.J. Lopez", "O'Brien, Sinéad"),
    ("Therapeutin", "Klient"),
    ("Терапевт", "Пациент"),
    ("治疗师", "来访者"),
    ("מטפלת", "מטופל"),
    ("المعالج", "المريض"),
    ("Therapist (Dr. K)", "Mother of patient"),
    ("咨询师甲", "王女士"),
]


@pytest.mark.parametrize(("first", "second"), LABELS)
@pytest.mark.parametrize(
    "layout",
    [
        "{who}: {text}",
        "{who}:{text}",
        "{who} : {text}",
        "{who}：{text}",
        "{who}:\t{text}",
        "  {who}:  {text}  ",
        "**{who}:** {text}",
        "- {who}: {text}",
        ">> {who}: {text}",
        "[00:00:{s}] {who}: {text}",
        "[00:{s}] {who}: {text}",
        "(0:{s}) {who}: {text}",
        "0:{s} {who}: {text}",
        "00:00:{s} {who}: {text}",
        "00:00:{s},250 {who}: {text}",
        "[00:00:{s}.250] {who}: {text}",
        "[00:00:{s} - 00:00:{s2}] {who}: {text}",
        "[00:00:{s}.000 --> 00:00:{s2}.000] {who}: {text}",
        "{who} [00:00:{s}]: {text}",
        "{who} (00:{s}): {text}",
        "{who}: [00:00:{s}] {text}",
        "{n}. {who}: {text}",
        "{n} {who}: {text}",
        "{n}\t{who}:\t{text}",
        "{who} (0:{s})\n{text}\n",
        "{who}  0:{s}  \n{text}\n",
        "[00:00:{s}] {who}\n{text}\n",
        "00:00:{s} {who}\n{text}\n",
        "{who} [00:00:{s}] {text}",
        "00:00:{s}\n{who}: {text}\n",
        "{who}:\n{text}\n",
        "\u200f{who}: {text}",
        "{who}:\xa0{text}\xa0",
    ],
)
def test_speakers_are_found_in_every_usual_layout(layout, first, second):
    text = written(layout, first, second)

    draft = read_text(text, name="x")

    assert spoken(draft) == expected(first, second)
    if "{s}" in layout:
        assert [segment.start_ms // 1000 for segment in draft.segments] == [0, 7, 14, 21, 28, 35]
    else:
        assert {segment.start_ms for segment in draft.segments} == {None}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("gap", [1, 2, 3])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_blank_lines_and_a_byte_order_mark_change_nothing(line_end, gap, mark):
    text = mark + written("{who}: {text}", "T", "P", separator="\n" * gap).replace("\n", line_end)

    draft = read_text(text, name="x")

    assert spoken(draft) == expected("T", "P")
    assert draft.notes == ()


@pytest.mark.parametrize(
    "layout",
    [
        *("[{who}] {text}", "<{who}> {text}", "({who}) {text}", "{{{who}}} {text}", "[{who}]: {text}"),
        *("{who}\t{text}", "{who} - {text}", "{who} – {text}", "{who}\n{text}\n", "[{who}] 10:01:{s}\n{text}\n"),
        *("00:00:{s}\t{who}\t{text}", "00:00:{s} - 00:00:{s2}\t{who}\t{text}", "{who}\t00:00:{s}\t{text}"),
    ],
)
def test_speakers_without_a_colon_are_found_when_nearly_every_line_has_one(layout):
    draft = read_text(written(layout, "Anna", "Ben"), name="x")

    assert spoken(draft) == expected("Anna", "Ben")


def test_a_colon_inside_speech_is_not_a_speaker():
    text = "T: Go on.\nP: And then it was clear to me.\nHe said: go\nand I went.\nT: You went.\nP: Yes.\nT: Hm.\n"

    draft = read_text(text, name="x")

    assert [speaker for speaker, _ in spoken(draft)] == ["T", "P", "T", "P", "T"]
    assert "He said: go and I went." in draft.segments[1].text
    assert any(note.line == 3 and note.kind == "joined" and "He said" in note.message for note in draft.notes)


def test_words_before_a_colon_do_not_make_speakers_of_a_text_without_any():
    text = "\n\n".join(
        [
            "I went home.",
            "One thing: it was late.",
            "Nobody was in.",
            "He said: go.",
            "So I went.",
            "Remember: it was dark.",
        ]
    )

    draft = read_text(text, name="x")

    assert [segment.speaker for segment in draft.segments] == [""] * 6
    assert [segment.text for segment in draft.segments] == text.split("\n\n")


def test_a_speaker_who_speaks_once_is_kept_and_reported():
    text = "T: Come in.\n\nP: Thank you.\n\nReceptionist: Sorry, the phone.\n\nT: Not now.\n\nP: Go on, take it.\n"

    draft = read_text(text, name="x")

    assert [speaker for speaker, _ in spoken(draft)] == ["T", "P", "Receptionist", "T", "P"]
    assert [(note.line, note.kind) for note in draft.notes] == [(5, "not_understood")]


def test_where_all_turns_have_times_a_line_without_one_goes_on():
    text = "[00:01] T: Come in.\n[00:02] P: Well.\nWonderful: it rained.\n[00:05] T: Hm.\n[00:07] P: Yes.\n"

    draft = read_text(text, name="x")

    assert [segment.start_ms for segment in draft.segments] == [1000, 2000, 5000, 7000]
    assert draft.segments[1].text == "Well. Wonderful: it rained."


def test_hard_wrapped_lines_become_one_turn():
    text = "T: One two three\n   four five\n   six.\nP: Seven\n   eight.\nT: Nine.\nP: Ten.\n"

    draft = read_text(text, name="x")

    assert [segment.text for segment in draft.segments] == [
        "One two three four five six.",
        "Seven eight.",
        "Nine.",
        "Ten.",
    ]


def test_hard_wrapped_lines_without_indentation_become_one_turn():
    text = "Anna: One two three\nfour five\nsix and then\nseven.\nBen: Seven\neight.\nAnna: Nine\nten.\nBen: Ten.\n"

    draft = read_text(text, name="x")

    assert [speaker for speaker, _ in spoken(draft)] == ["Anna", "Ben", "Anna", "Ben"]
    assert draft.segments[0].text == "One two three four five six and then seven."


def test_a_second_paragraph_of_a_turn_belongs_to_it_and_is_reported():
    text = "T: First.\n\nSecond paragraph.\n\nP: Yes.\n\nT: Good.\n\nP: Bye.\n"

    draft = read_text(text, name="x")

    assert draft.segments[0].text == "First.\nSecond paragraph."
    assert [(note.line, note.kind) for note in draft.notes] == [(3, "joined")]


def test_lines_above_the_first_speaker_are_reported_and_not_imported():
    text = (
        "Interview 4\nDate: 3 March 2024\nInterviewer: Anna Smith\n\nI: Hello.\nB: Hello.\nI: So.\nB: Well.\nI: Yes.\n"
    )

    draft = read_text(text, name="x")

    assert [speaker for speaker, _ in spoken(draft)] == ["I", "B", "I", "B", "I"]
    assert [(note.line, note.kind) for note in draft.notes] == [(1, "header"), (2, "header"), (3, "header")]


def test_turn_numbers_behind_the_letter_are_not_people():
    text = "".join(f"{'TP'[n % 2]}{n // 2 + 1}: Words number {n}.\n" for n in range(12))

    draft = read_text(text, name="x")

    assert {segment.speaker for segment in draft.segments} == {"T", "P"}
    assert len(draft.segments) == 12
    assert "turn numbers" in draft.layout


def test_header_lines_name_the_transcript_and_its_session():
    text = "# Transcript: PDT-11\n# Session number: 11\n# Invented\n\n[0:01] T: Hello.\n[0:04] P: Hello.\n"

    draft = read_text(text, name="file")

    assert draft.name == "PDT-11"
    assert dict(draft.session) == {"Session number": "11"}
    assert [note.line for note in draft.notes if note.kind == "header"] == [1, 2, 3]


def test_times_without_speakers_make_segments():
    text = "[00:00:01] Hello there.\n[00:00:04] Yes, hello.\nMore of it.\n[00:00:09] Good.\n"

    draft = read_text(text, name="x")

    assert spoken(draft) == [("", "Hello there."), ("", "Yes, hello. More of it."), ("", "Good.")]
    assert [segment.start_ms for segment in draft.segments] == [1000, 4000, 9000]


def test_times_on_lines_of_their_own_without_speakers_make_segments():
    text = "0:01\nHello there.\n0:04\nYes, hello.\n0:09\nGood.\n"

    draft = read_text(text, name="x")

    assert [(segment.start_ms, segment.text) for segment in draft.segments] == [
        (1000, "Hello there."),
        (4000, "Yes, hello."),
        (9000, "Good."),
    ]


def test_a_turn_without_words_is_dropped_aloud():
    text = "T: Hello.\nP:\nT: Are you there?\nP: Yes.\n"

    draft = read_text(text, name="x")

    assert [segment.position for segment in draft.segments] == [1, 2, 3]
    assert [(note.line, note.kind) for note in draft.notes] == [(2, "dropped")]


def test_times_that_go_backward_or_repeat_are_reported_and_kept():
    text = "[0:05] T: a\n[0:03] P: b\n[0:03] T: c\n[0:09] P: d\n"

    draft = read_text(text, name="x")

    assert [segment.start_ms for segment in draft.segments] == [5000, 3000, 3000, 9000]
    assert [(note.line, note.kind) for note in draft.notes] == [(2, "time"), (3, "time")]


def test_text_comes_back_sign_by_sign():
    said = "Cafe\u0301, nai\u0308ve \u202bשלום\u202c 👩‍👩‍👧  two  spaces\u2028 \u00ad ﬁ Å \x0b end"
    text = f"T: {said}\nP: Yes.\nT: x\nP: y\n"

    draft = read_text(text, name="x")

    assert draft.segments[0].text == said


def test_a_very_long_line_is_read_quickly():
    text = "T: " + "word: [0:01] " * 400_000 + "\nP: " + "-" * 1_000_000 + "\nT: a\nP: b\n"

    draft = read_text(text, name="x")

    assert [speaker for speaker, _ in spoken(draft)] == ["T", "P", "T", "P"]


def test_a_time_with_nothing_below_it_is_reported():
    text = "0:01\nT: Hello.\n0:04\nP: Yes.\n0:06\n0:07\nT: Good.\n0:09\nP: Bye.\n0:11\n"

    draft = read_text(text, name="x")

    assert [segment.start_ms for segment in draft.segments] == [1000, 4000, 7000, 9000]
    assert [(note.line, note.kind) for note in draft.notes] == [(5, "time"), (10, "time")]
