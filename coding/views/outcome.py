"""The final word on the turns that a rater coded, beside their own."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from coding import access
from coding.models import Assignment
from coding.queries.outcome import outcome
from coding.views.turn_markup import lane
from transcripts.views.scope import person
from workbench.accounts.access import require


@require_GET
@never_cache
def show(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show the adjudicated turns of an hour with what the rater gave and what stands."""
    rows = Assignment.objects.visible_to(person(request)).select_related(
        "rater", "round", "study", "transcript", "version"
    )
    assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
    require(access.may_read_outcome(person(request), assignment))
    found = outcome(assignment, request.GET.get("page", "1"))
    turns = [
        {
            "turn": turn,
            "who": found.speakers[turn.speaker],
            "own": lane(found.palette, turn.own) if turn.own is not None and turn.own.finished else None,
            "final": lane(found.palette, turn.final),
        }
        for turn in found.turns
    ]
    return render(request, "coding/outcome.html", {"assignment": assignment, "outcome": found, "turns": turns})
