"""The reliability page: a sentence first, then what it stands on, then a row for each code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coding.queries.measured import Cell, pair_name
from coding.queries.reliability import RoundReliability
from coding.reliability import Result

TENTATIVE, CLOSE = 2 / 3, 0.8
ORDERS = {"weakest": "Weakest first", "codebook": "Codebook", "rarest": "Rarest first"}
# Where the axis of the plot lies in its cell, in per cent of the width.
ZERO, ONE, EDGE = 12.4, 96.0, 0.8


@dataclass(frozen=True, slots=True)
class Stroke:
    """One coefficient in the plot: its place and the ends of its interval, in per cent of the width."""

    at: str
    low: str
    high: str
    is_optimistic: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """How often one rater gave the code, for a bar of 26 units at the share of the most generous rater."""

    label: str
    given: int
    judged: int
    width: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    cell: Cell
    alpha: Result
    ac: Result
    kappa: Result
    agreement: Result
    alpha_stroke: Stroke | None
    ac_stroke: Stroke | None
    bars: tuple[Bar, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    note: str
    rows: tuple[Row, ...]


def place(value: float) -> str:
    """Give the place of a coefficient on the axis, in per cent; what lies beyond it stays at its edge."""
    return f"{min(max(ZERO + value * (ONE - ZERO), EDGE), 100 - EDGE):.1f}%"


def stroke(result: Result) -> Stroke | None:
    """Place a coefficient and its interval in the plot; an undefined one has no place."""
    if result.value is None:
        return None
    low = place(result.low) if result.low is not None else ""
    high = place(result.high) if result.high is not None else ""
    return Stroke(place(result.value), low, high, result.kind == "optimistic")


def row_of(cell: Cell) -> Row:
    """Prepare one row."""
    alpha, ac = cell.results["krippendorff_alpha"], cell.results["gwet_ac1"]
    kappa = cell.results.get("cohen_kappa") or cell.results["fleiss_kappa"]
    return Row(
        cell=cell,
        alpha=alpha,
        ac=ac,
        kappa=kappa,
        agreement=cell.results["percent_agreement"],
        alpha_stroke=stroke(alpha),
        ac_stroke=stroke(ac),
        bars=bars(cell),
        why=why_undefined(cell),
    )


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
    """Give the band of a code by its alpha: 0 below .667, 1 up to .80, 2 above, 3 undefined."""
    value = row.alpha.value
    return 3 if value is None else 0 if value < TENTATIVE else 1 if value < CLOSE else 2


BANDS = (
    ("Below .67", "talk about these first"),
    (".67 to .80", "tentative conclusions"),
    (".80 and above", "good agreement"),
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
        rows.sort(key=lambda row: (sum(share.given for share in row.cell.shares), row.cell.key))
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


WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(number: int) -> str:
    """Write a small number as a word."""
    return WORDS[number] if number < len(WORDS) else str(number)


def sentence(report: RoundReliability) -> str:
    """Say in one breath what the table shows."""
    raters = len(report.raters)
    if not raters:
        return "No rater submitted a coding that can be compared."
    if raters == 1:
        return f"Only {report.raters[0]} coded here: agreement needs two raters."
    rows = [row_of(cell) for cell in report.codes]
    if not any(row.cell.units for row in rows):
        return f"{number_word(raters).capitalize()} raters coded, but no segment was judged by two of them."
    by_band = [sorted((row for row in rows if band(row) == number), key=_weakness) for number in range(4)]
    weak, fair, close, undefined = by_band
    first = f"{number_word(raters).capitalize()} raters agree closely on {number_word(len(close))} of {len(rows)} codes"
    parts = [f"{first} and fairly on {number_word(len(fair))}." if fair else f"{first}."]
    if weak:
        names = " and ".join(row.cell.name for row in weak[:2])
        are = "One is" if len(weak) == 1 else f"{number_word(len(weak)).capitalize()} are"
        which = names if len(weak) == 1 else f"the weakest {names}"
        parts.append(f"{are} not yet reliable{': ' if len(weak) == 1 else ', '}{which}.")
    unused = [row for row in undefined if row.cell.units and not any(share.given for share in row.cell.shares)]
    if unused:
        parts.append(f"{number_word(len(unused)).capitalize()} {'was' if len(unused) == 1 else 'were'} never used.")
    if others := len(undefined) - len(unused):
        parts.append(f"Nothing can be said of {number_word(others)}.")
    return " ".join(parts)


def _weakness(row: Row) -> float:
    return row.alpha.value if row.alpha.value is not None else 2.0


def agreement_range(cells: Iterable[Cell]) -> tuple[float, float] | None:
    """Give the lowest and highest agreement of all codes, as shares."""
    values = [value for cell in cells if (value := cell.results["percent_agreement"].value) is not None]
    return (min(values), max(values)) if values else None


@dataclass(frozen=True, slots=True)
class PairRow:
    """Cohen's kappa of every pair for one code; `spread` is how far apart the pairs are."""

    cell: Cell
    values: tuple[Result, ...]
    spread: float


def pair_rows(report: RoundReliability, most: int = 9) -> list[PairRow]:
    """Give the codes on which pairs of raters differ most."""
    rows = []
    for cell in report.codes:
        values = tuple(table["cohen_kappa"] for table in cell.pairs.values())
        known = [result.value for result in values if result.value is not None]
        if len(known) > 1:
            rows.append(PairRow(cell, values, max(known) - min(known)))
    rows.sort(key=lambda row: -row.spread)
    return rows[:most]


@dataclass(frozen=True, slots=True)
class PairMean:
    """Mean of Cohen's kappa over the codes for which a pair of raters has one."""

    mean: float | None
    codes: int


def pair_square(report: RoundReliability) -> list[tuple[str, list[PairMean | None]]]:
    """Give the mean kappa of every two raters, row by row; None on the diagonal."""
    found: dict[frozenset[str], PairMean] = {}
    names = [(one, two) for place, one in enumerate(report.raters) for two in report.raters[place + 1 :]]
    for one, two in names:
        values = [cell.pairs[pair_name(one, two)]["cohen_kappa"].value for cell in report.codes]
        known = [value for value in values if value is not None]
        found[frozenset((one, two))] = PairMean(sum(known) / len(known) if known else None, len(known))
    return [(one, [found.get(frozenset((one, two))) for two in report.raters]) for one in report.raters]
