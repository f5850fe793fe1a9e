"""Measure variables: one row of the reliability table each, with the counts that every number needs beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries.evidence import EvidenceSpans
from coding.queries.ratings import MISSING, LabelSets, Mask, Ratings, SessionSums, differing
from coding.queries.variables import scaled, variable_of
from coding.reliability import (
    Counts,
    Result,
    Scale,
    Sets,
    Spans,
    Variable,
    measure,
    measure_many,
    pairs_many,
    per_cluster_many,
)
from coding.reliability.intervals import Interval, jackknife
from coding.reliability.unitizing import alpha_u

PRESENT = (
    *("percent_agreement", "positive_agreement", "negative_agreement", "krippendorff_alpha", "gwet_ac1"),
    *("fleiss_kappa", "conger_kappa", "light_kappa", "brennan_prediger"),
)
NOMINAL = (
    *("percent_agreement", "krippendorff_alpha", "gwet_ac1"),
    *("fleiss_kappa", "conger_kappa", "light_kappa", "brennan_prediger"),
)
SCALED = (
    *("percent_agreement", "krippendorff_alpha_ordinal", "krippendorff_alpha_interval", "gwet_ac2_ordinal"),
    *("gwet_ac2_quadratic", "fleiss_kappa_quadratic", "light_kappa_quadratic", "icc_2_1"),
)
# ICC with the F intervals of units that are independent by design: sessions, not the turns within them.
SUMS = ("icc_2_1", "icc_3_1")
SETS = ("krippendorff_alpha_masi", "krippendorff_alpha_jaccard", "krippendorff_alpha_nominal_sets", "percent_agreement")
# What two raters alone have: in every pair, and in the row itself where there are only two.
PAIR_OF_PRESENT = ("cohen_kappa", "kappa_max", "pabak", "prevalence_index", "bias_index")
PAIR_OF_NOMINAL = ("cohen_kappa", "kappa_max")
PAIR_OF_SCALED = ("cohen_kappa_linear", "cohen_kappa_quadratic")
BOTH_OF_PRESENT = ("percent_agreement", "positive_agreement", "negative_agreement", "krippendorff_alpha", "gwet_ac1")
BOTH_OF_NOMINAL = ("percent_agreement", "krippendorff_alpha", "gwet_ac1")
BOTH_OF_SCALED = ("percent_agreement", "krippendorff_alpha_ordinal")
FEWEST_TRANSCRIPTS = 5

Table = Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class RaterShare:
    """How often one rater gave it among the segments they have a value for; no share where there are none."""

    label: str
    given: int
    judged: int

    @property
    def share(self) -> float | None:
        """Return the share, which is undefined where nothing was judged."""
        return self.given / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the table: what was measured, on how much, and every coefficient of it."""

    key: str
    name: str
    slot: str
    units: int
    transcripts: int
    not_judged: int
    uncodable: int
    disputed: int
    shares: tuple[RaterShare, ...]
    results: Table
    pairs: Mapping[str, Table]
    per_transcript: Mapping[int, float | None]


def pair_name(one: str, two: str) -> str:
    """Name a pair of raters, `a|b`; a bar within a label gets a backslash, so that no two pairs share a name."""
    return "|".join(label.replace("\\", "\\\\").replace("|", "\\|") for label in (one, two))


def measure_present(
    variables: Sequence[Ratings], raters: Sequence[str], *, nominal: bool = False, optimistic: bool = False
) -> list[Cell]:
    """Measure present/absent variables, or nominal ones."""
    names, alone, both = (
        (NOMINAL, PAIR_OF_NOMINAL, BOTH_OF_NOMINAL) if nominal else (PRESENT, PAIR_OF_PRESENT, BOTH_OF_PRESENT)
    )
    made = [variable_of(ratings) for ratings in variables]
    tables = _measure(made, (*names, *(alone if len(raters) == 2 else ())), optimistic)
    by_transcript = per_cluster_many(made, "krippendorff_alpha")
    pairs = _pairs(made, raters, (*both, *alone))
    return _cells(variables, raters, tables, pairs, by_transcript)


def measure_scaled(variables: Sequence[Ratings], raters: Sequence[str], *, optimistic: bool = False) -> list[Cell]:
    """Measure ratings on the declared scale."""
    made = [scaled(ratings) for ratings in variables]
    tables = _measure(made, (*SCALED, *(PAIR_OF_SCALED if len(raters) == 2 else ())), optimistic)
    by_transcript = per_cluster_many(made, "krippendorff_alpha_ordinal")
    pairs = _pairs(made, raters, (*BOTH_OF_SCALED, *PAIR_OF_SCALED))
    return _cells(variables, raters, tables, pairs, by_transcript)


def measure_sets(sets: LabelSets, *, optimistic: bool = False) -> Table:
    """Measure whole label sets."""
    nothing = [()] * len(sets.judged)
    variable = (
        Sets.from_indicators(sets.given, sets.judged, sets.transcripts) if sets.judged.size else Sets.from_sets(nothing)
    )
    return _measure([variable], SETS, optimistic)[0]


def measure_sums(found: Sequence[SessionSums], raters: Sequence[str]) -> list[Cell]:
    """Measure how often each code was given in whole sessions; the unit is the session."""
    return [_sums(sums, raters) for sums in found]


def _sums(found: SessionSums, raters: Sequence[str]) -> Cell:
    variable = Scale.from_numbers(found.sums, clusters=found.transcripts)
    there = ~np.isnan(found.sums)
    twice = there.sum(axis=0) >= 2
    two = len(raters) == 2
    table = {
        **measure(variable, SUMS, interval="analytic"),
        **measure(variable, ("krippendorff_alpha_interval", *(("lin_ccc",) if two else ()))),
    }
    known = np.where(there, found.sums, 0)
    highest = known.max(axis=0, initial=0)
    lowest = np.where(there, found.sums, np.inf).min(axis=0, initial=np.inf)
    return Cell(
        key=found.key,
        name=found.name,
        slot=found.slot,
        units=int(twice.sum()),
        transcripts=int(twice.sum()),
        not_judged=found.not_judged,
        uncodable=0,
        disputed=int((twice & (lowest < highest)).sum()),
        shares=tuple(
            RaterShare(label, int(row.sum()), int(here.sum()))
            for label, row, here in zip(raters, known, there, strict=True)
        ),
        results=table,
        pairs={},
        per_transcript={},
    )


def _measure(variables: Sequence[Variable], names: Sequence[str], optimistic: bool) -> list[Table]:
    return list(measure_many(variables, names, interval="jackknife", optimistic=optimistic))


def _pairs(variables: Sequence[Variable], raters: Sequence[str], names: Sequence[str]) -> list[dict[str, Table]]:
    """Measure every two raters on the segments that both have a value for, all of it from one count."""
    found = pairs_many(variables, names, interval="jackknife")
    return [{pair_name(raters[i], raters[j]): table for (i, j), table in two.items()} for two in found]


def _cells(
    variables: Sequence[Ratings],
    raters: Sequence[str],
    tables: Sequence[Table],
    pairs: Sequence[Mapping[str, Table]],
    by_transcript: Sequence[Mapping[object, float | None]],
) -> list[Cell]:
    cells = []
    for ratings, table, two, alone in zip(variables, tables, pairs, by_transcript, strict=True):
        pairable = (ratings.values >= 0).sum(axis=0) >= 2
        cells.append(
            Cell(
                key=ratings.key,
                name=ratings.name,
                slot=ratings.slot,
                units=int(pairable.sum()),
                transcripts=len(np.unique(ratings.transcripts[pairable])),
                not_judged=ratings.not_judged,
                uncodable=ratings.uncodable,
                disputed=int(differing(ratings.values).sum()),
                shares=_shares(raters, ratings.given, ratings.values != MISSING),
                results=table,
                pairs=two,
                per_transcript={int(str(place)): value for place, value in alone.items()},
            )
        )
    return cells


def _shares(raters: Sequence[str], given: Mask, judged: Mask) -> tuple[RaterShare, ...]:
    numbers = zip(raters, (given & judged).sum(axis=1).tolist(), judged.sum(axis=1).tolist(), strict=True)
    return tuple(RaterShare(*row) for row in numbers)


def measure_evidence(found: Sequence[EvidenceSpans], raters: Sequence[str]) -> list[Cell]:
    """Measure whether raters mark the same words (unitizing alpha), code by code."""
    return [_evidence(spans, raters) for spans in found]


def _evidence(spans: EvidenceSpans, raters: Sequence[str]) -> Cell:
    units = len(spans.units)
    transcripts = np.unique(spans.transcripts)
    counts = Counts(units, units, int(spans.marked.sum()), len(raters), len(transcripts), 2)
    everyone = list(range(len(raters)))
    keys = [(i, j) for i in everyone for j in everyone[i + 1 :]]
    return Cell(
        key=spans.key,
        name=spans.name,
        slot=spans.slot,
        units=units if len(raters) > 1 else 0,
        transcripts=len(transcripts),
        not_judged=0,
        uncodable=0,
        disputed=0,
        shares=_shares(raters, spans.marked, np.ones(spans.marked.shape, dtype=bool)),
        results={"alpha_u": _alpha_u(spans, everyone, transcripts.tolist(), counts)},
        pairs={pair_name(raters[i], raters[j]): {"alpha_u": _alpha_u(spans, [i, j], [], counts)} for i, j in keys},
        per_transcript={},
    )


def _alpha_u(spans: EvidenceSpans, raters: Sequence[int], transcripts: Sequence[int], counts: Counts) -> Result:
    value = _alpha_without(spans, raters, None)
    if isinstance(value, str):
        undefined = "the coefficient itself is undefined"
        return Result("alpha_u", None, value, counts.pairable, counts, why_no_interval=undefined)
    made = Interval(why="no interval is computed for a pair")
    if transcripts:
        left = [_alpha_without(spans, raters, transcript) for transcript in transcripts]
        made = jackknife(value, np.array([np.nan if isinstance(v, str) else v for v in left]), "z")
    kind = "jackknife" if made.low is not None else ""
    return Result(
        "alpha_u", value, "", counts.pairable, counts,
        low=made.low, high=made.high, kind=kind, why_no_interval=made.why, se=made.se, df=made.df,
    )  # fmt: skip


def _alpha_without(spans: EvidenceSpans, raters: Sequence[int], transcript: int | None) -> float | str:
    marked, length = spans.without(transcript)
    if not length:
        return "no segment was judged by every rater, with words marked wherever the code was given"
    return alpha_u(Spans.of([marked[rater] for rater in raters], float(length)))
