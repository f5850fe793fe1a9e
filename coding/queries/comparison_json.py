"""The comparison of two rounds as one JSON object; numbers are not rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coding.queries.compared import Apart, Line, Place, Pooled, RoundComparison, Side
from coding.queries.definition_changes import CHANGED
from coding.queries.reliability_json import value_object


def comparison_object(report: RoundComparison) -> dict[str, Any]:
    """Lay out a comparison: difference is second minus first."""
    return {
        "study": report.study,
        "first": _place(report.first),
        "second": _place(report.second),
        "notes": list(report.notes),
        "codes": _lines(report.codes),
        "families": _lines(report.families),
        "ratings": _lines(report.ratings),
        "overall": _line(report.overall),
    }


def _place(place: Place) -> dict[str, Any]:
    return {
        "round": place.id,
        "name": place.name,
        "codebook_version": place.version,
        "raters": list(place.raters),
        "transcripts": list(place.transcripts),
    }


def _lines(lines: Sequence[Line]) -> dict[str, Any]:
    return {line.key: _line(line) for line in lines}


def _line(line: Line) -> dict[str, Any]:
    names = list(line.apart) or list((line.first or line.second or _NOBODY).results)
    return {
        "name": line.name,
        "status": line.compared.status,
        "definition_changed": line.compared.status == CHANGED,
        "changes": [{"what": change.what, "old": change.old, "new": change.new} for change in line.compared.changes],
        "note": line.note,
        "first": _side(line.first),
        "second": _side(line.second),
        "coefficients": {
            name: {
                "first": _value(line.first, name),
                "second": _value(line.second, name),
                "difference": _apart(line.apart.get(name)),
                "together": _pooled(line.pooled.get(name)),
            }
            for name in names
        },
    }


_NOBODY = Side(0, 0, 0, 0, 0, {})


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "units": side.units,
        "transcripts": side.transcripts,
        "raters": side.raters,
        "given": side.given,
        "judged": side.judged,
        "prevalence": side.prevalence,
    }


def _value(side: Side | None, name: str) -> dict[str, Any] | None:
    return None if side is None else value_object(side.results[name])


def _apart(apart: Apart | None) -> dict[str, Any] | None:
    if apart is None:
        return None
    return {
        "value": apart.value,
        "low": apart.low,
        "high": apart.high,
        "verdict": apart.verdict,
        "why": apart.why,
        "why_no_interval": apart.why_no_interval,
    }


def _pooled(pooled: Pooled | None) -> dict[str, Any] | None:
    if pooled is None:
        return None
    if pooled.result is None:
        return {"value": None, "low": None, "high": None, "n": 0, "why": pooled.why, "why_no_interval": ""}
    return value_object(pooled.result)
