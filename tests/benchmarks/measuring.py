"""Time things, and lay out what came of it."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Times:
    """Durations of the same thing done again and again, in seconds."""

    seconds: Sequence[float]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(len(self.seconds) * 0.95))]


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of the table: `ours` in its unit, beside the floor of the same run and the best peer.

    `less_is_better` says how the two ratios read: times over the floor, or the share of it that was reached.
    """

    what: str
    unit: str
    ours: float
    p95: float | None = None
    floor: float | None = None
    floor_is: str = ""
    peer: float | None = None
    peer_is: str = ""
    less_is_better: bool = True
    note: str = ""

    @property
    def of_floor(self) -> str:
        """Say how far from the floor: 2.0x is twice the time, 0.50x half the rate."""
        return f"{number(self.ours / self.floor)}x" if self.floor else ""

    @property
    def against_peer(self) -> str:
        """Say who is ahead, and by how much."""
        if not self.peer:
            return ""
        ratio = self.peer / self.ours if self.less_is_better else self.ours / self.peer
        return f"{ratio:.2f}x ahead" if ratio >= 1 else f"{1 / ratio:.2f}x behind"


@dataclass
class Report:
    """What was measured so far."""

    tell: Callable[[str], None]
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Take a line into the table, and say it at once: a run takes minutes."""
        self.lines.append(line)
        self.tell(f"  {line.what}: {number(line.ours)} {line.unit}")

    def table(self) -> str:
        """Lay out everything that was measured."""
        head = ("what", "unit", "median", "p95", "floor", "of floor", "best peer", "we are", "note")
        rows = [head, *(_cells(line) for line in self.lines)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
        flush_right = {2, 3, 4, 5}
        out = []
        for place, row in enumerate(rows):
            cells = (
                cell.rjust(width) if column in flush_right else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            out.append("  ".join(cells).rstrip())
            if place == 0:
                out.append("  ".join("-" * width for width in widths))
        floors = {line.floor_is: None for line in self.lines if line.floor_is}
        return "\n".join([*out, "", "Floors, each measured in the same run:", *(f"- {floor}" for floor in floors)])


def _cells(line: Line) -> tuple[str, ...]:
    return (
        line.what,
        line.unit,
        number(line.ours),
        "" if line.p95 is None else number(line.p95),
        "" if line.floor is None else number(line.floor),
        line.of_floor,
        "" if line.peer is None else f"{number(line.peer)} ({line.peer_is})",
        line.against_peer,
        line.note,
    )


def number(value: float) -> str:
    """Write a number with three digits that mean something."""
    if value >= 1000:
        return f"{value:,.0f}"
    return (
        f"{value:.0f}"
        if value >= 100
        else f"{value:.1f}"
        if value >= 10
        else f"{value:.2f}"
        if value >= 1
        else f"{value:.2g}"
    )


def timed(run: Callable[[], object], times: int, warm: int = 1) -> Times:
    """Do something `warm` times unmeasured, then so many times measured."""
    for _ in range(warm):
        run()
    return Times([_once(run) for _ in range(times)])


def once(run: Callable[[], object]) -> float:
    """Give the seconds that something takes, done once."""
    return _once(run)


def _once(run: Callable[[], object]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def interleaved(runs: Iterable[Callable[[], object]], times: int, warm: int = 1) -> list[Times]:
    """Time several things in turns, so that what else the machine does at the moment falls on all of them alike."""
    every = list(runs)
    found: list[list[float]] = [[] for _ in every]
    for turn in range(times + warm):
        for place, run in enumerate(every):
            seconds = _once(run)
            if turn >= warm:
                found[place].append(seconds)
    return [Times(seconds) for seconds in found]


def machine() -> str:
    """Say what the figures were taken on."""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} processors, load before the run {load} (the figures hold for an idle machine)"
