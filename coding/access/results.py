"""Who sees results: numbers, disagreements, stored runs and exports of closed rounds."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from coding.access.blindness import (
    ADJUDICATING,
    NOT_YET,
    blind_to,
    blind_transcripts,
    hides_names,
    may_read_results,
    names_hidden,
    result_places,
)
from coding.models import Assignment, ExportFile, ReliabilityRun, Round, RunTranscript
from transcripts import access as material
from transcripts.models import Study, Transcript
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

OWN_PAST = (
    "This round compares each rater with their own past, or with gold; it says nothing about how far raters agree."
)
NO_NUMBERS = "This study talks about disagreements and decides; it computes no reliability."


def may_see_results(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may see reliability, disagreements and exported codings of a round.

    Whoever is blind to some of its transcripts sees results without those, once it is closed: see
    `transcripts_open_to`. Whether others have submitted in an open one is not for them either, as in `may_see_state`.
    """
    if not (decision := may_read_results(user, round_.study)):
        return decision
    covered = set(round_.assignments.values_list("transcript_id", flat=True))
    hidden = covered & set(blind_transcripts(user))
    if hidden and (hidden == covered or not round_.is_closed):
        return no(NOT_YET)
    if not round_.is_closed:
        return no("The results open when every assignment of the round is submitted.")
    return no(ADJUDICATING) if hides_names(user, round_) else YES


def may_read_numbers(user: User, study: Study) -> Decision:
    """Decide whether the person may see how far raters of the study agree, in the rounds that are open to them."""
    if not (decision := may_read_results(user, study)):
        return decision
    return no(NO_NUMBERS) if study.discussion_only else YES


def may_compare_raters(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may hold a round's raters beside each other: with the results, but in no drift check.

    There each rater judged what they had judged before, and each of them other turns.
    """
    if not (decision := may_see_results(user, round_)):
        return decision
    return no(OWN_PAST) if round_.is_drift_check else YES


def may_see_numbers(user: User, round_: Round) -> Decision:
    """Decide whether the person may see how far raters agree: by comparing them, unless the study wants no numbers."""
    if not (decision := may_compare_raters(user, round_)):
        return decision
    return no(NO_NUMBERS) if round_.study.discussion_only else YES


def results_open_to(user: User) -> Q:
    """Say the same as `may_see_results` for many rounds."""
    given = Assignment.objects.filter(round=OuterRef("pk"))
    seen = given.exclude(transcript__in=blind_transcripts(user))
    closed = Q(closed_at__isnull=False) & ~Q(names_hidden(user, "pk"))
    return closed & Exists(result_places(user, "study_id")) & (Exists(seen) | ~Exists(given))


def comparisons_open_to(user: User) -> Q:
    """Say the same as `may_compare_raters` for many rounds."""
    return results_open_to(user) & ~Q(kind=Round.Kind.DRIFT)


def transcripts_open_to(user: User, round_: Round) -> QuerySet[Transcript]:
    """Keep the round's transcripts whose judgements the person may learn of; aggregates leave the others out."""
    return Transcript.objects.filter(Exists(round_.assignments.filter(transcript=OuterRef("pk")))).exclude(
        pk__in=blind_transcripts(user)
    )


def assignments_read_by(user: User) -> Q:
    """Say for many assignments whether their codings are results for the person: as `judgements_open_to` does."""
    closed = Q(round__closed_at__isnull=False, withdrawn_at=None)
    return closed & Q(Exists(result_places(user, "study_id"))) & ~Q(blind_to(user, "transcript_id"))


def may_read_runs(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may know of stored runs of a round at all: whole, or not at all.

    A run covers the round's transcripts together, and its numbers cannot be taken apart; whoever is blind to one of
    them learns not even whether there is a run.
    """
    if not (decision := may_read_results(user, round_.study)):
        return decision
    if round_.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    return may_see_numbers(user, round_)


def may_store_run(user: User, round_: Round) -> Decision:
    """Decide whether the person may store a run: a coordinator who may see all of the round's results."""
    if not (decision := may_read_runs(user, round_)):
        return decision
    return material.may_manage(user, round_.study)


def may_see_run(user: User, run: ReliabilityRun) -> Decision:
    """Decide whether the person may see a run: who sees results, and is blind to no transcript that it covers."""
    if not (decision := may_read_results(user, run.study)):
        return decision
    if run.covered.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    if run.study.discussion_only:
        return no(NO_NUMBERS)
    return no(ADJUDICATING) if hides_names(user, run.round) else YES


def runs_open_to(user: User) -> Q:
    """Say the same as `may_see_run` for many runs."""
    hidden = RunTranscript.objects.filter(run=OuterRef("pk"), transcript__in=blind_transcripts(user))
    shown = ~Q(Exists(hidden)) & ~Q(names_hidden(user, "round_id")) & Q(study__discussion_only=False)
    return Q(Exists(result_places(user, "study_id"))) & shown


def may_download(user: User, export: ExportFile) -> Decision:
    """Decide whether the person may still take away what they asked for."""
    if export.asked_by_id != user.pk:
        return no("Only the person who asked for an export can take it away.")
    if export.round is None:
        return material.may_read_material(user, export.study)
    if not (decision := may_see_results(user, export.round)):
        return decision
    if export.round.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    return YES


def downloads_open_to(user: User) -> Q:
    """Say for many rounds whether `may_download` would let the person take their data away: whole, or not at all."""
    hidden = Exists(Assignment.objects.filter(round=OuterRef("pk"), transcript__in=blind_transcripts(user)))
    return results_open_to(user) & ~Q(hidden)
