"""Taking data away: ask for a zip, see it being written, download it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from coding import access
from coding.models import ExportFile, Round
from coding.queries.exports import own_exports, rounds_to_export
from coding.services import exports as services
from transcripts.views.scope import enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal

UNDER_WAY = (ExportFile.State.WAITING, ExportFile.State.WRITING)


@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest, study: str) -> HttpResponse:
    """List the zips that the person asked for, and take a new wish."""
    scope, user = enter(request, study), person(request)
    require(access.may_read_results(user, scope.study))
    if request.method == "POST":
        wish = request.POST.get("round", "")
        pk = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 16 else 0
        round_ = get_object_or_404(Round, study=scope.study, pk=pk) if wish else None
        try:
            services.ask_export(user=user, study=scope.study, round_=round_)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        return redirect("exports", study)
    rows = own_exports(user, scope.study)
    context = {
        "scope": scope,
        "tab": "exports",
        "rounds": rounds_to_export(user, scope.study),
        "rows": rows,
        "under_way": any(row.state in UNDER_WAY for row in rows),
        "asked": request.GET.get("round", ""),
    }
    return render(request, "coding/exports.html", context)


@require_GET
def export_file(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Hand over a written zip to the person who asked for it."""
    user = person(request)
    found = ExportFile.objects.visible_to(user).filter(asked_by=user).select_related("round__study", "study")
    export = get_object_or_404(found, pk=export_id)
    stream = services.open_export(user=user, export=export)
    return FileResponse(stream, as_attachment=True, filename=services.download_name(export))
