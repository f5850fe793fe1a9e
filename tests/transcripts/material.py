"""Files that tests of the import share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
INVENTED = SHARED / "data" / "formats" / "invented"

TWO_TURNS = b"Therapist: How was the week?\nPatient: Long.\n"


def expected() -> dict[str, dict[str, Any]]:
    """Give what the invented files must read as, or nothing where the material is not at hand."""
    path = INVENTED / "expected.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


needs_material = pytest.mark.skipif(not INVENTED.exists(), reason="the shared development material is not here")


def turns(*texts: str) -> bytes:
    """Write turns of a therapist and a patient in turn."""
    return "".join(f"{('Therapist', 'Patient')[n % 2]}: {text}\n" for n, text in enumerate(texts)).encode()
