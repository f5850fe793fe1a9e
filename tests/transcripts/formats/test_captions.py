"""Captions keep every cue, and say who speaks when they can."""

import pytest

from transcripts.formats import FormatError, merge_turns, read_transcripts


def read(text, name="x.vtt"):
    (draft,) = read_transcripts(name, text.encode())
    return draft


def test_voice_tags_name_the_speakers_and_several_voices_split_a_cue():
    text = (
        "WEBVTT\n\nNOTE made by hand\nin two lines\n\nSTYLE\n::cue { color: red }\n\n"
        "1\n00:01.000 --> 00:02.000 align:start\n<v.loud Anna Smith>Hello &amp; <i>welcome</i>.</v>\n"
        "<v Ben>Thanks <3 &lt;you&gt;\n\n00:03.000 --> 00:04.000\n<v Ben>Yes.</v>\n"
    )

    draft = read(text)

    assert [(s.speaker, s.text, s.start_ms) for s in draft.segments] == [
        ("Anna Smith", "Hello & welcome.", 1000),
        ("Ben", "Thanks <3 <you>", 1000),
        ("Ben", "Yes.", 3000),
    ]
    assert [(n.line, n.kind) for n in draft.notes if n.kind != "time"] == [
        (1, "header"),
        (3, "dropped"),
        (4, "dropped"),
        (6, "dropped"),
        (7, "dropped"),
    ]


def test_cues_without_blank_lines_between_them_are_all_kept():
    cues = ["Anna: One.", "Ben: 3", "Anna: Two."]
    numbered = [f"{n}\n00:0{n}.000 --> 00:0{n + 1}.000\n{cue}\n" for n, cue in enumerate(cues, start=1)]
    text = "WEBVTT\n" + "".join(numbered)

    draft = read(text)

    assert [(s.speaker, s.text) for s in draft.segments] == [("Anna", "One."), ("Ben", "3"), ("Anna", "Two.")]


def test_srt_with_commas_markup_windows_line_ends_and_a_late_label():
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>ANNA: Hello.</i>\r\nBEN: Yes?\r\n\r\n"
        "2\r\n0:00:03,5 --> 0:00:04\r\n{\\an8}ANNA: Well,\r\nthen.\r\n\r\n"
        "3\r\n00:00:05,000 --> 00:00:06,000\r\nBEN: Go.\r\n"
    )

    draft = read(text, "x.srt")

    assert [(s.speaker, s.text, s.start_ms, s.end_ms) for s in draft.segments] == [
        ("ANNA", "Hello.", 1000, 2500),
        ("BEN", "Yes?", 1000, 2500),
        ("ANNA", "Well, then.", 3500, 4000),
        ("BEN", "Go.", 5000, 6000),
    ]


def test_a_cue_without_a_label_goes_on_with_the_speaker_above_and_says_so():
    cues = ["ANNA: One", "and two.", "BEN: Yes.", "ANNA: Good.", "BEN: Bye."]
    timed = [f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{cue}\n" for n, cue in enumerate(cues, start=1)]
    text = "\n".join(timed)

    draft = read(text, "x.srt")

    assert [s.speaker for s in draft.segments] == ["ANNA", "ANNA", "BEN", "ANNA", "BEN"]
    assert [(n.line, n.kind) for n in draft.notes] == [(7, "joined")]
    assert [s.text for s in merge_turns(draft).segments][:2] == ["One and two.", "Yes."]


def test_empty_cues_and_stray_lines_are_reported():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:03.000 --> 00:04.000\nOne.\n\nStray.\n"

    draft = read(text)

    assert [s.text for s in draft.segments] == ["One. Stray."]
    assert [(n.line, n.kind) for n in draft.notes] == [(1, "header"), (3, "dropped"), (8, "joined")]


@pytest.mark.parametrize(("name", "text"), [("x.vtt", "WEBVTT\n"), ("x.srt", "hello\n"), ("x.sbv", "0:00 hello\n")])
def test_a_caption_file_without_cues_gets_a_sentence(name, text):
    with pytest.raises(FormatError, match="a cue begins with a line such as"):
        read(text, name)
