"""Who may know how far a round is, and who may change what was given out."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from coding.access.blindness import NOT_YET, blind_to, blind_transcripts, is_blind_to, result_places
from coding.access.results import NO_NUMBERS
from coding.models import Assignment, Round
from transcripts import access as material
from transcripts.models import Membership, Study
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User


def may_see_progress(user: User, assignment: Assignment) -> bool:
    """
    Tell whether the person may know how far this assignment is.

    Raters know their own; a coordinator knows those of rounds that they do not code in, but for transcripts that they
    are blind to.
    """
    if assignment.rater.user_id == user.pk and assignment.rater.left_at is None:
        return assignment.is_open or not is_blind_to(user, assignment.transcript_id)
    return (
        material.has_power(user, assignment.study, "manage")
        and not codes_in(user, assignment.round)
        and not is_blind_to(user, assignment.transcript_id)
    )


def progress_open_to(user: User) -> Q:
    """Say the same as `may_see_progress` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None)
    still_open = Q(submitted_at=None, withdrawn_at=None)
    blind = Q(blind_to(user, "transcript_id"))
    codes_in = Exists(
        Assignment.objects.by(user).filter(round=OuterRef("round_id"), withdrawn_at=None, round__closed_at=None)
    )
    return (own & (still_open | ~blind)) | (_manages(user) & ~Q(codes_in) & ~blind)


def _manages(user: User) -> Q:
    return Q(
        Exists(
            Membership.objects.filter(
                study=OuterRef("study_id"), user=user.pk, left_at=None, role=Membership.Role.COORDINATOR
            )
        )
    )


def codes_in(user: User, round_: Round) -> bool:
    """Tell whether the person codes in this round while it is open."""
    return not round_.is_closed and round_.assignments.by(user).filter(withdrawn_at=None).exists()


def may_see_state(user: User, round_: Round) -> Decision:
    """Decide whether the person may know if and when this round closed; its design is no secret."""
    if not material.has_power(user, round_.study, "see_results"):
        return no("How far a round is, its coordinator knows.")
    if round_.assignments.filter(transcript__in=blind_transcripts(user)).exists():
        return no(NOT_YET)
    return YES


def states_open_to(user: User) -> Q:
    """Say the same as `may_see_state` for many rounds."""
    on_blind = Exists(Assignment.objects.filter(round=OuterRef("pk"), transcript__in=blind_transcripts(user)))
    return Q(Exists(result_places(user, "study_id"))) & ~Q(on_blind)


def may_reopen(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a submitted assignment may be opened again: only before anyone was unblinded (law 3).

    While the round is open nobody has read others' judgements in it; a closed round on the same transcript may have
    been read by its rater since.
    """
    if not (decision := may_withdraw(user, assignment)):
        return decision
    if not assignment.is_submitted:
        return no("Only a submitted assignment can be reopened.")
    if assignment.round.is_closed:
        return no("The round is closed: what changes now is a new assignment of phase revision.")
    if Round.objects.closed().filter(assignments__transcript=assignment.transcript_id).exists():
        return no("Judgements of this transcript could be read since: what changes now is a revision.")
    return YES


def may_withdraw(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether a coordinator may try to take an assignment back, or open it again.

    Whether it works says whether the assignment is submitted, which nobody learns about a transcript that they have
    open coding on; of their own they know.
    """
    if not (decision := material.may_manage(user, assignment.study)):
        return decision
    if assignment.rater.user_id != user.pk and is_blind_to(user, assignment.transcript_id):
        return no(NOT_YET)
    return YES


def withdrawals_open_to(user: User) -> Q:
    """Say the same as `may_withdraw` for many assignments."""
    return _manages(user) & (Q(rater__user=user.pk) | ~Q(blind_to(user, "transcript_id")))


def reopenings_open_to(user: User) -> Q:
    """Say the same as `may_reopen` for many assignments."""
    read_since = Exists(Round.objects.closed().filter(assignments__transcript=OuterRef("transcript_id")))
    return withdrawals_open_to(user) & Q(submitted_at__isnull=False, round__closed_at=None) & ~Q(read_since)


def may_extend(user: User, round_: Round) -> Decision:
    """Decide whether a coordinator may give transcripts of this round to further raters: while it is open."""
    if not (decision := material.may_manage(user, round_.study)):
        return decision
    # Whoever has open coding in it knows that it is open; whoever has open coding elsewhere on its transcripts may not.
    if round_.assignments.by(user).open().exists():
        return YES
    if not (decision := may_see_state(user, round_)):
        return decision
    return no("The round is closed. Make a new one.") if round_.is_closed else YES


def may_draw_repeats(user: User, round_: Round) -> Decision:
    """
    Decide whether a coordinator may draw what each rater of a round coded before, to have it coded once more.

    The drawing says how many turns each has handed in: while the round is open, that is for whoever knows its progress.
    """
    if not (decision := material.may_manage(user, round_.study)):
        return decision
    if round_.study.discussion_only:
        return no(NO_NUMBERS)
    if round_.is_drift_check:
        return no("This round is a drift check itself. Choose the round in which its raters coded first.")
    if round_.kind == Round.Kind.TRAINING:
        return no("A training round is there to change its raters. Choose a round that was coded after it.")
    if not (decision := may_see_state(user, round_)):
        return decision
    if codes_in(user, round_):
        return no("You code in this round: how far the others are opens to you when it is closed.")
    return YES


def may_open_accounts(user: User, study: Study) -> Decision:
    """
    Decide whether a coordinator may make links with which members sign in: not while they code in the study.

    Whoever has such a link can read what the other reads; the rule asks nothing about what others did.
    """
    if not (decision := material.may_manage(user, study)):
        return decision
    if Assignment.objects.by(user).open().filter(study=study).exists():
        return no("You have open coding in this study: ask another coordinator, or whoever runs the server.")
    return YES
