"""The gold of a study that a person may read: one for each practice transcript, and on whose codings it rests."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.db.models import Count, Q

from coding import access
from coding.models import Adjudication, Assignment, Gold, Round
from coding.queries.gold import GoldHour, gold_hours, standing_golds
from transcripts.models import Study
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class StudyGold:
    """
    Golds with transcripts of their own; `rests_on` holds transcript and label of those on whose codings they rest.

    The fingerprint says in one number what the golds say, as far as it can change: the codings themselves are final.
    """

    golds: tuple[Gold, ...] = ()
    rests_on: frozenset[tuple[str, str]] = frozenset()
    fingerprint: str = ""

    def hours(self) -> dict[str, GoldHour]:
        """Read what the golds say, by the transcript's name: some statements for each codebook version."""
        by_version: dict[int, list[Gold]] = {}
        for gold in self.golds:
            by_version.setdefault(gold.version_id, []).append(gold)
        found = [hour for golds in by_version.values() for hour in gold_hours(golds).values()]
        return {hour.gold.transcript.name: hour for hour in found}


def gold_read_by(user: User, study: Study, *, closed: bool = False) -> StudyGold:
    """Give what a person may read of a study's gold; `closed` keeps that of training rounds that have ended."""
    return _study_gold(study, access.golds_read_by(user), closed=closed)


def all_gold(study: Study) -> StudyGold:
    """Give all of a study's gold; no access check."""
    return _study_gold(study, Q(), closed=False)


def _study_gold(study: Study, readable: Q, *, closed: bool) -> StudyGold:
    rounds = Round.objects.filter(study=study, kind=Round.Kind.TRAINING)
    standing = standing_golds(rounds.closed() if closed else rounds).filter(readable)
    # Where several training rounds say gold of one transcript, the one said last counts.
    latest = {gold.transcript_id: gold for gold in sorted(standing, key=lambda gold: (gold.made_at, gold.pk))}
    if not latest:
        return StudyGold()
    golds = tuple(sorted(latest.values(), key=lambda gold: gold.transcript.name))
    rests_on = {(one.transcript.name, one.assignment.rater.label) for one in golds if one.assignment is not None}
    coded, decided = _final_words([one for one in golds if one.final_round_id is not None])
    rests_on |= coded | {(name, label) for name, label, _ in decided}
    said = json.dumps([[[one.pk, one.transcript.name] for one in golds], sorted(rests_on), sorted(decided)])
    return StudyGold(golds, frozenset(rests_on), hashlib.sha256(said.encode()).hexdigest())


def _final_words(golds: list[Gold]) -> tuple[set[tuple[str, str]], set[tuple[str, str, int]]]:
    """Name for each transcript who coded in the round whose final word is gold, and who decided how often there."""
    if not golds:
        return set(), set()
    rounds = {one.final_round_id for one in golds}
    by_transcript = {(one.final_round_id, one.transcript_id): one.transcript.name for one in golds}
    by_revision = {(one.final_round_id, one.revision_id): one.transcript.name for one in golds}
    coders = Assignment.objects.filter(round__in=rounds).submitted().values_list("round", "transcript", "rater__label")
    answers = Adjudication.objects.filter(round__in=rounds).order_by()
    authors = answers.values_list("round", "revision", "author__label").annotate(n=Count("pk"))
    coded = {(by_transcript[row[:2]], row[2]) for row in coders if row[:2] in by_transcript}
    decided = {(by_revision[row[:2]], *row[2:]) for row in authors if row[:2] in by_revision}
    return coded, decided
