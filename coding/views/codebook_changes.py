"""What one version of a codebook changes in another, and deciding what each change means."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from coding.forms.changes import DecisionForm
from coding.models import ChangeNote, CodebookVersion
from coding.queries.codebook_pages import versions_open_to
from coding.queries.version_diff import VersionDiff, sentence, version_diff
from coding.services import change_notes, drafts
from coding.services.codebooks import VersionIsFrozen
from coding.views.codebooks import find_version
from transcripts.access import may_manage
from transcripts.views.scope import Scope, person
from workbench.accounts.access import require
from workbench.accounts.refusals import Refusal

Kind = ChangeNote.Kind


@require_GET
def changes(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Show what a version changes, against the one before or any other."""
    scope, version = find_version(request, study, version_id)
    against = _against(request, study, version)
    if against is None:
        return render(request, "coding/codebook_changes.html", _context(request, scope, version), status=200)
    return _changes_page(request, scope, version_diff(against, version))


def _against(request: HttpRequest, study: str, version: CodebookVersion) -> CodebookVersion | None:
    """Find the version to compare with: the one that is asked for, or the one before."""
    text = request.GET.get("against", "")
    if not text:
        return version.predecessor
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404("A version is named by its number.")
    return find_version(request, study, int(text))[1]


def _context(request: HttpRequest, scope: Scope, version: CodebookVersion) -> dict[str, object]:
    return {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "versions": versions_open_to(person(request), scope.study),
    }


def _changes_page(
    request: HttpRequest, scope: Scope, diff: VersionDiff, *, refusal: Refusal | None = None, key: str = ""
) -> HttpResponse:
    context = _context(request, scope, diff.new) | {
        "diff": diff,
        "sentence": sentence(diff),
        "entries": diff.entries if request.GET.get("show") == "all" else diff.changed,
        "show": "all" if request.GET.get("show") == "all" else "changed",
        "editing": diff.decides and "manage" in scope.powers and not diff.new.is_published,
        "kinds": KIND_WORDS,
        "refusal": refusal,
        "refused_key": key,
    }
    return render(request, "coding/codebook_changes.html", context, status=422 if refusal else 200)


#: What each answer says, on its button.
KIND_WORDS = {
    Kind.SAME: "The same",
    Kind.REWORDED: "Reworded: the same segments would get it",
    Kind.REDEFINED: "Redefined: other segments would get it",
    Kind.RETIRED: "Retired: nobody gives it any more",
    Kind.SPLIT: "Split into several…",
    Kind.MERGED: "Merged into another…",
}


@require_POST
def decide(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Say what became of one code; a split or merged one asks first where it leads."""
    scope, version = find_version(request, study, version_id)
    require(may_manage(person(request), scope.study))
    if version.is_published or version.predecessor is None:
        raise VersionIsFrozen(drafts.FROZEN)
    form = DecisionForm(request.POST, version=version)
    said = form.cleaned_data if form.is_valid() else None
    if said is None:
        return _changes_page(request, scope, version_diff(version.predecessor, version), refusal=form.refusal())
    if form.asks_where():
        context = _context(request, scope, version) | {"form": form, "kind": said["kind"], "key": said["key"]}
        return render(request, "coding/change_into.html", context, status=422 if form.errors else 200)
    try:
        change_notes.decide(user=person(request), version=version, **said)
    except Refusal as refusal:
        diff = version_diff(version.predecessor, version)
        return _changes_page(request, scope, diff, refusal=refusal, key=said["key"])
    number = next(
        (one.number for one in version_diff(version.predecessor, version).entries if one.key == said["key"]), 0
    )
    return redirect(reverse("codebook-changes", args=[study, version.pk]) + f"#code-{number}")
