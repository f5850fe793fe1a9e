"""A rater leaves a round that was started: what they have not handed in is taken back, or goes to somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from coding import access
from coding.models import Assignment, Round
from coding.services.reasons import reason_of
from coding.services.rounds import Share, add_assignments
from coding.services.submission import withdraw
from transcripts import access as material
from transcripts.models import Membership, Transcript
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class NothingOpen(Refusal):
    code = "nothing_open"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What became of a rater's open transcripts: how many were taken back, how many are coded on, which are not."""

    taken_back: int
    given: int
    #: The transcripts that nobody codes in the round any more.
    nobodys: tuple[str, ...] = ()


@transaction.atomic
def rater_leaves(
    *, user: User, round_: Round, rater: Membership, heir: Membership | None = None, reason: str
) -> Leaving:
    """
    Take back what a rater has open in a round, and give it to `heir` where one is named; each change has the reason.

    Raises PermissionDenied (one who is blind to any of the rater's transcripts, too), ReasonMissing, NothingOpen, or
    what giving and taking back raise.
    """
    require(material.may_manage(user, round_.study))
    Round.objects.select_for_update().get(pk=round_.pk)
    theirs = Assignment.objects.filter(round=round_, rater=rater, withdrawn_at=None).select_related(
        "study", "rater", "transcript"
    )
    for one in theirs:
        require(access.may_withdraw(user, one))
    if heir is not None and heir.pk == rater.pk:
        raise NothingOpen(f"{rater.label} is the one who leaves. Choose somebody else to code on.")
    words = reason_of(reason, "Say why the rater leaves: the reason stays with the round.")
    rows = [one for one in theirs if one.is_open and one.phase == Assignment.Phase.BLIND]
    if not rows:
        raise NothingOpen(f"{rater.label} has nothing open in this round.")
    given = _give_on(user, round_, rows, heir, words)
    # Given on first: with the last open assignment gone, the round would close.
    for one in rows:
        withdraw(user=user, assignment_id=one.pk, reason=words)
    coded = Assignment.objects.filter(round=round_, withdrawn_at=None).values("transcript")
    nobodys = Transcript.objects.filter(pk__in=[one.transcript_id for one in rows]).exclude(pk__in=coded)
    return Leaving(len(rows), given, tuple(nobodys.order_by("name").values_list("name", flat=True)))


def _give_on(user: User, round_: Round, rows: list[Assignment], heir: Membership | None, reason: str) -> int:
    """Give the transcripts to the heir, but for those that they code in this round already."""
    if heir is None:
        return 0
    theirs = Assignment.objects.filter(round=round_, rater=heir, withdrawn_at=None, phase=Assignment.Phase.BLIND)
    known = set(theirs.values_list("transcript_id", flat=True))
    shares = [Share(one.transcript, [heir]) for one in rows if one.transcript_id not in known]
    if shares:
        add_assignments(user=user, round_=round_, shares=shares, reason=reason)
    return len(shares)
