"""Examples of a code from the sessions of the study."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coding.forms.segment_example import SegmentExampleForm
from coding.models import Code
from coding.services import segment_examples
from coding.views.codebook_drafts import draft_for, form_page, save_or_say, sent
from transcripts.views.scope import person


@require_http_methods(["GET", "POST"])
def example(request: HttpRequest, study: str, version_id: int, code_id: int) -> HttpResponse:
    """Take a segment as an example of a code in a draft."""
    scope, version = draft_for(request, study, version_id)
    code = get_object_or_404(Code, version=version, pk=code_id)
    first = {name: request.GET[name] for name in ("transcript", "segment", "kind") if name in request.GET}
    form = SegmentExampleForm(sent(request), initial=first, user=person(request), study=scope.study)
    if form.is_valid():
        add: Any = segment_examples.add_example
        if save_or_say(form, lambda: add(user=person(request), version=version, code=code, **form.said())):
            messages.success(request, f"Taken as an example of “{code}”.")
            return redirect(reverse("codebook", args=[study, version.pk]) + f"#code-{code.pk}")
    return form_page(request, scope, version, f"{code.name}: an example from a session", form)


@require_POST
def remove(request: HttpRequest, study: str, version_id: int, example_id: int) -> HttpResponse:
    """Take an example out of a draft; gone already, show what is left."""
    _, version = draft_for(request, study, version_id)
    segment_examples.remove_example(user=person(request), version=version, example_id=example_id)
    messages.success(request, "The example was taken out of the draft.")
    return redirect("codebook", study, version.pk)
