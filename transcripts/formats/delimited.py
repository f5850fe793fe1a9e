"""Read a segments table from comma, semicolon or tab separated text."""

import csv
import io
from collections.abc import Iterator

from .columns import looks_like_header, read_header
from .drafts import DraftTranscript, FormatError, LineNote
from .lines import Line
from .tables import TableReader, header_notes
from .text import read_remarks

_SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma"}
_LONGEST_HEADER = 10_000

# The module's own limit would refuse one very long turn that our exporter had written.
csv.field_size_limit(max(csv.field_size_limit(), 10_000_000))


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def find_separator(line: str) -> str | None:
    """Give the separator that makes a row of column names out of this line, or None."""
    for separator in _SEPARATORS:
        if separator in line and len(line) <= _LONGEST_HEADER and looks_like_header(_cells(line, separator)):
            return separator
    return None


def _quoted(source: io.StringIO, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(source, delimiter=separator, strict=True)
    line = first
    try:
        for row in reader:
            yield line, row
            line = first + reader.line_num
    except csv.Error as error:
        raise FormatError(
            f"The row that begins on line {line} cannot be read ({error}). A text in double quotes has to end with one "
            "before the next separator, and a double quote inside it is written twice.",
            line=line,
        ) from None


def _unquoted(source: io.StringIO, separator: str, first: int) -> Iterator[tuple[int, list[str]]]:
    for line, raw in enumerate(source, start=first):
        yield line, raw.rstrip("\r\n").split(separator)


def _top(source: io.StringIO) -> tuple[list[Line], str, int]:
    """Take remarks and blank lines off the top; give them, the row of column names and its line."""
    remarks: list[Line] = []
    for number, raw in enumerate(iter(source.readline, ""), start=1):
        if raw.startswith("#") and find_separator(raw) is None:
            remarks.append(Line(number, raw.rstrip("\r\n")))
        elif raw.strip(" \t\r\n,;\xa0"):
            return remarks, raw, number
    raise FormatError("The file has no row of column names; a segments table begins with one.", line=1)


def _separator_of(header: str, line: int) -> str:
    separator = find_separator(header)
    if separator is None:
        # No text column, or nothing but it: say so in the words of the separator that stands there most often.
        separator = max(_SEPARATORS, key=header.count)
        read_header(_cells(header[:_LONGEST_HEADER], separator) or [header[:60]], line=line)
    return separator


def read_delimited(text: str, *, name: str) -> tuple[DraftTranscript, ...]:
    """Read a segments table; the separator is told from the row of column names."""
    source = io.StringIO(text, newline="")
    remarks, first, line = _top(source)
    separator = _separator_of(first, line)
    cells = _cells(first.rstrip("\r\n"), separator)
    header = read_header(cells, line=line)
    notes: list[LineNote] = []
    named, session = read_remarks(remarks, notes)
    notes += header_notes(header, cells, line)
    label = f"{_SEPARATORS[separator]} separated table"
    body = source.tell()
    try:
        reader = TableReader(header, name=named or name, source=label)
        reader.read(_quoted(source, separator, line + 1))
    except FormatError:
        if separator != "\t" or '"' not in text:
            raise
        # Many programs write tabs without any quoting; a double quote is then a sign like any other.
        source.seek(body)
        unquoted = TableReader(header, name=named or name, source=f"{label}, double quotes taken as they are")
        try:
            unquoted.read(_unquoted(source, separator, line + 1))
        except FormatError:
            unquoted.groups.clear()
        if not unquoted.groups:
            raise
        reader = unquoted
    return reader.transcripts(notes, session)
