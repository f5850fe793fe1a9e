"""Each rater against the gold of practice transcripts, over the order in which they coded these in earnest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries.drift_charts import Place, RaterChart
from coding.queries.gold import GoldHour
from coding.queries.judged_rows import Ints
from coding.queries.kept import KeptRound
from coding.queries.own_past import COEFFICIENTS
from coding.queries.ratings import Matrix
from coding.queries.said import Said
from coding.queries.study_gold import StudyGold
from coding.reliability import Nominal, Result, measure
from coding.reliability.drift import LEVEL_OF_OTHERS, Batch, charts


@dataclass(frozen=True, slots=True)
class AgainstGold:
    """
    One rater and one code on turns that have gold: how often both give it, and how well they agree.

    `line` charts rater less gold, a point for each transcript, as often as it was coded.
    """

    rater: str
    transcripts: int
    segments: int
    own: float
    gold: float
    agreement: Result
    kappa: Result
    line: RaterChart

    @property
    def alert(self) -> bool:
        return self.line.chart.alert


@dataclass(frozen=True, slots=True)
class _Line:
    """What a rater and the gold say of one code: a column for each segment, with its transcript and its point."""

    rater: str
    key: str
    values: Matrix
    transcripts: Ints
    points: Ints
    places: tuple[Place, ...]

    @property
    def batches(self) -> list[Batch]:
        parts = [self.values[:, self.points == number] == 1 for number in range(len(self.places))]
        return [Batch(float(part.shape[1]), float(part[0].sum()), float(part[1].sum())) for part in parts]


def against_gold(
    kept: Sequence[KeptRound], orders: Mapping[str, Sequence[tuple[int, str]]], gold: StudyGold
) -> dict[str, tuple[AgainstGold, ...]]:
    """
    Hold each rater beside the gold, code by code, and test all of it together for a change.

    `orders` gives for each rater round and transcript in the order of handing in. Nobody is held beside gold that
    rests on their own codings. Only segments of the same revision are the same; a code that the version of the one or
    the other lacks has no value there.
    """
    hours = gold.hours()
    by_round = {one.round.pk: one for one in kept}
    coded = {
        rater: [place for place in order if place[1] in hours and (place[1], rater) not in gold.rests_on]
        for rater, order in orders.items()
    }
    said = {number: Said(by_round[number]) for number in {number for order in coded.values() for number, _ in order}}
    found = [one for rater, order in sorted(coded.items()) for one in _lines(rater, order, hours, said)]
    tested = charts([one.batches for one in found], level=LEVEL_OF_OTHERS)
    lines: dict[str, list[AgainstGold]] = {}
    for one, chart in zip(found, tested, strict=True):
        lines.setdefault(one.key, []).append(_compared(one, RaterChart(one.rater, chart, one.places)))
    return {key: tuple(rows) for key, rows in lines.items()}


def _lines(
    rater: str, order: Sequence[tuple[int, str]], hours: Mapping[str, GoldHour], said: Mapping[int, Said]
) -> Iterator[_Line]:
    """Gather what rater and gold both judged, code by code, in the order of handing in."""
    where = [said[number].places(hours[name].segments) for number, name in order]
    cluster = {name: number for number, name in enumerate(dict.fromkeys(name for _, name in order))}
    for key in dict.fromkeys(key for _, name in order for key in hours[name].values):
        columns, clusters, points, places = [], [], [], list[Place]()
        for (number, name), here in zip(order, where, strict=True):
            if key not in hours[name].values:
                continue
            both = np.stack([said[number].values(key, rater, here), hours[name].values[key]])
            judged = (both >= 0).all(axis=0)
            if not judged.any():
                continue
            columns.append(both[:, judged])
            clusters.append(np.full(judged.sum(), cluster[name], dtype=np.int64))
            points.append(np.full(judged.sum(), len(places), dtype=np.int64))
            places.append(said[number].place(name))
        if columns:
            values = np.concatenate(columns, axis=1)
            yield _Line(rater, key, values, np.concatenate(clusters), np.concatenate(points), tuple(places))


def _compared(one: _Line, line: RaterChart) -> AgainstGold:
    results = measure(Nominal.from_ratings(one.values, 2, one.transcripts), COEFFICIENTS)
    own, gold = (float(share) for share in (one.values == 1).mean(axis=1))
    return AgainstGold(
        rater=one.rater,
        transcripts=len(np.unique(one.transcripts)),
        segments=one.values.shape[1],
        own=own,
        gold=gold,
        agreement=results["percent_agreement"],
        kappa=results["cohen_kappa"],
        line=line,
    )
