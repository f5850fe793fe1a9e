"""The `rate` command: from a file of ratings to a table of coefficients at a declared level of measurement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cases import build
from .levels import Nominal, Scale
from .measuring import INTERVALS, RESAMPLES, SEED, measure
from .naming import plain
from .parts import pairs
from .reading import Ratings
from .results import Result
from .sets import Sets
from .variables import Variable

__all__ = ["INTERVALS", "LEVELS", "RESAMPLES", "SEED", "How", "as_text", "report", "variable_of"]

MOST_RESAMPLES = 1_000_000
LEVELS = ("nominal", "ordinal", "interval", "ratio", "set")
TABLES: dict[str, tuple[str, ...]] = {
    "nominal": (
        "percent_agreement", "krippendorff_alpha", "gwet_ac1", "fleiss_kappa", "conger_kappa", "brennan_prediger",
    ),
    "ordinal": (
        "percent_agreement", "krippendorff_alpha_ordinal", "gwet_ac2_ordinal", "conger_kappa_linear",
        "conger_kappa_quadratic",
    ),
    "interval": ("percent_agreement", "krippendorff_alpha_interval", "conger_kappa_quadratic", "icc_1_1", "icc_2_1",
                 "icc_3_1", "icc_2_k", "icc_3_k"),
    "ratio": ("percent_agreement", "krippendorff_alpha_ratio", "icc_2_1", "icc_3_1"),
    "set": ("percent_agreement", "krippendorff_alpha_masi", "krippendorff_alpha_jaccard",
            "krippendorff_alpha_nominal_sets"),
}  # fmt: skip
FOR_TWO: dict[str, tuple[str, ...]] = {
    "nominal": ("cohen_kappa", "scott_pi", "kappa_max"),
    "ordinal": ("cohen_kappa_linear", "cohen_kappa_quadratic"),
    "interval": ("cohen_kappa_quadratic", "lin_ccc"),
    "ratio": ("lin_ccc",),
    "set": (),
}


def variable_of(ratings: Ratings, level: str, categories: Sequence[str] | None = None) -> Variable:
    """
    Make the variable of a file at a declared level.

    Raises ValueError when a label is no number where the level needs one, is not declared, or has no order.
    """
    if level not in LEVELS:
        raise ValueError(f"There is no level {level!r}: use {', '.join(LEVELS)}.")
    clusters = None if ratings.clusters is None else np.array(ratings.clusters, dtype=str)
    if level == "set":
        made: Variable = Sets.from_sets([[_codes(x) for x in row] for row in ratings.rows], clusters)
    elif level == "nominal":
        whole = build(ratings.rows, categories=categories)
        made = Nominal.from_ratings(whole.ratings, whole.q, clusters, labels=whole.labels)
    else:
        made = _scale(ratings, level, categories, clusters)
    return made if clusters is not None else made.units_alone()


def _codes(text: str | None) -> set[str] | None:
    if text is None:
        return None
    return set() if text == "{}" else {code.strip() for code in text.split("|") if code.strip()}


def _scale(ratings: Ratings, level: str, categories: Sequence[str] | None, clusters: Any) -> Variable:
    labels = {x for row in ratings.rows for x in row if x is not None} | set(categories or ())
    numbers = {label: _number(label) for label in labels}
    odd = sorted(label for label, number in numbers.items() if number is None)
    if not odd:
        table = [[np.nan if x is None else numbers[x] for x in row] for row in ratings.rows]
        declared = sorted({float(numbers[x] or 0.0) for x in categories}) if categories else None
        values = np.array(table, dtype=np.float64).reshape(len(table), len(ratings.units))
        return Scale.from_numbers(values, declared, clusters)
    if level != "ordinal":
        raise ValueError(f"Level {level} needs numbers, and {odd[0]!r} is none.")
    if categories is None:
        raise ValueError(f"{odd[0]!r} is no number: say the order of the categories with --categories low,middle,high.")
    whole = build(ratings.rows, categories=categories)
    return Scale.from_ratings(whole.ratings, list(range(whole.q)), clusters)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


@dataclass(frozen=True, slots=True)
class How:
    """How intervals are made; resamples and seed serve "percentile" and "bca" alone."""

    interval: str = "jackknife"
    resamples: int = RESAMPLES
    seed: int = SEED

    def __post_init__(self) -> None:
        """Refuse numbers that no resampling can use."""
        if not 100 <= self.resamples <= MOST_RESAMPLES:
            raise ValueError(f"Resamples must lie between 100 and {MOST_RESAMPLES:,}.")
        if self.seed < 0:
            raise ValueError("The seed must be 0 or above.")


def report(
    ratings: Ratings, level: str, categories: Sequence[str] | None, names: Sequence[str] | None, how: How
) -> dict[str, Any]:
    """Return everything that `rate` says, as plain values."""
    variable = variable_of(ratings, level, categories)
    chosen = list(names) if names else list(TABLES[level])
    if not names and variable.m == 2:
        chosen += FOR_TWO[level]
    optimistic = ratings.clusters is not None
    table = measure(
        variable, chosen, interval=how.interval, optimistic=optimistic, resamples=how.resamples, seed=how.seed
    )
    first = next(iter(table.values()))
    crossed = {
        f"{ratings.raters[i]}|{ratings.raters[j]}": {name: entry(result) for name, result in cell.items()}
        for (i, j), cell in (pairs(variable, _pair_names(level)) if variable.m > 2 else {}).items()
    }
    return {
        "layout": ratings.layout,
        "level": level,
        "raters": list(ratings.raters),
        "units": len(ratings.units),
        "units_rated": first.counts.units,
        "units_pairable": first.counts.pairable,
        "ratings": first.counts.ratings,
        "transcripts": variable.n_clusters if ratings.clusters is not None else None,
        "categories": first.counts.categories,
        "labels": [plain(label) for label in variable.labels][:1000],
        "interval": how.interval,
        **({"resamples": how.resamples, "seed": how.seed} if how.interval in ("percentile", "bca") else {}),
        "coefficients": {name: entry(result) for name, result in table.items()},
        "pairs": crossed,
    }


def _pair_names(level: str) -> list[str]:
    return ["percent_agreement", *FOR_TWO[level][:1]]


def entry(result: Result) -> dict[str, Any]:
    """Return a result as plain values for JSON."""
    return {
        "value": result.value,
        "low": result.low,
        "high": result.high,
        "interval": result.kind,
        "n": result.n,
        "why": result.why,
        "why_no_interval": result.why_no_interval,
    }


def as_text(found: dict[str, Any]) -> str:
    """Return the report as lines to read."""
    where = f"{found['transcripts']} transcripts" if found["transcripts"] is not None else "no transcript column"
    read = (
        f"Read as {found['layout']} layout, level {found['level']}: {len(found['raters'])} raters, {found['units']} "
        f"units ({found['units_pairable']} with two or more ratings), {found['ratings']} ratings, "
        f"{found['categories']} categories, {where}."
    )
    lines = [read]
    if found["transcripts"] is None:
        lines.append("Intervals take the units as independent; with a transcript column they respect the nesting.")
    elif found["interval"] == "analytic":
        lines.append("The analytic intervals take the units as independent: too narrow where transcripts differ.")
    if named := [label for label in found["labels"] if label.casefold() in ("na", "nan", "n/a", "none", "null", ".")]:
        lines.append(f"Counted as labels, not as missing: {', '.join(named)}. Use --missing to change that.")
    lines.append("")
    width = max(len(name) for name in found["coefficients"])
    for name, cell in found["coefficients"].items():
        lines.append(f"{name:<{width}}  {_line(cell)}")
    for pair, cells in found["pairs"].items():
        lines.append(f"{pair}: " + "; ".join(f"{name} {_line(cell, short=True)}" for name, cell in cells.items()))
    return "\n".join(lines)


def _line(cell: dict[str, Any], *, short: bool = False) -> str:
    if cell["value"] is None:
        return f"undefined: {cell['why']}"
    text = f"{cell['value']:7.4f}"
    if short:
        return text.strip()
    if cell["low"] is not None:
        text += f"  [{cell['low']:.4f}, {cell['high']:.4f}]  {cell['interval']}"
    if cell["why_no_interval"]:
        text += f"  ({cell['why_no_interval']})"
    return f"{text}  n={cell['n']}"
