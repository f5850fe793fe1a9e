"""Editing the kinds of links of a draft, and the keys of its codes on the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coding.formats.link_rules import LinkRule, link_rules
from coding.forms.links import LettersForm, LinkForm
from coding.models import CodebookVersion
from coding.services import draft_links, drafts
from coding.views.codebook_drafts import draft_for, form_page, save_or_say, sent
from coding.views.codebooks import book_page
from transcripts.views.scope import person
from workbench.accounts.refusals import Refusal


def _rule(version: CodebookVersion, number: int) -> LinkRule:
    """Find a kind of link by its place in the list, from 1."""
    rules = link_rules(version.rest.get("links", ()))
    if not 1 <= number <= len(rules):
        raise Http404("There is no kind of link in this place.")
    return rules[number - 1]


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, study: str, version_id: int, number: int | None = None) -> HttpResponse:
    """Add a kind of link to a draft, or change it."""
    scope, version = draft_for(request, study, version_id)
    rule = _rule(version, number) if number else None
    form = LinkForm(sent(request), version=version, rule=rule)
    if form.is_valid():
        # The page says which one it was about: another may stand in its place by now.
        was = request.POST.get("was", rule.key) if rule else ""
        save: Any = draft_links.save_link
        if save_or_say(form, lambda: save(user=person(request), version=version, was=was, text=form.text())):
            return redirect(reverse("codebook", args=[study, version.pk]) + "#links")
    title = rule.name if rule else "A new kind of link"
    return form_page(request, scope, version, title, form, was=rule.key if rule else "")


@require_POST
def remove_link(request: HttpRequest, study: str, version_id: int, number: int) -> HttpResponse:
    """Take a kind of link out of a draft; gone already, show what is left."""
    scope, version = draft_for(request, study, version_id)
    keys = [rule.key for rule in link_rules(version.rest.get("links", ()))]
    key = request.POST.get("was", keys[number - 1] if 1 <= number <= len(keys) else "")
    if key in keys:
        try:
            draft_links.remove_link(user=person(request), version=version, key=key)
        except Refusal as refusal:
            return book_page(request, scope, version, refusal=refusal, status=422)
        messages.success(request, f"“{key}” was taken out of the draft.")
    return redirect(reverse("codebook", args=[study, version.pk]) + "#links")


@require_http_methods(["GET", "POST"])
def letters(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Give every code its key on the desk, or have all of them proposed anew."""
    scope, version = draft_for(request, study, version_id)
    form = LettersForm(sent(request), version=version)
    if form.is_valid():
        said = dict.fromkeys(form.letters(), "") if "anew" in request.POST else form.letters()
        assign: Any = drafts.assign_letters
        if save_or_say(form, lambda: assign(user=person(request), version=version, letters=said)):
            messages.success(request, "The keys are kept.")
            return redirect("codebook-letters", study, version.pk)
    context = {"scope": scope, "tab": "codebook", "version": version, "form": form}
    return render(request, "coding/codebook_letters.html", context, status=422 if form.errors else 200)
