"""Read and write the codings table: one row a coding, or a judgement without codings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from coding.formats import cells
from coding.formats.table import MOST_FAULTS, Fault, Table, TableError, open_table, quoted, refuse, write_table
from transcripts.formats.guard import guard

NEEDED = ("transcript", "segment", "rater", "code", "rating")
OPTIONAL = (
    "outcome",
    "reason",
    "span_start",
    "span_end",
    "memo",
    "judgement_memo",
    "flag",
    "layer",
    "round",
    "codebook_version",
    "revision",
    "coding_id",
    "coded_at",
    "judged_at",
)
ATTRIBUTE = "attribute."
# Where a table puts the attributes: after the judgement's own columns, before those of its origin.
BEFORE_ATTRIBUTES = (*NEEDED, *OPTIONAL[:7])
AFTER_ATTRIBUTES = OPTIONAL[7:]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CodingRow:
    """
    One coding, or with an empty `code` one judgement without codings, whose outcome is none or uncodable.

    `reason`, `judgement_memo`, `flag` and `judged_at` belong to the judgement and are the same on each of its rows.
    """

    transcript: str
    segment: int
    rater: str
    code: str = ""
    rating: int | None = None
    outcome: str = ""
    reason: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    memo: str = ""
    judgement_memo: str = ""
    flag: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    layer: str = "raw"
    round: str = ""
    codebook_version: str = ""
    revision: int | None = None
    coding_id: str = ""
    coded_at: datetime | None = None
    judged_at: datetime | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class CodingsDraft:
    """What a codings table says; `attributes` are the ids it has columns for, `notes` what was not read."""

    rows: tuple[CodingRow, ...]
    attributes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def columns(attributes: Sequence[str] = ()) -> tuple[str, ...]:
    """List the columns of a codings table with these attributes."""
    return (*BEFORE_ATTRIBUTES, *(ATTRIBUTE + name for name in attributes), *AFTER_ATTRIBUTES)


def read_codings(data: bytes) -> CodingsDraft:
    """Read a codings table whole, or raise TableError with up to twenty faults."""
    table = open_table(data, known=(*NEEDED, *OPTIONAL), also={"turn": "segment"}, needed=NEEDED)
    attributes, notes = _other_columns(table)
    rows = _Reader(table, attributes).read()
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


@dataclass(slots=True)
class _Judgement:
    """What the rows so far say about one judgement, each with its line."""

    codes: dict[str, int] = field(default_factory=dict)
    said: dict[str, tuple[object, int]] = field(default_factory=dict)


class _Reader:
    """Read all rows and collect what is wrong in them."""

    def __init__(self, table: Table, attributes: Mapping[str, int]) -> None:
        self.table, self.attributes = table, attributes
        self.at = {column: table.at.get(column, -1) for column in (*NEEDED, *OPTIONAL)}
        self.faults: list[Fault] = []
        self.labels: dict[tuple[str, int], str] = {}
        self.judgements: dict[tuple[str, int, str, str, str], _Judgement] = {}

    def read(self) -> tuple[CodingRow, ...]:
        rows = []
        try:
            for line, row_cells in self.table.rows(needed=NEEDED[:4]):
                before = len(self.faults)
                row = self._row(line, row_cells)
                if len(self.faults) == before:
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

    def _cell(self, line: int, column: str, parse: Callable[[str], T], cell: str, absent: T) -> T:
        try:
            return parse(cell) if cell else absent
        except cells.CellError as error:
            self._fault(line, column, str(error))
            return absent

    def _label(self, line: int, column: str, cell: str, limit: int, missing: str = "") -> str:
        found = self.labels.get((cell, limit)) if cell else ""
        if found is None:
            found = self._cell(line, column, lambda text: cells.label(text, limit), cell, "�")
            self.labels[cell, limit] = found
        if missing and not found:
            self._fault(line, column, missing)
        return found

    def _row(self, line: int, row: list[str]) -> CodingRow:
        at, cell, name = self.at, self._cell, self._label
        layer = cell(line, "layer", cells.layer, row[at["layer"]], "raw")
        # The final layer may have no rater: a unanimous coding is nobody's own.
        no_rater = "The rater is missing; write the label of a member." if layer == "raw" else ""
        code = name(line, "code", row[at["code"]], 60)
        starts, ends = row[at["span_start"]], row[at["span_end"]]
        return CodingRow(
            transcript=name(line, "transcript", row[at["transcript"]], 120, "The name of the transcript is missing."),
            segment=cell(line, "segment", cells.segment_number, row[at["segment"]] or " ", 0),
            rater=name(line, "rater", row[at["rater"]], 80, no_rater),
            code=code,
            rating=cell(line, "rating", cells.rating, row[at["rating"]], None),
            outcome=cell(line, "outcome", cells.outcome, row[at["outcome"]], "") or ("" if code else "none"),
            reason=cell(line, "reason", lambda text: cells.limited(text, 500), row[at["reason"]], ""),
            spans=cell(line, "span_start", lambda _: cells.spans(starts, ends), starts or ends, ()),
            memo=cells.free_text(row[at["memo"]]),
            judgement_memo=cells.free_text(row[at["judgement_memo"]]),
            flag=cell(line, "flag", cells.yes_or_no, row[at["flag"]], False),
            attributes=self._attributes(line, row) if self.attributes else {},
            layer=layer,
            round=name(line, "round", row[at["round"]], 80),
            codebook_version=name(line, "codebook_version", row[at["codebook_version"]], 40),
            revision=cell(line, "revision", cells.revision, row[at["revision"]], None),
            coding_id=cell(line, "coding_id", lambda text: cells.label(text, 80), row[at["coding_id"]], ""),
            coded_at=cell(line, "coded_at", cells.instant, row[at["coded_at"]], None),
            judged_at=cell(line, "judged_at", cells.instant, row[at["judged_at"]], None),
            line=line,
        )

    def _attributes(self, line: int, row: list[str]) -> dict[str, str]:
        found = {}
        for attribute, place in self.attributes.items():
            value = self._cell(line, ATTRIBUTE + attribute, lambda text: cells.limited(text, 200), row[place], "")
            if value:
                found[attribute] = value
        return found

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
        ";".join(str(start) for start, _ in row.spans),
        ";".join(str(end) for _, end in row.spans),
        guard(row.memo),
        guard(row.judgement_memo),
        "true" if row.flag else "",
        *(guard(row.attributes.get(attribute, "")) for attribute in attributes),
        row.layer,
        guard(row.round),
        guard(row.codebook_version),
        "" if row.revision is None else row.revision,
        guard(row.coding_id),
        _moment(row.coded_at),
        _moment(row.judged_at),
    )


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
