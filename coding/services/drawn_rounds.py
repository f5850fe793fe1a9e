"""Rounds whose design is drawn: shown first, started with what was shown, and nothing stored in between."""

from __future__ import annotations

from typing import Any

from coding.drawing import DrawingError
from coding.models import CodebookVersion, Round
from coding.queries.drawn_design import Asked, DrawnDesign, drawn_design
from coding.services.designs import DesignDraft
from coding.services.plans import PlanDraft
from coding.services.rounds import DriftCheckIsDrawn, Share, create_round
from transcripts import access as material
from transcripts.models import Study
from workbench.accounts.access import require
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal


class DesignNotPossible(Refusal):
    code = "design_not_possible"


class DesignChanged(Refusal):
    code = "design_changed"


def preview_design(*, user: User, study: Study, asked: Asked, seed: int) -> DrawnDesign:
    """Draw a design and store nothing; raises PermissionDenied or DesignNotPossible."""
    require(material.may_manage(user, study))
    try:
        return drawn_design(study, asked, seed)
    except DrawingError as error:
        raise DesignNotPossible(str(error)) from None


def start_drawn_round(
    *,
    user: User,
    study: Study,
    name: str,
    kind: str,
    version: CodebookVersion,
    asked: Asked,
    seed: int,
    looked_at: str = "",
    plan: PlanDraft | None = None,
    **settings: Any,
) -> Round:
    """
    Draw a design and start a round with it; `looked_at` is the fingerprint of the one that was shown, if one was.

    Raises PermissionDenied, DriftCheckIsDrawn, DesignNotPossible, DesignChanged, or what `create_round` raises.
    """
    require(material.may_manage(user, study))
    if kind == Round.Kind.DRIFT:
        raise DriftCheckIsDrawn
    design = preview_design(user=user, study=study, asked=asked, seed=seed)
    if looked_at and looked_at != design.fingerprint:
        raise DesignChanged("What is asked for has changed since the design was drawn. Look at this one, then start.")
    raters = [rater.member for rater in design.raters]
    shares = [
        Share(row.transcript, [rater for rater, place in zip(raters, row.places, strict=True) if place is not None])
        for row in design.rows
    ]
    draft = DesignDraft(seed=seed, order=asked.order, strata=asked.strata, seconds=asked.seconds)
    return create_round(
        user=user,
        study=study,
        name=name,
        kind=kind,
        version=version,
        shares=shares,
        plan=plan,
        design=draft,
        **settings,
    )
