"""`manage.py import_transcripts`, and what every command of an operator shares."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from pghistory.models import Events

from tests.factories import make_study
from tests.transcripts.material import SHARED, TWO_TURNS, needs_material
from transcripts.management.commands.import_transcripts import Command
from transcripts.models import Segment, Study, Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "session 1.txt"
    path.write_bytes(TWO_TURNS)
    return path


def run(*words: str | Path) -> tuple[str, str]:
    """Give what the command writes to stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import_transcripts", *map(str, words), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def from_the_command_line(*words: str | Path) -> tuple[int, str, str]:
    """Run as `manage.py` does: exit code, stdout, stderr."""
    command = Command(stdout=(out := io.StringIO()), stderr=(err := io.StringIO()))  # type: ignore[arg-type]
    parser = command.create_parser("manage.py", "import_transcripts")
    command._called_from_command_line = True
    options = vars(parser.parse_args([*map(str, words)]))
    try:
        command.execute(*options.pop("args", ()), **options)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@needs_material
def test_the_demo_sessions_make_a_study_and_one_json_object() -> None:
    paths = sorted((SHARED / "data" / "demo_transcripts").glob("*.txt"))

    out, err = run("fresh", *paths, "--create", "--json")

    result = json.loads(out)
    assert result["study"] == "fresh"
    assert result["other"] == []
    assert [(one["name"], one["segments"]) for one in result["transcripts"]] == [("CBT-06", 79), ("PDT-11", 79)]
    assert result["transcripts"][0]["speakers"] == {"THERAPIST": "therapist", "PATIENT": "patient"}
    assert "Reading 2 of 2" in err


def test_roles_are_given_by_label_and_new_ones_join_the_study(tmp_path: Path) -> None:
    study, path = make_study("s"), tmp_path / "a.txt"
    path.write_text("T: So?\nC: Yes.\nT: And?\nC: No.\nX: Hm.\n")

    out, _ = run("s", path, "--role", "T=therapist", "--role", "c=Client", "--json")

    result = json.loads(out)
    assert result["transcripts"][0]["speakers"] == {"T": "therapist", "C": "Client", "X": "other"}
    assert result["other"] == ["X"]
    assert study.speaker_roles.filter(name="Client").exists()


def test_a_role_that_was_not_used_is_said(file: Path) -> None:
    make_study("s")

    _, err = run("s", file, "--role", "Patient=therapist")

    assert "“Patient” is patient by the file or by its label, not therapist" in err


def test_merging_joins_turns_of_one_speaker(tmp_path: Path) -> None:
    make_study("s")
    path = tmp_path / "a.txt"
    path.write_text("T: One.\nT: Two.\nP: Yes.\nT: So.\nP: Well.\n")

    run("s", path, "--merge")

    assert Segment.objects.filter(position=1).get().text == "One. Two."


def test_one_bad_file_keeps_all_of_them_out(file: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("segment,text\n1,Yes.\n3,No.\n")

    code, out, err = from_the_command_line("fresh", file, bad, "--create", "--json")

    assert code == 1
    assert out == ""
    assert "bad.csv: Line 3, column 1: the segment number is “3” where 2 would be next" in err
    assert not Study.objects.filter(slug="fresh").exists()
    assert not Transcript.objects.exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["missing", "FILE"], "There is no study “missing”. There are: s."),
        (["s", "nowhere.txt"], "There is no file nowhere.txt."),
        (["s", "."], "cannot be read"),
        (["s", "FILE", "--role", "T"], "should be LABEL=ROLE"),
        (["s", "FILE", "--role", "T="], "should be LABEL=ROLE"),
        (["s", "FILE", "FILE"], "Two of these transcripts are named “session 1”"),
        (["s", "FILE", "--encoding", "klingon"], "“klingon” is not an encoding"),
        (["a b", "FILE", "--create"], "cannot be a slug"),
        (["s\udcff", "FILE"], "holds characters that are no text"),
        (["s", "UNKNOWN", "--role", "X=\udcff"], "the role of “X” has characters that are no text"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_one(file: Path, words: list[str], sentence: str) -> None:
    make_study("s")
    unknown = file.with_name("unknown.txt")
    unknown.write_text("X: Yes.\nPatient: No.\nX: So.\n")
    paths = {"FILE": str(file), "UNKNOWN": str(unknown)}

    code, out, err = from_the_command_line(*[paths.get(word, word) for word in words])

    assert (code, out) == (1, "")
    assert sentence in err
    assert not Transcript.objects.exists()


def test_the_same_import_twice_is_refused(file: Path) -> None:
    make_study("s")
    run("s", file)

    with pytest.raises(CommandError, match="already has a transcript “session 1”"):
        run("s", file)


def test_an_encoding_that_is_unclear_is_asked_for(tmp_path: Path) -> None:
    make_study("s")
    path = tmp_path / "a.txt"
    path.write_bytes("T: Über “alles”.\nP: Ja, schön.\n".encode("cp1252"))

    code, _, err = from_the_command_line("s", path)
    run("s", path, "--encoding", "windows-1252")

    assert code == 1
    assert "windows-1252" in err
    assert Segment.objects.get(position=1).text == "Über “alles”."


def test_a_person_reads_what_was_imported_and_who_has_no_role(tmp_path: Path) -> None:
    make_study("s")
    path = tmp_path / "a.txt"
    path.write_text("Therapist: So?\nX: Yes.\nTherapist: And?\nX: No.\n")

    out, _ = run("s", path)

    assert "a: 4 segments, Therapist (therapist), X (other)" in out
    assert "Without a role, so that they count as other: “X”." in out


def test_the_history_names_the_operator(file: Path) -> None:
    make_study("s")

    run("s", file)

    transcript = Transcript.objects.get(name="session 1")
    event: Any = Events.objects.tracks(transcript).get()
    assert event.pgh_context == {"operator": "import_transcripts"}


def test_the_wrapper_of_stdout_gets_nothing_but_the_object(file: Path) -> None:
    make_study("s")
    out = io.StringIO()

    call_command("import_transcripts", "s", str(file), "--json", stdout=OutputWrapper(out), stderr=io.StringIO())

    assert json.loads(out.getvalue())["study"] == "s"
    assert out.getvalue().count("\n") == 1
