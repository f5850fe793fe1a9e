"""Whether raters drift: control charts of each code over the order of coding."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding import access
from coding.queries import drift_page as page
from coding.queries.drift import study_drift
from transcripts.views.scope import enter, person
from workbench.accounts.access import require


@require_GET
def drift(request: HttpRequest, study: str) -> HttpResponse:
    """Say who moved on which code, and chart one code for every rater."""
    scope = enter(request, study)
    require(access.may_read_numbers(person(request), scope.study))
    found = study_drift(person(request), scope.study)
    further = found.own_past.keys() | found.against_gold.keys()
    shown = [code for code in found.codes if any(one.chart.counts for one in code.charts) or code.key in further]
    by_key = {code.key: code for code in shown}
    alerts = page.alerts_of(found)
    first = alerts[0].code.key if alerts else next(iter(by_key), "")
    asked = request.GET.get("code", "")
    chosen = by_key.get(asked if asked in by_key else first)
    own_past = found.own_past.get(chosen.key, ()) if chosen else ()
    gold = found.against_gold.get(chosen.key, ()) if chosen else ()
    context = {
        "scope": scope,
        "tab": "reliability",
        "drift": found,
        "sentence": page.sentence(found),
        "alerts": alerts,
        "codes": by_key.values(),
        "chosen": chosen,
        "own_past": own_past,
        "past_pictures": page.pictures_of(own_past),
        "gold": gold,
        "gold_pictures": page.pictures_of(gold),
        "reads_gold": "manage" in scope.powers,
        "pictures": page.pictures(chosen) if chosen else [],
    }
    return render(request, "coding/drift.html", context)
