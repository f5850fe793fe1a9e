"""How often codes are given in a closed round, and which go together."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding.analysis.counts import ALL
from coding.queries import enactment_counts as counts
from coding.queries.enactment_sheets import ties_sheet
from coding.queries.enactments import Named
from coding.queries.enactments_asked import PARTS, WINDOWS, Asked, asked_of
from coding.views.enactments import picture, pictures
from coding.views.enactments_place import EnactmentsPlace, enter_enactments
from coding.views.enactments_sequences import GROUPS

#: What says on the page of passages in which part of the sessions a point lies.
PART_OF = {"condition": "where", "session": "session", "speaker": "speaker", "third": "third"}


def _named(named: Named, asked: Asked) -> dict[str, str]:
    code = named.group.codes[0] if asked.groups == "codes" else ""
    return {"groups": asked.groups, "code": code, "group": "" if code else named.group.name}


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

    def read(named: Named, part: str) -> str:
        """Lead to the turns with this group in this part of the sessions."""
        where = {} if part == ALL else {PART_OF[asked.part]: part}
        return place.url("enactments-reading", **_named(named, asked), **where)

    def both(one: Named, other: Named) -> str:
        """Lead to the turns with the one that have the other within the window."""
        return place.url("enactments-reading", **_named(one, asked), also=other.group.name, window=asked.window)

    drawn, together = counts.draw_counts(found, asked, read), counts.draw_together(found, asked, both)
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
