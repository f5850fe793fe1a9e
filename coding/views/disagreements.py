"""The segments on which the raters of a round differ, and who gave what there."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from coding import access
from coding.queries.disputes import ORDERS, Disputes, Wanted
from coding.queries.kept import KeptRound
from coding.queries.segment_votes import segment_votes
from coding.views.reliability import find_round, not_yet, seen_by
from transcripts.views.scope import enter, person


@require_GET
def disagreements(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """List the disputed segments that somebody asks for, and show one of them with what each rater gave."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    decision = access.may_compare_raters(person(request), round_)
    if not decision:
        return not_yet(request, scope, round_, decision)
    wanted = _wanted(request)
    try:
        disputes = Disputes(KeptRound(round_, seen_by(request, round_)), wanted)
    except KeyError:
        raise Http404("This round has no such code, rater or transcript.") from None
    turn, page = _number(request, "turn"), _number(request, "page")
    agenda = disputes.agenda(page or disputes.page_of(turn))
    chosen = turn or (agenda.cards[0].segment if agenda.cards else 0)
    unit = disputes.rows.units.place_of(chosen)
    if turn and unit is None:
        raise Http404("There is no such segment in what may be read here.")
    codes = disputes.code_names()
    names = {key: name for key, name, _ in codes}
    context = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "agenda": agenda,
        "wanted": wanted,
        "asked": _query(wanted),
        "orders": ORDERS,
        "code_name": names.get(wanted.code, ""),
        "against_name": names.get(wanted.against, wanted.against),
        "codes": codes,
        "chosen": chosen,
        "votes": None if unit is None else segment_votes(person(request), disputes, unit),
    }
    return render(request, "coding/disagreements.html", context)


def _wanted(request: HttpRequest) -> Wanted:
    """Read what is asked for; two raters count only together, and a code against another only with one."""
    ask = request.GET.get
    one, other, code, order = ask("one", ""), ask("other", ""), ask("code", ""), ask("order", "")
    return Wanted(
        code=code,
        against=ask("against", "") if code else "",
        pair=(one, other) if one and other else None,
        transcript=ask("transcript", ""),
        order=order if order in ORDERS else "text",
    )


def _query(wanted: Wanted) -> str:
    """Write what is asked for as an address does, for the links of the page."""
    one, other = wanted.pair or ("", "")
    parts = {
        "code": wanted.code,
        "against": wanted.against,
        "one": one,
        "other": other,
        "transcript": wanted.transcript,
        "order": "" if wanted.order == "text" else wanted.order,
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _number(request: HttpRequest, name: str) -> int:
    """Read a number of the address; 0 where there is none that could be one."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0
