"""Studies filled by the three import commands, as scripts outside the project do it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "fixtures" / "demo"
SHARED = ROOT.parent / "shared"


def run(command: str, *args: Any, **options: Any) -> str:
    """Run a command of the operator and give what it writes to stdout."""
    out = io.StringIO()
    call_command(command, *(str(arg) for arg in args), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def run_json(command: str, *args: Any, **options: Any) -> dict[str, Any]:
    """Run a command with --json and give the object."""
    return dict(json.loads(run(command, *args, json=True, **options)))


def load_demo(study: str = "demo", **options: Any) -> dict[str, Any]:
    """Fill a study with the demo material through the three commands, and give what the last one says."""
    transcripts = (FIXTURES / "pdt_session_11.txt", FIXTURES / "cbt_session_06.txt")
    run("import_transcripts", study, *transcripts, create=True)
    run("import_codebook", study, FIXTURES / "relational_moves_codebook.json")
    return run_json("import_codings", study, FIXTURES / "demo_codings.csv", round="1", **options)
