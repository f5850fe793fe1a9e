"""Making rounds: a published version, transcripts, and raters for each."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery

from coding import access
from coding.models import Assignment, CodebookVersion, Round
from transcripts import access as material
from transcripts.models import Membership, Revision, Study, Transcript
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class RoundNameTaken(Refusal):
    code = "round_name_taken"


class RoundNotPossible(Refusal):
    code = "round_not_possible"


class AlreadyAssigned(Refusal):
    code = "already_assigned"


@dataclass(frozen=True, slots=True)
class Share:
    """One transcript and the raters who code it."""

    transcript: Transcript
    raters: Sequence[Membership]


def create_round(
    *, user: User, study: Study, name: str, kind: str, version: CodebookVersion, shares: Sequence[Share]
) -> Round:
    """
    Start a round: each rater gets an open assignment on the latest revision of each of their transcripts.

    Raises PermissionDenied, RoundNameTaken or RoundNotPossible.
    """
    require(material.may_manage(user, study))
    if version.study_id != study.pk or not version.is_published:
        raise RoundNotPossible("A round needs a published codebook version of this study.")
    if not any(share.raters for share in shares):
        raise RoundNotPossible("Choose at least one transcript and one rater for it.")
    with transaction.atomic():
        round_ = store_round(study=study, name=name, kind=kind, version=version, user=user)
        assign(round_, shares)
    return round_


def store_round(*, study: Study, name: str, kind: str, version: CodebookVersion, user: User | None) -> Round:
    """Store a round without assignments; no access check."""
    try:
        with transaction.atomic():
            return Round.objects.create(
                study=study, name=name, kind=kind, version=version, created_by=user, seed=secrets.randbits(62)
            )
    except IntegrityError as error:
        if "round_name_once" in str(error):
            raise RoundNameTaken(f"The study already has a round named “{name}”. Choose another name.") from None
        raise


def add_assignments(*, user: User, round_: Round, shares: Sequence[Share]) -> list[Assignment]:
    """
    Give transcripts of an open round to further raters.

    Raises PermissionDenied, RoundNotPossible or AlreadyAssigned.
    """
    require(material.may_manage(user, round_.study))
    with transaction.atomic():
        # Waits for a submit that may be closing the round at this moment.
        locked: Round = Round.objects.select_for_update().get(pk=round_.pk)
        if locked.is_closed:
            raise RoundNotPossible("The round is closed. Make a new one.")
        return assign(locked, shares)


def assign(round_: Round, shares: Iterable[Share]) -> list[Assignment]:
    """Store the assignments of a round; no access check."""
    shares = list(shares)
    for share in shares:
        for rater in share.raters:
            if not (decision := access.may_be_assigned(rater)):
                raise RoundNotPossible(decision.reason)
    revisions = _latest_revisions(share.transcript.pk for share in shares)
    rows = [
        Assignment(
            study_id=round_.study_id,
            round=round_,
            version_id=round_.version_id,
            transcript=share.transcript,
            revision_id=revisions[share.transcript.pk],
            rater=rater,
        )
        for share in shares
        for rater in share.raters
    ]
    try:
        with transaction.atomic():
            return Assignment.objects.bulk_create(rows)
    except IntegrityError as error:
        if "assignment_once_per_rater" in str(error):
            raise AlreadyAssigned("One of these raters already has this transcript in this round.") from None
        raise


def _latest_revisions(transcripts: Iterable[int]) -> dict[int, int]:
    latest = Revision.objects.filter(transcript=OuterRef("pk")).order_by("-number").values("pk")[:1]
    rows = Transcript.objects.filter(pk__in=list(transcripts)).annotate(latest=Subquery(latest))
    return dict(rows.values_list("pk", "latest"))
