"""One's own codings beside the others'."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from coding import access
from coding.models import Assignment
from coding.queries.beside import beside
from coding.views.turn_markup import lane
from transcripts.views.scope import person
from workbench.accounts.access import require


@require_GET
@never_cache
def show(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Show an hour with what each rater of the round gave to its turns."""
    rows = Assignment.objects.visible_to(person(request)).select_related(
        "rater", "round", "study", "transcript", "version"
    )
    assignment: Assignment = get_object_or_404(rows, pk=assignment_id)
    require(access.may_read_beside(person(request), assignment))
    only_differing = request.GET.get("only") == "differing"
    found = beside(assignment, request.GET.get("page", "1"), only_differing=only_differing)
    turns = [
        {
            "position": position,
            "who": found.speakers[speaker],
            "text": text,
            "lanes": [
                (label, lane(found.palette, said[position]) if position in said else None)
                for label, said in found.said.items()
            ],
        }
        for position, speaker, _, text in found.turns
    ]
    context = {
        "assignment": assignment,
        "beside": found,
        "turns": turns,
        "raters": list(found.said),
        "only_differing": only_differing,
    }
    return render(request, "coding/beside.html", context)
