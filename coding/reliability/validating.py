"""Check the installed version against a file of cases: each expected value beside ours, difference and verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from . import benchmarks, cases
from .naming import ENDINGS

REPRODUCED, UNDEFINED, DIFFERS, NOT_COMPUTED = "reproduced", "undefined, as expected", "differs", "not computed"
Plain = float | tuple[float | None, ...] | None
WITHOUT_CHANCE = (
    "percent_agreement", "positive_agreement", "negative_agreement", "prevalence_index", "bias_index",
)  # fmt: skip
TWO_RATERS = ("cohen", "scott_pi", "kappa_max", "pabak")
#: The parts of docs/methods.md, in its order; "Two or more raters" takes what belongs to no other.
FAMILIES = (
    "Agreement without correction for chance",
    "Two raters",
    "Two or more raters",
    "Krippendorff's alpha",
    "Numbers: ICC and CCC",
    "Free spans",
    "Intervals and standard errors",
    "Benchmarks",
)
NOT_OURS = {
    "gamma": "the gamma family compares with spans drawn at random, so that its value depends on the draw; "
    "Krippendorff's unitizing alphas serve free spans here",
    "gamma_observed_disorder": "the part of gamma before it is corrected for chance, which by itself is no coefficient "
    "of agreement",
}


@dataclass(frozen=True, slots=True)
class Check:
    """
    One expected value and ours.

    `expected` is in full precision and None where the coefficient is undefined, `printed` what the source prints.
    `difference` is ours minus expected, of a list the largest by size; None where there is nothing to subtract.
    `why` says why we give no value.
    """

    case: str
    coefficient: str
    family: str
    expected: Plain
    reason: str
    printed: Plain
    ours: Plain
    why: str
    difference: float | None
    tolerance: float | None
    verdict: str
    verified_by: tuple[str, ...]

    @property
    def is_reproduced(self) -> bool:
        """Say whether ours lies within the tolerance, or is undefined as it should be."""
        return self.verdict in (REPRODUCED, UNDEFINED)

    @property
    def is_printed_otherwise(self) -> bool:
        """Say whether ours, rounded to the digits that the source prints, is another number than the printed one."""
        ours, printed = (one if isinstance(one, tuple) else (one,) for one in (self.ours, self.printed))
        return any(
            one is not None and shown is not None and abs(one - shown) > 0.5 / 10 ** _digits(shown) + 1e-9
            for one, shown in zip(ours, printed, strict=False)
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Where a case comes from."""

    id: str
    title: str
    source: str
    kind: str
    level: str
    notes: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Validation:
    """All cases of a file, with the conventions under which its names and values are to be read."""

    conventions: Mapping[str, str]
    provenance: str
    sources: tuple[Source, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return all values, case by case."""
        return tuple(check for source in self.sources for check in source.checks)


def validate(document: Mapping[str, Any]) -> Validation:
    """
    Run every case and hold each value against the expected one; deterministic.

    Raises ValueError when the document has no list of cases.
    """
    found = cases.run(document)
    sources = tuple(_source(case, found[str(case["id"])]) for case in document["cases"])
    return Validation(dict(document.get("conventions", {})), str(document.get("provenance", "")), sources)


def _source(case: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> Source:
    name = str(case["id"])
    return Source(
        id=name,
        title=str(case.get("title", name)),
        source=str(case.get("source", "")),
        kind=str(case.get("kind", "")),
        level=str(case.get("level", "")),
        notes=str(case.get("notes", "")),
        checks=tuple(_check(name, entry, found[entry["coefficient"]]) for entry in case["expected"]),
    )


def _check(case: str, entry: Mapping[str, Any], cell: Mapping[str, Any]) -> Check:
    name, tolerance = str(entry["coefficient"]), entry.get("tolerance")
    expected, ours = _plain(entry["value"]), _plain(cell["value"])
    difference, fits = _apart(ours, expected)
    if expected is None:
        verdict = UNDEFINED if ours is None else DIFFERS
    elif ours is None:
        verdict = NOT_COMPUTED
    else:
        close = fits and (difference is None or (tolerance is not None and abs(difference) <= tolerance))
        verdict = REPRODUCED if close else DIFFERS
    return Check(
        case=case,
        coefficient=name,
        family=family_of(name),
        expected=expected,
        reason=str(entry.get("reason", "")),
        printed=_plain(entry.get("published")),
        ours=ours,
        why=NOT_OURS.get(name, str(cell["why"])) if ours is None else "",
        difference=difference,
        tolerance=tolerance,
        verdict=verdict,
        verified_by=tuple(str(who) for who in entry.get("verified_by", ())),
    )


def _plain(value: Any) -> Plain:
    if isinstance(value, list):
        return tuple(None if one is None else float(one) for one in value)
    return None if value is None else float(value)


def _digits(printed: float) -> int:
    """Count the decimals that are printed."""
    exponent = Decimal(repr(printed)).as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _apart(ours: Plain, expected: Plain) -> tuple[float | None, bool]:
    """Return ours minus expected, of lists the largest difference, and whether the two are of one shape."""
    if isinstance(ours, float) and isinstance(expected, float):
        return ours - expected, True
    if not isinstance(ours, tuple) or not isinstance(expected, tuple):
        return None, False
    fits = len(ours) == len(expected) and all(
        (one is None) == (other is None) for one, other in zip(ours, expected, strict=False)
    )
    both = zip(ours, expected, strict=False)
    gaps = [one - other for one, other in both if one is not None and other is not None]
    return max(gaps, key=abs, default=None), fits


def family_of(name: str) -> str:
    """Return the part of docs/methods.md that a name in a file of cases belongs to."""
    head = name.partition(":")[0]
    places = ("_per_cluster", "_leave_one_cluster_out", "_leave_one_rater_out")
    if any(head.endswith(ending) for ending, _ in ENDINGS if ending not in places):
        return FAMILIES[6]
    if head.removeprefix("benchmark_") in benchmarks.BANDS:
        return FAMILIES[7]
    if head.startswith(("alpha_u", "alpha_cu", "alpha_ku", "coverage", "gamma")):
        return FAMILIES[5]
    if head.startswith(WITHOUT_CHANCE):
        return FAMILIES[0]
    if head.startswith(TWO_RATERS):
        return FAMILIES[1]
    if head.startswith(("icc_", "lin_ccc")):
        return FAMILIES[4]
    if head.startswith(("krippendorff_alpha", "alpha")):
        return FAMILIES[3]
    return FAMILIES[2]
