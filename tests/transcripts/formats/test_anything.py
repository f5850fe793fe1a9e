"""No bytes whatever make the reader do anything but read or refuse with a sentence."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcripts.formats.office_files import changed, docx_of, xlsx_of
from transcripts.formats import DraftTranscript, FormatError, merge_turns, read_transcripts, speakers
from transcripts.formats import read as read_module
from transcripts.formats.segments_table import SegmentRow, write_segments

ENDINGS = ["txt", "docx", "vtt", "srt", "sbv", "csv", "tsv", "xlsx"]
WORD = docx_of(["T: Hello.", "P: Yes."], [["Speaker", "Text"], ["T", "Go"], ["P", "I went"]])
EXCEL = xlsx_of([["segment", "speaker", "start", "text"], [1, "T", 0.5, "Hello"], [2, "P", 7, "Yes"]])
BITS = [
    *("T:", "P: ", "Therapist", "[00:00:06]", "0:07", "(1:02:03,5)", "00:00:01.000 --> 00:00:02.000"),
    *("\n", "\n\n", "\r", " ", "\t", ",", ";", '"', "'=", "1", "2", "99999999999", "-1", "١٢:٣٤", "²"),
    *("segment", "speaker", "text", "start", "transcript", "session.x", "# Transcript: A", "#"),
    *("WEBVTT", "NOTE", "<v Anna>", "</v>", "&amp;", "&#0;", "&#xd800;", "<", "{\\an8}"),
    *("：", "【", "é", "你好", "\u202b", "\ufeff", "\x00", "\x85", "\u2028", "says", "He said:"),
]
PIECES = st.lists(st.sampled_from(BITS) | st.text(max_size=5), max_size=40).map("".join)


def read_or_refuse(name, data, encoding=None):
    """Read, and insist on what holds of everything that is read; a refusal has to be a sentence."""
    try:
        drafts = read_transcripts(name, data, encoding=encoding)
    except FormatError as error:
        if len(error.message) < 20 or not error.message.endswith((".", "?")):
            pytest.fail(f"this is no sentence: {error.message!r}")
        return ()
    for draft in drafts:
        assert isinstance(draft, DraftTranscript)
        assert draft.name.strip()
        assert [segment.position for segment in draft.segments] == list(range(1, len(draft.segments) + 1))
        for segment in draft.segments:
            assert segment.text == segment.text.strip()
            assert segment.line is not None
            (segment.text + segment.speaker + segment.role).encode("utf-8")
            assert "\x00" not in segment.text + segment.speaker + segment.role + draft.name
        assert sum(count for _, count, _ in speakers([draft])) == len(draft.segments)
        assert len(merge_turns(draft).segments) <= len(draft.segments)
    return drafts


@pytest.mark.parametrize("ending", ENDINGS)
@settings(deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(ending, data):
    read_or_refuse(f"x.{ending}", data)


@pytest.mark.parametrize("ending", ["txt", "vtt", "srt", "sbv", "csv", "tsv"])
@settings(deadline=None, max_examples=300)
@given(text=PIECES, encoding=st.sampled_from(["utf-8", "utf-16", "windows-1252"]))
def test_any_text_is_read_or_refused(ending, text, encoding):
    read_or_refuse(f"x.{ending}", text.encode(encoding, "replace"))


@pytest.mark.parametrize("ending", ["txt", "vtt", "srt", "csv"])
@settings(deadline=None)
@given(text=PIECES)
def test_no_words_of_a_text_vanish_without_a_note(ending, text):
    heads = {"vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n", "srt": "1\n00:00:01,000 --> 00:00:02,000\n"}
    header = "segment,text,mood\n" if ending == "csv" else heads.get(ending, "")
    body = '1,"{}",x\n' if ending == "csv" else "{}\nunmistakable\n"
    inside = text.replace('"', "").strip() + "unmistakable" if ending == "csv" else text

    drafts = read_or_refuse(f"x.{ending}", (header + body.format(inside)).encode("utf-8", "replace"))

    everything = [segment.text for draft in drafts for segment in draft.segments]
    everything += [segment.speaker for draft in drafts for segment in draft.segments]
    everything += [note.raw for draft in drafts for note in draft.notes]
    assert not drafts or any("unmistakable" in words for words in everything)


@pytest.mark.parametrize(("ending", "whole"), [("docx", WORD), ("xlsx", EXCEL)])
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_damaged_package_is_read_or_refused(ending, whole, data):
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)) | st.just(len(damaged)))

    read_or_refuse(f"x.{ending}", bytes(damaged[:cut]))


@pytest.mark.parametrize(("ending", "whole"), [("docx", WORD), ("xlsx", EXCEL)])
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_package_with_damaged_parts_is_read_or_refused(ending, whole, data):
    names = [name for name in zipfile.ZipFile(io.BytesIO(whole)).namelist() if name.endswith((".xml", ".rels"))]
    chosen = data.draw(st.sampled_from(names))
    place, length = data.draw(st.integers(0, 3000)), data.draw(st.integers(0, 30))
    piece = data.draw(
        st.sampled_from([b"", b"<", b"/>", b"9" * 30, b"-1", b'r="A0"', b"&#1;", b"</row>"]) | st.binary(max_size=9)
    )

    def change(name, content):
        at = place % max(len(content), 1)
        return content[:at] + piece + content[at + length :] if name == chosen else content

    read_or_refuse(f"x.{ending}", changed(whole, change))


@given(name=st.text(max_size=30))
def test_any_file_name_is_read_or_refused(name):
    read_or_refuse(name, b"T: a\nP: b\n")
    read_or_refuse(f"{name}.txt", b"T: a\nP: b\n")


def test_a_file_over_the_limit_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(read_module, "LARGEST", 1024 * 1024)

    with pytest.raises(FormatError, match="larger than 1 MB"):
        read_transcripts("x.txt", b"a" * (1024 * 1024 + 1))


def test_a_table_of_thirty_thousand_rows_is_read_well_under_a_second():
    rows = (
        SegmentRow(f"S{n // 300}", n % 300 + 1, "Anna", "", n % 300 * 5000, None, "word, " * 15) for n in range(30_000)
    )
    data = "".join(write_segments(rows)).encode()

    begun = time.process_time()
    drafts = read_transcripts("x.csv", data)

    assert sum(len(draft.segments) for draft in drafts) == 30_000
    assert time.process_time() - begun < 2


def test_a_text_of_three_hundred_turns_is_read_at_once():
    data = "".join(f"[00:{n // 60:02d}:{n % 60:02d}] {'TP'[n % 2]}: {'word ' * 20}\n" for n in range(300)).encode()

    begun = time.process_time()
    (draft,) = read_transcripts("x.txt", data)

    assert len(draft.segments) == 300
    assert time.process_time() - begun < 0.2
