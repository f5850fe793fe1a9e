"""One's own codings of a practice transcript beside the gold."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from coding import access
from coding.models import Assignment
from coding.queries.feedback import ONLY, Feedback, TurnFeedback, feedback
from coding.views.turn_markup import lane
from transcripts.views.scope import person
from workbench.accounts.access import require


@require_GET
@never_cache
def show(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show an hour with what its rater gave and what the gold gives, and how the two differ."""
    rows = Assignment.objects.visible_to(person(request)).select_related(
        "rater", "round", "study", "transcript", "version"
    )
    assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
    require(access.may_read_feedback(person(request), assignment))
    only = request.GET.get("only", "")
    only, code = only if only in ONLY else "", request.GET.get("code", "")
    found = feedback(assignment, request.GET.get("page", "1"), only=only, code=code)
    context = {
        "assignment": assignment,
        "feedback": found,
        "turns": [_turn(found, turn) for turn in found.page.object_list],
        "counts": {name: found.count(name) for name in ONLY},
        "total": len(found.turns),
        "only": only,
        "code": found.palette.codes.get(code),
        "learning": access.may_read_learning(person(request), assignment.round),
    }
    return render(request, "coding/feedback.html", context)


def _turn(found: Feedback, turn: TurnFeedback) -> dict[str, Any]:
    _, speaker, _, text = found.rows[turn.position]
    lanes = [None if state is None else lane(found.palette, state) for state in (turn.own, turn.gold)]
    return {"turn": turn, "who": found.speakers[speaker], "text": text, "own": lanes[0], "gold": lanes[1]}
