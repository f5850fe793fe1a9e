"""Gold of training rounds: who says whose codings it is, and on whose codings it rests."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from coding.access.blindness import NOT_YET, blind_to, is_blind_to, names_hidden
from coding.access.results import comparisons_open_to
from coding.models import Assignment, Gold, Round
from transcripts import access as material
from transcripts.models import Membership
from workbench.accounts.access import YES, Decision, no
from workbench.accounts.models import User


def may_say_gold(user: User, round_: Round, transcript_id: int) -> Decision:
    """Decide whether the person may say, or read, whose codings of a transcript are the gold of a training round."""
    if not (decision := material.may_manage(user, round_.study)):
        return decision
    return no(NOT_YET) if is_blind_to(user, transcript_id) else YES


def golds_read_by(user: User) -> Q:
    """
    Say the same for many golds: their transcript's gold, and numbers that rest on it, are for whoever may say it.

    Nor are they for who adjudicates where the gold was coded: it is called by its rater's name.
    """
    places = Membership.objects.filter(study=OuterRef("study_id"), user=user.pk, left_at=None)
    manages = Exists(places.filter(role__in=material.MANAGING_ROLES))
    hidden = Q(names_hidden(user, "assignment__round_id")) | Q(names_hidden(user, "final_round_id"))
    return Q(manages) & ~Q(blind_to(user, "transcript_id")) & ~hidden


def golds_open_to(user: User) -> Q:
    """
    Give the finished assignments that the person may make gold: results to them, with the name of their rater.

    Those of a drift check are none: they ask for a few turns alone.
    """
    rounds = Round.objects.filter(comparisons_open_to(user), pk=OuterRef("round_id"))
    finished = Q(phase=Assignment.Phase.BLIND, submitted_at__isnull=False, withdrawn_at=None)
    return finished & Q(Exists(rounds)) & ~Q(blind_to(user, "transcript_id"))


def is_gold_source() -> Q:
    """Say of assignments whether the gold of their transcript in their round rests on codings of their own rater."""
    golds = Gold.objects.filter(round=OuterRef("round_id"), transcript=OuterRef("transcript_id"))
    coded = golds.filter(
        final_round__assignments__rater=OuterRef("rater_id"),
        final_round__assignments__transcript=OuterRef("transcript_id"),
        final_round__assignments__submitted_at__isnull=False,
    )
    decided = golds.filter(
        final_round__adjudications__author=OuterRef("rater_id"),
        final_round__adjudications__revision=OuterRef("revision_id"),
    )
    return Q(Exists(golds.filter(assignment__rater=OuterRef("rater_id")))) | Q(Exists(coded)) | Q(Exists(decided))
