"""Handing an assignment in, and what a coordinator may do about it: open it again, or withdraw it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from coding import access
from coding.models import Assignment, DesignChange, Round
from coding.queries.asked import count_asked
from coding.queries.open_turns import OpenTurn, open_turns
from coding.services.clearing import settle
from coding.services.designs import write_changes
from coding.services.reasons import reason_of
from coding.services.rounds import close_round
from transcripts import access as material
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class TurnsOpen(Refusal):
    """Not every turn is judged; `turns` says which are open."""

    code = "turns_open"

    def __init__(self, turns: Iterable[OpenTurn]) -> None:
        self.turns = tuple(turns)
        count = len(self.turns)
        super().__init__("1 turn is not judged yet." if count == 1 else f"{count:,} turns are not judged yet.")


class NotOpen(Refusal):
    code = "assignment_not_open"


@dataclass(frozen=True, slots=True)
class Submission:
    """What a submission is answered with, the first time and ever after."""

    assignment_id: UUID
    submitted_at: datetime
    turns: int


@transaction.atomic
def submit(*, user: User, assignment_id: UUID) -> Submission:
    """
    Hand an assignment in for good; handed in already, give the same answer.

    Raises Assignment.DoesNotExist for strangers, PermissionDenied or TurnsOpen.
    """
    assignment = _lock(user, assignment_id)
    if access.may_hear_again(user, assignment):
        return _answer(assignment)
    require(access.may_change(user, assignment))
    if turns := open_turns(assignment):
        raise TurnsOpen(turns)
    assignment.submitted_at = timezone.now()
    assignment.save(update_fields=["submitted_at"])
    close_if_done(assignment.round)
    settle(assignment.round, assignment.rater)
    return _answer(assignment)


def _answer(assignment: Assignment) -> Submission:
    if assignment.submitted_at is None:
        raise NotOpen("This assignment is not submitted.")
    return Submission(assignment.pk, assignment.submitted_at, count_asked(assignment))


def close_if_done(round_: Round) -> bool:
    """
    Close a round when every first assignment is submitted or withdrawn; call it with the round's row locked.

    A round of which everything was withdrawn stays open: nothing was coded, and closing is for good.
    """
    first = round_.assignments.blind()
    if round_.is_closed or first.open().exists() or not first.submitted().exists():
        return False
    close_round(round_)
    return True


@transaction.atomic
def reopen(*, user: User, assignment_id: UUID, reason: str) -> Assignment:
    """
    Open a submitted assignment again, before anyone was unblinded to its transcript (law 3); said twice, do it once.

    Raises Assignment.DoesNotExist for strangers, PermissionDenied or ReasonMissing.
    """
    assignment = _lock(user, assignment_id)
    require(access.may_withdraw(user, assignment))
    if assignment.is_open and assignment.reason and assignment.reason == reason.strip():
        return assignment
    require(access.may_reopen(user, assignment))
    assignment.reason = reason_of(reason, "Say why it is opened again: the reason stays with the assignment.")
    assignment.submitted_at = None
    assignment.save(update_fields=["reason", "submitted_at"])
    return assignment


@transaction.atomic
def withdraw(*, user: User, assignment_id: UUID, reason: str) -> Assignment:
    """
    Withdraw an open assignment: what was coded stays on record and counts nowhere. Withdrawn already, change nothing.

    Raises Assignment.DoesNotExist for strangers, PermissionDenied, ReasonMissing or NotOpen.
    """
    assignment = _lock(user, assignment_id)
    require(access.may_withdraw(user, assignment))
    if assignment.withdrawn_at is not None:
        return assignment
    if assignment.is_submitted:
        raise NotOpen("A submitted assignment is final and cannot be withdrawn.")
    assignment.reason = reason_of(reason, "Say why it is withdrawn: the reason stays with the assignment.")
    kind = DesignChange.Kind.LEFT
    write_changes(round_=assignment.round, assignments=[assignment], kind=kind, reason=assignment.reason, user=user)
    assignment.withdrawn_at = timezone.now()
    assignment.save(update_fields=["reason", "withdrawn_at"])
    close_if_done(assignment.round)
    # Without its transcript others may be done, too: the codes that are asked follow from the practice hours.
    settle(assignment.round)
    return assignment


def _lock(user: User, assignment_id: UUID) -> Assignment:
    """
    Hold the round, then the assignment, in this order everywhere: two last submissions cannot miss each other.

    Saves under way hold the assignment's row too, so that each lands before the submission or is refused after it.
    """
    seen = Assignment.objects.visible_to(user).filter(pk=assignment_id).values_list("round_id", flat=True).first()
    if seen is None:
        raise Assignment.DoesNotExist
    round_ = Round.objects.select_for_update().get(pk=seen)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("rater", "study", "revision")
    assignment: Assignment = rows.get(pk=assignment_id)
    assignment.round = round_
    if assignment.rater.user_id != user.pk and not material.has_power(user, assignment.study, "manage"):
        raise PermissionDenied("Only the rater it was given to can hand an assignment in.")
    return assignment
