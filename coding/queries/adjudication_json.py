"""The final layer and the report of an adjudication as programs read them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from coding.queries.adjudication_state import AdjudicationReport
from coding.queries.final_layer import OPEN, SOURCES, FinalLayer
from coding.queries.judged_rows import NO_RATING, UNCODABLE, JudgedRows


def final_objects(rows: JudgedRows, layer: FinalLayer) -> list[dict[str, Any]]:
    """Give each judged segment with its source and what stands there, in the order of the text."""
    codes = {code.id: code.key for code in rows.book.codes}
    given: dict[int, list[dict[str, Any]]] = {}
    for _, unit, code, rating in layer.rows.given.T.tolist():
        given.setdefault(unit, []).append({"code": codes[code], "rating": None if rating == NO_RATING else rating})
    found = []
    for unit, source in enumerate(layer.source.tolist()):
        if not SOURCES[source]:
            continue
        codings = given.get(unit, [])
        outcome = "uncodable" if layer.rows.judged[0, unit] == UNCODABLE else "" if codings else "none"
        found.append(
            {
                "transcript": rows.transcripts[rows.units.transcript[unit]],
                "segment": int(rows.units.position[unit]),
                "source": SOURCES[source],
                "outcome": "" if source == OPEN else outcome,
                "codings": codings,
            }
        )
    return found


def report_object(report: AdjudicationReport) -> dict[str, Any]:
    """Give the report of an adjudication."""
    opening = report.opening
    return {
        "opened_at": opening.opened_at,
        "ended_at": opening.ended_at,
        "segments": asdict(report.state),
        "raters": [asdict(line) for line in report.raters],
        "adjudicators": [asdict(one) | {"reasons": dict(one.reasons)} for one in report.known],
        "rules": dict(report.rules),
        "causes": dict(report.causes),
    }
