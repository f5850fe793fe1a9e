"""assignments.csv: who coded what, in which order, and whether they could read others' codings before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from coding.formats.table import moment, write_table
from transcripts.formats.guard import guard

COLUMNS = (
    *("transcript", "rater", "round", "codebook_version", "revision"),
    *("place", "submitted_at", "could_read_since"),
)


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One rater's first coding of one transcript in one round."""

    transcript: str
    rater: str
    round: str
    codebook_version: str
    revision: int
    place: int | None
    submitted_at: datetime | None
    could_read_since: datetime | None


def write_assignments(rows: Iterable[AssignmentRow]) -> Iterator[str]:
    """Write assignments.csv piece by piece."""
    yield from write_table(COLUMNS, (_cells(row) for row in rows))


def _cells(row: AssignmentRow) -> list[str | int]:
    return [
        guard(row.transcript),
        guard(row.rater),
        guard(row.round),
        guard(row.codebook_version),
        row.revision,
        "" if row.place is None else row.place,
        moment(row.submitted_at),
        moment(row.could_read_since),
    ]
