"""Codebooks of a study: the versions, reading one, and editing a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding import access
from coding.formats.codebook import write_codebook
from coding.forms.codebook import (
    CodebookFileForm,
    CodeForm,
    ExampleFormSet,
    FamilyForm,
    NewCodebookForm,
    NewDraftForm,
    SettingsForm,
    examples_of,
)
from coding.models import Code, CodebookVersion, Family
from coding.queries.codebook_pages import book, versions_open_to
from coding.queries.codebooks import draft_of
from coding.services import codebooks, drafts
from transcripts.access import may_manage
from transcripts.views.scope import Scope, enter, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal


@require_GET
def versions(request: HttpRequest, study: str) -> HttpResponse:
    """List the versions that the person may read, with a way to bring a codebook in."""
    scope = enter(request, study)
    return _versions_page(request, scope)


@require_POST
def upload(request: HttpRequest, study: str) -> HttpResponse:
    """Read a codebook file into the study."""
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    form = CodebookFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            version = codebooks.import_codebook(
                user=person(request),
                study=scope.study,
                data=form.cleaned_data["file"].read(),
                publish=form.cleaned_data["publish"],
            )
            return redirect("codebook", study, version.pk)
        except Refusal as refusal:
            form.add_error("file", refusal.message)
    return _versions_page(request, scope, file_form=form, status=422)


@require_POST
def start(request: HttpRequest, study: str) -> HttpResponse:
    """Begin an empty codebook."""
    scope = enter(request, study)
    require(may_manage(person(request), scope.study))
    form = NewCodebookForm(request.POST)
    if form.is_valid():
        try:
            version = codebooks.start_codebook(user=person(request), study=scope.study, **form.cleaned_data)
            return redirect("codebook", study, version.pk)
        except Refusal as refusal:
            form.add_error("version", refusal.message)
    return _versions_page(request, scope, new_form=form, status=422)


def _versions_page(request: HttpRequest, scope: Scope, *, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "scope": scope,
        "tab": "codebook",
        "versions": versions_open_to(person(request), scope.study),
        "file_form": forms.get("file_form") or CodebookFileForm(),
        "new_form": forms.get("new_form") or NewCodebookForm(),
    }
    return render(request, "coding/codebooks.html", context, status=status)


def _find(request: HttpRequest, study: str, version_id: int) -> tuple[Scope, CodebookVersion]:
    """Find a version that the person may read."""
    scope = enter(request, study)
    version = get_object_or_404(
        CodebookVersion.objects.select_related("codebook", "study"), study=scope.study, pk=version_id
    )
    require(access.may_read_codebook(person(request), scope.study, published=version.is_published))
    return scope, version


@require_GET
def read(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Show one version, code by code."""
    scope, version = _find(request, study, version_id)
    return _book_page(request, scope, version)


def _book_page(
    request: HttpRequest, scope: Scope, version: CodebookVersion, *, status: int = 200, **forms: Any
) -> HttpResponse:
    context = {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "book": book(version),
        "versions": versions_open_to(person(request), scope.study),
        "draft_form": forms.get("draft_form") or NewDraftForm(),
        "editing": "manage" in scope.powers and not version.is_published,
    }
    return render(request, "coding/codebook.html", context, status=status)


@require_GET
def download(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Hand out a version as a file."""
    _, version = _find(request, study, version_id)
    response = HttpResponse(write_codebook(draft_of(version)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="codebook-{version.pk}.json"'
    return response


@require_POST
def publish(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Freeze a draft."""
    _, version = _find(request, study, version_id)
    codebooks.publish(user=person(request), version=version)
    messages.success(request, f"Version {version.name} is published and can be used in rounds.")
    return redirect("codebook", study, version_id)


@require_POST
def discard(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Throw a draft away."""
    _, version = _find(request, study, version_id)
    drafts.discard(user=person(request), version=version)
    messages.success(request, f"The draft {version.name} was thrown away. Its history is kept.")
    return redirect("codebooks", study)


@require_POST
def open_draft(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Open a draft that starts from this version."""
    scope, version = _find(request, study, version_id)
    form = NewDraftForm(request.POST)
    if form.is_valid():
        try:
            draft = codebooks.new_draft(user=person(request), version=version, name=form.cleaned_data["name"])
            return redirect("codebook", study, draft.pk)
        except Refusal as refusal:
            form.add_error("name", refusal.message)
    return _book_page(request, scope, version, draft_form=form, status=422)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Change title, scale and limits of a draft."""
    scope, version = _find(request, study, version_id)
    require(may_manage(person(request), scope.study))
    form = SettingsForm(request.POST or None, instance=version)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.change_settings(user=person(request), version=version, **form.cleaned_data)
            return redirect("codebook", study, version_id)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    return _form_page(request, scope, version, "Settings of this version", form)


@require_http_methods(["GET", "POST"])
def family(request: HttpRequest, study: str, version_id: int, family_id: int | None = None) -> HttpResponse:
    """Add a family to a draft, or change it."""
    scope, version = _find(request, study, version_id)
    require(may_manage(person(request), scope.study))
    found = get_object_or_404(Family, version=version, pk=family_id) if family_id else None
    form = FamilyForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            drafts.save_family(user=person(request), version=version, family=found, **form.cleaned_data)
            return redirect("codebook", study, version_id)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    return _form_page(request, scope, version, found.name if found else "A new family", form, family=found)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, study: str, version_id: int, code_id: int | None = None) -> HttpResponse:
    """Add a code to a draft, or change it."""
    scope, version = _find(request, study, version_id)
    require(may_manage(person(request), scope.study))
    found = get_object_or_404(Code, version=version, pk=code_id) if code_id else None
    form = CodeForm(request.POST or None, instance=found, version=version)
    examples = ExampleFormSet(request.POST or None, initial=found.examples if found else [], prefix="examples")
    if request.method == "POST" and form.is_valid() and examples.is_valid():
        said = {**form.cleaned_data, "roles": tuple(form.cleaned_data["roles"])}
        text = drafts.CodeText(**said, examples=examples_of(examples))
        try:
            saved = drafts.save_code(user=person(request), version=version, code=found, text=text)
            return redirect(f"{request.path.split('/codes/')[0]}/#{saved.key}")
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    title = found.name if found else "A new code"
    return _form_page(request, scope, version, title, form, code=found, examples=examples)


def _form_page(
    request: HttpRequest, scope: Scope, version: CodebookVersion, title: str, form: Any, **more: Any
) -> HttpResponse:
    context = {"scope": scope, "tab": "codebook", "version": version, "title": title, "form": form, **more}
    return render(request, "coding/codebook_form.html", context, status=422 if form.errors else 200)


@require_POST
def remove_code(request: HttpRequest, study: str, version_id: int, code_id: int) -> HttpResponse:
    """Take a code out of a draft."""
    _, version = _find(request, study, version_id)
    found = get_object_or_404(Code, version=version, pk=code_id)
    drafts.remove_code(user=person(request), version=version, code=found)
    messages.success(request, f"“{found.name}” was taken out of the draft.")
    return redirect("codebook", study, version_id)


@require_POST
def remove_family(request: HttpRequest, study: str, version_id: int, family_id: int) -> HttpResponse:
    """Take an empty family out of a draft."""
    _, version = _find(request, study, version_id)
    found = get_object_or_404(Family, version=version, pk=family_id)
    drafts.remove_family(user=person(request), version=version, family=found)
    messages.success(request, f"“{found.name}” was taken out of the draft.")
    return redirect("codebook", study, version_id)
