"""Clearing raters: by the criterion when their last practice transcript is in, or by hand with a reason."""

from __future__ import annotations

from django.db import transaction

from coding import access
from coding.models import Clearance, Round
from coding.queries.learning import courses, practice_of, still_open, trained, without_gold
from coding.services.reasons import reason_of
from transcripts import access as material
from transcripts.models import Membership
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class ClearingNotPossible(Refusal):
    code = "clearing_not_possible"


def settle(round_: Round, rater: Membership | None = None) -> list[Clearance]:
    """
    Clear whoever has met the criterion of a training round, all or one; call it with the round's row locked.

    Decided for a rater when nothing of the round is left for them to hand in: which codes are asked follows from the
    gold of all practice hours, and an earlier answer would tell of gold that they have not seen. No access check.
    """
    if round_.kind != Round.Kind.TRAINING:
        return []
    practice = practice_of(round_) if _is_ready(round_) else None
    if practice is None:
        return []
    known = set(Clearance.objects.filter(training=round_).values_list("rater", flat=True)) | set(still_open(round_))
    done = trained(round_.assignments.exclude(rater__in=known))
    mine = courses(practice, list(done if rater is None else done.filter(rater=rater)))
    rows = [
        Clearance(study_id=round_.study_id, training=round_, rater_id=pk, by_hand=False)
        for pk, found in mine.items()
        if practice.meets(found)
    ]
    return Clearance.objects.bulk_create(rows, ignore_conflicts=True)


def _is_ready(round_: Round) -> bool:
    has_criterion = Round.objects.filter(pk=round_.pk, criterion__isnull=False).exists()
    return has_criterion and not without_gold(round_)


@transaction.atomic
def clear_by_hand(*, user: User, round_: Round, rater: Membership, reason: str) -> Clearance:
    """
    Clear a rater of a training round by hand; cleared already, change nothing.

    Raises PermissionDenied, ReasonMissing or ClearingNotPossible.
    """
    locked = Round.objects.select_for_update().select_related("study").get(pk=round_.pk)
    require(access.may_follow_training(user, locked))
    if not Round.objects.filter(pk=locked.pk, criterion__isnull=False).exists():
        raise ClearingNotPossible("This round has no criterion: there is nothing to be cleared for.")
    if rater.study_id != locked.study_id or not access.may_be_assigned(rater):
        raise ClearingNotPossible(f"{rater.label} cannot code in this study.")
    found = Clearance.objects.filter(training=locked, rater=rater).first()
    if found is not None:
        return found
    words = reason_of(reason, "Say why somebody is cleared without the criterion: the reason stays with it.")
    made_by = material.membership(user, locked.study)
    return Clearance.objects.create(
        study_id=locked.study_id, training=locked, rater=rater, by_hand=True, reason=words, made_by=made_by
    )
