"""The page about the commands is run, command by command, and leaves none of them out."""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands, load_command_class

from tests.docs.pages import ROOT, Block, differences, headings, parts, section, text_of
from tests.factories import make_user
from workbench import backup
from workbench.backup import archive

PAGE = text_of("commands.md")
OURS = sorted(name for name, app in get_commands().items() if app in ("workbench", "coding", "transcripts"))
#: Programs that need no site.
MODULES = {"python -m coding.reliability", "python -m coding.analysis"}
#: Options that every command of the framework takes.
COMMON = {
    "help",
    "version",
    "verbosity",
    "settings",
    "pythonpath",
    "traceback",
    "no_color",
    "force_color",
    "skip_checks",
}


def _options(command: str) -> list[str]:
    parser = load_command_class(get_commands()[command], command).create_parser("manage.py", command)
    actions = (action for action in parser._actions if action.dest not in COMMON)
    return [action.option_strings[0] for action in actions if action.option_strings]


@pytest.mark.parametrize("command", OURS)
def test_each_command_has_a_heading_and_each_of_its_options_a_word(command: str) -> None:
    said = section(PAGE, command)

    assert [option for option in _options(command) if option not in said] == []
    assert f"`manage.py {command}" in said


def test_the_page_has_no_command_that_does_not_exist() -> None:
    assert set(headings(PAGE)) - {"Commands", "make", *MODULES} == set(OURS)


def test_each_target_of_make_is_listed() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE)) - {"help"}

    assert targets == set(re.findall(r"^\| `make ([a-z-]+)`", section(PAGE, "make"), flags=re.MULTILINE))


@pytest.mark.django_db(transaction=True)
def test_each_example_writes_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_DATA", str(tmp_path / "data"))
    # The database of the tests is in use, so that nothing could be restored into it: that has tests of its own.
    monkeypatch.setattr(backup, "restore", archive.read_manifest)
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    make_user("ben")
    written, faults, command = "", [], ""

    for part in parts(PAGE):
        match part:
            case Block("csv", words, text):
                Path(words[0] if words else "ratings.csv").write_text(f"{text}\n", encoding="utf-8")
            case Block("sh", _, text) if "..." not in text:
                command, written = text, _output(text)
            case Block("json", _, text):
                faults += [f"{command}: {one}" for one in differences(json.loads(text), json.loads(written))]

    assert faults == []


def _output(line: str) -> str:
    words = [word for word in shlex.split(line) if not word.startswith("WORKBENCH_DATA=")]
    if words[0] == "python":
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, *words[1:]], capture_output=True, check=True, text=True, env=environment)
        return done.stdout
    stream = io.StringIO()
    assert words.pop(0) == "manage.py"
    call_command(*words, stdout=stream, stderr=io.StringIO())
    return stream.getvalue()
