"""How often each rater was upheld, and what adjudicators could know: the report of an adjudication."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from coding import access
from coding.formats.adjudication_report import RULE_OF_THE_LAYER, ReportFacts, write_report
from coding.models import AdjudicationOpening, Round
from coding.queries.adjudication_facts import report_facts
from coding.queries.adjudication_state import adjudication_report
from coding.queries.kept import KeptRound
from coding.services.export_files import file_words
from coding.views.reliability import find_round, not_yet, seen_by
from transcripts.views.scope import enter, person


def _facts(request: HttpRequest, round_: Round) -> ReportFacts | None:
    opening = AdjudicationOpening.objects.filter(round=round_).first()
    if opening is None:
        return None
    return report_facts(round_, adjudication_report(opening, KeptRound(round_, seen_by(request, round_))))


@require_GET
@never_cache
def report(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Show the report of an adjudication to whoever may read the round's results."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    if not (decision := access.may_follow_adjudication(person(request), round_)):
        return not_yet(request, scope, round_, decision)
    context = {
        "scope": scope,
        "tab": "reliability",
        "round": round_,
        "facts": _facts(request, round_),
        "rule": RULE_OF_THE_LAYER,
        "mine": access.may_adjudicate(person(request), round_),
    }
    return render(request, "coding/adjudication_report.html", context)


@require_GET
@never_cache
def download(request: HttpRequest, study: str, round_id: int) -> HttpResponse:
    """Hand over the report as Markdown."""
    scope = enter(request, study)
    round_ = find_round(scope, round_id)
    if not (decision := access.may_follow_adjudication(person(request), round_)):
        return not_yet(request, scope, round_, decision)
    facts = _facts(request, round_)
    if facts is None:
        raise Http404("Adjudication of this round was not opened.")
    name = f"adjudication_{file_words(round_.name)}.md"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write_report(facts), content_type="text/markdown; charset=utf-8", headers=headers)
