"""Write the segments table that the readers of this package read back without loss."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .columns import COLUMNS, SESSION_PREFIX
from .guard import guard
from .times import format_time

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment as it is written."""

    transcript: str
    segment: int
    speaker: str
    role: str
    start_ms: int | None
    end_ms: int | None
    text: str
    session: Mapping[str, str] = field(default_factory=dict)


class _Lines:
    """Stand in for a file, so that a writer's lines can be taken out as they come."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.size = 0

    def write(self, text: str) -> int:
        """Take one row; it comes with `\\r\\n`, because only then the writer quotes both signs inside cells."""
        self.held.append(text.removesuffix("\r\n") + "\n")
        self.size += len(text)
        return len(text)

    def take(self) -> str:
        taken = "".join(self.held)
        self.held, self.size = [], 0
        return taken


def _time(milliseconds: int | None) -> str:
    return "" if milliseconds is None else format_time(milliseconds)


def write_segments(rows: Iterable[SegmentRow], columns: Sequence[str] = ()) -> Iterator[str]:
    """
    Write rows as CSV text in chunks; `columns` names the session attributes, in order.

    Times are `hh:mm:ss.mmm`. Cells of free text are guarded, numbers and times never.
    """
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(SESSION_PREFIX + name for name in columns)])
    for row in rows:
        words = [guard(row.session.get(name, "")) for name in columns]
        times = (_time(row.start_ms), _time(row.end_ms))
        speaker, role = guard(row.speaker), guard(row.role)
        writer.writerow([guard(row.transcript), row.segment, speaker, role, *times, guard(row.text), *words])
        if lines.size >= _CHUNK:
            yield lines.take()
    yield lines.take()
