"""Who is in a study, and who is invited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from transcripts.models import Invitation, Membership, Study
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member as a coordinator sees them."""

    pk: int
    label: str
    role: str
    kind: str
    name: str
    email: str
    joined_at: datetime
    left_at: datetime | None
    is_you: bool

    @property
    def has_account(self) -> bool:
        return bool(self.email)


@dataclass(frozen=True, slots=True)
class MembersPage:
    """The members, those who left, and the invitations that are open."""

    here: tuple[MemberRow, ...]
    left: tuple[MemberRow, ...]
    invitations: tuple[Invitation, ...]


def members_page(*, user: User, study: Study) -> MembersPage:
    """Gather what the members page shows, in two queries."""
    members = Membership.objects.filter(study=study).select_related("user").order_by("label")
    rows = [_row(member, user) for member in members]
    open_ones = study.invitations.open().select_related("made_by").order_by("expires_at")
    return MembersPage(
        here=tuple(row for row in rows if row.left_at is None),
        left=tuple(row for row in rows if row.left_at is not None),
        invitations=tuple(open_ones),
    )


def _row(member: Membership, user: User) -> MemberRow:
    return MemberRow(
        pk=member.pk,
        label=member.label,
        role=member.role,
        kind=member.kind,
        name=member.user.name if member.user else "",
        email=member.user.email if member.user else "",
        joined_at=member.joined_at,
        left_at=member.left_at,
        is_you=member.user_id == user.pk,
    )
