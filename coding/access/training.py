"""Training: who reads feedback from gold, and who sees how raters learn."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from coding.access.blindness import (
    ADJUDICATING,
    NOT_YET,
    blind_to,
    blind_transcripts,
    hides_names,
    names_hidden,
)
from coding.access.desk import may_read_desk
from coding.access.gold import is_gold_source
from coding.access.results import NO_NUMBERS
from coding.access.rounds import codes_in
from coding.models import Assignment, Gold, Round
from transcripts import access as material
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

NOT_SAID = "No gold was said for this transcript in this round."


def may_read_feedback(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a rater may see their submitted codings beside the gold: never with open coding on the transcript.

    Where there is none the sentence is the same in every kind of round, as raters are not told the kind.
    """
    if not (decision := may_read_desk(user, assignment)):
        return decision
    if not assignment.is_submitted or assignment.phase != Assignment.Phase.BLIND:
        return no("Feedback opens when you have handed in your own codings.")
    golds = Gold.objects.filter(round=assignment.round_id, transcript=assignment.transcript_id)
    if not golds.exists():
        return no(NOT_SAID)
    if Assignment.objects.filter(is_gold_source(), pk=assignment.pk).exists():
        return no("The gold of this transcript rests on codings of your own: there is nothing to learn from it.")
    return no(ADJUDICATING) if golds.filter(names_hidden(user, "assignment__round_id")).exists() else YES


def feedback_open_to(user: User) -> Q:
    """Say the same as `may_read_feedback` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None, withdrawn_at=None, submitted_at__isnull=False)
    golds = Gold.objects.filter(round=OuterRef("round_id"), transcript=OuterRef("transcript_id"))
    hidden = Exists(golds.filter(names_hidden(user, "assignment__round_id")))
    said = Q(Exists(golds), phase=Assignment.Phase.BLIND)
    return own & said & ~is_gold_source() & ~Q(hidden) & ~Q(blind_to(user, "transcript_id"))


def may_read_learning(user: User, round_: Round) -> Decision:
    """Decide whether the person may see how they themselves learn in a round: as one of its raters."""
    own = round_.assignments.by(user).filter(withdrawn_at=None, rater__left_at=None)
    if round_.kind != Round.Kind.TRAINING or not own.exists():
        return no("Only the raters of a training round have a learning curve in it.")
    return no(NO_NUMBERS) if round_.study.discussion_only else YES


def may_follow_training(user: User, round_: Round) -> Decision:
    """
    Decide whether a coordinator may see how all raters of a training round do, and clear somebody by hand.

    These are numbers for each rater while others still code: whoever codes in the round, has open coding on one of its
    transcripts or adjudicates it, waits.
    """
    if not (decision := material.may_manage(user, round_.study)):
        return decision
    if round_.kind != Round.Kind.TRAINING:
        return no("This is no training round.")
    if codes_in(user, round_) or round_.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    if hides_names(user, round_):
        return no(ADJUDICATING)
    return no(NO_NUMBERS) if round_.study.discussion_only else YES
