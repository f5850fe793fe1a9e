"""Fixing a reliability plan while its round is made: stored with its time and hash, and never changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from coding.models import ReliabilityPlan, Round
from coding.reliability import TENTATIVE
from transcripts.models import Membership
from workbench.accounts.models import User
from workbench.accounts.refusals import Refusal

LONGEST_RATIONALE = 4000
COHEN_IS_FOR_TWO = "Cohen's kappa is for two raters: plan two, or choose another coefficient."


class PlanNotPossible(Refusal):
    code = "plan_not_possible"


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a coordinator means to fix."""

    coefficient: str = ReliabilityPlan.Coefficient.ALPHA
    threshold: Decimal = Decimal(str(TENTATIVE))
    unit: str = ReliabilityPlan.Unit.SEGMENTS
    share: int = 100
    raters: int = 2
    interval: str = ReliabilityPlan.Interval.JACKKNIFE
    rationale: str = ""


#: What is proposed.
PROPOSED = PlanDraft()


def fix_plan(*, round_: Round, draft: PlanDraft, user: User) -> ReliabilityPlan:
    """
    Fix the plan of a round that is being made, in its transaction; no access check.

    The database refuses it once anybody has an assignment in the round. Raises PlanNotPossible.
    """
    if draft.coefficient == ReliabilityPlan.Coefficient.COHEN and draft.raters != 2:
        raise PlanNotPossible(COHEN_IS_FOR_TWO)
    plan = ReliabilityPlan(
        round=round_,
        study_id=round_.study_id,
        coefficient=draft.coefficient,
        threshold=draft.threshold,
        unit=draft.unit,
        share=draft.share,
        raters=draft.raters,
        interval=draft.interval,
        rationale=draft.rationale.strip(),
        made_by=Membership.objects.filter(study=round_.study_id, user=user.pk).first(),
        made_at=timezone.now(),
    )
    plan.sha256 = plan_hash(plan)
    try:
        plan.clean_fields()
    except ValidationError as error:
        raise PlanNotPossible(" ".join(error.messages)) from None
    plan.save(force_insert=True)
    return plan


def plan_document(plan: ReliabilityPlan) -> dict[str, Any]:
    """Lay out what is hashed: the plan, the round and the time. The threshold is text, as JSON knows no decimals."""
    return {
        "coefficient": plan.coefficient,
        "fixed_at": _moment(plan.made_at),
        "interval": plan.interval,
        "raters": plan.raters,
        "rationale": plan.rationale,
        "round": plan.round.name,
        "share": plan.share,
        "study": plan.round.study.slug,
        "threshold": f"{Decimal(plan.threshold):.3f}",
        "unit": plan.unit,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def canonical(document: dict[str, Any]) -> bytes:
    """Write JSON in one way only: sorted members, no spaces, ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def plan_hash(plan: ReliabilityPlan) -> str:
    """Give the SHA-256 of a plan's document as canonical JSON."""
    return hashlib.sha256(canonical(plan_document(plan))).hexdigest()
