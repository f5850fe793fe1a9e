"""Adjudication, blind by construction: who opens it, who answers, and who may know of it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from coding.access.blindness import NOT_YET, blind_to, blind_transcripts, hides_names
from coding.access.codebooks import may_discuss
from coding.access.desk import may_read_desk
from coding.access.judgements import besides_open_to
from coding.access.results import OWN_PAST, may_compare_raters, transcripts_open_to
from coding.models import AdjudicationOpening, Adjudicator, Assignment, Round
from transcripts import access as material
from transcripts.models import Membership, Study, Transcript
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User


def may_know_raters(user: User, round_: Round) -> bool:
    """Tell whether the person may know who coded in a round: all but its adjudicators who do not run the study."""
    return bool(material.may_manage(user, round_.study)) or not hides_names(user, round_)


def may_adjudicate(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may give the final word in a round, on transcripts that they are not blind to.

    Who may, reads its judgements under letters, nameless until adjudication has ended.
    """
    place = material.membership(user, round_.study)
    if place is None or "adjudicate" not in material.POWERS[place.role]:
        return no("Adjudicators and coordinators of the study give the final word.")
    if round_.is_drift_check:
        return no(OWN_PAST)
    if not (opening := AdjudicationOpening.objects.filter(round=round_).first()):
        return no("Adjudication of this round is not opened: a coordinator opens it.")
    named = Adjudicator.objects.filter(round=opening.round_id, member=place).exists()
    if place.role != Membership.Role.ADJUDICATOR and not named:
        return no("You were not named as an adjudicator of this round.")
    covered = set(round_.assignments.values_list("transcript_id", flat=True))
    hidden = covered & set(blind_transcripts(user))
    if hidden and (hidden == covered or not round_.is_closed):
        return no(NOT_YET)
    return YES if round_.is_closed else no("There is nothing to adjudicate before every assignment is submitted.")


def adjudications_open_to(user: User) -> Q:
    """Say the same as `may_adjudicate` for many rounds."""
    given = Assignment.objects.filter(round=OuterRef("pk"))
    seen = given.exclude(transcript__in=blind_transcripts(user))
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    named = Adjudicator.objects.filter(round=OuterRef("pk"), member__user=user.pk, member__left_at=None)
    by_role = Exists(places.filter(role=Membership.Role.ADJUDICATOR))
    by_name = Exists(places.filter(role__in=material.ADJUDICATION_ROLES)) & Exists(named)
    open_ = Exists(AdjudicationOpening.objects.filter(round=OuterRef("pk")))
    return (
        Q(open_, closed_at__isnull=False)
        & ~Q(kind=Round.Kind.DRIFT)
        & (Q(by_role) | by_name)
        & (Exists(seen) | ~Exists(given))
    )


def may_open_adjudication(user: User, round_: Round) -> Decision:
    """Decide whether the person may open adjudication, name who adjudicates and say what raters see of it."""
    if not (decision := material.may_manage(user, round_.study)):
        return decision
    return no(OWN_PAST) if round_.is_drift_check else YES


def may_know_adjudication(user: User, round_: Round) -> Decision:
    """Decide whether the person may know that a round is opened for adjudication, and who adjudicates."""
    return YES if may_open_adjudication(user, round_) else may_adjudicate(user, round_)


def may_follow_adjudication(user: User, round_: Round) -> Decision:
    """Decide whether the person may read the final layer and how often each rater was upheld: with the raters' own."""
    return may_compare_raters(user, round_)


def may_read_outcome(user: User, assignment: Assignment) -> Decision:
    """Decide whether a rater may read the final word on a transcript they coded: when it has ended and is shown."""
    if not (decision := may_read_desk(user, assignment)):
        return decision
    if not assignment.is_submitted:
        return no("You may read the final word when you have submitted your own codings.")
    shown = AdjudicationOpening.objects.filter(round=assignment.round_id, outcome_shown=True, ended_at__isnull=False)
    if not assignment.round.is_closed or not shown.exists():
        return no("The final word is not shown to the raters of this round.")
    return YES


def outcomes_open_to(user: User) -> Q:
    """Say the same as `may_read_outcome` for many assignments."""
    own = Q(rater__user=user.pk, rater__left_at=None, withdrawn_at=None, submitted_at__isnull=False)
    opened = AdjudicationOpening.objects.filter(round=OuterRef("round_id"), outcome_shown=True, ended_at__isnull=False)
    return own & Q(Exists(opened), round__closed_at__isnull=False) & ~Q(blind_to(user, "transcript_id"))


def may_end_adjudication(user: User, round_: Round, *, all_decided: bool) -> Decision:
    """Decide whether the person may end the blind phase: not to unblind themselves before everything is decided."""
    if not (decision := material.may_manage(user, round_.study)) and not may_adjudicate(user, round_):
        return decision
    if hides_names(user, round_) and not all_decided:
        return no("You adjudicate this round: it ends for you when every segment in dispute has an answer.")
    return YES


def may_be_adjudicator(member: Membership) -> bool:
    """Tell whether a member can be named as an adjudicator."""
    has_power = "adjudicate" in material.POWERS[member.role]
    return member.left_at is None and member.kind == Membership.Kind.PERSON and has_power


def adjudicates_by_role(member: Membership) -> bool:
    """Tell whether this member adjudicates whatever is opened, without being named."""
    return member.left_at is None and member.role == Membership.Role.ADJUDICATOR


def could_know_names_since(member: Membership, round_: Round) -> datetime | None:
    """
    Say since when a member could read who gave what in a round, before this was hidden from them, if ever.

    What counts is when results were open to their role (the history of memberships says since when they have one),
    not whether they looked.
    """
    if round_.closed_at is None:
        return None
    since = max(round_.closed_at, material.results_role_since(member) or round_.closed_at)
    opening = AdjudicationOpening.objects.filter(round=round_).first()
    if opening is not None and adjudicates_by_role(member) and since >= opening.opened_at:
        return None
    return since


def may_take_part(user: User, round_: Round) -> Decision:
    """Decide whether the person takes part in the meeting about a round: who reads its results, and names with them."""
    return may_compare_raters(user, round_)


def may_follow_meeting(user: User, round_: Round) -> Decision:
    """
    Decide whether the person may read the meeting about a round: who takes part, and raters beside whose codings the
    round shows the others' (`may_read_beside`), on these transcripts: the meeting talks about what was given there.
    """
    if decision := may_take_part(user, round_):
        return decision
    if material.has_power(user, round_.study, "see_results"):
        return decision
    mine = Assignment.objects.by(user).blind().submitted().filter(round=round_, withdrawn_at=None)
    if not mine.exists():
        return decision
    if not round_.others_shown:
        return no("The coordinator does not show this round's raters the others' codings, nor the meeting about them.")
    if not round_.is_closed:
        return no("The meeting opens when every assignment of the round is submitted.")
    return YES if mine.filter(besides_open_to(user)).exists() else no(NOT_YET)


def transcripts_talked_about(user: User, round_: Round) -> QuerySet[Transcript]:
    """Keep the transcripts whose part of the meeting the person may read: as `may_follow_meeting` says."""
    if may_take_part(user, round_):
        return transcripts_open_to(user, round_)
    beside = Assignment.objects.filter(besides_open_to(user), round=round_)
    return Transcript.objects.filter(pk__in=beside.values("transcript"))


def may_read_proposals(user: User, study: Study) -> Decision:
    """
    Decide whether the person may read what was proposed to the codebook: whoever writes its drafts.

    A proposal of a meeting says what was given to a turn; it opens when discussions do.
    """
    return may_discuss(user, study) if (decision := material.may_manage(user, study)) else decision
