"""What was planned beside what was done, and each deviation as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from coding.formats.report.facts import Facts, Number, Plan, Row
from coding.formats.report.words import (
    capital,
    count,
    day,
    decimal,
    exactly,
    listed,
    many,
    minute,
    number_word,
    per_cent,
)

NO_PLAN = "No reliability plan was fixed before this round was coded."
NO_PLAN_IMPORTED = (
    "No reliability plan is kept for this round: its codings were imported, and a plan made afterwards would be none."
)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One thing that was planned, and what came of it."""

    what: str
    planned: str
    done: str


@dataclass(frozen=True, slots=True)
class PlannedDone:
    """The comparison; without a plan it has no rows. `notes` hold whatever was planned."""

    intro: str
    rows: tuple[PlannedRow, ...]
    deviations: tuple[str, ...]
    notes: tuple[str, ...]


def planned_done(facts: Facts) -> PlannedDone:
    """Compare the plan with what was done."""
    notes = tuple(_notes(facts))
    if facts.plan is None:
        return PlannedDone(NO_PLAN_IMPORTED if facts.imported else NO_PLAN, (), (), notes)
    by = f" by {facts.plan.made_by}" if facts.plan.made_by else ""
    intro = (
        f"The plan was fixed{by} on {minute(facts.plan.made_at)}, before anybody could code, and cannot be changed "
        f"since (SHA-256 {facts.plan.sha256})."
    )
    return PlannedDone(intro, tuple(_rows(facts, facts.plan)), tuple(_deviations(facts, facts.plan)), notes)


def double_coded(facts: Facts) -> int:
    """Count the transcripts that two raters or more coded."""
    return sum(len(session.raters) > 1 for session in facts.sessions)


def share_done(facts: Facts) -> float:
    """Give the share of the round's transcripts that two raters or more coded."""
    return double_coded(facts) / len(facts.sessions) if facts.sessions else 0.0


def planned_number(plan: Plan, row: Row) -> Number | None:
    """Give the number of a code that the plan is about."""
    return row.numbers.get(plan.coefficient)


def reaching(facts: Facts, plan: Plan) -> list[Row]:
    """Give the codes that reach the planned threshold."""
    return [row for row in facts.codes if _reaches(plan, planned_number(plan, row))]


def _reaches(plan: Plan, number: Number | None) -> bool:
    return number is not None and number.value is not None and number.value >= plan.threshold


def _rows(facts: Facts, plan: Plan) -> Iterator[PlannedRow]:
    codes = facts.codes
    found = [planned_number(plan, row) for row in codes]
    defined = sum(number is not None and number.value is not None for number in found)
    with_ends = sum(number is not None and number.low is not None for number in found)
    yield PlannedRow(
        "Coefficient", plan.labels["coefficient"], f"a value for {count(defined)} of {exactly(len(codes), 'code')}"
    )
    yield PlannedRow(
        "Threshold",
        f"at least {decimal(plan.threshold)}",
        f"reached by {count(len(reaching(facts, plan)))} of {exactly(len(codes), 'code')}",
    )
    yield PlannedRow("Unit", plan.labels["unit"], exactly(facts.totals.segments, "segment"))
    yield PlannedRow("Raters", exactly(plan.raters, "rater"), exactly(len(facts.raters), "rater"))
    yield PlannedRow(
        "Coded by two raters or more",
        f"{plan.share} % of the transcripts",
        f"{per_cent(share_done(facts), 0)}, {count(double_coded(facts))} of {count(len(facts.sessions))}",
    )
    yield PlannedRow("Interval", plan.labels["interval"], f"for {count(with_ends)} of {exactly(len(codes), 'code')}")
    if plan.rationale:
        yield PlannedRow("Rationale", plan.rationale, "")


def _deviations(facts: Facts, plan: Plan) -> Iterator[str]:
    raters = len(facts.raters)
    if raters != plan.raters:
        fewer = "fewer" if raters < plan.raters else "more"
        yield (
            f"{capital(many(raters, 'rater'))} coded, {fewer} than the {number_word(plan.raters)} that were planned."
        )
    done = share_done(facts)
    if round(100 * done) != plan.share:
        yield (
            f"{per_cent(done, 0)} of the transcripts ({count(double_coded(facts))} of {count(len(facts.sessions))}) "
            f"were coded by two raters or more; {plan.share} % were planned."
        )
    yield from _below(facts, plan)
    yield from _without(facts, plan)


def _below(facts: Facts, plan: Plan) -> Iterator[str]:
    below = [
        (row, number.value)
        for row in facts.codes
        if (number := planned_number(plan, row)) and number.value is not None and number.value < plan.threshold
    ]
    if below:
        below.sort(key=lambda pair: pair[1])
        named = listed([f"{row.name} ({decimal(value)})" for row, value in below])
        yield (f"The threshold of {decimal(plan.threshold)} was not reached by {many(len(below), 'code')}: {named}.")


def _without(facts: Facts, plan: Plan) -> Iterator[str]:
    missing: dict[str, list[str]] = {}
    without: dict[str, list[str]] = {}
    for row in facts.codes:
        number = planned_number(plan, row)
        if number is None or number.value is None:
            why = number.why if number else f"it is for two raters, and there were {len(facts.raters)}"
            missing.setdefault(why, []).append(row.name)
        elif plan.interval != "none" and number.low is None:
            without.setdefault(number.why_no_interval, []).append(row.name)
    for why, names in missing.items():
        yield f"There is no value for {listed(names)}: {why}."
    for why, names in without.items():
        all_of = len(names) == len(facts.codes)
        yield f"There is no interval for {'any code' if all_of else listed(names)}: {why}."


def _notes(facts: Facts) -> Iterator[str]:
    for place in facts.not_naive:
        yield (
            f"{place.rater} could read others' codings of {place.transcript} before coding it (since {day(place.at)}); "
            "these codings count."
        )
    for place in facts.withdrawn:
        yield (
            f"The assignment of {place.rater} on {place.transcript} was withdrawn on {day(place.at)}; what was coded "
            "in it counts nowhere."
        )
    totals = facts.totals
    if totals.not_judged:
        yield f"{count(totals.not_judged)} of {exactly(totals.expected, 'judgement')} were not made and are missing."
    if totals.uncodable:
        yield (
            f"{exactly(totals.uncodable, 'judgement')} called the segment uncodable: missing for every code, not "
            "absent."
        )
