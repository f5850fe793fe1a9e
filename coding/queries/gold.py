"""
Gold of practice transcripts: whose codings they are, and what they say, segment by segment.

Absent is not missing here either (law 1): for each code a segment is 1 where the gold gives it, 0 where it was judged
without, and has no value where nobody judged it, it is uncodable, or its speaker's role is not the code's. Nothing of
it goes into inter-rater tables. Whether somebody may read it is decided before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from coding.models import Assignment, Gold, Round
from coding.queries.desk import turn_states
from coding.queries.final_layer import final_layer
from coding.queries.judged_rows import NO_RATING, UNCODABLE, Ints, JudgedRows, rows_of
from coding.queries.kept import KeptRound
from coding.queries.palette import Palette
from coding.queries.ratings import MISSING, Matrix, code_matrices, none_key
from coding.queries.turn import Given, TurnState


@dataclass(frozen=True, slots=True)
class GoldHour:
    """What the gold of one transcript says: `values` has for each code one value for each of `segments` (ids)."""

    gold: Gold
    segments: Ints
    values: Mapping[str, Matrix]

    def given(self, key: str) -> int:
        """Count the segments to which the gold gives a code."""
        return int((self.values[key] == 1).sum()) if key in self.values else 0


def standing_golds(rounds: Collection[int] | QuerySet[Round]) -> QuerySet[Gold]:
    """Give the gold that counts for each transcript of some rounds: the last one that was said."""
    latest = Gold.objects.filter(round__in=rounds).order_by("round", "transcript", "-n").distinct("round", "transcript")
    found = Gold.objects.filter(pk__in=latest.values("pk")).select_related(
        "assignment__rater", "assignment__round", "final_round__version", "final_round__study", "transcript", "made_by",
        "version",
    )  # fmt: skip
    return found.order_by("transcript__name")


def said_of(gold: Gold) -> str:
    """Say in words whose codings a gold is."""
    if gold.assignment is not None:
        return f"the codings of {gold.assignment.rater.label} in {gold.assignment.round}"
    return f"the final word of {gold.final_round}"


def gold_hours(golds: Iterable[Gold]) -> dict[int, GoldHour]:
    """Read what golds of one codebook version say, by transcript; the statements grow with final rounds alone."""
    golds = list(golds)
    found: dict[int, GoldHour] = {}
    coded = [gold for gold in golds if gold.assignment is not None]
    if coded:
        assignments = Assignment.objects.filter(pk__in=[gold.assignment_id for gold in coded])
        rows = rows_of(assignments.order_by("transcript__name", "rater__label"), coded[0].version)
        found |= _hours(coded, rows)
    decided: dict[int, list[Gold]] = {}
    for gold in golds:
        if gold.final_round_id is not None:
            decided.setdefault(gold.final_round_id, []).append(gold)
    for some in decided.values():
        found |= _hours(some, _final_rows(some))
    return found


def _final_rows(golds: list[Gold]) -> JudgedRows:
    round_ = golds[0].final_round
    if round_ is None:
        raise ValueError("This gold is no final layer.")
    return final_layer(KeptRound(round_, [gold.transcript_id for gold in golds])).rows


def _hours(golds: Iterable[Gold], rows: JudgedRows) -> dict[int, GoldHour]:
    """Cut rows into transcripts. Of several experts one alone judged each: the greatest value is theirs."""
    matrices = code_matrices(rows)
    merged = {key: matrix.max(axis=0) for key, matrix in matrices.items() if key != none_key(rows) and matrix.size}
    place = {name: number for number, name in enumerate(rows.transcripts)}
    found = {}
    for gold in golds:
        here = np.flatnonzero(rows.units.transcript == place.get(gold.transcript.name, MISSING))
        values = {key: row[here] for key, row in merged.items()}
        found[gold.transcript_id] = GoldHour(gold, rows.units.ids[here], values)
    return found


def gold_states(gold: Gold, book: Palette) -> dict[int, TurnState]:
    """Read what a gold says turn by turn, with ratings, evidence and attributes; memos and flags stay with authors."""
    if gold.assignment is not None:
        states = turn_states(gold.assignment, book)
        return {position: _codings_alone(state) for position, state in states.items() if state.finished}
    return _final_states(_final_rows([gold]), book)


def _codings_alone(state: TurnState) -> TurnState:
    codings = {
        key: Given(rating=one.rating, spans=one.spans, attributes=one.attributes) for key, one in state.codings.items()
    }
    return TurnState(outcome=state.outcome, reason=state.reason, finished=True, codings=codings)


def _final_states(rows: JudgedRows, book: Palette) -> dict[int, TurnState]:
    position = rows.units.position.tolist()
    spans: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for _, unit, code, start, end in rows.evidence.T.tolist():
        spans.setdefault((unit, code), []).append((start, end))
    codings: dict[int, dict[str, Given]] = {}
    for _, unit, code, rating in rows.given.T.tolist():
        given = Given(None if rating == NO_RATING else rating, spans=tuple(spans.get((unit, code), ())))
        codings.setdefault(unit, {})[book.by_id[code].key] = given
    judged = np.flatnonzero(rows.judged[0])
    uncodable = set(np.flatnonzero(rows.judged[0] == UNCODABLE).tolist())
    return {
        position[unit]: TurnState(
            outcome="uncodable" if unit in uncodable else "" if unit in codings else "none",
            finished=True,
            codings=codings.get(unit, {}),
        )
        for unit in judged.tolist()
    }
