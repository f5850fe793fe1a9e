"""What a number rests on is written once, so that no two places can come to differ."""

from __future__ import annotations

import ast

from workbench import env

#: Scripts are handed out one by one, and each stands alone.
SOURCES = sorted(
    path for path in (env.ROOT / "coding").rglob("*.py") if not {"migrations", "scripts"} & set(path.parts)
)
#: A body of fewer letters than this says too little to come to differ.
LONG = 70


def test_which_assignments_make_reliability_is_said_in_one_place() -> None:
    queries = [path for path in SOURCES if path.parent.name == "queries"]

    said = [path.name for path in queries if "Kind.MACHINE" in path.read_text(encoding="utf-8")]

    assert said == ["judged_rows.py"]


def body(function: ast.FunctionDef) -> str:
    """Write what a function does, without its docstring."""
    said = function.body[1:] if ast.get_docstring(function) else function.body
    return "\n".join(ast.unparse(line) for line in said)


def test_no_function_is_written_twice() -> None:
    found: dict[str, list[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and len(text := body(node)) >= LONG:
                found.setdefault(text, []).append(f"{path.relative_to(env.ROOT)}: {node.name}")

    assert [places for places in found.values() if len(places) > 1] == []
