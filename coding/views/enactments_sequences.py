"""What follows what in the sessions of a closed round."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries.enactment_sequences import Sequences, groups_asked, pair_asked
from coding.queries.enactments_asked import LAGS, UNITS
from coding.queries.sequence_pictures import (
    cell_words,
    draw_lags,
    draw_lags_by_rater,
    draw_states,
    draw_states_by_rater,
    sequence_sentence,
    step_of,
    wants_sessions,
)
from coding.queries.sequence_places import places_sheet
from coding.queries.sequence_sheets import lags_sheet, scores_sheet, transitions_sheet
from coding.views.enactments import picture, pictures
from coding.views.enactments_place import EnactmentsPlace, enter_enactments

GROUPS = {"roles": "Roles", "families": "Families", "codes": "Codes"}


@require_GET
def sequences(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the square of all groups at one lag, its diagram, and one pair over the lags."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    found, asked = place.found, place.asked
    groups = groups_asked(found, asked)
    context = place.context("enactments-sequences") | {
        "groups": groups,
        "unit_links": [(title, f"?{asked.query(unit=unit)}", unit == asked.unit) for unit, title in UNITS.items()],
        "lag_links": [(lag, f"?{asked.query(lag=lag)}", lag == asked.lag) for lag in LAGS],
        "group_links": [
            (title, f"?{asked.query(groups=kind, given='', target='')}", kind == asked.groups)
            for kind, title in GROUPS.items()
        ],
    }
    if groups and found.material.sessions:
        counted = Sequences(found, groups)
        square = counted.square(asked)
        squares = [square, *(counted.square(asked, name) for name in wants_sessions(found, len(groups)))]

        def places(given: str, target: str, **query: object) -> str:
            """Lead to the places where one group follows another."""
            return place.url("enactments-sequences", given=given, target=target, **query) + "#places"

        pair = pair_asked(groups, asked) or (groups[0], groups[0])
        one, other = (named.group.name for named in pair)
        lags = draw_lags(
            found, asked, lambda lag, session: places(one, other, lag=lag, session=session, unit="segment")
        )
        states = draw_states(
            found,
            square,
            asked,
            lambda cell: places(cell.given.group.name, cell.target.group.name, session=""),
            lambda named: place.url("enactments-reading", group=named.group.name, session=""),
        )
        context |= {
            "square": square,
            "step": step_of(asked),
            "squares": [
                (
                    one,
                    [(row, [(c, cell_words(c, asked.lag, step_of(asked))) for c in cells]) for row, cells in one.rows],
                )
                for one in squares
            ],
            "states": picture(states),
            "lags": picture(lags) if lags else None,
            "by_rater": pictures(draw_lags_by_rater(found, asked)),
            "states_by_rater": pictures(draw_states_by_rater(found, asked, groups)),
            "pair": pair,
            "places": places_sheet(found, asked),
            "all_places_url": places(one, other, session=""),
            "sentence": sequence_sentence(square, asked),
            "transitions": transitions_sheet(found, asked),
            "scores": scores_sheet(found, asked),
            "lags_sheet": lags_sheet(found, asked),
        }
    return render(request, "coding/enactments_sequences.html", context)
