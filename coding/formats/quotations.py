"""Quotations of coded text: a table, Markdown, and a book in Word with a chapter for each code."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import docx
from docx.shared import Cm, Pt

from coding.formats.table import write_table
from transcripts.formats.guard import guard

COLUMNS = (*("code", "name", "transcript", "turn", "speaker", "condition", "intensity", "raters", "evidence", "text"),)


@dataclass(frozen=True, slots=True)
class Quotation:
    """One coded turn: where it stands, and the stretches that were marked in it."""

    code: str
    transcript: str
    turn: int
    speaker: str
    condition: str
    intensity: float | None
    raters: int
    text: str
    evidence: tuple[str, ...]

    @property
    def source(self) -> str:
        """Say where it stands, as a paper would."""
        rated = "" if self.intensity is None else f", rated {self.intensity:.2g}"
        return f"{self.transcript}, turn {self.turn}, {self.speaker}{rated}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """The quotations of one code, with its definition and how reliable it is."""

    code: str
    name: str
    definition: str
    agreement: str
    quotations: tuple[Quotation, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All chapters, and what they are taken from."""

    title: str
    about: tuple[str, ...]
    chapters: tuple[Chapter, ...]


def write_csv(book: Book) -> Iterator[str]:
    """Write one row a quotation."""
    yield from write_table(COLUMNS, _rows(book.chapters))


def _rows(chapters: Iterable[Chapter]) -> Iterator[list[str | int]]:
    for chapter in chapters:
        for one in chapter.quotations:
            intensity = "" if one.intensity is None else repr(one.intensity)
            words = [guard(word) for word in (chapter.code, chapter.name, one.transcript)]
            said = [guard(word) for word in (" […] ".join(one.evidence), one.text)]
            yield [*words, one.turn, guard(one.speaker), guard(one.condition), intensity, one.raters, *said]


def write_markdown(book: Book) -> str:
    """Write the book as Markdown."""
    parts = [f"# {_line(book.title)}", *(_line(words) for words in book.about)]
    for chapter in book.chapters:
        parts.append(f"## {_line(chapter.name)} ({_line(chapter.code)})")
        parts += [_line(words) for words in (chapter.definition, chapter.agreement) if words]
        for one in chapter.quotations:
            quoted = "\n".join(f"> {_line(line)}" for line in one.text.splitlines() or [""])
            parts.append(f"{quoted}\n>\n> ({_line(one.source)})")
    return "\n\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Keep a text on one line, and what Markdown would read as markup as it is."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|" else char for char in " ".join(text.split()))


def write_word(book: Book) -> bytes:
    """Write the book as a Word document: a chapter for each code, each quotation with its source."""
    document = docx.Document()
    _lay_out(document)
    document.core_properties.title = _printable(book.title)[:255]
    document.core_properties.author = document.core_properties.last_modified_by = "workbench"
    document.core_properties.comments = ""
    document.add_heading(_printable(book.title), level=0)
    for words in book.about:
        document.add_paragraph(_printable(words))
    for chapter in book.chapters:
        _chapter(document, chapter)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _lay_out(document: Any) -> None:
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(11)
    normal.paragraph_format.space_after = Pt(6)


def _chapter(document: Any, chapter: Chapter) -> None:
    document.add_heading(_printable(f"{chapter.name} ({chapter.code})"), level=1)
    for words in (chapter.definition, chapter.agreement):
        if words:
            document.add_paragraph(_printable(words)).runs[0].italic = True
    for one in chapter.quotations:
        _quotation(document, one)


def _quotation(document: Any, one: Quotation) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.8)
    for text, is_marked in _runs(one.text, one.evidence):
        paragraph.add_run(_printable(text)).underline = is_marked or None
    source = document.add_paragraph().add_run(_printable(f"({one.source})"))
    source.font.size = Pt(9)
    source._parent.paragraph_format.left_indent = Cm(0.8)


def _runs(text: str, evidence: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Cut a text at the marked stretches, in the order in which they stand."""
    at = 0
    for words in evidence:
        start = text.find(words, at)
        if start < 0 or not words:
            continue
        if start > at:
            yield text[at:start], False
        yield words, True
        at = start + len(words)
    if at < len(text):
        yield text[at:], False


def _printable(text: str) -> str:
    """Leave out what XML cannot hold."""
    return "".join(char if char.isprintable() else " " for char in text)
