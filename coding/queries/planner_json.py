"""The plans of a round as one JSON object; numbers are not rounded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coding.queries.planner import CodePlan, RoundPlan, sentence
from coding.reliability.planning import Assumed, Scenario


def planner_object(report: RoundPlan, assumed: Assumed | None) -> dict[str, Any]:
    """Lay out the plans; `without_pilot` is null where nothing was assumed."""
    return {
        "study": report.study,
        "round": report.round,
        "codebook_version": report.codebook_version,
        "coefficient": report.coefficient,
        "half_width": report.target,
        "level": report.level,
        "raters": list(report.raters),
        "transcripts": report.transcripts,
        "sentence": sentence(report),
        "codes": {code.key: _code(code) for code in report.codes},
        "without_pilot": None if assumed is None else _assumed(assumed),
    }


def _code(code: CodePlan) -> dict[str, Any]:
    made = code.plan
    return {
        "name": code.name,
        "from": made.kind,
        "value": made.value,
        "prevalence": code.prevalence,
        "now": {"transcripts": made.now_clusters, "segments": made.now_units, "half_width": made.now_half_width},
        "transcripts": made.clusters,
        "more_transcripts": made.extra,
        "likely_between": [made.fewest, made.most],
        "segments": made.units,
        "segments_with_the_code": code.with_code,
        "scenarios": _scenarios(made.scenarios),
        "why": made.why,
        "words": code.words,
    }


def _assumed(made: Assumed) -> dict[str, Any]:
    return {
        "value": made.expectation.value,
        "standard_error_of_one_segment": made.expectation.spread,
        "segments": made.units,
        "scenarios": _scenarios(made.scenarios),
    }


def _scenarios(found: Sequence[Scenario]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "likeness": one.likeness,
            "design_effect": one.design_effect,
            "transcripts": one.clusters,
        }
        for one in found
    ]
