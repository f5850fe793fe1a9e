"""The reliability page: a sentence first, then what it stands on; the rows of its table are in reliability_rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from coding.queries.breakdown import Breakdown
from coding.queries.measured import Cell, pair_name
from coding.queries.reliability import RoundReliability
from coding.queries.reliability_rows import Row, band, row_of
from coding.reliability import Result

#: By how much alpha must rise without a rater for the page to name them.
NOTABLE = 0.02
WORDS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number_word(number: int) -> str:
    """Write a small number as a word."""
    return WORDS[number] if number < len(WORDS) else str(number)


@dataclass(frozen=True, slots=True)
class Words:
    """Some words of the sentence; those about one code name its key, so that they can lead to it."""

    text: str
    code: str = ""


def sentence(report: RoundReliability) -> list[Words]:
    """Say in one breath what the table shows."""
    raters = len(report.raters)
    if not raters:
        return [Words("No rater submitted a coding that can be compared.")]
    if raters == 1:
        return [Words(f"Only {report.raters[0]} coded here: agreement needs two raters.")]
    rows = [row_of(cell) for cell in report.codes]
    if not any(row.cell.units for row in rows):
        return [Words(f"{number_word(raters).capitalize()} raters coded, but no segment was judged by two of them.")]
    by_band = [sorted((row for row in rows if band(row) == number), key=_weakness) for number in range(4)]
    weak, fair, close, undefined = by_band
    first = f"{number_word(raters).capitalize()} raters agree closely on {number_word(len(close))} of {len(rows)} codes"
    said = [Words(f"{first} and fairly on {number_word(len(fair))}." if fair else f"{first}.")]
    said += _weakest(weak)
    unused = [row for row in undefined if row.cell.units and not any(share.given for share in row.cell.shares)]
    if unused:
        said.append(
            Words(f" {number_word(len(unused)).capitalize()} {'was' if len(unused) == 1 else 'were'} never used.")
        )
    if others := len(undefined) - len(unused):
        said.append(Words(f" Nothing can be said of {number_word(others)}."))
    return said


def _weakest(weak: Sequence[Row]) -> list[Words]:
    """Name the two weakest codes, each a way into its numbers."""
    if not weak:
        return []
    names = [Words(row.cell.name, row.cell.key) for row in weak[:2]]
    if len(weak) == 1:
        return [Words(" One is not yet reliable: "), names[0], Words(".")]
    many = number_word(len(weak)).capitalize()
    return [Words(f" {many} are not yet reliable, the weakest "), names[0], Words(" and "), names[1], Words(".")]


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
    of_pairs: tuple[tuple[tuple[str, str], Result], ...]
    spread: float


def pair_rows(report: RoundReliability, most: int = 9) -> list[PairRow]:
    """Give the codes on which pairs of raters differ most."""
    rows = []
    for cell in report.codes:
        results = [table["cohen_kappa"] for table in cell.pairs.values()]
        known = [result.value for result in results if result.value is not None]
        if len(known) > 1:
            pairs = zip(combinations(report.raters, 2), results, strict=True)
            rows.append(PairRow(cell, tuple(pairs), max(known) - min(known)))
    rows.sort(key=lambda row: -row.spread)
    return rows[:most]


@dataclass(frozen=True, slots=True)
class PairMean:
    """Mean of Cohen's kappa over the codes for which a pair of raters has one."""

    mean: float | None
    codes: int


def pair_square(report: RoundReliability) -> list[tuple[str, list[tuple[str, PairMean | None]]]]:
    """Give the mean kappa of every two raters, row by row; None on the diagonal."""
    found: dict[frozenset[str], PairMean] = {}
    names = [(one, two) for place, one in enumerate(report.raters) for two in report.raters[place + 1 :]]
    for one, two in names:
        values = [cell.pairs[pair_name(one, two)]["cohen_kappa"].value for cell in report.codes]
        known = [value for value in values if value is not None]
        found[frozenset((one, two))] = PairMean(sum(known) / len(known) if known else None, len(known))
    return [(one, [(two, found.get(frozenset((one, two)))) for two in report.raters]) for one in report.raters]


@dataclass(frozen=True, slots=True)
class TranscriptRow:
    """Alpha of one code within each transcript."""

    cell: Cell
    of_transcripts: tuple[tuple[str, float | None], ...]
    spread: float


def transcript_rows(report: RoundReliability, most: int = 9) -> list[TranscriptRow]:
    """Give the codes on which transcripts differ most."""
    rows = []
    for cell in report.codes:
        values = tuple(cell.per_transcript.get(place) for place in range(len(report.transcripts)))
        known = [value for value in values if value is not None]
        if len(known) > 1:
            named = tuple(zip(report.transcripts, values, strict=True))
            rows.append(TranscriptRow(cell, named, max(known) - min(known)))
    rows.sort(key=lambda row: -row.spread)
    return rows[:most]


def stands_apart(found: Breakdown, report: RoundReliability) -> str:
    """Name the rater without whom the others agree better, where there is one."""
    whole = report.overall["krippendorff_alpha_masi"].value
    lifted = [(part.without - whole, part) for part in found.raters if part.without is not None and whole is not None]
    if not lifted:
        return ""
    by, part = max(lifted, key=lambda pair: pair[0])
    names = " and ".join(change.code.name for change in part.most[:2] if change.without > change.value)
    return f"{part.name} stands apart{f', most on {names}' if names else ''}." if by > NOTABLE else ""
