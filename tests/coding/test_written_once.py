"""What a number rests on is written once, so that no two places can come to differ."""

from __future__ import annotations

from workbench import env

SOURCES = sorted(path for path in (env.ROOT / "coding").rglob("*.py") if "migrations" not in path.parts)


def test_which_assignments_make_reliability_is_said_in_one_place() -> None:
    queries = [path for path in SOURCES if path.parent.name == "queries"]

    said = [path.name for path in queries if "Kind.MACHINE" in path.read_text(encoding="utf-8")]

    assert said == ["judged_rows.py"]
