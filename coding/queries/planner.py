"""What it takes to know each code of a closed round to +- so much, from the round as a pilot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coding.models import Round
from coding.queries import ratings
from coding.queries.judged_rows import fetch_rows
from coding.queries.ratings import MISSING
from coding.queries.variables import nominal
from coding.reliability import measure_many
from coding.reliability.planning import MOST_CLUSTERS, Assumed, Plan, plan

#: Codes given on fewer segments say little about how much transcripts differ.
FEW_GIVEN = 10


@dataclass(frozen=True, slots=True)
class CodePlan:
    """The plan of one code; `with_code` is on how many of the needed segments a rater may be expected to give it."""

    key: str
    name: str
    slot: str
    prevalence: float | None
    given_now: float
    with_code: float | None
    plan: Plan
    words: str

    @property
    def is_rarely_given(self) -> bool:
        """Say whether the pilot has too few segments with the code for more than a rough guess."""
        return self.given_now < FEW_GIVEN

    @property
    def remark(self) -> str:
        """Say why there is only a lower bound, where it is not for want of transcripts, which the page says once."""
        why = self.plan.why
        return "" if why.startswith("fewer than") else f"{why[:1].upper()}{why[1:]}."


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """The plans of all codes of a round, those that need most first."""

    study: str
    round: str
    codebook_version: str
    coefficient: str
    target: float
    level: float
    raters: tuple[str, ...]
    transcripts: int
    segments_per_transcript: float
    codes: tuple[CodePlan, ...]

    def of_kind(self, kind: str) -> list[CodePlan]:
        """Return the codes planned from transcripts, from segments, or not at all ("none")."""
        return [code for code in self.codes if code.plan.kind == kind]


def plan_round(
    round_: Round, transcripts: Iterable[int] | None, *, coefficient: str, target: float, level: float
) -> RoundPlan:
    """
    Plan every code from a closed round, over those transcripts (ids; None means all of them).

    No access check: pages and the API pass the transcripts that `access.transcripts_open_to` leaves.
    """
    rows = fetch_rows(round_, None if transcripts is None else list(transcripts))
    found = ratings.code_ratings(rows, ratings.code_matrices(rows))
    variables = [nominal(one, one.transcripts) for one in found]
    tables = measure_many(variables, [coefficient])
    codes = []
    for one, variable, table in zip(found, variables, tables, strict=True):
        judged = one.values != MISSING
        given, values = int((one.given & judged).sum()), int(judged.sum())
        share = given / values if values else None
        made = plan(variable, table[coefficient], target, level)
        codes.append(
            CodePlan(
                key=one.key,
                name=one.name,
                slot=one.slot,
                prevalence=share,
                given_now=made.now_units * (share or 0.0),
                with_code=None if made.units is None or share is None else made.units * share,
                plan=made,
                words=_words(one.name, made, made.now_units * (share or 0.0)),
            )
        )
    return RoundPlan(
        study=round_.study.slug,
        round=round_.name,
        codebook_version=rows.book.version,
        coefficient=coefficient,
        target=target,
        level=level,
        raters=rows.raters,
        transcripts=len(rows.transcripts),
        segments_per_transcript=len(rows.units.ids) / len(rows.transcripts) if rows.transcripts else 0.0,
        codes=tuple(sorted(codes, key=_most_first)),
    )


def _most_first(code: CodePlan) -> tuple[int, float, str]:
    made = code.plan
    needed = made.clusters if made.kind == "transcripts" else made.units
    order = ("transcripts", "segments", "none").index(made.kind)
    return order, -float("inf") if needed is None else -float(needed), code.key


def plus_minus(target: float) -> str:
    """Write a half-width: ±.10."""
    return f"±{target:.2f}".replace("0.", ".")


def count_of(number: int, word: str) -> str:
    """Write a number of things."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _words(name: str, made: Plan, given_now: float) -> str:
    """Say a plan in a sentence."""
    if made.kind == "none":
        return ""
    rough = f" A rough guess: it was given on about {count_of(round(given_now), 'segment')} only."
    if made.kind == "segments":
        if made.units is None:
            return "Out of reach, even if sessions did not differ."
        said = f"At least {count_of(made.units, 'segment')}, if sessions did not differ."
    elif made.clusters is None:
        said = f"More than {count_of(MOST_CLUSTERS, 'transcript')}."
    elif not made.extra:
        said = "Narrow enough already."
    else:
        said = f"{count_of(made.extra, 'more transcript')} for {plus_minus(made.target)} on {name}."
    return f"{said}{rough if given_now < FEW_GIVEN else ''}"


def sentence(report: RoundPlan) -> str:
    """Say in one breath what is needed."""
    wanted = plus_minus(report.target)
    if len(report.raters) < 2:
        who = f"only {report.raters[0]} coded" if report.raters else "nobody's coding can be compared"
        return f"A plan needs two raters, and in this round {who}."
    planned, bounded = report.of_kind("transcripts"), report.of_kind("segments")
    if planned:
        return _of_transcripts(planned, wanted)
    if bounded:
        return _of_segments(report, bounded, wanted)
    return "No code of this round has a number to plan from."


def _of_transcripts(planned: Sequence[CodePlan], wanted: str) -> str:
    extra = sorted(code.plan.extra for code in planned if code.plan.extra is not None)
    there = sum(number == 0 for number in extra)
    parts = [f"{there} of {count_of(len(planned), 'code')} {'is' if there == 1 else 'are'} known to {wanted} already"]
    half = (len(planned) + 1) // 2
    if there < half <= len(extra):
        parts.append(f"with {count_of(extra[half - 1], 'more transcript')} half of them would be")
    if extra and extra[-1] and len(extra) == len(planned):
        parts.append(f"with {extra[-1]:,} {'' if len(parts) > 1 else 'more transcripts '}all of them")
    first = planned[0]
    most = f" {first.name} needs most." if first.plan.extra != 0 else ""
    rough = sum(code.is_rarely_given for code in planned)
    guess = f" For {count_of(rough, 'rarely given code')} this is a rough guess." if rough else ""
    return f"{'; '.join(parts)}.{most}{guess}"


def _of_segments(report: RoundPlan, bounded: Sequence[CodePlan], wanted: str) -> str:
    few = f"{count_of(report.transcripts, 'transcript')} cannot say how much sessions differ"
    units = [code.plan.units for code in bounded]
    known = [number for number in units if number is not None]
    if not known:
        return f"{few}, and even if they did not, {wanted} would be out of reach."
    least = f"even if they did not, {wanted} on {bounded[0].name} would take at least"
    if units[0] is None:
        return f"{few}; {least} ten million segments."
    return f"{few}; {least} {count_of(units[0], 'segment')}."


def assumed_words(made: Assumed, target: float) -> str:
    """Say in a sentence what a code without a pilot takes."""
    wanted = plus_minus(target)
    if made.units is None:
        return f"{wanted} is out of reach, even if sessions did not differ."
    return f"{wanted} takes at least {count_of(made.units, 'segment')}, if sessions did not differ. They do:"
