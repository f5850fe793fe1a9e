"""The report in words: the sentence on top, the methods paragraph, and every code in a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator

from coding.formats.report.facts import Facts, Number, Row
from coding.formats.report.planned import double_coded, planned_number, reaching
from coding.formats.report.words import (
    called,
    capital,
    count,
    day,
    decimal,
    exactly,
    interval,
    listed,
    many,
    number_word,
    per_cent,
    round_name,
)
from coding.reliability import TENTATIVE

#: How much of a digest stands where it is named in passing.
SHORT = 12


def headline(facts: Facts) -> str:
    """Say in a breath what the run found."""
    codes = facts.codes
    if not facts.raters:
        return "No rater submitted a coding that can be compared."
    if len(facts.raters) == 1:
        return f"Only {facts.raters[0].label} coded here: agreement needs two raters."
    if not any(row.units for row in facts.rows):
        return f"{capital(many(len(facts.raters), 'rater'))} coded, but no segment was judged by two of them."
    first = (
        f"{capital(many(len(facts.raters), 'rater'))} judged {exactly(facts.totals.segments, 'segment')} in "
        f"{many(len(facts.coded), 'transcript')}."
    )
    return " ".join(part for part in (first, _reached(facts), _weakest(facts), _not_used(codes)) if part)


def _reached(facts: Facts) -> str:
    codes, plan = facts.codes, facts.plan
    if plan is None:
        reached = sum(row.alpha is not None and (row.alpha.value or 0) >= TENTATIVE for row in codes)
        goal = f"an alpha of {decimal(TENTATIVE)}"
    else:
        reached = len(reaching(facts, plan))
        goal = f"the planned {decimal(plan.threshold)} of {plan.labels['coefficient']}"
    verb = "reaches" if reached <= 1 else "reach"
    many = number_word(reached) if reached else "none"
    return f"{capital(many)} of {exactly(len(codes), 'code')} {verb} {goal}."


def _weakest(facts: Facts) -> str:
    found = below(facts)
    if not found:
        return ""
    if len(found) == 1:
        return f"One is not yet reliable: {found[0][1]}."
    weakest = listed([name for _, name in found[:2]])
    return f"{capital(number_word(len(found)))} are not yet reliable, the weakest {weakest}."


def _not_used(codes: tuple[Row, ...]) -> str:
    unused = sum(bool(row.units) and not any(share.given for share in row.shares) for row in codes)
    if not unused:
        return ""
    return f"{capital(number_word(unused))} {'was' if unused == 1 else 'were'} never used."


def methods(facts: Facts) -> list[str]:
    """Write the methods paragraphs, from nothing but stored facts."""
    return [_material(facts), *statistics(facts), _by_code(facts)]


def statistics(facts: Facts) -> list[str]:
    """Write the paragraphs on units, coefficients and software alone."""
    return [_units(facts), _statistics(facts), _software(facts)]


def _by_code(facts: Facts) -> str:
    """Give agreement and kappa of every code, the weak and the undefined included."""
    said = []
    for row in facts.codes:
        kappa = "Cohen's kappa" if "cohen_kappa" in row.numbers else "Fleiss' kappa"
        agreement = _said("agreement", row.numbers.get("percent_agreement"), facts.level)
        said.append(f"{called(row)} {agreement}, {_said(kappa, row.kappa, facts.level)}")
    return f"By code: {'; '.join(said)}." if said else "The codebook has no code of its own."


def _material(facts: Facts) -> str:
    book, raters = facts.book, facts.labels
    which = "all of them" if book.rated == book.codes else f"{count(book.rated)} of them"
    rated = f", {which} rated on {book.scale}" if book.rated else ""
    who = f"{capital(many(len(raters), 'rater'))} ({listed(raters)})" if raters else "No rater"
    sizes = f"{exactly(facts.totals.segments, 'segment')} in {many(len(facts.coded), 'transcript')}"
    how = (
        "The codings were imported from a file; that they were made independently and blind is for the authors to say."
        if facts.imported
        else "Each rater coded alone: as long as an assignment was open, its rater could see nobody else's judgements "
        "of the transcript, and a submitted assignment could no longer be changed."
    )
    seen = listed([f"{place.rater} on {place.transcript}" for place in facts.not_naive])
    exceptions = f" Exceptions: {seen} could read others' codings of an earlier round." if seen else ""
    twice, coded = double_coded(facts), len(facts.coded)
    were = f"{exactly(coded, 'transcript')} {'was' if twice == 1 else 'were'} coded by two raters or more."
    shared = "" if twice == coded else f" {capital(number_word(twice))} of {were}"
    return (
        f"{who} coded {sizes} with the codebook {book.title} (version {book.version}: {exactly(book.codes, 'code')} in "
        f"{exactly(book.families, 'family', 'families')}{rated}) in {round_name(facts.round)}, {facts.kind}, closed on "
        f"{day(facts.closed_at)}.{shared} {how}{exceptions}"
    )


def _units(facts: Facts) -> str:
    totals = facts.totals
    return (
        "Reliability was computed from first, submitted codings alone. The unit is the segment. Each code is a "
        "variable of its own, present or absent on every judged segment of the speaker roles that it applies to; a "
        "segment that was judged without the code counts as absent, one that was not judged or called uncodable is "
        f"missing. Of {exactly(totals.expected, 'judgement')} that were asked for, {count(totals.not_judged)} were not "
        f"made and {count(totals.uncodable)} called the segment uncodable."
    )


def _statistics(facts: Facts) -> str:
    kappa = "Cohen's kappa" if len(facts.raters) == 2 else "Fleiss' kappa"
    ends = (
        f"Intervals are {per_cent(facts.level, 0)} confidence intervals that respect that segments are nested in "
        "transcripts: transcripts were left out one at a time (jackknife), with Student's t for as many degrees of "
        "freedom as there are transcripts less one, on Fisher's z (shares: on the logit scale). With fewer than "
        f"{number_word(facts.fewest_transcripts)} transcripts no such interval is given."
        if facts.interval == "jackknife"
        else f"Intervals: {facts.interval}, level {per_cent(facts.level, 0)}, seed {facts.seed}."
    )
    plan = facts.plan
    goal = (
        f" Before coding, {plan.labels['coefficient']} of at least {decimal(plan.threshold)} for each code had been "
        f"fixed as the goal (plan of {day(plan.made_at)})."
        if plan
        else ""
    )
    return (
        "For every code the share of agreement, agreement on presence and on absence, Krippendorff's alpha (nominal), "
        f"Gwet's AC1 and {kappa} are reported side by side, since with rare codes each of them alone can mislead. "
        "Ratings were compared with ordinal alpha, whole sets of codes with alpha and the MASI distance, counts of "
        "whole sessions with intraclass correlations and their F intervals. A coefficient "
        f"that is undefined, as where nobody gave the code, has its reason in place of a number. {ends}{goal}"
    )


def _software(facts: Facts) -> str:
    kept = f"; run {facts.stamp.id}, stored on {day(facts.stamp.made_at)}" if facts.stamp else ""
    program = f" (program {facts.program[:SHORT]})" if facts.program else ""
    return (
        f"Computed by the workbench {facts.software}{program} with numpy {facts.numpy}{kept}. SHA-256 of the inputs: "
        f"{facts.fingerprint}."
    )


def results(facts: Facts) -> Iterator[str]:
    """Say every code in a sentence, the weak and the undefined included."""
    return (code_sentence(facts, row) for row in facts.part("codes"))


def code_sentence(facts: Facts, row: Row) -> str:
    """Say how far the raters agree on one code: counts first, then each number or its reason."""
    if not row.units:
        return f"{called(row)}: no segment has values of two raters."
    given = listed([f"{share.rater} {count(share.given)} of {count(share.judged)}" for share in row.shares])
    numbers = [
        _said("agreement", row.numbers.get("percent_agreement"), facts.level),
        _said("alpha", row.alpha, facts.level),
        _said("AC1", row.ac, facts.level),
        _said("Cohen's kappa" if "cohen_kappa" in row.numbers else "Fleiss' kappa", row.kappa, facts.level),
    ]
    return (
        f"{called(row)}, {exactly(row.units, 'segment')} in {many(row.transcripts, 'transcript')}, given by {given}: "
        f"{'; '.join(numbers)}."
    )


def _said(name: str, number: Number | None, level: float) -> str:
    if number is None or number.value is None:
        return f"{name} undefined ({number.why if number else 'not computed'})"
    ends = interval(number, level)
    return f"{name} {decimal(number.value)}{f', {ends}' if ends else ''}"


def no_intervals(facts: Facts) -> list[str]:
    """Say once for each reason why alpha has no interval, with the codes that it holds for."""
    found: dict[str, list[str]] = {}
    codes = [row for row in facts.part("codes") if row.alpha is not None and row.alpha.value is not None]
    for row in codes:
        if row.alpha is not None and row.alpha.low is None:
            found.setdefault(row.alpha.why_no_interval, []).append(row.name)
    return [
        f"No interval of alpha for {_which(names, len(codes), 'every code that has a value')}: {why}."
        for why, names in found.items()
    ]


def undefined(facts: Facts) -> list[str]:
    """Say once for each reason why alpha is undefined, with the codes that it holds for."""
    found: dict[str, list[str]] = {}
    codes = facts.part("codes")
    for row in codes:
        if row.alpha is not None and row.alpha.value is None:
            found.setdefault(row.alpha.why, []).append(row.name)
    return [f"Alpha is undefined for {_which(names, len(codes), 'every code')}: {why}." for why, names in found.items()]


def _which(names: list[str], all_of: int, all_words: str) -> str:
    return all_words if len(names) == all_of > 1 else listed(names)


def below(facts: Facts) -> list[tuple[float, str]]:
    """Give value and name of the codes that lie below the planned threshold, or .667, the weakest first."""
    plan, found = facts.plan, []
    for row in facts.codes:
        number = planned_number(plan, row) if plan else row.alpha
        if number is not None and number.value is not None and number.value < (plan.threshold if plan else TENTATIVE):
            found.append((number.value, row.name))
    return sorted(found)


def weak(facts: Facts) -> str:
    """Name the codes that reach less than the threshold, the weakest first, or say that there are none."""
    threshold = decimal(facts.plan.threshold if facts.plan else TENTATIVE)
    found = below(facts)
    if not found:
        return f"No code with a value lies below {threshold}."
    return f"Below {threshold} lie {listed([f'{name} ({decimal(value)})' for value, name in found])}."
