"""Pulls of a closed round and how long they wait to be noticed or named."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.analysis.latencies import ALL
from coding.queries import enactment_latency as latency
from coding.queries.enactments_asked import CLOCKS, OF, UNTIL
from coding.views.enactments import picture, pictures
from coding.views.enactments_place import EnactmentsPlace, enter_enactments


@require_GET
def pulls(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show how soon pulls are answered by condition, and every pull with what became of it."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    found, asked = place.found, place.asked
    why, by = latency.why_no_pulls(found), found.by(asked)
    context = place.context("enactments-pulls") | {
        "sentence": latency.latency_sentence(found, asked),
        "why": why,
        "choices": [
            ("Until", [(word, f"?{asked.query(until=word)}", word == asked.until) for word in UNTIL]),
            ("Of", [(word, f"?{asked.query(of=word)}", word == asked.of) for word in OF]),
            ("In", [(word, f"?{asked.query(clock=word)}", word == asked.clock) for word in CLOCKS]),
        ],
        "by_links": [(name, f"?{asked.query(by=name)}", name == by) for name in found.attributes],
        "all_url": place.url("enactments-pulls", where="") + "#every",
        "pulls": latency.pulls_sheet(found, asked),
    }
    if not why:

        def every(condition: str) -> str:
            """Lead to the pulls of a condition."""
            return place.url("enactments-pulls", by=by, where=condition) + "#every"

        made = latency.waiting(found, asked, by)
        context |= {
            "curves": picture(latency.draw_waiting(made, every)),
            "medians": latency.medians_sheet(found, asked),
            "curve_sheet": latency.curve_sheet(found, asked),
            "contrasts": latency.contrasts_sheet(found, asked),
            "named": picture(latency.draw_named(found, asked, lambda name: every("" if name == ALL else name))),
            "named_sheet": latency.named_sheet(found, asked),
            "by_rater": pictures(latency.draw_waiting_by_rater(found, asked, by)),
            "named_by_rater": pictures(latency.draw_named_by_rater(found, asked)),
        }
    return render(request, "coding/enactments_pulls.html", context)
