"""Enactments over the sessions of a dyad."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries import enactment_dyads as dyads
from coding.queries.layers import RATER
from coding.views.enactments import picture, pictures
from coding.views.enactments_place import EnactmentsPlace, enter_enactments


@require_GET
def show(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the course of each dyad, who pulls whom, and what was told of and then lived."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    found, asked = place.found, place.asked
    made = [] if dyads.why_no_course(found) else dyads.courses(found)[: dyads.SHOWN]

    def read(layer: str) -> dyads.Behind:
        """Lead to the turns with a group in a session of a layer."""
        return lambda named, session: place.url(
            "enactments-reading", layer=layer, session=session, group=named.group.name
        )

    drawn = dyads.draw_courses(found, made, read(asked.layer))
    by_rater = dyads.draw_courses_by_rater(found, made, lambda label: read(f"{RATER}{label}"))
    shown = [
        (one, dyads.course_name(found, one), picture(large), pictures(by_rater[one.dyad]))
        for one, large in zip(made, drawn, strict=True)
    ]
    context = place.context("enactments-dyads") | {
        "sentence": dyads.course_sentence(found),
        "courses": shown,
        "by_rater": bool(shown and found.beside),
        "more": len(dyads.courses(found)) - len(shown),
        "course_sheet": dyads.courses_sheet(found, asked),
        "directions": dyads.directions_sheet(found, asked),
        "recurrences": dyads.recurrences_sheet(found, asked),
    }
    return render(request, "coding/enactments_dyads.html", context)
