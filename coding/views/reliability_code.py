"""One code of a closed round: every number of it, how it is computed, and what pulls it up or down."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding import access
from coding.queries import reliability_rows as table
from coding.queries.confusion_picture import listed
from coding.queries.disputes import Disputes, Wanted
from coding.queries.kept import KeptRound
from coding.queries.reliability_code import PARTS, OneVariable
from coding.views.reliability import find_round, not_yet, seen_by
from transcripts.views.scope import enter, person

WIDEST = 8


@require_GET
def reliability_code(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show everything about one code, family, rating or attribute (`part`, codes by default, and `code`, its key)."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    decision = access.may_see_numbers(person(request), round_)
    if not decision:
        return not_yet(request, scope, round_, decision)
    kept = KeptRound(round_, seen_by(request, round_))
    try:
        one = OneVariable(kept, request.GET.get("part", "codes"), request.GET.get("code", ""))
    except KeyError:
        raise Http404("This round has no such code.") from None
    pair_titles, pair_rows = one.pairs()
    context = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "one": one,
        "cell": one.cell,
        "kind": PARTS[one.part],
        "thresholds": table.THRESHOLDS,
        "bars": table.bars(one.cell),
        "pair_titles": pair_titles,
        "pair_rows": pair_rows,
        "confused": listed(one.confusions),
        "widest": Disputes(kept, Wanted()).cards(one.widest()[:WIDEST]),
        "apart": len(one.widest()),
        "others": [cell for cell in getattr(one.report, one.part) if cell.units],
    }
    return render(request, "coding/reliability_code.html", context)
