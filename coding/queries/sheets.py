"""Results as tables: one shape for the page beside a picture, for csv, and for the API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from coding.analysis.figures import Figure


@dataclass(frozen=True, slots=True)
class TurnAt:
    """A turn as a cell: a way to it on a page, its position elsewhere."""

    revision: int
    position: int


@dataclass(frozen=True, slots=True)
class Told:
    """A cell that files and answers write in short, such as a key, and pages in words."""

    short: str
    words: str


#: So many rows stand on a page; all of them are in the file.
SHOWN = 120

Cell = str | int | float | bool | None | TurnAt | Told | tuple["TurnAt", ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in files and answers, its title on pages; `decimals` for numbers alone."""

    key: str
    title: str
    decimals: int | None = None
    #: Figures and turns stand at the right.
    is_number: bool = False
    #: Only in files and answers: what makes a row stand alone there, and repeats on a page.
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; where it has no rows, `why_empty` says why."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    why_empty: str = ""

    def lines(self) -> Iterator[list[str | int]]:
        """Write the rows as cells of a file: numbers as they are, unrounded, nothing for what is not defined."""
        for row in self.rows:
            yield [_plain(cell) for cell in row]

    def objects(self) -> list[dict[str, Any]]:
        """Write the rows as an answer of the API does."""
        keys = [column.key for column in self.columns]
        return [dict(zip(keys, (_json(cell) for cell in row), strict=True)) for row in self.rows]

    def shown(self) -> list[list[tuple[Column, Cell, str]]]:
        """Give the rows for a page: column, cell, and the words in it."""
        return [
            [
                (column, cell, _words(cell, column))
                for column, cell in zip(self.columns, row, strict=True)
                if not column.is_hidden
            ]
            for row in self.rows[:SHOWN]
        ]

    @property
    def more(self) -> int:
        """Count the rows that a page leaves to the file."""
        return max(len(self.rows) - SHOWN, 0)

    @property
    def heads(self) -> list[Column]:
        """Give the columns that a page shows."""
        return [column for column in self.columns if not column.is_hidden]


def text(key: str, title: str, *, hidden: bool = False) -> Column:
    """Make a column of words."""
    return Column(key, title, is_hidden=hidden)


def count(key: str, title: str) -> Column:
    """Make a column of whole numbers."""
    return Column(key, title, 0, is_number=True)


def number(key: str, title: str, decimals: int = 2) -> Column:
    """Make a column of numbers."""
    return Column(key, title, decimals, is_number=True)


def turn(key: str, title: str = "Turn") -> Column:
    """Make a column of turns."""
    return Column(key, title, is_number=True)


def figure_columns(key: str, title: str, decimals: int = 2) -> tuple[Column, ...]:
    """Make the columns of a number that is never alone: value, interval, n, and the reason where there is none."""
    return (
        number(key, title, decimals),
        number(f"{key}_low", "95 % from", decimals),
        number(f"{key}_high", "to", decimals),
        count(f"{key}_n", "Rests on"),
        text(f"{key}_why", "Why not"),
    )


def figure_cells(figure: Figure) -> tuple[Cell, ...]:
    """Give the cells of `figure_columns`."""
    why = figure.why or figure.why_no_interval
    return (figure.value, figure.low, figure.high, figure.n, why)


def sheet(
    name: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], note: str = "", why: str = "",
    *, words: Callable[[str], str] | None = None,
) -> Sheet:  # fmt: skip
    """
    Make a table, with the reason for there being no rows where there are none.

    `words` puts reasons into the words of the reader: in the columns of reasons, and in the note.
    """
    made = tuple(tuple(row) for row in rows)
    if words is not None:
        reasons = {place for place, column in enumerate(columns) if column.key.endswith("why")}
        made = tuple(
            tuple(words(cell) if place in reasons and isinstance(cell, str) else cell for place, cell in enumerate(row))
            for row in made
        )
        note = words(note)
    return Sheet(name, title, tuple(columns), made, note, "" if made else why or "There is nothing to list here.")


def _plain(cell: Cell) -> str | int:
    match cell:
        case None:
            return ""
        case bool():
            return int(cell)
        case TurnAt(position=position):
            return position
        case Told(short=short):
            return short
        case tuple():
            return ";".join(str(one.position) for one in cell)
        case float():
            return repr(cell)
        case _:
            return cell


def _json(cell: Cell) -> Any:
    match cell:
        case TurnAt(position=position):
            return position
        case Told(short=short):
            return short
        case tuple():
            return [one.position for one in cell]
        case _:
            return cell


def _words(cell: Cell, column: Column) -> str:
    match cell:
        case None:
            return "–"
        case bool():
            return "yes" if cell else "no"
        case TurnAt(position=position):
            return str(position)
        case Told(words=words):
            return words
        case tuple():
            return ""
        case float() | int() if column.decimals is not None:
            written = f"{abs(cell):,.{column.decimals}f}"
            return f"−{written}" if cell < 0 and float(written.replace(",", "")) else written
        case _:
            return str(cell)
