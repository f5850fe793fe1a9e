"""The numbers of a run as tables: long, one row a coefficient; and wide, one row a code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from coding.formats.report.facts import Facts, Number, Row
from coding.formats.table import moment, write_table
from transcripts.formats.guard import guard

LONG = (
    *("part", "key", "name", "rater_1", "rater_2", "coefficient", "value", "low", "high", "interval", "n", "why"),
    *("why_no_interval", "definition", "source"),
)
_WIDE = ("code", "name", "segments", "transcripts", "not_judged", "uncodable", "disputed")
_IN_WIDE = ("percent_agreement", "positive_agreement", "negative_agreement", "krippendorff_alpha", "gwet_ac1")

Cell = str | int


def number_text(value: float | None) -> str:
    """Write a number so that it is read back as it was, or nothing."""
    return "" if value is None else repr(float(value))


def write_long(facts: Facts) -> Iterator[str]:
    """Write every coefficient of every row, of every pair of raters, and over all codes."""
    yield from write_table(LONG, _long(facts))


def _long(facts: Facts) -> Iterator[list[Cell]]:
    for row in facts.rows:
        head = [row.part, guard(row.key), guard(row.name)]
        for number in row.numbers.values():
            yield [*head, "", "", *_number(facts, number)]
        # Counts of whole sessions are not measured pair by pair.
        for (one, two), table in zip(_pairs(facts.labels) if row.pairs else (), row.pairs.values(), strict=True):
            for number in table.values():
                yield [*head, guard(one), guard(two), *_number(facts, number)]
    for number in facts.overall.values():
        yield ["overall", "", "", "", "", *_number(facts, number)]


def _pairs(labels: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(one, two) for place, one in enumerate(labels) for two in labels[place + 1 :]]


def _number(facts: Facts, number: Number) -> list[Cell]:
    words = facts.definition(number.name)
    ends = (number_text(number.low), number_text(number.high), number.interval)
    formula = f"{words.title}: {words.formula}" if words.formula else words.title
    why = (guard(number.why), guard(number.why_no_interval))
    return [number.name, number_text(number.value), *ends, number.n, *why, guard(formula), guard(words.source)]


def wide_columns(facts: Facts) -> tuple[str, ...]:
    """List the columns of the wide table: counts, three for each rater, then the coefficients with their intervals."""
    by_rater = [f"{what}.{label}" for label in facts.labels for what in ("given", "judged", "prevalence")]
    names = [name for one in (*_IN_WIDE, kappa_name(facts)) for name in (one, f"{one}.low", f"{one}.high")]
    return (*_WIDE, *by_rater, *names, "why", "why_no_interval")


def kappa_name(facts: Facts) -> str:
    """Name the kappa of the wide table: Cohen's for two raters, else that of Fleiss."""
    return "cohen_kappa" if len(facts.raters) == 2 else "fleiss_kappa"


def write_wide(facts: Facts) -> Iterator[str]:
    """Write one row a code; `why` and `why_no_interval` are those of alpha."""
    yield from write_table(
        [guard(name) for name in wide_columns(facts)], (_wide(facts, row) for row in facts.part("codes"))
    )


def _wide(facts: Facts, row: Row) -> list[Cell]:
    cells: list[Cell] = [
        *(guard(row.key), guard(row.name), row.units, row.transcripts, row.not_judged, row.uncodable, row.disputed),
    ]
    for share in row.shares:
        cells += [share.given, share.judged, number_text(share.given / share.judged if share.judged else None)]
    for name in (*_IN_WIDE, kappa_name(facts)):
        number = row.numbers.get(name)
        cells += [number_text(value) for value in ((number.value, number.low, number.high) if number else (None,) * 3)]
    alpha = row.alpha
    return [*cells, guard(alpha.why) if alpha else "", guard(alpha.why_no_interval) if alpha else ""]


def write_record(record: Mapping[str, Any], facts: Facts) -> bytes:
    """Write the stored record with its stamp as strict JSON."""
    stamp = facts.stamp
    run = {"id": stamp.id, "made_at": moment(stamp.made_at), "made_by": stamp.made_by} if stamp else None
    return (json.dumps({"run": run, **record}, allow_nan=False, ensure_ascii=False, indent=1) + "\n").encode()
