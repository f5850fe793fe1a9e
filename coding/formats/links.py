"""Write links between codings, and reflexive notes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from coding.formats.table import moment, write_table
from transcripts.formats.guard import guard

LINK_COLUMNS = ("transcript", "rater", "kind", "from_segment", "from_code", "to_segment", "to_code", "round")
NOTE_COLUMNS = ("transcript", "rater", "round", "written_at", "text")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One rater's claim that two of their codings belong together."""

    transcript: str
    rater: str
    kind: str
    from_segment: int
    from_code: str
    to_segment: int
    to_code: str
    round: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a rater wrote about their own coding of a transcript."""

    transcript: str
    rater: str
    text: str
    round: str = ""
    written_at: datetime | None = None


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
