"""Whose judgements a person may learn of, and when raters see their own beside the others'."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from coding.access.blindness import ADJUDICATING, blind_to, hides_names, is_blind_to, names_hidden, result_places
from coding.access.desk import may_read_desk
from coding.models import Assignment, Judgement, Round
from transcripts import access as material
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User


def may_see_judgement(user: User, judgement: Judgement) -> bool:
    """
    Tell whether the person may learn of this judgement.

    The own of an assignment still open; else nothing of a transcript one is blind to; else the own, and of closed
    rounds everybody's, where the role sees results, or what was submitted beside the own, where the round allows it.
    To whoever adjudicates the round it would say who gave what.
    """
    assignment = judgement.assignment
    own = assignment.rater.user_id == user.pk and assignment.rater.left_at is None
    if own and assignment.is_open:
        return True
    if is_blind_to(user, assignment.transcript_id):
        return False
    if own:
        return True
    if not assignment.round.is_closed or hides_names(user, assignment.round):
        return False
    return material.has_power(user, assignment.study, "see_results") or _is_beside(user, assignment)


def judgements_open_to(user: User) -> Q:
    """Say the same as `may_see_judgement` for many judgements."""
    own = Q(assignment__rater__user=user.pk, assignment__rater__left_at=None)
    still_open = Q(assignment__submitted_at=None, assignment__withdrawn_at=None)
    closed = Q(assignment__round__closed_at__isnull=False) & ~Q(names_hidden(user, "assignment__round_id"))
    results = closed & Q(Exists(result_places(user, "study_id")))
    submitted = Q(assignment__submitted_at__isnull=False, assignment__phase=Assignment.Phase.BLIND)
    beside = closed & Q(assignment__round__others_shown=True) & submitted & Q(Exists(_own_beside(user)))
    return (own & still_open) | (~Q(blind_to(user, "assignment__transcript_id")) & (own | results | beside))


def _own_beside(user: User) -> QuerySet[Assignment]:
    mine = Assignment.objects.by(user).blind().submitted().filter(rater__left_at=None)
    return mine.filter(round=OuterRef("assignment__round_id"), transcript=OuterRef("assignment__transcript_id"))


def _is_beside(user: User, assignment: Assignment) -> bool:
    """Tell whether the round shows the person this submitted assignment beside one of their own."""
    if not (assignment.round.others_shown and assignment.is_submitted and assignment.phase == Assignment.Phase.BLIND):
        return False
    mine = Assignment.objects.by(user).blind().submitted().filter(rater__left_at=None)
    return mine.filter(round=assignment.round_id, transcript=assignment.transcript_id).exists()


def may_read_beside(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a rater may see their submitted codings beside the others'.

    Once the round is closed, where its coordinator allows it, and never with open coding on the transcript.
    """
    if not (decision := may_read_desk(user, assignment)):
        return decision
    if not assignment.is_submitted or assignment.phase != Assignment.Phase.BLIND:
        return no("You see the others' codings when you have submitted your own.")
    if assignment.round.is_drift_check:
        return no("Each rater codes turns of their own here: there is nothing of the others beside them.")
    if not assignment.round.others_shown:
        return no("In this round the others' codings are not shown to its raters.")
    if not assignment.round.is_closed:
        return no("The others' codings open when every assignment of the round is submitted.")
    return no(ADJUDICATING) if hides_names(user, assignment.round) else YES


def besides_open_to(user: User) -> Q:
    """Say the same as `may_read_beside` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None, withdrawn_at=None, submitted_at__isnull=False)
    shown = Q(phase=Assignment.Phase.BLIND, round__others_shown=True, round__closed_at__isnull=False)
    shown &= ~Q(round__kind=Round.Kind.DRIFT)
    return own & shown & ~Q(blind_to(user, "transcript_id")) & ~Q(names_hidden(user, "round_id"))
