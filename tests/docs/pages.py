"""Read the pages of the documentation: their blocks, headings and links, and the answers that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: In an answer that a page shows, this stands for anything; as a name in an object or last in a list, for the rest.
REST = "…"

_CHANGING = (
    re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    re.compile(r"[0-9a-f]{64}"),
)
#: Numbers that the database hands out.
_NUMBERED = frozenset({"id", "version", "codebook_version", "transcript", "round"})


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, and its text."""

    language: str
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Remark:
    """A line of prose between blocks."""

    text: str


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def parts(text: str) -> Iterator[Block | Remark]:
    """Give the blocks of a page, and the lines between them."""
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("```"):
            yield Remark(line)
            continue
        language, *words = line[3:].split() or [""]
        yield Block(language, tuple(words), "\n".join(iter(lambda: next(lines), "```")))


def headings(text: str) -> list[str]:
    return [part.text.lstrip("# ") for part in parts(text) if isinstance(part, Remark) and part.text.startswith("#")]


def section(text: str, heading: str) -> str:
    """Give what stands under a heading, up to the next one of its level or above."""
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, flags=re.MULTILINE)
    assert start, f"there is no heading “{heading}”"
    rest = text[start.end() :]
    end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, flags=re.MULTILINE)
    return rest[: end.start()] if end else rest


def differences(written: Any, real: Any, where: str = "answer", name: str = "") -> list[str]:
    """Say where an answer is not as the page shows it."""
    if written == REST:
        return []
    if isinstance(written, dict) and isinstance(real, dict):
        lacking = [f"{where} has no {key}" for key in written.keys() - real.keys() - {REST}]
        more = [] if REST in written else [f"{where} has {key} too" for key in real.keys() - written.keys()]
        both = [key for key in written if key in real]
        return (
            lacking
            + more
            + [one for key in both for one in differences(written[key], real[key], f"{where}.{key}", key)]
        )
    if isinstance(written, list) and isinstance(real, list):
        whole = not written or written[-1] != REST
        shown = written if whole else written[:-1]
        if len(shown) > len(real) or (whole and len(shown) != len(real)):
            return [f"{where} has {len(real)} entries"]
        pairs = enumerate(zip(shown, real, strict=False))
        return [one for at, (left, right) in pairs for one in differences(left, right, f"{where}[{at}]", name)]
    return [] if _same(written, real, name) else [f"{where} is {real!r}, not {written!r}"]


def _same(written: Any, real: Any, name: str) -> bool:
    if isinstance(written, float) and isinstance(real, float):
        return abs(written - real) < 5e-4
    if isinstance(written, str) and isinstance(real, str):
        return written == real or any(kind.fullmatch(written) and kind.fullmatch(real) for kind in _CHANGING)
    if name in _NUMBERED and type(written) is type(real) is int:
        return True
    return bool(written == real) and type(written) is type(real)
