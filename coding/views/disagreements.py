"""The segments on which the raters of a round differ, and who gave what there."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding import access
from coding.queries.disputes import Disputes, segment_votes
from coding.views.reliability import find_round, not_yet
from transcripts.views.scope import enter, person


@require_GET
def disagreements(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """List the disputed segments of a round or of one code, and show one of them with what each rater gave."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    decision = access.may_see_results(person(request), round_)
    if not decision:
        return not_yet(request, scope, round_, decision)
    seen = list(access.transcripts_open_to(person(request), round_).values_list("pk", flat=True))
    try:
        disputes = Disputes(round_, seen, request.GET.get("code", ""))
    except KeyError:
        raise Http404("This round's codebook has no such code.") from None
    turn, page = _number(request, "turn"), _number(request, "page")
    agenda = disputes.agenda(page or disputes.page_of(turn))
    chosen = turn or (agenda.cards[0].segment if agenda.cards else 0)
    unit = disputes.unit_of(chosen)
    if turn and unit is None:
        raise Http404("There is no such segment in what may be read here.")
    codes = disputes.code_names()
    context = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "agenda": agenda,
        "code": disputes.code,
        "code_name": next((name for key, name, _ in codes if key == disputes.code), ""),
        "codes": codes,
        "chosen": chosen,
        "votes": None if unit is None else segment_votes(person(request), disputes, unit),
    }
    return render(request, "coding/disagreements.html", context)


def _number(request: HttpRequest, name: str) -> int:
    """Read a number of the address; 0 where there is none that could be one."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0
