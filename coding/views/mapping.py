"""How codings under earlier versions are read under a later one, and which call for another look."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.models import CodebookVersion
from coding.queries import mapping as queries
from coding.queries.to_review import ToReview
from coding.views.codebooks import find_version
from transcripts.access import may_manage
from transcripts.views.scope import Scope, person
from workbench.accounts.access import require

ROWS_PER_PAGE = 100


def _found(request: HttpRequest, study: str, version_id: int) -> tuple[Scope, CodebookVersion]:
    scope, version = find_version(request, study, version_id)
    require(may_manage(person(request), scope.study))
    return scope, version


@require_GET
def mapping(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """Show how each code of the earlier versions is read, and of how many codings."""
    scope, version = _found(request, study, version_id)
    found = queries.readings(person(request), version)
    versions = list({one.version.pk for one in found})
    names = dict(version.codes.values_list("key", "name"))
    context = {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "sentence": queries.sentence(version, found),
        "again": [(one, [(key, names.get(key, "")) for key in one.into]) for one in found if not one.is_safe],
        "safe": [one for one in found if one.is_safe],
        "left_out": queries.left_out(person(request), version, versions),
        "has_earlier": bool(versions),
    }
    return render(request, "coding/mapping.html", context)


@require_GET
def review(request: HttpRequest, study: str, version_id: int) -> HttpResponse:
    """List the codings of one code that call for another look."""
    scope, version = _found(request, study, version_id)
    key = request.GET.get("code", "")[:60]
    found = queries.readings(person(request), version)
    page = Paginator(ToReview(person(request), version, key, found), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "scope": scope,
        "tab": "codebook",
        "version": version,
        "key": key,
        "reading": next((one for one in found if one.key == key), None),
        "code": version.codes.filter(key=key).first(),
        "page": page,
        "rows": page.object_list,
    }
    return render(request, "coding/review.html", context)
