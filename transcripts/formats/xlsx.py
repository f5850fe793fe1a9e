"""Read a segments table from an Excel workbook."""

import re
from collections.abc import Iterator, Mapping

from .columns import looks_like_header, read_header
from .drafts import DraftTranscript, FormatError, LineNote
from .office import Package
from .tables import TableReader, header_notes
from .times import format_time

_MOST_COLUMNS = 200
_MOST_CELLS = 3_000_000
# A workbook may point many cells at one long string; together they may not come to more than this.
_MOST_SIGNS = 200_000_000
_CLOCK_FORMATS = frozenset((18, 19, 20, 21, 22, 45, 46, 47))
_QUOTED_OR_BRACKETED = re.compile(r'"[^"]*"|\\.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_DAY_MS = 86_400_000


def _column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _is_clock(code: str) -> bool:
    bare = _QUOTED_OR_BRACKETED.sub("", code).casefold()
    return "h" in bare or ("s" in bare and "m" in bare)


class _Styles:
    """Know which cell styles show a time of day."""

    def __init__(self, package: Package, path: str | None) -> None:
        self._codes: dict[str, str] = {}
        self._in_cells = False
        self.clocks: list[bool] = []
        if path is not None:
            package.walk(path, start=self._start, end=self._end)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            key = attributes.get("numFmtId", "0")
            known = key.isdecimal() and len(key) < 6 and int(key) in _CLOCK_FORMATS
            self.clocks.append(_is_clock(self._codes[key]) if key in self._codes else known)

    def _end(self, tag: str) -> None:
        if tag == "cellXfs":
            self._in_cells = False


class _Strings:
    """Collect the strings that cells share."""

    def __init__(self, package: Package, path: str | None) -> None:
        self.all: list[str] = []
        self._parts: list[str] = []
        self._in_text = self._reading_aid = False
        if path is not None:
            package.walk(path, start=self._start, end=self._end, words=self._words)

    def _start(self, tag: str, _: Mapping[str, str]) -> None:
        if tag == "rPh":
            self._reading_aid = True
        elif tag == "t":
            self._in_text = not self._reading_aid

    def _end(self, tag: str) -> None:
        if tag == "t":
            self._in_text = False
        elif tag == "rPh":
            self._reading_aid = False
        elif tag == "si":
            self.all.append(_unescape("".join(self._parts)))
            self._parts.clear()

    def _words(self, words: str) -> None:
        if self._in_text:
            self._parts.append(words)


def _unescape(text: str) -> str:
    """Undo Excel's own way of writing control characters: `_x000D_` is a carriage return."""
    if "_x" not in text:
        return text
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: _sign(int(match[1], 16)) or match[0], text)


def _sign(code: int) -> str:
    return chr(code) if code and not 0xD800 <= code <= 0xDFFF else ""


class _Sheet:
    """Collect the rows of one sheet, each with its number, without holding empty cells."""

    def __init__(self, package: Package, path: str, strings: list[str], clocks: list[bool]) -> None:
        self.rows: list[tuple[int, list[str]]] = []
        self._strings, self._clocks = strings, clocks
        self._row = self._column = self._cells = self._signs = 0
        self._kind = self._style = ""
        self._parts: list[str] = []
        self._in_value = self._reading_aid = False
        self.found = package.walk(path, start=self._start, end=self._end, words=self._words)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "row":
            given = attributes.get("r", "")
            self._row = int(given) if given.isdecimal() and len(given) < 8 else self._row + 1
            self._column = 0
            self.rows.append((self._row, []))
        elif tag == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            self._column = _column_of(match[1]) if match else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._parts.clear()
            self._cells += 1
            if self._cells > _MOST_CELLS:
                raise FormatError(f"The sheet has more than {_MOST_CELLS:,} cells; split it into several files.")
        elif tag == "rPh":
            self._reading_aid = True
        elif tag == "v" or (tag == "t" and not self._reading_aid):
            self._in_value = True

    def _words(self, words: str) -> None:
        if self._in_value:
            self._parts.append(words)

    def _end(self, tag: str) -> None:
        if tag in ("v", "t"):
            self._in_value = False
        elif tag == "rPh":
            self._reading_aid = False
        elif tag == "c" and self.rows and self._parts:
            self._put(self._text("".join(self._parts)))

    def _put(self, text: str) -> None:
        row, cells = self.rows[-1]
        if self._column > _MOST_COLUMNS:
            raise FormatError(
                f"Row {row} has a cell in column {self._column}; a segments table has at most {_MOST_COLUMNS} columns.",
                line=row,
                column=self._column,
            )
        self._signs += len(text)
        if self._signs > _MOST_SIGNS:
            message = f"The cells hold more than {_MOST_SIGNS:,} characters together; split the file."
            raise FormatError(message, line=row)
        cells.extend([""] * (self._column - len(cells)))
        cells[self._column - 1] = text

    def _text(self, raw: str) -> str:
        if self._kind == "s":
            bare = raw.strip()
            index = int(bare) if bare.isdecimal() and len(bare) < 9 else len(self._strings)
            return self._strings[index] if index < len(self._strings) else ""
        if self._kind != "n":
            return _unescape(raw)
        clock = self._style.isdecimal() and len(self._style) < 6 and int(self._style) < len(self._clocks)
        return _number_text(raw.strip(), as_clock=bool(clock and self._clocks[int(self._style)]))


def _number_text(raw: str, *, as_clock: bool) -> str:
    try:
        value = float(raw)
    except ValueError:
        return raw
    if as_clock and 0 <= value < 1000:
        return format_time(round(value * _DAY_MS))
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    # Excel writes 12.3 as 12.300000000000001; no time needs more than these digits.
    return f"{value:.6f}".rstrip("0") if abs(value) < 1e9 else raw


def _sheets(package: Package, main: str) -> Iterator[tuple[str, str]]:
    related = package.related(main)
    found: list[tuple[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "sheet":
            kind, path = related.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                found.append((attributes.get("name", ""), path))

    if not package.walk(main, start=start):
        raise package.broken("holds no workbook")
    return iter(found)


def _begin(rows: list[tuple[int, list[str]]]) -> int | None:
    """Give the index of the row of column names; a title may stand above it."""
    return next((index for index, (_, cells) in enumerate(rows[:20]) if looks_like_header(cells)), None)


def read_xlsx(data: bytes, *, name: str) -> tuple[DraftTranscript, ...]:
    """Read the first sheet that holds a segments table; the others are reported."""
    package = Package(data, kind="xlsx")
    main = package.main_part("xl/workbook.xml")
    paths = dict(package.related(main).values())
    strings, styles = _Strings(package, paths.get("sharedStrings")), _Styles(package, paths.get("styles"))
    notes: list[LineNote] = []
    chosen: tuple[list[tuple[int, list[str]]], int] | None = None
    first: list[tuple[int, list[str]]] | None = None
    for title, path in _sheets(package, main):
        rows = [row for row in _Sheet(package, path, strings.all, styles.clocks).rows if any(row[1])]
        begin = _begin(rows)
        first = first or rows
        if chosen is None and begin is not None:
            chosen = (rows, begin)
        elif rows:
            message = f"The sheet “{title[:60]}” is not read; only one sheet of a workbook is."
            notes.append(LineNote(rows[0][0], None, ", ".join(rows[0][1])[:500], message, "dropped"))
    if chosen is None:
        if not first:
            raise FormatError("The workbook holds no filled cells; there is nothing to read in it.", line=1)
        chosen, notes = (first, 0), notes[1:]
    return _read_rows(*chosen, name, notes)


def _read_rows(
    rows: list[tuple[int, list[str]]], begin: int, name: str, notes: list[LineNote]
) -> tuple[DraftTranscript, ...]:
    for number, cells in rows[:begin]:
        notes.append(LineNote(number, None, ", ".join(cells)[:500], "Stands above the column names.", "header"))
    line, names = rows[begin]
    header = read_header(names, line=line)
    notes += header_notes(header, names, line)
    reader = TableReader(header, name=name, source="Excel table", unit="Row")
    body = rows[begin + 1 :]
    width, text_at = header.width, header.at["text"]
    reader.read((row, cells if len(cells) > text_at else [*cells, *[""] * (width - len(cells))]) for row, cells in body)
    return reader.transcripts(notes)
