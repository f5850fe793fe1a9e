"""The report of an adjudication as Markdown: what was decided, how blind, and how often each rater was upheld."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coding.formats.dictionary import plain
from coding.formats.report.words import decimal


@dataclass(frozen=True, slots=True)
class UpheldLine:
    """One rater against the final word."""

    rater: str
    judged: int
    whole: int
    gave: int
    kept: int
    added: int
    rated: int
    rating_kept: int
    kappa: float | None
    codes: int


@dataclass(frozen=True, slots=True)
class KnownLine:
    """What one adjudicator could know."""

    adjudicator: str
    sentence: str
    answers: int
    blind: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """Everything that the report says."""

    study: str
    round: str
    version: str
    opened: str
    ended: str
    counts: tuple[tuple[str, int], ...]
    raters: tuple[UpheldLine, ...]
    known: tuple[KnownLine, ...]
    rules: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]


RULE_OF_THE_LAYER = (
    "The final dataset is the adjudicator’s answer; where there is none, what all raters said alike; where only one "
    "rater judged the segment, theirs; else the segment is open. Reliability is computed from the raters’ own first "
    "codings alone."
)
HEADS = (
    "Rater",
    "Adjudicated segments judged",
    "Upheld whole",
    "Codes given",
    "Kept",
    "Added",
    "Ratings kept",
    "Kappa",
)


def write_report(facts: ReportFacts) -> str:
    """Write the report; the same facts give the same bytes."""
    return "\n".join(_lines(facts)) + "\n"


def _lines(facts: ReportFacts) -> Iterator[str]:
    yield f"# Adjudication of {plain(facts.round)}"
    yield ""
    version = f"Codebook version: {plain(facts.version)}."
    yield f"Study: {plain(facts.study)}. {version} Opened: {facts.opened}. {facts.ended}"
    yield ""
    yield RULE_OF_THE_LAYER
    yield ""
    yield from _table(("Segments", "Number"), [(name, str(number)) for name, number in facts.counts])
    yield "## What adjudicators could know"
    yield ""
    for known in facts.known:
        yield f"- {plain(known.adjudicator)}: {known.answers} answers, {known.blind} of them blind. {known.sentence}"
        yield from (f"  - {number}: {plain(reason)}" for reason, number in known.reasons)
    yield ""
    yield "## How often each rater was upheld"
    yield ""
    yield from _table(HEADS, [_upheld(line) for line in facts.raters])
    yield (
        "Kappa is Cohen’s, of the rater with the final word, the mean over the codes for which it is defined (their "
        "number in brackets), on the adjudicated segments alone. These are the segments on which raters agree least: "
        "the number describes the adjudication and is no measure of reliability."
    )
    yield ""
    for title, found in (("Decided by", facts.rules), ("What it was", facts.causes)):
        if found:
            yield f"## {title}"
            yield ""
            yield from _table((title, "Segments"), [(plain(name), str(number)) for name, number in found])


def _upheld(line: UpheldLine) -> Sequence[str]:
    kappa = "undefined" if line.kappa is None else f"{decimal(line.kappa)} ({line.codes})"
    whole = f"{line.whole} of {line.judged}"
    kept, ratings = f"{line.kept} of {line.gave}", f"{line.rating_kept} of {line.rated}"
    return (plain(line.rater), str(line.judged), whole, str(line.gave), kept, str(line.added), ratings, kappa)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""
