"""Consecutive segments of one speaker can be joined, and speakers are listed as they appear."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.formats import DraftSegment, DraftTranscript, FormatError, merge_turns, read_transcripts, speakers
from transcripts.formats import evidence as evidence_module

SEGMENTS = st.lists(
    st.builds(
        DraftSegment, st.sampled_from(["", "A", "B"]), st.sampled_from(["", "yes", "no no"]), st.none() | st.just(5)
    ),
    max_size=12,
)


def test_joining_keeps_the_first_begin_the_last_end_and_all_words():
    draft = DraftTranscript(
        "x",
        (
            DraftSegment("A", "One", 1000, 2000, "therapist", 3, 1),
            DraftSegment("A", "two.", 2000, 4000, "therapist", 6, 2),
            DraftSegment("B", "Yes.", None, None, "", 9, 3),
        ),
    )

    merged = merge_turns(draft)

    assert merged.segments == (
        DraftSegment("A", "One two.", 1000, 4000, "therapist", 3, 1),
        DraftSegment("B", "Yes.", None, None, "", 9, 2),
    )


def test_segments_without_a_speaker_are_never_joined():
    draft = DraftTranscript("x", (DraftSegment("", "One"), DraftSegment("", "Two")))

    merged = merge_turns(draft)

    assert [segment.text for segment in merged.segments] == ["One", "Two"]


@given(SEGMENTS)
def test_joining_loses_no_words_and_is_done_once_and_for_all(segments):
    merged = merge_turns(DraftTranscript("x", tuple(segments)))

    words = " ".join(segment.text for segment in segments).split()
    assert " ".join(segment.text for segment in merged.segments).split() == words
    assert merge_turns(merged).segments == merged.segments


def test_speakers_are_listed_in_order_of_appearance_with_the_role_the_file_names():
    first = DraftTranscript(
        "x", (DraftSegment("B", "a"), DraftSegment("A", "b", role="client"), DraftSegment("B", "c"))
    )
    second = DraftTranscript("y", (DraftSegment("B", "d", role="therapist"),))

    assert speakers([first, second]) == [("B", 3, "therapist"), ("A", 1, "client")]


def test_a_text_with_too_many_lines_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(evidence_module, "MOST_LINES", 100)

    with pytest.raises(FormatError, match="more than 100 lines") as caught:
        read_transcripts("x.txt", b"a\n\n" * 101)

    assert caught.value.line == 201


def test_reading_needs_no_django():
    program = "import sys, transcripts.formats, transcripts.formats.segments_table; sys.exit('django' in sys.modules)"

    finished = subprocess.run([sys.executable, "-c", program], check=False)

    assert finished.returncode == 0
