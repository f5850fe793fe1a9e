"""Enactments over the sessions of a dyad."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries import enactment_dyads as dyads
from coding.views.enactments import picture
from coding.views.enactments_place import EnactmentsPlace, enter_enactments


@require_GET
def show(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the course of each dyad, who pulls whom, and what was told of and then lived."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    found, asked = place.found, place.asked
    made = dyads.courses(found)
    drawn = [
        (
            one,
            picture(dyads.draw_course(found, one, lambda name: place.url("enactments-pulls", session=name) + "#every")),
        )
        for one in made[: dyads.SHOWN]
        if one.hours and one.hours[0].rates
    ]
    context = place.context("enactments-dyads") | {
        "sentence": dyads.course_sentence(found),
        "courses": drawn,
        "more": len(made) - len(drawn),
        "course_sheet": dyads.courses_sheet(found, asked),
        "directions": dyads.directions_sheet(found, asked),
        "recurrences": dyads.recurrences_sheet(found, asked),
    }
    return render(request, "coding/enactments_dyads.html", context)
