"""Invitations: a link that names study, role and label; whoever follows it first joins."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from transcripts import access
from transcripts.models import Invitation, Membership, Study
from workbench.accounts import services as accounts
from workbench.accounts.access import require
from workbench.accounts.models import User, digest, new_secret
from workbench.accounts.refusals import Refusal
from workbench.accounts.services import LinkSpent

LASTS = timedelta(days=14)


class LabelTaken(Refusal):
    code = "label_taken"


class AlreadyMember(Refusal):
    code = "already_member"


def invite(*, user: User, study: Study, role: str, label: str) -> tuple[Invitation, str]:
    """
    Invite somebody; the second value is the key of the link, which is shown once and never stored.

    With the label of an imported rater who has no account, whoever accepts takes that place, with its codings.
    Raises PermissionDenied or LabelTaken.
    """
    require(access.may_manage(user, study))
    return store_invitation(study=study, role=role, label=label, user=user)


def store_invitation(*, study: Study, role: str, label: str, user: User | None) -> tuple[Invitation, str]:
    """Make an invitation as `invite` does; no access check. Raises LabelTaken."""
    if study.memberships.filter(label=label).exclude(pk__in=_claimable(study)).exists():
        raise LabelTaken(f"There is already somebody with the label “{label}” in this study.")
    key = new_secret()
    try:
        with transaction.atomic():
            # What ran out makes way; to whoever follows its link it says the same as before.
            waiting = study.invitations.filter(label=label, membership=None, withdrawn_at=None)
            waiting.filter(expires_at__lte=Now()).update(withdrawn_at=Now())
            invitation = Invitation.objects.create(
                study=study,
                label=label,
                role=Membership.Role(role),
                key_hash=digest(key),
                made_by=user,
                expires_at=timezone.now() + LASTS,
            )
    except IntegrityError as error:
        if "invitation_open_once" not in str(error):
            raise
        raise LabelTaken(f"There is an open invitation for “{label}”. Withdraw it to make a new one.") from None
    return invitation, key


def withdraw(*, user: User, invitation: Invitation) -> None:
    """Take an invitation back; raises PermissionDenied, or LinkSpent where it was accepted or ran out meanwhile."""
    require(access.may_manage(user, invitation.study))
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=Now()):
        raise LinkSpent


def open_invitation(key: str) -> Invitation:
    """Find an invitation that can still be accepted, or raise LinkSpent."""
    invitation: Invitation | None = (
        Invitation.objects.open().filter(key_hash=digest(key)).select_related("study", "made_by").first()
    )
    if invitation is None:
        raise LinkSpent
    return invitation


@transaction.atomic
def accept(*, key: str, user: User) -> Membership:
    """
    Join the study that the link names; doing it twice is the same as once.

    Raises LinkSpent, AlreadyMember or LabelTaken.
    """
    # Of two people who follow one link at once, the second waits here and then finds it accepted.
    invitation = Invitation.objects.open().select_for_update(of=("self",)).filter(key_hash=digest(key)).first()
    if invitation is None:
        return _joined_by(key, user)
    try:
        with transaction.atomic():
            member = _take_place(invitation, user)
    except IntegrityError as error:
        raise _why_not(error, invitation, user) from error
    invitation.membership = member
    invitation.save(update_fields=["membership"])
    return member


@transaction.atomic
def accept_with_new_account(*, key: str, email: str, name: str, password: str) -> tuple[User, Membership]:
    """Make an account and join with it; raises EmailTaken besides what `accept` does."""
    open_invitation(key)
    user = accounts.create_account(email=email, name=name, password=password)
    return user, accept(key=key, user=user)


def _joined_by(key: str, user: User) -> Membership:
    member = Membership.objects.filter(invitation__key_hash=digest(key), user=user.pk, left_at=None).first()
    if member is None:
        raise LinkSpent
    return member


def _claimable(study: Study) -> list[int]:
    kind = Membership.Kind.IMPORTED
    return list(study.memberships.filter(kind=kind, user=None, left_at=None).values_list("pk", flat=True))


def _take_place(invitation: Invitation, user: User) -> Membership:
    place = (
        Membership.objects.select_for_update()
        .filter(pk__in=_claimable(invitation.study), label=invitation.label)
        .first()
    )
    if place is None:
        return Membership.objects.create(
            study=invitation.study, label=invitation.label, role=invitation.role, user=user
        )
    place.user, place.role, place.kind = user, invitation.role, Membership.Kind.PERSON
    place.save(update_fields=["user", "role", "kind"])
    return place


def _why_not(error: IntegrityError, invitation: Invitation, user: User) -> Refusal:
    if error.__cause__.diag.constraint_name != "member_person_once":  # type: ignore[union-attr]
        return LabelTaken(f"Somebody else joined as “{invitation.label}” meanwhile. Ask for a new invitation.")
    place = Membership.objects.get(study=invitation.study_id, user=user.pk)
    if place.left_at is None:
        return AlreadyMember(f"You are in this study already, as “{place.label}”.")
    return AlreadyMember(f"You were in this study before, as “{place.label}”: a coordinator can bring you back.")
