"""Whom blindness binds: whoever codes a transcript, and whoever adjudicates a round."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from coding.models import AdjudicationOpening, Adjudicator, Assignment, Round
from transcripts import access as material
from transcripts.models import Membership, Study
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User

NOT_YET = "Not for your eyes yet: you have open coding on this material."
ADJUDICATING = "Not for your eyes yet: you adjudicate this round, and who gave what opens when adjudication has ended."


def blind_transcripts(user: User) -> QuerySet[Assignment, int]:
    """Give the ids of the transcripts on which the person has an open assignment."""
    return Assignment.objects.by(user).open().values_list("transcript_id", flat=True)


def is_blind_to(user: User, transcript_id: int) -> bool:
    """Tell whether the person has an open assignment on this transcript."""
    return Assignment.objects.by(user).open().filter(transcript=transcript_id).exists()


def blind_to(user: User, transcript: str) -> Exists:
    """Say the same for many rows; `transcript` is the path from the row to its transcript's id."""
    return Exists(Assignment.objects.by(user).open().filter(transcript=OuterRef(transcript)))


def hiding_from(user: User) -> QuerySet[AdjudicationOpening]:
    """
    Give the openings that hide names from the person: they adjudicate there, and it has not ended.

    Who has the role adjudicates every round of the study that is opened; a coordinator those they were named for.
    """
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    named = Adjudicator.objects.filter(round=OuterRef("round_id"), member__user=user.pk, member__left_at=None)
    by_role = Exists(places.filter(role=Membership.Role.ADJUDICATOR))
    return AdjudicationOpening.objects.filter(by_role | Q(Exists(named)), ended_at=None)


def hides_names(user: User, round_: Round) -> bool:
    """Tell whether names, numbers of each rater, pairs and leave-one-out of this round are hidden from the person."""
    return hiding_from(user).filter(round=round_).exists()


def names_hidden(user: User, round_id: str) -> Exists:
    """Say the same for many rows; `round_id` is the path from the row to its round's id."""
    return Exists(hiding_from(user).filter(round=OuterRef(round_id)))


def result_places(user: User, study: str) -> QuerySet[Membership]:
    return Membership.objects.filter(study=OuterRef(study), user=user.pk, left_at=None, role__in=material.RESULT_ROLES)


def may_read_results(user: User, study: Study) -> Decision:
    """Decide whether the person's role reads results at all; which rounds and transcripts, the rules below say."""
    if material.has_power(user, study, "see_results"):
        return YES
    return no("Results are for coordinators, adjudicators and readers of the study.")
