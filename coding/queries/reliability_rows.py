"""The rows of the reliability table: what stands in each, in which order, and what is drawn of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from coding.queries.measured import Cell
from coding.queries.plot import Stroke, stroke
from coding.queries.reliability import RoundReliability
from coding.reliability import CLOSE, TENTATIVE, Result, benchmarks, chance_of_reaching

THRESHOLDS = benchmarks.THRESHOLDS
ORDERS = {"weakest": "Weakest first", "codebook": "Codebook", "rarest": "Rarest first"}


@dataclass(frozen=True, slots=True)
class Bar:
    """How often one rater gave the code, for a bar of 26 units that half of the segments fill."""

    label: str
    given: int
    judged: int
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: a code or a family (`part`)."""

    cell: Cell
    part: str
    alpha: Result
    ac: Result
    kappa: Result
    agreement: Result
    present: Result | None
    absent: Result | None
    #: How well the data support an alpha of at least .667 and .800; None without an honest interval.
    chances: tuple[float | None, ...]
    alpha_stroke: Stroke | None
    ac_stroke: Stroke | None
    bars: tuple[Bar, ...]
    why: str

    @property
    def query(self) -> str:
        """Ask for the page of this row."""
        return f"?{urlencode({'part': self.part, 'code': self.cell.key})}"

    @property
    def missing(self) -> int:
        """Count the values that are missing, for whatever reason."""
        return self.cell.not_judged + self.cell.uncodable


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    note: str
    rows: tuple[Row, ...]


def row_of(cell: Cell, part: str = "codes") -> Row:
    """Prepare one row."""
    alpha, ac = cell.results["krippendorff_alpha"], cell.results["gwet_ac1"]
    return Row(
        cell=cell,
        part=part,
        alpha=alpha,
        ac=ac,
        kappa=cell.results.get("cohen_kappa") or cell.results["fleiss_kappa"],
        agreement=cell.results["percent_agreement"],
        present=cell.results.get("positive_agreement"),
        absent=cell.results.get("negative_agreement"),
        chances=chances(alpha),
        alpha_stroke=stroke(alpha),
        ac_stroke=stroke(ac),
        bars=bars(cell),
        why=why_undefined(cell),
    )


def chances(result: Result) -> tuple[float | None, ...]:
    """Say how well the data support each threshold; only an interval that respects the nesting supports anything."""
    if result.kind != "jackknife" or result.value is None or result.se is None or result.df is None:
        return tuple(None for _ in THRESHOLDS)
    return tuple(chance_of_reaching(limit, result.value, result.se, result.df, result.scale) for limit in THRESHOLDS)


def bars(cell: Cell) -> tuple[Bar, ...]:
    """Draw how often each rater gave it; half of the segments fill the bar."""
    return tuple(
        Bar(share.label, share.given, share.judged, f"{min(52 * (share.share or 0), 26):.1f}") for share in cell.shares
    )


def why_undefined(cell: Cell) -> str:
    """Say in plain words why alpha is undefined, or nothing."""
    result = cell.results["krippendorff_alpha"]
    if result.value is not None:
        return ""
    if result.counts.pairable and not any(share.given for share in cell.shares):
        return "Nobody gave it, so there is nothing to tell apart. Full agreement here says only that."
    if result.counts.pairable and all(share.given == share.judged for share in cell.shares):
        return "Everybody gave it everywhere, so there is nothing to tell apart."
    return f"{result.why[:1].upper()}{result.why[1:]}."


def band(row: Row) -> int:
    """Give the band of a code by its alpha: 0 below .667, 1 below .800, 2 from there on, 3 undefined."""
    value = row.alpha.value
    return 3 if value is None else 0 if value < TENTATIVE else 1 if value < CLOSE else 2


BANDS = (
    ("Below .667", "talk about these first"),
    (".667 to .800", "tentative conclusions"),
    (".800 and above", "good agreement"),
    ("Undefined", ""),
)


def groups(report: RoundReliability, order: str, families: Sequence[tuple[str, Sequence[str]]]) -> list[Group]:
    """Arrange the codes; `families` names each family with the keys of its codes."""
    rows = [row_of(cell) for cell in report.codes]
    if order == "codebook":
        by_key = {row.cell.key: row for row in rows}
        found = [(name, [by_key.pop(key) for key in keys if key in by_key]) for name, keys in families]
        found.append(("Without a code of its own", list(by_key.values())))
        return [Group(name, _codes(len(kept)), tuple(kept)) for name, kept in found if kept]
    if order == "rarest":
        rows.sort(key=lambda row: (_given(row), row.cell.key))
        return [Group("All codes", _codes(len(rows)), tuple(rows))] if rows else []
    rows.sort(key=lambda row: (row.alpha.value is None, row.alpha.value or 0.0))
    out = []
    for number, (title, meaning) in enumerate(BANDS):
        kept = tuple(row for row in rows if band(row) == number)
        if kept:
            out.append(Group(title, f"{_codes(len(kept))}{': ' if meaning else ''}{meaning}", kept))
    return out


def _codes(number: int) -> str:
    return "1 code" if number == 1 else f"{number} codes"


def _given(row: Row) -> int:
    return sum(share.given for share in row.cell.shares)


#: By which columns the table can be sorted: what stands in them, None for undefined.
COLUMNS: dict[str, Callable[[Row], float | None]] = {
    "segments": lambda row: row.cell.units,
    "given": _given,
    "agree": lambda row: row.agreement.value,
    "alpha": lambda row: row.alpha.value,
    "ac1": lambda row: row.ac.value,
    "chance": lambda row: row.chances[0],
    "kappa": lambda row: row.kappa.value,
    "missing": lambda row: row.missing,
    "dispute": lambda row: row.cell.disputed,
}


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column, and which way; no column where the table stands in one of its orders."""

    column: str = ""
    descending: bool = False

    @classmethod
    def of(cls, asked: str) -> Sorting:
        """Read `alpha` or `-alpha`; anything else sorts by nothing."""
        column = asked.removeprefix("-")
        return cls(column, asked.startswith("-")) if column in COLUMNS or column == "code" else cls()

    def heads(self) -> dict[str, tuple[str, str]]:
        """Give for each column what a click on its head asks for, and how it is sorted now."""
        words = "descending" if self.descending else "ascending"
        return {
            name: (
                f"-{name}" if name == self.column and not self.descending else name,
                words if name == self.column else "",
            )
            for name in ("code", *COLUMNS)
        }

    def sorted(self, rows: Sequence[Row]) -> list[Row]:
        """Sort rows; undefined values stand last either way."""
        if self.column == "code":
            return sorted(rows, key=lambda row: (row.cell.name.casefold(), row.cell.key), reverse=self.descending)
        value = COLUMNS[self.column]
        known = [row for row in rows if value(row) is not None]
        known.sort(key=lambda row: value(row) or 0.0, reverse=self.descending)
        return known + [row for row in rows if value(row) is None]


def sorted_groups(report: RoundReliability, sorting: Sorting) -> list[Group]:
    """Arrange all codes by one column."""
    rows = sorting.sorted([row_of(cell) for cell in report.codes])
    return [Group("All codes", _codes(len(rows)), tuple(rows))] if rows else []


def family_group(report: RoundReliability) -> list[Group]:
    """Give the families as rows of the same table."""
    rows = tuple(row_of(cell, "families") for cell in report.families if cell.units)
    note = "an exclusive one is one variable; any other is any of its codes"
    return [Group("Families", note, rows)] if rows else []
