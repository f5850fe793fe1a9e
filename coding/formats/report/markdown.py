"""The report as Markdown that no name can break out of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coding.formats.report.blocks import Block, Grid, Heading, Paragraph, Points, blocks, title
from coding.formats.report.facts import Facts

_MARKUP = re.compile(r"([\\`*\[\]<>#|~{}&$^]|(?<![^\W_])_|_(?![^\W_]))")


def plain(text: str) -> str:
    """Keep a text on one line and free of markup."""
    line = " ".join(text.split())
    return _MARKUP.sub(r"\\\1", "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line))


def markdown(facts: Facts) -> bytes:
    """Write the report; the same facts give the same bytes."""
    parts = [f"# {plain(title(facts))}", *("\n".join(_lines(block)) for block in blocks(facts))]
    return ("\n\n".join(parts) + "\n").encode()


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield f"## {plain(text)}"
        case Paragraph(text=text):
            yield begun(plain(text))
        case Points(texts=texts):
            yield from (f"- {begun(plain(text))}" for text in texts)
        case Grid(columns=columns, rows=rows, figures=figures):
            yield _row(columns)
            yield "|" + "".join(" ---: |" if place in figures else " --- |" for place in range(len(columns)))
            yield from (_row(row) for row in rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(plain(cell) for cell in cells)} |"


def begun(text: str) -> str:
    """Keep the beginning of a line from being read as a list, a heading or a rule."""
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", f"\\{text}" if text[:1] in "-+=" else text)
