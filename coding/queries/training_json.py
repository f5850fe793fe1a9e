"""Training as JSON: what the API gives of gold, clearing, curves and feedback."""

from __future__ import annotations

from typing import Any

from coding.models import Gold, TrainingCriterion
from coding.queries.feedback import Feedback, TurnFeedback
from coding.queries.gold import said_of
from coding.queries.learning import Course
from coding.queries.training import CodeLine, GoldLine, Learner, Learning, Training
from coding.queries.turn import TurnState


def criterion_object(criterion: TrainingCriterion | None) -> dict[str, Any] | None:
    """Lay out a criterion; no codes means those that the gold gives at least so often."""
    if criterion is None:
        return None
    codes = criterion.round.criterion_codes.order_by("code__position").values_list("code__key", flat=True)
    return {
        "coefficient": criterion.coefficient,
        "threshold": float(criterion.threshold),
        "in_a_row": criterion.in_a_row,
        "at_least": criterion.at_least,
        "codes": list(codes),
        "made_at": criterion.made_at,
    }


def gold_object(gold: Gold) -> dict[str, Any]:
    """Lay out whose codings a gold is."""
    return {
        "transcript": gold.transcript_id,
        "n": gold.n,
        "assignment": None if gold.assignment_id is None else str(gold.assignment_id),
        "final_round": gold.final_round_id,
        "source": said_of(gold),
        "reason": gold.reason,
        "made_at": gold.made_at,
    }


def gold_line_object(line: GoldLine) -> dict[str, Any]:
    """Lay out the gold of a transcript; null while it is not said, or not for these eyes."""
    standing = None if line.standing is None else gold_object(line.standing)
    return {"transcript": line.transcript.pk, "name": line.transcript.name, "gold": standing}


def training_object(found: Training) -> dict[str, Any]:
    """Lay out how all raters of a training round do."""
    labels = [one.member.label for one in found.learners]
    return {
        "criterion": criterion_object(found.practice.criterion),
        "coefficient": found.practice.coefficient,
        "raters": [_learner(one) for one in found.learners],
        "codes": {line.code.key: _line(line, labels, asked=True) for line in found.asked}
        | {line.code.key: _line(line, labels, asked=False) for line in found.further},
        "cannot_be_judged": [code.key for code in found.never],
        "without_gold": [one.name for one in found.missing],
    }


def _learner(one: Learner) -> dict[str, Any]:
    cleared = one.clearance
    return {
        "rater": one.member.label,
        "handed_in": one.handed_in,
        "left": one.left,
        "cleared": cleared is not None,
        "by_hand": cleared is not None and cleared.by_hand,
        "reason": cleared.reason if cleared else "",
        "cleared_at": cleared.made_at if cleared else None,
        "next_step": one.next_step,
    }


def _line(line: CodeLine, labels: list[str], *, asked: bool) -> dict[str, Any]:
    mine = zip(labels, line.courses, strict=True)
    return {
        "in_gold": line.given,
        "asked": asked,
        "raters": {label: course_object(course) for label, course in mine if course is not None},
    }


def course_object(course: Course) -> dict[str, Any]:
    """Lay out one curve."""
    return {
        "state": course.state,
        "in_a_row": None if course.row is None else course.row.length,
        "met_on": course.met.transcript if course.met else None,
        "points": [
            {
                "transcript": point.transcript,
                "value": point.value,
                "why": point.why,
                "segments": point.segments,
                "own": point.own,
                "gold": point.gold,
            }
            for point in course.points
        ],
    }


def learning_object(found: Learning) -> dict[str, Any]:
    """Lay out how the caller does; `asked` is null while it would tell of gold that they have not seen."""
    return {
        "criterion": criterion_object(found.practice.criterion),
        "coefficient": found.practice.coefficient,
        "left": found.left,
        "cleared": found.clearance is not None,
        "by_hand": found.clearance is not None and found.clearance.by_hand,
        "asked": None if found.asked is None else [one.code.key for one in found.asked],
        "codes": {one.code.key: course_object(one) for one in (*(found.asked or ()), *found.further)},
    }


def feedback_object(found: Feedback) -> dict[str, Any]:
    """Lay out one page of feedback."""
    return {
        "count": found.page.paginator.count,
        "page": found.page.number,
        "pages": found.page.paginator.num_pages,
        "gold": {"n": found.gold.n, "source": found.said, "made_at": found.gold.made_at},
        "results": [_turn(turn) for turn in found.page.object_list],
    }


def _turn(turn: TurnFeedback) -> dict[str, Any]:
    return {
        "segment": turn.position,
        "own": _said(turn.own),
        "gold": _said(turn.gold),
        "both": [code.key for code in turn.both],
        "only_own": [code.key for code in turn.mine],
        "only_gold": [code.key for code in turn.only_gold],
        "why": turn.why,
    }


def _said(state: TurnState | None) -> dict[str, Any] | None:
    if state is None:
        return None
    codings = [{"code": key, "rating": given.rating} for key, given in state.codings.items()]
    return {"outcome": state.outcome, "codings": codings}
