"""How often codes are given in a closed round, and which go together."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.queries import enactment_counts as counts
from coding.queries.enactment_sheets import ties_sheet
from coding.queries.enactments import Named
from coding.queries.enactments_asked import PARTS, WINDOWS, asked_of
from coding.views.enactments import picture, pictures
from coding.views.enactments_place import EnactmentsPlace, enter_enactments
from coding.views.enactments_sequences import GROUPS


@require_GET
def show(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show rates by condition or another part, what goes together, and the ties that are left out."""
    place = enter_enactments(request, study, round_id)
    if not isinstance(place, EnactmentsPlace):
        return place
    # Counts are of single codes unless somebody asks for groups.
    asked = asked_of(request.GET) if "groups" in request.GET else replace(place.asked, groups="codes")
    found = place.found
    by = found.by(asked)

    def read(named: Named, part: str = "") -> str:
        where = part if asked.part == "condition" and by else ""
        code = named.group.codes[0] if len(named.group.codes) == 1 else ""
        return place.url("enactments-reading", code=code, where=where)

    drawn, together = counts.draw_counts(found, asked, read), counts.draw_together(found, asked, read)
    context = place.context("enactments-counts") | {
        "asked": asked,
        "sentence": counts.counts_sentence(found, asked),
        "part_links": [
            *(
                (name, f"?{asked.query(part='condition', by=name)}&groups={asked.groups}", part == name)
                for part in [by if asked.part == "condition" else ""]
                for name in found.attributes
            ),
            *(
                (part, f"?{asked.query(part=part)}&groups={asked.groups}", part == asked.part)
                for part in PARTS
                if part != "condition"
            ),
        ],
        "group_links": [
            (title, f"?{asked.query(groups='')}&groups={kind}", kind == asked.groups) for kind, title in GROUPS.items()
        ],
        "window_links": [
            (turns, f"?{asked.query(window=turns)}&groups={asked.groups}", turns == asked.window) for turns in WINDOWS
        ],
        "counts": counts.counts_sheet(found, asked),
        "drawn": picture(drawn) if drawn else None,
        "by_rater": pictures(counts.draw_counts_by_rater(found, asked)),
        "together_by_rater": pictures(counts.draw_together_by_rater(found, asked)),
        "together": counts.together_sheet(found, asked),
        "together_drawn": picture(together) if together else None,
        "ties": ties_sheet(found, asked),
    }
    return render(request, "coding/enactments_counts.html", context)
