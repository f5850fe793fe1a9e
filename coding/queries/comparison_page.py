"""The page that compares two rounds: a sentence, then a row for each code with both rounds beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from coding.queries.compared import (
    CHANGED_MEANWHILE,
    DIFFER,
    DOWN,
    LEARNING,
    NO_INTERVAL,
    SAME_MATERIAL,
    UNCLEAR,
    UP,
    Apart,
    Line,
    Pooled,
    RoundComparison,
    Side,
)
from coding.queries.definition_changes import CHANGED, GONE, NEW, REWORDED
from coding.queries.plot import Stroke, stroke
from coding.reliability import Result

CHOICES = {"alpha": "Alpha", "ac": "AC1", "agreement": "Agreement"}
WORDS = {"alpha": "alpha", "ac": "AC1", "agreement": "agreement in per cent"}
NAMES = {
    "alpha": ("krippendorff_alpha", "krippendorff_alpha_ordinal", "krippendorff_alpha_masi"),
    "ac": ("gwet_ac1", "gwet_ac2_ordinal"),
    "agreement": ("percent_agreement",),
}
UNDEFINED = "undefined"
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Half:
    """One round's part of a row."""

    side: Side
    agreement: Result
    alpha: Result
    ac: Result | None
    stroke: Stroke | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: both rounds, the difference in the chosen coefficient, and what both give together."""

    line: Line
    first: Half | None
    second: Half | None
    state: str
    said: str
    change: str
    interval: str
    why: str
    together: Result | None
    why_not_together: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    title: str
    note: str
    rows: tuple[Row, ...]


def _pick(results: Mapping[str, Result], by: str) -> Result | None:
    return next((results[name] for name in NAMES[by] if name in results), None)


def _half(side: Side | None, by: str) -> Half | None:
    if side is None:
        return None
    results = side.results
    alpha = next(results[name] for name in NAMES["alpha"] if name in results)
    chosen = _pick(results, by) or alpha
    return Half(side, results["percent_agreement"], alpha, _pick(results, "ac"), stroke(chosen))


def row_of(line: Line, by: str) -> Row:
    """Prepare one row for the chosen coefficient; whole sets of codes have no AC, and show alpha instead."""
    names = [name for name in (*NAMES[by], *NAMES["alpha"]) if name in line.apart]
    apart: Apart | None = line.apart[names[0]] if names else None
    pooled: Pooled | None = line.pooled[names[0]] if names else None
    in_points = by == "agreement"
    state = line.compared.status if not line.is_comparable else _state(apart)
    return Row(
        line=line,
        first=_half(line.first, by),
        second=_half(line.second, by),
        state=state,
        said=state if state in (UP, DOWN, UNCLEAR) else "",
        change=_signed(apart.value if apart else None, in_points),
        interval=_ends(apart, in_points),
        why=_why(apart),
        together=pooled.result if pooled else None,
        # What is so for every row is said once, above the table.
        why_not_together="" if pooled is None or pooled.why in (SAME_MATERIAL, LEARNING) else pooled.why,
    )


def _state(apart: Apart | None) -> str:
    return UNDEFINED if apart is None or apart.value is None else apart.verdict


def _why(apart: Apart | None) -> str:
    if apart is None:
        return ""
    if apart.value is None:
        return f"undefined: {apart.why}"
    return "no interval" if "fewer than" in apart.why_no_interval else apart.why_no_interval


def _signed(value: float | None, in_points: bool) -> str:
    if value is None:
        return "–"
    text = f"{100 * abs(value):.1f}" if in_points else f"{abs(value):.2f}".removeprefix("0")
    if not value:
        return "0"
    return f"{'+' if value > 0 else MINUS}{text}"


def _ends(apart: Apart | None, in_points: bool) -> str:
    if apart is None or apart.low is None or apart.high is None:
        return ""
    return f"{_signed(apart.low, in_points)} to {_signed(apart.high, in_points)}"


def groups(report: RoundComparison, by: str) -> list[Group]:
    """Arrange the codes by what became of them."""
    rows = [row_of(line, by) for line in report.codes]
    titles = (
        (
            DOWN,
            "Went down",
            "the interval of the difference lies below 0; a value over both rounds would describe neither",
        ),
        (UP, "Went up", "the interval of the difference lies above 0; a value over both rounds would describe neither"),
        (UNCLEAR, "No clear change", "the interval of the difference holds 0"),
        (NO_INTERVAL, "A change without an interval", "nobody can say whether it is more than chance"),
        (UNDEFINED, "Undefined in a round", "no difference without two values"),
        (
            CHANGED,
            f"Definition changed between {report.first.version} and {report.second.version}",
            "not the same code, and never put together",
        ),
        (NEW, f"New in {report.second.version}", ""),
        (GONE, f"Gone since {report.first.version}", ""),
    )
    # What the heading says of all its rows is not said again in each.
    told = {UP: DIFFER, DOWN: DIFFER, CHANGED: CHANGED_MEANWHILE}
    rows = [
        replace(
            row, said="", why_not_together="" if told.get(row.state) == row.why_not_together else row.why_not_together
        )
        for row in rows
    ]
    found = [(title, note, tuple(row for row in rows if row.state == state)) for state, title, note in titles]
    return [
        Group(title, f"{_codes(len(kept))}{': ' if note else ''}{note}", kept) for title, note, kept in found if kept
    ]


def _codes(number: int) -> str:
    return "1 code" if number == 1 else f"{number} codes"


def sentence(report: RoundComparison, by: str) -> str:
    """Say in one breath what changed from one round to the other."""
    for place_ in (report.first, report.second):
        if len(place_.raters) < 2:
            who = f"only {place_.raters[0]} coded" if place_.raters else "nobody's coding can be compared"
            return f"In {place_.title} {who}: agreement, and its change, need two raters."
    states = [row_of(line, by).state for line in report.codes]
    count = {state: states.count(state) for state in (UP, DOWN, UNCLEAR, NO_INTERVAL, UNDEFINED, CHANGED, NEW, GONE)}
    if not len(states) - count[NEW] - count[GONE]:
        return f"{report.first.title} and {report.second.title} have no code in common."
    moved = f"{_codes(count[UP])} went up and {count[DOWN]} down"
    parts = [moved if count[UP] or count[DOWN] else "no code clearly went up or down"]
    for state, words in (
        (UNCLEAR, "{} without clear change"),
        (NO_INTERVAL, "{} changed by an amount that has no interval"),
        (UNDEFINED, "{} undefined in a round"),
    ):
        if count[state]:
            parts.append(words.format(count[state]))
    said = [f"From {report.first.title} to {report.second.title}: {', '.join(parts)}."]
    if count[CHANGED]:
        whose = "its definition and is" if count[CHANGED] == 1 else "their definition and are"
        said.append(f"{count[CHANGED]} changed {whose} not compared.")
    if count[NEW] or count[GONE]:
        said.append(f"{count[NEW]} new, {count[GONE]} gone.")
    return " ".join(said)


def changed_lines(lines: Sequence[Line]) -> list[Line]:
    """Give the codes whose definition or words changed, to show what changed in them."""
    return [line for line in lines if line.compared.status in (CHANGED, REWORDED)]
