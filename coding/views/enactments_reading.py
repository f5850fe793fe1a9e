"""Reading coded text in its context, code by code, and taking it away as quotations."""

from __future__ import annotations

from dataclasses import replace

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from coding.queries.enactments_asked import asked_of
from coding.queries.passages import LONGEST_WORDS, passages
from coding.services.quotation_files import quotation_file
from coding.views.enactments_place import EnactmentsPlace, enter_enactments

#: So many passages of each code are shown; all of one code, where it is asked for.
OF_EACH = 8


@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, study: str, round_id: int) -> HttpResponseBase:
    """
    Show the coded turns by code, or those around some words.

    Words that are looked for come by POST: they may be of the transcript, and stand in no address and no log.
    """
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    words = request.POST.get("words", "")[:LONGEST_WORDS]
    if request.method == "POST":
        place = replace(place, asked=replace(asked_of(request.POST), layer=place.asked.layer))
    kind = request.POST.get("as", "")
    if kind:
        made = quotation_file(place.found, place.asked, words, kind)
        if made is None:
            raise Http404("There is no such kind of file.")
        return FileResponse(made.content, as_attachment=True, filename=made.name, content_type=made.type)
    return _page(request, place, words)


def _page(request: HttpRequest, place: EnactmentsPlace, words: str) -> HttpResponse:
    found, asked = place.found, place.asked
    groups = passages(found, asked, words, most=None if asked.code or asked.also else OF_EACH)
    group, also = (found.group_called(name, asked.groups) if name else None for name in (asked.group, asked.also))
    total = sum(group.total for group in groups)
    by = found.by(asked)
    speakers = list(dict.fromkeys(speaker for hour in found.hours for speaker in hour.speakers))
    context = place.context("enactments-reading") | {
        "groups": [(one, place.url("enactments-reading", code=one.key, group="")) for one in groups],
        "group": group,
        "also": also,
        "all_url": place.url("enactments-reading", group="", also="", third=""),
        "total": total,
        "words": words,
        "by": by,
        "codes": list(found.codes.values()),
        "speakers": speakers,
        "conditions": sorted({fact.attributes[by] for fact in found.facts.values() if fact.attributes.get(by)}),
        "sessions": [hour.transcript for hour in found.hours],
    }
    return render(request, "coding/enactments_reading.html", context)
