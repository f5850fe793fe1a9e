"""The published cases, run on the version that is installed here: what the validation page and the API show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from coding.queries.coefficient_words import words_for
from coding.reliability.validating import (
    FAMILIES,
    NOT_COMPUTED,
    UNDEFINED,
    Check,
    Plain,
    Source,
    Validation,
    validate,
)
from workbench.version import product_version

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "reliability" / "cases.json"


@cache
def installed_validation() -> Validation:
    """Run the shipped cases, once in the life of a process: neither they nor the version change while it runs."""
    return validate(json.loads(CASES.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Line:
    """One expected value as it is written on the page."""

    check: Check
    source: Source
    title: str
    printed: str
    expected: str
    ours: str
    difference: str
    tolerance: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Family:
    """The values of one family of coefficients."""

    id: str
    title: str
    note: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What the page shows."""

    version: str
    sentence: str
    under: str
    not_computed: tuple[Line, ...]
    differing: tuple[Line, ...]
    printed_otherwise: tuple[Line, ...]
    families: tuple[Family, ...]
    validation: Validation


@cache
def validation_report() -> Report:
    """Prepare the page, once in the life of a process."""
    validation = installed_validation()
    lines = [_line(source, check) for source in validation.sources for check in source.checks]
    missing = tuple(line for line in lines if line.check.verdict == NOT_COMPUTED)
    differing = tuple(line for line in lines if not line.check.is_reproduced and line not in missing)
    return Report(
        version=product_version(),
        sentence=sentence(lines, product_version()),
        under=_under(validation, lines),
        not_computed=missing,
        differing=differing,
        printed_otherwise=tuple(line for line in lines if line.check.is_printed_otherwise),
        families=_families(lines),
        validation=validation,
    )


def sentence(lines: Sequence[Line], version: str) -> str:
    """Say how many values are reproduced, and which are not."""
    good = sum(line.check.is_reproduced for line in lines)
    parts = [
        f"{good} of {len(lines)} published or derived values are reproduced by the version installed here, {version}"
    ]
    for verb, names in (
        ("not computed", [_said(line) for line in lines if line.check.verdict == NOT_COMPUTED]),
        (
            "computed otherwise",
            [
                f"{_said(line)} of {line.source.title}"
                for line in lines
                if not line.check.is_reproduced and line.check.verdict != NOT_COMPUTED
            ],
        ),
    ):
        if names:
            parts.append(f"{len(names)} {'is' if len(names) == 1 else 'are'} {verb}: {' and '.join(names)}")
    return "; ".join(parts) + "."


def _said(line: Line) -> str:
    return line.check.coefficient.replace("_", " ")


def _under(validation: Validation, lines: Sequence[Line]) -> str:
    kinds = [source.kind for source in validation.sources]
    undefined = sum(line.check.verdict == UNDEFINED for line in lines)
    printed = sum(line.check.printed is not None for line in lines)
    return (
        f"{len(kinds)} cases, {kinds.count('published')} of them published and {kinds.count('derived')} derived for "
        f"this purpose, were run when this page was first asked for. {undefined} values are undefined on purpose: the "
        f"engine has to say so, with a reason. {printed} values are printed in their source."
    )


def _families(lines: Sequence[Line]) -> tuple[Family, ...]:
    out = []
    for number, title in enumerate(FAMILIES, start=1):
        kept = tuple(line for line in lines if line.check.family == title)
        if kept:
            good = sum(line.check.is_reproduced for line in kept)
            out.append(Family(f"family-{number}", title, f"{good} of {len(kept)} reproduced", kept))
    return tuple(out)


def _line(source: Source, check: Check) -> Line:
    title = words_for(check.coefficient).title
    return Line(
        check=check,
        source=source,
        title="" if title == check.coefficient.replace("_", " ") else title,
        printed=_written(check.printed, "{!r}"),
        expected=_written(check.expected, "{:.6f}") or "undefined",
        ours=_written(check.ours, "{:.6f}") or ("–" if check.verdict == NOT_COMPUTED else "undefined"),
        difference="" if check.difference is None else _tiny(check.difference),
        tolerance="" if check.tolerance is None else _tiny(check.tolerance),
        verdict={NOT_COMPUTED: "not computed", UNDEFINED: "undefined, rightly"}.get(
            check.verdict, "within" if check.is_reproduced else "outside"
        ),
    )


def _written(value: Plain, form: str) -> str:
    if isinstance(value, tuple):
        return ", ".join("–" if one is None else _written(one, form) for one in value)
    return "" if value is None else form.format(value).replace("-", "\u2212")


def _tiny(value: float) -> str:
    text = "0" if value == 0 else f"{value:.0e}" if abs(value) < 1e-4 else f"{value:.4f}"
    return text.replace("e-0", "e-").replace("-", "\u2212")


def validation_object(validation: Validation) -> dict[str, Any]:
    """Lay out all values as JSON, unrounded."""
    checks = validation.checks
    return {
        "version": product_version(),
        "values": len(checks),
        "reproduced": sum(check.is_reproduced for check in checks),
        "not_computed": [_named(check) for check in checks if check.verdict == NOT_COMPUTED],
        "differing": [_named(check) for check in checks if not check.is_reproduced and check.verdict != NOT_COMPUTED],
        "conventions": dict(validation.conventions),
        "provenance": validation.provenance,
        "cases": [
            {
                "id": source.id,
                "title": source.title,
                "source": source.source,
                "kind": source.kind,
                "level": source.level,
                "notes": source.notes,
                "values": [_check(check) for check in source.checks],
            }
            for source in validation.sources
        ],
    }


def _named(check: Check) -> dict[str, str]:
    return {"case": check.case, "coefficient": check.coefficient, "why": check.why}


def _check(check: Check) -> dict[str, Any]:
    return {
        "coefficient": check.coefficient,
        "family": check.family,
        "published": _listed(check.printed),
        "expected": _listed(check.expected),
        "undefined_because": check.reason,
        "ours": _listed(check.ours),
        "why": check.why,
        "difference": check.difference,
        "tolerance": check.tolerance,
        "verdict": check.verdict,
        "verified_by": list(check.verified_by),
    }


def _listed(value: Plain) -> float | list[float | None] | None:
    return list(value) if isinstance(value, tuple) else value
