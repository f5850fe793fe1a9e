"""Read and write the codings table: one row a coding, or a judgement without codings."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from coding.formats.coding_rows import ATTRIBUTE, NEEDED, OF_FINAL, OF_REPEATS, OPTIONAL, CodingRow, columns
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
    table = open_table(
        data, known=(*NEEDED, *OPTIONAL, *OF_FINAL, *OF_REPEATS), also={"turn": "segment"}, needed=NEEDED
    )
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

    Without `attributes` the rows are gone through first to learn which there are; so they are for the final layer and
    for what came back in a drift check.
    """
    rows = tuple(rows)
    if attributes is None:
        attributes = tuple(dict.fromkeys(attribute for row in rows for attribute in row.attributes))
    final = any(row.source or row.rule or row.cause or row.saw_identities_at for row in rows)
    repeats = any(row.purpose for row in rows)
    cells = (
        (*_cells_of(row, attributes), *(_of_final(row) if final else ()), *([row.purpose] if repeats else ()))
        for row in rows
    )
    yield from write_table(columns(attributes, final=final, repeats=repeats), cells)


def _of_final(row: CodingRow) -> tuple[str, ...]:
    return (row.source, row.rule, row.cause, moment(row.saw_identities_at))


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
