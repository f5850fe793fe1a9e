"""`manage.py import_codebook`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from pghistory.models import Events

from coding.management.commands.import_codebook import Command
from coding.models import CodebookVersion
from tests.coding.formats.test_codebook_file import DEMO
from tests.factories import make_study
from transcripts.models import Study

pytestmark = pytest.mark.django_db

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def study() -> Study:
    return make_study("envy")


def run(*words: str | Path) -> str:
    """Give what the command writes to stdout."""
    out = io.StringIO()
    call_command("import_codebook", *map(str, words), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def from_the_command_line(*words: str | Path) -> tuple[int, str, str]:
    """Run as `manage.py` does: exit code, stdout, stderr."""
    out, err = io.StringIO(), io.StringIO()
    command = Command(stdout=OutputWrapper(out), stderr=OutputWrapper(err))
    command._called_from_command_line = True
    parser = command.create_parser("manage.py", "import_codebook")
    options = vars(parser.parse_args([*map(str, words), "--no-color"]))
    try:
        command.execute(*options.pop("args", ()), **options)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_file_is_published_at_once_under_its_own_version(study: Study) -> None:
    said = run("envy", DEMO)

    version = CodebookVersion.objects.get(study=study)
    assert said.splitlines() == [
        "The codebook “relational-moves”, version 1.0.0, is published in envy.",
        "22 codes in 6 families.",
    ]
    assert (version.name, version.is_published, version.created_by) == ("1.0.0", True, None)


def test_a_draft_is_left_open(study: Study) -> None:
    said = run("envy", DEMO, "--draft")

    assert "left open as a draft" in said
    assert not CodebookVersion.objects.get(study=study).is_published


def test_with_json_one_strict_object_is_written_and_nothing_else(study: Study) -> None:
    code, out, err = from_the_command_line("envy", DEMO, "--json")

    result = json.loads(out)
    assert (code, err) == (0, "")
    assert {name: result[name] for name in ("study", "codebook", "version", "published", "rating", "outcomes")} == {
        "study": "envy",
        "codebook": "relational-moves",
        "version": "1.0.0",
        "published": True,
        "rating": "intensity",
        "outcomes": {"NRM": "none", "UNC": "uncodable"},
    }
    assert (len(result["families"]), len(result["codes"]), result["attributes"][0]) == (6, 22, "arena")


def test_the_operator_is_named_in_the_history(study: Study) -> None:
    run("envy", DEMO)

    version = CodebookVersion.objects.get(study=study)
    assert {event.pgh_context["operator"] for event in Events.objects.tracks(version)} == {"import_codebook"}


def test_a_codebook_with_only_what_is_required_is_enough(study: Study, tmp_path: Path) -> None:
    file = tmp_path / "book.json"
    file.write_text(
        '{"id": "m", "version": "1", "title": "M", "families": [{"id": "F", "short_name": "F"}],'
        ' "codes": [{"id": "C", "short_name": "C", "parent": "F"}]}'
    )

    assert "1 code in 1 family." in run("envy", file)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b'{"id": "a",\n}', "Line 2"),
        (b"[" * 100_000, "levels deep"),
        (b'{"id": "a\\u0000"}', "NUL"),
        (b'{"id": "a\\ud800"}', "surrogate"),
        (b'{"id": 1e999}', "too large"),
        (b'{"id": "a", "version": "1"}', "title: “title” is missing"),
        (b'{"id": "a", "version": "1", "title": "t"}', "at least one code"),
    ],
)
def test_a_bad_file_is_refused_whole_with_a_sentence_and_exit_code_1(
    study: Study, tmp_path: Path, data: bytes, sentence: str
) -> None:
    file = tmp_path / "book.json"
    file.write_bytes(data)

    code, out, err = from_the_command_line("envy", file)

    assert (code, out) == (1, "")
    assert sentence in err
    assert "Traceback" not in err
    assert not study.codebooks.exists()


def test_an_unknown_study_a_missing_file_and_a_second_import_are_refused(study: Study, tmp_path: Path) -> None:
    run("envy", DEMO)

    for words, sentence in (
        (("nowhere", DEMO), "There is no study “nowhere”. There are: envy."),
        (("envy", tmp_path / "none.json"), "There is no file"),
        (("envy", DEMO), "already has a version 1.0.0"),
    ):
        with pytest.raises(CommandError, match=sentence):
            run(*words)
    assert CodebookVersion.objects.count() == 1


def test_the_shared_codebook_is_the_one_that_is_shipped(study: Study) -> None:
    shared = SHARED / "relational_moves_codebook.json"
    if not shared.exists():
        pytest.skip(f"{shared.name} is not beside the repository.")

    assert "22 codes in 6 families." in run("envy", shared)
    assert shared.read_bytes() == DEMO.read_bytes()
