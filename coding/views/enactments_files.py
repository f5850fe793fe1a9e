"""Figures and data of an analysis to take away."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries.enactment_words import paragraph
from coding.services.enactment_files import file_of, files_of
from coding.views.enactments_place import EnactmentsPlace, enter_enactments


@require_GET
def files(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """List everything that can be taken away."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    groups = files_of(place.found, place.asked)
    context = place.context("enactments-files") | {"groups": groups, "page_title": "Figures and data"}
    context["paragraph"] = paragraph(place.found, place.asked)
    return render(request, "coding/enactments_files.html", context)


@require_GET
def file(request: HttpRequest, study: str, round_id: int, name: str) -> HttpResponseBase:
    """Hand over one file."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    found = file_of(place.found, place.asked, name)
    if found is None:
        raise Http404("There is no such file.")
    return FileResponse(found.content, as_attachment=True, filename=found.name, content_type=found.type)
