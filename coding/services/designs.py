"""Keeping a round's design: how it came about, and what was changed of it after the start."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max

from coding.drawing import REPEATS_RULE, RULE, Order, in_lots
from coding.models import Assignment, DesignChange, Round, RoundDesign
from transcripts.models import Membership
from workbench.accounts.models import User

#: Seeds are whole numbers that every program reads without rounding, JavaScript's included.
SEED_BITS = 53
SECONDS = 30


def new_seed() -> int:
    """Make a seed that nobody can foresee."""
    return secrets.randbits(SEED_BITS)


@dataclass(frozen=True, slots=True)
class DesignDraft:
    """
    What was asked of a drawing; without an order everything was said one by one.

    `again` names the round whose turns come back, `share` and `gap_days` how many of them and how old; with `gold`,
    turns that have gold come to the raters of that round instead.
    """

    seed: int = field(default_factory=new_seed)
    order: Order | None = None
    strata: tuple[str, ...] = ()
    seconds: int = SECONDS
    again: Round | None = None
    share: int | None = None
    gap_days: int | None = None
    gold: bool = False


def keep_design(*, round_: Round, draft: DesignDraft, user: User) -> RoundDesign:
    """
    Store how a round was designed, after the assignments of its start; no access check.

    From here on the database refuses an assignment that comes or goes without a recorded change.
    """
    order = draft.order
    how, rule = RoundDesign.How.HAND, ""
    if draft.again is not None:
        how, rule = RoundDesign.How.GOLD if draft.gold else RoundDesign.How.AGAIN, REPEATS_RULE
    elif order is not None:
        how, rule = RoundDesign.How.SHARE if order.raters_each is None else RoundDesign.How.EACH, RULE
    return RoundDesign.objects.create(
        round=round_,
        study_id=round_.study_id,
        how=how,
        raters_each=order.raters_each if order else None,
        share=order.share if order else draft.share,
        repeats_of=draft.again,
        gap_days=draft.gap_days,
        strata=list(draft.strata),
        seconds=draft.seconds,
        rule=rule,
        made_by=Membership.objects.filter(study=round_.study_id, user=user.pk).first(),
    )


def write_changes(*, round_: Round, assignments: Iterable[Assignment], kind: str, reason: str, user: User) -> None:
    """Write down why assignments come or go after the start, before they do; no access check."""
    made_by = Membership.objects.filter(study=round_.study_id, user=user.pk).first()
    DesignChange.objects.bulk_create(
        DesignChange(
            study_id=round_.study_id, round=round_, assignment_id=one.pk, kind=kind, reason=reason, made_by=made_by
        )
        for one in assignments
    )


def put_in_order(round_: Round, assignments: Iterable[Assignment]) -> None:
    """Give each rater's assignments their places by lot, after the places that the rater has in the round already."""
    by_rater: dict[int, list[Assignment]] = defaultdict(list)
    for one in assignments:
        by_rater[one.rater_id].append(one)
    known = round_.assignments.filter(rater__in=by_rater).order_by()
    last: dict[int, int | None] = dict(known.values_list("rater").annotate(last=Max("place")))
    for rater_id, rows in by_rater.items():
        by_name = {row.transcript.name: row for row in rows}
        ordered = in_lots(list(by_name), round_.seed, "order", rows[0].rater.label)
        for place, name in enumerate(ordered, start=(last.get(rater_id) or 0) + 1):
            by_name[name].place = place
