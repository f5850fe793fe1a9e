"""What lies behind the numbers of a round, or of one code, as plain values for the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from coding.queries.breakdown import Breakdown, Part
from coding.queries.confusions import Confusion
from coding.queries.disputes import Disputes, Wanted
from coding.queries.judged_rows import Ints, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.reliability_code import Number, OneVariable
from coding.queries.reliability_json import value_object
from coding.queries.reliability_rows import THRESHOLDS
from coding.queries.workings import Crossing

WIDEST = 20
MOST_PAIRS = 1000


def round_object(kept: KeptRound) -> dict[str, Any]:
    """Lay out what pulls the agreement of a round up or down, and where raters are furthest apart."""
    disputes = Disputes(kept, Wanted(order="widest"))
    return {
        **_parts(kept.breakdown()),
        "confusions": [_confusion(pair) for pair in kept.confusions()[:MOST_PAIRS]],
        "widest": _places(kept.rows(), disputes.units[:WIDEST]),
    }


def code_object(one: OneVariable, rows: JudgedRows) -> dict[str, Any]:
    """Lay out everything about one code, family, rating or attribute."""
    return {
        "part": one.part,
        "code": one.cell.key,
        "name": one.cell.name,
        "coefficients": {number.result.coefficient: _number(number) for number in one.numbers},
        "given_by": [{"raters": row.given, "of": row.values, "segments": row.segments} for row in one.splits()],
        "crossing": _crossing(one.crossing()),
        **_parts(one.breakdown),
        "confusions": [_confusion(pair) | {"places": _places(rows, pair.units)} for pair in one.confusions],
        "widest": _places(rows, one.widest()[:WIDEST]),
    }


def _parts(found: Breakdown) -> dict[str, Any]:
    return {
        "without_rater": {part.name: _part(part) for part in found.raters},
        "by_transcript": {part.name: _part(part) for part in found.transcripts},
        "by_role": {part.name: _part(part) for part in found.roles},
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "segments": part.segments,
        "alone": part.alone,
        "why_alone": part.why_alone,
        "without": part.without,
        "why_without": part.why_without,
        "mean_of_codes_alone": part.mean_alone,
        "codes_alone": part.codes_alone,
        "mean_of_codes_without": part.mean_without,
        "codes_without": part.codes_without,
    }


def _confusion(pair: Confusion) -> dict[str, Any]:
    return {"codes": [pair.one.key, pair.other.key], "times": pair.times, "segments": pair.segments}


def _places(rows: JudgedRows, units: Ints | Sequence[int]) -> list[list[Any]]:
    """Name segments by transcript and number, as tables do."""
    return [[rows.transcripts[rows.units.transcript[unit]], int(rows.units.position[unit])] for unit in units]


def _number(number: Number) -> dict[str, Any]:
    return {
        **value_object(number.result),
        "title": number.words.title,
        "formula": number.words.formula,
        "inputs": number.working,
        "source": number.words.source,
        "chance_of_reaching": {str(limit): chance for limit, chance in zip(THRESHOLDS, number.chances, strict=True)},
    }


def _crossing(crossed: Crossing | None) -> dict[str, Any] | None:
    if crossed is None:
        return None
    return {
        "categories": list(crossed.categories),
        "raters": list(crossed.raters),
        "cells": list(map(list, crossed.cells)),
    }
