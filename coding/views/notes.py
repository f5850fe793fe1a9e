"""A rater's own note on an hour: sent by the desk while it is written, or by the form where it is handed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from coding.models import Assignment
from coding.services import notes
from transcripts.views.scope import person
from workbench.accounts.refusals import Refusal


@require_POST
@never_cache
def note(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Keep the note; the desk gets what stands there now, a form goes back to its page."""
    said = request.POST
    by_script = request.headers.get("Accept", "").startswith("application/json")
    try:
        kept = notes.write_note(
            user=person(request),
            assignment_id=assignment_id,
            text=said.get("text"),
            before=said.get("before"),
            shared=_wished(said) if by_script else _ticked(said),
        )
    except Assignment.DoesNotExist:
        raise Http404 from None
    except Refusal as refusal:
        if by_script:
            stands = {"text": refusal.text} if isinstance(refusal, notes.NoteChanged) else {}
            return JsonResponse({"code": refusal.code, "detail": refusal.message, **stands}, status=409)
        messages.error(request, refusal.message)
        return redirect("submit", assignment_id)
    if by_script:
        at = timezone.now().isoformat()
        return JsonResponse({"text": kept.text, "shared": kept.shared, "who": notes.who_reads(kept), "at": at})
    messages.success(request, "Your note is kept.")
    return redirect("submit", assignment_id)


def _wished(said: QueryDict) -> bool | None:
    """Read the desk's word on sharing: it is said only when the rater ticks or unticks the box."""
    return {"yes": True, "no": False}.get(said.get("shared", ""))


def _ticked(said: QueryDict) -> bool | None:
    """Read the box of a form, which is always sent: one that stands as the page showed it says nothing."""
    ticked = "shared" in said
    return None if ticked == (said.get("was_shared") == "yes") else ticked
