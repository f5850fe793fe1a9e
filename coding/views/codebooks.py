"""Codebooks of a study: the versions, reading one, publishing and discarding drafts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from coding import access
from coding.formats.codebook_files import LAYOUTS
from coding.formats.drafts import CodebookError
from coding.formats.link_rules import link_rules
from coding.forms.codebook import CodebookFileForm, NewCodebookForm, NewDraftForm
from coding.models import CodebookVersion
from coding.queries.codebook_pages import book, versions_open_to
from coding.queries.codebooks import draft_of
from coding.queries.mending import Fault, faults
from coding.queries.proposals import proposed_to
from coding.services import codebooks, drafts, retirement
from coding.views.again import made_just_now
from transcripts.access import may_manage
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


@require_GET
def versions(request: HttpRequest, study: str) -> HttpResponse:
    """List the versions that the person may read, with a way to bring a codebook in."""
    return _versions_page(request, enter(request, study))


@require_POST
def upload(request: HttpRequest, study: str) -> HttpResponse:
    """Read a codebook file into the study."""
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    form = CodebookFileForm(request.POST, request.FILES)
    version = form.is_valid() and _made(
        request,
        form,
        "file",
        lambda: codebooks.import_codebook(
            user=person(request),
            study=scope.study,
            data=form.cleaned_data["file"].read(),
            file_name=form.cleaned_data["file"].name,
            publish=form.cleaned_data["publish"],
        ),
    )
    return redirect("codebook", study, version.pk) if version else _versions_page(request, scope, file_form=form)


@require_POST
def start(request: HttpRequest, study: str) -> HttpResponse:
    """Begin an empty codebook."""
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    form = NewCodebookForm(request.POST)
    version = form.is_valid() and _made(
        request,
        form,
        "version",
        lambda: codebooks.start_codebook(user=person(request), study=scope.study, **form.cleaned_data),
    )
    return redirect("codebook", study, version.pk) if version else _versions_page(request, scope, new_form=form)


def _made(
    request: HttpRequest, form: forms.Form, field: str, make: Callable[[], CodebookVersion]
) -> CodebookVersion | None:
    """Make a version, or say in the form why not; a second click gets what the first one made."""
    try:
        return make()
    except codebooks.VersionNameTaken as refusal:
        if refusal.is_the_same and made_just_now(refusal.version, person(request)):
            return refusal.version
        form.add_error(field, refusal.message)
    except Refusal as refusal:
        form.add_error(field, refusal.message)
    return None


def _versions_page(request: HttpRequest, scope: Scope, **said: forms.Form) -> HttpResponse:
    context = {
        "scope": scope,
        "tab": "codebook",
        "versions": versions_open_to(person(request), scope.study),
        "file_form": said.get("file_form") or CodebookFileForm(auto_id="file_%s"),
        "new_form": said.get("new_form") or NewCodebookForm(auto_id="new_%s"),
    }
    return render(request, "coding/codebooks.html", context, status=422 if said else 200)


def find_version(request: HttpRequest, study: str, version_id: int) -> tuple[Scope, CodebookVersion]:
    """Find a version that the person may read."""
    scope = enter(request, study)
    rows = CodebookVersion.objects.select_related(
        "codebook", "study", "predecessor__codebook", "retirement__retired_by"
    )
    version = get_object_or_404(rows, study=scope.study, pk=version_id)
    require(access.may_read_codebook(person(request), scope.study, published=version.is_published))
    return scope, version


@require_GET
def read(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Show one version, code by code."""
    scope, version = find_version(request, study, version_id)
    return book_page(request, scope, version)


def book_page(
    request: HttpRequest, scope: Scope, version: CodebookVersion, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Show a version; `refusal` says why something asked for on this page was not done."""
    editing = "manage" in scope.powers and not version.is_published
    context = {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "book": book(version, person(request)),
        "links": link_rules(version.rest.get("links", ())),
        "versions": versions_open_to(person(request), scope.study),
        "draft_form": more.get("draft_form") or NewDraftForm(),
        "refusal": more.get("refusal"),
        "editing": editing,
        "proposed": proposed_to(person(request), version),
        "layouts": LAYOUTS,
        "mend": [(fault.sentence, place_of(version, fault)) for fault in faults(version)] if editing else [],
    }
    return render(request, "coding/codebook.html", context, status=status)


def place_of(version: CodebookVersion, fault: Fault) -> str:
    """Give the address of the field, or of the part, that is to be mended."""
    study = version.study.slug
    if fault.part == "change":
        return reverse("codebook-changes", args=[study, version.pk]) + f"#code-{fault.id}"
    if fault.part == "family" and not fault.field:
        # What it lacks is a code: the form of one, with the family chosen.
        return reverse("new-code", args=[study, version.pk]) + f"?family={fault.id}#id_name"
    return reverse(fault.part, args=[study, version.pk, fault.id]) + (f"#id_{fault.field}" if fault.field else "")


@require_GET
def download(request: HttpRequest, study: str, version_id: int, layout: str = "json") -> HttpResponse:
    """Hand out a version as a file: whole, or in a layout that others read."""
    scope, version = find_version(request, study, version_id)
    if layout not in LAYOUTS:
        raise Http404("There is no such layout.")
    try:
        written = LAYOUTS[layout].write(draft_of(version))
    except CodebookError as error:
        refusal = codebooks.CodebookFileUnreadable(error.sentence)
        return book_page(request, scope, version, refusal=refusal, status=422)
    response = HttpResponse(written, content_type=LAYOUTS[layout].mime)
    response["Content-Disposition"] = f'attachment; filename="codebook-{version.pk}.{layout}"'
    return response


@require_POST
def publish(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Freeze a draft; published already, show it."""
    scope, version = find_version(request, study, version_id)
    try:
        codebooks.publish(user=person(request), version=version)
        messages.success(request, f"Version {version.name} is published and can be used in rounds.")
    except (codebooks.CodebookIsEmpty, codebooks.DraftNotReady) as refusal:
        return book_page(request, scope, version, refusal=refusal, status=422)
    except codebooks.VersionIsFrozen as refusal:
        messages.info(request, refusal.message)
    return redirect("codebook", study, version_id)


@require_POST
def retire(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Put a published version aside, or take it up again."""
    scope, version = find_version(request, study, version_id)
    try:
        if "again" in request.POST:
            retirement.take_up_again(user=person(request), version=version)
        else:
            retirement.retire(user=person(request), version=version, reason=request.POST.get("reason", ""))
    except retirement.VersionNotRetired as refusal:
        return book_page(request, scope, version, refusal=refusal, status=422)
    return redirect("codebook", study, version_id)


@require_POST
def discard(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Throw a draft away; gone already, show what is left."""
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    version = CodebookVersion.objects.select_related("study").filter(study=scope.study, pk=version_id).first()
    if version is not None:
        drafts.discard(user=person(request), version=version)
        messages.success(request, f"The draft {version.name} was thrown away. Its history is kept.")
    return redirect("codebooks", study)


@require_POST
def open_draft(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Open a draft that starts from this version."""
    scope, version = find_version(request, study, version_id)
    require(may_manage(person(request), scope.study))
    form = NewDraftForm(request.POST)
    draft = form.is_valid() and _made(
        request,
        form,
        "name",
        lambda: codebooks.new_draft(user=person(request), version=version, name=form.cleaned_data["name"]),
    )
    if draft:
        return redirect("codebook", study, draft.pk)
    return book_page(request, scope, version, draft_form=form, status=422)
