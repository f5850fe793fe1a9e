"""Closing a study to a member, which waits until nothing is left for them to code."""

from __future__ import annotations

from coding import access
from coding.models import Assignment, Round
from transcripts import access as material
from transcripts.models import Membership
from transcripts.services import members
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class StillCodes(Refusal):
    """The member has open coding; `rounds` are those on whose pages it can be recorded that they leave."""

    code = "still_codes"

    def __init__(self, member: Membership, rounds: list[Round]) -> None:
        self.rounds = rounds
        where = " and ".join(str(round_) for round_ in rounds) if len(rounds) < 3 else f"{len(rounds)} rounds"
        super().__init__(
            f"“{member.label}” still has transcripts to code in {where}. Record there that they leave: somebody else "
            "can code on, and what was coded stays. Then remove them here."
        )


def remove_member(*, user: User, member: Membership) -> None:
    """
    Close the study to a member; what they coded stays.

    What is open on a transcript that the person still codes is not looked at: whether it is open is not for them.
    Raises PermissionDenied, StillCodes or LastCoordinator.
    """
    require(material.may_manage(user, member.study))
    theirs = Assignment.objects.open().filter(access.withdrawals_open_to(user), rater=member)
    if rounds := list(Round.objects.filter(pk__in=theirs.values("round")).order_by("pk")):
        raise StillCodes(member, rounds)
    members.remove(user=user, member=member)
