"""Read a Word document: its paragraphs, or the rows of its tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from .columns import guess_header, looks_like_header, read_header
from .drafts import DraftTranscript, FormatError, LineNote
from .lines import Line
from .office import Package
from .tables import TableReader, header_notes
from .text import read_lines

_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
# Words in these are no part of the text as it stands: what was struck out, and second copies of the same picture.
_STRUCK = frozenset(("del", "moveFrom"))
_SECOND_COPY = frozenset(("Fallback",))


@dataclass
class _Paragraph:
    number: int
    style: str = ""
    outline: bool = False
    parts: list[str] = field(default_factory=list)
    struck_parts: list[str] = field(default_factory=list)
    boxed_parts: list[str] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass
class _Cell:
    paragraphs: list[_Paragraph] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.paragraphs).strip()


@dataclass(slots=True)
class _Row:
    number: int
    cells: list[_Cell] = field(default_factory=list)


class _Body:
    """Collect paragraphs and table rows in the order of the document."""

    def __init__(self) -> None:
        self.blocks: list[_Paragraph | _Row] = []
        self.paragraphs: list[_Paragraph] = []
        self._open: list[_Paragraph] = []
        self._tables = 0
        self._row: _Row | None = None
        self._cell: _Cell | None = None
        self._struck = self._copies = self._boxes = self._runs = 0
        self._in_text = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _SECOND_COPY:
            self._copies += 1
        elif self._copies:
            return
        elif tag == "p" and not self._boxes:
            self._begin_paragraph()
        elif tag == "tbl":
            self._tables += 1
        elif tag == "tr" and self._tables == 1:
            self._row = _Row(len(self.blocks) + 1)
            self.blocks.append(self._row)
        elif tag == "tc" and self._tables == 1 and self._row is not None:
            self._cell = _Cell()
            self._row.cells.append(self._cell)
        elif tag == "gridSpan" and self._tables == 1 and self._row is not None:
            # A merged cell keeps the cells right of it in their columns.
            wide = attributes.get("val", "1")
            extra = int(wide) - 1 if wide.isdecimal() and len(wide) < 3 else 0
            self._row.cells.extend(_Cell() for _ in range(extra))
        elif tag in _STRUCK:
            self._struck += 1
        elif tag == "txbxContent":
            self._boxes += 1
        elif tag == "r":
            self._runs += 1
        elif tag in ("t", "delText"):
            self._in_text = True
        elif self._runs and tag in _BREAKS:
            self._add("\t" if attributes.get("type") == "tab" else _BREAKS[tag])
        elif tag == "pStyle" and self._open:
            self._open[-1].style = attributes.get("val", "")
        elif tag == "outlineLvl" and self._open:
            self._open[-1].outline = attributes.get("val", "9") != "9"

    def end(self, tag: str) -> None:
        if tag in _SECOND_COPY:
            self._copies -= 1
        elif self._copies:
            return
        elif tag == "p" and not self._boxes and self._open:
            self._open.pop()
        elif tag == "tbl":
            self._tables -= 1
            if not self._tables:
                self._row = self._cell = None
        elif tag in _STRUCK:
            self._struck -= 1
        elif tag == "txbxContent":
            self._boxes -= 1
        elif tag == "r":
            self._runs -= 1
        elif tag in ("t", "delText"):
            self._in_text = False

    def words(self, words: str) -> None:
        if self._in_text and not self._copies:
            self._add(words)

    def _begin_paragraph(self) -> None:
        if self._tables and self._row is not None and self._cell is not None:
            paragraph = _Paragraph(self._row.number)
            self._cell.paragraphs.append(paragraph)
        else:
            paragraph = _Paragraph(len(self.blocks) + 1)
            self.blocks.append(paragraph)
        self._open.append(paragraph)
        self.paragraphs.append(paragraph)

    def _add(self, words: str) -> None:
        if not self._open:
            return
        if self._struck:
            self._open[-1].struck_parts.append(words)
        elif self._boxes:
            self._open[-1].boxed_parts.append(words)
        else:
            self._open[-1].parts.append(words)


def _heading_styles(package: Package, main: str) -> frozenset[str]:
    """Give the ids of the styles that are headings or titles, in whatever language Word named the ids."""
    found: set[str] = set()
    current = ""

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal current
        if tag == "style":
            current = attributes.get("styleId", "")
        elif tag == "name" and attributes.get("val", "").casefold().startswith(("heading", "title", "subtitle")):
            found.add(current)

    for kind, path in package.related(main).values():
        if kind == "styles":
            package.walk(path, start=start)
    return frozenset(found)


def _set_aside(package: Package, main: str, body: _Body) -> list[LineNote]:
    """Report words that are not part of the running text."""
    notes = []
    for paragraph in body.paragraphs:
        for words, message in (
            ("".join(paragraph.struck_parts), "Struck out by a tracked change; it is not imported."),
            ("".join(paragraph.boxed_parts), "Stands in a text box; it is not imported."),
        ):
            if words.strip():
                notes.append(LineNote(paragraph.number, None, words[:500], message, "dropped"))
    for kind, path in package.related(main).values():
        if kind not in ("footnotes", "endnotes", "comments", "header", "footer"):
            continue
        aside = _Body()
        package.walk(path, start=aside.start, end=aside.end, words=aside.words)
        words = " ".join(paragraph.text.strip() for paragraph in aside.paragraphs).strip()
        if words:
            notes.append(LineNote(1, None, words[:500], f"Words in the document's {kind} are not imported.", "dropped"))
    return notes


def _lines(body: _Body, headings: frozenset[str]) -> list[Line]:
    lines = []
    for block in body.blocks:
        if isinstance(block, _Row):
            text = "\t".join(cell.text.replace("\n", " ") for cell in block.cells if cell.text)
            is_heading = False
        else:
            text, is_heading = block.text, block.outline or block.style in headings
        first = True
        for part in text.split("\n"):
            if part.strip():
                lines.append(Line(block.number, part, first, is_heading))
                first = False
    return lines


def _from_table(rows: list[_Row], name: str, notes: list[LineNote]) -> tuple[DraftTranscript, ...]:
    cells = [(row.number, [cell.text for cell in row.cells]) for row in rows]
    if looks_like_header(cells[0][1]):
        line, names = cells[0]
        header = read_header(names, line=line)
        notes += header_notes(header, names, line)
        # Tables that run over several pages often repeat their column names.
        for number, row in cells[1:]:
            if row == names:
                notes.append(LineNote(number, None, ", ".join(row)[:500], "The column names once more.", "header"))
        body = [(number, row) for number, row in cells[1:] if row != names]
    else:
        header, body = guess_header([row for _, row in cells]), cells
        notes += [note for note in header_notes(header, [], cells[0][0]) if note.kind == "dropped"]
    reader = TableReader(header, name=name, source="Word table", unit="Paragraph or row")
    width, text_at = header.width, header.at["text"]
    reader.read((number, row if len(row) > text_at else [*row, *[""] * (width - len(row))]) for number, row in body)
    return reader.transcripts(notes)


def read_docx(data: bytes, *, name: str) -> tuple[DraftTranscript, ...]:
    """Read a Word document; lines are counted as paragraphs and table rows."""
    package = Package(data, kind="docx")
    main = package.main_part("word/document.xml")
    body = _Body()
    if not package.walk(main, start=body.start, end=body.end, words=body.words):
        raise package.broken("holds no document")
    notes = _set_aside(package, main, body)
    rows = [block for block in body.blocks if isinstance(block, _Row) and any(cell.text for cell in block.cells)]
    in_rows = sum(len(cell.text) for row in rows for cell in row.cells)
    around = [block for block in body.blocks if isinstance(block, _Paragraph) and block.text.strip()]
    if any(len(row.cells) > 1 for row in rows) and in_rows > sum(len(paragraph.text) for paragraph in around):
        for paragraph in around:
            message = "Stands outside the table; it is not imported."
            notes.append(LineNote(paragraph.number, None, paragraph.text[:500], message, "header"))
        return _from_table(rows, name, notes)
    lines = _lines(body, _heading_styles(package, main))
    if not lines:
        raise FormatError("The document holds no words; there is nothing to read in it.", line=1)
    draft = read_lines(lines, name=name, source="Word document", wrapped=False)
    combined = sorted([*notes, *draft.notes], key=lambda note: note.line)
    return (DraftTranscript(draft.name, draft.segments, tuple(combined), draft.session, draft.layout),)
