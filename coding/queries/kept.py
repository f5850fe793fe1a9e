"""
Keep what was computed of a closed round, under a fingerprint of everything that it rests on.

First, blind, submitted codings of a closed round are final, a published codebook is frozen, segments are never edited:
the database sees to it. What can still change is small: who is called how, who speaks as what, which assignments count,
which transcripts somebody may see. It is read each time and goes into the fingerprint, as does the program itself.
What is kept can be thrown away at any time; nothing of it is text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar, cast

import numpy as np
from django.core.cache import caches

from coding.models import Round
from coding.queries.breakdown import Breakdown, breakdown
from coding.queries.confusions import Confusion, confusions
from coding.queries.judged_rows import JudgedRows, counted_assignments, counted_assignments_of, fetch_rows
from coding.queries.program import program
from coding.queries.ratings import code_matrices
from coding.queries.reliability import RoundReliability, reliability_from
from transcripts.models import Speaker

Made = TypeVar("Made")


class KeptRound:
    """A closed round over some transcripts (ids; None means all of them), computed once for all who may see them."""

    def __init__(self, round_: Round, transcripts: Iterable[int] | None = None, *, known: str = "") -> None:
        """Take the fingerprint: two statements, whatever the size of the round; none where it is `known`."""
        self.round = round_
        self.transcripts = None if transcripts is None else list(transcripts)
        self.fingerprint = known or fingerprint(round_, self.transcripts)
        self._at_hand: dict[str, object] = {}

    def kept(self, name: str, make: Callable[[], Made]) -> Made:
        """Give what was kept under this name, or make and keep it. An open round is still moving: it is made anew."""
        if name not in self._at_hand:
            self._at_hand[name] = self._from_before(name, make) if self.round.is_closed else make()
        return cast("Made", self._at_hand[name])

    def _from_before(self, name: str, make: Callable[[], object]) -> object:
        key = f"{name}-{self.fingerprint}"
        found = caches["results"].get(key)
        if found is None:
            found = make()
            caches["results"].set(key, found)
        return found

    def rows(self) -> JudgedRows:
        """Give the round's judgements and codings as arrays."""
        return self.kept("rows", lambda: fetch_rows(self.round, self.transcripts))

    def breakdown(self) -> Breakdown:
        """Say which rater, transcript and speaker role pulls agreement up or down."""
        return self.kept("breakdown", lambda: breakdown(self.rows(), code_matrices(self.rows())))

    def confusions(self) -> list[Confusion]:
        """Say which codes are taken for each other."""
        return self.kept("confusions", lambda: confusions(self.rows(), code_matrices(self.rows())))

    def reliability(self) -> RoundReliability:
        """Give every coefficient, with the segment-level intervals, labelled so, where no honest one is to be had."""
        return self.kept("reliability", lambda: reliability_from(self.round, self.rows(), optimistic=True))


def prepare(round_id: int) -> None:
    """Compute what the page of results shows to whoever sees all of a round: the worker's job."""
    round_ = KeptRound(Round.objects.select_related("study", "version").get(pk=round_id))
    if round_.round.is_drift_check:
        return
    round_.reliability()
    round_.breakdown()
    round_.confusions()


def fingerprint(round_: Round, transcripts: Iterable[int] | None) -> str:
    """Say in one number what the results of a round rest on; see above why this is everything."""
    assignments = list(counted_assignments(round_, transcripts).values_list(*_COLUMNS))
    speakers = Speaker.objects.filter(revision__in={revision for *_, revision in assignments}).order_by("pk")
    return _digest(round_, assignments, list(speakers.values_list("pk", "role", "role__name")))


_COLUMNS = ("id", "submitted_at", "rater__label", "transcript__name", "revision")


def _digest(round_: Round, assignments: Iterable[Any], speakers: list[Any]) -> str:
    rests_on = [
        [program(), np.__version__],
        [round_.pk, round_.name, round_.study.slug, round_.version_id],
        [[str(part) for part in row] for row in assignments],
        speakers,
    ]
    return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()


def kept_rounds(rounds: Iterable[Round], hidden: Collection[int]) -> list[KeptRound]:
    """Give closed rounds without the `hidden` transcripts, all their fingerprints from two statements."""
    rounds = list(rounds)
    found = counted_assignments_of(rounds).exclude(transcript__in=hidden)
    rows: dict[int, list[Any]] = {round_.pk: [] for round_ in rounds}
    transcripts: dict[int, dict[int, None]] = {round_.pk: {} for round_ in rounds}
    for number, transcript, *row in found.values_list("round", "transcript", *_COLUMNS):
        rows[number].append(tuple(row))
        transcripts[number][transcript] = None
    revisions = {row[-1] for listed in rows.values() for row in listed}
    speakers: dict[int, list[Any]] = {}
    said = Speaker.objects.filter(revision__in=revisions).order_by("pk")
    for revision, *who in said.values_list("revision", "pk", "role", "role__name"):
        speakers.setdefault(revision, []).append(tuple(who))
    kept = []
    for round_ in rounds:
        heard = sorted(who for revision in {row[-1] for row in rows[round_.pk]} for who in speakers.get(revision, []))
        known = _digest(round_, rows[round_.pk], heard)
        kept.append(KeptRound(round_, list(transcripts[round_.pk]), known=known))
    return kept
