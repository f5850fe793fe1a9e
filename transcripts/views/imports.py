"""Files on their way in: upload, preview, and the import itself."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from transcripts import access
from transcripts.formats.read import LARGEST, READABLE
from transcripts.models import Upload
from transcripts.preview_form import PreviewForm, readings
from transcripts.queries.previews import preview_of, previews
from transcripts.queries.speaker_roles import known_roles
from transcripts.services import batches
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal

SEGMENTS_PER_PAGE = 200


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, study: str) -> HttpResponse:
    """Take files in, to be previewed; one at a time from the page's own module, or all at once from a plain form."""
    scope = enter(request, study)
    require(access.may_manage(person(request), scope.study))
    if request.method != "POST":
        return _upload_page(request, scope, uuid.uuid4())
    batch = _batch(request.POST.get("batch", ""))
    sent = request.FILES.getlist("files")
    refused = [problem for file in sent if (problem := _take(request, scope, batch, file))]
    if request.headers.get("X-Workbench-Upload"):
        return _answer(scope, batch, sent, refused)
    if not sent or len(refused) == len(sent):
        refused = refused or ["Choose at least one file."]
        return _upload_page(request, scope, batch, problems=refused, status=422)
    for problem in refused:
        messages.warning(request, problem)
    return redirect("preview", study, batch)


def _batch(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _take(request: HttpRequest, scope: Scope, batch: uuid.UUID, file: UploadedFile) -> str:
    """Keep one file; the answer is what is wrong with it, or nothing."""
    data = file.read(LARGEST + 1)
    try:
        batches.add_upload(
            user=person(request), study=scope.study, batch=batch, file_name=file.name or "file", data=data
        )
    except Refusal as refusal:
        return refusal.message
    return ""


def _answer(scope: Scope, batch: uuid.UUID, sent: list[UploadedFile], refused: list[str]) -> JsonResponse:
    """Answer the page's module: what became of the file it sent."""
    if refused or not sent:
        return JsonResponse({"problem": " ".join(refused) or "Choose at least one file."}, status=409)
    kept = Upload.objects.filter(study=scope.study, batch=batch, file_name=sent[0].name).last()
    preview = preview_of(kept) if kept else None
    return JsonResponse(
        {
            "preview": reverse("preview", args=[scope.study.slug, batch]),
            "problem": preview.problem if preview else "",
            "segments": sum(len(draft.segments) for draft in preview.drafts) if preview else 0,
        }
    )


def _upload_page(request: HttpRequest, scope: Scope, batch: uuid.UUID, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "scope": scope,
        "tab": "transcripts",
        "batch": batch,
        "readable": READABLE,
        "largest": LARGEST // batches.MEGABYTE,
    }
    return render(request, "transcripts/upload.html", context | more, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, study: str, batch: uuid.UUID) -> HttpResponse:
    """Show what a batch would become; on POST read it differently, leave files out, or import it."""
    scope = enter(request, study)
    require(access.may_manage(person(request), scope.study))
    if request.method != "POST":
        return _preview_page(request, scope, batch)
    act, _, which = request.POST.get("act", "read").partition(":")
    if act == "discard":
        return _discard(request, scope, batch, which)
    batches.change_reading(user=person(request), study=scope.study, batch=batch, readings=readings(request.POST))
    return _import(request, scope, batch) if act == "import" else _preview_page(request, scope, batch)


def _discard(request: HttpRequest, scope: Scope, batch: uuid.UUID, which: str) -> HttpResponse:
    one = get_object_or_404(Upload, study=scope.study, batch=batch, pk=_batch(which)) if which else None
    batches.discard(user=person(request), study=scope.study, batch=batch, upload=one.pk if one else None)
    if one and Upload.objects.filter(study=scope.study, batch=batch, imported_at=None).exists():
        return _preview_page(request, scope, batch)
    messages.success(request, "The files were discarded; nothing of them is kept here.")
    return redirect("transcripts", scope.study.slug)


def _import(request: HttpRequest, scope: Scope, batch: uuid.UUID) -> HttpResponse:
    form = _form(request, scope, batch)
    if not form.is_valid():
        return _preview_page(request, scope, batch, form=form, status=422)
    try:
        found = [file.preview for file in form.files]
        done = batches.import_batch(
            user=person(request), study=scope.study, batch=batch, choices=form.choices(), found=found
        )
    except batches.AlreadyImported as refusal:
        messages.warning(request, refusal.message)
        return redirect("transcripts", scope.study.slug)
    except Refusal as refusal:
        return _preview_page(request, scope, batch, form=form, refusal=refusal, status=409)
    left = [file.preview.upload.file_name for file in form.files if not file.transcripts]
    count = f"{len(done)} transcripts were" if len(done) != 1 else "One transcript was"
    messages.success(request, f"{count} imported." + (f" Still waiting: {', '.join(left[:5])}." if left else ""))
    return redirect("transcripts", scope.study.slug)


def _form(request: HttpRequest, scope: Scope, batch: uuid.UUID) -> PreviewForm:
    found = previews(scope.study, batch)
    names = {draft.name for one in found for draft in one.drafts} | {
        value.strip() for key, value in request.POST.items() if key.startswith("name-") and isinstance(value, str)
    }
    taken = scope.study.transcripts.filter(name__in=names).values_list("name", flat=True)
    return PreviewForm(found, known=known_roles(scope.study), taken=taken, posted=request.POST or None)


def _preview_page(
    request: HttpRequest,
    scope: Scope,
    batch: uuid.UUID,
    form: PreviewForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    form = form or _form(request, scope, batch)
    if not form.files:
        return _nothing_waits(request, scope, batch)
    context = {
        "scope": scope,
        "tab": "transcripts",
        "batch": batch,
        "form": form,
        "segments": sum(len(one.draft.segments) for one in form.transcripts),
        "doubts": sum(one.doubts for one in form.transcripts),
        "unread": sum(not file.transcripts for file in form.files),
    }
    return render(request, "transcripts/preview.html", context | more, status=status)


def _nothing_waits(request: HttpRequest, scope: Scope, batch: uuid.UUID) -> HttpResponse:
    if not Upload.objects.filter(study=scope.study, batch=batch).exists():
        raise Http404
    messages.warning(request, "These files were imported already; nothing was done twice.")
    return redirect("transcripts", scope.study.slug)


@require_GET
def preview_transcript(
    request: HttpRequest, study: str, batch: uuid.UUID, upload_id: uuid.UUID, number: int
) -> HttpResponse:
    """Show all segments and all notes of one transcript of a batch, page by page."""
    scope = enter(request, study)
    require(access.may_manage(person(request), scope.study))
    waiting = get_object_or_404(Upload, study=scope.study, batch=batch, pk=upload_id, imported_at=None)
    drafts = preview_of(waiting).drafts
    if number >= len(drafts):
        raise Http404
    draft = drafts[number]
    context = {
        "scope": scope,
        "tab": "transcripts",
        "batch": batch,
        "draft": draft,
        "has_times": any(segment.start_ms is not None for segment in draft.segments),
        "segments": Paginator(draft.segments, SEGMENTS_PER_PAGE).get_page(request.GET.get("page")),
        "notes": Paginator(draft.notes, SEGMENTS_PER_PAGE).get_page(request.GET.get("notes")),
    }
    return render(request, "transcripts/preview_transcript.html", context)
