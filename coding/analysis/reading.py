"""
Read events and lengths from delimited text files.

EVENTS: `transcript,segment,code`, one row an event, UTF-8 with a header; comma, semicolon or tab. Segments are whole
numbers from 1 (`turn` is read as `segment`); events of one transcript are ordered by segment, those of one segment
stand in the order of the file. A row without a code says that the segment has none. LENGTHS: `transcript,segments`,
how many segments each transcript has.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MOST_BYTES = 200_000_000
MOST_SEGMENTS = 1_000_000
LONGEST_NUMBER = 20


@dataclass(frozen=True, slots=True)
class Event:
    """A code at a segment, numbered from 1."""

    segment: int
    code: str


def read_events(path: Path) -> dict[str, list[Event]]:
    """Return the events of each transcript in order; a transcript may have none. Raises ValueError with a sentence."""
    out: dict[str, list[Event]] = {}
    for line, row in _rows(path, ("transcript", "segment", "code")):
        where, segment, code = row
        if not where:
            raise ValueError(f"{path.name}, line {line}: the transcript is empty.")
        events = out.setdefault(where, [])
        number = _number(segment, f"{path.name}, line {line}: the segment")
        if number < 1:
            raise ValueError(f"{path.name}, line {line}: segments are numbered from 1, not {number}.")
        if code:
            events.append(Event(number, code))
    for events in out.values():
        events.sort(key=lambda event: event.segment)
    if not any(out.values()):
        raise ValueError(f"{path.name} has no event: no row names a code.")
    return out


def repeated(events: Mapping[str, Sequence[Event]]) -> int:
    """Count the events that stand there again: the same code at the same segment of the same transcript."""
    return sum(len(one) - len(Counter(one)) for one in events.values())


def read_lengths(path: Path) -> dict[str, int]:
    """Return the number of segments of each transcript; raises ValueError with a sentence."""
    out: dict[str, int] = {}
    for line, (where, segments) in _rows(path, ("transcript", "segments")):
        if not where:
            raise ValueError(f"{path.name}, line {line}: the transcript is empty.")
        if where in out:
            raise ValueError(f"{path.name}, line {line}: transcript {where!r} is there twice.")
        out[where] = _number(segments, f"{path.name}, line {line}: the number of segments")
        if not 0 <= out[where] <= MOST_SEGMENTS:
            raise ValueError(f"{path.name}, line {line}: {out[where]} is not a number of segments.")
    return out


def _rows(path: Path, wanted: tuple[str, ...]) -> list[tuple[int, list[str]]]:
    text = _text(path)
    delimiter = max(",;\t", key=(text.splitlines() or [""])[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: list[tuple[int, list[str]]] = []
    try:
        table.extend((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise ValueError(f"{path.name}, line {reader.line_num}: {error}.") from error
    if not table:
        raise ValueError(f"{path.name} is empty.")
    header = [cell.strip().casefold() for cell in table[0][1]]
    if "segment" in wanted and "segment" not in header:
        header = ["segment" if cell == "turn" else cell for cell in header]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise ValueError(f"{path.name} has no column {missing[0]!r}; it needs {', '.join(wanted)}.")
    if twice := [name for name in wanted if header.count(name) > 1]:
        raise ValueError(f"{path.name} has the column {twice[0]!r} twice.")
    places = [header.index(name) for name in wanted]
    for line, row in table[1:]:
        if len(row) != len(header):
            raise ValueError(f"{path.name}, line {line}: {len(row)} cells where the header has {len(header)}.")
    return [(line, [row[place].strip() for place in places]) for line, row in table[1:]]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path.name} is larger than 200 MB.")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8.") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from error


def _number(text: str, what: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"{what} is “{text[:LONGEST_NUMBER]}…”, too long for a whole number.")
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{what} is {text!r}, not a whole number.") from None
