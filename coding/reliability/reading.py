"""
Read ratings from a delimited text file.

One rule tells the layouts apart. A header with the columns `unit`, `rater` and `value` is LONG: one row a rating. Any
other header is WIDE: one row a unit, one column a rater; a first column `unit` (or `segment`, `id`) names the units.
In both a column `transcript` (or `cluster`) says which units belong together; the same unit name in two transcripts
means two units. An empty cell is missing. Every other text is a label, NA and nan too.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

UNIT = ("unit", "segment", "id")
CLUSTER = ("transcript", "cluster")
MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Ratings:
    """What a file holds: labels as text, None for missing, by rater and unit; a transcript per unit if given."""

    layout: str
    raters: tuple[str, ...]
    units: tuple[str, ...]
    clusters: tuple[str, ...] | None
    rows: list[list[str | None]]


def read(path: Path, missing: Sequence[str] = ()) -> Ratings:
    """Read a file; raises ValueError with a sentence that names the line."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"{path.name} is larger than 500 MB.")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text (byte {error.start + 1}); save it as UTF-8.") from error
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror or error}.") from error
    return parse(text, path.name, missing)


def parse(text: str, name: str, missing: Sequence[str] = ()) -> Ratings:
    """Read the text of a file; raises ValueError with a sentence that names the line."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    table: list[tuple[int, list[str]]] = []
    try:
        table.extend((reader.line_num, row) for row in reader if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise ValueError(f"{name}, line {reader.line_num}: {error}.") from error
    if not table:
        raise ValueError(f"{name} is empty.")
    header = [cell.strip() for cell in table[0][1]]
    keys = [cell.casefold() for cell in header]
    for line, row in table[1:]:
        if len(row) != len(header):
            raise ValueError(f"{name}, line {line}: {len(row)} cells where the header has {len(header)}.")
    twice = {cell for cell in keys if keys.count(cell) > 1}
    if twice:
        raise ValueError(f"{name}: two columns are called {sorted(twice)[0]!r}.")
    gone = {"", *missing}
    cluster = next((keys.index(key) for key in CLUSTER if key in keys), None)
    unit = next((keys.index(key) for key in UNIT if key in keys), None)
    if unit is not None and "rater" in keys and "value" in keys:
        return _long(name, table[1:], unit, keys.index("rater"), keys.index("value"), cluster, gone)
    if "rater" in keys and unit is not None:
        raise ValueError(
            f"{name} has columns {header[unit]!r} and 'rater' but no 'value': long layout needs all three."
        )
    return _wide(name, header, table[1:], unit, cluster, gone)


def _long(
    name: str,
    table: list[tuple[int, list[str]]],
    unit: int,
    rater: int,
    value: int,
    cluster: int | None,
    gone: set[str],
) -> Ratings:
    units: dict[tuple[str, str], int] = {}
    raters: dict[str, int] = {}
    cells: dict[tuple[int, int], tuple[str, int]] = {}
    for line, row in table:
        where = row[cluster].strip() if cluster is not None else ""
        what, who, given = row[unit].strip(), row[rater].strip(), row[value].strip()
        if not what or not who:
            raise ValueError(f"{name}, line {line}: the unit or the rater is empty.")
        place = (raters.setdefault(who, len(raters)), units.setdefault((where, what), len(units)))
        if given in gone:
            continue
        if place in cells:
            earlier = cells[place][1]
            raise ValueError(f"{name}, line {line}: rater {who!r} rated unit {what!r} already on line {earlier}.")
        cells[place] = (given, line)
    rows: list[list[str | None]] = [[None] * len(units) for _ in raters]
    for (i, j), (given, _) in cells.items():
        rows[i][j] = given
    clusters = tuple(where for where, _ in units) if cluster is not None else None
    return Ratings("long", tuple(raters), tuple(what for _, what in units), clusters, rows)


def _wide(
    name: str,
    header: list[str],
    table: list[tuple[int, list[str]]],
    unit: int | None,
    cluster: int | None,
    gone: set[str],
) -> Ratings:
    columns = [i for i in range(len(header)) if i not in (unit, cluster)]
    if len(columns) < 2:
        raise ValueError(
            f"{name} is neither long (columns unit, rater, value) nor wide: it has {len(columns)} rater column(s)."
        )
    if any(not header[i] for i in columns):
        raise ValueError(f"{name}: a rater's column has no name in the header.")
    rows: list[list[str | None]] = []
    for i in columns:
        rows.append([None if row[i].strip() in gone else row[i].strip() for _, row in table])
    names = tuple(row[unit].strip() if unit is not None else str(k + 1) for k, (_, row) in enumerate(table))
    clusters = tuple(row[cluster].strip() for _, row in table) if cluster is not None else None
    return Ratings("wide", tuple(header[i] for i in columns), names, clusters, rows)
