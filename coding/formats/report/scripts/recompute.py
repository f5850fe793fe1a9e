"""
Compute the reliability of a round again, from the values of its raters, and compare it with what was reported.

    python recompute.py [FOLDER]

Reads matrix.csv, variables.csv and reliability.csv in FOLDER (the folder of this script when none is said). Needs
Python 3.10 or later and nothing else. Computed here: agreement in per cent, Krippendorff's alpha (nominal; ordinal for
ratings) with its jackknife interval, Gwet's AC1, Fleiss' kappa, and Cohen's kappa of every pair. Prints how many
numbers were compared and the largest difference, and ends with 1 when that is above 0.000001.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

LEVEL = 0.95
FEWEST_TRANSCRIPTS = 5
TOLERANCE = 1e-6
COMPUTED = {
    *("percent_agreement", "krippendorff_alpha", "krippendorff_alpha_ordinal"),
    *("gwet_ac1", "fleiss_kappa", "cohen_kappa"),
}

Value = float | None
Unit = tuple[str, tuple[str, ...]]  # the transcript, and each rater's value ("" is missing)
Units = Counter[Unit]  # how many segments look like this
Ends = tuple[Value, Value]
Coincidences = dict[tuple[str, str], float]


def plain(cell: str) -> str:
    """Take away the apostrophe that guards a cell against being run as a formula."""
    return cell[1:] if cell[:1] == "'" and cell.lstrip("'")[:1] in tuple("=+-@\t\r") else cell


# Coefficients ----------------------------------------------------------------------------------------------------


def counts_of(values: Iterable[str]) -> Counter[str]:
    """Count how many raters gave each value to one segment; a missing one is none."""
    return Counter(value for value in values if value)


def percent_agreement(units: Units) -> Value:
    """Take the share of agreeing pairs in each segment with two values or more, and the mean of these shares."""
    shares, segments = [], 0
    for (_, values), times in units.items():
        counts = counts_of(values)
        raters = sum(counts.values())
        if raters > 1:
            shares.append(times * sum(a * (a - 1) for a in counts.values()) / (raters * (raters - 1)))
            segments += times
    return math.fsum(shares) / segments if segments else None


def mean_shares(units: Units) -> dict[str, float]:
    """Take the share of each category in each segment with a value, and the mean of these shares."""
    found: dict[str, list[float]] = defaultdict(list)
    rated = 0
    for (_, values), times in units.items():
        counts = counts_of(values)
        raters = sum(counts.values())
        rated += times * (raters > 0)
        for category, a in counts.items():
            found[category].append(times * a / raters)
    return {category: math.fsum(shares) / rated for category, shares in found.items()}


def fleiss_kappa(units: Units) -> Value:
    """(observed - chance) / (1 - chance), chance from the pooled shares."""
    observed, shares = percent_agreement(units), mean_shares(units)
    if observed is None or len(shares) < 2:
        return None
    chance = sum(p * p for p in shares.values())
    return (observed - chance) / (1 - chance)


def gwet_ac1(units: Units, categories: int) -> Value:
    """(observed - chance) / (1 - chance), chance sum p(1 - p) / (q - 1) over the q declared categories."""
    observed, shares = percent_agreement(units), mean_shares(units)
    if observed is None or categories < 2:
        return None
    chance = sum(p * (1 - p) for p in shares.values()) / (categories - 1)
    return (observed - chance) / (1 - chance)


def cohen_kappa(units: Units) -> Value:
    """1 - observed / expected disagreement of two raters, on the segments that both have a value for."""
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    segments = differ = 0
    for (_, (one, two)), times in units.items():
        if one and two:
            first[one] += times
            second[two] += times
            segments += times
            differ += times * (one != two)
    expected = segments**2 - sum(first[category] * second[category] for category in first)
    if not expected:
        return None
    return 1 - segments * differ / expected


def coincidences(units: Units) -> dict[str, Coincidences]:
    """Count in each transcript how often two values meet in a segment, each pair by 1 / (values - 1)."""
    found: dict[str, Coincidences] = {}
    for (transcript, values), times in units.items():
        counts = counts_of(values)
        raters = sum(counts.values())
        if raters < 2:
            continue
        table = found.setdefault(transcript, {})
        for c, a in counts.items():
            for k, b in counts.items():
                met = times * a * (b - (c == k)) / (raters - 1)
                if met:
                    table[c, k] = table.get((c, k), 0.0) + met
    return found


def alpha(tables: Iterable[Coincidences], ordinal: bool) -> Value:
    """1 - observed / expected disagreement, from the coincidences of some transcripts together."""
    together: Coincidences = {}
    for table in tables:
        for pair, met in table.items():
            together[pair] = together.get(pair, 0.0) + met
    totals: dict[str, float] = defaultdict(float)
    for (c, _), met in together.items():
        totals[c] += met
    if len(totals) < 2:
        return None
    n = sum(totals.values())
    differ = distances(totals, ordinal)
    observed = sum(met * differ[pair] for pair, met in together.items())
    expected = sum(totals[c] * totals[k] * differ[c, k] for c in totals for k in totals)
    return 1 - (n - 1) * observed / expected


def distances(totals: dict[str, float], ordinal: bool) -> dict[tuple[str, str], float]:
    """Say how far two categories differ: 0 or 1, or for ratings by the ranks that lie between them, squared."""
    if not ordinal:
        return {(c, k): float(c != k) for c in totals for k in totals}
    order = sorted(totals, key=float)
    found = {}
    for i, c in enumerate(order):
        for j, k in enumerate(order):
            low, high = min(i, j), max(i, j)
            between = sum(totals[category] for category in order[low : high + 1])
            found[c, k] = (between - (totals[c] + totals[k]) / 2) ** 2
    return found


def jackknife(tables: dict[str, Coincidences], ordinal: bool) -> Ends:
    """Leave one transcript out at a time: t with C - 1 degrees of freedom, on Fisher's z; or no interval."""
    estimate = alpha(tables.values(), ordinal)
    number = len(tables)
    if estimate is None or abs(estimate) >= 1 - 1e-12 or number < FEWEST_TRANSCRIPTS:
        return None, None
    left = [alpha([t for name, t in tables.items() if name != out], ordinal) for out in tables]
    known = [value for value in left if value is not None]
    if len(known) < number:
        return None, None
    middle = math.fsum(known) / number
    error = math.sqrt((number - 1) / number * math.fsum((value - middle) ** 2 for value in known))
    if error < 1e-12:
        return None, None
    width = t_quantile(number - 1) * error / (1 - estimate**2)
    return math.tanh(math.atanh(estimate) - width), math.tanh(math.atanh(estimate) + width)


def t_quantile(df: int) -> float:
    """Find t so that LEVEL of Student's distribution lies between -t and t (Abramowitz and Stegun 26.7.3, 26.7.4)."""
    low, high = 0.0, 1000.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, df) < LEVEL else (low, middle)
    return (low + high) / 2


def _inside(t: float, df: int) -> float:
    angle = math.atan(t / math.sqrt(df))
    cosine, total = math.cos(angle), 0.0
    term = cosine if df % 2 else 1.0
    for power in range(1 if df % 2 else 0, df - 1, 2):
        total += term
        term *= cosine**2 * (power + 1) / (power + 2)
    if df % 2:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total


# Files -----------------------------------------------------------------------------------------------------------


def rows_of(path: Path) -> Iterable[dict[str, str]]:
    """Read a table row by row."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def compute(folder: Path) -> dict[tuple[str, ...], tuple[Value, Ends | None]]:
    """Compute everything, keyed by part, variable, the two raters of a pair (or nothing), and coefficient."""
    with (folder / "matrix.csv").open(encoding="utf-8", newline="") as file:
        table = csv.reader(file)
        raters = [plain(name)[len("rater.") :] for name in next(table)[4:]]
        variables: dict[tuple[str, str], Units] = defaultdict(Counter)
        for part, variable, transcript, _, *values in table:
            variables[part, variable][transcript, tuple(values)] += 1
    found: dict[tuple[str, ...], tuple[Value, Ends | None]] = {}
    for row in rows_of(folder / "variables.csv"):
        key = (row["part"], row["variable"])
        units, ordinal, q = variables[key], row["level"] == "ordinal", int(row["categories"])
        everyone = list(range(len(raters)))
        for name, number in measured(units, everyone, q, ordinal).items():
            found[(*key, "", "", name)] = number
        for one in everyone:
            for two in everyone[one + 1 :]:
                both = {unit: times for unit, times in units.items() if unit[1][one] and unit[1][two]}
                for name, number in measured(Counter(both), [one, two], q, ordinal).items():
                    found[(*key, raters[one], raters[two], name)] = number
    return found


def measured(everyone: Units, raters: Sequence[int], q: int, ordinal: bool) -> dict[str, tuple[Value, Ends | None]]:
    """Compute every coefficient of some raters on some segments."""
    units: Units = Counter()
    for (transcript, values), times in everyone.items():
        units[transcript, tuple(values[rater] for rater in raters)] += times
    tables = coincidences(units)
    name = "krippendorff_alpha_ordinal" if ordinal else "krippendorff_alpha"
    found: dict[str, tuple[Value, Ends | None]] = {
        "percent_agreement": (percent_agreement(units), None),
        name: (alpha(tables.values(), ordinal), jackknife(tables, ordinal)),
    }
    if not ordinal:
        found["gwet_ac1"] = (gwet_ac1(units, q), None)
        found["fleiss_kappa"] = (fleiss_kappa(units), None)
        if len(raters) == 2:
            found["cohen_kappa"] = (cohen_kappa(units), None)
    return found


def difference(reported: str, value: Value) -> float:
    """Give how far two numbers lie apart: endlessly where one of them is undefined and the other is not."""
    if not reported or value is None:
        return 0.0 if not reported and value is None else math.inf
    return abs(float(reported) - value)


def compare(folder: Path) -> tuple[int, int, float, str]:
    """Compare what is computed here with the report: numbers compared, rows not computed, largest difference, where."""
    found = compute(folder)
    compared = passed = 0
    largest, where = 0.0, ""
    for row in rows_of(folder / "reliability.csv"):
        pair = (plain(row["rater_1"]), plain(row["rater_2"]))
        number = found.get((row["part"], row["key"], *pair, row["coefficient"]))
        if number is None or row["coefficient"] not in COMPUTED:
            passed += 1
            continue
        value, ends = number
        apart = [difference(row["value"], value)]
        if ends is not None and row["interval"] in ("", "jackknife"):
            apart += [difference(row["low"], ends[0]), difference(row["high"], ends[1])]
        compared += len(apart)
        if max(apart) > largest:
            largest = max(apart)
            where = " ".join([row["part"], row["key"], *pair, row["coefficient"]])
    return compared, passed, largest, where


def main(arguments: Sequence[str]) -> int:
    """Compare and say what came of it."""
    folder = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    compared, passed, largest, where = compare(folder)
    sys.stdout.write(f"{compared} numbers compared, {passed} rows hold what this script does not compute.\n")
    sys.stdout.write(f"Largest difference: {largest:.3g}{f' ({where})' if where else ''}\n")
    return 1 if largest > TOLERANCE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
