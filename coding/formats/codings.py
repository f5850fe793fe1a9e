"""Read and write the codings table: one row a coding, or a judgement without codings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coding.formats.coding_rows import ATTRIBUTE, NEEDED, OPTIONAL, CodingRow, columns
from coding.formats.codings_reader import RowReader
from coding.formats.table import Fault, Table, TableError, moment, open_table, quoted, refuse, write_table
from transcripts.formats.guard import guard

__all__ = ["CodingRow", "CodingsDraft", "Fault", "TableError", "columns", "read_codings", "write_codings"]


@dataclass(frozen=True, slots=True)
class CodingsDraft:
    """What a codings table says; `attributes` are the ids it has columns for, `notes` what was not read."""

    rows: tuple[CodingRow, ...]
    attributes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_codings(data: bytes) -> CodingsDraft:
    """Read a codings table whole, or raise TableError with up to twenty faults."""
    table = open_table(data, known=(*NEEDED, *OPTIONAL), also={"turn": "segment"}, needed=NEEDED)
    attributes, notes = _other_columns(table)
    rows = RowReader(table, attributes).read()
    return CodingsDraft(rows, tuple(attributes), tuple(notes))


def _other_columns(table: Table) -> tuple[dict[str, int], list[str]]:
    attributes: dict[str, int] = {}
    notes = []
    known = set(table.at.values())
    for place, name in enumerate(table.names):
        found = name.strip()[len(ATTRIBUTE) :] if name.strip().lower().startswith(ATTRIBUTE) else ""
        if found in attributes:
            raise refuse(1, "There are two columns for this attribute; keep one of them.", name)
        if found:
            attributes[found] = place
        elif place not in known:
            which = f"The column {quoted(name.strip())}" if name.strip() else f"Column {place + 1}, which has no name,"
            notes.append(f"{which} is not part of the layout; it was not read.")
    return attributes, notes


def write_codings(rows: Iterable[CodingRow], *, attributes: Sequence[str] | None = None) -> Iterator[str]:
    """
    Write a codings table piece by piece, with a column for each attribute.

    Without `attributes` the rows are gone through first to learn which there are.
    """
    if attributes is None:
        rows = tuple(rows)
        attributes = tuple(dict.fromkeys(attribute for row in rows for attribute in row.attributes))
    yield from write_table(columns(attributes), (_cells_of(row, attributes) for row in rows))


def _cells_of(row: CodingRow, attributes: Sequence[str]) -> Sequence[str | int]:
    return (
        guard(row.transcript),
        row.segment,
        guard(row.rater),
        guard(row.code),
        "" if row.rating is None else row.rating,
        row.outcome,
        guard(row.reason),
        ";".join([str(start) for start, _ in row.spans]),
        ";".join([str(end) for _, end in row.spans]),
        guard(row.memo),
        guard(row.judgement_memo),
        "true" if row.flag else "",
        *(guard(row.attributes.get(attribute, "")) for attribute in attributes),
        row.layer,
        guard(row.round),
        guard(row.codebook_version),
        "" if row.revision is None else row.revision,
        guard(row.coding_id),
        moment(row.coded_at),
        moment(row.judged_at),
    )
