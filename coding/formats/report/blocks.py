"""The report as a sequence of blocks, the same for the page, Markdown and Word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coding.formats.report import grras, sentences
from coding.formats.report.facts import Facts, Number, Row
from coding.formats.report.planned import planned_done
from coding.formats.report.words import (
    called,
    capital,
    count,
    exactly,
    figure,
    listed,
    minute,
    per_cent,
    round_name,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `anchor` names it in a page."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `figures` says which columns hold numbers, `wide` that it wants the width of a page."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: frozenset[int] = frozenset()


Block = Heading | Paragraph | Points | Grid
PART_TITLES = {
    "codes": "Codes, present or absent",
    "families": "Families",
    "ratings": "Ratings",
    "attributes": "Attributes",
    "evidence": "Words marked as evidence",
    "sessions": "How often in a whole session",
}
PART_NOTES = {
    "families": "An exclusive family is one variable; any other is present where any of its codes is.",
    "ratings": "Where a code was not given to a judged segment, its rating is the scale's 0.",
    "attributes": "Over the segments where two raters said something.",
    "evidence": "Character by character, with unitizing alpha.",
    "sessions": "How often a code was given in a session; the unit is the session, and each ICC has its F interval.",
}


def title(facts: Facts) -> str:
    """Name the report."""
    return f"Reliability of {round_name(facts.round)}, {facts.study}"


def blocks(facts: Facts) -> Iterator[Block]:
    """Give the report from top to bottom, without its title."""
    yield Paragraph(sentences.headline(facts))
    yield Heading("What it stands on", "facts")
    yield Grid("What it stands on", ("What", "Value"), tuple(stands_on(facts)))
    yield from plan_blocks(facts)
    yield Heading("Methods", "methods")
    for text in sentences.methods(facts):
        yield Paragraph(text)
    yield from table_blocks(facts)
    yield Heading("Every code in a sentence", "sentences")
    yield Points(tuple(sentences.results(facts)))
    yield from grras_blocks(facts)
    yield from definition_blocks(facts)


def plan_blocks(facts: Facts) -> Iterator[Block]:
    """Give planned beside done, and every deviation."""
    said = planned_done(facts)
    yield Heading("Planned and done", "planned")
    yield Paragraph(said.intro)
    if said.rows:
        rows = tuple((row.what, row.planned, row.done) for row in said.rows)
        yield Grid("Planned and done", ("What", "Planned", "Done"), rows)
        yield Paragraph("Deviations from the plan:" if said.deviations else "There is no deviation from the plan.")
    if said.deviations:
        yield Points(said.deviations)
    if said.notes:
        yield Paragraph("To be said wherever this round is reported:")
        yield Points(said.notes)


def table_blocks(facts: Facts) -> Iterator[Block]:
    """Give the tables of numbers: every row of every part, with its number or its reason."""
    yield Heading("Results", "results")
    order = f"Given: how often each rater gave it, in the order {listed(facts.labels)}. " if facts.raters else ""
    yield Paragraph(
        f"{order}Coefficients with {per_cent(facts.level, 0)} intervals in brackets where there is one; – is "
        "undefined, and the reason stands below."
    )
    for part, named in PART_TITLES.items():
        rows = facts.part(part)
        if rows:
            if note := PART_NOTES.get(part):
                yield Paragraph(f"{named}. {note}")
            yield _grid(facts, named, part, rows)
            if reasons := _reasons(rows):
                yield Points(reasons)
    yield Paragraph("Over all codes. Each code has its own number above; these only sum up.")
    yield Grid(
        "Over all codes",
        ("Coefficient", "Value", "n", "Reason"),
        tuple(
            (capital(facts.definition(name).title), overall_figure(facts, number), count(number.n), number.why)
            for name, number in facts.overall.items()
        ),
        frozenset({1, 2}),
    )


def overall_figure(facts: Facts, number: Number) -> str:
    """Write a number over all codes; how many codes are undefined is a count."""
    if number.name.endswith("_undefined_codes") and number.value is not None:
        return count(int(number.value))
    return figure(number, facts.level)


def _grid(facts: Facts, named: str, part: str, rows: Sequence[Row]) -> Grid:
    kappa = "Cohen's kappa" if len(facts.raters) == 2 else "Fleiss' kappa"
    if part == "evidence":
        columns: tuple[str, ...] = ("Code", "Segments", "Given", "Unitizing alpha")
    elif part == "sessions":
        columns = ("Code", "Sessions", "Given", "ICC(2,1)", "ICC(3,1)", "Interval alpha")
    elif part == "ratings":
        columns = ("Code", "Segments", "Given", "Agreement", "Ordinal alpha", "AC2", "Weighted kappa", "ICC(2,1)")
    elif part == "codes":
        columns = ("Code", "Segments", "Given", "Agreement", "On presence", "On absence", "Alpha", "AC1", kappa)
    else:
        columns = ("Variable", "Segments", "Given", "Agreement", "Alpha", "AC1", kappa)
    cells = tuple(_cells(facts, part, row) for row in rows)
    return Grid(named, columns, cells, frozenset(range(1, len(columns))))


def _cells(facts: Facts, part: str, row: Row) -> tuple[str, ...]:
    shares = (row.numbers.get("percent_agreement"), row.numbers.get("positive_agreement"))
    on_absence = row.numbers.get("negative_agreement")
    if part == "evidence":
        numbers: tuple[Number | None, ...] = (row.alpha,)
    elif part == "sessions":
        numbers = (row.numbers.get("icc_2_1"), row.numbers.get("icc_3_1"), row.alpha)
    elif part == "ratings":
        numbers = (shares[0], row.alpha, row.ac, row.kappa, row.numbers.get("icc_2_1"))
    elif part == "codes":
        numbers = (*shares, on_absence, row.alpha, row.ac, row.kappa)
    else:
        numbers = (shares[0], row.alpha, row.ac, row.kappa)
    given = ", ".join(count(share.given) for share in row.shares)
    return (called(row), count(row.units), given, *(figure(number, facts.level) for number in numbers))


def _reasons(rows: Sequence[Row]) -> tuple[str, ...]:
    """Say each reason once, with the rows and coefficients that it holds for."""
    found: dict[tuple[str, str], list[str]] = {}
    asked: dict[str, int] = {}
    for row in rows:
        icc = row.numbers.get("icc_2_1") if row.part == "sessions" else None
        for name, number in (("alpha", row.alpha), ("AC1 or AC2", row.ac), ("kappa", row.kappa), ("ICC", icc)):
            if number is None:
                continue
            nothing, no_ends = f"No {name}", f"No interval of {name}"
            asked[nothing] = asked.get(nothing, 0) + 1
            if number.value is None:
                found.setdefault((nothing, number.why), []).append(row.name)
                continue
            asked[no_ends] = asked.get(no_ends, 0) + 1
            if number.low is None:
                found.setdefault((no_ends, number.why_no_interval), []).append(row.name)
    return tuple(
        f"{what}: {why}. This holds for {_whom(names, asked[what], what)}." for (what, why), names in found.items()
    )


def _whom(names: Sequence[str], all_of: int, what: str) -> str:
    if len(names) < all_of or all_of < 2:
        return listed(names)
    return "every row that has a value" if what.startswith("No interval") else "every row"


def grras_blocks(facts: Facts) -> Iterator[Block]:
    """Give the table of the reporting guideline."""
    yield Heading("Reporting guideline (GRRAS)", "grras")
    yield Paragraph(
        f"The 15 items of the Guidelines for Reporting Reliability and Agreement Studies, in their order and in our "
        f"words: {grras.SOURCE}. What the workbench cannot know is left to the authors."
    )
    rows = tuple((str(item.number), f"{item.section}. {item.asks}", item.says) for item in grras.items(facts))
    yield Grid("Reporting guideline", ("Item", "What it asks", "What this study says"), rows)


def definition_blocks(facts: Facts) -> Iterator[Block]:
    """Give formula and source of every coefficient in the report."""
    yield Heading("How each number is computed", "definitions")
    rows = tuple((words.title, words.formula, words.source) for words in facts.definitions.values() if words.formula)
    yield Grid("How each number is computed", ("Coefficient", "Formula", "Source"), rows)


def stands_on(facts: Facts) -> Iterator[tuple[str, str]]:
    """Give the stored facts, one a row."""
    totals = facts.totals
    yield "Study", facts.study
    yield "Round", f"{round_name(facts.round)}, {facts.kind}{', imported' if facts.imported else ''}"
    yield "Closed", minute(facts.closed_at)
    yield "Codebook", f"{facts.book.title} ({facts.book.key}), version {facts.book.version}"
    yield "Raters", listed(facts.labels) or "none"
    yield (
        "Transcripts",
        listed([f"{one.name} ({exactly(one.segments, 'segment')})" for one in facts.sessions]) or "none",
    )
    yield "Segments", count(totals.segments)
    yield "Judgements", f"{count(totals.judged + totals.uncodable)} of {count(totals.expected)}"
    yield "Called uncodable", count(totals.uncodable)
    yield "Not judged", count(totals.not_judged)
    yield "Codings", count(totals.codings)
    yield "Segments in dispute", count(totals.disputed)
    yield "Interval", f"{facts.interval}, {per_cent(facts.level, 0)}, seed {facts.seed if facts.seed else 'none'}"
    yield "Software", f"workbench {facts.software}, numpy {facts.numpy}"
    yield "Program, SHA-256 of its source", facts.program or "not noted"
    yield "Fingerprint of the inputs", facts.fingerprint
    if facts.stamp:
        by = f" by {facts.stamp.made_by}" if facts.stamp.made_by else ""
        yield "Run", f"{facts.stamp.id}, stored {minute(facts.stamp.made_at)}{by}"
    else:
        yield "Run", "not stored: computed for this report"
