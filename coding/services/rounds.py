"""Making rounds: a published version, transcripts, and raters for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, Now
from procrastinate.contrib.django import app

from coding import access
from coding.models import Assignment, CodebookVersion, DesignChange, Round, RoundDesign, VersionRetirement
from coding.services.criteria import CriterionDraft, fix_criterion, open_after
from coding.services.designs import DesignDraft, keep_design, new_seed, put_in_order, write_changes
from coding.services.plans import PlanDraft, fix_plan
from coding.services.reasons import reason_of
from transcripts import access as material
from transcripts.models import Membership, Revision, Study, Transcript
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class RoundNameTaken(Refusal):
    """The name is in use; `round` is the one that has it."""

    code = "round_name_taken"

    def __init__(self, round_: Round) -> None:
        self.round = round_
        super().__init__(f"The study already has a round named “{round_.name}”. Choose another name.")


class RoundNotPossible(Refusal):
    code = "round_not_possible"


class DriftCheckIsDrawn(Refusal):
    """A round whose raters were chosen by hand, or drawn anew, brings nothing of anybody's own past back."""

    code = "drift_check_is_drawn"

    def __init__(self) -> None:
        super().__init__("A drift check is drawn: open a coded round and choose “Draw a drift check”.")


class AlreadyAssigned(Refusal):
    code = "already_assigned"


@dataclass(frozen=True, slots=True)
class Share:
    """One transcript and the raters who code it."""

    transcript: Transcript
    raters: Sequence[Membership]


def create_round(
    *,
    user: User,
    study: Study,
    name: str,
    kind: str,
    version: CodebookVersion,
    shares: Sequence[Share],
    plan: PlanDraft | None = None,
    design: DesignDraft | None = None,
    criterion: CriterionDraft | None = None,
    opened_by: Round | None = None,
    **settings: Any,
) -> Round:
    """
    Start a round: each rater gets an open assignment on the latest revision of each of their transcripts.

    `settings` are the round's: `notes_for_study`, `others_shown`, `due_on`. A reliability plan is fixed here or never.
    `design` says how the shares came about; from the start on they change only with a reason. Each rater's order is by
    lot. The criterion of a training round, and the training round in which raters are to be cleared before they begin
    here (`opened_by`), are said here or never, too.

    Raises PermissionDenied, DriftCheckIsDrawn, RoundNameTaken, RoundNotPossible, PlanNotPossible, CriterionNotPossible
    or GateNotPossible.
    """
    require(material.may_manage(user, study))
    if kind == Round.Kind.DRIFT:
        raise DriftCheckIsDrawn
    require_usable(version, study)
    if not any(share.raters for share in shares):
        raise RoundNotPossible("Choose at least one transcript and one rater for it.")
    draft = design or DesignDraft()
    with transaction.atomic():
        round_ = store_round(study=study, name=name, kind=kind, version=version, user=user, seed=draft.seed, **settings)
        if plan is not None:
            fix_plan(round_=round_, draft=plan, user=user)
        if criterion is not None:
            given = Counter(rater.pk for share in shares for rater in share.raters)
            fix_criterion(round_=round_, draft=criterion, user=user, transcripts=max(given.values()))
        if opened_by is not None:
            open_after(round_=round_, training=opened_by)
        assign(round_, shares, before=lambda rows: put_in_order(round_, rows))
        keep_design(round_=round_, draft=draft, user=user)
    return round_


def require_usable(version: CodebookVersion, study: Study) -> None:
    """Refuse a version with which no new round of the study can be coded; raises RoundNotPossible."""
    if version.study_id != study.pk or not version.is_published:
        raise RoundNotPossible("A round needs a published codebook version of this study.")
    if VersionRetirement.objects.filter(version=version).exists():
        raise RoundNotPossible(f"Version {version.name} is retired: take it up again, or choose a later one.")


def store_round(
    *,
    study: Study,
    name: str,
    kind: str,
    version: CodebookVersion,
    user: User | None,
    seed: int | None = None,
    **settings: Any,
) -> Round:
    """Store a round without assignments; no access check."""
    try:
        with transaction.atomic():
            return Round.objects.create(
                study=study,
                name=name,
                kind=kind,
                version=version,
                created_by=user,
                seed=new_seed() if seed is None else seed,
                **settings,
            )
    except IntegrityError as error:
        if "round_name_once" in str(error):
            raise RoundNameTaken(Round.objects.get(study=study, name=name)) from None
        raise


def show_others(*, user: User, round_: Round, shown: bool) -> Round:
    """
    Say whether raters may see the others' codings beside their own once the round is closed.

    Raises PermissionDenied.
    """
    require(material.may_manage(user, round_.study))
    Round.objects.filter(pk=round_.pk).exclude(others_shown=shown).update(others_shown=shown)
    round_.others_shown = shown
    return round_


def set_due(*, user: User, round_: Round, due_on: date | None) -> Round:
    """Say by when the raters of a round are asked to hand in, or that no day is set; raises PermissionDenied."""
    require(material.may_manage(user, round_.study))
    Round.objects.filter(pk=round_.pk).exclude(due_on=due_on).update(due_on=due_on)
    round_.due_on = due_on
    return round_


def close_round(round_: Round, **also: bool) -> None:
    """Close a round for good, and have the worker compute its results, so that nobody waits; no access check."""
    Round.objects.filter(pk=round_.pk, closed_at=None).update(closed_at=Now(), **also)
    app.configure_task("prepare_results").defer(round_id=round_.pk)


def add_assignments(*, user: User, round_: Round, shares: Sequence[Share], reason: str) -> list[Assignment]:
    """
    Give transcripts of an open round to further raters: a late change, which is recorded with its reason.

    Raises PermissionDenied (a closed round included), ReasonMissing, RoundNotPossible or AlreadyAssigned.
    """
    with transaction.atomic():
        # Waits for a submit that may be closing the round at this moment.
        locked: Round = Round.objects.select_for_update().get(pk=round_.pk)
        require(access.may_extend(user, locked))
        if RoundDesign.objects.filter(round=locked, repeats_of__isnull=False).exists():
            raise RoundNotPossible(
                "In this drift check each rater codes turns of their own past, or drawn for them: nobody else can."
            )
        words = reason_of(reason, "Say why somebody is added: the reason stays with the round.")

        def explain(rows: list[Assignment]) -> None:
            put_in_order(locked, rows)
            kind = DesignChange.Kind.ADDED
            write_changes(round_=locked, assignments=rows, kind=kind, reason=words, user=user)

        return assign(locked, shares, before=explain)


def assign(
    round_: Round,
    shares: Iterable[Share],
    *,
    before: Callable[[list[Assignment]], None] | None = None,
    of: Mapping[tuple[int, int], int] | None = None,
) -> list[Assignment]:
    """
    Store the assignments of a round; `before` sees them when they are about to be stored; no access check.

    `of` names the revision for each transcript and rater where it is not the one that the round codes, or the latest.
    """
    places = {(share.transcript.pk, rater.pk): (share.transcript, rater) for share in shares for rater in share.raters}
    for transcript, rater in places.values():
        if {transcript.study_id, rater.study_id} != {round_.study_id}:
            raise RoundNotPossible("Transcripts and raters of a round belong to its study.")
        if not (decision := access.may_be_assigned(rater)):
            raise RoundNotPossible(decision.reason)
    revisions = _revisions(round_, {transcript.pk for transcript, _ in places.values()})
    for transcript, _ in places.values():
        if transcript.pk not in revisions:
            raise _gone()
    read = {
        rater.pk: access.could_read_since(rater, revisions.keys())
        for rater in {rater.pk: rater for _, rater in places.values()}.values()
    }
    rows = [
        Assignment(
            could_read_since=read[rater.pk].get(transcript.pk),
            study_id=round_.study_id,
            round=round_,
            version_id=round_.version_id,
            transcript=transcript,
            revision_id=(of or {}).get((transcript.pk, rater.pk), revisions[transcript.pk]),
            rater=rater,
        )
        for transcript, rater in places.values()
    ]
    try:
        with transaction.atomic():
            if before is not None:
                before(rows)
            return Assignment.objects.bulk_create(rows)
    except IntegrityError as error:
        if "assignment_once_per_rater" in str(error):
            raise AlreadyAssigned("One of these raters already has this transcript in this round.") from None
        if "assignment_revision_of_transcript" in str(error):
            raise _gone() from None
        raise


def _gone() -> RoundNotPossible:
    return RoundNotPossible("One of these transcripts was deleted meanwhile. Load the page again.")


def _revisions(round_: Round, transcripts: set[int]) -> dict[int, int]:
    """Give the revision that the round codes already, else the latest: all raters of a round read the same text."""
    latest = Revision.objects.filter(transcript=OuterRef("pk")).order_by("-number").values("pk")[:1]
    used = round_.assignments.filter(transcript=OuterRef("pk")).order_by("assigned_at").values("revision")[:1]
    rows = Transcript.objects.filter(pk__in=transcripts).annotate(
        chosen=Coalesce(Subquery(used), Subquery(latest), output_field=BigIntegerField())
    )
    return dict(rows.values_list("pk", "chosen"))
