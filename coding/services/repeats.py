"""Drift checks: a share of what each rater coded, or of what has gold, comes to them: drawn, shown, and started so."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from coding import access
from coding.drawing import DrawingError
from coding.models import AssignedSegment, Assignment, CodebookVersion, Round
from coding.queries.repeats import RepeatsAsked, RepeatsDesign, repeats_design
from coding.queries.study_gold import gold_read_by
from coding.services.designs import DesignDraft, keep_design, put_in_order
from coding.services.drawn_rounds import DesignChanged, DesignNotPossible
from coding.services.rounds import Share, assign, require_usable, store_round
from workbench.accounts.access import require
from workbench.accounts.models import User

_NO_GOLD = (
    "There are no turns with gold to draw from. Say on the page of a training round whose codings are the gold of its "
    "transcripts; they can be drawn when that round is closed, and not those that you code yourself."
)


def preview_repeats(*, user: User, round_: Round, asked: RepeatsAsked, seed: int) -> RepeatsDesign:
    """Draw what would come back and store nothing; raises PermissionDenied or DesignNotPossible."""
    require(access.may_draw_repeats(user, round_))
    gold = gold_read_by(user, round_.study, closed=True) if asked.is_gold else None
    if gold is not None and not gold.golds:
        raise DesignNotPossible(_NO_GOLD)
    try:
        design = repeats_design(user, round_, asked, seed, gold)
    except DrawingError as error:
        raise DesignNotPossible(str(error)) from None
    if not design.raters:
        if design.left_out and asked.is_gold:
            why = "; ".join(f"{label}: {reason}" for label, reason in design.left_out)
            raise DesignNotPossible(f"No turn with gold can come to those who coded in this round. {why}")
        if design.left_out:
            why = "; ".join(reason for _, reason in design.left_out)
            raise DesignNotPossible(f"Nothing can come back to those who coded in this round. {why}")
        raise DesignNotPossible("Nobody has handed in a transcript of this round yet: there is nothing to come back.")
    return design


@transaction.atomic
def start_drift_check(
    *,
    user: User,
    round_: Round,
    name: str,
    version: CodebookVersion,
    asked: RepeatsAsked,
    seed: int,
    looked_at: str = "",
    due_on: date | None = None,
) -> Round:
    """
    Start a drift check of a round; `looked_at` is the fingerprint of the drawing that was shown, if one was.

    Each rater gets an open assignment on each transcript of which turns come back, in the revision that they coded or
    that the gold is of.
    Raises PermissionDenied, DesignNotPossible, DesignChanged, RoundNotPossible or RoundNameTaken.
    """
    design = preview_repeats(user=user, round_=round_, asked=asked, seed=seed)
    if looked_at and looked_at != design.fingerprint:
        raise DesignChanged("What was handed in, or is asked for, has changed since it was drawn. Look, then start.")
    require_usable(version, round_.study)
    kind = Round.Kind.DRIFT
    made = store_round(study=round_.study, name=name, kind=kind, version=version, user=user, seed=seed, due_on=due_on)
    of = {(part.transcript.pk, one.member.pk): part.revision_id for one in design.raters for part in one.parts}
    shares = [Share(part.transcript, [one.member]) for one in design.raters for part in one.parts]
    _ask_for(design, assign(made, shares, before=lambda rows: put_in_order(made, rows), of=of))
    draft = DesignDraft(
        seed=seed, seconds=asked.seconds, again=round_, share=asked.share, gap_days=asked.gap_days, gold=asked.is_gold
    )
    keep_design(round_=made, draft=draft, user=user)
    return made


def _ask_for(design: RepeatsDesign, assignments: list[Assignment]) -> None:
    """Say which turns each assignment asks for."""
    by_place = {(one.rater_id, one.revision_id): one for one in assignments}
    AssignedSegment.objects.bulk_create(
        AssignedSegment(
            study_id=assignment.study_id,
            version_id=assignment.version_id,
            revision_id=assignment.revision_id,
            assignment=assignment,
            segment_id=segment,
            purpose=design.asked.purpose,
        )
        for one in design.raters
        for part in one.parts
        for assignment in [by_place[one.member.pk, part.revision_id]]
        for segment in part.segments
    )
