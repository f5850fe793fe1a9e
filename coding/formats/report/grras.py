"""
The 15 items of the Guidelines for Reporting Reliability and Agreement Studies, filled from stored facts.

Kottner, Audigé, Brorson, Donner, Gajewski, Hróbjartsson, Roberts, Shoukri and Streiner (2011), J. Clin. Epidemiol. 64,
96-106. The items are in our own words. What the software cannot know is left to the authors, in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from coding.formats.report import sentences
from coding.formats.report.facts import Facts
from coding.formats.report.planned import double_coded, planned_done
from coding.formats.report.words import capital, count, day, decimal, exactly, listed, many, number_word, round_name

SOURCE = "Kottner et al. (2011), J. Clin. Epidemiol. 64, 96-106"
OPEN = "To be written by the authors: "


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its number, what it asks for, and what this study says."""

    number: int
    section: str
    asks: str
    says: str


def items(facts: Facts) -> list[Item]:
    """Fill the items in their order."""
    return [Item(place, section, asks, fill(facts)) for place, (section, asks, fill) in enumerate(_ITEMS, start=1)]


def _title(facts: Facts) -> str:
    return (
        f"Title or abstract can say: inter-rater reliability and agreement of {exactly(facts.book.codes, 'code')} "
        f"({facts.book.title}, version {facts.book.version}) in {many(len(facts.coded), 'transcript')}, "
        f"{exactly(facts.totals.segments, 'segment')}, {many(len(facts.raters), 'rater')}."
    )


def _instrument(facts: Facts) -> str:
    book = facts.book
    which = "All codes are" if book.rated == book.codes else f"{exactly(book.rated, 'code')} are"
    rated = f" {which} rated on {book.scale}." if book.rated else ""
    return (
        f"The codebook {book.title} ({book.key}), version {book.version}, published before the round and unchanged "
        f"since: {exactly(book.codes, 'code')} in {exactly(book.families, 'family', 'families')}.{rated}"
    )


def _subjects(facts: Facts) -> str:
    spoken = f" of the speaker roles {listed(facts.roles)}" if facts.roles else ""
    return (
        f"{capital(exactly(facts.totals.segments, 'segment'))}{spoken} in {many(len(facts.coded), 'transcript')}. "
        f"{OPEN}whose sessions these are (patients, therapists, treatment, setting)."
    )


def _raters(facts: Facts) -> str:
    return f"{OPEN}the population of raters that the results are meant for."


def _known(facts: Facts) -> str:
    plan = facts.plan
    told = f"From the plan: {plan.rationale} " if plan and plan.rationale else ""
    return f"{told}{OPEN}what is known about the reliability of these codes, and why it was studied."


def _size(facts: Facts) -> str:
    plan = facts.plan
    planned = (
        f"Planned before coding: {exactly(plan.raters, 'rater')}; {plan.share} % of the transcripts coded by two "
        f"raters or more; {plan.labels['coefficient']} of at least {decimal(plan.threshold)}."
        if plan
        else planned_done(facts).intro
    )
    return f"{planned} {OPEN}how the number of transcripts was chosen."


def _sampling(facts: Facts) -> str:
    return (
        f"Within a transcript segments were not sampled: {exactly(facts.totals.segments, 'segment')}, all that the "
        f"transcripts have, were to be coded. {OPEN}how transcripts and raters were chosen."
    )


def _process(facts: Facts) -> str:
    if facts.imported:
        return f"The codings were imported from a file. {OPEN}how, when and with what knowledge they were made."
    return (
        f"{capital(round_name(facts.round))} was started on {day(facts.started_at)} and closed on "
        f"{day(facts.closed_at)}. Raters read the transcript turn by turn beside the codebook and judged every "
        "segment, giving any codes or none; judgements were final once submitted. "
        f"{OPEN}what else the raters knew about the sessions."
    )


def _independence(facts: Facts) -> str:
    if facts.imported:
        said = f"The codings were imported. {OPEN}whether they were made independently."
    else:
        said = (
            "Yes, by the software: no rater could see another's judgements of a transcript, nor their own earlier "
            "ones, before submitting."
        )
    seen = [f"{place.rater} on {place.transcript}" for place in facts.not_naive]
    return f"{said} Exceptions: {listed(seen)} could read others' codings of an earlier round." if seen else said


def _analysis(facts: Facts) -> str:
    return " ".join(sentences.statistics(facts))


def _numbers(facts: Facts) -> str:
    alone = len(facts.coded) - double_coded(facts)
    totals = facts.totals
    said = (
        f"{capital(many(len(facts.raters), 'rater'))}; {exactly(len(facts.coded), 'transcript')}, of them "
        f"{count(double_coded(facts))} coded by two raters or more and {count(alone)} by one; "
        f"{exactly(totals.segments, 'segment')}; {count(totals.judged + totals.uncodable)} of "
        f"{exactly(totals.expected, 'judgement')}; {exactly(totals.codings, 'coding')}."
    )
    compared = planned_done(facts)
    return " ".join([said, *compared.deviations, *compared.notes])


def _characteristics(facts: Facts) -> str:
    imported = [rater.label for rater in facts.raters if rater.kind != "person"]
    known = f"Raters without an account, known from imported codings: {listed(imported)}. " if imported else ""
    return f"{known}{OPEN}training and experience of the raters; characteristics of patients and therapists."


def _estimates(facts: Facts) -> str:
    codes = facts.part("codes")
    tables = (
        f"The tables of this report give every one of the {exactly(len(codes), 'row')} with its counts, coefficients "
        "and intervals, or the reason why there is none."
    )
    reasons = (*sentences.undefined(facts), *sentences.no_intervals(facts))
    return " ".join([tables, sentences.weak(facts), *reasons])


def _relevance(facts: Facts) -> str:
    return f"{sentences.headline(facts)} {OPEN}what that means for the use of these codes."


def _details(facts: Facts) -> str:
    return (
        "matrix.csv holds every value of every rater, reliability.csv every coefficient of every code and pair of "
        f"raters, and two scripts ({listed(['recompute.py', 'recompute.R'])}) compute the one from the other; they "
        f"come with this report. {capital(number_word(len(facts.rows)))} variables in all."
    )


Filler = Callable[[Facts], str]
_ITEMS: tuple[tuple[str, str, Filler], ...] = (
    ("Title and abstract", "Say there that reliability or agreement of raters was studied.", _title),
    ("Introduction", "Name and describe the instrument.", _instrument),
    ("Introduction", "Say which subjects it is meant for.", _subjects),
    ("Introduction", "Say which raters it is meant for.", _raters),
    ("Introduction", "Say what is known already, and why this study.", _known),
    ("Methods", "Explain the sample size: how many raters, subjects and repeated ratings were intended.", _size),
    ("Methods", "Describe how the sample was drawn.", _sampling),
    ("Methods", "Describe how the ratings were made: when, with what knowledge, how blind.", _process),
    ("Methods", "Say whether the ratings were made independently.", _independence),
    ("Methods", "Describe the statistical analysis.", _analysis),
    ("Results", "State how many raters, subjects and repeated ratings there were in the end.", _numbers),
    ("Results", "Describe the raters and the subjects.", _characteristics),
    ("Results", "Report estimates of reliability and agreement with their uncertainty.", _estimates),
    ("Discussion", "Discuss what the results mean in practice.", _relevance),
    ("Further material", "Give the detailed results.", _details),
)
