"""Editing a draft of a codebook in the browser: settings, families, codes and attributes."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coding.formats.slots import slot_for
from coding.forms.attribute import AttributeForm
from coding.forms.codebook import CodeForm, ExampleFormSet, FamilyForm, SettingsForm, examples_of
from coding.models import Attribute, Code, CodebookVersion, Family
from coding.services import draft_attributes, drafts
from coding.services.codebooks import VersionIsFrozen
from coding.views.codebooks import book_page, find_version
from transcripts.access import may_manage
from transcripts.views.scope import Scope, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal

#: Beside which field a refusal is said; the others stand above the form.
FIELDS = {
    "version_name_once": "name",
    "family_key_once": "key",
    "code_key_once": "key",
    "code_letter_once": "letter",
    "attribute_key_once": "key",
    "outcome_taken": "outcome",
    "outcome_unclear": "outcome",
    "default_not_a_number": "default",
    "link_key_once": "key",
}


def draft_for(request: HttpRequest, study: str, version_id: int) -> tuple[Scope, CodebookVersion]:
    """Find a draft for somebody who may edit it."""
    scope, version = find_version(request, study, version_id)
    require(may_manage(person(request), scope.study))
    if version.is_published:
        raise VersionIsFrozen(drafts.FROZEN)
    return scope, version


def sent(request: HttpRequest) -> QueryDict | None:
    """Give what was sent, even if it is nothing at all; None when the form is only asked for."""
    return request.POST if request.method == "POST" else None


def save_or_say(form: Any, save: Callable[[], Any], twins: QuerySet[Any] | None = None) -> Any:
    """
    Save what was written and give it, or say in the form why not.

    `twins` finds what a first click on the same button has added already; a second click gets that.
    """
    try:
        return save() or True
    except Refusal as refusal:
        added = twins.first() if twins is not None and refusal.code.endswith("_key_once") else None
        if added is None:
            field = FIELDS.get(refusal.code)
            form.add_error(field if field in form.fields else None, refusal.message)
        return added


def form_page(
    request: HttpRequest, scope: Scope, version: CodebookVersion, title: str, form: Any, **more: Any
) -> HttpResponse:
    """Show the form of one part of a draft."""
    examples = more.get("examples")
    wrong = bool(form.errors or (examples is not None and examples.is_bound and not examples.is_valid()))
    context = {"scope": scope, "tab": "codebook", "version": version, "title": title, "form": form, **more}
    return render(request, "coding/codebook_form.html", context, status=422 if wrong else 200)


def _back(version: CodebookVersion, study: str, anchor: str = "") -> HttpResponse:
    return redirect(reverse("codebook", args=[study, version.pk]) + anchor)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Change title, scale and limits of a draft."""
    scope, version = draft_for(request, study, version_id)
    # The form writes into the row it is given, even what is wrong; the page shows the row as it is.
    form = SettingsForm(sent(request), instance=copy(version))
    if form.is_valid():
        change = drafts.change_settings
        if save_or_say(form, lambda: change(user=person(request), version=version, settings=form.settings())):
            return _back(version, study)
    return form_page(request, scope, version, "Settings of this version", form)


@require_http_methods(["GET", "POST"])
def family(request: HttpRequest, study: str, version_id: int, family_id: int | None = None) -> HttpResponse:
    """Add a family to a draft, or change it."""
    scope, version = draft_for(request, study, version_id)
    found = get_object_or_404(Family, version=version, pk=family_id) if family_id else None
    taken = list(version.families.order_by("position").values_list("slot", flat=True))
    slot = found.slot if found else slot_for(None, taken)
    form = FamilyForm(sent(request), instance=copy(found), version=version, slot=slot)
    if form.is_valid():
        said, save = form.cleaned_data, drafts.save_family
        twins = None if found else Family.objects.filter(version=version, key=said["key"], name=said["name"])
        saved = save_or_say(form, lambda: save(user=person(request), version=version, family=found, **said), twins)
        if saved:
            return _back(version, study, f"#family-{saved.pk}")
    return form_page(request, scope, version, found.name if found else "A new family", form)


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest, study: str, version_id: int, code_id: int | None = None) -> HttpResponse:
    """Add a code to a draft, or change it."""
    scope, version = draft_for(request, study, version_id)
    found = get_object_or_404(Code, version=version, pk=code_id) if code_id else None
    first = {"family": request.GET.get("family", "")} if found is None else {}
    form = CodeForm(sent(request), instance=copy(found), version=version, initial=first)
    examples = ExampleFormSet(sent(request), initial=found.examples if found else [], prefix="examples")
    # Both are asked, so that everything that is wrong is said at once.
    if all([form.is_valid(), examples.is_valid()]):
        said = {**form.cleaned_data, "roles": tuple(form.cleaned_data["roles"])}
        text, save = drafts.CodeText(**said, examples=examples_of(examples)), drafts.save_code
        twins = None if found else Code.objects.filter(version=version, key=text.key, name=text.name)
        saved = save_or_say(form, lambda: save(user=person(request), version=version, code=found, text=text), twins)
        if saved:
            return _back(version, study, f"#code-{saved.pk}")
    title = found.name if found else "A new code"
    return form_page(request, scope, version, title, form, examples=examples)


@require_http_methods(["GET", "POST"])
def attribute(request: HttpRequest, study: str, version_id: int, attribute_id: int | None = None) -> HttpResponse:
    """Add an attribute to a draft, or change it."""
    scope, version = draft_for(request, study, version_id)
    found = get_object_or_404(Attribute, version=version, pk=attribute_id) if attribute_id else None
    form = AttributeForm(sent(request), version=version, attribute=found)
    if form.is_valid():
        text, save = form.text(), draft_attributes.save_attribute
        twins = None if found else Attribute.objects.filter(version=version, key=text.key, type=text.type)
        saved = save_or_say(
            form, lambda: save(user=person(request), version=version, attribute=found, text=text), twins
        )
        if saved:
            return _back(version, study, f"#attribute-{saved.pk}")
    return form_page(request, scope, version, found.key if found else "A new attribute", form)


@require_POST
def remove(request: HttpRequest, study: str, version_id: int, part: str, part_id: int) -> HttpResponse:
    """Take a code, an empty family or an attribute out of a draft; gone already, show what is left."""
    scope, version = draft_for(request, study, version_id)
    found = PARTS[part].objects.filter(version=version, pk=part_id).first()
    if found is None:
        return _back(version, study)
    try:
        REMOVERS[part](user=person(request), version=version, **{part: found})
    except Refusal as refusal:
        return book_page(request, scope, version, refusal=refusal, status=422)
    messages.success(request, f"“{found}” was taken out of the draft.")
    return _back(version, study)


@require_POST
def move(request: HttpRequest, study: str, version_id: int, part: str, part_id: int) -> HttpResponse:
    """Let a family, a code or an attribute change places with its neighbour."""
    _, version = draft_for(request, study, version_id)
    found = get_object_or_404(PARTS[part], version=version, pk=part_id)
    drafts.move(user=person(request), version=version, part=found, up=request.POST.get("direction") == "up")
    return _back(version, study, f"#{part}-{found.pk}")


PARTS: dict[str, Any] = {"family": Family, "code": Code, "attribute": Attribute}
REMOVERS: dict[str, Callable[..., None]] = {
    "family": drafts.remove_family,
    "code": drafts.remove_code,
    "attribute": draft_attributes.remove_attribute,
}
