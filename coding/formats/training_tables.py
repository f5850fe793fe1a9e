"""gold.csv and clearances.csv: whose codings are the standard of a training round, and who met its criterion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from coding.formats.table import moment, write_table
from transcripts.formats.guard import guard

GOLD_COLUMNS = (
    *("transcript", "round", "codebook_version", "revision", "number"),
    *("source", "source_round", "source_rater", "since", "said_by", "reason"),
)
CLEARANCE_COLUMNS = (
    *("rater", "round", "code", "coefficient", "threshold", "in_a_row"),
    *("how", "met_on", "cleared_at", "cleared_by", "reason"),
)


@dataclass(frozen=True, slots=True)
class GoldRow:
    """What was said once of the gold of one transcript in one training round; the highest number counts."""

    transcript: str
    round: str
    codebook_version: str
    revision: int
    number: int
    source: str
    source_round: str
    source_rater: str
    since: datetime
    said_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    """One rater who was cleared and one code that is asked, with the transcript on which it was met."""

    rater: str
    round: str
    code: str
    coefficient: str
    threshold: str
    in_a_row: int
    how: str
    met_on: str
    cleared_at: datetime
    cleared_by: str
    reason: str


def write_gold(rows: Iterable[GoldRow]) -> Iterator[str]:
    """Write gold.csv piece by piece."""
    yield from write_table(GOLD_COLUMNS, (_gold_cells(row) for row in rows))


def write_clearances(rows: Iterable[ClearanceRow]) -> Iterator[str]:
    """Write clearances.csv piece by piece."""
    yield from write_table(CLEARANCE_COLUMNS, (_clearance_cells(row) for row in rows))


def _gold_cells(row: GoldRow) -> list[str | int]:
    return [
        *(guard(row.transcript), guard(row.round), guard(row.codebook_version), row.revision, row.number),
        *(row.source, guard(row.source_round), guard(row.source_rater), moment(row.since)),
        *(guard(row.said_by), guard(row.reason)),
    ]


def _clearance_cells(row: ClearanceRow) -> list[str | int]:
    return [
        *(guard(row.rater), guard(row.round), guard(row.code), row.coefficient, row.threshold, row.in_a_row),
        *(row.how, guard(row.met_on), moment(row.cleared_at), guard(row.cleared_by), guard(row.reason)),
    ]
