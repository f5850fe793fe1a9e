"""Each rater over the order of coding: against the others, the own past and gold, in the closed rounds of a study."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.core.cache import caches
from django.db.models import QuerySet

from coding import access
from coding.models import Round
from coding.queries.against_gold import AgainstGold, against_gold
from coding.queries.drift_charts import Place, RaterChart
from coding.queries.judged_rows import counted_assignments_of
from coding.queries.kept import KeptRound, kept_rounds
from coding.queries.own_past import OwnPast, own_past
from coding.queries.ratings import code_matrices, code_ratings, none_key
from coding.queries.study_gold import StudyGold, all_gold, gold_read_by
from coding.reliability.drift import Chart
from coding.reliability.movers import PairSums, against_others, pair_sums
from transcripts.models import Study
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class RoundSums:
    """What one round says: its raters, its transcripts, and for each code the sums of every pair of raters."""

    raters: tuple[str, ...]
    transcripts: tuple[str, ...]
    codes: dict[str, PairSums]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class CodeDrift:
    """One code with the charts of all raters."""

    key: str
    name: str
    charts: tuple[RaterChart, ...]

    @property
    def alerts(self) -> tuple[RaterChart, ...]:
        return tuple(one for one in self.charts if one.chart.alert)


@dataclass(frozen=True, slots=True)
class StudyDrift:
    """All codes, in the order in which the codebooks bring them; `rounds` are those that were looked at."""

    codes: tuple[CodeDrift, ...]
    raters: tuple[str, ...]
    rounds: tuple[Round, ...]
    own_past: dict[str, tuple[OwnPast, ...]]
    against_gold: dict[str, tuple[AgainstGold, ...]]
    has_gold: bool

    @property
    def alerts(self) -> tuple[tuple[CodeDrift, RaterChart], ...]:
        return tuple((code, one) for code in self.codes for one in code.alerts)

    @property
    def own_alerts(self) -> tuple[tuple[CodeDrift, OwnPast], ...]:
        """Give who moved against their own past, and on which code."""
        return tuple((code, one) for code in self.codes for one in self.own_past.get(code.key, ()) if one.alert)

    @property
    def gold_alerts(self) -> tuple[tuple[CodeDrift, AgainstGold], ...]:
        """Give who moved against the gold, and on which code."""
        return tuple((code, one) for code in self.codes for one in self.against_gold.get(code.key, ()) if one.alert)


def study_drift(user: User, study: Study) -> StudyDrift:
    """
    Chart every code and rater over the closed rounds that the person may see results of.

    A transcript that they are blind to is left out, as in every aggregate, and gold that they may not read. Training
    rounds stay out: who learns is to change. What was computed once is kept under the fingerprints of rounds and gold.
    """
    rounds = Round.objects.filter(access.results_open_to(user), study=study).exclude(kind=Round.Kind.TRAINING)
    return _drift_of(rounds, set(access.blind_transcripts(user)), gold_read_by(user, study))


def prepare_drift(round_id: int) -> None:
    """Compute what whoever is blind to nothing sees, once a round has closed: the worker's job."""
    study = Study.objects.get(rounds=round_id)
    rounds = Round.objects.closed().filter(study=study).exclude(kind=Round.Kind.TRAINING)
    _drift_of(rounds, set(), all_gold(study))


def _drift_of(found: QuerySet[Round], hidden: set[int], gold: StudyGold) -> StudyDrift:
    rounds = list(found.select_related("study", "version").order_by("created_at", "pk"))
    kept = kept_rounds(rounds, hidden)
    said = [*(one.fingerprint for one in kept), gold.fingerprint]
    digest = hashlib.sha256("".join(said).encode()).hexdigest()
    known: StudyDrift | None = caches["results"].get(f"drift-{digest}")
    if known is None:
        known = _computed(kept, _orders(rounds, hidden), gold)
        caches["results"].set(f"drift-{digest}", known)
    return known


def round_sums(kept: KeptRound) -> RoundSums:
    """Sum a round up, code by code; kept with the round's other results."""

    def make() -> RoundSums:
        rows = kept.rows()
        matrices = code_matrices(rows)
        number = len(rows.transcripts)
        # "None applies" moves with every other code, and would accuse the same rater twice.
        codes = {
            key: pair_sums(matrix, rows.units.transcript, number)
            for key, matrix in matrices.items()
            if key != none_key(rows)
        }
        names = {one.key: one.name for one in code_ratings(rows, matrices) if one.key in codes}
        return RoundSums(rows.raters, rows.transcripts, codes, names)

    return kept.kept("pair-sums", make)


def _orders(rounds: Sequence[Round], hidden: set[int]) -> dict[str, list[tuple[int, str]]]:
    """Give for each rater the round and transcript of their assignments, in the order of handing in."""
    created = {round_.pk: place for place, round_ in enumerate(rounds)}
    rows = counted_assignments_of(rounds).exclude(transcript__in=hidden)
    listed = rows.values_list("rater__label", "submitted_at", "round", "place", "transcript__name")
    found: dict[str, list[tuple[int, str]]] = {}
    in_order = sorted(listed, key=lambda row: (row[0], row[1], created[row[2]], row[3] or 0, row[4]))
    for rater, _, number, _, name in in_order:
        found.setdefault(rater, []).append((number, name))
    return found


def _computed(kept: Sequence[KeptRound], orders: dict[str, list[tuple[int, str]]], gold: StudyGold) -> StudyDrift:
    # In a drift check each rater judged turns of their own past: it says nothing about the others.
    between = [one for one in kept if not one.round.is_drift_check]
    sums = [round_sums(one) for one in between]
    raters = tuple(sorted(orders))
    column = {rater: place for place, rater in enumerate(raters)}
    listed = [
        Place(name, one.round.pk, str(one.round), one.round.version.name)
        for one, said in zip(between, sums, strict=True)
        for name in said.transcripts
    ]
    batch = {(place.round_id, place.transcript): number for number, place in enumerate(listed)}
    names = {key: name for said in sums for key, name in said.names.items()}
    checks = (one.rows().book.codes for one in kept if one.round.is_drift_check)
    names |= {code.key: code.name for codes in checks for code in codes if not code.outcome and code.key not in names}
    codes = {key: _joined(key, sums, column, len(listed)) for key in names}
    numbered = [[batch[place] for place in orders[rater] if place in batch] for rater in raters]
    charts = against_others(codes, numbered)
    found = tuple(
        CodeDrift(key, name, tuple(_rater_chart(key, codes, raters, numbered, charts, listed)))
        for key, name in names.items()
    )
    return StudyDrift(
        codes=found,
        raters=raters,
        rounds=tuple(one.round for one in kept),
        own_past=own_past(kept, orders),
        against_gold=against_gold(kept, orders, gold),
        has_gold=bool(gold.golds),
    )


def _joined(key: str, sums: Sequence[RoundSums], column: dict[str, int], number: int) -> PairSums:
    """Put one code's sums of all rounds side by side; a round whose version lacks the code has nothing there."""
    both, own = np.zeros((len(column), len(column), number)), np.zeros((len(column), len(column), number))
    start = 0
    for said in sums:
        end = start + len(said.transcripts)
        if key in said.codes:
            here = np.array([column[rater] for rater in said.raters], dtype=np.int64)
            grid = np.ix_(here, here, np.arange(start, end))
            both[grid], own[grid] = said.codes[key].both, said.codes[key].own
        start = end
    return PairSums(both, own)


def _rater_chart(
    key: str,
    codes: dict[str, PairSums],
    raters: Sequence[str],
    orders: Sequence[Sequence[int]],
    charts: dict[str, list[Chart]],
    places: Sequence[Place],
) -> list[RaterChart]:
    """Name the points of each rater's chart: transcripts that somebody else coded too."""
    both = codes[key].both
    return [
        RaterChart(
            rater,
            charts[key][number],
            tuple(
                places[place]
                for place in orders[number]
                if both[number, :, place].sum() - both[number, number, place] > 0
            ),
        )
        for number, rater in enumerate(raters)
    ]
