"""The reliability of a round as one JSON object, in the layout that scripts outside the project rely on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coding.queries.measured import Cell, Table
from coding.queries.reliability import RoundReliability
from coding.reliability import Result


def reliability_object(report: RoundReliability) -> dict[str, Any]:
    """Lay out a report; numbers are not rounded, and nothing in it is not JSON."""
    return {
        "study": report.study,
        "round": report.round,
        "codebook_version": report.codebook_version,
        "raters": list(report.raters),
        "codes": _cells(report.codes),
        "families": _cells(report.families),
        "ratings": _cells(report.ratings),
        "attributes": _cells(report.attributes),
        "evidence": _cells(report.evidence),
        "sessions": {cell.key: _session_cell(cell) for cell in report.sessions},
        "overall": _table(report.overall),
    }


def _cells(cells: Sequence[Cell]) -> dict[str, Any]:
    return {cell.key: _cell(cell) for cell in cells}


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "units": cell.units,
        "transcripts": cell.transcripts,
        "prevalence": {share.label: share.share for share in cell.shares},
        **_table(cell.results),
        "pairs": {key: _table(table) for key, table in cell.pairs.items()},
    }


def _session_cell(cell: Cell) -> dict[str, Any]:
    """Lay out counts per session, whose units are transcripts: each rater has a mean count, not a share."""
    return {
        "units": cell.units,
        "transcripts": cell.transcripts,
        "mean_per_session": {share.label: share.share for share in cell.shares},
        **_table(cell.results),
    }


def _table(table: Table) -> dict[str, Any]:
    return {name: value_object(result) for name, result in table.items()}


def value_object(result: Result) -> dict[str, Any]:
    """Lay out one coefficient. An interval that treats segments as independent is none here: it has no label."""
    honest = result.kind != "optimistic"
    return {
        "value": result.value,
        "low": result.low if honest else None,
        "high": result.high if honest else None,
        "n": result.n,
        "why": result.why,
        "why_no_interval": result.why_no_interval,
    }
