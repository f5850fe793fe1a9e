"""The transcripts of a study: the list, and one of them to read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from transcripts import access, files
from transcripts.models import Transcript
from transcripts.preview_form import posted_attributes
from transcripts.queries.transcripts import (
    attribute_choices,
    transcript_list,
    transcript_page,
    transcript_rows,
    waiting_batches,
)
from transcripts.services import shown_attributes
from transcripts.services import transcripts as services
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


@require_GET
def transcripts(request: HttpRequest, study: str) -> HttpResponse:
    """List the transcripts of the study, and the uploads that wait for their preview."""
    scope = enter(request, study)
    require(access.may_read_material(person(request), scope.study))
    page = transcript_list(scope.study, request.GET.get("page", 1))
    may_manage = access.may_manage(person(request), scope.study)
    context = {
        "scope": scope,
        "tab": "transcripts",
        "page": page,
        "rows": transcript_rows(person(request), page.object_list),
        "may_manage": may_manage,
        "waiting": waiting_batches(scope.study) if may_manage else [],
        "choices": attribute_choices(scope.study) if may_manage else [],
    }
    return render(request, "transcripts/transcripts.html", context)


@require_POST
def show_attributes(request: HttpRequest, study: str) -> HttpResponse:
    """Say what raters see of the sessions."""
    scope = enter(request, study)
    names = [name for name, _ in attribute_choices(scope.study) if name in request.POST.getlist("shown")]
    shown_attributes.show_attributes(user=person(request), study=scope.study, names=names)
    messages.success(request, f"Raters see {', '.join(names)}." if names else "Raters see nothing of the sessions.")
    return redirect("transcripts", study)


def _find(request: HttpRequest, study: str, transcript_id: int) -> tuple[Scope, Transcript]:
    scope = enter(request, study)
    require(access.may_read_material(person(request), scope.study))
    return scope, get_object_or_404(Transcript, study=scope.study, pk=transcript_id)


@require_GET
def transcript(request: HttpRequest, study: str, transcript_id: int) -> HttpResponse:
    """Show one transcript to read, with its facts."""
    scope, found = _find(request, study, transcript_id)
    return _transcript_page(request, scope, found)


def _transcript_page(
    request: HttpRequest, scope: Scope, found: Transcript, status: int = 200, **more: Any
) -> HttpResponse:
    page = transcript_page(person(request), found, request.GET.get("page", 1))
    context = {
        "scope": scope,
        "tab": "transcripts",
        "row": page.row,
        "segments": page.segments,
        "may_manage": access.may_manage(person(request), scope.study),
        "attributes": [*((one.name, one.value) for one in page.row.session), ("", ""), ("", "")],
    }
    return render(request, "transcripts/transcript.html", context | more, status=status)


@require_POST
def set_attributes(request: HttpRequest, study: str, transcript_id: int) -> HttpResponse:
    """Save what is known about the session."""
    scope, found = _find(request, study, transcript_id)
    rows = posted_attributes(request.POST)
    try:
        services.set_attributes(user=person(request), transcript=found, session=services.attributes_of(rows))
    except Refusal as refusal:
        rows += [("", ""), ("", "")]
        return _transcript_page(request, scope, found, status=422, refusal=refusal, attributes=rows)
    messages.success(request, "What is known about the session is saved.")
    return redirect("transcript", study, transcript_id)


@require_POST
def delete(request: HttpRequest, study: str, transcript_id: int) -> HttpResponse:
    """Delete a transcript that nobody was given to code."""
    scope, found = _find(request, study, transcript_id)
    try:
        services.delete_transcript(user=person(request), transcript=found)
    except Refusal as refusal:
        return _transcript_page(request, scope, found, status=409, refusal=refusal)
    messages.success(request, f"“{found.name}” is deleted, with its text and its file.")
    return redirect("transcripts", study)


@require_GET
def original_file(request: HttpRequest, study: str, transcript_id: int) -> HttpResponse:
    """Hand out the file as it came."""
    scope, found = _find(request, study, transcript_id)
    require(access.may_read_file(person(request), scope.study))
    revision = get_object_or_404(found.revisions.order_by("-number")[:1])
    response = HttpResponse(files.read(revision.sha256), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, revision.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
