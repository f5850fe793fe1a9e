"""Each rater against their own past: segments that the same person judged in two closed rounds (intra-rater)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries.drift_charts import Place, RaterChart
from coding.queries.judged_rows import Ints, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.ratings import Matrix
from coding.queries.said import Said
from coding.reliability import Nominal, Result, measure
from coding.reliability.drift import Batch
from coding.reliability.own_past import Moved, against_own_past

COEFFICIENTS = ("percent_agreement", "cohen_kappa")


@dataclass(frozen=True, slots=True)
class OwnPast:
    """
    One rater and one code: the first judgement of the same segments and the last, and how well they agree.

    `line` charts now against then over the order in which the transcripts were handed in again.
    """

    rater: str
    transcripts: int
    segments: int
    then: float
    now: float
    agreement: Result
    kappa: Result
    line: RaterChart
    moved: Moved | None

    @property
    def alert(self) -> bool:
        return self.line.chart.alert


@dataclass(frozen=True, slots=True)
class _Twice:
    """What one rater said of one code on the segments judged twice: a column for each, and where it came back."""

    rater: str
    key: str
    values: Matrix
    transcripts: Ints
    again: Ints
    places: tuple[Place, ...]


def own_past(
    kept: Sequence[KeptRound], orders: Mapping[str, Sequence[tuple[int, str]]]
) -> dict[str, tuple[OwnPast, ...]]:
    """
    Compare each rater's first and last judgement of what they judged twice, code by code, and test all of it together.

    `orders` gives for each rater round and transcript in the order of handing in. Only segments of the same revision
    are the same; a code that a version lacks has no value there.
    """
    by_round = {one.round.pk: one for one in kept}
    again = {rater: turns for rater, order in orders.items() if (turns := _coded_again(order))}
    wanted = {number for turns in again.values() for numbers in turns.values() for number in numbers}
    said = {number: Said(by_round[number]) for number in wanted}
    found = [one for rater, turns in again.items() for one in _twice(rater, turns, orders[rater], said)]
    charts = against_own_past([_batches(one) for one in found])
    lines: dict[str, list[OwnPast]] = {}
    for one, (chart, moved) in zip(found, charts, strict=True):
        lines.setdefault(one.key, []).append(_compared(one, RaterChart(one.rater, chart, one.places), moved))
    return {key: tuple(rows) for key, rows in lines.items()}


def _coded_again(order: Sequence[tuple[int, str]]) -> dict[str, list[int]]:
    """Name the transcripts that were coded in two rounds or more, each with its rounds in order."""
    rounds: dict[str, list[int]] = {}
    for number, name in order:
        rounds.setdefault(name, []).append(number)
    return {name: numbers for name, numbers in rounds.items() if len(numbers) > 1}


def _twice(
    rater: str, turns: Mapping[str, Sequence[int]], order: Sequence[tuple[int, str]], said: Mapping[int, Said]
) -> Iterator[_Twice]:
    """Gather the segments that a rater judged twice, code by code; each stands once, with its first and last value."""
    handed_in = {place: number for number, place in enumerate(order)}
    where = {
        name: [said[number].places(segments) for number in numbers]
        for name, numbers in turns.items()
        for segments in [_segments(name, [said[number].rows for number in numbers])]
    }
    keys = dict.fromkeys(key for numbers in turns.values() for number in numbers for key in said[number].matrices)
    for key in keys:
        columns, clusters, again = [], [], []
        places: dict[int, Place] = {}
        for cluster, (name, numbers) in enumerate(sorted(turns.items())):
            found = zip(numbers, where[name], strict=True)
            values = np.stack([said[number].values(key, rater, here) for number, here in found])
            judged = values >= 0
            both = judged.sum(axis=0) > 1
            if not both.any():
                continue
            first, last = judged.argmax(axis=0)[both], (len(numbers) - 1 - judged[::-1].argmax(axis=0))[both]
            columns.append(np.stack([values[:, both][row, np.arange(both.sum())] for row in (first, last)]))
            clusters.append(np.full(both.sum(), cluster, dtype=np.int64))
            again.append(np.array([handed_in[numbers[row], name] for row in last], dtype=np.int64))
            places |= {handed_in[number, name]: said[number].place(name) for number in numbers}
        if columns:
            came = np.concatenate(again)
            named = tuple(places[number] for number in np.unique(came).tolist())
            yield _Twice(rater, key, np.concatenate(columns, axis=1), np.concatenate(clusters), came, named)


def _segments(name: str, rounds: Sequence[JudgedRows]) -> Ints:
    """Give the ids of all segments that a transcript had in these rounds."""
    found = [rows.units.ids[rows.units.transcript == rows.transcripts.index(name)] for rows in rounds]
    return np.unique(np.concatenate(found))


def _batches(one: _Twice) -> list[Batch]:
    """Sum up each transcript that was coded again, in the order in which it was handed in again."""
    given = [one.values[:, one.again == number] == 1 for number in np.unique(one.again)]
    return [Batch(float(part.shape[1]), float(part[1].sum()), float(part[0].sum())) for part in given]


def _compared(one: _Twice, line: RaterChart, moved: Moved | None) -> OwnPast:
    results = measure(Nominal.from_ratings(one.values, 2, one.transcripts), COEFFICIENTS)
    then, now = (float(share) for share in (one.values == 1).mean(axis=1))
    return OwnPast(
        rater=one.rater,
        transcripts=len(np.unique(one.transcripts)),
        segments=one.values.shape[1],
        then=then,
        now=now,
        agreement=results["percent_agreement"],
        kappa=results["cohen_kappa"],
        line=line,
        moved=moved,
    )
