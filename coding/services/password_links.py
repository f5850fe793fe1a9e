"""Links with which members set a new password, kept from whoever is blind to what members see."""

from __future__ import annotations

from coding import access
from transcripts.models import Membership
from transcripts.services import members
from workbench.accounts.access import require
from workbench.accounts.models import User


def make_password_link(*, user: User, member: Membership) -> str:
    """Make a one-time link with which this member sets a new password; raises PermissionDenied or NotAPerson."""
    require(access.may_open_accounts(user, member.study))
    return members.make_password_link(user=user, member=member)
