"""Who is in a study: roles, leaving, and coming back. Nobody is ever deleted, and a label never changes."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from transcripts import access
from transcripts.models import Membership, Study
from workbench.accounts import services as accounts
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

Role = Membership.Role


class LastCoordinator(Refusal):
    code = "last_coordinator"


class NotAPerson(Refusal):
    code = "not_a_person"


@transaction.atomic
def change_role(*, user: User, member: Membership, role: str) -> None:
    """Give a member another role; raises PermissionDenied, LastCoordinator or NotAPerson."""
    require(access.may_manage(user, member.study))
    if member.user_id is None:
        raise NotAPerson(f"“{member.label}” has no account; a role is for people.")
    if role != Role.COORDINATOR:
        _keep_a_coordinator(member, "has another role")
    member.role = Role(role)
    member.save(update_fields=["role"])


@transaction.atomic
def remove(*, user: User, member: Membership) -> None:
    """Close the study to a member; what they coded stays. Raises PermissionDenied or LastCoordinator."""
    require(access.may_manage(user, member.study))
    _end(member)


@transaction.atomic
def leave(*, user: User, study: Study) -> None:
    """Leave a study oneself; raises LastCoordinator."""
    _end(study.memberships.get(user=user.pk, left_at=None))


def _end(member: Membership) -> None:
    _keep_a_coordinator(member, "leaves")
    member.left_at = Now()
    member.save(update_fields=["left_at"])


def _keep_a_coordinator(member: Membership, what: str) -> None:
    """Refuse what would leave the study without a coordinator; two at once wait for each other at the study."""
    Study.objects.select_for_update().get(pk=member.study_id)
    here = Membership.objects.filter(study=member.study_id, role=Role.COORDINATOR, left_at=None, user__isnull=False)
    if list(here.values_list("pk", flat=True)) == [member.pk]:
        raise LastCoordinator(
            f"“{member.label}” is the only coordinator. Make somebody else a coordinator before this one {what}."
        )


@transaction.atomic
def bring_back(*, user: User, member: Membership) -> None:
    """Open the study again to somebody who left, under the label and role they had; raises PermissionDenied."""
    require(access.may_manage(user, member.study))
    member.left_at = None
    member.save(update_fields=["left_at"])


def make_password_link(*, user: User, member: Membership) -> str:
    """Make a one-time link with which this member sets a new password; raises PermissionDenied or NotAPerson."""
    require(access.may_manage(user, member.study))
    if member.user is None:
        raise NotAPerson(f"“{member.label}” has no account, and so no password.")
    require(access.may_reset_password_of(user, member.user))
    return accounts.make_password_link(user=member.user, made_by=user)
