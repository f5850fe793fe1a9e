"""The transcripts in many layouts that come with the project are read as their makers say."""

import json
from pathlib import Path

import pytest

from transcripts.formats import FormatError, merge_turns, read_transcripts, speakers

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
INVENTED = DATA / "formats" / "invented"
LATER = (".cha", ".eaf", ".TextGrid", ".json", ".bak")

pytestmark = pytest.mark.skipif(not INVENTED.is_dir(), reason="the shared data are not beside the repository")


def expectations():
    if not INVENTED.is_dir():
        return {}
    expected = json.loads((INVENTED / "expected.json").read_text(encoding="utf-8"))
    return {name: facts for name, facts in expected.items() if not name.endswith(LATER)}


def read(path):
    encoding = "windows-1252" if "1252" in path.name else None
    return read_transcripts(path.name, path.read_bytes(), encoding=encoding)


def same_person(label, name):
    return label.casefold() in (name.casefold(), name[0].casefold())


@pytest.mark.parametrize(("name", "facts"), expectations().items())
def test_each_invented_file_has_the_turns_speakers_and_times_it_should(name, facts):
    (draft,) = read(INVENTED / name)

    merged = merge_turns(draft)
    whole = merged if "turns_when_merged" in facts else draft
    labels = sorted(label for label, _, _ in speakers([draft]) if label)
    assert len(draft.segments) == facts["turns"]
    assert len(merged.segments) == facts.get("turns_when_merged", len(merged.segments))
    assert len(labels) == len(facts["speakers"])
    assert all(same_person(label, name) for label, name in zip(labels, facts["speakers"], strict=True))
    assert (whole.segments[0].text, whole.segments[-1].text) == (facts["first_text"], facts["last_text"])
    assert draft.segments[0].start_ms == facts["first_start_ms"]
    assert all((segment.start_ms is not None) == facts["has_times"] for segment in draft.segments)
    assert [segment.position for segment in draft.segments] == list(range(1, facts["turns"] + 1))


@pytest.mark.parametrize("name", [name for name in expectations() if name.endswith(".txt")])
def test_no_line_of_an_invented_text_is_left_out_silently(name):
    path = INVENTED / name
    encoding = {"windows_1252.txt": "windows-1252", "utf16_bom.txt": "utf-16"}.get(name, "utf-8")

    (draft,) = read(path)

    kept = " ".join(f"{segment.speaker} {segment.text}" for segment in draft.segments)
    reported = {note.line for note in draft.notes}
    for number, line in enumerate(path.read_bytes().decode(encoding).splitlines(), start=1):
        last = line.split(" ")[-1].strip()
        assert not line.strip() or number in reported or last in kept or last == ""


def test_unicode_survives_sign_by_sign():
    (draft,) = read(INVENTED / "unicode_stress.txt")

    lines = (INVENTED / "unicode_stress.txt").read_bytes().decode("utf-8").split("\n")
    assert [f"{segment.speaker}: {segment.text}" for segment in draft.segments] == [line for line in lines if line]


@pytest.mark.parametrize(("name", "title"), [("pdt_session_11.txt", "PDT-11"), ("cbt_session_06.txt", "CBT-06")])
def test_the_demo_sessions_have_79_turns_and_five_header_lines(name, title):
    (draft,) = read(DATA / "demo_transcripts" / name)

    assert (draft.name, len(draft.segments)) == (title, 79)
    assert [note.kind for note in draft.notes] == ["header"] * 5
    assert {segment.speaker for segment in draft.segments} == {"THERAPIST", "PATIENT"}


@pytest.mark.parametrize(
    ("path", "segments", "people"),
    [
        ("subtitles/sample.vtt", 16, 0),
        ("subtitles/sample.srt", 5, 0),
        ("subtitles/sample.sbv", 5, 0),
        ("subtitles/two_captions.sbv", 2, 0),
        ("subtitles/using_identifiers.vtt", 6, 0),
        ("subtitles/cue_tags.vtt", 3, 0),
        ("zoom/ideal_course_session1.vtt", 13, 8),
        ("qualcoder/transcript.txt", 7, 3),
    ],
)
def test_files_of_other_programs_are_read(path, segments, people):
    (draft,) = read(DATA / "formats" / path)

    assert len(draft.segments) == segments
    assert len({segment.speaker for segment in draft.segments} - {""}) == people


@pytest.mark.parametrize("ending", LATER)
def test_layouts_that_cannot_be_read_yet_get_a_list_of_those_that_can(ending):
    path = INVENTED / f"session{ending}"
    path = path if path.exists() else INVENTED / "whisperx.json"

    with pytest.raises(FormatError, match=r"cannot be read\. These can: \.txt, \.docx, \.vtt"):
        read(path)
