"""How one number came about: the counts that went into it, in a sentence and in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from coding.queries.measured import Table
from coding.queries.ratings import Ratings
from coding.queries.variables import variable_of
from coding.reliability import Variable, estimate, find_coefficient

MOST_CATEGORIES = 12
#: (observed - chance) / (1 - chance), each with its own idea of chance.
CHANCE = ("fleiss_kappa", "conger_kappa", "brennan_prediger", "gwet_ac1", "gwet_ac2", "cohen_kappa")


@dataclass(frozen=True, slots=True)
class Crossing:
    """
    How often one value met another: `cells` (categories, categories), `totals` their sums by row.

    Of two raters it is their crossed table, the first rater in the rows. Of more it is the table of coincidences:
    every two values of a segment with r values count 1 / (r - 1), in both orders.
    """

    categories: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]
    totals: tuple[float, ...]
    raters: tuple[str, ...] = ()

    def lines(self) -> list[tuple[str, tuple[float, ...], float]]:
        """Give the table row by row."""
        return list(zip(self.categories, self.cells, self.totals, strict=True))


@dataclass(frozen=True, slots=True)
class Split:
    """On how many segments `given` of `values` raters gave the code."""

    given: int
    values: int
    segments: int


def splits(found: Ratings) -> list[Split]:
    """Count the segments by how many of the raters with a value there gave it."""
    values = (found.values >= 0).sum(axis=0)
    given = (found.given & (found.values >= 0)).sum(axis=0)
    pairs, counts = np.unique(np.stack([values, given]), axis=1, return_counts=True)
    rows = [Split(int(g), int(v), int(n)) for (v, g), n in zip(pairs.T.tolist(), counts.tolist(), strict=True) if v > 1]
    return sorted(rows, key=lambda row: (-row.values, row.given))


def crossing(found: Ratings, raters: tuple[str, ...]) -> Crossing | None:
    """Cross the values of two raters, or count the coincidences of more; None where there are too many categories."""
    q = len(found.categories)
    variable = variable_of(found)
    if not variable.n or not variable.counts.pairable or q > MOST_CATEGORIES:
        return None
    table = np.zeros((q, q))
    if len(raters) == 2:
        both = (found.values >= 0).all(axis=0)
        np.add.at(table, (found.values[0, both], found.values[1, both]), 1)
    else:
        cells = variable.sizes @ variable.block("cells")
        # Each unordered pair of different values stands for both orders.
        table[variable.cell_first, variable.cell_second] += cells / 2
        table[variable.cell_second, variable.cell_first] += cells / 2
    cells_of = tuple(tuple(row) for row in table.tolist())
    return Crossing(found.categories, cells_of, tuple(table.sum(axis=1).tolist()), raters if len(raters) == 2 else ())


def workings(found: Ratings, results: Table) -> Mapping[str, str]:
    """Give for each coefficient the numbers that went into its formula, as a sentence; nothing where none is short."""
    variable = variable_of(found)
    words = {name: _of(variable, name) for name, result in results.items() if result.value is not None}
    return {name: text for name, text in words.items() if text}


def _of(variable: Variable, name: str) -> str:
    coefficient = find_coefficient(name)
    if coefficient is None:
        return ""
    if coefficient.base in CHANCE:
        weighting = f"_{coefficient.weighting}" if coefficient.weighting else ""
        return _corrected(variable, name, estimate(variable, f"percent_agreement{weighting}").value)
    if name == "krippendorff_alpha":
        return _alpha(variable)
    if name == "percent_agreement":
        agree = float(variable.sizes @ variable.block("agree").sum(axis=1))
        return (
            f"{_amount(agree)} of {variable.counts.pairable:,} segments, each by its share of agreeing pairs of raters"
        )
    if name in ("positive_agreement", "negative_agreement"):
        return _one_sided(variable, name)
    return ""


def _corrected(variable: Variable, name: str, observed: float | None) -> str:
    value = estimate(variable, name).value
    if value is None or observed is None or value == 1:
        return "" if value is None else "No two raters differ on any segment: observed agreement is 1."
    chance = (observed - value) / (1 - value)
    return f"({observed:.4f} observed − {chance:.4f} by chance) / (1 − {chance:.4f}) = {value:.4f}"


def _alpha(variable: Variable) -> str:
    totals = variable.sizes @ variable.block("pairable")
    n = float(totals.sum())
    observed = n - float((variable.sizes @ variable.block("within")).sum())
    expected = float((totals * (n - totals)).sum()) / (n - 1)
    share = f"{_amount(observed)} unequal pairs observed / {expected:,.2f} expected"
    return f"1 − {share} = {1 - observed / expected:.4f}, from {n:,.0f} values"


def _one_sided(variable: Variable, name: str) -> str:
    column = 1 if name == "positive_agreement" else 0
    within = float((variable.sizes @ variable.block("within"))[column])
    total = float((variable.sizes @ variable.block("pairable"))[column])
    return f"{_amount(within)} of {total:,.0f} such values are confirmed by the other raters of the segment"


def _amount(number: float) -> str:
    return f"{number:,.0f}" if abs(number - round(number)) < 1e-9 else f"{number:,.2f}"
