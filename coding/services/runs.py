"""Storing the reliability of a round as a run, once for the same inputs and software, and writing its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from coding import access
from coding.formats.report.facts import Stamp
from coding.models import ReliabilityRun, Round, RunTranscript
from coding.queries.report_record import inputs_now, parameters, record_of, software
from transcripts.models import Membership
from workbench.accounts.access import require
from workbench.accounts.models import User


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run, and whether it was stored just now or had been before."""

    run: ReliabilityRun
    is_new: bool


def store_run(*, user: User, round_: Round) -> StoredRun:
    """
    Compute the reliability of a closed round and store it with everything that its numbers rest on.

    The same inputs and the same software give the run that was stored first. Raises PermissionDenied.
    """
    require(access.may_store_run(user, round_))
    same = _same(round_)
    if (found := ReliabilityRun.objects.filter(**same).first()) is not None:
        return StoredRun(found, is_new=False)
    member = Membership.objects.filter(study=round_.study_id, user=user.pk, left_at=None).first()
    with transaction.atomic():
        return _store(round_, same, member)


def _same(round_: Round) -> dict[str, Any]:
    """Say what makes a run of today: where a run with all of this is stored, there is nothing to compute."""
    with_what, how = software(), parameters()
    return {
        "round": round_,
        "fingerprint": inputs_now(round_),
        "software": with_what["workbench"],
        "program": with_what["program"],
        "numpy": with_what["numpy"],
        "interval": how["interval"],
        "level": how["level"],
        "seed": how["seed"],
    }


def _store(round_: Round, same: dict[str, Any], member: Membership | None) -> StoredRun:
    record = record_of(round_)
    # What was changed while it was computed stands in the record, and so in what is stored beside it.
    same = same | {"fingerprint": record["inputs"]["sha256"]}
    try:
        with transaction.atomic():
            run = ReliabilityRun.objects.create(
                **same, study_id=round_.study_id, version_id=round_.version_id, made_by=member, results=record
            )
    except IntegrityError as error:
        if "run_once" not in str(error):
            raise
        # Somebody else was faster.
        return StoredRun(ReliabilityRun.objects.get(**same), is_new=False)
    covered = round_.assignments.order_by("transcript").values_list("transcript", flat=True).distinct()
    RunTranscript.objects.bulk_create(
        RunTranscript(study_id=round_.study_id, run=run, transcript_id=transcript) for transcript in covered
    )
    run.refresh_from_db(fields=["made_at"])
    return StoredRun(run, is_new=True)


def stamp_of(run: ReliabilityRun) -> Stamp:
    """Say under which id a run is kept, since when and by whom."""
    return Stamp(str(run.pk), run.made_at, run.made_by.label if run.made_by else "")
