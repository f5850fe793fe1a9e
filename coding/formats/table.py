"""Read and write separated text: strict UTF-8, one row of column names, faults with line and column."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_FAULTS = 20
LONGEST_CELL = 1_000_000
SEPARATORS = (",", ";", "\t")
ROWS_A_PIECE = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a table, where it stands, and what would be right."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        place = f"Line {self.line}, column {self.column}" if self.column else f"Line {self.line}"
        return f"{place}: {self.sentence}"


class TableError(ValueError):
    """Say what is wrong in a table; `errors` holds up to twenty faults, the first one speaks for all."""

    def __init__(self, errors: Sequence[Fault]) -> None:
        self.errors = tuple(errors)
        self.line, self.column, self.sentence = errors[0].line, errors[0].column, errors[0].sentence
        more = len(errors) - 1
        also = f" ({more} more {'fault' if more == 1 else 'faults'} in this file.)" if more else ""
        super().__init__(f"{errors[0]}{also}")


def refuse(line: int, sentence: str, column: str = "") -> TableError:
    """Make the error of a table that cannot be read on."""
    return TableError([Fault(line, column, sentence)])


def quoted(text: str) -> str:
    """Quote a piece of a cell for a sentence: short, and printable whatever it holds."""
    clean = "".join(char if char.isprintable() else "�" for char in text[:40])
    return f"“{clean}…”" if len(text) > 40 else f"“{clean}”"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose column names were understood; `at` says where each known column stands."""

    names: tuple[str, ...]
    at: Mapping[str, int]
    records: Iterator[tuple[int, list[str]]]

    def name_of(self, column: str) -> str:
        """Return the name a known column has in this file."""
        return self.names[self.at[column]] if column in self.at else column

    def rows(self, *, needed: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """
        Yield each row that is not empty with the line it begins on, as wide as the column names and one cell more.

        The last cell is always empty, so that a column the file does not have can point there. A row may end early
        (spreadsheets cut empty cells off), but not before the needed columns.
        """
        width = len(self.names)
        least = max(self.at[column] for column in needed) + 1
        for line, cells in self.records:
            if len(cells) == width:
                if any(cells):
                    cells.append("")
                    yield line, cells
            elif any(cell.strip() for cell in cells):
                if len(cells) < least or any(cell.strip() for cell in cells[width:]):
                    sentence = f"The row has {len(cells)} cells and there are {width} columns; quote a cell that holds "
                    raise refuse(line, f"{sentence}the separator, and leave no column out.")
                yield line, [*cells[:width], *[""] * (width + 1 - len(cells))]


def open_table(data: bytes, *, known: Iterable[str], also: Mapping[str, str], needed: Sequence[str]) -> Table:
    """
    Understand the first row of a table, or raise TableError.

    `known` are the columns of the layout, `also` other names for them, `needed` those without which it is no table.
    """
    text = _decoded(data)
    meanings = {name: name for name in known} | dict(also)
    names, records = max(
        (_first_row(text, separator) for separator in SEPARATORS),
        key=lambda found: sum(name.strip().lower() in meanings for name in found[0]),
    )
    at: dict[str, int] = {}
    for place, name in enumerate(names):
        column = meanings.get(name.strip().lower())
        if column in at:
            raise refuse(1, f"There are two columns for {column}; keep one of them.", name)
        if column:
            at[column] = place
    missing = [column for column in needed if column not in at]
    if missing:
        sentence = f"There is no column {' and no column '.join(missing)}. The first row names the columns: "
        raise refuse(1, f"{sentence}{','.join(needed)}, separated by comma, semicolon or tab.")
    return Table(tuple(names), at, records)


def _first_row(text: str, separator: str) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    records = _records(text, separator)
    try:
        return next(records)[1], records
    except TableError:
        return [], records


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(1, "The file is UTF-16; save it as CSV in UTF-8.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(line, "This line is not UTF-8 text; save the file as CSV in UTF-8.") from None
    if (place := text.find("\0")) >= 0:
        raise refuse(text.count("\n", 0, place) + 1, "This line holds a NUL character; delete it.")
    if not text.strip():
        raise refuse(1, "The file is empty; its first row names the columns.")
    return text


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    if csv.field_size_limit() < LONGEST_CELL:
        csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            # The limit of the csv module is one for the whole process and may have been raised elsewhere.
            if max(map(len, cells), default=0) > LONGEST_CELL:
                raise csv.Error(f"a cell is longer than {LONGEST_CELL:,} characters")
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        sentence = f"The row that begins here cannot be read ({error}); a cell in double quotes has to end with one, "
        raise refuse(line, f"{sentence}and a double quote inside it is written twice.") from None


class _Line:
    """Stand in for a file and hold the one row that was written last."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> Iterator[str]:
    """Write a table piece by piece; rows end in a line feed, and any text comes back as it was."""
    line = _Line()
    # The writer quotes what holds a part of the line end it knows: with CR LF a lone CR is quoted too.
    writer = csv.writer(line, lineterminator="\r\n")
    writer.writerow(columns)
    pieces = [line.text[:-2]]
    for row in rows:
        writer.writerow(row)
        pieces.append(line.text[:-2])
        if len(pieces) >= ROWS_A_PIECE:
            yield "\n".join(pieces) + "\n"
            pieces = []
    if pieces:
        yield "\n".join(pieces) + "\n"


def moment(time: datetime | None) -> str:
    """Write a time in UTC, or nothing."""
    return "" if time is None else time.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
