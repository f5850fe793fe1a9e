"""Enactments of a closed round: the hours turn by turn, and one hour to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from coding import access
from coding.formats.pictures.svg import Picture
from coding.formats.pictures.timeline import timeline
from coding.queries.enactment_hours import hour_codes, hour_sheet
from coding.queries.enactment_namings import Namings, answers_sheet, draw_answers, draw_answers_by_rater
from coding.queries.enactment_pictures import stretches_of, timeline_of
from coding.queries.enactments_asked import WINDOWS
from coding.queries.enactments_sentence import sentence
from coding.queries.layers import RATER
from coding.queries.reading_hour import read_hour
from coding.queries.results import comparable_rounds
from coding.views.enactments_place import EnactmentsPlace, enter_enactments
from transcripts.views.scope import enter, person
from workbench.accounts.access import require

#: So many hours stand one above the other on a page.
HOURS = 8


@require_GET
def enactments(request: HttpRequest, study: str) -> HttpResponse:
    """Lead to the latest round with results, or say that there is none yet."""
    scope = enter(request, study)
    require(access.may_read_results(person(request), scope.study))
    rounds = comparable_rounds(person(request), scope.study)
    if rounds:
        return hours(request, study, rounds[-1].pk)
    return render(request, "coding/enactments_none.html", {"scope": scope, "tab": "enactments"})


@require_GET
def hours(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the hours of a round turn by turn, one above the other."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    found, first = place.found, page_start(request, len(place.found.hours))
    shown = found.hours[first : first + HOURS]
    sessions = found.material.sessions[first : first + HOURS]
    layers = [found.layer_named(f"{RATER}{label}") for label in found.rows.raters]
    rows = []
    for codes, session, *mine in zip(
        hour_codes(found, found.layer, shown),
        sessions,
        *(hour_codes(found, layer, shown) for layer in layers),
        strict=True,
    ):
        drawn = replace(timeline_of(found, found.layer, codes, place.turn_url), stretches=stretches_of(found, session))
        small = [
            (layer.key.removeprefix(RATER), picture(timeline(timeline_of(found, layer, of_rater), is_small=True)))
            for layer, of_rater in zip(layers, mine, strict=True)
        ]
        rows.append((codes, found.fact_of(codes.hour), picture(timeline(drawn)), small, hour_sheet(found, codes)))
    made = Namings(found, place.asked)
    by = found.by(place.asked)
    answers = draw_answers(found, place.asked, lambda name: place.url("enactments", by=by, where=name) + "#flow")
    context = place.context("enactments") | {
        "namings": made.lines(),
        "namings_sentence": made.sentence(),
        "namings_total": len(made.wanted),
        "answers": picture(answers) if answers else None,
        "answers_by_rater": pictures(draw_answers_by_rater(found, place.asked)),
        "answers_sheet": answers_sheet(found, place.asked),
        "all_url": place.url("enactments", where="") + "#flow",
        "window_links": [
            (turns, f"?{place.asked.query(within=turns)}", turns == place.asked.within) for turns in WINDOWS
        ],
        "by_links": [(name, f"?{place.asked.query(by=name, where='')}", name == by) for name in found.attributes],
        "hours": rows,
        "sentence": sentence(found),
        "first": first + 1,
        "last": first + len(shown),
        "before": first - HOURS if first else None,
        "after": first + HOURS if first + HOURS < len(found.hours) else None,
        "total_turns": len(found.rows.units.ids),
    }
    return render(request, "coding/enactments.html", context)


def page_start(request: HttpRequest, hours: int) -> int:
    """Read where the list of hours begins; what is beyond its end is its beginning."""
    text = request.GET.get("from", "")
    start = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return start if start < hours else 0


def picture(drawn: Picture) -> tuple[Picture, str]:
    """Give a picture with its markup for a page."""
    return drawn, mark_safe(drawn.markup)  # noqa: S308 - written by our own builder, which escapes every text


def pictures(drawn: Sequence[tuple[str, Picture | None]]) -> list[tuple[str, tuple[Picture, str] | None]]:
    """Give the same picture of each rater with its markup; None where there is nothing to draw."""
    return [(label, picture(one) if one else None) for label, one in drawn]


@require_GET
def hour(request: HttpRequest, study: str, round_id: int, revision_id: int) -> HttpResponse:
    """Show one hour to read, with the codes of the layer beside each turn."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    wanted = next((hour for hour in place.found.hours if hour.revision == revision_id), None)
    if wanted is None:
        raise Http404("This round has no such session, or not for you.")
    context = place.context("enactments") | {"hour": wanted, "turns": read_hour(place.found, wanted)}
    return render(request, "coding/enactments_hour.html", context)
