"""Who may open a desk, code there, and be given what to code."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Min
from django.db.models.functions import Greatest

from coding.access.blindness import NOT_YET, blind_transcripts, is_blind_to
from coding.access.clearance import waiting_sentence, waits_for
from coding.access.gold import is_gold_source
from coding.models import Assignment
from transcripts import access as material
from transcripts.models import Membership
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User


def may_read_desk(user: User, assignment: Assignment) -> Decision:
    """Decide whether the person may open this assignment: its rater, once nothing blinds or holds them back."""
    if assignment.rater.user_id != user.pk or assignment.rater.left_at is not None:
        return no("Only the rater it was given to can open an assignment.")
    if assignment.withdrawn_at is not None:
        return no("This assignment was withdrawn.")
    if not assignment.is_open and is_blind_to(user, assignment.transcript_id):
        return no(NOT_YET)
    if assignment.is_open and (training := waits_for(assignment)):
        return no(waiting_sentence(training))
    return YES


def may_change(user: User, assignment: Assignment) -> Decision:
    """Decide whether the person may still code here; whether a round that waits has opened, the database says."""
    if assignment.rater.user_id != user.pk or assignment.rater.left_at is not None:
        return no("Only the rater it was given to can code an assignment.")
    if assignment.withdrawn_at is not None:
        return no("This assignment was withdrawn.")
    if assignment.is_submitted:
        return no("This assignment was submitted; its codings are final.")
    return YES


def may_hear_again(user: User, assignment: Assignment) -> Decision:
    """
    Decide whether the person is told once more that an assignment was handed in: its rater, who has heard it before.

    Blind by other open coding or not: the first answer came then, too, and it says nothing of what was coded.
    """
    if assignment.rater.user_id != user.pk or assignment.rater.left_at is not None:
        return no("Only the rater it was given to can hand an assignment in.")
    if not assignment.is_submitted or assignment.withdrawn_at is not None:
        return no("This assignment is not submitted.")
    return YES


def may_be_assigned(member: Membership) -> Decision:
    """Decide whether somebody can be given an assignment."""
    if member.left_at is None and member.kind == Membership.Kind.PERSON and "code" in material.POWERS[member.role]:
        return YES
    return no(f"{member.label} cannot code: choose raters or coordinators who are in the study.")


def codes_unless_said_otherwise(member: Membership) -> bool:
    """Tell whether a new round is proposed to this member: to raters, for coding blinds a coordinator."""
    return "manage" not in material.POWERS[member.role]


def could_read_since(rater: Membership, transcripts: Collection[int]) -> dict[int, datetime]:
    """
    Give the transcripts whose judgements by others this rater may have read by now, and since when.

    Whoever sees results, a round's codings beside their own, or feedback from gold, and codes such a transcript
    afterwards is not a naive rater: the assignment keeps the date, and the pages of its round say so. What could be
    read once counts for good, whether or not it is shown still, or was read before another assignment on the
    transcript made them blind again.
    """
    if rater.user is None:
        return {}
    given = Assignment.objects.filter(study=rater.study_id, transcript__in=transcripts).order_by()
    marked = given.filter(rater=rater).exclude(could_read_since=None)
    found = list(marked.values_list("transcript_id").annotate(since=Min("could_read_since")))
    opened = given.exclude(transcript__in=blind_transcripts(rater.user)).values_list("transcript_id")
    if "see_results" in material.POWERS[rater.role]:
        found += opened.exclude(round__closed_at=None).annotate(since=Min("round__closed_at"))
    beside = opened.filter(rater=rater, phase=Assignment.Phase.BLIND, submitted_at__isnull=False)
    found += beside.exclude(round__others_shown_since=None).annotate(since=Min("round__others_shown_since"))
    trained = beside.filter(~is_gold_source(), round__golds__transcript=F("transcript"))
    found += trained.annotate(since=Min(Greatest("submitted_at", "round__golds__made_at")))
    return {transcript: min(since for place, since in found if place == transcript) for transcript, _ in found}
