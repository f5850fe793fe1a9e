"""Turn the rows of a segments table into transcripts, whatever file they came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .columns import Header
from .drafts import DraftSegment, DraftTranscript, FormatError, LineNote
from .guard import unguard
from .times import parse_time, time_notes


@dataclass(slots=True)
class _Group:
    """The rows of one transcript so far."""

    segments: list[DraftSegment] = field(default_factory=list)
    session: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    notes: list[LineNote] = field(default_factory=list)


def free_text(cell: str) -> str:
    """Give a cell's words as they were before export: guard off, line ends `\\n`, no space around."""
    text = unguard(cell)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.strip()


def _number(cell: str, expected: int, *, line: int, column: int, unit: str) -> int:
    bare = cell.strip()
    bare = bare[:-2] if bare.endswith(".0") else bare
    if bare.isdecimal() and len(bare) <= 9 and (number := int(bare)) == expected:
        return number
    what = f"“{bare[:20]}”" if bare else "nothing"
    raise FormatError(
        f"{unit} {line}, column {column}: the segment number is {what} where {expected} would be next. "
        "Segments are numbered 1, 2, 3 and so on within each transcript, in order, without gaps or repeats.",
        line=line,
        column=column,
    )


class TableReader:
    """Read rows one after the other; every cell ends in a segment, a session attribute or a note."""

    def __init__(self, header: Header, *, name: str, source: str, unit: str = "Line") -> None:
        self.header, self.name, self.source, self.unit = header, name, source, unit
        self.groups: dict[str, _Group] = {}
        self.names_all = True

    def _time(self, group: _Group, row: Sequence[str], key: str, line: int) -> int | None:
        index = self.header.at.get(key)
        if index is None or not (cell := row[index]) or not cell.strip():
            return None
        time = parse_time(cell)
        if time is None:
            message = f"“{cell.strip()[:40]}” is not a time; it is left empty. Times are hh:mm:ss.mmm or seconds."
            group.notes.append(LineNote(line, index + 1, cell[:200], message, "time"))
        return time

    def _group(self, row: Sequence[str], line: int) -> _Group:
        index = self.header.at.get("transcript")
        name = free_text(row[index]) if index is not None else ""
        if index is not None and (not name) is (self.names_all and bool(self.groups)):
            if self.groups:
                raise FormatError(
                    f"{self.unit} {line}, column {index + 1}: some rows name their transcript and some do not; "
                    "name it in every row, or in none.",
                    line=line,
                    column=index + 1,
                )
            self.names_all = bool(name)
        return self.groups.setdefault(name or self.name, _Group())

    def _check_width(self, row: Sequence[str], line: int) -> None:
        width = self.header.width
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            raise FormatError(
                f"{self.unit} {line} has {len(row)} cells where there are {width} columns; a text that contains "
                "the separator has to stand in double quotes.",
                line=line,
                column=width + 1,
            )
        if len(row) <= self.header.at["text"]:
            raise FormatError(
                f"{self.unit} {line} has {len(row)} cells and ends before the text column, which is column "
                f"{self.header.at['text'] + 1}.",
                line=line,
            )

    def read(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Read all rows; raises FormatError at the first whose segment number or width is wrong."""
        at, width = self.header.at, self.header.width
        text_at, speaker_at, role_at, segment_at = at["text"], at.get("speaker"), at.get("role"), at.get("segment")
        for line, given in rows:
            row: Sequence[str] = given
            if len(row) != width:
                if not any(cell.strip() for cell in row):
                    continue
                self._check_width(row, line)
                row = [*row, *[""] * (width - len(row))]
            text = free_text(row[text_at])
            if not text and not any(cell.strip() for cell in row):
                continue
            group = self._group(row, line)
            number = len(group.segments) + 1
            if segment_at is not None:
                _number(row[segment_at], number, line=line, column=segment_at + 1, unit=self.unit)
            if not text:
                message = "Has no text; it is kept as an empty segment, so that the numbers stay as they are."
                group.notes.append(LineNote(line, text_at + 1, "", message, "not_understood"))
            speaker = free_text(row[speaker_at]) if speaker_at is not None else ""
            role = free_text(row[role_at]) if role_at is not None else ""
            start, end = self._time(group, row, "start", line), self._time(group, row, "end", line)
            group.segments.append(DraftSegment(speaker, text, start, end, role, line, number))
            if role and group.roles.setdefault(speaker, role) != role:
                above = group.roles[speaker]
                message = f"“{speaker}” has the role “{role}” here and “{above}” above; the first counts."
                group.notes.append(LineNote(line, (role_at or 0) + 1, role, message, "not_understood"))
            if self.header.session:
                self._session(group, row, line)

    def _session(self, group: _Group, row: Sequence[str], line: int) -> None:
        for key, index in self.header.session.items():
            value = free_text(row[index])
            if value and group.session.setdefault(key, value) != value:
                above = group.session[key]
                message = f"session.{key} is “{value[:60]}” here and “{above[:60]}” above; the first counts."
                group.notes.append(LineNote(line, index + 1, value[:200], message, "not_understood"))

    def transcripts(
        self, notes: Sequence[LineNote] = (), session: dict[str, str] | None = None
    ) -> tuple[DraftTranscript, ...]:
        """Give what was read; `notes` and `session` are those of the file as a whole."""
        if not self.groups:
            raise FormatError("The table has column names but no rows; there is nothing to read in it.", line=1)
        layout = f"{self.source} with the columns {', '.join(sorted(self.header.at, key=self.header.at.__getitem__))}"
        drafts: list[DraftTranscript] = []
        for name, group in self.groups.items():
            found = [*group.notes, *time_notes(group.segments)]
            found = sorted([*notes, *found] if not drafts else found, key=lambda note: note.line)
            attributes = {**(session or {}), **group.session}
            drafts.append(DraftTranscript(name, tuple(group.segments), tuple(found), attributes, layout))
        return tuple(drafts)


def header_notes(header: Header, cells: Sequence[str], line: int) -> list[LineNote]:
    """Report the row of column names and the columns that are not read."""
    notes = [LineNote(line, None, ", ".join(cells)[:500], "The names of the columns.", "header")]
    for name, index in header.unknown.items():
        message = f"The column “{name[:60]}” is not one of a segments table; it is not imported."
        notes.append(LineNote(line, index + 1, name[:200], message, "dropped"))
    if "segment" not in header.at:
        notes.append(LineNote(line, None, "", "No segment column; the rows are numbered in order.", "header"))
    return notes
