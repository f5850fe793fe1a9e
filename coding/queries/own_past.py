"""Each rater against their own past: transcripts that the same person coded in two closed rounds (intra-rater)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coding.queries.judged_rows import Ints, JudgedRows
from coding.queries.kept import KeptRound
from coding.queries.ratings import Matrix, code_matrices, none_key
from coding.reliability import Nominal, Result, measure

COEFFICIENTS = ("percent_agreement", "cohen_kappa")


@dataclass(frozen=True, slots=True)
class OwnPast:
    """One rater and one code: the first coding of the same segments and the last, and how well they agree."""

    rater: str
    transcripts: int
    segments: int
    then: float
    now: float
    agreement: Result
    kappa: Result


def own_past(
    kept: Sequence[KeptRound], orders: Mapping[str, Sequence[tuple[int, str]]]
) -> dict[str, tuple[OwnPast, ...]]:
    """
    Compare each rater's first and last coding of what they coded twice, code by code.

    `orders` gives for each rater round and transcript in the order of handing in. Only segments of the same revision
    are the same; a code that one of the two versions lacks is not compared.
    """
    by_round = {one.round.pk: one for one in kept}
    twice = {rater: pairs for rater, order in orders.items() if (pairs := _twice(order))}
    wanted = {number for pairs in twice.values() for pair in pairs.values() for number in pair}
    rows = {number: by_round[number].rows() for number in wanted}
    matrices = {number: code_matrices(rows[number]) for number in wanted}
    found: dict[str, list[OwnPast]] = {}
    for rater, pairs in twice.items():
        for key in _keys(pairs, rows, matrices):
            if (one := _compared(rater, key, pairs, rows, matrices)) is not None:
                found.setdefault(key, []).append(one)
    return {key: tuple(lines) for key, lines in found.items()}


def _twice(order: Sequence[tuple[int, str]]) -> dict[str, tuple[int, int]]:
    """Name the transcripts that were coded twice or more, with the first round and the last."""
    rounds: dict[str, list[int]] = {}
    for number, name in order:
        rounds.setdefault(name, []).append(number)
    return {name: (numbers[0], numbers[-1]) for name, numbers in rounds.items() if len(numbers) > 1}


def _keys(
    pairs: Mapping[str, tuple[int, int]], rows: Mapping[int, JudgedRows], matrices: Mapping[int, Mapping[str, Matrix]]
) -> list[str]:
    """Name the codes of the later rounds that the earlier ones have too; "none applies" follows from the others."""
    keys: dict[str, None] = {}
    for first, last in pairs.values():
        none = {none_key(rows[first]), none_key(rows[last])}
        keys |= dict.fromkeys(key for key in matrices[last] if key in matrices[first] and key not in none)
    return list(keys)


def _compared(
    rater: str,
    key: str,
    pairs: Mapping[str, tuple[int, int]],
    rows: Mapping[int, JudgedRows],
    matrices: Mapping[int, Mapping[str, Matrix]],
) -> OwnPast | None:
    columns: list[Matrix] = []
    clusters: list[Ints] = []
    for number, (name, (first, last)) in enumerate(sorted(pairs.items())):
        if key not in matrices[first] or key not in matrices[last]:
            continue
        both = _both(rows[first], rows[last], name)
        values = np.stack(
            [
                matrices[round_id][key][rows[round_id].raters.index(rater), places]
                for round_id, places in zip((first, last), both, strict=True)
            ]
        )
        values = values[:, (values >= 0).all(axis=0)]
        columns.append(values)
        clusters.append(np.full(values.shape[1], number, dtype=np.int64))
    values = np.concatenate(columns, axis=1) if columns else np.zeros((2, 0), dtype=np.int8)
    if not values.shape[1]:
        return None
    where = np.concatenate(clusters)
    results = measure(Nominal.from_ratings(values, 2, where), COEFFICIENTS)
    then, now = (float(share) for share in (values == 1).mean(axis=1))
    return OwnPast(
        rater=rater,
        transcripts=len(np.unique(where)),
        segments=values.shape[1],
        then=then,
        now=now,
        agreement=results["percent_agreement"],
        kappa=results["cohen_kappa"],
    )


def _both(first: JudgedRows, last: JudgedRows, name: str) -> tuple[Ints, Ints]:
    """Give the places of the same segments of a transcript in both rounds."""
    ids = []
    for rows in (first, last):
        here = np.flatnonzero(rows.units.transcript == rows.transcripts.index(name))
        ids.append((rows.units.ids[here], here))
    _, one, two = np.intersect1d(ids[0][0], ids[1][0], return_indices=True)
    return ids[0][1][one], ids[1][1][two]
