"""
Draw one figure of the analysis again, from the long table, and compare its numbers with those that were reported.

    python lag_plot.py GIVEN TARGET [FOLDER]

Reads long.csv and sequences.csv in FOLDER (the folder of this script when none is said). GIVEN and TARGET are groups,
as in groups.csv. For the first layer and each lag of sequences.csv it counts the pairs of turns of all transcripts
together, computes the adjusted residual (an empty cell counts as 0.5), prints both, and draws lag_plot.svg with the
band of ±1.96. Ends with 1 when a number differs by more than 0.000001. Needs Python 3.10 or later and nothing else.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from pathlib import Path

TOLERANCE = 1e-6
WIDE, HIGH, EDGE = 480, 300, 50
Table = tuple[int, int, int, int]
Turn = tuple[str, str]  # the two cells of a turn: given and target, "" where that is not known


def plain(cell: str) -> str:
    """Take away the apostrophe that guards a cell against being run as a formula."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in tuple("=+-@\t\r") else cell


def read(path: Path) -> list[dict[str, str]]:
    """Read a table as rows by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {plain(name): plain(cell or "") for name, cell in row.items() if name is not None}
            for row in csv.DictReader(file)
        ]


def turns_of(rows: list[dict[str, str]], layer: str, given: str, target: str) -> list[list[Turn]]:
    """Return the turns of each transcript of a layer, in order."""
    sessions: dict[str, list[tuple[int, Turn]]] = defaultdict(list)
    for row in rows:
        if row["layer"] == layer:
            turn = (row[f"group.{given}"], row[f"group.{target}"])
            sessions[row["transcript"]].append((int(row["segment"]), turn))
    return [[turn for _, turn in sorted(session)] for session in sessions.values()]


def table_of(sessions: list[list[Turn]], lag: int) -> Table:
    """Count pairs of turns of one transcript: both, given only, target only, neither."""
    cells = [0, 0, 0, 0]
    for turns in sessions:
        for (given, _), (_, target) in zip(turns, turns[lag:], strict=False):
            if given and target:
                cells[2 * (given == "0") + (target == "0")] += 1
    return cells[0], cells[1], cells[2], cells[3]


def residual(table: Table) -> float | None:
    """Return the adjusted residual, or None where given or target occurs never or always."""
    a, b, c, d = table
    if not (a + b) * (c + d) * (a + c) * (b + d):
        return None
    both, first, second, neither = (cell or 0.5 for cell in table)
    n, r, k = both + first + second + neither, both + first, both + second
    return (both - r * k / n) / math.sqrt(r * k / n * (1 - r / n) * (1 - k / n))


def drawing(values: dict[int, float | None], given: str, target: str) -> str:
    """Draw the residuals by lag as SVG."""
    known = [value for value in values.values() if value is not None]
    top = max([3.0, *(abs(value) for value in known)]) * 1.1
    step = (WIDE - 2 * EDGE) / max(len(values), 1)

    def down(value: float) -> float:
        return HIGH / 2 - value / top * (HIGH / 2 - EDGE / 2)

    band = down(-1.96) - down(1.96)
    parts = [f'<rect x="{EDGE}" y="{down(1.96):.1f}" width="{WIDE - 2 * EDGE}" height="{band:.1f}" fill="#e6e6e2"/>']
    parts.append(f'<line x1="{EDGE}" x2="{WIDE - EDGE}" y1="{down(0):.1f}" y2="{down(0):.1f}" stroke="#777"/>')
    for place, (lag, value) in enumerate(values.items()):
        x = EDGE + step * (place + 0.5)
        parts.append(f'<text x="{x:.1f}" y="{HIGH - 8}" text-anchor="middle">{lag}</text>')
        if value is not None:
            y = down(value)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
            parts.append(f'<text x="{x + 9:.1f}" y="{y + 4:.1f}">{value:.2f}</text>')
    words = f"{target} so many turns after {given}: adjusted residual".replace("&", "&amp;").replace("<", "&lt;")
    parts.append(f'<text x="{EDGE}" y="16">{words}</text>')
    inner = "\n".join(parts)
    size = f'viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{inner}\n</svg>\n'


def main(words: list[str]) -> int:
    """Compute, compare, draw."""
    if len(words) not in (2, 3):
        sys.stderr.write("python lag_plot.py GIVEN TARGET [FOLDER]\n")
        return 2
    given, target = words[:2]
    folder = Path(words[2]) if len(words) == 3 else Path(__file__).parent
    wanted = [
        row
        for row in read(folder / "sequences.csv")
        if (row["given"], row["target"], row["transcript"]) == (given, target, "")
    ]
    if not wanted:
        sys.stderr.write(f"sequences.csv has no row of {given} and {target} for all transcripts together.\n")
        return 1
    sessions = turns_of(read(folder / "long.csv"), wanted[0]["layer"], given, target)
    values, largest = {}, 0.0
    for row in wanted:
        lag = int(row["lag"])
        table = table_of(sessions, lag)
        values[lag] = residual(table)
        reported = float(row["adjusted_residual"]) if row["adjusted_residual"] else None
        same = [int(row[cell]) for cell in "abcd"] == list(table) and (reported is None) == (values[lag] is None)
        gap = abs((values[lag] or 0.0) - (reported or 0.0)) if same else math.inf
        largest = max(largest, gap)
        cells = " ".join(map(str, table))
        sys.stdout.write(f"lag {lag}: {cells}  computed {values[lag]}  reported {reported}\n")
    (folder / "lag_plot.svg").write_text(drawing(values, given, target), encoding="utf-8")
    sys.stdout.write(f"{len(values)} lags compared, largest difference {largest:.2g}; drawn in lag_plot.svg\n")
    return int(largest > TOLERANCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
