"""Write links between codings and reflexive notes, and read them back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from coding.formats import cells
from coding.formats.table import MOST_FAULTS, Fault, TableError, moment, open_table, write_table
from transcripts.formats.guard import guard

LINK_COLUMNS = ("transcript", "rater", "kind", "from_segment", "from_code", "to_segment", "to_code", "round")
NOTE_COLUMNS = ("transcript", "rater", "round", "written_at", "text")
LONGEST_NOTE = 20_000


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One rater's claim that two of their codings belong together."""

    transcript: str
    rater: str
    from_segment: int
    from_code: str
    to_segment: int
    to_code: str
    kind: str = ""
    round: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a rater wrote about their own coding of a transcript."""

    transcript: str
    rater: str
    text: str
    round: str = ""
    written_at: datetime | None = None
    line: int = field(default=0, compare=False)


def write_links(rows: Iterable[LinkRow]) -> Iterator[str]:
    """Write links.csv piece by piece."""
    yield from write_table(LINK_COLUMNS, (_link(row) for row in rows))


def _link(row: LinkRow) -> list[str | int]:
    who = [guard(row.transcript), guard(row.rater), guard(row.kind)]
    return [*who, row.from_segment, guard(row.from_code), row.to_segment, guard(row.to_code), guard(row.round)]


def write_notes(rows: Iterable[NoteRow]) -> Iterator[str]:
    """Write notes.csv piece by piece."""
    yield from write_table(NOTE_COLUMNS, (_note(row) for row in rows))


def _note(row: NoteRow) -> list[str]:
    who = [guard(row.transcript), guard(row.rater), guard(row.round)]
    return [*who, moment(row.written_at), guard(row.text)]


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "transcript": partial(cells.label, limit=120),
    "rater": partial(cells.label, limit=80),
    "round": partial(cells.label, limit=80),
    "kind": partial(cells.label, limit=60),
    "from_segment": cells.segment_number,
    "to_segment": cells.segment_number,
    "from_code": partial(cells.label, limit=60),
    "to_code": partial(cells.label, limit=60),
    "written_at": cells.instant,
    "text": partial(cells.limited, limit=LONGEST_NOTE),
}
_MAY_BE_EMPTY = frozenset({"kind", "round", "written_at"})


def read_links(data: bytes) -> tuple[LinkRow, ...]:
    """Read links.csv whole, or raise TableError with up to twenty faults."""
    return tuple(LinkRow(**said) for said in _read(data, LINK_COLUMNS, needed=LINK_COLUMNS[:-1]))


def read_notes(data: bytes) -> tuple[NoteRow, ...]:
    """Read notes.csv whole, or raise TableError with up to twenty faults."""
    return tuple(NoteRow(**said) for said in _read(data, NOTE_COLUMNS, needed=("transcript", "rater", "text")))


def _read(data: bytes, columns: Sequence[str], *, needed: Sequence[str]) -> list[dict[str, Any]]:
    table = open_table(data, known=columns, also={}, needed=needed)
    found, faults = [], []
    for line, row in table.rows(needed=needed[:1]):
        said: dict[str, Any] = {"line": line}
        for name, place in table.at.items():
            try:
                if row[place].strip():
                    said[name] = _PARSERS[name](row[place])
                elif name not in _MAY_BE_EMPTY:
                    faults.append(Fault(line, table.name_of(name), f"The {name.replace('_', ' ')} is missing."))
            except cells.CellError as error:
                faults.append(Fault(line, table.name_of(name), str(error)))
        if len(faults) >= MOST_FAULTS:
            break
        found.append(said)
    if faults:
        raise TableError(faults[:MOST_FAULTS])
    return found
