"""In which role of an enactment each code stands: read by every member, said by the coordinator."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from coding import access
from coding.forms.roles import RolesForm
from coding.models import CodebookVersion
from coding.queries.roles import WORDS, Role, codes_in_roles, roles_of
from coding.services.roles import set_roles
from transcripts.access import may_manage
from transcripts.views.scope import enter, person
from workbench.accounts.access import require


@require_http_methods(["GET", "POST"])
def roles(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Show the roles of a codebook's codes, and change them."""
    scope = enter(request, study)
    versions = CodebookVersion.objects.select_related("codebook", "study")
    version = get_object_or_404(versions, study=scope.study, pk=version_id)
    require(access.may_read_codebook(person(request), scope.study, published=version.is_published))
    table = roles_of(version.codebook)
    codes = codes_in_roles(version, table)
    form = RolesForm(request.POST if request.method == "POST" else None, codes=codes)
    if request.method == "POST":
        require(may_manage(person(request), scope.study))
        if form.is_valid():
            changed = set_roles(user=person(request), version=version, roles=form.roles())
            messages.success(request, f"Saved: {changed or 'no'} role{'' if changed == 1 else 's'} changed.")
            return redirect("analysis-roles", study, version.pk)
    context = {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "table": table,
        "form": form,
        "words": [(Role(role).label, words) for role, words in WORDS.items()],
        "may_change": bool(may_manage(person(request), scope.study)),
    }
    return render(request, "coding/analysis_roles.html", context, status=422 if form.errors else 200)
