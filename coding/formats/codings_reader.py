"""Understand the rows of a codings table and hold each against the others of its judgement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from coding.formats import cells
from coding.formats.coding_rows import ATTRIBUTE, NEEDED, CodingRow
from coding.formats.table import MOST_FAULTS, Fault, Table, TableError, quoted


@dataclass(slots=True)
class _Judgement:
    """What the rows so far say about one judgement, each with its line."""

    codes: dict[str, int] = field(default_factory=dict)
    said: dict[str, tuple[object, int]] = field(default_factory=dict)


# How each column is understood; a column that is not there, or an empty cell, leaves the default of the row.
PARSERS: Mapping[str, Callable[[str], object]] = {
    "transcript": partial(cells.label, limit=120),
    "segment": cells.segment_number,
    "rater": partial(cells.label, limit=80),
    "code": partial(cells.label, limit=60),
    "rating": cells.rating,
    "outcome": cells.outcome,
    "reason": partial(cells.limited, limit=500),
    "memo": cells.free_text,
    "judgement_memo": cells.free_text,
    "flag": cells.yes_or_no,
    "layer": cells.layer,
    "round": partial(cells.label, limit=80),
    "codebook_version": partial(cells.label, limit=40),
    "revision": cells.revision,
    "coding_id": partial(cells.label, limit=80),
    "coded_at": cells.instant,
    "judged_at": cells.instant,
    "source": partial(cells.one_of, words=("adjudicated", "unanimous", "only_rater", "open")),
    "rule": partial(cells.one_of, words=("discussion", "third_rater", "majority", "mean")),
    "cause": partial(cells.one_of, words=("close_codes", "overlooked", "definition")),
    "saw_identities_at": cells.instant,
    "purpose": partial(cells.one_of, words=("repeat", "gold")),
}


@dataclass(slots=True)
class _Column:
    """A column of the file, how its cells are understood, and what was understood already."""

    name: str
    place: int
    parse: Callable[[str], object]
    known: dict[str, object] = field(default_factory=dict)


class RowReader:
    """Read all rows and collect what is wrong in them."""

    def __init__(self, table: Table, attributes: Mapping[str, int]) -> None:
        self.table = table
        self.columns = [_Column(name, place, PARSERS[name]) for name, place in table.at.items() if name in PARSERS]
        self.attributes = [
            (_Column(ATTRIBUTE + name, place, partial(cells.limited, limit=200)), name)
            for name, place in attributes.items()
        ]
        self.span_at = table.at.get("span_start", -1), table.at.get("span_end", -1)
        self.faults: list[Fault] = []
        self.judgements: dict[tuple[str, int, str, str, str], _Judgement] = {}

    def read(self) -> tuple[CodingRow, ...]:
        """Return every row, or raise TableError with up to twenty faults."""
        rows = []
        try:
            for line, row_cells in self.table.rows(needed=NEEDED[:4]):
                row = self._row(line, row_cells)
                if row is not None:
                    self._compare(row)
                    rows.append(row)
        except TableError as error:
            raise TableError([*self.faults, *error.errors]) from None
        if self.faults:
            raise TableError(self.faults)
        return tuple(rows)

    def _fault(self, line: int, column: str, sentence: str) -> None:
        fault = Fault(line, self.table.name_of(column), sentence)
        if len(self.faults) == MOST_FAULTS - 1:
            raise TableError([fault])
        self.faults.append(fault)

    def _value(self, line: int, column: _Column, cell: str) -> object:
        """Understand a cell once, however often it comes; None where there is nothing or a fault."""
        value = column.known.get(cell)
        if value is None:
            try:
                value = column.known[cell] = column.parse(cell)
            except cells.CellError as error:
                self._fault(line, column.name, str(error))
        return value

    def _row(self, line: int, row: list[str]) -> CodingRow | None:
        before = len(self.faults)
        said: dict[str, Any] = {"line": line, "rater": ""}
        for column in self.columns:
            cell = row[column.place]
            if cell and (value := self._value(line, column, cell)) is not None:
                said[column.name] = value
        starts, ends = row[self.span_at[0]], row[self.span_at[1]]
        if starts or ends:
            column = _Column("span_start", -1, lambda _: cells.spans(starts, ends))
            said["spans"] = self._value(line, column, starts)
        if self.attributes:
            said["attributes"] = self._attributes(line, row)
        if len(self.faults) == before:
            self._refuse_missing(line, said)
        if not said.get("code") and not said.get("outcome"):
            said["outcome"] = "open" if said.get("source") == "open" else "none"
        return CodingRow(**said) if len(self.faults) == before else None

    def _refuse_missing(self, line: int, said: Mapping[str, Any]) -> None:
        if not said.get("transcript"):
            self._fault(line, "transcript", "The name of the transcript is missing.")
        if "segment" not in said:
            self._fault(line, "segment", "The segment is missing; write its number.")
        # The final layer may have no rater: a unanimous coding is nobody's own.
        if not said["rater"] and said.get("layer") != "final":
            self._fault(line, "rater", "The rater is missing; write the label of a member.")

    def _attributes(self, line: int, row: list[str]) -> dict[str, str]:
        found = ((name, self._value(line, column, row[column.place])) for column, name in self.attributes)
        return {name: str(value) for name, value in found if value}

    def _compare(self, row: CodingRow) -> None:
        """Hold a row against itself and against the earlier rows of its judgement."""
        key = (row.transcript, row.segment, row.rater, row.round, row.layer)
        judgement = self.judgements.get(key)
        if judgement is None:
            judgement = self.judgements[key] = _Judgement()
        if row.code and row.outcome:
            self._fault(row.line, "outcome", "A row with a code has no outcome; leave the outcome empty.")
        elif not row.code:
            self._refuse_parts_of_a_coding(row)
        if row.outcome == "open" and row.layer != "final":
            sentence = (
                "Only an adjudicator leaves a segment open, in the layer final; write none, uncodable, or nothing."
            )
            self._fault(row.line, "outcome", sentence)
        elif row.source == "open" and row.outcome != "open":
            self._fault(row.line, "source", "This row says what stands there, so it is not open; write adjudicated.")
        if row.code in judgement.codes:
            what = f"the code {quoted(row.code)}" if row.code else "a judgement without codings"
            same = f"Line {judgement.codes[row.code]} already has {what} for this segment, rater and round"
            self._fault(row.line, "code", f"{same}; delete one of the two rows.")
        elif judgement.codes and (not row.code or "" in judgement.codes):
            other = next(iter(judgement.codes.values()))
            sentence = f"This row and line {other} disagree: one has a code, the other says that there is none"
            self._fault(row.line, "code", f"{sentence}; delete one of the two rows.")
        judgement.codes.setdefault(row.code, row.line)
        if row.reason or row.judgement_memo or row.judged_at:
            self._compare_judgement(row, judgement)

    def _refuse_parts_of_a_coding(self, row: CodingRow) -> None:
        parts: dict[str, object] = {"rating": row.rating, "span_start": row.spans, "memo": row.memo}
        parts |= {ATTRIBUTE + attribute: value for attribute, value in row.attributes.items()}
        for column, value in parts.items():
            if value:
                instead = "put it under judgement_memo" if column == "memo" else "leave it empty, or name the code"
                self._fault(row.line, column, f"This belongs to a coding, but the row has no code; {instead}.")

    def _compare_judgement(self, row: CodingRow, judgement: _Judgement) -> None:
        parts = {"reason": row.reason, "judgement_memo": row.judgement_memo, "judged_at": row.judged_at}
        for column, value in parts.items():
            said, line = judgement.said.setdefault(column, (value, row.line)) if value else (value, row.line)
            if said != value:
                sentence = f"Line {line} says something else here for the same segment and rater; write the same, or"
                self._fault(row.line, column, f"{sentence} leave one of the two empty.")
